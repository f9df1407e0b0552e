#pragma once

// How the records of pages become rows of one table of a PostgreSQL database: by a binary COPY into a temporary table,
// and one INSERT.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/destination/row_values.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/postgres_connection.ipp>
#include <corest/destination/impl/postgres_database.ipp>
#include <corest/destination/impl/postgres_json.ipp>
#include <corest/destination/impl/sql_store.ipp>
#include <corest/destination/impl/sql_table.ipp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// Collects the rows of a transaction's pages, and sends them together.
///
/// The temporary table has a few types only - what a row's values are made of -, and the INSERT casts them to those of
/// the table's columns, whatever these are. It is made and dropped with the transaction. Rows are inserted in the order
/// of their keys: several writers of one table would wait for one another in circles else.
class postgres_writer final : public sql::table_writer {
public:
    postgres_writer(postgres_database& db, sql::stored_table& target) : db_(db), target_(target) {}

    void write(const row_values& rows, std::uint64_t walk) override
    {
        target_.refresh();
        schema_ = rows.schema();
        target_.keep(schema_);
        need_bindings(rows);
        need_columns(rows);
        if (version_ != target_.version()) {
            order_.clear(); // of columns as they were
            version_ = target_.version();
        }
        begin_batch();
        walk_ = walk;
        store_error::for_each_record(
            rows.size(), [&](std::size_t i) { append(rows[i], rows.is_like_previous(i), rows.page().json(i)); });
        constexpr std::size_t most_bytes = std::size_t{16} << 20U;
        if (batch_.size() > most_bytes) {
            flush();
        }
    }

    void flush() override
    {
        if (count_ == 0) {
            return;
        }
        send(insert_sql());
        forget();
    }

    void forget() noexcept override
    {
        count_ = 0;
        batch_.clear();
        stages_.clear();
    }

    [[nodiscard]] std::optional<sql::refused_row> find_refused(const row_values& rows) override
    {
        const std::string message = "the rows could not be looked through in " + db_.name();
        target_.refresh();
        schema_ = rows.schema();
        need_bindings(rows);
        need_columns(rows);
        order_.clear();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            db_.execute("SAVEPOINT one_row", message);
            begin_batch();
            append(rows[i], false, rows.page().json(i));
            try {
                flush();
            } catch (const sql::refusal& e) {
                forget();
                if (!e.is_of_rows()) {
                    throw;
                }
                if (e.why() == sql::refusal::reason::data) {
                    return sql::refused_row(i, find_refused_field(rows, i, message));
                }
                db_.execute("ROLLBACK TO SAVEPOINT one_row", message);
                const std::string field = target_.unique_field(db_.columns_of_index(e.constraint()));
                return sql::refused_row(i, field, !field.empty());
            }
            db_.execute("RELEASE one_row", message);
        }
        return std::nullopt;
    }

private:
    using origin = column_map::origin;
    static constexpr std::string_view batch_table = "pg_temp._corest_batch";

    /// What the values of a column are sent as.
    enum class stage : unsigned char { none, integer, boolean, real, text, json, bytes };

    [[nodiscard]] static stage stage_of(schema::data_type type)
    {
        switch (type) {
        case schema::data_type::bigint:
            return stage::integer;
        case schema::data_type::boolean:
            return stage::boolean;
        case schema::data_type::floating:
            return stage::real;
        case schema::data_type::binary:
            return stage::bytes;
        case schema::data_type::json:
            return stage::json;
        default:
            return stage::text;
        }
    }

    [[nodiscard]] static std::string_view type_of(stage s)
    {
        switch (s) {
        case stage::integer:
            return "bigint";
        case stage::boolean:
            return "boolean";
        case stage::real:
            return "double precision";
        case stage::bytes:
            return "bytea";
        default:
            return "text";
        }
    }

    /// The field whose value is none of its column's type: each column's is converted alone. Empty where none fails.
    /// \pre the savepoint one_row is set, and what came after it has failed
    [[nodiscard]] std::string find_refused_field(const row_values& rows, std::size_t index, const std::string& message)
    {
        for (std::size_t c = 0; c < target_.columns().size(); ++c) {
            db_.execute("ROLLBACK TO SAVEPOINT one_row", message);
            begin_batch();
            append(rows[index], false, rows.page().json(index));
            if (stages_[c] != stage::none && slots_[c] != nullptr) {
                const std::string table = "pg_temp._corest_value";
                try {
                    send("CREATE TEMPORARY TABLE " + table + "(v " + target_.sql_type(c)
                        + ") ON COMMIT DROP; INSERT INTO " + table + " SELECT " + value_of(c) + " FROM "
                        + std::string(batch_table));
                } catch (const sql::refusal&) {
                    forget();
                    return field_of(c);
                }
            }
            forget();
        }
        return {};
    }

    // ---- columns ----

    /// A value that all rows of a page have.
    class bound_value {
    public:
        [[nodiscard]] bool is_null() const noexcept { return value.kind() == row_value::type::null; }

        std::string name;
        schema::data_type type = schema::data_type::text;
        std::string text; ///< what the value may be a view of
        row_value value;
    };

    /// Reads what the page has taken over from its parents.
    void need_bindings(const row_values& rows)
    {
        bound_.clear();
        for (const bound_column& b : bound_columns(rows.page())) {
            bound_value& one = bound_.emplace_back();
            one.name = b.name;
            one.text.reserve(b.json.size());
            json_reader reader(b.json, "the value taken over from the parent");
            const json_kind kind = reader.kind();
            one.value = read_value(reader, one.text, one.name);
            reader.finish();
            one.type = type_of_binding(one.name, kind, one.value);
            if (one.value.kind() == row_value::type::text) {
                one.text = std::string(one.value.text()); // of a text that had no escapes it is the page's
            }
        }
        for (bound_value& b : bound_) { // stay where they are from now on
            if (b.value.kind() == row_value::type::text) {
                b.value = row_value(std::string_view(b.text));
            }
        }
        std::vector<schema::column> fresh;
        for (const bound_value& b : bound_) {
            if (!b.is_null() && target_.find(origin::binding, b.name) == column_map::none) {
                fresh.emplace_back(b.name, b.type);
            }
        }
        if (!fresh.empty()) {
            target_.add(origin::binding, fresh);
        }
    }

    [[nodiscard]] schema::data_type type_of_binding(
        const std::string& name, json_kind kind, const row_value& value) const
    {
        // Not what is found: that is of a field which may have the same name.
        if (const auto& declared = target_.definition().schema) {
            if (const schema::column* const c = declared->find(name); c != nullptr && c->type) {
                return *c->type;
            }
        }
        switch (kind) {
        case json_kind::boolean:
            return schema::data_type::boolean;
        case json_kind::number:
            return value.kind() == row_value::type::integer ? schema::data_type::bigint
                : value.kind() == row_value::type::real     ? schema::data_type::floating
                                                            : schema::data_type::decimal;
        case json_kind::array:
        case json_kind::object:
            return schema::data_type::json;
        default:
            return schema::data_type::text;
        }
    }

    /// Adds the columns that the table lacks, all of them before a row is sent.
    void need_columns(const row_values& rows)
    {
        std::vector<schema::column> fresh;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows.is_like_previous(i)) {
                continue;
            }
            for (const row_values::field& f : rows[i]) {
                const schema::column* const c = schema_->find(f.key);
                const bool is_known = c == nullptr || !c->type || target_.find(origin::field, f.key) != column_map::none
                    || std::any_of(fresh.begin(), fresh.end(), [&](const auto& one) { return one.name == f.key; });
                if (!is_known) {
                    fresh.push_back(*c);
                }
            }
        }
        if (!fresh.empty()) {
            target_.add(origin::field, fresh);
        }
    }

    // ---- the batch ----

    /// Makes ready to take rows of the columns as they are now; sends those of other columns first.
    void begin_batch()
    {
        std::vector<stage> wanted(target_.columns().size(), stage::none);
        for (const schema::column& c : schema_->columns) {
            const std::size_t place = target_.find(origin::field, c.name);
            if (c.type && place != column_map::none) {
                wanted[place] = stage_of(*c.type);
            }
        }
        for (const bound_value& b : bound_) {
            const std::size_t place = target_.find(origin::binding, b.name);
            if (place == column_map::none) {
                continue; // null so far
            }
            const bool keeps = b.is_null() && place < stages_.size() && stages_[place] != stage::none;
            wanted[place] = keeps ? stages_[place] : stage_of(b.type);
        }
        if (wanted != stages_) {
            flush();
            stages_ = std::move(wanted);
        }
        if (count_ == 0 && batch_.empty()) {
            constexpr std::string_view header("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
            batch_ = header;
        }
    }

    /// Appends a row. \param alike whether it has the fields of the record before, in the same order
    void append(std::span<const row_values::field> fields, bool alike, std::string_view json)
    {
        slots_.assign(stages_.size(), nullptr);
        for (const bound_value& b : bound_) {
            if (const std::size_t c = target_.find(origin::binding, b.name); c != column_map::none && !b.is_null()) {
                slots_[c] = &b.value;
            }
        }
        if (!alike) {
            order_.clear();
            for (const row_values::field& f : fields) {
                order_.push_back(target_.find(origin::field, f.key));
            }
        }
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (order_[i] != column_map::none) { // else null in all rows so far
                slots_[order_[i]] = fields[i].value.kind() == row_value::type::null ? nullptr : &fields[i].value;
            }
        }
        check_keys(json);
        const bool has_walk = target_.has_walk_column();
        append_number(static_cast<std::uint16_t>(
            std::count_if(stages_.begin(), stages_.end(), [](stage s) { return s != stage::none; }) + 1));
        if (has_walk) {
            append_number(std::uint32_t{8});
            append_number(walk_);
        } else {
            append_null();
        }
        for (std::size_t c = 0; c < stages_.size(); ++c) {
            if (stages_[c] != stage::none) {
                append_value(c);
            }
        }
        ++count_;
    }

    void check_keys(std::string_view json) const
    {
        const table& t = target_.definition();
        if (!t.is_keyed()) {
            return;
        }
        for (const std::size_t k : target_.keys()) {
            if (slots_[k] == nullptr) {
                throw store_error::missing_key(t.name, target_.columns()[k].source, json);
            }
        }
        if (target_.keys().empty()) { // no record has had all of it
            for (const std::string& name : t.primary_key) {
                if (target_.find(origin::field, name) == column_map::none
                    && target_.find(origin::binding, name) == column_map::none)
                {
                    throw store_error::missing_key(t.name, name, json);
                }
            }
        }
    }

    template <class Unsigned>
    void append_number(Unsigned value)
    {
        for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
            batch_ += static_cast<char>(static_cast<unsigned char>(value >> static_cast<unsigned>(shift)));
        }
    }
    void append_null() { append_number(~std::uint32_t{0}); }

    void append_value(std::size_t column)
    {
        if (slots_[column] == nullptr) {
            append_null();
            return;
        }
        const row_value& value = *slots_[column];
        switch (stages_[column]) {
        case stage::integer:
            append_number(std::uint32_t{8});
            append_number(static_cast<std::uint64_t>(value.integer()));
            break;
        case stage::boolean:
            append_number(std::uint32_t{1});
            batch_ += value.integer() != 0 ? '\1' : '\0';
            break;
        case stage::real:
            append_number(std::uint32_t{8});
            append_number(std::bit_cast<std::uint64_t>(
                value.kind() == row_value::type::integer ? static_cast<double>(value.integer()) : value.real()));
            break;
        case stage::json:
            check_json(column, value);
            append_text(value.text());
            break;
        case stage::text:
            check_text(column, value.text());
            append_text(is_of_year_zero(column, value.text()) ? before_christ(value.text()) : value.text());
            break;
        case stage::bytes:
            append_text(value.text());
            break;
        case stage::none:
            break;
        }
    }

    void append_text(std::string_view text)
    {
        append_number(static_cast<std::uint32_t>(text.size()));
        batch_ += text;
    }

    [[nodiscard]] const std::string& field_of(std::size_t column) const { return target_.columns()[column].source; }

    /// Whether it is a moment or a day of the year that RFC 3339 calls 0000, and PostgreSQL 1 BC.
    [[nodiscard]] bool is_of_year_zero(std::size_t column, std::string_view text) const
    {
        const std::string& type = target_.sql_type(column);
        return text.starts_with("0000-") && (type.starts_with("timestamp") || type == "date");
    }
    [[nodiscard]] std::string_view before_christ(std::string_view text)
    {
        scratch_ = "0001" + std::string(text.substr(4)) + " BC";
        return scratch_;
    }

    void check_text(std::size_t column, std::string_view text) const
    {
        if (text.find('\0') != std::string_view::npos) {
            throw error(errc::destination_failed,
                "the text in the field '" + field_of(column)
                    + "' holds the character U+0000, which no text of PostgreSQL can hold",
                "Leave such records out (processing_steps), or load into sqlite, duckdb or ndjson, which keep it");
        }
    }

    void check_json(std::size_t column, const row_value& value) const
    {
        if (target_.sql_type(column) == "jsonb") {
            // The option decides what new columns are.
            const bool is_older = db_.json_type() != "jsonb";
            postgres_json::check(value.text(), field_of(column),
                is_older
                    ? "The table has had that column as jsonb: ALTER TABLE ... ALTER COLUMN ... TYPE json, or drop the "
                      "table, and load again"
                    : "Load with ?json=json into a new table, which keeps the text as it is");
        }
    }

    // ---- SQL ----

    /// Sends the batch into its temporary table, and has something made of it.
    void send(const std::string& what_follows)
    {
        const std::string message =
            "the rows could not be stored in the table '" + target_.definition().name + "' in " + db_.name();
        constexpr std::string_view trailer("\xff\xff", 2);
        batch_ += trailer;
        const std::string table(batch_table);
        db_.execute("CREATE TEMPORARY TABLE " + table + "(" + batch_columns() + ") ON COMMIT DROP; COPY " + table
                + " FROM STDIN (FORMAT binary); " + what_follows + "; DROP TABLE " + table,
            message);
        db_.connection().copy(batch_, message);
    }

    [[nodiscard]] std::string batch_columns() const
    {
        std::string list = "w bigint"; // the walk; without one a table may have no column at all
        for (std::size_t c = 0; c < stages_.size(); ++c) {
            if (stages_[c] != stage::none) {
                list += ", c" + std::to_string(c) + " " + std::string(type_of(stages_[c]));
            }
        }
        return list;
    }

    /// A column of the temporary table as a value of the table's column. What is not cast here is cast by the INSERT,
    /// which is stricter: it cuts no text.
    [[nodiscard]] std::string value_of(std::size_t column) const
    {
        const std::string name = "c" + std::to_string(column);
        const std::string& type = target_.sql_type(column);
        const stage sent = stages_[column];
        const bool is_text = type == "text" || type.starts_with("character") || type == "name" || type == "citext";
        if (type == type_of(sent) || is_text) {
            return name;
        }
        if (type == "jsonb" || type == "json") {
            return sent == stage::json ? name + "::" + type : "to_" + type + "(" + name + ")";
        }
        if (sent == stage::text || sent == stage::json) {
            return name + "::" + type;
        }
        if (sent == stage::real && (type == "bigint" || type == "integer" || type == "smallint")) {
            return name + "::text::" + type; // a fraction is refused, not rounded
        }
        return name;
    }

    [[nodiscard]] std::string insert_sql() const
    {
        std::string names;
        std::string values;
        const auto append = [](std::string& list, const std::string& text) {
            list += (list.empty() ? "" : ", ") + text;
        };
        if (target_.has_walk_column()) {
            append(names, sql::identifier(sql::walk_column));
            append(values, "w");
        }
        for (std::size_t c = 0; c < stages_.size(); ++c) {
            if (stages_[c] != stage::none) {
                append(names, sql::identifier(target_.columns()[c].name));
                append(values, value_of(c));
            }
        }
        std::string sql = "INSERT INTO " + sql::identifier(target_.written()) + " AS t"
            + (names.empty() ? "" : "(" + names + ")") + " SELECT ";
        if (!target_.upserts()) {
            return sql + values + " FROM " + std::string(batch_table) + " ORDER BY ctid"; // as they came
        }
        std::string key;
        for (const std::size_t k : target_.keys()) {
            append(key, value_of(k));
        }
        // Of rows with the same key the last one counts, as a whole.
        sql += "DISTINCT ON (" + key + ") " + values + " FROM " + std::string(batch_table) + " ORDER BY " + key
            + ", ctid DESC ON CONFLICT (" + target_.key_names() + ") DO ";
        return sql + update_sql();
    }

    /// What happens to a row whose key is there. One that would not change is left alone: that is less to write.
    [[nodiscard]] std::string update_sql() const
    {
        std::string sets;
        std::string differs;
        for (std::size_t c = 0; c < target_.columns().size(); ++c) {
            if (target_.is_key(c) || !target_.is_replaced(c)) {
                continue;
            }
            const std::string name = sql::identifier(target_.columns()[c].name);
            const std::string cast = target_.sql_type(c) == "json" ? "::text" : ""; // json has no equality
            sets += (sets.empty() ? "" : ", ") + name + " = EXCLUDED." + name;
            differs +=
                (differs.empty() ? "" : " OR ") + ("t." + name) + cast + " IS DISTINCT FROM EXCLUDED." + name + cast;
        }
        return sets.empty() ? "NOTHING" : "UPDATE SET " + sets + " WHERE " + differs;
    }

    postgres_database& db_;
    sql::stored_table& target_;
    std::shared_ptr<const schema::table_schema> schema_; ///< that of the page that is written
    std::uint64_t version_ = 0;                          ///< of the table that `order_` is of
    std::vector<bound_value> bound_;                     ///< the page's
    std::uint64_t walk_ = 0;
    std::vector<stage> stages_;           ///< of each column of the table: what its values are sent as in this batch
    std::string batch_;                   ///< in the binary format of COPY
    std::size_t count_ = 0;               ///< rows in it
    std::string scratch_;                 ///< a value as PostgreSQL writes it
    std::vector<const row_value*> slots_; ///< of each column: the row's value
    std::vector<std::size_t> order_;      ///< the column of the field at each position of the record before
};

} // namespace corest::detail

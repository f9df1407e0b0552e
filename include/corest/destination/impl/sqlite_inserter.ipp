#pragma once

// How the records of a page become rows of one table of an SQLite database.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/destination/row_values.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/sql_store.ipp>
#include <corest/destination/impl/sql_table.ipp>
#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_database.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// Inserts rows, and has the table grow where a record has a new field. Inside a transaction of the store's.
class sqlite_inserter final : public sql::table_writer {
public:
    sqlite_inserter(sqlite_connection& db, sql::stored_table& target) : db_(db), target_(target) {}

    /// Stores the records of a page as rows.
    /// \throws error (field_missing, destination_failed), saying which record
    void write(const row_values& rows, std::uint64_t /*walk*/) override
    {
        target_.refresh();
        if (const auto current = rows.schema()) {
            target_.keep(current); // before the rows, whose numbers are told by that of the last row that was inserted
        }
        bound_ = bound_columns(rows.page());
        if (is_ready()) {
            bind_bindings();
        }
        store_error::for_each_record(
            rows.size(), [&](std::size_t i) { write_record(rows[i], rows.is_like_previous(i), rows.page().json(i)); });
        if (is_ready()) {
            sqlite3_clear_bindings(insert_.get()); // they point into the page
            std::fill(filled_.begin(), filled_.end(), char(false));
        }
    }

private:
    using origin = column_map::origin;

    // ---- the statement ----

    /// Whether the statement is there, and as the schema is now.
    [[nodiscard]] bool is_ready() const noexcept { return static_cast<bool>(insert_) && version_ == target_.version(); }

    [[nodiscard]] std::string insert_sql() const
    {
        std::string names;
        std::string values;
        std::string sets;
        for (std::size_t c = 0; c < target_.columns().size(); ++c) {
            const std::string name = sql::identifier(target_.columns()[c].name);
            if (target_.is_filled(c)) {
                names += (names.empty() ? "" : ",") + name;
                values += (values.empty() ? "?" : ",?") + std::to_string(c + 1);
            }
            if (!target_.is_key(c) && target_.is_replaced(c)) {
                sets += (sets.empty() ? "" : ",") + name + "=excluded." + name;
            }
        }
        std::string sql =
            "INSERT INTO " + sql::identifier(target_.written()) + "(" + names + ") VALUES(" + values + ")";
        if (target_.upserts()) {
            sql += " ON CONFLICT(" + target_.key_names() + ") DO " + (sets.empty() ? "NOTHING" : "UPDATE SET " + sets);
        }
        return sql;
    }

    void prepare()
    {
        insert_ = db_.prepare(insert_sql(), "the rows could not be stored in '" + db_.file() + "'");
        version_ = target_.version();
        seen_in_.assign(target_.columns().size(), 0);
        filled_.assign(target_.columns().size(), char(false));
        order_.clear();
        record_ = 0;
    }

    // ---- rows ----

    /// Binds what is the same for all rows of a page. Parameters that nobody binds are NULL.
    void bind_bindings()
    {
        bindings_.clear();
        for (const bound_column& b : bound_) {
            if (target_.find(origin::binding, b.name) == column_map::none) { // not known before
                target_.add(origin::binding, {schema::column(b.name)});
            }
            bindings_.push_back(target_.find(origin::binding, b.name));
        }
        if (!is_ready()) {
            prepare();
        }
        std::string scratch;
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            json_reader reader(bound_[i].json, "the value taken over from the parent");
            scratch.clear();
            scratch.reserve(bound_[i].json.size());
            const row_value value = read_value(reader, scratch, bound_[i].name);
            reader.finish();
            bind_value(bindings_[i], value, SQLITE_TRANSIENT);
        }
    }

    /// \param alike whether it has the fields of the record before, in the same order
    void write_record(std::span<const row_values::field> fields, bool alike, std::string_view json)
    {
        std::vector<schema::column> unknown;
        std::set<std::string_view> unknown_names;
        std::size_t bound = 0;
        for (;;) {
            const bool ready = is_ready();
            if (!ready) {
                order_.clear(); // of columns as they were
            }
            ++record_;
            bound = 0;
            std::size_t position = 0;
            for (const row_values::field& f : fields) {
                const std::size_t c = alike && position < order_.size() ? order_[position] : column_of(position, f.key);
                ++position;
                if (c == column_map::none) {
                    if (unknown_names.insert(f.key).second) {
                        unknown.emplace_back(std::string(f.key));
                    }
                } else if (ready) { // otherwise only what is unknown matters by now
                    bound += seen_in_[c] == record_ ? 0 : 1;
                    seen_in_[c] = record_;
                    bind_value(c, f.value, SQLITE_STATIC);
                }
            }
            if (!unknown.empty()) {
                target_.add(origin::field, unknown);
                unknown.clear();
                unknown_names.clear();
            } else if (target_.filled_count() == 0) {
                target_.fill_any();
            } else if (ready) {
                break;
            }
            prepare();
            bind_bindings();
        }
        if (bound + bindings_.size() != target_.filled_count()) {
            clear_the_rest();
        }
        check_keys(json);
        if (sqlite3_step(insert_.get()) != SQLITE_DONE) {
            refuse_row();
        }
        sqlite3_reset(insert_.get());
    }

    /// The column of the field at a position; fields mostly come in the order of the record before.
    [[nodiscard]] std::size_t column_of(std::size_t position, std::string_view field)
    {
        if (position < order_.size() && order_[position] != column_map::none) {
            const column_map::column& c = target_.columns()[order_[position]];
            if (c.kind == origin::field && c.source == field) {
                return order_[position];
            }
        }
        const std::size_t c = target_.find(origin::field, field);
        if (position >= order_.size()) {
            order_.resize(position + 1, column_map::none);
        }
        order_[position] = c;
        return c;
    }

    /// Binds a value to a column's parameter.
    void bind_value(std::size_t column, const row_value& value, sqlite3_destructor_type kept)
    {
        sqlite3_stmt* const statement = insert_.get();
        const int parameter = static_cast<int>(column) + 1;
        int result = SQLITE_OK;
        filled_[column] = value.kind() != row_value::type::null;
        switch (value.kind()) {
        case row_value::type::null:
            result = sqlite3_bind_null(statement, parameter);
            break;
        case row_value::type::integer:
            result = sqlite3_bind_int64(statement, parameter, value.integer());
            break;
        case row_value::type::real:
            result = sqlite3_bind_double(statement, parameter, value.real());
            break;
        case row_value::type::blob:
            result = sqlite3_bind_blob64(
                statement, parameter, value.text().empty() ? "" : value.text().data(), value.text().size(), kept);
            break;
        case row_value::type::text: {
            const std::string_view text = value.text();
            // A null pointer would bind NULL, and a view of nothing may be one.
            const char* const bytes = text.empty() ? "" : text.data();
            result = sqlite3_bind_text64(statement, parameter, bytes, text.size(), kept, SQLITE_UTF8);
            break;
        }
        }
        if (result != SQLITE_OK) {
            db_.fail("the column '" + target_.columns()[column].name + "' of the table '" + target_.definition().name
                + "' cannot take the value");
        }
    }

    /// Makes NULL what an earlier record filled and this one does not have.
    void clear_the_rest()
    {
        for (std::size_t c = 0; c < target_.columns().size(); ++c) {
            if (filled_[c] && seen_in_[c] != record_ && target_.columns()[c].kind == origin::field) {
                sqlite3_bind_null(insert_.get(), static_cast<int>(c) + 1);
                filled_[c] = false;
            }
        }
    }

    void check_keys(std::string_view json) const
    {
        for (const std::size_t k : target_.keys()) {
            if (!filled_[k]) {
                throw store_error::missing_key(target_.definition().name, target_.columns()[k].source, json);
            }
        }
    }

    [[noreturn]] void refuse_row()
    {
        try {
            db_.fail(
                "the row could not be stored in the table '" + target_.definition().name + "' of '" + db_.file() + "'");
        } catch (...) {
            sqlite3_reset(insert_.get());
            throw;
        }
    }

    sqlite_connection& db_;
    sql::stored_table& target_;

    sqlite_statement insert_;            ///< has a parameter for each column
    std::uint64_t version_ = 0;          ///< of the schema that it was prepared for
    std::vector<bound_column> bound_;    ///< the page's bindings
    std::vector<std::size_t> bindings_;  ///< the columns that they fill
    std::vector<char> filled_;           ///< for each column: its parameter is bound, and not to NULL
    std::vector<std::uint64_t> seen_in_; ///< for each column: the last record that had it
    std::uint64_t record_ = 0;
    std::vector<std::size_t> order_; ///< the column of the field at each position of the record before
};

} // namespace corest::detail

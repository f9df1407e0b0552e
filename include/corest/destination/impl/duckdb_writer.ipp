#pragma once

// How the records of a page become rows of one table of a DuckDB file: in chunks of columns, which an appender takes.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/destination/row_values.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/duckdb_connection.ipp>
#include <corest/destination/impl/duckdb_database.ipp>
#include <corest/destination/impl/sql_store.ipp>
#include <corest/destination/impl/sql_table.ipp>

#include <duckdb.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// Rows on their way into a table, column by column: chunks of DuckDB's. Nothing is in the table before `flush`: what
/// an appender has it would insert when it is destroyed, also after a rollback.
class duckdb_chunks {
public:
    /// How values of a column are handed over. DuckDB casts texts to any other type.
    enum class form : unsigned char { bigint, real, boolean, text };

    /// \param table is there \param columns all of its columns, in their order
    duckdb_chunks(
        duckdb_link& link, std::string table, const std::vector<sql::stored_column>& columns, std::string message)
        : link_(link),
          table_(std::move(table)),
          message_(std::move(message))
    {
        for (const sql::stored_column& c : columns) {
            types_.push_back(type_of(c.type));
            columns_.emplace_back().form = form_of(types_.back());
        }
    }
    duckdb_chunks(const duckdb_chunks&) = delete;
    duckdb_chunks& operator=(const duckdb_chunks&) = delete;
    ~duckdb_chunks()
    {
        drop();
        for (duckdb_logical_type& type : types_) {
            duckdb_destroy_logical_type(&type);
        }
    }

    /// Before the values of a row are set; those that are not are NULL.
    void begin_row()
    {
        if (!chunks_.empty() && row_ + 1 < duckdb_vector_size()) {
            ++row_;
            return;
        }
        end_chunk();
        duckdb_data_chunk chunk = duckdb_create_data_chunk(types_.data(), types_.size());
        chunks_.push_back(chunk);
        row_ = 0;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            filling& one = columns_[c];
            one.vector = duckdb_data_chunk_get_vector(chunk, c);
            one.data = duckdb_vector_get_data(one.vector);
            duckdb_vector_ensure_validity_writable(one.vector);
            one.valid = duckdb_vector_get_validity(one.vector);
            std::memset(one.valid, 0, duckdb_vector_size() / 8);
        }
    }

    /// Sets a value of the row.
    void set_null(std::size_t column) { set_valid(column, false); }
    void set_integer(std::size_t column, std::int64_t value)
    {
        static_cast<std::int64_t*>(columns_[column].data)[row_] = value;
        set_valid(column, true);
    }
    void set_real(std::size_t column, double value)
    {
        static_cast<double*>(columns_[column].data)[row_] = value;
        set_valid(column, true);
    }
    void set_boolean(std::size_t column, bool value)
    {
        static_cast<bool*>(columns_[column].data)[row_] = value;
        set_valid(column, true);
    }
    void set_text(std::size_t column, std::string_view value)
    {
        const char* const bytes = value.empty() ? "" : value.data();
        duckdb_vector_assign_string_element_len(columns_[column].vector, row_, bytes, value.size());
        set_valid(column, true);
    }
    [[nodiscard]] form form_of(std::size_t column) const { return columns_[column].form; }

    /// All rows are in the table afterwards. \throws sql::refusal
    void flush()
    {
        if (chunks_.empty()) {
            return;
        }
        end_chunk();
        const appender rows(link_, table_, message_);
        for (const duckdb_data_chunk chunk : chunks_) {
            rows.check(duckdb_append_data_chunk(rows.get(), chunk), message_);
        }
        rows.check(duckdb_appender_flush(rows.get()), message_);
        drop();
    }
    /// Rows that were not flushed do not count.
    void drop() noexcept
    {
        for (duckdb_data_chunk& chunk : chunks_) {
            duckdb_destroy_data_chunk(&chunk);
        }
        chunks_.clear();
    }

private:
    class filling {
    public:
        duckdb_vector vector = nullptr;
        void* data = nullptr;
        std::uint64_t* valid = nullptr;
        duckdb_chunks::form form = form::text;
    };

    /// What takes chunks into a table.
    class appender {
    public:
        appender(duckdb_link& link, const std::string& table, const std::string& message)
        {
            const duckdb_state made = duckdb_appender_create(link.get(), nullptr, table.c_str(), &appender_);
            try {
                check(made, message);
            } catch (...) {
                duckdb_appender_destroy(&appender_);
                throw;
            }
        }
        appender(const appender&) = delete;
        appender& operator=(const appender&) = delete;
        ~appender() { duckdb_appender_destroy(&appender_); }

        [[nodiscard]] duckdb_appender get() const noexcept { return appender_; }

        /// \throws sql::refusal
        void check(duckdb_state state, const std::string& message) const
        {
            if (state == DuckDBSuccess) {
                return;
            }
            duckdb_error_data found = duckdb_appender_error_data(appender_);
            const std::string cause = duckdb_error_data_message(found);
            const duckdb_error_type type = duckdb_error_data_error_type(found);
            duckdb_destroy_error_data(&found);
            duckdb_link::fail(message, type, cause.c_str());
        }

    private:
        duckdb_appender appender_ = nullptr;
    };

    [[nodiscard]] static duckdb_logical_type type_of(std::string_view sql_type)
    {
        if (sql_type == "BIGINT") {
            return duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
        }
        if (sql_type == "DOUBLE") {
            return duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE);
        }
        if (sql_type == "BOOLEAN") {
            return duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN);
        }
        if (sql_type == "BLOB") {
            return duckdb_create_logical_type(DUCKDB_TYPE_BLOB);
        }
        const duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
        if (sql_type == "JSON") {
            duckdb_logical_type_set_alias(text, "JSON"); // it is, and need not be checked once more
        }
        return text;
    }

    [[nodiscard]] static form form_of(duckdb_logical_type type)
    {
        switch (duckdb_get_type_id(type)) {
        case DUCKDB_TYPE_BIGINT:
            return form::bigint;
        case DUCKDB_TYPE_DOUBLE:
            return form::real;
        case DUCKDB_TYPE_BOOLEAN:
            return form::boolean;
        default:
            return form::text;
        }
    }

    void end_chunk()
    {
        if (!chunks_.empty()) {
            duckdb_data_chunk_set_size(chunks_.back(), row_ + 1);
        }
    }

    void set_valid(std::size_t column, bool valid)
    {
        const std::uint64_t bit = std::uint64_t{1} << (row_ % 64);
        std::uint64_t& word = columns_[column].valid[row_ / 64];
        word = valid ? word | bit : word & ~bit;
    }

    duckdb_link& link_;
    std::string table_;
    std::string message_;
    std::vector<duckdb_logical_type> types_;
    std::vector<filling> columns_; ///< of the last chunk
    std::vector<duckdb_data_chunk> chunks_;
    idx_t row_ = 0; ///< of the last chunk
};

/// Appends rows, and has the table grow where a record has a new field. Inside a transaction of the store's.
class duckdb_writer final : public sql::table_writer {
public:
    duckdb_writer(duckdb_database_file& db, sql::stored_table& target) : db_(db), target_(target) {}

    void write(const row_values& rows, std::uint64_t walk) override
    {
        target_.refresh();
        need_bindings(rows.page());
        store_error::for_each_record(rows.size(), [&](std::size_t i) {
            need_columns(rows, i);
            need_chunks();
            write_record(rows[i], rows.page().json(i), walk);
        });
        if (const auto current = rows.schema()) {
            target_.keep(current);
        }
    }

    void flush() override
    {
        if (chunks_) {
            chunks_->flush();
        }
    }
    void forget() noexcept override { chunks_.reset(); }

    [[nodiscard]] std::optional<std::size_t> find_refused(const row_values& rows) override
    {
        target_.refresh();
        need_bindings(rows.page());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            try {
                need_columns(rows, i);
                need_chunks();
                write_record(rows[i], rows.page().json(i), 0);
                flush();
            } catch (const sql::refusal&) {
                return i;
            }
        }
        return std::nullopt;
    }

private:
    using origin = column_map::origin;

    /// A value that all rows of a page have, and its place in the chunk.
    class bound_value {
    public:
        std::string name;
        std::string_view json;
        std::size_t column = column_map::none;
    };

    // ---- columns ----

    /// The bindings of a page that have a column; null alone does not make one.
    void need_bindings(const page& rows)
    {
        bound_.clear();
        for (const bound_column& b : bound_columns(rows)) {
            std::size_t column = target_.find(origin::binding, b.name);
            if (column == column_map::none) {
                if (const std::optional<schema::data_type> type = type_of(b.json)) {
                    change([&] { target_.add(origin::binding, {schema::column(b.name, type)}); });
                    column = target_.find(origin::binding, b.name);
                }
            }
            if (column != column_map::none) {
                bound_value& one = bound_.emplace_back();
                one.name = b.name;
                one.json = b.json;
                one.column = column;
            }
        }
    }

    [[nodiscard]] static std::optional<schema::data_type> type_of(std::string_view json)
    {
        json_reader in(json, "the value taken over from the parent");
        switch (in.kind()) {
        case json_kind::null:
            return std::nullopt;
        case json_kind::boolean:
            return schema::data_type::boolean;
        case json_kind::number: {
            std::string scratch;
            const row_value::type kind = read_value(in, scratch).kind();
            return kind == row_value::type::integer ? schema::data_type::bigint
                : kind == row_value::type::real     ? schema::data_type::floating
                                                    : schema::data_type::decimal;
        }
        case json_kind::string:
            return schema::data_type::text;
        default:
            return schema::data_type::json;
        }
    }

    /// Has the table have a column for each field of a record that has a type.
    void need_columns(const row_values& rows, std::size_t record)
    {
        if (rows.is_like_previous(record)) {
            return;
        }
        order_.clear();
        std::vector<schema::column> unknown;
        const std::shared_ptr<const schema::table_schema> known = rows.schema();
        for (const row_values::field& f : rows[record]) {
            const std::size_t c = target_.find(origin::field, f.key);
            order_.push_back(c);
            const schema::column* const stated = c == column_map::none && known ? known->find(f.key) : nullptr;
            const auto is_it = [&](const schema::column& one) { return one.name == f.key; };
            if (stated != nullptr && stated->type && std::none_of(unknown.begin(), unknown.end(), is_it)) {
                unknown.push_back(*stated);
            }
        }
        if (unknown.empty() && target_.columns().size() == 0) {
            unknown.emplace_back(db_.dialect().placeholder, schema::data_type::boolean);
        }
        if (!unknown.empty()) {
            change([&] { target_.add(origin::field, unknown); });
            order_.clear();
            for (const row_values::field& f : rows[record]) {
                order_.push_back(target_.find(origin::field, f.key));
            }
        }
    }

    /// Changes the table: rows that were collected go into it as it was.
    template <class Function>
    void change(Function&& function)
    {
        flush();
        function();
    }

    void need_chunks()
    {
        if (chunks_ && version_ == target_.version()) {
            return;
        }
        flush();
        const std::string table = target_.written();
        const std::vector<sql::stored_column> columns = db_.columns_of(table);
        places_.assign(target_.columns().size(), column_map::none);
        walk_place_ = column_map::none;
        for (std::size_t place = 0; place < columns.size(); ++place) {
            if (columns[place].name == sql::walk_column) {
                walk_place_ = place;
            }
            for (std::size_t c = 0; c < places_.size(); ++c) {
                if (target_.columns()[c].name == columns[place].name) {
                    places_[c] = place;
                }
            }
        }
        chunks_ = std::make_unique<duckdb_chunks>(db_.link(), table, columns,
            "the rows could not be stored in the table '" + target_.definition().name + "' of " + db_.name());
        version_ = target_.version();
    }

    // ---- rows ----

    void write_record(std::span<const row_values::field> fields, std::string_view json, std::uint64_t walk)
    {
        filled_.assign(places_.size(), char(false));
        chunks_->begin_row();
        if (walk_place_ != column_map::none) {
            chunks_->set_integer(walk_place_, static_cast<std::int64_t>(walk));
        }
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (order_[i] != column_map::none) {
                set(order_[i], fields[i].value);
            }
        }
        std::string scratch;
        for (const bound_value& b : bound_) {
            json_reader in(b.json, "the value taken over from the parent");
            scratch.clear();
            scratch.reserve(b.json.size());
            set(b.column, read_value(in, scratch));
        }
        for (const std::size_t k : target_.keys()) {
            if (!filled_[k]) {
                throw store_error::missing_key(target_.definition().name, target_.columns()[k].source, json);
            }
        }
        if (target_.definition().is_keyed() && target_.keys().empty()) {
            throw store_error::missing_key(target_.definition().name, target_.definition().primary_key.front(), json);
        }
    }

    /// Sets a value, in the form that the column is handed over in.
    void set(std::size_t column, const row_value& value)
    {
        const std::size_t place = places_[column];
        filled_[column] = value.kind() != row_value::type::null;
        if (!filled_[column]) {
            chunks_->set_null(place);
            return;
        }
        const bool is_integer = value.kind() == row_value::type::integer;
        const bool is_real = value.kind() == row_value::type::real;
        switch (chunks_->form_of(place)) {
        case duckdb_chunks::form::bigint:
            if (is_integer) {
                chunks_->set_integer(place, value.integer());
                return;
            }
            break;
        case duckdb_chunks::form::boolean:
            if (is_integer) {
                chunks_->set_boolean(place, value.integer() != 0);
                return;
            }
            break;
        case duckdb_chunks::form::real:
            if (is_integer || is_real) {
                chunks_->set_real(place, is_real ? value.real() : static_cast<double>(value.integer()));
                return;
            }
            break;
        case duckdb_chunks::form::text: {
            std::array<char, 32> digits{};
            std::string_view text = is_integer || is_real ? std::string_view() : value.text();
            if (is_integer || is_real) {
                const auto end = is_integer ? std::to_chars(digits.begin(), digits.end(), value.integer())
                                            : std::to_chars(digits.begin(), digits.end(), value.real());
                text = std::string_view(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
            }
            chunks_->set_text(place, text);
            return;
        }
        }
        throw error(errc::wrong_type,
            "the value of the column '" + target_.columns()[column].name + "' is none of its type, "
                + target_.sql_type(column),
            "Declare the column's type (columns), or load into another table");
    }

    duckdb_database_file& db_;
    sql::stored_table& target_;

    std::unique_ptr<duckdb_chunks> chunks_;
    std::uint64_t version_ = 0;       ///< of the table that it was made for
    std::vector<std::size_t> places_; ///< of each column in the chunk
    std::size_t walk_place_ = column_map::none;
    std::vector<std::size_t> order_; ///< the column of each field of the record before
    std::vector<char> filled_;       ///< for each column: the row has a value in it
    std::vector<bound_value> bound_;
};

} // namespace corest::detail

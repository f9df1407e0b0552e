#pragma once

// Chunks of columns, which an appender takes into a table of a DuckDB database.

#include <corest/destination/row_values.hpp>
#include <corest/error.hpp>
#include <corest/schema/coerce.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/schema/typed_value.hpp>

#include <corest/destination/impl/duckdb_connection.ipp>
#include <corest/destination/impl/duckdb_types.ipp>
#include <corest/destination/impl/sql_database.ipp>

#include <duckdb.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
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
            filling& one = columns_.emplace_back();
            one.form = form_of(types_.back());
            schema::column known = duckdb_types::column_of(c.name, c.type);
            if (known.type == schema::data_type::decimal) {
                one.decimal = std::move(known);
            }
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
    /// The same. \return false where the value is none of what the column is handed over in
    /// \throws error (wrong_type): a number that a decimal column does not hold as it is
    [[nodiscard]] bool set(std::size_t place, const row_value& value)
    {
        if (value.kind() == row_value::type::null) {
            set_null(place);
            return true;
        }
        const bool is_integer = value.kind() == row_value::type::integer;
        const bool is_real = value.kind() == row_value::type::real;
        switch (columns_[place].form) {
        case form::bigint:
            if (is_integer) {
                set_integer(place, value.integer());
                return true;
            }
            break;
        case form::boolean:
            if (is_integer) {
                set_boolean(place, value.integer() != 0);
                return true;
            }
            break;
        case form::real:
            if (is_integer || is_real) {
                set_real(place, is_real ? value.real() : static_cast<double>(value.integer()));
                return true;
            }
            break;
        case form::text: {
            std::array<char, 32> digits{};
            std::string_view text = is_integer || is_real ? std::string_view() : value.text();
            if (is_integer || is_real) {
                const auto end = is_integer ? std::to_chars(digits.begin(), digits.end(), value.integer())
                                            : std::to_chars(digits.begin(), digits.end(), value.real());
                text = std::string_view(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
            }
            if (columns_[place].decimal) {
                need_digits(*columns_[place].decimal, text);
            }
            set_text(place, text);
            return true;
        }
        }
        return false;
    }

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
        std::optional<schema::column> decimal; ///< with its digits: DuckDB itself would round what has more of them
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

    /// \throws error (wrong_type) where a number has more digits than its column
    static void need_digits(const schema::column& decimal, std::string_view number)
    {
        schema::text_store texts;
        schema::json_value found;
        found.value = schema::typed_value(schema::value_kind::decimal, number);
        found.json = number;
        if (!schema::coerce(decimal, found, texts)) {
            throw schema::wrong_type(decimal, found);
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

} // namespace corest::detail

#pragma once

// SQLite as the SQL core asks for it.

#include <corest/schema/table_schema.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>
#include <corest/destination/impl/sqlite_connection.ipp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// A prepared statement, as the SQL core uses it.
class sqlite_call final : public sql::statement {
public:
    sqlite_call(sqlite_connection& db, std::string_view text, const std::string& message)
        : db_(db),
          message_(message),
          statement_(db.prepare(text, message))
    {
    }

    void start(std::span<const sql::parameter> parameters) override
    {
        sqlite3_reset(statement_.get()); // where it was not run to its end
        int position = 0;
        for (const sql::parameter& p : parameters) {
            bind(++position, p);
        }
    }
    bool next() override { return db_.step(statement_, message_); }
    [[nodiscard]] std::int64_t changes() const override { return sqlite3_changes(db_.get()); }
    [[nodiscard]] bool is_null(int column) const override
    {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override
    {
        return sqlite3_column_int64(statement_.get(), column);
    }
    [[nodiscard]] std::string_view text(int column) const override
    {
        return sqlite_connection::text(statement_, column);
    }

private:
    void bind(int position, const sql::parameter& value)
    {
        // A null pointer would be NULL.
        const std::string_view text = value.text().data() == nullptr ? std::string_view("") : value.text();
        switch (value.kind()) {
        case sql::parameter::type::null:
            sqlite3_bind_null(statement_.get(), position);
            break;
        case sql::parameter::type::integer:
            sqlite3_bind_int64(statement_.get(), position, value.integer());
            break;
        case sql::parameter::type::text:
            sqlite3_bind_text64(statement_.get(), position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
            break;
        case sql::parameter::type::bytes:
            sqlite3_bind_blob64(statement_.get(), position, text.data(), text.size(), SQLITE_STATIC);
            break;
        }
    }

    sqlite_connection& db_;
    std::string message_;
    sqlite_statement statement_;
};

/// An SQLite file.
class sqlite_database final : public sql::database {
public:
    /// As `sqlite_connection`.
    sqlite_database(std::string file, const sqlite_options& options, const std::atomic<bool>& interrupted,
        sqlite_connection::access mode = sqlite_connection::access::write)
        : connection_(std::move(file), options, interrupted, mode)
    {
    }

    [[nodiscard]] static const sql::dialect& own_dialect()
    {
        static const sql::dialect made = [] {
            sql::dialect d;
            d.product = "SQLite";
            d.case_blind = "SQLite does not tell apart";
            d.name_collation = " COLLATE NOCASE";
            d.state_table_suffix = " WITHOUT ROWID";
            d.placeholder = "_corest_no_fields";
            d.row_number = "_corest_row"; // a field may be called rowid
            d.row_number_column = "_corest_row INTEGER PRIMARY KEY";
            d.reserved_columns = {d.row_number};
            d.unique_index_prefix = "_corest_key_";
            d.reserved_prefix = "sqlite_";
            d.has_typed_columns = false;
            d.has_walk_column = false;
            d.remakes_empty_tables = true;
            return d;
        }();
        return made;
    }

    [[nodiscard]] sqlite_connection& connection() noexcept { return connection_; }

    [[nodiscard]] const sql::dialect& dialect() const noexcept override { return own_dialect(); }
    [[nodiscard]] std::string name() const override { return "'" + connection_.file() + "'"; }
    void execute(const std::string& text, const std::string& message) override { connection_.execute(text, message); }
    [[nodiscard]] std::unique_ptr<sql::statement> prepare(std::string_view text, const std::string& message) override
    {
        return std::make_unique<sqlite_call>(connection_, text, message);
    }
    void begin(const std::string& message) override { connection_.execute("BEGIN IMMEDIATE", message); }
    [[nodiscard]] bool is_in_transaction() const noexcept override { return connection_.is_in_transaction(); }
    void roll_back() noexcept override { sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }

    [[nodiscard]] bool has_table(const std::string& table) override
    {
        return sql::call(*this,
            "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE",
            "the tables of " + name() + " could not be listed")
            .has_row(table);
    }

    [[nodiscard]] std::vector<sql::stored_column> columns_of(const std::string& table) override
    {
        std::vector<sql::stored_column> columns;
        // A key that is an INTEGER of its own is the number of the row, which SQLite gives.
        sql::call(*this,
            "SELECT name, type, dflt_value IS NOT NULL OR (pk = 1 AND upper(type) = 'INTEGER' AND "
            "(SELECT max(pk) FROM pragma_table_info(?1)) = 1) FROM pragma_table_xinfo(?1) WHERE hidden = 0",
            "the columns of the table '" + table + "' in " + name() + " could not be listed")
            .each([&](const sql::call& row) { columns.emplace_back(row.text(0), row.text(1), row.integer(2) != 0); },
                table);
        return columns;
    }

    /// The table's primary key is this one, or there is a unique index on it.
    [[nodiscard]] bool has_unique_key(const std::string& table, std::vector<std::string> key) override
    {
        const std::string message = "the indexes of the table '" + table + "' in " + name() + " could not be listed";
        std::sort(key.begin(), key.end());
        // Of an index with a condition, or on an expression, SQLite makes no use in an insert.
        for (const char* const query : {"SELECT '', name FROM pragma_table_info(?1) WHERE pk > 0",
                 "SELECT list.name, info.name FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS info "
                 "WHERE list.\"unique\" AND NOT list.partial "
                 "AND NOT EXISTS(SELECT 1 FROM pragma_index_info(list.name) WHERE cid < 0)"})
        {
            std::map<std::string, std::vector<std::string>> by_index;
            sql::call(*this, query, message)
                .each([&](const sql::call& row) { by_index[row.text(0)].push_back(row.text(1)); }, table);
            for (auto& index : by_index) {
                std::sort(index.second.begin(), index.second.end());
                if (index.second == key) {
                    return true;
                }
            }
        }
        return false;
    }

    [[nodiscard]] std::size_t most_columns() const override
    {
        return static_cast<std::size_t>(sqlite3_limit(connection_.get(), SQLITE_LIMIT_COLUMN, -1));
    }

    /// SQLite converts what it stores by the type's name: none of these changes a value of its type. A decimal of more
    /// than 15 digits, which a double would cut, is text.
    [[nodiscard]] std::string type_of(const schema::column* declared) const override
    {
        if (declared == nullptr || !declared->type) {
            return {};
        }
        switch (*declared->type) {
        case schema::data_type::floating:
            return "DOUBLE";
        case schema::data_type::boolean:
            return "BOOLEAN";
        case schema::data_type::timestamp:
            return "TIMESTAMP";
        case schema::data_type::bigint:
            return "BIGINT";
        case schema::data_type::binary:
            return "BLOB";
        case schema::data_type::date:
            return "DATE";
        case schema::data_type::time:
            return "TIME";
        case schema::data_type::decimal:
            if (declared->precision && *declared->precision <= 15) {
                return "DECIMAL(" + std::to_string(*declared->precision) + ","
                    + std::to_string(declared->scale.value_or(9)) + ")";
            }
            return "TEXT";
        case schema::data_type::text:
        case schema::data_type::json:
        case schema::data_type::wei:
            return "TEXT";
        }
        return {};
    }

private:
    sqlite_connection connection_;
};

} // namespace corest::detail

#pragma once

// DuckDB as the SQL core asks for it.

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <corest/destination/impl/duckdb_connection.ipp>
#include <corest/destination/impl/duckdb_types.ipp>
#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>

#include <duckdb.h>

#include <algorithm>
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
class duckdb_call final : public sql::statement {
public:
    duckdb_call(duckdb_link& link, std::string_view text, std::string message) : message_(std::move(message))
    {
        if (duckdb_prepare(link.get(), std::string(text).c_str(), &statement_) != DuckDBSuccess) {
            const std::string cause = duckdb_prepare_error(statement_);
            duckdb_destroy_prepare(&statement_);
            duckdb_link::fail(message_, DUCKDB_ERROR_INVALID, cause.c_str());
        }
    }
    duckdb_call(const duckdb_call&) = delete;
    duckdb_call& operator=(const duckdb_call&) = delete;
    ~duckdb_call() override { duckdb_destroy_prepare(&statement_); }

    void start(std::span<const sql::parameter> parameters) override
    {
        is_run_ = false;
        idx_t position = 0;
        for (const sql::parameter& p : parameters) {
            bind(++position, p);
        }
    }
    bool next() override
    {
        if (!is_run_) {
            is_run_ = true;
            if (duckdb_execute_prepared(statement_, rows_.slot()) != DuckDBSuccess) {
                rows_.fail(message_);
            }
            has_rows_ = duckdb_prepared_statement_type(statement_) == DUCKDB_STATEMENT_TYPE_SELECT;
        }
        return has_rows_ && rows_.next();
    }
    [[nodiscard]] std::int64_t changes() const override { return rows_.changes(); }
    [[nodiscard]] bool is_null(int column) const override { return rows_.is_null(column); }
    [[nodiscard]] std::int64_t integer(int column) const override { return rows_.integer(column); }
    [[nodiscard]] std::string_view text(int column) const override { return rows_.text(column); }

private:
    void bind(idx_t position, const sql::parameter& value)
    {
        const std::string_view text = value.text().data() == nullptr ? std::string_view("") : value.text();
        switch (value.kind()) {
        case sql::parameter::type::null:
            duckdb_bind_null(statement_, position);
            break;
        case sql::parameter::type::integer:
            duckdb_bind_int64(statement_, position, value.integer());
            break;
        case sql::parameter::type::text:
            duckdb_bind_varchar_length(statement_, position, text.data(), text.size());
            break;
        case sql::parameter::type::bytes:
            duckdb_bind_blob(statement_, position, text.data(), text.size());
            break;
        }
    }

    std::string message_;
    duckdb_prepared_statement statement_ = nullptr;
    mutable duckdb_rows rows_;
    bool is_run_ = false;
    bool has_rows_ = false;
};

/// A DuckDB file.
class duckdb_database_file final : public sql::database {
public:
    /// \param breaker for what is under way; null: it cannot be interrupted
    /// \throws sql::refusal
    duckdb_database_file(std::string path, const duckdb_options& options,
        duckdb_file::access mode = duckdb_file::access::write, std::shared_ptr<duckdb_breaker> breaker = nullptr)
        : path_(std::move(path)),
          link_(duckdb_file::open(path_, options, mode), std::move(breaker))
    {
    }
    /// A database in memory, of its own. \param breaker as above \throws sql::refusal
    duckdb_database_file(const duckdb_options& options, std::shared_ptr<duckdb_breaker> breaker)
        : path_("memory"),
          link_(duckdb_file::in_memory(options), std::move(breaker))
    {
    }

    [[nodiscard]] static const sql::dialect& own_dialect()
    {
        static const sql::dialect made = [] {
            sql::dialect d;
            d.product = "DuckDB";
            d.case_blind = "DuckDB does not tell apart";
            d.placeholder = "_corest_no_fields";
            d.if_not_exists = "IF NOT EXISTS ";
            d.seen_number = "(rowid + 1)"; // the first row's is 0, which stands for none
            d.merges_at_end = true;
            d.remakes_empty_tables = true;
            d.has_savepoints = false;
            // A column needs a name; in the order of `rowid` rows were collected.
            d.reserved_columns = {"", "rowid", std::string(sql::walk_column)};
            return d;
        }();
        return made;
    }

    [[nodiscard]] duckdb_link& link() noexcept { return link_; }

    [[nodiscard]] const sql::dialect& dialect() const noexcept override { return own_dialect(); }
    [[nodiscard]] std::string name() const override { return "'" + path_ + "'"; }
    void execute(const std::string& text, const std::string& message) override
    {
        duckdb_rows rows;
        if (duckdb_query(link_.get(), text.c_str(), rows.slot()) != DuckDBSuccess) {
            rows.fail(message);
        }
    }
    [[nodiscard]] std::unique_ptr<sql::statement> prepare(std::string_view text, const std::string& message) override
    {
        return std::make_unique<duckdb_call>(link_, text, message);
    }

    void begin(const std::string& message) override
    {
        execute("BEGIN", message);
        is_open_ = true;
    }
    void commit(const std::string& message) override
    {
        is_open_ = false; // one that fails is rolled back
        execute("COMMIT", message);
    }
    [[nodiscard]] bool is_in_transaction() const noexcept override { return is_open_; }
    void roll_back() noexcept override
    {
        is_open_ = false;
        duckdb_query(link_.get(), "ROLLBACK", nullptr);
    }

    [[nodiscard]] bool has_table(const std::string& table) override
    {
        return sql::call(*this,
            "SELECT 1 FROM information_schema.tables WHERE table_catalog = current_database() "
            "AND table_schema = current_schema() AND "
                + is_table,
            "the tables of " + name() + " could not be listed")
            .has_row(lower(table));
    }

    [[nodiscard]] std::vector<sql::stored_column> columns_of(const std::string& table) override
    {
        std::vector<sql::stored_column> columns;
        sql::call(*this,
            "SELECT column_name, data_type, (column_default IS NOT NULL)::INTEGER FROM duckdb_columns() WHERE "
            "database_name = current_database() "
            "AND schema_name = current_schema() AND "
                + is_table + " ORDER BY column_index",
            "the columns of the table '" + table + "' in " + name() + " could not be listed")
            .each([&](const sql::call& row) { columns.emplace_back(row.text(0), row.text(1), row.integer(2) != 0); },
                lower(table));
        return columns;
    }

    [[nodiscard]] bool has_unique_key(const std::string& table, std::vector<std::string> key) override
    {
        std::map<std::int64_t, std::vector<std::string>> by_constraint;
        sql::call(*this,
            "SELECT constraint_index, unnest(constraint_column_names) FROM duckdb_constraints() "
            "WHERE database_name = current_database() AND schema_name = current_schema() "
            "AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND "
                + is_table,
            "the constraints of the table '" + table + "' in " + name() + " could not be listed")
            .each([&](const sql::call& row) { by_constraint[row.integer(0)].push_back(row.text(1)); }, lower(table));
        std::sort(key.begin(), key.end());
        return std::any_of(by_constraint.begin(), by_constraint.end(), [&](auto& known) {
            std::sort(known.second.begin(), known.second.end());
            return known.second == key;
        });
    }

    /// DuckDB can have more. But each that is added copies all that are there, and all copies are kept until the
    /// transaction ends: of 5,000 columns, 4 GB.
    [[nodiscard]] std::size_t most_columns() const override { return 2000; }

    [[nodiscard]] std::string type_of(const schema::column* declared) const override
    {
        return duckdb_types::type_of(declared);
    }

private:
    /// Whether a row is of the table that the first parameter names in lower case. DuckDB does not tell ASCII letters
    /// apart by their case, and its own `lower` folds others as well.
    inline static const std::string is_table =
        "translate(table_name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = ?1";

    std::string path_;
    duckdb_link link_;
    bool is_open_ = false;
};

} // namespace corest::detail

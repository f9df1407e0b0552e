#pragma once

/// \file
/// What is in a DuckDB file. Reads through the connection of this process: DuckDB locks files against other processes
/// only.

#include <corest/destination/duckdb.hpp>
#include <corest/destination/sql_identifier.hpp>

#include <corest/destination/impl/duckdb_database.ipp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The tables of a DuckDB file.
class duckdb_reader {
public:
    explicit duckdb_reader(const std::string& file) : db_(file, {}) {}

    /// The rows of a table: of each the columns that are not NULL, as text. Nothing where there is no such table.
    [[nodiscard]] std::optional<std::vector<std::map<std::string, std::string>>> rows(const std::string& table)
    {
        if (!db_.has_table(table)) {
            return std::nullopt;
        }
        return rows_of(corest::detail::sql::identifier(table));
    }

    /// The same of anything that stands behind FROM.
    [[nodiscard]] std::vector<std::map<std::string, std::string>> rows_of(const std::string& from)
    {
        std::string list;
        const std::vector<corest::detail::sql::stored_column> columns = columns_of(from);
        for (const auto& c : columns) {
            list += (list.empty() ? "" : ", ") + corest::detail::sql::identifier(c.name) + "::VARCHAR";
        }
        std::vector<std::map<std::string, std::string>> all;
        corest::detail::sql::call(db_, "SELECT " + list + " FROM " + from, "the table could not be read")
            .each([&](const corest::detail::sql::call& found) {
                std::map<std::string, std::string>& row = all.emplace_back();
                for (std::size_t i = 0; i < columns.size(); ++i) {
                    if (!found.is_null(static_cast<int>(i))) {
                        row[columns[i].name] = found.text(static_cast<int>(i));
                    }
                }
            });
        return all;
    }

    /// The types of the columns of anything that stands behind FROM: "id BIGINT, name VARCHAR".
    [[nodiscard]] std::string types_of(const std::string& from)
    {
        std::string list;
        for (const auto& c : columns_of(from)) {
            list += (list.empty() ? "" : ", ") + c.name + " " + c.type;
        }
        return list;
    }

    /// The types of a table's columns.
    [[nodiscard]] std::string types(const std::string& table)
    {
        return types_of(corest::detail::sql::identifier(table));
    }

    /// The same, by name.
    [[nodiscard]] std::map<std::string, std::string> columns(const std::string& from)
    {
        std::map<std::string, std::string> all;
        for (const auto& c : columns_of(from)) {
            all[c.name] = c.type;
        }
        return all;
    }

    /// Runs a statement.
    void execute(const std::string& sql) { db_.execute(sql, "the statement failed"); }

private:
    [[nodiscard]] std::vector<corest::detail::sql::stored_column> columns_of(const std::string& from)
    {
        std::vector<corest::detail::sql::stored_column> columns;
        corest::detail::sql::call(
            db_, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + from + ")", "it could not be read")
            .each([&](const corest::detail::sql::call& row) { columns.emplace_back(row.text(0), row.text(1)); });
        return columns;
    }

    corest::detail::duckdb_database_file db_;
};

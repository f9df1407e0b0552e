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
        std::string list;
        const std::vector<corest::detail::sql::stored_column> columns = db_.columns_of(table);
        for (const auto& c : columns) {
            list += (list.empty() ? "" : ", ") + corest::detail::sql::identifier(c.name) + "::VARCHAR";
        }
        std::vector<std::map<std::string, std::string>> all;
        corest::detail::sql::call(
            db_, "SELECT " + list + " FROM " + corest::detail::sql::identifier(table), "the table could not be read")
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

    /// The types of a table's columns: "id BIGINT, name VARCHAR".
    [[nodiscard]] std::string types(const std::string& table)
    {
        std::string list;
        for (const auto& c : db_.columns_of(table)) {
            list += (list.empty() ? "" : ", ") + c.name + " " + c.type;
        }
        return list;
    }

    /// Runs a statement.
    void execute(const std::string& sql) { db_.execute(sql, "the statement failed"); }

private:
    corest::detail::duckdb_database_file db_;
};

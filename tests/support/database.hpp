#pragma once

/// \file
/// Looks into an SQLite file from outside, as a user of the loaded data does.

#include <sqlite3.h>

#include <cstddef>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

/// A connection of the test's own.
class database {
public:
    /// The values of a row as text; nothing where NULL.
    using row = std::vector<std::optional<std::string>>;

    explicit database(const std::string& file)
    {
        if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) {
            const std::string why = sqlite3_errmsg(db_);
            sqlite3_close_v2(db_);
            throw std::runtime_error(why);
        }
        sqlite3_busy_timeout(db_, 10000);
    }
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    ~database() { sqlite3_close_v2(db_); }

    [[nodiscard]] std::vector<row> query(const std::string& sql) const
    {
        std::vector<row> all;
        for_each_row(sql, [&](sqlite3_stmt* statement) {
            row values;
            for (int c = 0; c < sqlite3_column_count(statement); ++c) {
                const bool null = sqlite3_column_type(statement, c) == SQLITE_NULL;
                values.push_back(null ? std::nullopt : std::optional<std::string>(text(statement, c)));
            }
            all.push_back(values);
        });
        return all;
    }

    /// The rows of a query, each as its values in SQL's spelling (text in quotes, an `r` after a REAL) with '|'
    /// between.
    [[nodiscard]] std::vector<std::string> rows(const std::string& sql) const
    {
        std::vector<std::string> all;
        for_each_row(sql, [&](sqlite3_stmt* statement) {
            std::string line;
            for (int c = 0; c < sqlite3_column_count(statement); ++c) {
                line += (c == 0 ? "" : "|") + spell(statement, c);
            }
            all.push_back(line);
        });
        return all;
    }

    /// The first value of a query, as text.
    [[nodiscard]] std::string value(const std::string& sql) const { return query(sql).at(0).at(0).value_or("NULL"); }

    void execute(const std::string& sql) const
    {
        for_each_row(sql, [](sqlite3_stmt*) {});
    }

    [[nodiscard]] std::size_t count(const std::string& table) const
    {
        return std::stoull(value("SELECT count(*) FROM \"" + table + "\""));
    }

    [[nodiscard]] bool has(const std::string& table) const
    {
        return !query("SELECT 1 FROM sqlite_master WHERE name = " + quote(table, '\'')).empty();
    }

    /// The rows of a table: of each column that is not NULL its value as text.
    [[nodiscard]] std::vector<std::map<std::string, std::string>> records(const std::string& table) const
    {
        std::vector<std::map<std::string, std::string>> all;
        for_each_row("SELECT * FROM " + quote(table, '"'), [&](sqlite3_stmt* statement) {
            std::map<std::string, std::string>& columns = all.emplace_back();
            for (int c = 0; c < sqlite3_column_count(statement); ++c) {
                if (sqlite3_column_type(statement, c) != SQLITE_NULL) {
                    columns[sqlite3_column_name(statement, c)] = text(statement, c);
                }
            }
        });
        return all;
    }

    [[nodiscard]] std::vector<std::string> column_list(const std::string& table) const
    {
        std::vector<std::string> names;
        for (const row& r : query("SELECT name FROM pragma_table_info('" + table + "')")) {
            names.push_back(*r[0]);
        }
        return names;
    }

    [[nodiscard]] std::set<std::string> columns(const std::string& table) const
    {
        const std::vector<std::string> names = column_list(table);
        return {names.begin(), names.end()};
    }

    /// All that a load leaves to its users: of each table its columns, and its rows in their order.
    [[nodiscard]] std::vector<std::string> content() const
    {
        std::vector<std::string> all;
        for (const row& table :
            query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_corest%' "
                  "ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY name"))
        {
            std::string head = *table[0] + ":";
            for (const std::string& c : column_list(*table[0])) {
                head += " " + c;
            }
            all.push_back(head);
            for (const std::string& line : rows("SELECT * FROM \"" + *table[0] + "\" ORDER BY rowid")) {
                all.push_back(line);
            }
        }
        return all;
    }

private:
    template <class Function>
    void for_each_row(const std::string& sql, Function&& function) const
    {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(db_));
        }
        while (sqlite3_step(statement) == SQLITE_ROW) {
            function(statement);
        }
        if (sqlite3_finalize(statement) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(db_));
        }
    }

    static std::string quote(const std::string& text, char mark)
    {
        std::string quoted(1, mark);
        for (const char c : text) {
            quoted.append(c == mark ? 2 : 1, c);
        }
        return quoted + mark;
    }

    static std::string text(sqlite3_stmt* statement, int column)
    {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }

    static std::string spell(sqlite3_stmt* statement, int column)
    {
        char digits[40];
        switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL:
            return "NULL";
        case SQLITE_TEXT:
            return "'" + text(statement, column) + "'";
        case SQLITE_FLOAT:
            std::snprintf(digits, sizeof(digits), "%.17g", sqlite3_column_double(statement, column));
            return std::string(digits) + "r";
        default:
            return std::to_string(sqlite3_column_int64(statement, column));
        }
    }

    sqlite3* db_ = nullptr;
};

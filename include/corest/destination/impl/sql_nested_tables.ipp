#pragma once

// Which tables have rows that are nested in those of others: the table `_corest_nested_tables`. It outlives runs, since
// the rows that a merge or a replace removes may have others in them of which no new one comes.

#include <corest/destination/destination.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace corest::detail::sql {

/// Everything here happens inside a transaction of the store's, or while its tables are made.
class nested_tables {
public:
    explicit nested_tables(database& db) : db_(db) {}

    void make_table()
    {
        const std::string collation = db_.dialect().name_collation;
        db_.execute("CREATE TABLE IF NOT EXISTS _corest_nested_tables(name TEXT PRIMARY KEY NOT NULL" + collation
                + ", parent TEXT NOT NULL" + collation + ", root TEXT NOT NULL" + collation + ")",
            message_);
    }

    /// Keeps that a table is nested.
    void add(const table& t)
    {
        call(db_,
            "INSERT INTO _corest_nested_tables VALUES(?1, ?2, ?3) ON CONFLICT(name) DO UPDATE SET "
            "parent = excluded.parent, root = excluded.root",
            message_)
            .run(t.name, t.parent_table, t.root_table);
    }

    /// The table at the top that one is nested in; empty where it is not.
    [[nodiscard]] std::string root_of(const std::string& name)
    {
        std::string root;
        call(db_, "SELECT root FROM _corest_nested_tables WHERE name = ?1", message_)
            .each([&](const call& row) { root = row.text(0); }, name);
        return root;
    }

    /// The tables that are nested in one at the top, each behind the one that it is in, as that one is written.
    [[nodiscard]] std::vector<table> of(const table& root)
    {
        std::vector<table> all;
        call(db_, "SELECT name, parent FROM _corest_nested_tables WHERE root = ?1 ORDER BY name", message_)
            .each(
                [&](const call& row) {
                    table& t = all.emplace_back(row.text(0), root.disposition);
                    t.parent_table = row.text(1);
                    t.root_table = root.name;
                },
                root.name);
        const auto depth = [&](const table* t) {
            std::size_t levels = 0;
            while (t != nullptr && levels <= all.size()) {
                const auto parent =
                    std::find_if(all.begin(), all.end(), [&](const table& one) { return one.name == t->parent_table; });
                t = parent == all.end() ? nullptr : &*parent;
                ++levels;
            }
            return levels;
        };
        std::multimap<std::size_t, const table*> by_depth;
        for (const table& t : all) {
            by_depth.emplace(depth(&t), &t);
        }
        std::vector<table> sorted;
        for (const auto& [levels, t] : by_depth) {
            sorted.push_back(*t);
        }
        return sorted;
    }

private:
    database& db_;
    std::string message_ = "what is nested in tables could not be kept in " + db_.name();
};

} // namespace corest::detail::sql

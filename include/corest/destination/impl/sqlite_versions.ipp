#pragma once

// The versions of the tables' schemas, in the table `_corest_schema` of an SQLite database.

#include <corest/schema/declaration.hpp>
#include <corest/schema/table_schema.hpp>

#include <corest/destination/impl/sqlite_connection.ipp>

#include <optional>
#include <string>

namespace corest::detail {

/// Reads and keeps versions of one table's schema. Inside a transaction of the store's.
class sqlite_versions {
public:
    sqlite_versions(sqlite_connection& db, std::string table) : db_(db), table_(std::move(table)) {}

    /// The last version that was kept; none where there is none.
    [[nodiscard]] std::optional<schema::table_schema> last()
    {
        make();
        const auto query = db_.prepare(
            "SELECT schema FROM _corest_schema WHERE resource = ?1 ORDER BY version DESC LIMIT 1", message());
        db_.bind(query, table_);
        if (!db_.step(query, message())) {
            return std::nullopt;
        }
        return schema::read_schema(db_.text(query, 0));
    }

    /// Keeps a version, unless it is the last one.
    void keep(const schema::table_schema& current)
    {
        make();
        const auto insert =
            db_.prepare("INSERT INTO _corest_schema SELECT ?1, "
                        "1 + coalesce((SELECT max(version) FROM _corest_schema WHERE resource = ?1), 0), ?2, ?3, "
                        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE ?2 IS NOT "
                        "(SELECT version_hash FROM _corest_schema WHERE resource = ?1 ORDER BY version DESC LIMIT 1)",
                message());
        db_.bind(insert, table_, current.version_hash(), current.to_json());
        db_.step(insert, message());
    }

private:
    void make()
    {
        db_.execute("CREATE TABLE IF NOT EXISTS _corest_schema("
                    "resource TEXT NOT NULL COLLATE NOCASE, version INTEGER NOT NULL, version_hash TEXT NOT NULL, "
                    "schema TEXT NOT NULL, stored_at TEXT NOT NULL, PRIMARY KEY(resource, version))",
            message());
    }

    [[nodiscard]] std::string message() const
    {
        return "the schema of the table '" + table_ + "' could not be kept in '" + db_.file() + "'";
    }

    sqlite_connection& db_;
    std::string table_;
};

} // namespace corest::detail

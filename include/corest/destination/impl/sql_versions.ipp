#pragma once

// The versions of the tables' schemas, in the table `_corest_schema`.

#include <corest/schema/declaration.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/rfc3339.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace corest::detail::sql {

/// Reads and keeps versions of one table's schema. Inside a transaction of the store's.
class versions {
public:
    versions(database& db, std::string table) : db_(db), table_(std::move(table)) {}

    /// The last version that was kept; none where there is none.
    [[nodiscard]] std::optional<schema::table_schema> last()
    {
        make();
        std::optional<schema::table_schema> found;
        call(db_, "SELECT schema FROM _corest_schema WHERE resource = ?1 ORDER BY version DESC LIMIT 1", message())
            .each([&](const call& row) { found = schema::read_schema(row.text(0)); }, table_);
        return found;
    }

    /// Keeps a version, unless it is the last one.
    void keep(const schema::table_schema& current)
    {
        make();
        std::int64_t version = 0;
        std::string hash;
        call(db_, "SELECT version, version_hash FROM _corest_schema WHERE resource = ?1 ORDER BY version DESC LIMIT 1",
            message())
            .each(
                [&](const call& row) {
                    version = row.integer(0);
                    hash = row.text(1);
                },
                table_);
        if (hash != current.version_hash()) {
            call(db_, "INSERT INTO _corest_schema VALUES(?1, ?2, ?3, ?4, ?5)", message())
                .run(table_, version + 1, current.version_hash(), current.to_json(),
                    format_date_time(std::chrono::system_clock::now()));
        }
    }

    /// The table is gone, and was never filled.
    void forget()
    {
        make();
        call(db_, "DELETE FROM _corest_schema WHERE resource = ?1", message()).run(table_);
    }

private:
    void make()
    {
        const std::string collation = db_.dialect().name_collation;
        db_.execute("CREATE TABLE IF NOT EXISTS _corest_schema(resource TEXT NOT NULL" + collation
                + ", version BIGINT NOT NULL, version_hash TEXT NOT NULL, schema TEXT NOT NULL, stored_at TEXT NOT "
                  "NULL, PRIMARY KEY(resource, version))",
            message());
    }

    [[nodiscard]] std::string message() const
    {
        return "the schema of the table '" + table_ + "' could not be kept in " + db_.name();
    }

    database& db_;
    std::string table_;
};

} // namespace corest::detail::sql

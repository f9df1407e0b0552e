#pragma once

// One table of an SQLite destination.

#include <corest/destination/destination.hpp>
#include <corest/destination/row_values.hpp>

#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_inserter.ipp>
#include <corest/destination/impl/sqlite_schema.ipp>

#include <utility>

namespace corest::detail {

/// What the store keeps of a table. Everything here happens inside a transaction of the store's.
class sqlite_table {
public:
    sqlite_table(sqlite_connection& db, table definition) : schema_(db, std::move(definition)), inserter_(db, schema_)
    {
    }
    sqlite_table(const sqlite_table&) = delete; // the inserter refers to the schema
    sqlite_table& operator=(const sqlite_table&) = delete;
    ~sqlite_table() = default;

    [[nodiscard]] const table& definition() const noexcept { return schema_.definition(); }
    [[nodiscard]] sqlite_schema& schema() noexcept { return schema_; }

    /// See sqlite_inserter::write.
    void write(const row_values& rows)
    {
        inserter_.write(rows);
        if (const auto current = rows.schema()) {
            schema_.keep(current);
        }
    }

private:
    sqlite_schema schema_;
    sqlite_inserter inserter_;
};

} // namespace corest::detail

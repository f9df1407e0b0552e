#pragma once

/// \file
/// A destination in a DuckDB file. Not part of corest.hpp: link `corest::duckdb`, which brings DuckDB along.

#include <corest/config.hpp>
#include <corest/destination/worker.hpp>

#include <string>

namespace corest {

/// How a DuckDB file is opened, and how much DuckDB takes of the machine.
class duckdb_options {
public:
    duckdb_options() = default; // no aggregate: g++ 12 destroys those twice in the operand of co_await

    unsigned threads = 0;     ///< that DuckDB works with; 0: one for each core
    std::string memory_limit; ///< as DuckDB writes it, "2GB"; empty: its own, 80 % of what there is
};

/// Loads every resource into a table of its own in one DuckDB file, which is made where it does not exist.
///
/// **Columns.** One for each top-level field that has had a value, in the order in which they first appear, and for
/// each value that is taken over from a parent; new fields add columns. Names are as in `sqlite_destination`, except
/// that a field without a name, `rowid` and `_corest_walk` get a suffix.
/// **Types.** As the schema declares them; of what it does not declare the first page with values decides, and values
/// that are none of their column's type go into a column of their own (`<name>__v_<type>`), as in dlt: text VARCHAR,
/// double DOUBLE, bool BOOLEAN, timestamp TIMESTAMP WITH TIME ZONE (without zone: TIMESTAMP), bigint BIGINT, binary
/// BLOB, json JSON, decimal DECIMAL(38,9) or as it is declared, wei DECIMAL(38,0), date DATE, time TIME. A user's own
/// types of columns stay, and DuckDB casts what comes.
///
/// Rows are collected in a table beside the real one, page by page, together with what they mean for the run's
/// progress. **append**, **replace**: as in `sqlite_destination`. **merge**: of the rows with the same primary key the
/// last one takes the old ones' place, all in one statement when the resource is complete or abandoned: page by page
/// DuckDB would take many times as long. The table needs no constraint for that, and gets none.
///
/// Progress is kept in the tables `_corest_...`, as in `sqlite_destination`; while a run goes on, the file
/// `<database>.corest-lock` says whose it is. DuckDB lets no other process open a file that one writes to.
///
/// Errors: as `sqlite_destination`, and destination_failed where DuckDB does not take a value (a decimal that is too
/// long for its column), with the record. A table has 2,000 columns at most: more take DuckDB gigabytes to add.
class duckdb_destination : public detail::nesting_queued_destination {
public:
    /// Opens nothing yet.
    /// \param file path of the database
    /// \param options of who opens it first in this process
    COREST_DECL explicit duckdb_destination(std::string file, duckdb_options options = {});

    /// Which library it works with: "DuckDB v1.4.1".
    [[nodiscard]] COREST_DECL static std::string library_version();
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/duckdb.ipp>
#endif

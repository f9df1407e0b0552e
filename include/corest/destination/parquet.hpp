#pragma once

/// \file
/// A destination in Parquet files. Not part of corest.hpp: link `corest::duckdb`, which brings DuckDB along.

#include <corest/config.hpp>
#include <corest/destination/duckdb.hpp>
#include <corest/destination/worker.hpp>

#include <string>

namespace corest {

/// How Parquet files are written.
class parquet_options {
public:
    parquet_options() = default; // no aggregate: g++ 12 destroys those twice in the operand of co_await

    std::string compression = "zstd"; ///< or "snappy", "gzip", "lz4", "uncompressed"
    duckdb_options duckdb;            ///< of DuckDB, which writes them
};

/// Loads every resource into a file of its own, `<directory>/<resource>.parquet`.
///
/// **Columns.** One for each top-level field that has had a value: declared ones first, then those of values that are
/// taken over from a parent and others in the order in which they first appear. Names are the fields'; of names that
/// differ only in the case of ASCII letters, and of a field and such a value, the later one gets the suffix `_2`.
/// **Types.** As in `duckdb_destination`, whose types they are. A file that is there keeps its columns and their types
/// in an `append` and a `merge`; a value that a column of it does not hold is an error that names page and record. A
/// decimal has 38 digits, 9 of them behind the point, unless it is declared otherwise, and is never rounded.
///
/// Rows are collected as lines of JSON in a hidden file, and become a file as in `csv_destination`: whole or not at
/// all, when the resource is complete, or, in an append, the run. A Parquet file cannot be appended to: an append
/// writes the old rows once more, with the new ones behind them, so that there is one file, with one schema, at any
/// time. That takes time in proportion to what is there; load into a directory of its own for each day or run where
/// that is too long, and read them as `dir/*/table.parquet`.
/// DuckDB keeps the new rows in memory while it writes them, and beyond `memory_limit` in files beside the others.
///
/// Names of files, locks and progress are as in `ndjson_destination`; the names of hidden files begin with
/// `.corest.parquet-`. What Parquet does not say of the columns (which field fills one, and the schema) is in the
/// file's metadata, under the key `corest`.
///
/// Errors: as `csv_destination`, and wrong_type where a value is none of its column's type.
class parquet_destination : public detail::resumable_queued_destination {
public:
    /// Touches nothing yet.
    /// \param directory made where it does not exist
    /// \param options of all of its files
    COREST_DECL explicit parquet_destination(std::string directory, parquet_options options = {});

    /// Which library it works with: "DuckDB v1.4.1".
    [[nodiscard]] COREST_DECL static std::string library_version();
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/parquet.ipp>
#endif

#pragma once

/// \file
/// A destination in an SQLite database. Not part of corest.hpp: link `corest::sqlite`, which brings SQLite along.

#include <corest/config.hpp>
#include <corest/destination/worker.hpp>

#include <chrono>
#include <string>

namespace corest {

/// How an SQLite file is opened.
class sqlite_options {
public:
    sqlite_options() = default; // no aggregate: g++ 12 destroys those twice in the operand of co_await

    /// How long to wait for other processes that hold a lock on it.
    std::chrono::milliseconds busy_timeout = std::chrono::minutes(1);
    /// SQLite's journal: "wal", in which others can read meanwhile, or, on file systems that WAL cannot be used on
    /// (those of a network), "delete", "truncate" or "persist".
    std::string journal = "wal";
};

/// Loads every resource into a table of its own in one SQLite file, which is made where it does not exist.
///
/// **Columns.** One for each top-level field, in the order in which they first appear, named exactly as the field is;
/// new fields add columns. SQLite takes names that differ only in the case of ASCII letters for the same, so of two
/// such fields (`id`, `ID`), and of a binding and a field of the same name, the later one's column is called `ID_2`
/// (the choice is kept in the table `_corest_columns`, so it holds in later runs). Columns have no declared type, since
/// one would make SQLite convert what it stores; but for those of the table's schema: text, json and wei TEXT, double
/// DOUBLE, bool BOOLEAN, timestamp TIMESTAMP, bigint BIGINT, binary BLOB, date DATE, time TIME, decimal DECIMAL where
/// it has up to 15 digits, else TEXT, which keeps them all. They are NOT NULL where they may not be null, in a table
/// that is made. Each version of the schema is kept in the table `_corest_schema`.
///
/// **Values.** null: NULL. true and false: 1 and 0. Integers that fit 64 bits: INTEGER. Other numbers: REAL; those that
/// a double cannot hold (integers beyond 64 bits, 1e400): their exact text. Strings: TEXT, NUL characters included.
/// Objects and arrays: compact JSON text. A field that a record lacks: NULL. Of a column with a type: timestamps, dates
/// and times as text (RFC 3339, UTC), bytes as BLOB.
///
/// **append** collects the rows in a table beside the real one and moves them there when the resource is complete -
/// or, if other resources are open by then, when the last of them is, so that a run that was killed has added nothing.
/// **replace** collects likewise; the rows then take the old ones' place in one transaction. The table itself with its
/// columns, indexes and triggers stays. Where a primary key is given, its last row wins, as in a merge.
/// **merge** inserts or replaces rows by their primary key, page by page; fields that the new row lacks become NULL.
///
/// **Progress** is kept (`resumable_destination`) in the tables `_corest_runs`, `_corest_walks`, `_corest_resources`,
/// `_corest_cursors`, `_corest_held_cursors`, `_corest_seen`, `_corest_staged` and `_corest_nested_tables`, committed
/// together with the rows that it stands for; that of a load without a run in `_corest_progress`. Pages that wait at
/// the same time, of whatever tables, share a transaction. The database is in WAL mode: others can read meanwhile.
/// While a run goes on, the file `<database>.corest-lock` says whose it is; ":memory:" and "" have none.
///
/// Errors: destination_failed (no database, locked by another process for too long, disk full, a reserved name -
/// `sqlite_...`, `_corest...` -, more columns than SQLite can have, a table whose rows the primary key does not tell
/// apart), field_missing (a record without its primary key, or null in it), not_json, wrong_type (a record that is no
/// object), invalid_argument (a merge without a primary key, a table that is open already or not open).
class sqlite_destination : public detail::nesting_queued_destination {
public:
    /// Opens nothing yet.
    /// \param file path of the database
    /// \param options see there \throws error (invalid_argument): a journal that SQLite has not
    COREST_DECL explicit sqlite_destination(std::string file, sqlite_options options = {});

    /// Which library it works with: "SQLite 3.40.1".
    [[nodiscard]] COREST_DECL static std::string library_version();
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/sqlite.ipp>
#endif

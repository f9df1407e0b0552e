#pragma once

/// \file
/// A destination in a PostgreSQL database. Not part of corest.hpp: link `corest::postgres`, which brings libpq along.

#include <corest/config.hpp>
#include <corest/destination/worker.hpp>

#include <cstddef>
#include <string_view>

namespace corest {

namespace detail {

/// What the server cuts off is longer, in bytes.
inline constexpr std::size_t longest_postgres_name = 63;

} // namespace detail

/// Loads every resource into a table of its own in one schema of a PostgreSQL database (13 or later).
///
/// **Address.** `postgresql://user@host:port/database` and all else that libpq takes as a URI (`sslmode`, `service`,
/// several hosts, ...), or `postgres:` and a connection string of libpq's (`postgres:host=db dbname=shop`), or
/// `postgres:` alone. What is left out is as in libpq: PGHOST, PGUSER, PGPASSWORD and the like, the service file,
/// ~/.pgpass. Options of corest's own: `?schema=NAME`, which is made where it does not exist (else the first of the
/// search path), and `?json=json` (else jsonb). No message holds the password.
///
/// **Columns.** One for each top-level field, named as the field is; a name of more than 63 bytes is cut, one that the
/// database keeps for itself (`xmin`, `ctid`) or that is taken gets the suffix `_2`: such choices are kept in the table
/// `_corest_columns`. Every column has a type: the one that the schema declares - text: text or varchar(n); bigint:
/// bigint, integer, smallint by its bits; double: double precision; decimal and wei: numeric; bool: boolean; timestamp:
/// timestamp with or without time zone; date, time, binary: date, time, bytea; json: jsonb -, else the one that the
/// first page with values decides. A value of another type has a column of its own (`<name>__v_<type>`). A column of
/// which all values are null is not made. A table that exists keeps its columns' types: values are cast to them, and
/// what cannot be cast is an error that names the record.
///
/// **Values.** A text with U+0000 is an error, since PostgreSQL has none. jsonb takes neither `\u0000` nor half a
/// surrogate pair and keeps one of two members with the same key: such a value is an error too; it sorts keys and
/// drops white space. `?json=json` keeps the text.
///
/// **append** and **replace** collect the rows in a (logged) table beside the real one. **replace** deletes the old
/// rows and inserts the new ones in one transaction; a table that the run has made itself, and on which nothing
/// depends, takes the collected table's place instead. **merge** is one `INSERT ... ON CONFLICT` for the pages of a
/// transaction, sorted by the key, so that several writers do not wait for one another in circles; rows that would not
/// change are left alone. All visible steps are as in `sqlite_destination`.
///
/// **Progress** is in the same tables as there, in the schema that is loaded into, committed with the rows. While a run
/// goes on, it holds an advisory lock on the schema; another one is refused by the holder's name.
/// A transaction that meets a deadlock or a conflict, or a table that has changed meanwhile, is tried again; so is one
/// whose connection was lost: the server says whether its COMMIT was taken. The server may be away for a minute.
/// The session must be the run's own: PgBouncer's transaction mode will not do.
///
/// Errors: destination_failed (no connection, a right that is missing, a table that others have locked for a minute, a
/// reserved name - `pg_...`, `_corest...` - or one of more than 63 bytes, a value that a column does not take),
/// field_missing, not_json, wrong_type, invalid_argument, as in the concept `destination`.
class postgres_destination : public detail::nesting_queued_destination {
public:
    /// Connects when it is first used.
    /// \param address see above
    /// \throws error (invalid_argument) where it cannot be read; does not repeat it
    COREST_DECL explicit postgres_destination(std::string_view address);

    /// Which library it works with: "libpq 15.8".
    [[nodiscard]] COREST_DECL static std::string library_version();

    /// A column with the hint `unique` has a unique index.
    [[nodiscard]] static constexpr bool enforces_unique() noexcept { return true; }
    /// How many bytes a name has at most.
    [[nodiscard]] static constexpr std::size_t longest_name() noexcept { return detail::longest_postgres_name; }
};

/// A destination in the PostgreSQL database of that address. \param address see `postgres_destination`
[[nodiscard]] COREST_DECL postgres_destination postgres(std::string_view address);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/postgres.ipp>
#endif

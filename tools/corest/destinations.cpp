#include "destinations.hpp"

#include <corest/destination/csv.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>

#if defined(COREST_WITH_DUCKDB)
#    include <corest/destination/duckdb.hpp>
#endif
#if defined(COREST_WITH_POSTGRES)
#    include <corest/destination/postgres.hpp>
#endif

#include <unistd.h>

#include <array>
#include <cstddef>

namespace cli {

namespace {

/// A form of `--to`. A new destination is one line of the table below.
struct form {
    std::string_view prefix; ///< what the text begins with
    std::string_view example;
    std::string_view explanation;
    corest::any_destination (*make)(const std::string& rest, bool several);
    bool may_be_all = false; ///< nothing need follow the prefix
};

corest::any_destination make_duckdb([[maybe_unused]] const std::string& file)
{
#if defined(COREST_WITH_DUCKDB)
    return corest::duckdb_destination(file);
#else
    throw corest::error(corest::errc::invalid_argument, "this corest was built without DuckDB",
        "Give its build -DDuckDB_ROOT=<folder>, with duckdb.h and libduckdb.so in it");
#endif
}

corest::any_destination make_postgres([[maybe_unused]] const std::string& address)
{
#if defined(COREST_WITH_POSTGRES)
    return corest::postgres(address);
#else
    throw corest::error(corest::errc::invalid_argument, "this corest was built without PostgreSQL",
        "Install libpq (libpq-dev) and build it again");
#endif
}

constexpr std::array<form, 7> forms = {{
    {"sqlite:", "sqlite:FILE", "tables of an SQLite database",
        [](const std::string& rest, bool) -> corest::any_destination { return corest::sqlite_destination(rest); }},
    {"duckdb:", "duckdb:FILE", "tables of a DuckDB database",
        [](const std::string& rest, bool) { return make_duckdb(rest); }},
    {"ndjson:", "ndjson:DIR", "a file of JSON lines per resource",
        [](const std::string& rest, bool) -> corest::any_destination { return corest::ndjson_destination(rest); }},
    {"csv:", "csv:DIR", "a file of comma-separated values per resource (RFC 4180)",
        [](const std::string& rest, bool) -> corest::any_destination { return corest::csv_destination(rest); }},
    {"postgresql://", "postgresql://USER@HOST:PORT/DATABASE",
        "tables of a PostgreSQL database; ?schema=NAME, ?json=json, and what libpq knows (doc/destinations.md)",
        [](const std::string& rest, bool) { return make_postgres("postgresql://" + rest); }, true},
    {"postgres:", "postgres:[SETTINGS]", "the same by libpq's settings (service=shop), or by its environment alone",
        [](const std::string& rest, bool) { return make_postgres("postgres:" + rest); }, true},
    {"-", "-", "JSON lines on standard output",
        [](const std::string&, bool several) -> corest::any_destination {
            return corest::ndjson_stream(STDOUT_FILENO, several);
        }},
}};

} // namespace

std::string destination_forms()
{
    std::string text;
    for (const form& f : forms) {
        text += (text.empty() ? "" : "\n") + std::string(f.example) + "  " + std::string(f.explanation);
    }
    return text;
}

corest::net::awaitable<corest::destination_state> read_state(corest::any_destination keeper)
{
    co_return co_await keeper.read_state();
}

namespace {

bool is_of(const form& f, std::string_view text)
{
    if (f.prefix == f.example) {
        return text == f.prefix;
    }
    return text.starts_with(f.prefix) && (f.may_be_all || text.size() > f.prefix.size());
}

} // namespace

std::string shown_destination(std::string_view text)
{
    const std::size_t authority = text.find("://");
    if (authority == std::string_view::npos) {
        const bool has_settings = text.find('=') != std::string_view::npos;
        return has_settings ? std::string(text.substr(0, text.find_first_of(":="))) + ":..." : std::string(text);
    }
    const std::size_t begin = authority + 3;
    const std::size_t user = text.rfind('@');
    const std::string_view rest = text.substr(user == std::string_view::npos || user < begin ? begin : user + 1);
    return std::string(text.substr(0, begin)) + std::string(rest.substr(0, rest.find('?')));
}

corest::any_destination make_destination(std::string_view text, bool several)
{
    for (const form& f : forms) {
        if (is_of(f, text)) {
            return f.make(std::string(text.substr(f.prefix.size())), several);
        }
    }
    throw corest::error(corest::errc::invalid_argument,
        "--to " + shown_destination(text) + " is no destination that is known; there are:\n" + destination_forms());
}

} // namespace cli

#include "destinations.hpp"

#include <corest/destination/csv.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>

#if defined(COREST_WITH_DUCKDB)
#    include <corest/destination/duckdb.hpp>
#endif

#include <unistd.h>

#include <array>

namespace cli {

namespace {

/// A form of `--to`. A new destination is one line of the table below.
struct form {
    std::string_view prefix; ///< what the text begins with
    std::string_view example;
    std::string_view explanation;
    corest::any_destination (*make)(const std::string& rest, bool several);
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

constexpr std::array<form, 5> forms = {{
    {"sqlite:", "sqlite:FILE", "tables of an SQLite database",
        [](const std::string& rest, bool) -> corest::any_destination { return corest::sqlite_destination(rest); }},
    {"duckdb:", "duckdb:FILE", "tables of a DuckDB database",
        [](const std::string& rest, bool) { return make_duckdb(rest); }},
    {"ndjson:", "ndjson:DIR", "a file of JSON lines per resource",
        [](const std::string& rest, bool) -> corest::any_destination { return corest::ndjson_destination(rest); }},
    {"csv:", "csv:DIR", "a file of comma-separated values per resource (RFC 4180)",
        [](const std::string& rest, bool) -> corest::any_destination { return corest::csv_destination(rest); }},
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

corest::any_destination make_destination(std::string_view text, bool several)
{
    for (const form& f : forms) {
        const bool exact = f.prefix == f.example;
        if (exact ? text == f.prefix : text.substr(0, f.prefix.size()) == f.prefix && text.size() > f.prefix.size()) {
            return f.make(std::string(text.substr(f.prefix.size())), several);
        }
    }
    throw corest::error(corest::errc::invalid_argument,
        "--to " + std::string(text) + " is no destination that is known; there are:\n" + destination_forms());
}

} // namespace cli

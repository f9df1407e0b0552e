#include "destinations.hpp"

#include "destination_options.hpp"

#include <corest/destination/csv.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/detail/suggestion.hpp>
#include <corest/error.hpp>
#include <corest/source/schema/registry.hpp>

#if defined(COREST_WITH_DUCKDB)
#    include <corest/destination/duckdb.hpp>
#    include <corest/destination/parquet.hpp>
#endif
#if defined(COREST_WITH_POSTGRES)
#    include <corest/destination/postgres.hpp>
#endif

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace cli {

namespace {

constexpr std::array<destination_option, 2> sqlite_settings = {{
    {"journal", "wal|delete|truncate|persist",
        "SQLite's journal (wal); one of the others where a network's file system has no WAL"},
    {"timeout", "SECONDS", "how long to wait for other processes that hold a lock (60)"},
}};

constexpr std::array<destination_option, 2> duckdb_settings = {{
    {"threads", "NUMBER", "that DuckDB works with (one for each core)"},
    {"memory_limit", "SIZE", "as DuckDB writes it, 2GB (80 % of what there is)"},
}};

constexpr std::array<destination_option, 3> parquet_settings = {{
    {"compression", "zstd|snappy|gzip|lz4|uncompressed", "of the files (zstd)"},
    duckdb_settings[0],
    duckdb_settings[1],
}};

constexpr std::array<destination_option, 2> postgres_settings = {{
    {"schema", "NAME", "to load into, made where it does not exist (the first of the search path)"},
    {"json", "jsonb|json", "what objects and arrays become (jsonb); others are libpq's own, as sslmode=verify-full"},
}};

/// A form of `--to`. A new destination is one line of the table below, and its options are a table above.
struct form {
    std::string_view prefix; ///< what the text begins with
    std::string_view example;
    std::string_view explanation;
    std::span<const destination_option> options;
    corest::any_destination (*make)(const destination_address& address, bool several);
    bool is_url = false; ///< nothing need follow the prefix, and the destination itself reads the options
};

corest::any_destination make_sqlite(const destination_address& address)
{
    corest::sqlite_options options;
    options.journal = address.find("journal").value_or(options.journal);
    if (const std::optional<unsigned> seconds = address.find_number("timeout", 0, 86'400)) {
        options.busy_timeout = std::chrono::seconds(*seconds);
    }
    return corest::sqlite_destination(address.location(), std::move(options));
}

#if !defined(COREST_WITH_DUCKDB)
[[noreturn]] void throw_no_duckdb()
{
    throw corest::error(corest::errc::invalid_argument, "this corest was built without DuckDB",
        "Give its build -DDuckDB_ROOT=<folder>, with duckdb.h and libduckdb.so in it");
}
#else
corest::duckdb_options read_duckdb_options(const destination_address& address)
{
    corest::duckdb_options options;
    options.threads = address.find_number("threads", 1, 1024).value_or(options.threads);
    options.memory_limit = address.find("memory_limit").value_or(options.memory_limit);
    return options;
}
#endif

corest::any_destination make_duckdb([[maybe_unused]] const destination_address& address)
{
#if defined(COREST_WITH_DUCKDB)
    return corest::duckdb_destination(address.location(), read_duckdb_options(address));
#else
    throw_no_duckdb();
#endif
}

corest::any_destination make_parquet([[maybe_unused]] const destination_address& address)
{
#if defined(COREST_WITH_DUCKDB)
    corest::parquet_options options;
    options.compression = address.find("compression").value_or(options.compression);
    options.duckdb = read_duckdb_options(address);
    return corest::parquet_destination(address.location(), std::move(options));
#else
    throw_no_duckdb();
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

constexpr std::array<form, 8> forms = {{
    {"sqlite:", "sqlite:FILE", "tables of an SQLite database", sqlite_settings,
        [](const destination_address& address, bool) { return make_sqlite(address); }},
    {"duckdb:", "duckdb:FILE", "tables of a DuckDB database", duckdb_settings,
        [](const destination_address& address, bool) { return make_duckdb(address); }},
    {"ndjson:", "ndjson:DIR", "a file of JSON lines per resource", {},
        [](const destination_address& address, bool) -> corest::any_destination {
            return corest::ndjson_destination(address.location());
        }},
    {"csv:", "csv:DIR", "a file of comma-separated values per resource (RFC 4180)", {},
        [](const destination_address& address, bool) -> corest::any_destination {
            return corest::csv_destination(address.location());
        }},
    {"parquet:", "parquet:DIR", "a Parquet file per resource, with types", parquet_settings,
        [](const destination_address& address, bool) { return make_parquet(address); }},
    {"postgresql://", "postgresql://USER@HOST:PORT/DATABASE", "tables of a PostgreSQL database", postgres_settings,
        [](const destination_address& address, bool) { return make_postgres("postgresql://" + address.location()); },
        true},
    {"postgres:", "postgres:[SETTINGS]", "the same by libpq's settings (service=shop), or by its environment alone", {},
        [](const destination_address& address, bool) { return make_postgres("postgres:" + address.location()); }, true},
    {"-", "-", "JSON lines on standard output", {},
        [](const destination_address&, bool several) -> corest::any_destination {
            return corest::ndjson_stream(STDOUT_FILENO, several);
        }},
}};

constexpr bool is_known_to_register(const form& f)
{
    return f.prefix == "-"
        || std::find(corest::source::detail::own_schemes.begin(), corest::source::detail::own_schemes.end(),
               f.prefix.substr(0, f.prefix.find(':')))
        != corest::source::detail::own_schemes.end();
}
static_assert(std::all_of(forms.begin(), forms.end(), is_known_to_register),
    "a scheme of corest's own belongs into own_schemes, so that no program registers another one for it");

} // namespace

std::string destination_forms()
{
    std::string text;
    for (const form& f : forms) {
        text += (text.empty() ? "" : "\n") + std::string(f.example) + "  " + std::string(f.explanation);
        for (const destination_option& o : f.options) {
            text += "\n  ?" + std::string(o.name) + "=" + std::string(o.value) + "  " + std::string(o.explanation);
        }
    }
    for (const std::string& scheme : corest::source::destination_schemes()) {
        text += "\n" + scheme + ":...  a destination that this command was built with";
    }
    return text;
}

std::vector<std::string> destination_prefixes()
{
    std::vector<std::string> all;
    for (const form& f : forms) {
        all.emplace_back(f.prefix);
    }
    for (const std::string& scheme : corest::source::destination_schemes()) {
        all.push_back(scheme + ":");
    }
    return all;
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
    return text.starts_with(f.prefix) && (f.is_url || text.size() > f.prefix.size());
}

/// The prefix of a form for files with that ending; empty: there is none.
std::string_view prefix_for_file(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> endings = {{
        {".db", "sqlite:"},
        {".sqlite", "sqlite:"},
        {".sqlite3", "sqlite:"},
        {".duckdb", "duckdb:"},
        {".ndjson", "ndjson:"},
        {".jsonl", "ndjson:"},
        {".csv", "csv:"},
        {".parquet", "parquet:"},
    }};
    for (const auto& [ending, prefix] : endings) {
        if (text.ends_with(ending)) {
            return prefix;
        }
    }
    return {};
}

/// What was probably meant: "; the nearest known destination is 'sqlite:'"; empty where that cannot be told.
std::string meant_destination(std::string_view text)
{
    const std::size_t colon = text.find(':');
    for (const form& f : forms) { // "duckdb", "duckdb:"
        if (text.substr(0, colon) == f.prefix.substr(0, f.prefix.find(':'))
            && (colon == std::string_view::npos || colon + 1 == text.size()))
        {
            return ": write " + std::string(f.example);
        }
    }
    if (colon == std::string_view::npos) {
        const std::string_view prefix = prefix_for_file(text);
        const bool is_folder = prefix == "ndjson:" || prefix == "csv:" || prefix == "parquet:";
        return prefix.empty() ? std::string()
            : is_folder       ? ": for a folder of such files write " + std::string(prefix) + "DIR"
                              : ": for that file write " + std::string(prefix) + std::string(text);
    }
    std::vector<std::string_view> kinds;
    for (const form& f : forms) {
        if (const std::size_t end = f.prefix.find(':'); end != std::string_view::npos) {
            kinds.push_back(f.prefix.substr(0, end));
        }
    }
    const std::string nearest = corest::detail::suggestion(text.substr(0, colon), kinds, "destination");
    const bool is_url = text.substr(colon).starts_with("://");
    // Without a name that is near they are all listed, which the forms do better.
    return nearest.find("nearest") == std::string::npos ? std::string()
        : is_url && nearest.find("'postgres") != std::string::npos
        ? "; the nearest known destination is 'postgresql://'"
        : nearest;
}

} // namespace

std::string shown_destination(std::string_view text)
{
    const std::size_t authority = text.find("://");
    if (authority == std::string_view::npos) {
        const bool may_have_password = text.find_first_of("=@") != std::string_view::npos;
        return may_have_password ? std::string(text.substr(0, text.find_first_of(":="))) + ":..." : std::string(text);
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
            const std::string_view rest = text.substr(f.prefix.size());
            if (rest.starts_with(":memory:")) {
                throw corest::error(corest::errc::invalid_argument,
                    std::string(text) + " would keep nothing: it is gone when the command ends",
                    "Name a file: " + std::string(f.prefix) + "FILE");
            }
            if (!f.is_url && rest.starts_with("//")) { // SQLAlchemy and file URLs do not agree on it
                const std::string path(rest.substr(std::min(rest.find_first_not_of('/'), rest.size())));
                throw corest::error(corest::errc::invalid_argument,
                    "'" + shown_destination(text) + "' may be a path from the root or from the current folder",
                    "Write " + std::string(f.prefix) + "/" + path + " or " + std::string(f.prefix) + path);
            }
            return f.make(
                f.is_url ? destination_address(rest) : destination_address(rest, f.prefix, f.options), several);
        }
    }
    if (auto own = corest::source::find_destination(text)) {
        return *std::move(own);
    }
    throw corest::error(corest::errc::invalid_argument,
        "'" + shown_destination(text) + "' is no destination that is known" + meant_destination(text) + "; there are:\n"
            + destination_forms());
}

} // namespace cli

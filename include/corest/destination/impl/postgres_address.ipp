#pragma once

// What `postgresql://...` or `postgres:...` says: what libpq is given, and the options that are corest's own.

#include <corest/destination/postgres.hpp>
#include <corest/detail/suggestion.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// An address, taken apart. Holds a password where the address does: only `shown` is for people.
class postgres_address {
public:
    /// \param text a connection URI, or after `postgres:` what libpq calls a connection string, or nothing; either with
    ///        `?schema=...` and `?json=...`
    /// \throws error (invalid_argument), which does not repeat the text
    explicit postgres_address(std::string_view text)
    {
        const bool is_uri = text.starts_with("postgresql://") || text.starts_with("postgres://");
        if (!is_uri && text.starts_with("postgres:")) {
            text.remove_prefix(std::string_view("postgres:").size());
        }
        const std::size_t mark = text.find('?');
        connection_ = text.substr(0, mark);
        char separator = '?';
        std::string_view rest = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
        while (!rest.empty()) {
            const std::size_t end = rest.find('&');
            const std::string_view option = rest.substr(0, end);
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            if (!take(option)) {
                const bool may_be_secret = text.find_first_of("@ ", mark) != std::string_view::npos
                    || (!is_uri && connection_.find("password") != std::string::npos);
                check_name(is_uri, option, may_be_secret);
                connection_ += separator;
                connection_ += option;
                separator = '&';
            }
        }
        describe();
    }

    /// For libpq. May hold a password.
    [[nodiscard]] const std::string& connection() const noexcept { return connection_; }
    /// The schema to load into; empty: the first of the search path.
    [[nodiscard]] const std::string& schema() const noexcept { return schema_; }
    /// "jsonb" or "json".
    [[nodiscard]] const std::string& json_type() const noexcept { return json_type_; }
    /// For people: database, host and port as the address says them, in quotes.
    [[nodiscard]] const std::string& shown() const noexcept { return shown_; }

private:
    /// Takes an option that is corest's own. \return whether it is one
    bool take(std::string_view option)
    {
        const std::size_t equal = option.find('=');
        const std::string_view key = option.substr(0, equal);
        if (key != "schema" && key != "json") {
            return false;
        }
        const std::string value =
            equal == std::string_view::npos ? std::string() : percent_decode(option.substr(equal + 1));
        if (key == "schema") {
            if (value.empty() || value.find('\0') != std::string::npos) {
                throw error(errc::invalid_argument,
                    "?schema= names no schema in the address of the PostgreSQL database",
                    "Name the schema to load into, or leave it out for the first one of the search path");
            }
            if (value.size() > longest_postgres_name) {
                throw error(errc::invalid_argument,
                    "no schema can be called '" + printable(value) + "': its name has " + std::to_string(value.size())
                        + " bytes, and PostgreSQL takes " + std::to_string(longest_postgres_name),
                    "Name a schema with a shorter name: ?schema=...");
            }
            schema_ = value;
        } else if (value == "jsonb" || value == "json") {
            json_type_ = value;
        } else {
            throw error(errc::invalid_argument, "?json=" + value + " is no type that objects and arrays can have",
                "Say ?json=jsonb, which is the default, or ?json=json");
        }
        return true;
    }

    /// An option that is not corest's own has to be libpq's; and behind a connection string there are none.
    /// \param may_be_secret it may be the end of a password with a question mark in it, and is not repeated
    static void check_name(bool is_uri, std::string_view option, bool may_be_secret)
    {
        const std::string_view name = option.substr(0, option.find('='));
        std::vector<std::string_view> known = {"schema", "json"};
        const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
            is_uri ? PQconndefaults() : nullptr, &PQconninfoFree);
        if (is_uri && !options) {
            return; // libpq will say so
        }
        for (const PQconninfoOption* o = options.get(); o != nullptr && o->keyword != nullptr; ++o) {
            known.emplace_back(o->keyword);
        }
        if (std::find(known.begin(), known.end(), name) == known.end() && !(is_uri && name == "ssl")) {
            if (may_be_secret) {
                refuse();
            }
            throw error(errc::invalid_argument,
                "the option '" + printable(name) + "' of the PostgreSQL database's address is not known"
                    + suggestion(name, known, "option"),
                is_uri ? "Beside ?schema= and ?json= there are libpq's parameters"
                       : "Behind postgres: there are ?schema= and ?json=; what libpq knows stands before them, as in "
                         "postgres:service=shop");
        }
    }

    [[noreturn]] static void refuse()
    {
        throw error(errc::invalid_argument, "the address of the PostgreSQL database cannot be read",
            "Write postgresql://user@host:port/database, with reserved characters percent-encoded, or "
            "postgres:host=... dbname=...; a password is best kept in PGPASSWORD or ~/.pgpass");
    }

    /// Has libpq read the address, without connecting. Its own message is not repeated: it may quote a password.
    void describe()
    {
        char* complaint = nullptr;
        const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
            PQconninfoParse(connection_.c_str(), &complaint), &PQconninfoFree);
        PQfreemem(complaint);
        if (!options) {
            refuse();
        }
        std::string database;
        std::string host;
        std::string port;
        for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
            const std::string_view key = o->keyword;
            const char* const value = o->val != nullptr ? o->val : "";
            if (key == "dbname" || (key == "service" && database.empty())) {
                database = *value != '\0' ? value : database;
            } else if (key == "host" || (key == "hostaddr" && host.empty())) {
                host = *value != '\0' ? value : host;
            } else if (key == "port") {
                port = value;
            }
        }
        // A password with '/' or '@' in it makes libpq take parts of it for host, port or database. (A host that begins
        // with '@' is a socket.)
        if (port.find_first_not_of("0123456789,") != std::string::npos || host.find('@', 1) != std::string::npos
            || database.find('@') != std::string::npos)
        {
            refuse();
        }
        // libpq takes a dbname with '=' in it, or a URI, for a whole address, which may have a password.
        const bool is_plain = database.find_first_of("=:/") == std::string::npos;
        shown_ = "'postgresql:" + std::string(host.empty() ? "" : "//") + host + (port.empty() ? "" : ":" + port)
            + (database.empty() ? "" : "/") + (is_plain ? database : "...") + "'";
    }

    std::string connection_;
    std::string schema_;
    std::string json_type_ = "jsonb";
    std::string shown_;
};

} // namespace corest::detail

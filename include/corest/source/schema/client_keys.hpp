#pragma once

/// \file
/// The keys of `client`. Not for users.

#include <corest/config.hpp>
#include <corest/http/http_options.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/paginators.hpp>
#include <corest/source/schema/client_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// Why a text is no base URL; empty where it is one. Shows nothing of it: it may hold credentials.
[[nodiscard]] COREST_DECL std::string base_url_fault(const std::string& url);

namespace rules {

/// An absolute http or https URL without credentials, query and fragment, or a secret.
class base_url {
public:
    COREST_DECL static std::optional<source_text> read(const dictionary& input, std::string_view key);
    static boost::json::object schema(schema_writer& writer) { return text_or_secret::schema(writer); }
};

/// The proxy: as it is given, and, where it is no secret, in the client's options.
class proxy {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, client_config& client);
    /// Its address without user and password, or the secret's name.
    COREST_DECL static std::optional<boost::json::value> show(const client_config& client);
    static boost::json::object schema(schema_writer& writer) { return text_or_secret::schema(writer); }
};

/// Names with texts, numbers or secrets; the resource's own before the defaults'. Null removes a default.
class headers {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, std::vector<named_text>& fields);
    /// Their names: what they hold may be a credential.
    COREST_DECL static std::optional<boost::json::value> show(const std::vector<named_text>& fields);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
};

/// `auth`.
class auth {
public:
    COREST_DECL static std::optional<authenticator_config> read(const dictionary& input, std::string_view key);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(nested_shape()); }
    static const shape* nested() { return &nested_shape(); }

private:
    static const shape& nested_shape() { return authenticator_shape(); }
};

/// `paginator`. Null stands for `auto`, whatever the defaults say.
class paginator {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, paginator_config& config);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(paginator_shape()); }
    static const shape* nested() { return &paginator_shape(); }
};

/// HTTP statuses.
class statuses {
public:
    COREST_DECL static std::optional<std::vector<unsigned>> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
};

/// One number of seconds for each step but the whole, or an object with one for each.
class timeout {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, time_limits& limits);
    /// Those that differ from the usual ones.
    COREST_DECL static std::optional<boost::json::value> show(const time_limits& limits);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
    COREST_DECL static const shape* nested();
};

/// `client.limits`. Times that are there count, and those of `client.timeout` where they are not.
class limits {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, http_options& options);
    /// Those sizes that differ from the usual ones: times are shown as `timeout`.
    COREST_DECL static std::optional<boost::json::value> show(const http_options& options);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
    COREST_DECL static const shape* nested();
};

/// `client.tls`.
class tls {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, http_options& options);
    /// The client's certificate: the roots are shown as `ca_file`.
    COREST_DECL static std::optional<boost::json::value> show(const http_options& options);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
    COREST_DECL static const shape* nested();
};

/// Numbers of bytes, up to a TiB.
using bytes = integer<1, (std::int64_t{1} << 40)>;

/// Origins (scheme, host, port).
class origins {
public:
    COREST_DECL static std::optional<std::vector<std::string>> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return texts::schema(); }
};

/// Whole numbers from 1 on, and no more than a budget's book has room for.
using rate = integer<1, 1'000'000>;

/// A regular expression (RFC 9485).
class expression {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, rate_weight& weight);
    static boost::json::object schema() { return text::schema(); }
    static std::optional<boost::json::value> show(const rate_weight& weight) { return setting_json(weight.expression); }
};

/// `client.rate_limit.weights`: a list.
class rate_weights {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, std::vector<rate_weight>& weights);
    COREST_DECL static std::optional<boost::json::value> show(const std::vector<rate_weight>& weights);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
};

/// `client.rate_limit`.
class rate_limit {
public:
    COREST_DECL static void read_into(
        const dictionary& input, std::string_view key, std::optional<rate_limit_config>& limit);
    COREST_DECL static std::optional<boost::json::value> show(const std::optional<rate_limit_config>& limit);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
    COREST_DECL static const shape* nested();
};

} // namespace rules

/// The keys of one of `client.rate_limit.weights`.
class rate_weight_keys {
public:
    using settings = rate_weight;
    static constexpr std::string_view object_name = "rate_weight";
    static constexpr std::string_view doc = "Requests that count as several, or as none";

    static constexpr auto fields()
    {
        using key = keys_of<rate_weight>;
        using self = rate_weight;
        return key::table(key::entry<rules::expression>(
                              key_name::path, "A regular expression (RFC 9485) that matches a part of the URL's path")
                              .needed("write which requests are meant, as in \"path\": \"^/search/\""),
            key::entry<rules::integer<0, 1'000'000>, &self::weight>("weight", "As how many requests such a one counts")
                .needed("write as how many requests such a one counts"));
    }
};

/// The keys of `client.rate_limit`.
class rate_limit_keys {
public:
    using settings = rate_limit_config;
    static constexpr std::string_view object_name = "rate_limit";
    static constexpr std::string_view doc = "The API's rate limit, which requests wait for in place of being refused";

    static constexpr auto fields()
    {
        using key = keys_of<rate_limit_config>;
        using self = rate_limit_config;
        return key::table(key::entry<rules::rate, &self::requests>("requests", "At most so many in any span of 'per'"),
            key::entry<rules::seconds, &self::per>("per", "Seconds"),
            key::entry<rules::rate_weights, &self::weights>("weights", "Requests that count as several, or as none"),
            key::entry<rules::boolean, &self::learn>(
                "learn", "What the server states in RateLimit and X-RateLimit header fields counts too"),
            key::entry<rules::seconds, &self::max_wait>(key_name::max_wait, "Seconds; a longer wait is an error"));
    }
};

/// The keys of `client.retry`.
class retry_keys {
public:
    using settings = retry_config;
    static constexpr std::string_view object_name = "retry";
    static constexpr std::string_view doc = "What is tried again, how often and after how long";

    static constexpr auto fields()
    {
        using key = keys_of<retry_config>;
        using self = retry_config;
        return key::table(key::entry<rules::statuses, &self::status_codes>("status_codes",
                              "The statuses that are tried again; without it 408, 425, 429 and every 5xx"),
            key::entry<rules::integer<0, 100>, &self::max_retries>(key_name::max_retries, "Attempts after the first"),
            key::entry<rules::seconds, &self::backoff_factor>(
                "backoff_factor", "Seconds; the n-th wait is at most factor * 2^(n-1)"),
            key::entry<rules::seconds, &self::max_wait>(
                key_name::max_wait, "Seconds; the longest wait of our own choice"),
            key::entry<rules::seconds, &self::retry_after_limit>(
                key_name::retry_after_limit, "Seconds; a server that asks for a longer wait ends the request"),
            key::entry<rules::integer<0, 1'000'000'000>, &self::budget>(key_name::budget,
                "How much is sent again in all: a retry takes 14, after a rate limit 5, and the last two give it back "
                "where they lead to a success; 0: no bound"),
            key::entry<rules::boolean, &self::jitter>(
                "jitter", "Waits are drawn at random between zero and their bound"));
    }
};

/// The keys of the steps' time limits. \tparam Path of member pointers from the settings to them
template <class Settings, auto... Path>
constexpr auto step_limits()
{
    using key = keys_of<Settings>;
    using self = time_limits;
    return key::table(
        key::template entry<rules::seconds, Path..., &self::resolve>("resolve", "Until the host's name has an address"),
        key::template entry<rules::seconds, Path..., &self::connect>("connect", "Until a connection stands"),
        key::template entry<rules::seconds, Path..., &self::tls>("tls", "For the TLS handshake"),
        key::template entry<rules::seconds, Path..., &self::first_byte>(
            "first_byte", "From the request's last byte to the response's first"),
        key::template entry<rules::seconds, Path..., &self::idle>("idle", "Between two reads of one response"),
        key::template entry<rules::seconds, Path..., &self::total>("total", "For the whole request"));
}

/// The keys of `client.timeout`.
class timeout_keys {
public:
    using settings = time_limits;
    static constexpr std::string_view object_name = "timeout";
    static constexpr std::string_view doc = "Seconds that each step of a request may take; 0: no limit";

    static constexpr auto fields() { return step_limits<time_limits>(); }
};

/// The keys of `client.limits`.
class limit_keys {
public:
    using settings = http_options;
    static constexpr std::string_view object_name = "limits";
    static constexpr std::string_view doc = "How large a response may be, and how long each step may take";

    /// Those that are no times.
    static constexpr auto sizes()
    {
        using key = keys_of<http_options>;
        using self = http_options;
        return key::table(
            key::entry<rules::bytes, &self::header_limit>(key_name::header, "Bytes of a response's header"),
            key::entry<rules::bytes, &self::body_limit>(key_name::body, "Bytes of a body as it is sent"),
            key::entry<rules::bytes, &self::decoded_limit>(key_name::decoded, "Bytes of a body that was compressed"),
            key::entry<rules::integer<0, 2000>, &self::decoded_ratio>(key_name::ratio,
                "How many times as large as what was sent a body of more than 16 MiB may be; 0: no bound"),
            key::entry<rules::bytes, &self::memory_limit>(
                key_name::memory, "Bytes of all bodies that are held at once"),
            key::entry<rules::integer<0, 100>, &self::max_redirects>(key_name::redirects, "Redirects in a row"));
    }

    static constexpr auto fields() { return concat(sizes(), step_limits<http_options, &http_options::limits>()); }
};

/// The keys of `client.tls`.
class tls_keys {
public:
    using settings = http_options;
    static constexpr std::string_view object_name = "tls";
    static constexpr std::string_view doc = "Certificates, in PEM files";

    static constexpr auto fields()
    {
        using key = keys_of<http_options>;
        using self = http_options;
        return key::table(key::entry<rules::text, &self::ca_file>(
                              key_name::ca_file, "The trusted roots, in place of the system's; as client.ca_file"),
            key::entry<rules::text, &self::client_cert_file>(
                key_name::client_cert_file, "The client's certificate, with those that certify it"),
            key::entry<rules::text, &self::client_key_file>(
                key_name::client_key_file, "The key of that certificate, unless it is in the same file"));
    }
};

/// The keys of `client`.
class client_keys {
public:
    using settings = client_config;
    static constexpr std::string_view object_name = "client";
    static constexpr std::string_view doc = "How the API is reached";
    static constexpr std::array<other_key, 1> others = {
        {{"session", "a session is an object of Python; use auth, headers, proxy and verify"}}};

    static constexpr auto fields()
    {
        using key = keys_of<client_config>;
        using self = client_config;
        return key::table(key::entry<rules::base_url, &self::base_url>(
                              key_name::base_url, "The API's address; paths are joined to it")
                              .needed("write the API's address, or give it with --set client.base_url=URL"),
            key::entry<rules::headers, &self::headers>(key_name::headers, "Header fields of every request"),
            key::entry<rules::auth, &self::auth>(key_name::auth, "How requests are signed"),
            key::entry<rules::paginator, &self::paginator>("paginator", "Of every resource that has none of its own"),
            key::entry<rules::object<retry_keys>, &self::retry>(key_name::retry, retry_keys::doc),
            key::entry<rules::rate_limit, &self::rate_limit>(key_name::rate_limit, rate_limit_keys::doc),
            key::entry<rules::timeout, &self::http, &http_options::limits>(key_name::timeout,
                "Seconds that each step of a request but the whole may take, or an object with a number for each step"),
            key::entry<rules::limits, &self::http>(key_name::limits, limit_keys::doc),
            key::entry<rules::tls, &self::http>(key_name::tls, tls_keys::doc),
            key::entry<rules::boolean, &self::http, &http_options::verify_peer>(
                "verify", "The server's certificate and name are verified"),
            key::entry<rules::origins, &self::http, &http_options::allowed_origins>(
                key_name::allowed_origins, "Origins besides the API's own that next links and redirects may lead to"),
            key::entry<rules::proxy>(key_name::proxy, "The proxy for everything, in place of the environment's"),
            key::entry<rules::text, &self::http, &http_options::ca_file>(
                key_name::ca_file, "A PEM file of trusted roots, in place of the system's"),
            key::entry<rules::boolean, &self::cookies>(
                "cookies", "What the API sets with Set-Cookie is sent back to it, within the run"),
            key::entry<rules::count, &self::concurrency>(
                key_name::concurrency, "Requests at once, of all resources together"));
    }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/client_keys.ipp>
#endif

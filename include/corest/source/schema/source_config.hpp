#pragma once

/// \file
/// The dictionary, checked and typed.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/http/http_options.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/select/selector.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/paginators.hpp>
#include <corest/source/schema/source_text.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace corest::source {

/// `client.retry`.
class retry_config {
public:
    std::vector<unsigned> status_codes = {429, 500, 502, 503, 504}; ///< that are tried again
    unsigned max_retries = 3;                                       ///< after the first attempt
    double backoff_factor = 2;                                      ///< seconds
    double max_wait = 300;                                          ///< seconds; of our own choice
    double retry_after_limit = 300; ///< seconds; a server that asks for more ends the request
    bool jitter = true;             ///< waits are drawn at random between zero and their bound

    /// What `retry` takes.
    [[nodiscard]] COREST_DECL backoff policy() const;
};

/// A name with a value: a header or a query parameter.
class named_text {
public:
    /// The members, in their order.
    named_text(std::string its_name, source_text its_value, std::string its_path)
        : name(std::move(its_name)),
          value(std::move(its_value)),
          path(std::move(its_path))
    {
    }

    std::string name;  ///< of the header or parameter
    source_text value; ///< where it is a literal it may hold placeholders (`path_template::kind::text`)
    std::string path;  ///< where it stands in the dictionary: `resource_defaults.endpoint.params.workspace`
};

/// `client`.
class client_config {
public:
    source_text base_url;            ///< absolute, http or https
    std::vector<named_text> headers; ///< of every request
    auth_config auth;                ///< of every resource that has none of its own
    retry_config retry;              ///< of every resource
    /// `verify`, `ca_file`, `timeout`, `allowed_origins`, `proxy`; a proxy that is a secret is filled in by
    /// `resolve_secrets`.
    http_options http;
    source_text proxy;                      ///< see `http`
    std::optional<std::size_t> concurrency; ///< requests at once, of all resources together
};

/// A query parameter that is taken from a parent's record: `{"type": "resolve", "resource": "posts", "field": "id"}`.
class resolve_param {
public:
    /// The members, in their order.
    resolve_param(std::string its_name, std::string its_resource, std::string its_field, std::string its_path)
        : name(std::move(its_name)),
          resource(std::move(its_resource)),
          field(std::move(its_field)),
          path(std::move(its_path))
    {
    }
    std::string name;     ///< of the placeholder it fills
    std::string resource; ///< the parent
    std::string field;    ///< of the parent's record
    std::string path;     ///< where it stands in the dictionary
};

/// One of `resources`, with `resource_defaults` merged in as dlt merges them.
class resource_config {
public:
    std::string name;                       ///< unique in the dictionary
    std::string table_name;                 ///< the resource's name where none was given
    std::string key_path;                   ///< where it stands in the dictionary: `resources[2]`
    path_template path;                     ///< joined to the base URL
    std::string method = "GET";             ///< in upper case
    std::vector<named_text> params;         ///< in the dictionary's order; those that the path uses are constants of it
    std::vector<resolve_param> resolves;    ///< params that fill placeholders of the path
    std::vector<named_text> headers;        ///< besides the client's
    std::optional<boost::json::value> json; ///< the body; its texts may be placeholders or secrets
    selector records;                       ///< `data_selector`
    paginator_config paginator;             ///< its own, or the client's
    std::optional<auth_config> auth;        ///< in place of the client's; `none` signs nothing
    write_disposition disposition = write_disposition::append; ///< of its table
    std::vector<std::string> primary_key;                      ///< of its table; not empty in a merge
    std::vector<std::string> include_from_parent;              ///< fields of the parent that its rows take over
    bool selected = true;                                      ///< false: only read where a child needs it
    std::optional<std::size_t> concurrency;                    ///< walks of this resource at once
    std::vector<unsigned> ignored_statuses; ///< such a response is counted and ends its walk without rows
};

/// The whole dictionary.
class source_config {
public:
    client_config client;                   ///< how the API is reached
    std::vector<resource_config> resources; ///< in the dictionary's order
    std::vector<std::string> warnings;      ///< keys that are accepted and have no effect
};

/// Checks a dictionary (`read_source`, overrides applied). Looks up no secret.
/// \throws error (invalid_source) with up to ten problems, each with the key's path, the resource's name and, for an
///         unknown key or name, the nearest known one. Never the value of a credential
[[nodiscard]] COREST_DECL source_config check_source(const boost::json::value& dictionary);

namespace detail {

/// Why a text is no base URL; empty where it is one. Shows nothing of it: it may hold credentials.
[[nodiscard]] COREST_DECL std::string base_url_fault(const std::string& url);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/source_config.ipp>
#endif

#pragma once

/// \file
/// The dictionary's `client`, checked and typed.

#include <corest/config.hpp>
#include <corest/http/http_options.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/source_text.hpp>

#include <cstddef>
#include <optional>
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

/// `client`.
class client_config {
public:
    source_text base_url;            ///< absolute, http or https
    std::vector<named_text> headers; ///< of every request
    authenticator_config auth;       ///< of every resource that has none of its own
    paginator_config paginator;      ///< of every resource that has none of its own
    retry_config retry;              ///< of every resource
    /// `verify`, `ca_file`, `timeout`, `allowed_origins`, `proxy`; a proxy that is a secret is filled in by
    /// `resolve_secrets`.
    http_options http;
    source_text proxy;                      ///< see `http`
    std::optional<std::size_t> concurrency; ///< requests at once, of all resources together
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/client_config.ipp>
#endif

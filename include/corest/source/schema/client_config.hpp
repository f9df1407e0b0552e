#pragma once

/// \file
/// The dictionary's `client`, checked and typed.

#include <corest/config.hpp>
#include <corest/http/http_options.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/retry/rate_limit.hpp>
#include <corest/retry/retry_budget.hpp>
#include <corest/select/i_regexp.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/source_text.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace corest::source {

/// `client.retry`. What the dictionary does not say is as in `backoff`.
class retry_config {
public:
    std::optional<std::vector<unsigned>> status_codes = backoff().statuses(); ///< that are tried again; none: the usual
    unsigned max_retries = backoff().max_retries();                           ///< after the first attempt
    std::chrono::duration<double> backoff_factor = backoff().factor();        ///< before the first retry
    std::chrono::duration<double> max_wait = backoff().max_wait();            ///< of our own choice
    /// A server that asks for more ends the request.
    std::chrono::duration<double> retry_after_limit = backoff().retry_after_limit();
    bool jitter = backoff().jitter(); ///< waits are drawn at random between zero and their bound

    /// Tokens of the run's `retry_budget`; none: see `tokens`. 0: no bound.
    std::optional<std::uint64_t> budget;

    /// The run's budget: as `budget` says; without it the usual one, or more where all requests that are under way at
    /// once could not be tried again as often as each may. Null: no bound.
    /// \param concurrency how many are under way at once
    [[nodiscard]] COREST_DECL std::shared_ptr<retry_budget> tokens(std::size_t concurrency) const;
    /// What `retry` takes.
    [[nodiscard]] COREST_DECL backoff policy() const;
};

/// One of `client.rate_limit.weights`.
class rate_weight {
public:
    std::optional<corest::detail::i_regexp> path; ///< occurs in the URL's path
    std::string expression;                       ///< its text
    std::uint64_t weight = 1;                     ///< as how many requests such a one counts
};

/// `client.rate_limit`. What the dictionary does not say is as in `corest::rate_limit`.
class rate_limit_config {
public:
    std::optional<std::uint64_t> requests;       ///< at most, in any span of `per`; none: only what the server states
    std::chrono::duration<double> per{1};        ///< longer than zero
    std::vector<rate_weight> weights;            ///< the first one that a path matches counts
    bool learn = true;                           ///< what the server states counts too
    std::chrono::duration<double> max_wait{300}; ///< a longer wait is an error

    /// The layer.
    [[nodiscard]] COREST_DECL rate_limit layer() const;
};

/// `client`.
class client_config {
public:
    source_text base_url;                        ///< absolute, http or https
    std::vector<named_text> headers;             ///< of every request
    authenticator_config auth;                   ///< of every resource that has none of its own
    paginator_config paginator;                  ///< of every resource that has none of its own
    retry_config retry;                          ///< of every resource
    std::optional<rate_limit_config> rate_limit; ///< of all resources together
    /// `verify`, `ca_file`, `timeout`, `allowed_origins`, `proxy`; a proxy that is a secret is filled in by
    /// `resolve_secrets`.
    http_options http;
    source_text proxy;                      ///< see `http`
    bool cookies = true;                    ///< those that the API sets are sent back, within the run
    std::optional<std::size_t> concurrency; ///< requests at once, of all resources together
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/client_config.ipp>
#endif

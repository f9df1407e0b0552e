#pragma once

/// \file
/// The layer that finds out how many requests at once a server takes.

#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/retry/concurrency_statistics.hpp>
#include <corest/retry/latency_watch.hpp>

#include <cstddef>
#include <limits>
#include <memory>

namespace corest {

namespace detail {
class concurrency_line;
} // namespace detail

/// A layer for `client | adaptive_concurrency()`: how many requests are under way at once follows what the server takes
/// (`aimd_limit`). They are as many as the client sends at once, and half of them where
///
/// - a response says that there are too many: 429, 503 with Retry-After, another 4xx with that or a rate limit that is
///   spent, or what `response_rules` call `rate_limited`,
/// - responses are 503 without it: three of as many as are allowed, and one in eight of them; a lone one says nothing,
/// - responses come later the more there are (`latency_watch`): from the request to the first byte of the response, so
///   that neither a connection that is opened nor a large body counts.
///
/// As many successes as are allowed raise the number by one. What has to wait does so in line, and can be cancelled;
/// requests before their turn (`request::early`, `request::speculative`) are not sent then, and walks read less ahead.
/// As long as nothing is refused or late, nothing waits.
///
/// Put it inside of `retry` and `authorize`, so that each attempt counts, and outside of `rate_limit`:
///
///     api | corest::rate_limit(10, 1s) | corest::adaptive_concurrency() | corest::authorize(...) | corest::retry()
///
/// All clients that a layer and its copies are added to share one limit, and must have one executor; each of them has
/// a watch of its own on how long responses take. Requests to other origins than the client's own do not count.
class adaptive_concurrency {
public:
    /// \param most requests at once; by default as many as the first client that it is added to sends
    COREST_DECL explicit adaptive_concurrency(std::size_t most = std::numeric_limits<std::size_t>::max());

    /// A response that comes later than usual by less than that is not late; 100 ms by default.
    adaptive_concurrency& least_growth(latency_watch::duration d)
    {
        least_growth_ = d;
        return *this;
    }

    /// Has requests wait here also as long as nothing is refused or late, and not for a connection: what they pass on
    /// their way there, a rate limit say, then knows what the responses before them have said. Set it before `apply`.
    COREST_DECL adaptive_concurrency& wait_before_layers_within();

    /// The client with this layer outermost.
    /// \throws error (invalid_argument) where a client with another executor has it already
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

    /// What it has come to, now and later.
    [[nodiscard]] COREST_DECL std::shared_ptr<const concurrency_statistics> statistics() const;

private:
    std::shared_ptr<detail::concurrency_line> line_;
    latency_watch::duration least_growth_ = latency_watch::usual_growth;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/adaptive_concurrency.ipp>
#endif

#pragma once

/// \file
/// The layer that keeps to a rate limit.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/request.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace corest {

namespace detail {
class shared_rate_budget;
class rate_limit_transport;
} // namespace detail

/// A layer for `client | rate_limit(...)`: a request waits until the API's rate limit leaves room for it, in place of
/// being refused. Put it inside of `retry` and `authorize`, so that each attempt counts:
///
///     api | corest::rate_limit(10, 1s) | corest::authorize(...) | corest::retry()
///
/// All that is sent through a layer and its copies shares one budget: the flows of a client, and other clients of the
/// same API that the same layer is added to, on whatever threads. Requests to other origins than the client's own (a
/// token endpoint, files elsewhere) do not count.
///
/// Unless `learn` is off, what the server states is kept to as well: `RateLimit`, `RateLimit-Policy`,
/// `X-RateLimit-Remaining` and their like (`read_rate_headers`), also those of responses that were no failure.
///
/// A walk reads one page at a time while it has to wait: pages are not asked for before their turn then.
class rate_limit {
public:
    /// Only what the server states counts.
    COREST_DECL rate_limit();
    /// \param requests at most, 1 or more
    /// \param per in any span of that length, longer than zero
    /// \throws error (invalid_argument) where one of them is zero
    COREST_DECL rate_limit(std::uint64_t requests, std::chrono::duration<double> per);

    /// How many requests one counts as; 0: it is free. Without it each is one.
    rate_limit& weigh(std::function<std::uint64_t(const request&)> f)
    {
        weigh_ = std::move(f);
        return *this;
    }
    /// Whether the server's own statements count; true by default.
    rate_limit& learn(bool enabled)
    {
        learn_ = enabled;
        return *this;
    }
    /// A longer wait ends the request with an error that says when to come back; 5 minutes by default.
    rate_limit& max_wait(std::chrono::duration<double> w)
    {
        max_wait_ = w;
        return *this;
    }
    /// What waits pass by, in place of the machine's clock.
    rate_limit& clock(std::shared_ptr<clock_source> c)
    {
        clock_ = std::move(c);
        return *this;
    }

    /// The client with this layer outermost.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

private:
    friend class detail::rate_limit_transport;
    std::shared_ptr<detail::shared_rate_budget> budget_;
    std::function<std::uint64_t(const request&)> weigh_;
    bool learn_ = true;
    std::chrono::duration<double> max_wait_{300};
    std::shared_ptr<clock_source> clock_ = system_clock_source();
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/rate_limit.ipp>
#endif

#pragma once

/// \file
/// The layer that sends a request again.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/observer.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/retry/retry_budget.hpp>
#include <corest/retry/retry_policy.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>

namespace corest {

namespace detail {
class retry_transport;
} // namespace detail

/// The moment before which nothing is to be sent: raised by a 429 with Retry-After, shared by all who use the same API,
/// on whatever threads.
class rate_pause {
public:
    /// The moment; in the past: there is nothing to wait for.
    [[nodiscard]] std::chrono::steady_clock::time_point end() const noexcept
    {
        return std::chrono::steady_clock::time_point(
            std::chrono::steady_clock::duration(end_.load(std::memory_order_relaxed)));
    }
    /// Sets it to a later moment; an earlier one changes nothing.
    /// \param end the moment
    /// \param asked_by as `retry_event::asked_by`; holds no secret
    void raise(std::chrono::steady_clock::time_point end, std::string asked_by = {})
    {
        const std::lock_guard lock(access_);
        const auto later = end.time_since_epoch().count();
        if (later > end_.load(std::memory_order_relaxed)) {
            end_.store(later, std::memory_order_relaxed);
            asked_by_ = std::move(asked_by);
        }
    }
    /// What asks for it, as in "Retry-After of api.example.com"; empty: it was not said.
    [[nodiscard]] std::string asked_by() const
    {
        const std::lock_guard lock(access_);
        return asked_by_;
    }

private:
    std::atomic<std::chrono::steady_clock::rep> end_ = 0; ///< read for each request, and so without the lock
    mutable std::mutex access_;
    std::string asked_by_;
};

/// A layer for `client | retry(...)`. Put it outside of `authorize`, so that each attempt is signed anew.
///
/// The policy says what is retried. `backoff`, the default: repeatable requests (`request::repeatable`) that ended with
/// one of its statuses, or because no connection was made, it was lost, or a time limit passed. What still
/// fails after the last attempt is handed out as it is: the response, or the error with its number of attempts.
///
/// All requests together have a budget (`retry_budget`): where it is spent a failure is handed out at once, and says
/// so. A 202, and what a rule asks for again, takes nothing out of it.
class retry {
public:
    /// \param policy what is tried again, how often, after how long: a `backoff`, or any `retry_policy`
    explicit retry(any_retry_policy policy = backoff{}) : policy_(std::move(policy)) {}
    /// Does not compile, and says what is missing.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, retry>) && (!std::convertible_to<T, any_retry_policy>)
    explicit retry(T&&) : retry(detail::unmade<any_retry_policy>())
    {
        detail::explain_retry_policy<std::remove_cvref_t<T>>();
    }

    /// Called before each wait.
    retry& on_retry(std::function<void(const retry_event&)> f)
    {
        on_retry_ = std::move(f);
        return *this;
    }
    /// Shares rate limits with other layers of the same API.
    retry& share(std::shared_ptr<rate_pause> pause)
    {
        pause_ = std::move(pause);
        return *this;
    }
    /// How much is sent again in all, shared with other layers of the same API; without it the layer and its copies
    /// have one of the usual size. Null: as much as the policy says for each request.
    retry& budget(std::shared_ptr<retry_budget> tokens)
    {
        budget_ = std::move(tokens);
        return *this;
    }
    /// What waits pass by, in place of the machine's clock.
    retry& clock(std::shared_ptr<clock_source> c)
    {
        clock_ = std::move(c);
        return *this;
    }
    /// Random numbers in [0, 1), in place of a generator seeded by the machine.
    retry& random(std::function<double()> draw)
    {
        random_ = std::move(draw);
        return *this;
    }

    /// The client with this layer outermost.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

private:
    friend class detail::retry_transport;
    any_retry_policy policy_;
    std::function<void(const retry_event&)> on_retry_;
    std::shared_ptr<rate_pause> pause_ = std::make_shared<rate_pause>();
    std::shared_ptr<retry_budget> budget_ = std::make_shared<retry_budget>();
    std::shared_ptr<clock_source> clock_ = system_clock_source();
    std::function<double()> random_;
};

/// Does not compile, and says what to write: a policy becomes a layer by `retry`. Any operator of a policy's own goes
/// before it.
template <std::same_as<client> Client, retry_policy T>
void operator|(const Client&, const T&)
{
    static_assert(detail::is_never_made<T>,
        "a retry policy is no layer yet, wrap it: client | retry(backoff()), or whichever policy it is");
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/retry.ipp>
#endif

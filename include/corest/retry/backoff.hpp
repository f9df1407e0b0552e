#pragma once

/// \file
/// Which failures are tried again, how often, and after how long. Pure: time and chance are handed in.

#include <corest/config.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// How an attempt ended.
class attempt_outcome {
public:
    /// A response came.
    attempt_outcome(unsigned with_status, std::optional<std::chrono::milliseconds> asked_wait, bool may_repeat)
        : status(with_status),
          retry_after(asked_wait),
          repeatable(may_repeat)
    {
    }
    /// An error came instead; `with_status` is that of a token endpoint, where it was one.
    attempt_outcome(errc with_failure, unsigned with_status, bool may_repeat)
        : status(with_status),
          failure(with_failure),
          repeatable(may_repeat)
    {
    }

    unsigned status = 0;         ///< of the response or, of a failure, of the token endpoint; 0: there was none
    std::optional<errc> failure; ///< empty where a response came
    std::optional<std::chrono::milliseconds> retry_after; ///< what the server asked for
    bool repeatable = true;                               ///< sending it again does no harm
};

/// What follows an attempt.
class retry_decision {
public:
    /// What to do next.
    enum class action {
        finish,  ///< hand out what came
        again,   ///< send it once more, after `wait`
        too_long ///< the server asks for a longer wait than is allowed: an error
    };
    /// \param next what to do
    /// \param first_wait the wait before that
    retry_decision(action next, std::chrono::milliseconds first_wait) : what(next), wait(first_wait) {}

    action what;                    ///< what to do
    std::chrono::milliseconds wait; ///< of `again`: how long; of `too_long`: what the server asked for
};

/// The policy: exponential backoff with full jitter. A value; setters return the object, so that they chain.
class backoff {
public:
    backoff() = default;

    /// Further attempts after the first one; 3 by default.
    backoff& max_retries(unsigned n)
    {
        max_retries_ = n;
        return *this;
    }
    /// The wait before the n-th retry is up to `factor * 2^(n-1)`; 2 s by default.
    backoff& factor(std::chrono::duration<double> f)
    {
        factor_ = f;
        return *this;
    }
    /// No wait of our own choice is longer; 5 minutes by default, as in dlt.
    backoff& max_wait(std::chrono::duration<double> w)
    {
        max_wait_ = w;
        return *this;
    }
    /// Statuses that are tried again; 429, 500, 502, 503 and 504 by default.
    backoff& statuses(std::vector<unsigned> list)
    {
        statuses_ = std::move(list);
        return *this;
    }
    /// Whether waits are drawn at random between zero and the bound (the default), or are the bound itself.
    backoff& jitter(bool on)
    {
        jitter_ = on;
        return *this;
    }
    /// A Retry-After beyond this ends the request with an error that names the time to come back; 5 minutes by default.
    backoff& retry_after_limit(std::chrono::milliseconds limit)
    {
        retry_after_limit_ = limit;
        return *this;
    }

    /// The limit that was set.
    [[nodiscard]] std::chrono::milliseconds retry_after_limit() const noexcept { return retry_after_limit_; }
    /// True where that status is tried again.
    [[nodiscard]] bool retries_status(unsigned status) const noexcept
    {
        return std::find(statuses_.begin(), statuses_.end(), status) != statuses_.end();
    }

    /// Decides what follows.
    /// \param attempts how many were made, from 1
    /// \param outcome how the last one ended
    /// \param chance a random number in [0, 1)
    [[nodiscard]] COREST_DECL retry_decision decide(
        unsigned attempts, const attempt_outcome& outcome, double chance) const;

private:
    unsigned max_retries_ = 3;
    std::chrono::duration<double> factor_{2};
    std::chrono::duration<double> max_wait_{300};
    std::vector<unsigned> statuses_{429, 500, 502, 503, 504};
    bool jitter_ = true;
    std::chrono::milliseconds retry_after_limit_{300'000};
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/backoff.ipp>
#endif

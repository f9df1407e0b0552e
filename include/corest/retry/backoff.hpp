#pragma once

/// \file
/// The usual retry policy: exponential backoff with full jitter.

#include <corest/config.hpp>
#include <corest/retry/retry_policy.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace corest {

/// A `retry_policy`: exponential backoff with full jitter. A value; setters return the object, so that they chain.
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
    /// Statuses that are tried again, in place of the usual ones: 408, 425, 429 and every 5xx, so also those
    /// that no RFC has, such as 520 to 529 of proxies.
    backoff& statuses(std::vector<unsigned> list)
    {
        statuses_ = std::move(list);
        return *this;
    }
    /// Whether waits are drawn at random between zero and the bound (the default), or are the bound itself.
    backoff& jitter(bool enabled)
    {
        jitter_ = enabled;
        return *this;
    }
    /// A Retry-After beyond this ends the request with an error that names the time to come back; 5 minutes by default.
    backoff& retry_after_limit(std::chrono::milliseconds limit)
    {
        retry_after_limit_ = limit;
        return *this;
    }

    /// Further attempts after the first one.
    [[nodiscard]] unsigned max_retries() const noexcept { return max_retries_; }
    /// The bound of the first wait.
    [[nodiscard]] std::chrono::duration<double> factor() const noexcept { return factor_; }
    /// The longest wait of our own choice.
    [[nodiscard]] std::chrono::duration<double> max_wait() const noexcept { return max_wait_; }
    /// The statuses that are tried again; none: the usual ones.
    [[nodiscard]] const std::optional<std::vector<unsigned>>& statuses() const noexcept { return statuses_; }
    /// Whether waits are drawn at random.
    [[nodiscard]] bool jitter() const noexcept { return jitter_; }
    /// The longest wait that a server may ask for.
    [[nodiscard]] std::chrono::milliseconds retry_after_limit() const noexcept { return retry_after_limit_; }
    /// True where that status is tried again.
    [[nodiscard]] bool retries_status(unsigned status) const noexcept
    {
        if (statuses_) {
            return std::find(statuses_->begin(), statuses_->end(), status) != statuses_->end();
        }
        const bool is_transient = status == 408 || status == 425 || status == 429; // RFC 9110, 8470, 6585
        return is_transient || (status >= 500 && status < 600);
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
    std::optional<std::vector<unsigned>> statuses_;
    bool jitter_ = true;
    std::chrono::milliseconds retry_after_limit_{300'000};
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/backoff.ipp>
#endif

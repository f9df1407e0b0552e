#pragma once

/// \file
/// How much may be sent again in all: a server that fails for long is not asked many times over.

#include <atomic>
#include <cstdint>

namespace corest {

/// A token bucket, after the retry quota of the AWS SDKs: a retry takes tokens out, and a success puts some in. While
/// requests succeed there is always enough; where most of them fail the bucket is soon empty, and then what fails is
/// not sent again, however many retries each request has left.
///
/// All who use the same API share one, on whatever threads.
class retry_budget {
public:
    /// What a bucket holds unless something else is said.
    static constexpr std::uint64_t usual = 500;
    /// What a retry takes after a failure. An attempt that succeeds puts back what it and the one before it have taken
    /// (the SDKs: it alone), so that a short outage of each of many requests empties no bucket.
    static constexpr std::uint64_t failure_cost = 14;
    /// What a retry takes after a rate limit (429), which is no failure of the server's.
    static constexpr std::uint64_t rate_limit_cost = 5;
    /// What a request that succeeds at once puts in.
    static constexpr std::uint64_t success_gain = 1;

    /// \param tokens that it holds at first, and at most
    explicit retry_budget(std::uint64_t tokens = usual) noexcept : most_(tokens), left_(tokens) {}

    /// Takes tokens out. \return false where fewer are left: none was taken
    [[nodiscard]] bool take(std::uint64_t tokens) noexcept
    {
        for (auto left = left_.load(std::memory_order_relaxed); left >= tokens;) {
            if (left_.compare_exchange_weak(left, left - tokens, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    /// Puts tokens in; what the bucket cannot hold is lost.
    void give(std::uint64_t tokens) noexcept
    {
        for (auto left = left_.load(std::memory_order_relaxed); left < most_;) {
            const auto more = most_ - left < tokens ? most_ : left + tokens;
            if (left_.compare_exchange_weak(left, more, std::memory_order_relaxed)) {
                return;
            }
        }
    }
    /// How many tokens there are.
    [[nodiscard]] std::uint64_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

private:
    std::uint64_t most_;
    std::atomic<std::uint64_t> left_;
};

} // namespace corest

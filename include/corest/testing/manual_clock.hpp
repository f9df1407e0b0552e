#pragma once

/// \file
/// A clock that jumps: a wait moves the time on, so that tests of waits take none.

#include <corest/clock.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(post.hpp)

#include <chrono>
#include <vector>

namespace corest::test {

/// Stands still until somebody waits, or `elapsed` is added to. What takes a `clock_source` (retry, tokens) can have
/// it. One thread or strand.
class manual_clock final : public clock_source {
public:
    /// Monotonic time: an hour, and what has elapsed.
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + elapsed;
    }
    /// Wall-clock time: from Sun, 06 Nov 1994 08:49:37 GMT on, the example of RFC 9110.
    [[nodiscard]] std::chrono::system_clock::time_point date() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(784111777))
            + std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed);
    }
    /// Records the wait, and moves the time on.
    [[nodiscard]] net::awaitable<void> sleep_until(std::chrono::steady_clock::time_point when) override
    {
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(when - now());
        waits.push_back(wait);
        const auto executor = co_await net::this_coro::executor;
        co_await net::post(executor, net::use_awaitable);
        if (now() < when) {
            elapsed = when - std::chrono::steady_clock::time_point(std::chrono::hours(1));
        }
    }

    std::chrono::nanoseconds elapsed{0};          ///< since the clock was made
    std::vector<std::chrono::milliseconds> waits; ///< how long was waited, one entry a wait, rounded up
};

} // namespace corest::test

#pragma once

/// \file
/// A clock that jumps: a wait moves the time on, so that tests of waits take none.

#include <corest/clock.hpp>

#include COREST_ASIO(post.hpp)

#include <chrono>
#include <vector>

class manual_clock final : public corest::clock_source {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + elapsed;
    }
    [[nodiscard]] std::chrono::system_clock::time_point date() const override
    {
        // Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110
        return std::chrono::system_clock::time_point(std::chrono::seconds(784111777)) + elapsed;
    }
    [[nodiscard]] corest::net::awaitable<void> sleep_until(std::chrono::steady_clock::time_point when) override
    {
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(when - now());
        waits.push_back(wait);
        const auto executor = co_await corest::net::this_coro::executor;
        co_await corest::net::post(executor, corest::net::use_awaitable);
        if (now() < when) {
            elapsed = when - std::chrono::steady_clock::time_point(std::chrono::hours(1));
        }
    }

    std::chrono::nanoseconds elapsed{0};
    std::vector<std::chrono::milliseconds> waits;
};

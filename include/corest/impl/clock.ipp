#pragma once

#include <corest/clock.hpp>

#include COREST_ASIO(steady_timer.hpp)

namespace corest {

namespace detail {

class machine_clock final : public clock_source {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override
    {
        return std::chrono::steady_clock::now();
    }
    [[nodiscard]] std::chrono::system_clock::time_point date() const override
    {
        return std::chrono::system_clock::now();
    }
    [[nodiscard]] net::awaitable<void> sleep_until(std::chrono::steady_clock::time_point deadline) override
    {
        const auto executor = co_await net::this_coro::executor;
        net::steady_timer timer(executor, deadline);
        co_await timer.async_wait(net::use_awaitable);
    }
};

} // namespace detail

COREST_DECL std::shared_ptr<clock_source> system_clock_source()
{
    static const std::shared_ptr<clock_source> clock = std::make_shared<detail::machine_clock>();
    return clock;
}

} // namespace corest

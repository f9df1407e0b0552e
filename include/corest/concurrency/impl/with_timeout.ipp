#pragma once

#include <corest/concurrency/with_timeout.hpp>

#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(use_awaitable.hpp)

#include <string>

namespace corest::detail {

COREST_DECL net::awaitable<void> expire(std::chrono::steady_clock::duration limit)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, limit);
    co_await timer.async_wait(net::use_awaitable);
    // The code alone reads "Connection timed out", as if it were a network's.
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    throw system_error(net::error::timed_out, "with_timeout: not done within " + std::to_string(milliseconds) + " ms");
}

} // namespace corest::detail

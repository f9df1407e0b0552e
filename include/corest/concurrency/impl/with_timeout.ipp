#pragma once

#include <corest/concurrency/with_timeout.hpp>

#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(use_awaitable.hpp)

namespace corest::detail {

COREST_DECL net::awaitable<void> expire(std::chrono::steady_clock::duration limit)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, limit);
    co_await timer.async_wait(net::use_awaitable);
    throw system_error(net::error::timed_out);
}

} // namespace corest::detail

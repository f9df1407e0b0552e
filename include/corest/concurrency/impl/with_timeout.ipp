#pragma once

#include <corest/concurrency/with_timeout.hpp>

#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(use_awaitable.hpp)

namespace corest::detail {

COREST_DECL net::awaitable<void> expire(std::shared_ptr<net::steady_timer> timer)
{
    error_code stopped;
    co_await timer->async_wait(net::redirect_error(net::use_awaitable, stopped));
    if (!stopped) {
        throw system_error(net::error::timed_out);
    }
}

} // namespace corest::detail

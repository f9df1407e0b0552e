#pragma once

#include <corest/concurrency/detail/spawned.hpp>

#include COREST_ASIO(co_spawn.hpp)

namespace corest::detail {

COREST_DECL void spawn(const net::any_io_executor& executor, net::awaitable<void> coroutine, spawned_end end)
{
    net::co_spawn(executor, std::move(coroutine), std::move(end));
}

} // namespace corest::detail

#pragma once

/// \file
/// Runs a coroutine to its end on a context of its own.

#include <corest/net.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <exception>
#include <utility>

namespace benchmark {

/// \throws what the coroutine throws
inline void run(corest::net::awaitable<void> work)
{
    corest::net::io_context context(1);
    std::exception_ptr failure;
    corest::net::co_spawn(context, std::move(work), [&](std::exception_ptr e) { failure = e; });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace benchmark

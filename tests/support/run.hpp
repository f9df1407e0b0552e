#pragma once

/// \file
/// Runs a coroutine to its end on a context of its own, and checks that nothing is left behind.

#include <corest/net.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

/// Runs `work` and everything it starts until no work is left. \return its result, or what it threw
template <class T>
T run(corest::net::io_context& context, corest::net::awaitable<T> work)
{
    std::exception_ptr failure;
    std::optional<T> result;
    corest::net::co_spawn(context, std::move(work), [&](std::exception_ptr e, T value) {
        failure = e;
        result.emplace(std::move(value));
    });
    context.restart();
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (!result) {
        throw std::logic_error("the coroutine never ended: it waits for something that nobody does");
    }
    return std::move(*result);
}

inline void run(corest::net::io_context& context, corest::net::awaitable<void> work)
{
    std::exception_ptr failure;
    bool done = false;
    corest::net::co_spawn(context, std::move(work), [&](std::exception_ptr e) {
        failure = e;
        done = true;
    });
    context.restart();
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (!done) {
        throw std::logic_error("the coroutine never ended: it waits for something that nobody does");
    }
}

#pragma once

/// \file
/// Executors that run one handler at a time.

#include <corest/concurrency/run_on.hpp>
#include <corest/config.hpp>
#include <corest/net.hpp>

#include <utility>

namespace corest::detail {

/// True where the executor is known to run one handler at a time: a strand of an `io_context`, of a `thread_pool`, or
/// of `any_io_executor`. An `io_context`'s own executor does so as long as one thread runs it, which nobody can know.
[[nodiscard]] COREST_DECL bool is_serial(const net::any_io_executor& executor) noexcept;

/// The executor itself where it is known to be serial, else a new strand over it.
[[nodiscard]] COREST_DECL net::any_io_executor serial_executor(const net::any_io_executor& executor);

/// Awaits what consists of several coroutines: on the caller's executor where that is known to be serial, else on a
/// strand over it.
template <class T>
[[nodiscard]] net::awaitable<T> run_serially(net::awaitable<T> operation)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::awaitable<T> placed =
        is_serial(executor) ? std::move(operation) : run_on(serial_executor(executor), std::move(operation));
    co_return co_await std::move(placed);
}

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/serial_executor.ipp>
#endif

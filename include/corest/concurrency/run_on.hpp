#pragma once

/// \file
/// Awaits something on another executor than one's own.

#include <corest/concurrency/detail/remote_run.hpp>
#include <corest/net.hpp>

#include <memory>
#include <utility>

namespace corest {

/// Awaits the operation on another executor, and goes on here with its result, or with what it threw:
///
///     const corest::response got = co_await corest::run_on(strand, ask());
///
/// The operation is a thread of execution of its own on `executor`. If the calling coroutine is cancelled, the
/// cancellation goes to `executor` and to the operation, which is waited for. This may be awaited anywhere: on any
/// thread, on an executor of another context; both executors must be run until it has ended.
/// (Boost 1.81's `co_await co_spawn(executor, ..., use_awaitable)` refers to a signal that may be gone, and that of
/// Asio 1.22 cancels on the wrong thread.)
template <class T>
[[nodiscard]] net::awaitable<T> run_on(net::any_io_executor executor, net::awaitable<T> operation)
{
    auto run = std::make_shared<detail::remote_run<T>>(std::move(executor));
    net::awaitable<void> end = detail::start_remote(run, run->work(std::move(operation)));
    co_await std::move(end);
    co_return run->take();
}

} // namespace corest

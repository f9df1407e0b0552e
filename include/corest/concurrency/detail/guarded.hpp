#pragma once

/// \file
/// An operation with a guard beside it, which may give it up.

#include <corest/concurrency/detail/result.hpp>
#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/net.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace corest::detail {

/// Awaits the operation, leaves its result in the slot, and ends what runs beside it.
template <class T>
net::awaitable<void> run_to_end(net::awaitable<T> operation, result_slot<T> slot, std::weak_ptr<nursery> beside)
{
    co_await run_into<T>(std::move(operation), std::move(slot));
    if (const auto running = beside.lock()) {
        running->cancel();
    }
}

/// `guarded` on an executor that runs one handler at a time.
template <class T>
net::awaitable<T> run_beside(net::awaitable<void> guard, net::awaitable<T> operation)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto result = std::make_shared<std::optional<stored<T>>>();
    const auto both = std::make_shared<nursery>(executor);
    both->spawn(std::move(guard)); // first: an operation that ends at once ends a guard that has begun
    both->spawn(run_to_end<T>(std::move(operation), result, both));
    std::exception_ptr failure;
    try {
        co_await both->join();
    } catch (...) {
        failure = std::current_exception();
    }
    if (*result) {
        co_return take_result<T>(result);
    }
    std::rethrow_exception(failure);
}

/// Awaits the operation, and gives its value whenever there is one, be it that it came together with the guard's
/// failure. A guard that fails has the operation cancelled (terminal cancellation) and waited for, and then this throws
/// what the guard threw. It is cancelled itself when the operation has ended. A failure of the operation is thrown as
/// it is. If the calling coroutine is cancelled, both are cancelled and waited for, and `operation_aborted` is thrown.
///
/// Both run in threads of execution of their own on the caller's executor, or on a strand over it where that is not
/// known to be one thread's.
/// \param guard ends only by a failure
template <class T>
[[nodiscard]] net::awaitable<T> guarded(net::awaitable<T> operation, net::awaitable<void> guard)
{
    return run_serially(run_beside<T>(std::move(guard), std::move(operation)));
}

} // namespace corest::detail

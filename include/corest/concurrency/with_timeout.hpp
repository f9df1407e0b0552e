#pragma once

/// \file
/// A time limit for an awaitable.

#include <corest/concurrency/detail/result.hpp>
#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/nursery.hpp>

#include COREST_ASIO(steady_timer.hpp)

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace corest {

namespace detail {

/// Awaits the operation, leaves its result in the slot, and stops the timer.
template <class T>
net::awaitable<void> run_into(
    net::awaitable<T> operation, result_slot<T> slot, std::shared_ptr<net::steady_timer> timer)
{
    co_await run_into<T>(std::move(operation), std::move(slot));
    timer->cancel();
}

/// Waits for the end of the time. \throws system_error (net::error::timed_out) unless the timer was stopped
COREST_DECL net::awaitable<void> expire(std::shared_ptr<net::steady_timer> timer);

/// `with_timeout` on an executor that runs one handler at a time.
template <class T>
net::awaitable<T> limit_time(net::awaitable<T> operation, std::chrono::steady_clock::duration limit)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto result = std::make_shared<std::optional<stored<T>>>();
    auto timer = std::make_shared<net::steady_timer>(executor, limit);
    nursery both(executor);
    both.spawn(expire(timer)); // first: an operation that ends at once stops a timer that is waited for
    both.spawn(run_into<T>(std::move(operation), result, timer));
    std::exception_ptr failure;
    try {
        co_await both.join();
    } catch (...) {
        failure = std::current_exception();
    }
    if (*result) {
        co_return take_result<T>(result);
    }
    std::rethrow_exception(failure);
}

} // namespace detail

/// Awaits the operation, for no longer than the limit. It gives the operation's value whenever there is one, be it that
/// it came together with the end of the time, so that nothing is lost.
///
/// When the time is up the operation is cancelled (terminal cancellation) and waited for; then this throws
/// `system_error(net::error::timed_out)`. A failure of the operation within its time is thrown as it is. If the
/// calling coroutine is cancelled, the operation is cancelled and waited for, and `operation_aborted` is thrown: the
/// two are told apart by the code.
///
/// The operation runs in a thread of execution of its own on the caller's executor, or on a strand over it where that is not known
/// to be one thread's. A `next()` that times out ends its
/// generator; a limit that is to be retried belongs around the single request inside.
///
/// (`operation || timer` is no time limit: it drops a value that arrives together with the timer, and waits out the
/// timer when the operation fails.)
template <class T>
[[nodiscard]] net::awaitable<T> with_timeout(net::awaitable<T> operation, std::chrono::steady_clock::duration limit)
{
    return detail::run_serially(detail::limit_time<T>(std::move(operation), limit));
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/with_timeout.ipp>
#endif

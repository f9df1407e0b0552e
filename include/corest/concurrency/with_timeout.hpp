#pragma once

/// \file
/// A time limit for an awaitable.

#include <corest/concurrency/detail/result.hpp>

#include COREST_ASIO(co_spawn.hpp)
// Blanks around the slash would make it another name.
// clang-format off
#include COREST_ASIO(experimental/parallel_group.hpp)
// clang-format on
#include COREST_ASIO(steady_timer.hpp)

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

namespace corest {

/// Awaits the operation, for no longer than the limit. It gives the operation's value whenever there is one, be it that
/// it came together with the end of the time, so that nothing is lost.
///
/// When the time is up the operation is cancelled (terminal cancellation) and waited for; then this throws
/// `system_error(net::error::timed_out)`. A failure of the operation within its time is thrown as it is. If the
/// calling coroutine is cancelled, the operation is cancelled and waited for, and `operation_aborted` is thrown: the
/// two are told apart by the code.
///
/// The operation runs in a thread of execution of its own on the caller's executor. A `next()` that times out ends its
/// generator; a limit that is to be retried belongs around the single request inside.
///
/// (`operation || timer` is no time limit: it drops a value that arrives together with the timer, and waits out the
/// timer when the operation fails.)
template <class T>
[[nodiscard]] net::awaitable<T> with_timeout(net::awaitable<T> operation, std::chrono::steady_clock::duration limit)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    const net::cancellation_state before = co_await net::this_coro::cancellation_state;
    const bool was_cancelled = before.cancelled() != net::cancellation_type::none;

    auto result = std::make_shared<std::optional<detail::stored<T>>>();
    net::steady_timer timer(executor, limit);

    auto run = [executor, work = detail::run_into<T>(std::move(operation), result)](
                   auto token) mutable { return net::co_spawn(executor, std::move(work), std::move(token)); };
    auto wait = [&timer](auto token) { return timer.async_wait(std::move(token)); };
    auto both = net::experimental::make_parallel_group(std::move(run), std::move(wait));
    auto outcome = co_await both.async_wait(net::experimental::wait_for_one(), net::use_awaitable);
    const std::array<std::size_t, 2>& order = std::get<0>(outcome);
    const std::exception_ptr& failure = std::get<1>(outcome);
    const error_code& timer_error = std::get<2>(outcome);

    if (*result) {
        co_return detail::take_result<T>(result);
    }

    const net::cancellation_state after = co_await net::this_coro::cancellation_state;
    if (!was_cancelled && after.cancelled() != net::cancellation_type::none) {
        throw system_error(net::error::operation_aborted);
    }
    if (order[0] == 1 && !timer_error) {
        throw system_error(net::error::timed_out);
    }
    std::rethrow_exception(failure);
}

} // namespace corest

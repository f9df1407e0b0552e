#pragma once

/// \file
/// One coroutine that is started now and whose result is awaited later.

#include <corest/concurrency/detail/result.hpp>
#include <corest/concurrency/nursery.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace corest {

/// Runs an awaitable beside its owner from the moment it is made:
///
///     corest::background<page> next(executor, fetch(url)); // asked for before this page is worked on
///     co_await use(current);
///     current = co_await next.get();
///
/// Destruction cancels the operation and detaches it (see `nursery`: it must own what it uses).
/// Not thread-safe: the executor is the owner's, one thread or one strand.
template <class T>
class [[nodiscard]] background {
public:
    /// Starts the operation: it runs to its first wait before this returns (if called on the executor).
    background(net::any_io_executor executor, net::awaitable<T> operation)
        : child_(std::move(executor)),
          result_(std::make_shared<std::optional<detail::stored<T>>>())
    {
        child_.spawn(detail::run_into<T>(std::move(operation), result_));
    }

    /// Waits for the result, or throws what the operation threw. There is one result to be had: who asks again, or
    /// after `cancel()`, gets `operation_aborted`.
    ///
    /// If the waiting coroutine is cancelled meanwhile, the operation is cancelled and waited for; then this throws
    /// `operation_aborted`, unless the operation came to its result nevertheless.
    [[nodiscard]] net::awaitable<T> get() { return get(child_.join(), result_); }

    /// True when the operation has ended and `get()` will not wait.
    [[nodiscard]] bool is_ready() const noexcept { return child_.live() == 0; }

    /// Cancels the operation; `get()` tells how it ended.
    void cancel() noexcept { child_.cancel(); }

private:
    static net::awaitable<T> get(net::awaitable<void> end, detail::result_slot<T> result)
    {
        std::exception_ptr error;
        try {
            co_await std::move(end);
        } catch (...) {
            error = std::current_exception();
        }
        if (*result) {
            co_return detail::take_result<T>(result);
        }
        if (error) {
            std::rethrow_exception(error);
        }
        throw system_error(net::error::operation_aborted);
    }

    nursery child_;
    detail::result_slot<T> result_;
};

} // namespace corest

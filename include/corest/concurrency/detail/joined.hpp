#pragma once

/// \file
/// The common end of a generator and of the children that work for it.

#include <corest/async_generator.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/queue.hpp>

#include <exception>
#include <utility>

namespace corest::detail {

/// Yields what the source yields (the source takes it from the children), then joins the children, ends the generator
/// that they worked on, and throws what one of them threw. When the consumer is cancelled or closes the generator, the
/// children are cancelled first; when the generator is destroyed, they are cancelled and detached.
template <class T>
async_generator<T> joined(nursery children, async_generator<T> source, net::awaitable<void> close_input)
{
    std::exception_ptr error;
    try {
        while (auto item = co_await source.pull()) {
            co_yield std::move(*item);
        }
    } catch (...) {
        error = std::current_exception();
        children.cancel();
    }

    // The thread may have been cancelled, and its co_awaits would throw before the children have been waited for.
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false);
    try {
        co_await children.join();
    } catch (...) {
        if (!error) {
            error = std::current_exception();
        }
    }
    try {
        co_await std::move(close_input);
    } catch (...) {
        if (!error) {
            error = std::current_exception();
        }
    }
    co_await net::this_coro::throw_if_cancelled(throws);
    if (error) {
        std::rethrow_exception(error);
    }
}

/// What a child does with a generator: puts all its items into the queue. If it is cancelled, the generator, which may
/// have children of its own, is closed before it ends.
template <class T>
net::awaitable<void> pour(async_generator<T> items, queue<T>& out)
{
    std::exception_ptr error;
    try {
        while (auto item = co_await items.next()) {
            static_cast<void>(co_await out.push(std::move(*item))); // only children close it, at their end
        }
    } catch (...) {
        error = std::current_exception();
    }
    if (error) {
        co_await net::this_coro::throw_if_cancelled(false);
        co_await items.close();
        std::rethrow_exception(error);
    }
}

/// Closes a queue when whoever pushes to it has ended, whichever way.
template <class Queue>
class closes_at_end {
public:
    explicit closes_at_end(Queue& queue) noexcept : queue_(queue) {}

    closes_at_end(const closes_at_end&) = delete;
    closes_at_end& operator=(const closes_at_end&) = delete;

    ~closes_at_end() { queue_.close(); }

private:
    Queue& queue_;
};

} // namespace corest::detail

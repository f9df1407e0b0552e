#pragma once

/// \file
/// A bounded asynchronous queue between coroutines.

#include <corest/concurrency/detail/wait_list.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace corest {

/// A bounded queue: who pushes waits while it is full, who pops waits while it is empty.
///
/// Items come out in the order in which they went in. Every item that went in comes out: a `pop()` that is cancelled
/// throws `operation_aborted` and takes none (if it was woken for an item just before, it returns the item, and the
/// caller's next `co_await` throws), and after `close()` the items that are there are still handed out.
///
/// Any number of coroutines may push and pop. Not thread-safe: they all run on one thread or strand. Those who wait
/// when the queue is destroyed throw `operation_aborted`.
template <class T>
class queue {
public:
    /// \param capacity how many items it holds; 0 is taken as 1
    explicit queue(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}

    /// Puts an item in, as soon as there is room: true. False if the queue is or gets closed: the item is dropped.
    [[nodiscard]] net::awaitable<bool> push(T item)
    {
        while (!closed_ && items_.size() >= capacity_) {
            const bool notified = co_await not_full_.wait();
            detail::throw_unless_notified(notified);
        }
        if (closed_) {
            co_return false;
        }
        items_.push_back(std::move(item));
        not_empty_.notify_one();
        co_return true;
    }

    /// Puts an item in if there is room now and the queue is open. If false, the item is as it was.
    [[nodiscard]] bool try_push(T&& item)
    {
        if (closed_ || items_.size() >= capacity_) {
            return false;
        }
        items_.push_back(std::move(item));
        not_empty_.notify_one();
        return true;
    }

    /// Takes the oldest item, as soon as there is one; `nullopt` once the queue is closed and empty.
    [[nodiscard]] net::awaitable<std::optional<T>> pop()
    {
        while (items_.empty() && !closed_) {
            const bool notified = co_await not_empty_.wait();
            detail::throw_unless_notified(notified);
        }
        co_return try_pop();
    }

    /// Takes the oldest item if there is one now.
    [[nodiscard]] std::optional<T> try_pop()
    {
        if (items_.empty()) {
            return std::nullopt;
        }
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        not_full_.notify_one();
        return item;
    }

    /// Nothing goes in from now on; what is in can be taken out. Wakes all who wait.
    void close() noexcept
    {
        closed_ = true;
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    /// True after `close()`.
    [[nodiscard]] bool is_closed() const noexcept { return closed_; }

    /// How many items are in it.
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

private:
    std::deque<T> items_;
    std::size_t capacity_;
    bool closed_ = false;
    detail::wait_list not_empty_;
    detail::wait_list not_full_;
};

} // namespace corest

#pragma once

/// \file
/// An asynchronous mutex: excludes coroutines from one another across their `co_await`s.

#include <corest/concurrency/semaphore.hpp>

#include <optional>

namespace corest {

/// Excludes coroutines from one another, first come, first served; a `semaphore` of one permit, and with its rules
/// about cancellation and lifetime. It does not make anything thread-safe, and it is not recursive.
///
///     auto lock = co_await mutex.lock();
class mutex {
public:
    /// Held for as long as it lives.
    using guard = semaphore::permit;

    mutex() : permits_(1) {}

    /// Waits until nobody else holds it.
    [[nodiscard]] net::awaitable<guard> lock() { return permits_.acquire(); }

    /// Holds it if nobody else does.
    [[nodiscard]] std::optional<guard> try_lock() { return permits_.try_acquire(); }

private:
    semaphore permits_;
};

} // namespace corest

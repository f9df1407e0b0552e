#pragma once

/// \file
/// A FIFO list of coroutines that wait to be notified; what the queue, the semaphore and the nursery wait with.

#include <corest/net.hpp>

#include <chrono>

namespace corest::detail {

/// Coroutines wait in it, first come, first served. A notification belongs to one waiter: a waiter that is cancelled
/// after it was notified still got it, and one that is cancelled before leaves the list. Where a notified waiter is
/// destroyed without having been resumed, the notification goes to `lost()`.
///
/// Not thread-safe: everything that shares it runs on one thread or strand.
class wait_list {
public:
    wait_list() noexcept = default;
    wait_list(const wait_list&) = delete;
    wait_list& operator=(const wait_list&) = delete;

    /// Wakes everybody; their `wait()` gives false.
    COREST_DECL virtual ~wait_list();

    /// Waits until notified: true. False if the wait was cancelled or the list was destroyed, so that after false
    /// the list must not be touched unless it is known to live. Throws `operation_aborted` only as every `co_await` in
    /// a cancelled thread does, before it waits.
    /// \param until false also when that time has come and nobody has notified it
    [[nodiscard]] COREST_DECL net::awaitable<bool> wait(
        std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max());

    /// Wakes the one that waits longest. False if nobody waits.
    COREST_DECL bool notify_one() noexcept;

    /// Wakes everybody.
    COREST_DECL void notify_all() noexcept;

protected:
    /// A notification that nobody will act upon.
    virtual void lost() noexcept { notify_one(); }

private:
    class waiter;

    waiter* first_ = nullptr;
    waiter* last_ = nullptr;
    waiter* first_waiting_ = nullptr; ///< those before it have been notified and are about to be resumed
};

/// What most do with what `wait_list::wait()` gave. \throws system_error (operation_aborted) where it is false
inline void throw_unless_notified(bool notified)
{
    if (!notified) {
        throw system_error(net::error::operation_aborted);
    }
}

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/wait_list.ipp>
#endif

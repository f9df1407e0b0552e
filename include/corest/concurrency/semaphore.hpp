#pragma once

/// \file
/// An asynchronous counting semaphore, first come, first served.

#include <corest/concurrency/detail/wait_list.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

namespace corest {

namespace detail {
class semaphore_state;
} // namespace detail

/// Bounds how many hold a permit at a time. Who waits longest gets the next one: a permit that is given back goes
/// straight to the first waiter, and nobody who comes later can take it in between.
///
/// Cancellation: a waiter that is cancelled throws `operation_aborted` and takes nothing with it. If it was given
/// its permit just before it was cancelled it returns it, and the caller's next `co_await` throws.
///
/// Permits may outlive the semaphore; who waits when it is destroyed still gets a permit in turn.
/// Not thread-safe: all who use it run on one thread or strand.
class semaphore {
public:
    /// The right to be one of those who run. Given back when it is destroyed.
    class [[nodiscard]] permit {
    public:
        /// Holds nothing.
        permit() noexcept = default;

        /// The other one holds nothing afterwards.
        permit(permit&& other) noexcept = default;
        /// Gives back what it held before.
        COREST_DECL permit& operator=(permit&& other) noexcept;
        COREST_DECL ~permit();

        /// Gives it back now. Does nothing the second time.
        COREST_DECL void release() noexcept;

        /// True while it is held.
        explicit operator bool() const noexcept { return state_ != nullptr; }

    private:
        friend class semaphore;

        COREST_DECL explicit permit(std::shared_ptr<detail::semaphore_state> state) noexcept;

        std::shared_ptr<detail::semaphore_state> state_;
    };

    /// \param permits how many there are at first
    COREST_DECL explicit semaphore(std::size_t permits);

    /// Waits for a permit.
    [[nodiscard]] COREST_DECL net::awaitable<permit> acquire();

    /// Waits for a permit, until a point in time: none where there was none until then.
    [[nodiscard]] COREST_DECL net::awaitable<std::optional<permit>> acquire_until(
        std::chrono::steady_clock::time_point until);

    /// A permit if there is one at once.
    [[nodiscard]] COREST_DECL std::optional<permit> try_acquire();

    /// How many permits are there to be had.
    [[nodiscard]] COREST_DECL std::size_t available() const noexcept;

private:
    COREST_DECL static net::awaitable<permit> acquire_from(std::shared_ptr<detail::semaphore_state> state);
    COREST_DECL static net::awaitable<std::optional<permit>> acquire_from(
        std::shared_ptr<detail::semaphore_state> state, std::chrono::steady_clock::time_point until);

    std::shared_ptr<detail::semaphore_state> state_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/semaphore.ipp>
#endif

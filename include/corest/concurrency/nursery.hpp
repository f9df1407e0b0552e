#pragma once

/// \file
/// Owns coroutines that run beside the one that started them, so that none of them outlives its purpose.

#include <corest/net.hpp>

#include <cstddef>
#include <memory>

namespace corest {

namespace detail {
class nursery_state;
} // namespace detail

/// Child coroutines and their common end.
///
/// The first child that fails (throws anything) cancels the others; `join()` throws what it threw. Children
/// that end with `operation_aborted` after the nursery was cancelled have not failed.
///
/// **Early destruction cancels and detaches**: the children are told to stop and end on their own soon after. They
/// must therefore own what they use: parameters by value, shared state by `shared_ptr`. Whoever can await ends with
/// `join()` (after `cancel()` where the result is no longer wanted) and knows that nothing is left.
///
/// Not thread-safe: the executor is that of the coroutine that owns the nursery, one thread or one strand.
class nursery {
public:
    /// \param executor where the children run: the owner's own
    COREST_DECL explicit nursery(net::any_io_executor executor);

    /// Takes the children over; the other one may only be destroyed or assigned to.
    nursery(nursery&& other) noexcept = default;
    /// Cancels and detaches the children there were, and takes the other one's over.
    COREST_DECL nursery& operator=(nursery&& other) noexcept;

    /// Cancels the children and leaves them to end on their own.
    COREST_DECL ~nursery();

    /// Starts a child at once: it runs to its first wait before this returns (if called on the executor).
    /// After a failure or `cancel()` no child is started any more; the awaitable is dropped.
    COREST_DECL void spawn(net::awaitable<void> child);

    /// Cancels all children (terminal cancellation). They end when they have unwound; `join()` waits for that.
    COREST_DECL void cancel() noexcept;

    /// Lets the children go on without an owner: destruction cancels them no more, and nothing can wait for them. For
    /// an owner that is destroyed by the last of its own children.
    void detach() noexcept { state_.reset(); }

    /// Waits until all children have ended, then throws the first failure, if any (once). If the waiting coroutine
    /// is cancelled meanwhile, the children are cancelled, waited for, and `operation_aborted` is thrown.
    /// In a thread of execution that was cancelled before, a `co_await` throws before anything is waited for: cleanup
    /// sets `this_coro::throw_if_cancelled(false)` first.
    [[nodiscard]] COREST_DECL net::awaitable<void> join();

    /// How many children have not ended.
    [[nodiscard]] COREST_DECL std::size_t live() const noexcept;

private:
    COREST_DECL static net::awaitable<void> join(std::shared_ptr<detail::nursery_state> state);

    std::shared_ptr<detail::nursery_state> state_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/nursery.ipp>
#endif

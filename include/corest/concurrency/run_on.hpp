#pragma once

/// \file
/// Awaits something on another executor than one's own.

#include <corest/concurrency/detail/result.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(associated_cancellation_slot.hpp)
#include COREST_ASIO(associated_executor.hpp)
#include COREST_ASIO(async_result.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(cancellation_state.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(defer.hpp)
#include COREST_ASIO(dispatch.hpp)
#include COREST_ASIO(executor_work_guard.hpp)

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace corest {

namespace detail {

/// What the coroutine that waits and the one that works for it share. All members but the result belong to the executor
/// of the latter; the result is read when it has ended.
template <class T>
class remote_run {
public:
    explicit remote_run(net::any_io_executor where_it_runs) : executor(std::move(where_it_runs)) {}

    /// Runs on the executor. A coroutine that has not begun is not sent a cancellation, see `nursery`.
    void cancel(net::cancellation_type_t type)
    {
        cancelled = true;
        if (begun && !ended) {
            signal.emit(type);
        }
    }

    const net::any_io_executor executor;
    net::cancellation_signal signal;
    bool begun = false;
    bool ended = false;
    bool cancelled = false;
    std::optional<stored<T>> result;
    std::exception_ptr failure;
};

/// What is spawned on the other executor. Its thread is not a cancelled one any more when it ends, see `nursery`.
template <class T>
net::awaitable<void> run_remote(std::shared_ptr<remote_run<T>> run, net::awaitable<T> operation)
{
    run->begun = true;
    try {
        if (run->cancelled) {
            throw system_error(net::error::operation_aborted);
        }
        if constexpr (std::is_void_v<T>) {
            co_await std::move(operation);
            run->result.emplace();
        } else {
            run->result.emplace(co_await std::move(operation));
        }
    } catch (...) {
        run->failure = std::current_exception();
    }
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
}

/// The completion handler of what is spawned: has whoever waits go on, where he belongs. It has no executor of its own,
/// so that a cancellation that has come to the executor is passed on at once.
template <class T, class Handler>
class remote_end {
public:
    using cancellation_slot_type = net::cancellation_slot;

    remote_end(std::shared_ptr<remote_run<T>> run, Handler&& waiting)
        : run_(std::move(run)),
          work_(net::get_associated_executor(waiting, run_->executor)),
          waiting_(std::move(waiting))
    {
    }

    cancellation_slot_type get_cancellation_slot() const noexcept { return run_->signal.slot(); }

    void operator()(const std::exception_ptr& not_begun)
    {
        run_->ended = true;
        if (not_begun) {
            run_->failure = not_begun;
        }
        // Never at once: who goes on has work of his own, which is none of this executor's.
        net::defer(work_.get_executor(), std::move(waiting_));
    }

private:
    std::shared_ptr<remote_run<T>> run_;
    net::executor_work_guard<net::associated_executor_t<Handler, net::any_io_executor>> work_;
    Handler waiting_;
};

/// Starts the operation, and passes on to it what its caller is sent.
class start_remote {
public:
    template <class Handler, class T>
    void operator()(Handler&& waiting, std::shared_ptr<remote_run<T>> run, net::awaitable<T> operation) const
    {
        auto slot = net::get_associated_cancellation_slot(waiting);
        if (slot.is_connected()) {
            // The signal may outlive the context, whose strands must not.
            slot.assign([observed = std::weak_ptr<remote_run<T>>(run)](net::cancellation_type_t type) {
                if (auto running = observed.lock()) {
                    const net::any_io_executor home = running->executor;
                    net::dispatch(home, [running = std::move(running), type] { running->cancel(type); });
                }
            });
        }
        net::awaitable<void> work = run_remote<T>(run, std::move(operation));
        const net::any_io_executor executor = run->executor;
        net::co_spawn(executor, std::move(work),
            remote_end<T, std::decay_t<Handler>>(std::move(run), std::forward<Handler>(waiting)));
    }
};

} // namespace detail

/// Awaits the operation on another executor, and goes on here with its result, or with what it threw:
///
///     const corest::response got = co_await corest::run_on(strand, ask());
///
/// The operation is a thread of execution of its own on `executor`. If the calling coroutine is cancelled, the
/// cancellation goes to `executor` and to the operation, which is waited for. This may be awaited anywhere: on any
/// thread, on an executor of another context; both executors must be run until it has ended.
/// (Boost 1.81's `co_await co_spawn(executor, ..., use_awaitable)` refers to a signal that may be gone, and that of
/// Asio 1.22 cancels on the wrong thread.)
template <class T>
[[nodiscard]] net::awaitable<T> run_on(net::any_io_executor executor, net::awaitable<T> operation)
{
    auto run = std::make_shared<detail::remote_run<T>>(std::move(executor));
    co_await net::async_initiate<const net::use_awaitable_t<>, void()>(
        detail::start_remote(), net::use_awaitable, run, std::move(operation));
    if (run->failure) {
        std::rethrow_exception(std::exchange(run->failure, nullptr));
    }
    if constexpr (!std::is_void_v<T>) {
        co_return std::move(*run->result);
    }
}

} // namespace corest

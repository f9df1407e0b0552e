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
#include <mutex>
#include <optional>
#include <utility>

namespace corest {

namespace detail {

/// An operation that runs on an executor of its own, and whoever waits for it, who may be anywhere.
///
/// The result and the failure are written before the run is ready, and read after. What decides who resumes the one
/// that waits is guarded by a mutex; all else belongs to the executor.
template <class T>
class remote_run : public std::enable_shared_from_this<remote_run<T>> {
public:
    explicit remote_run(net::any_io_executor where_it_runs) : executor_(std::move(where_it_runs)) {}
    remote_run(const remote_run&) = delete;
    remote_run& operator=(const remote_run&) = delete;

    [[nodiscard]] const net::any_io_executor& executor() const noexcept { return executor_; }

    /// Starts the operation. Once.
    void start(net::awaitable<T> operation)
    {
        std::shared_ptr<remote_run> self = this->shared_from_this();
        net::awaitable<void> work = run(self, std::move(operation));
        net::co_spawn(executor_, std::move(work), end(std::move(self)));
    }

    /// Cancels the operation, from anywhere; it ends on its own.
    void cancel(net::cancellation_type_t type)
    {
        net::dispatch(executor_, [self = this->shared_from_this(), type] { self->cancel_here(type); });
    }

    /// True where the operation has ended.
    [[nodiscard]] bool is_ready()
    {
        const std::lock_guard lock(access_);
        return ready_;
    }

    /// Has the handler called on its executor when the operation has ended, and passes on to the operation what the one
    /// that waits is sent. Once.
    template <class Handler>
    void wait(Handler&& handler)
    {
        auto slot = net::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            // The signal may outlive the context, whose strands must not.
            slot.assign([observed = this->weak_from_this()](net::cancellation_type_t type) {
                if (const auto running = observed.lock()) {
                    running->cancel(type);
                }
            });
        }
        std::unique_ptr<waiter> waiting =
            std::make_unique<waiter_of<std::decay_t<Handler>>>(executor_, std::forward<Handler>(handler));
        {
            const std::lock_guard lock(access_);
            if (!ready_) {
                waiting_.swap(waiting);
            }
        }
        if (waiting) {
            waiting->resume();
        }
    }

    /// What came of it. \pre it is ready. Once.
    T take()
    {
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
        if constexpr (!std::is_void_v<T>) {
            return std::move(*result_);
        }
    }

private:
    class waiter {
    public:
        waiter() = default;
        waiter(const waiter&) = delete;
        waiter& operator=(const waiter&) = delete;
        virtual ~waiter() = default;
        virtual void resume() = 0;
    };

    template <class Handler>
    class waiter_of final : public waiter {
    public:
        waiter_of(const net::any_io_executor& otherwise, Handler handler)
            : work_(net::get_associated_executor(handler, otherwise)),
              handler_(std::move(handler))
        {
        }
        /// Never at once: who goes on has work of his own, which is none of the other executor's.
        void resume() override { net::defer(work_.get_executor(), std::move(handler_)); }

    private:
        net::executor_work_guard<net::associated_executor_t<Handler, net::any_io_executor>> work_;
        Handler handler_;
    };

    /// The completion handler of what is spawned. It has no executor of its own, so that a cancellation that has come
    /// to the executor is passed on at once. Where it is destroyed uncalled (the context is gone), so is the one that
    /// waits.
    class end {
    public:
        using cancellation_slot_type = net::cancellation_slot;

        explicit end(std::shared_ptr<remote_run> run) noexcept : run_(std::move(run)) {}
        end(end&&) noexcept = default;
        end& operator=(end&&) = delete;
        ~end()
        {
            if (run_) {
                static_cast<void>(run_->take_waiter(false));
            }
        }

        cancellation_slot_type get_cancellation_slot() const noexcept { return run_->signal_.slot(); }

        void operator()(const std::exception_ptr& not_begun)
        {
            const std::shared_ptr<remote_run> run = std::move(run_);
            run->ended_ = true;
            if (not_begun) {
                run->failure_ = not_begun;
            }
            if (const std::unique_ptr<waiter> waiting = run->take_waiter(true)) {
                waiting->resume();
            }
        }

    private:
        std::shared_ptr<remote_run> run_;
    };

    std::unique_ptr<waiter> take_waiter(bool ready)
    {
        const std::lock_guard lock(access_);
        ready_ = ready;
        return std::move(waiting_);
    }

    /// A coroutine that has not begun is not sent a cancellation, see `nursery`.
    void cancel_here(net::cancellation_type_t type)
    {
        cancelled_ = true;
        if (begun_ && !ended_) {
            signal_.emit(type);
        }
    }

    /// What is spawned. Its thread is not a cancelled one any more when it ends, see `nursery`.
    static net::awaitable<void> run(std::shared_ptr<remote_run> self, net::awaitable<T> operation)
    {
        self->begun_ = true;
        try {
            if (self->cancelled_) {
                throw system_error(net::error::operation_aborted);
            }
            if constexpr (std::is_void_v<T>) {
                co_await std::move(operation);
                self->result_.emplace();
            } else {
                self->result_.emplace(co_await std::move(operation));
            }
        } catch (...) {
            self->failure_ = std::current_exception();
        }
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    }

    const net::any_io_executor executor_;
    net::cancellation_signal signal_;
    bool begun_ = false;
    bool ended_ = false;
    bool cancelled_ = false;
    std::optional<stored<T>> result_;
    std::exception_ptr failure_;

    std::mutex access_; ///< to what follows
    bool ready_ = false;
    std::unique_ptr<waiter> waiting_;
};

/// Starts the operation of a run that is waited for already.
class start_remote {
public:
    template <class Handler, class T>
    void operator()(Handler&& handler, const std::shared_ptr<remote_run<T>>& run, net::awaitable<T> operation) const
    {
        run->wait(std::forward<Handler>(handler));
        run->start(std::move(operation));
    }
};

class wait_for_remote {
public:
    template <class Handler, class T>
    void operator()(Handler&& handler, const std::shared_ptr<remote_run<T>>& run) const
    {
        run->wait(std::forward<Handler>(handler));
    }
};

/// Waits for a run that has been started, and takes what came of it. A cancellation of the one that waits goes on to
/// the operation, which is waited for nevertheless.
template <class T>
[[nodiscard]] net::awaitable<T> result_of(std::shared_ptr<remote_run<T>> run)
{
    if (!run->is_ready()) {
        co_await net::async_initiate<const net::use_awaitable_t<>, void()>(wait_for_remote(), net::use_awaitable, run);
    }
    co_return run->take();
}

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
    co_return run->take();
}

} // namespace corest

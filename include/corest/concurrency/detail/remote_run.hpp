#pragma once

/// \file
/// An operation that runs on an executor of its own, and whoever waits for it, who may be anywhere.

#include <corest/concurrency/detail/result.hpp>
#include <corest/concurrency/detail/spawned.hpp>
#include <corest/config.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(cancellation_state.hpp)

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace corest::detail {

/// What does not depend on the result.
///
/// The result and the failure are written before the run is ready, and read after. What decides who resumes the one
/// that waits is guarded by a mutex; all else belongs to the executor.
class remote_coroutine : public spawned, public std::enable_shared_from_this<remote_coroutine> {
public:
    explicit remote_coroutine(net::any_io_executor where_it_runs) : executor_(std::move(where_it_runs)) {}

    [[nodiscard]] const net::any_io_executor& executor() const noexcept { return executor_; }

    /// Starts the operation. Once. \param work of `remote_run`
    COREST_DECL void start(net::awaitable<void> work);
    /// Cancels the operation, from anywhere; it ends on its own.
    COREST_DECL void cancel(net::cancellation_type_t type);
    /// True where the operation has ended.
    [[nodiscard]] COREST_DECL bool is_ready();

protected:
    /// Throws what the operation threw, once. \pre it is ready
    COREST_DECL void rethrow();

    bool begun_ = false;
    bool cancelled_ = false;
    std::exception_ptr failure_;

private:
    friend class remote_wait;

    /// The one that waits.
    class waiter : public polymorphic {
    public:
        virtual void resume() = 0;
    };

    [[nodiscard]] net::cancellation_slot slot() noexcept override { return signal_.slot(); }
    COREST_DECL void on_end(const std::exception_ptr& failure) override;
    /// So is the one that waits.
    COREST_DECL void on_abandoned() noexcept override;

    COREST_DECL std::unique_ptr<waiter> take_waiter(bool ready);
    /// A coroutine that has not begun is not sent a cancellation, see `nursery`.
    COREST_DECL void cancel_here(net::cancellation_type_t type);

    const net::any_io_executor executor_;
    net::cancellation_signal signal_;
    bool ended_ = false;

    std::mutex access_; ///< to what follows
    bool ready_ = false;
    std::unique_ptr<waiter> waiting_;
};

/// An operation that gives a T.
template <class T>
class remote_run final : public remote_coroutine {
public:
    using remote_coroutine::remote_coroutine;

    /// What is to be started. Its thread is not a cancelled one any more when it ends, see `nursery`.
    [[nodiscard]] net::awaitable<void> work(net::awaitable<T> operation)
    {
        return run(std::static_pointer_cast<remote_run>(shared_from_this()), std::move(operation));
    }

    /// What came of it. \pre it is ready. Once.
    T take()
    {
        rethrow();
        if constexpr (!std::is_void_v<T>) {
            return std::move(*result_);
        }
    }

private:
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

    std::optional<stored<T>> result_;
};

/// Starts the work of a run, and waits until it has ended. A cancellation of the one that waits goes on to the
/// operation, which is waited for nevertheless.
[[nodiscard]] COREST_DECL net::awaitable<void> start_remote(
    std::shared_ptr<remote_coroutine> run, net::awaitable<void> work);
/// The same of a run that has been started and is not ready.
[[nodiscard]] COREST_DECL net::awaitable<void> wait_for_remote(std::shared_ptr<remote_coroutine> run);

/// Waits for a run that has been started, and takes what came of it. A cancellation of the one that waits goes on to
/// the operation, which is waited for nevertheless.
template <class T>
[[nodiscard]] net::awaitable<T> result_of(std::shared_ptr<remote_run<T>> run)
{
    if (!run->is_ready()) {
        co_await wait_for_remote(run);
    }
    co_return run->take();
}

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/remote_run.ipp>
#endif

#pragma once

#include <corest/concurrency/detail/remote_run.hpp>

#include COREST_ASIO(associated_cancellation_slot.hpp)
#include COREST_ASIO(associated_executor.hpp)
#include COREST_ASIO(async_result.hpp)
#include COREST_ASIO(defer.hpp)
#include COREST_ASIO(dispatch.hpp)
#include COREST_ASIO(executor_work_guard.hpp)

namespace corest::detail {

/// What is initiated where somebody waits for a run.
class remote_wait {
public:
    /// Has the handler called on its executor when the operation has ended, and passes on to the operation what the one
    /// that waits is sent. Once.
    template <class Handler>
    void operator()(Handler&& handler, const std::shared_ptr<remote_coroutine>& run) const
    {
        auto slot = net::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            // The signal may outlive the context, whose strands must not.
            slot.assign([observed = run->weak_from_this()](net::cancellation_type_t type) {
                if (const auto running = observed.lock()) {
                    running->cancel(type);
                }
            });
        }
        std::unique_ptr<remote_coroutine::waiter> waiting =
            std::make_unique<waiter_of<std::decay_t<Handler>>>(run->executor(), std::forward<Handler>(handler));
        {
            const std::lock_guard lock(run->access_);
            if (!run->ready_) {
                run->waiting_.swap(waiting);
            }
        }
        if (waiting) {
            waiting->resume();
        }
    }

    /// The same of a run that is to be started, which is waited for then.
    template <class Handler>
    void operator()(Handler&& handler, const std::shared_ptr<remote_coroutine>& run, net::awaitable<void> work) const
    {
        (*this)(std::forward<Handler>(handler), run);
        run->start(std::move(work));
    }

private:
    template <class Handler>
    class waiter_of final : public remote_coroutine::waiter {
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
};

COREST_DECL void remote_coroutine::start(net::awaitable<void> work)
{
    spawn(executor_, std::move(work), spawned_end(shared_from_this()));
}

COREST_DECL void remote_coroutine::cancel(net::cancellation_type_t type)
{
    net::dispatch(executor_, [self = shared_from_this(), type] { self->cancel_here(type); });
}

COREST_DECL bool remote_coroutine::is_ready()
{
    const std::lock_guard lock(access_);
    return ready_;
}

COREST_DECL void remote_coroutine::rethrow()
{
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

COREST_DECL void remote_coroutine::on_end(const std::exception_ptr& failure)
{
    ended_ = true;
    if (failure) {
        failure_ = failure;
    }
    if (const std::unique_ptr<waiter> waiting = take_waiter(true)) {
        waiting->resume();
    }
}

COREST_DECL void remote_coroutine::on_abandoned() noexcept
{
    static_cast<void>(take_waiter(false));
}

COREST_DECL std::unique_ptr<remote_coroutine::waiter> remote_coroutine::take_waiter(bool ready)
{
    const std::lock_guard lock(access_);
    ready_ = ready;
    return std::move(waiting_);
}

COREST_DECL void remote_coroutine::cancel_here(net::cancellation_type_t type)
{
    cancelled_ = true;
    if (begun_ && !ended_) {
        signal_.emit(type);
    }
}

COREST_DECL net::awaitable<void> start_remote(std::shared_ptr<remote_coroutine> run, net::awaitable<void> work)
{
    return net::async_initiate<const net::use_awaitable_t<>, void()>(
        remote_wait(), net::use_awaitable, std::move(run), std::move(work));
}

COREST_DECL net::awaitable<void> wait_for_remote(std::shared_ptr<remote_coroutine> run)
{
    return net::async_initiate<const net::use_awaitable_t<>, void()>(remote_wait(), net::use_awaitable, std::move(run));
}

} // namespace corest::detail

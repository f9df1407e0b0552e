#pragma once

#include <corest/concurrency/detail/spawned.hpp>
#include <corest/concurrency/detail/wait_list.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/error.hpp>

#include COREST_ASIO(cancellation_signal.hpp)

#include <exception>
#include <list>
#include <utility>

namespace corest {

namespace detail {

/// What the nursery and its children share; the children keep it alive.
class nursery_state {
public:
    class child;
    using position = std::list<child>::iterator;

    /// A child that has been spawned, or is about to be. Where its frame is destroyed without having ended, it must not
    /// be sent a cancellation any more.
    class child final : public spawned {
    public:
        explicit child(nursery_state& state) noexcept : state_(state) {}

        [[nodiscard]] net::cancellation_slot slot() noexcept override { return signal.slot(); }
        void on_end(const std::exception_ptr& thrown) override { state_.on_end(self, thrown); }
        void on_abandoned() noexcept override { state_.on_end(self, nullptr); }

        net::cancellation_signal signal;
        position self;
        bool begun = false;
        bool ended = false;

    private:
        nursery_state& state_;
    };

    explicit nursery_state(net::any_io_executor child_executor) noexcept : executor(std::move(child_executor)) {}

    void cancel() noexcept
    {
        cancelled = true;
        if (emitting_) {
            return;
        }
        // A child that ends inside of emit() is only marked, so that the list is not changed under the loop.
        emitting_ = true;
        for (child& each : children) {
            if (each.begun && !each.ended) {
                each.signal.emit(net::cancellation_type::terminal);
            }
        }
        emitting_ = false;
        children.remove_if([](const child& each) { return each.ended; });
    }

    child& add()
    {
        const position added = children.emplace(children.end(), *this);
        added->self = added;
        ++live;
        return *added;
    }

    void on_end(position which, const std::exception_ptr& error) noexcept
    {
        which->ended = true;
        if (!emitting_) {
            children.erase(which);
        }
        if (error && !failure && !(cancelled && is_cancellation(error))) {
            failure = error;
        }
        if (error && !cancelled) {
            cancel();
        }
        if (--live == 0) {
            all_ended.notify_all();
        }
    }

    net::any_io_executor executor;
    std::list<child> children;
    std::size_t live = 0;
    std::exception_ptr failure;
    bool cancelled = false;
    wait_list all_ended;

private:
    bool emitting_ = false;
};

namespace nursery_children {

/// What is spawned. `co_spawn` of Boost 1.81 lets `operation_aborted` out of `io_context::run()` where a coroutine
/// has ended without having been suspended and its thread has been cancelled. Therefore a child is not sent a
/// cancellation before it has begun, and its thread is not a cancelled one any more when it ends.
COREST_DECL net::awaitable<void> run(
    std::shared_ptr<nursery_state> state, nursery_state::child& self, net::awaitable<void> work)
{
    self.begun = true;
    std::exception_ptr error;
    if (!state->cancelled) {
        try {
            co_await std::move(work);
        } catch (...) {
            error = std::current_exception();
        }
    }
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    if (error) {
        std::rethrow_exception(error);
    }
}

} // namespace nursery_children

} // namespace detail

COREST_DECL nursery::nursery(net::any_io_executor executor)
    : state_(std::make_shared<detail::nursery_state>(std::move(executor)))
{
}

COREST_DECL nursery& nursery::operator=(nursery&& other) noexcept
{
    if (this != &other) {
        cancel();
        state_ = std::move(other.state_);
    }
    return *this;
}

COREST_DECL nursery::~nursery()
{
    cancel();
}

COREST_DECL void nursery::spawn(net::awaitable<void> child)
{
    if (state_->cancelled) {
        return;
    }
    detail::nursery_state::child& added = state_->add();
    detail::spawned_end end(std::shared_ptr<detail::spawned>(state_, &added));
    net::awaitable<void> run = detail::nursery_children::run(state_, added, std::move(child));
    detail::spawn(state_->executor, std::move(run), std::move(end));
}

COREST_DECL void nursery::cancel() noexcept
{
    if (state_) {
        state_->cancel();
    }
}

COREST_DECL std::size_t nursery::live() const noexcept
{
    return state_ ? state_->live : 0;
}

COREST_DECL net::awaitable<void> nursery::join()
{
    return join(state_);
}

COREST_DECL net::awaitable<void> nursery::join(std::shared_ptr<detail::nursery_state> state)
{
    bool interrupted = false;
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false); // to go on waiting after a cancellation
    while (state->live > 0) {
        const bool woken = co_await state->all_ended.wait();
        if (!woken) {
            interrupted = true;
            state->cancel();
        }
    }
    co_await net::this_coro::throw_if_cancelled(throws);
    if (state->failure) {
        std::rethrow_exception(std::exchange(state->failure, nullptr));
    }
    if (interrupted) {
        throw system_error(net::error::operation_aborted);
    }
}

} // namespace corest

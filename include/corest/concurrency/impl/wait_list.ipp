#pragma once

#include <corest/concurrency/detail/wait_list.hpp>

#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(steady_timer.hpp)

namespace corest::detail {

/// A coroutine that waits; lives in its frame. Cancelling its timer is the notification.
class wait_list::waiter {
public:
    waiter(wait_list& list, const net::any_io_executor& executor, net::steady_timer::time_point until)
        : timer(executor, until),
          list_(&list),
          previous_(list.last_)
    {
        (previous_ ? previous_->next_ : list.first_) = this;
        list.last_ = this;
        if (!list.first_waiting_) {
            list.first_waiting_ = this;
        }
    }

    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    ~waiter()
    {
        if (!list_) {
            return;
        }
        (previous_ ? previous_->next_ : list_->first_) = next_;
        (next_ ? next_->previous_ : list_->last_) = previous_;
        if (list_->first_waiting_ == this) {
            list_->first_waiting_ = next_;
        }
        if (notified_ && !resumed_) {
            list_->lost();
        }
    }

    /// The waiter runs again. True if that is because it was notified, by a list that is still there.
    bool resumed() noexcept
    {
        resumed_ = true;
        return notified_ && list_;
    }

    /// Returns who comes next.
    waiter* notify() noexcept
    {
        notified_ = true;
        timer.cancel();
        return next_;
    }

    /// The list is gone. Returns who comes next.
    waiter* leave() noexcept
    {
        list_ = nullptr;
        timer.cancel();
        return next_;
    }

    net::steady_timer timer;

private:
    wait_list* list_;
    waiter* previous_;
    waiter* next_ = nullptr;
    bool notified_ = false;
    bool resumed_ = false;
};

COREST_DECL wait_list::~wait_list()
{
    while (first_) {
        first_ = first_->leave();
    }
}

COREST_DECL net::awaitable<bool> wait_list::wait(std::chrono::steady_clock::time_point until)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    waiter self(*this, executor, until);
    error_code ignored;
    co_await self.timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
    co_return self.resumed();
}

COREST_DECL bool wait_list::notify_one() noexcept
{
    if (!first_waiting_) {
        return false;
    }
    first_waiting_ = first_waiting_->notify();
    return true;
}

COREST_DECL void wait_list::notify_all() noexcept
{
    while (first_waiting_) {
        first_waiting_ = first_waiting_->notify();
    }
}

} // namespace corest::detail

#pragma once

#include <corest/concurrency/semaphore.hpp>

#include <utility>

namespace corest {

namespace detail {

/// As long as there are permits, nobody waits.
class semaphore_state final : public wait_list {
public:
    explicit semaphore_state(std::size_t permits) noexcept : available(permits) {}

    void give_back() noexcept
    {
        if (!notify_one()) {
            ++available;
        }
    }

    std::size_t available;

protected:
    void lost() noexcept override { give_back(); }
};

} // namespace detail

COREST_DECL semaphore::permit::permit(std::shared_ptr<detail::semaphore_state> state) noexcept
    : state_(std::move(state))
{
}

COREST_DECL semaphore::permit& semaphore::permit::operator=(permit&& other) noexcept
{
    if (this != &other) {
        release();
        state_ = std::move(other.state_);
    }
    return *this;
}

COREST_DECL semaphore::permit::~permit()
{
    release();
}

COREST_DECL void semaphore::permit::release() noexcept
{
    if (const auto state = std::exchange(state_, nullptr)) {
        state->give_back();
    }
}

COREST_DECL semaphore::semaphore(std::size_t permits) : state_(std::make_shared<detail::semaphore_state>(permits)) {}

COREST_DECL net::awaitable<semaphore::permit> semaphore::acquire()
{
    return acquire_from(state_);
}

COREST_DECL net::awaitable<semaphore::permit> semaphore::acquire_from(std::shared_ptr<detail::semaphore_state> state)
{
    std::optional<permit> granted =
        co_await acquire_from(std::move(state), std::chrono::steady_clock::time_point::max());
    co_return std::move(*granted);
}

COREST_DECL net::awaitable<std::optional<semaphore::permit>> semaphore::acquire_until(
    std::chrono::steady_clock::time_point until)
{
    return acquire_from(state_, until);
}

COREST_DECL net::awaitable<std::optional<semaphore::permit>> semaphore::acquire_from(
    std::shared_ptr<detail::semaphore_state> state, std::chrono::steady_clock::time_point until)
{
    if (state->available > 0) {
        --state->available;
        co_return permit(std::move(state));
    }
    const bool granted = co_await state->wait(until);
    if (granted) {
        co_return permit(std::move(state));
    }
    if (std::chrono::steady_clock::now() < until) {
        throw system_error(net::error::operation_aborted);
    }
    co_return std::nullopt;
}

COREST_DECL std::optional<semaphore::permit> semaphore::try_acquire()
{
    if (state_->available == 0) {
        return std::nullopt;
    }
    --state_->available;
    return permit(state_);
}

COREST_DECL std::size_t semaphore::available() const noexcept
{
    return state_->available;
}

} // namespace corest

#pragma once

/// \file
/// Coroutines that run beside the one that started them, whatever they are for: all of them are spawned by one
/// function, so that what `co_spawn` is made of is compiled once.

#include <corest/config.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(cancellation_signal.hpp)

#include <exception>
#include <memory>
#include <utility>

namespace corest::detail {

/// Who is told of a spawned coroutine's end, and has it cancelled.
class spawned : public polymorphic {
public:
    /// What the coroutine is cancelled by.
    [[nodiscard]] virtual net::cancellation_slot slot() noexcept = 0;
    /// The coroutine has ended. \param failure what it threw, or null
    virtual void on_end(const std::exception_ptr& failure) = 0;
    /// The coroutine was destroyed without having ended: its context is gone.
    virtual void on_abandoned() noexcept = 0;
};

/// The completion handler of a spawned coroutine. It has no executor of its own, so that a cancellation is passed on at
/// once and not by way of a queue, where it could come too late.
class spawned_end {
public:
    using cancellation_slot_type = net::cancellation_slot;

    explicit spawned_end(std::shared_ptr<spawned> told) noexcept : told_(std::move(told)) {}
    spawned_end(spawned_end&&) noexcept = default;
    spawned_end& operator=(spawned_end&&) = delete;
    ~spawned_end()
    {
        if (told_) {
            told_->on_abandoned();
        }
    }

    [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept { return told_->slot(); }

    void operator()(const std::exception_ptr& failure)
    {
        const std::shared_ptr<spawned> told = std::exchange(told_, nullptr);
        told->on_end(failure);
    }

private:
    std::shared_ptr<spawned> told_;
};

/// Starts a coroutine on the executor, in a thread of execution of its own.
COREST_DECL void spawn(const net::any_io_executor& executor, net::awaitable<void> coroutine, spawned_end end);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/spawned.ipp>
#endif

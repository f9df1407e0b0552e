#pragma once

/// \file
/// Work that ctrl-C ends.

#include <corest/net.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(signal_set.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace cli {

/// What a coroutine came to.
template <class T>
class outcome {
public:
    T result{};                 ///< where it did not fail
    std::exception_ptr failure; ///< what it threw, or null
};

/// Runs a coroutine to its end; the first ctrl-C cancels it, a second one ends the process at once.
class interruptible {
public:
    /// \param say writes a line to the user
    explicit interruptible(std::function<void(const std::string&)> say);
    interruptible(const interruptible&) = delete;
    interruptible& operator=(const interruptible&) = delete;
    /// Where the work was stopped the context stays as it is, until the process ends: its end would wait for the
    /// look-up of a name, which nothing can cut short.
    ~interruptible();

    /// Where everything runs.
    [[nodiscard]] corest::net::io_context& context() noexcept { return *context_; }

    /// \param at_end called once the work has ended, while the context still runs
    template <class T>
    [[nodiscard]] outcome<T> finish(corest::net::awaitable<T> work, const std::function<void()>& at_end = [] {})
    {
        await_signal();
        outcome<T> ended;
        corest::net::co_spawn(*context_, std::move(work),
            corest::net::bind_cancellation_slot(stop_.slot(), [&](std::exception_ptr failure, T result) {
                ended.failure = failure;
                ended.result = std::move(result);
                at_end();
                signals_.cancel();
                deadline_.cancel();
                if (was_stopped()) {
                    context_->stop();
                }
            }));
        context_->run();
        return ended;
    }

    /// Stops the work after that time, as a signal does. Before `finish`.
    void stop_after(std::chrono::seconds time);
    /// True where that time has passed, and no signal came before.
    [[nodiscard]] bool has_run_out() const noexcept { return has_run_out_; }

    /// True where there was a signal.
    [[nodiscard]] bool was_interrupted() const noexcept { return interrupted_; }

private:
    void await_signal();
    [[nodiscard]] bool was_stopped() const noexcept { return interrupted_ || has_run_out_; }

    std::unique_ptr<corest::net::io_context> context_ = std::make_unique<corest::net::io_context>(1);
    std::function<void(const std::string&)> say_;
    corest::net::signal_set signals_;
    corest::net::steady_timer deadline_;
    corest::net::cancellation_signal stop_;
    bool interrupted_ = false;
    bool has_run_out_ = false;
};

/// Writes a line to standard error.
void say_to_standard_error(const std::string& line);

/// Runs a coroutine to its end, in a context of its own.
/// \throws what it failed with
template <class T>
[[nodiscard]] T run_to_its_end(corest::net::awaitable<T> work)
{
    interruptible runner(say_to_standard_error);
    auto ended = runner.finish(std::move(work));
    if (ended.failure) {
        std::rethrow_exception(ended.failure);
    }
    return std::move(ended.result);
}

} // namespace cli

#pragma once

/// \file
/// What tests of coroutines share: an io_context that must have nothing left to do, and counters of what is alive.

#include <corest/net.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(post.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace corest::test {

/// Counts how many of it are alive. Put into a coroutine's frame or captured in what it owns, it tells leaks.
class counted {
public:
    counted() noexcept { ++live_; }
    counted(const counted&) noexcept { ++live_; }
    counted(counted&&) noexcept { ++live_; }
    counted& operator=(const counted&) noexcept = default;
    counted& operator=(counted&&) noexcept = default;
    ~counted() { --live_; }

    static int live() noexcept { return live_; }

private:
    static inline int live_ = 0;
};

/// Suspends once; whatever else is ready runs first.
inline net::awaitable<void> turn()
{
    co_await net::post(net::use_awaitable);
}

inline net::awaitable<void> turns(int count)
{
    for (int i = 0; i < count; ++i) {
        co_await turn();
    }
}

/// Waits until cancelled.
inline net::awaitable<void> never()
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, net::steady_timer::time_point::max());
    co_await timer.async_wait(net::use_awaitable);
}

inline net::awaitable<void> sleep_for(std::chrono::steady_clock::duration time)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, time);
    co_await timer.async_wait(net::use_awaitable);
}

/// True if the exception is how a cancelled operation ends.
inline bool is_aborted(const std::exception_ptr& error)
{
    try {
        if (error) {
            std::rethrow_exception(error);
        }
    } catch (const system_error& e) {
        return e.code() == net::error::operation_aborted;
    } catch (...) {
    }
    return false;
}

/// How an awaitable ended.
class outcome {
public:
    bool done = false;
    std::exception_ptr error;

    bool aborted() const { return done && is_aborted(error); }

    template <class E>
    bool failed_with() const
    {
        try {
            if (error) {
                std::rethrow_exception(error);
            }
        } catch (const E&) {
            return true;
        } catch (...) {
        }
        return false;
    }
};

/// A fixture with an io_context. After the test it has no work left and nothing counted is alive.
class CoroutineTest : public ::testing::Test {
protected:
    net::any_io_executor executor() { return context().get_executor(); }

    net::io_context& context() { return *context_; }

    /// How far a coroutine gets when it is started.
    enum class until {
        idle,      ///< until it waits for something that is not ready
        first_wait ///< until it is suspended for the first time
    };

    /// Starts a coroutine that can be cancelled with `cancel()`.
    outcome& start(net::awaitable<void> coroutine, until how_far = until::idle)
    {
        auto run = std::make_unique<running>();
        running& it = *run;
        started_.push_back(std::move(run));
        net::co_spawn(executor(), std::move(coroutine),
            net::bind_cancellation_slot(it.signal.slot(), [&it](const std::exception_ptr& error) {
                it.result.done = true;
                it.result.error = error;
            }));
        context().restart();
        if (how_far == until::idle) {
            context().poll();
        } else {
            context().run_one();
        }
        return it.result;
    }

    /// Runs what is ready.
    void poll()
    {
        context().restart();
        context().poll();
    }

    /// Cancels everything that was started, and runs what is ready then.
    void cancel(net::cancellation_type_t type = net::cancellation_type::terminal)
    {
        emit(type);
        poll();
    }

    /// Cancels everything that was started, and runs nothing.
    void emit(net::cancellation_type_t type)
    {
        for (auto& each : started_) {
            if (!each->result.done) {
                each->signal.emit(type);
            }
        }
    }

    /// Runs until there is nothing left to do.
    void run()
    {
        context().restart();
        context().run_for(std::chrono::seconds(20));
        EXPECT_TRUE(context().stopped()) << "the io_context has work left: something was not ended";
    }

    /// Runs a coroutine to its end and throws what it throws.
    void run(net::awaitable<void> coroutine)
    {
        outcome& result = start(std::move(coroutine));
        run();
        EXPECT_TRUE(result.done) << "the coroutine did not end";
        if (result.error) {
            std::rethrow_exception(result.error);
        }
    }

    /// The io_context goes away with all that waits in it.
    void destroy_context()
    {
        context_.reset();
        context_.emplace();
    }

    void SetUp() override { ASSERT_EQ(counted::live(), 0); }

    void TearDown() override
    {
        run();
        started_.clear();
        EXPECT_EQ(counted::live(), 0);
    }

private:
    struct running {
        net::cancellation_signal signal;
        outcome result;
    };

    std::vector<std::unique_ptr<running>> started_;
    std::optional<net::io_context> context_{std::in_place};
};

} // namespace corest::test

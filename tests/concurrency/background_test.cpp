#include <corest/concurrency/background.hpp>

#include "support/coroutine_test.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace corest;
using namespace corest::test;

namespace {

class Background : public CoroutineTest {};

net::awaitable<std::unique_ptr<int>> number_after(int how_long, int value)
{
    const counted here;
    co_await turns(how_long);
    co_return std::make_unique<int>(value);
}

net::awaitable<int> stuck()
{
    const counted here;
    co_await never();
    co_return 0;
}

net::awaitable<int> fails()
{
    co_await turn();
    throw std::runtime_error("background");
}

TEST_F(Background, StartsAtOnceAndHandsItsResultOutLater)
{
    run([]() -> net::awaitable<void> {
        background<std::unique_ptr<int>> number(co_await net::this_coro::executor, number_after(3, 5));
        EXPECT_EQ(counted::live(), 1);
        EXPECT_FALSE(number.is_ready());
        co_await turns(20);
        EXPECT_EQ(counted::live(), 0);
        EXPECT_TRUE(number.is_ready());
        auto result = co_await number.get();
        EXPECT_EQ(*result, 5);
    }());
}

TEST_F(Background, GetWaitsForTheResult)
{
    run([]() -> net::awaitable<void> {
        background<std::unique_ptr<int>> number(co_await net::this_coro::executor, number_after(30, 6));
        background<std::unique_ptr<int>> moved(std::move(number));
        auto result = co_await moved.get();
        EXPECT_EQ(*result, 6);
        std::exception_ptr again;
        try {
            result = co_await moved.get();
        } catch (...) {
            again = std::current_exception();
        }
        EXPECT_TRUE(is_aborted(again));
    }());
}

TEST_F(Background, MayHaveNoValue)
{
    run([]() -> net::awaitable<void> {
        background<void> task(co_await net::this_coro::executor, turns(3));
        co_await task.get();
        EXPECT_TRUE(task.is_ready());
    }());
}

TEST_F(Background, GetThrowsWhatTheOperationThrew)
{
    run([]() -> net::awaitable<void> {
        background<int> task(co_await net::this_coro::executor, fails());
        co_await turns(10);
        std::string what;
        try {
            co_await task.get();
        } catch (const std::runtime_error& e) {
            what = e.what();
        }
        EXPECT_EQ(what, "background");
    }());
}

TEST_F(Background, DestructionCancelsTheOperation)
{
    {
        background<int> task(executor(), stuck());
        poll();
        EXPECT_EQ(counted::live(), 1);
    }
    run();
    EXPECT_EQ(counted::live(), 0);
}

net::awaitable<void> get_into(background<int>& task, int& result)
{
    result = co_await task.get();
}

TEST_F(Background, CancellingTheOneWhoWaitsCancelsTheOperationAndWaitsForIt)
{
    background<int> task(executor(), stuck());
    int result = -1;
    auto& consumer = start(get_into(task, result));
    cancel();
    EXPECT_TRUE(consumer.aborted());
    EXPECT_TRUE(task.is_ready());
    EXPECT_EQ(counted::live(), 0);
    EXPECT_EQ(result, -1);
}

TEST_F(Background, AResultThatComesInSpiteOfTheCancellationIsHandedOut)
{
    auto stubborn = []() -> net::awaitable<int> {
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
        co_await sleep_for(std::chrono::milliseconds(5));
        co_return 7;
    };
    background<int> task(executor(), stubborn());
    int result = -1;
    start(get_into(task, result));
    emit(net::cancellation_type::terminal);
    run();
    EXPECT_EQ(result, 7);
}

TEST_F(Background, CancelAbortsGet)
{
    background<int> task(executor(), stuck());
    int result = -1;
    auto& consumer = start(get_into(task, result));
    task.cancel();
    run();
    EXPECT_TRUE(consumer.aborted());
}

TEST_F(Background, MayGoDownWithTheIoContext)
{
    auto owner = []() -> net::awaitable<void> {
        background<int> task(co_await net::this_coro::executor, stuck());
        co_await task.get();
    };
    start(owner());
    EXPECT_EQ(counted::live(), 1);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

} // namespace

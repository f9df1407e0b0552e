#include <corest/concurrency/with_timeout.hpp>

#include <corest/async_generator.hpp>

#include "support/coroutine_test.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

using namespace corest;
using namespace corest::test;
using namespace std::chrono_literals;

namespace {

class WithTimeout : public CoroutineTest {};

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

bool timed_out(const std::exception_ptr& error)
{
    try {
        if (error) {
            std::rethrow_exception(error);
        }
    } catch (const system_error& e) {
        return e.code() == net::error::timed_out;
    }
    return false;
}

net::awaitable<void> limit(net::awaitable<int> operation, std::chrono::steady_clock::duration time, int& value)
{
    value = co_await with_timeout(std::move(operation), time);
}

TEST_F(WithTimeout, GivesTheValueThatComesInTime)
{
    const auto begin = std::chrono::steady_clock::now();
    run([]() -> net::awaitable<void> {
        auto number = co_await with_timeout(number_after(3, 5), 1h);
        EXPECT_EQ(*number, 5);
        auto at_once = co_await with_timeout(number_after(0, 6), 1h);
        EXPECT_EQ(*at_once, 6);
        co_await with_timeout(turns(3), 1h);
    }());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(WithTimeout, EndsAnOperationThatTakesLonger)
{
    int value = -1;
    auto& limited = start(limit(stuck(), 1ms, value));
    run();
    EXPECT_TRUE(timed_out(limited.error));
    EXPECT_NE(describe(limited.error).find("not done within "), std::string::npos) << describe(limited.error);
    EXPECT_EQ(counted::live(), 0);
    auto& nothing = start(with_timeout(never(), 0s));
    run();
    EXPECT_TRUE(timed_out(nothing.error));
}

TEST_F(WithTimeout, ThrowsAtOnceWhatTheOperationThrows)
{
    const auto begin = std::chrono::steady_clock::now();
    auto fails = []() -> net::awaitable<int> {
        co_await turn();
        throw std::runtime_error("operation");
    };
    int value = -1;
    auto& limited = start(limit(fails(), 1h, value));
    run();
    EXPECT_TRUE(limited.failed_with<std::runtime_error>());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(WithTimeout, AnOperationThatAbortsOfItselfIsNeither)
{
    auto aborts = []() -> net::awaitable<int> {
        co_await turn();
        throw system_error(net::error::operation_aborted);
    };
    int value = -1;
    auto& limited = start(limit(aborts(), 1h, value));
    run();
    EXPECT_TRUE(limited.aborted());
}

TEST_F(WithTimeout, CancellationOfTheCallerIsNoTimeout)
{
    int value = -1;
    auto& limited = start(limit(stuck(), 1h, value));
    cancel();
    EXPECT_TRUE(limited.aborted());
    EXPECT_EQ(counted::live(), 0);
}

net::awaitable<int> busy_past_the_limit(int value)
{
    const counted here;
    const auto end = std::chrono::steady_clock::now() + 5ms;
    co_await turn();
    while (std::chrono::steady_clock::now() < end) {
        continue;
    }
    co_return value;
}

TEST_F(WithTimeout, AValueThatComesTogetherWithTheEndOfTheTimeIsNotLost)
{
    for (int i = 0; i < 20; ++i) {
        int value = -1;
        auto& limited = start(limit(busy_past_the_limit(i), 1ms, value));
        run();
        EXPECT_FALSE(limited.error);
        EXPECT_EQ(value, i);
    }
}

TEST_F(WithTimeout, AValueThatComesInSpiteOfTheTimeLimitIsNotLost)
{
    auto stubborn = []() -> net::awaitable<int> {
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
        co_await sleep_for(5ms);
        co_return 7;
    };
    int value = -1;
    auto& limited = start(limit(stubborn(), 1ms, value));
    run();
    EXPECT_FALSE(limited.error);
    EXPECT_EQ(value, 7);
}

TEST_F(WithTimeout, TheTimeLimitHoldsInCleanupOfACancelledThread)
{
    auto cleans_up = []() -> net::awaitable<void> {
        try {
            co_await never();
        } catch (const system_error&) {
        }
        co_await net::this_coro::throw_if_cancelled(false);
        co_await with_timeout(never(), 1ms);
    };
    auto& cancelled = start(cleans_up());
    cancel();
    run();
    EXPECT_TRUE(timed_out(cancelled.error));
}

async_generator<int> gets_stuck()
{
    const counted here;
    co_yield 1;
    co_await never();
}

TEST_F(WithTimeout, EndsAGeneratorWhoseNextTakesTooLong)
{
    run([]() -> net::awaitable<void> {
        auto generator = gets_stuck();
        auto item = co_await with_timeout(generator.next(), 1h);
        EXPECT_EQ(item, 1);
        std::exception_ptr error;
        try {
            item = co_await with_timeout(generator.next(), 1ms);
        } catch (...) {
            error = std::current_exception();
        }
        EXPECT_TRUE(timed_out(error));
        EXPECT_EQ(counted::live(), 0);
        item = co_await generator.next();
        EXPECT_FALSE(item);
    }());
}

async_generator<int> limits_its_requests()
{
    for (int i = 0; i < 3; ++i) {
        bool late = false;
        try {
            co_await with_timeout(never(), 1ms);
        } catch (const system_error& e) {
            late = e.code() == net::error::timed_out;
        }
        EXPECT_TRUE(late);
        auto number = co_await with_timeout(number_after(2, i), 1h);
        co_yield std::move(*number);
    }
}

TEST_F(WithTimeout, IsForTheSingleRequestInsideOfAGenerator)
{
    run([]() -> net::awaitable<void> {
        auto generator = limits_its_requests();
        int count = 0;
        while (auto item = co_await generator.next()) {
            EXPECT_EQ(*item, count++);
        }
        EXPECT_EQ(count, 3);
    }());
}

TEST_F(WithTimeout, MayGoDownWithTheIoContext)
{
    int value = -1;
    start(limit(stuck(), 1h, value));
    EXPECT_EQ(counted::live(), 1);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

} // namespace

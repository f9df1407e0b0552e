#include <corest/concurrency/semaphore.hpp>

#include "support/coroutine_test.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

using namespace corest;
using namespace corest::test;

namespace {

class Semaphore : public CoroutineTest {};

using ints = std::vector<int>;

/// Says its number when it has its permit, and gives the permit back after some turns.
net::awaitable<void> work(semaphore& permits, int number, int how_long, ints& order)
{
    auto permit = co_await permits.acquire();
    const counted here;
    order.push_back(number);
    co_await turns(how_long);
}

net::awaitable<void> hold(semaphore& permits, std::optional<semaphore::permit>& held)
{
    held = co_await permits.acquire();
}

TEST_F(Semaphore, LetsNoMoreRunThanItHasPermits)
{
    semaphore permits(3);
    int most = 0;
    for (int i = 0; i < 20; ++i) {
        auto watch = [](semaphore& s, int& peak) -> net::awaitable<void> {
            auto permit = co_await s.acquire();
            const counted here;
            peak = std::max(peak, counted::live());
            co_await turns(4);
        };
        start(watch(permits, most), until::first_wait);
    }
    run();
    EXPECT_EQ(most, 3);
    EXPECT_EQ(permits.available(), 3u);
}

TEST_F(Semaphore, ServesThoseWhoWaitInTheOrderInWhichTheyCame)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    ASSERT_TRUE(held);
    ints order;
    for (int i = 0; i < 10; ++i) {
        start(work(permits, i, 2, order));
    }
    EXPECT_EQ(order, ints());
    held.reset();
    run();
    EXPECT_EQ(order, (ints{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(Semaphore, WhoWaitsUntilATimeGoesWithoutAPermitThenAndLeavesTheLine)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    ASSERT_TRUE(held);
    bool late = false;
    bool in_time = false;
    const auto wait_until = [](semaphore& s, std::chrono::steady_clock::time_point deadline,
                                bool& none) -> net::awaitable<void> {
        const auto permit = co_await s.acquire_until(deadline);
        none = !permit;
    };
    const auto now = std::chrono::steady_clock::now();
    start(wait_until(permits, now + std::chrono::milliseconds(5), late));
    auto next = [](semaphore& s, bool& got) -> net::awaitable<void> {
        const auto permit = co_await s.acquire_until(std::chrono::steady_clock::now() + std::chrono::hours(1));
        got = permit.has_value();
    };
    start(next(permits, in_time));
    while (!late) {
        poll();
    }
    EXPECT_FALSE(in_time);
    held.reset();
    run();
    EXPECT_TRUE(in_time);
    EXPECT_EQ(permits.available(), 1u);
}

TEST_F(Semaphore, APermitThatIsGivenBackCannotBeTakenByANewcomer)
{
    semaphore permits(1);
    std::optional<semaphore::permit> first(permits.try_acquire());
    std::optional<semaphore::permit> second;
    start(hold(permits, second));
    first.reset(); // belongs to the one who waits, who has not run yet
    EXPECT_FALSE(permits.try_acquire());
    EXPECT_EQ(permits.available(), 0u);
    poll();
    EXPECT_TRUE(second);
}

TEST_F(Semaphore, ACancelledWaiterEatsNoPermit)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    std::optional<semaphore::permit> never_given;
    auto& cancelled = start(hold(permits, never_given));
    cancel();
    EXPECT_TRUE(cancelled.aborted());
    held.reset();
    EXPECT_EQ(permits.available(), 1u);
}

TEST_F(Semaphore, AWaiterInTheMiddleMayLeave)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    std::optional<semaphore::permit> first;
    std::optional<semaphore::permit> third;
    std::optional<semaphore::permit> never_given;
    start(hold(permits, first));
    start([](semaphore& s, std::optional<semaphore::permit>& p) -> net::awaitable<void> {
        const net::any_io_executor executor = co_await net::this_coro::executor;
        net::cancellation_signal signal;
        net::co_spawn(
            executor, hold(s, p), net::bind_cancellation_slot(signal.slot(), [](const std::exception_ptr&) {}));
        co_await turn();
        signal.emit(net::cancellation_type::terminal);
        co_await turns(3);
    }(permits, never_given));
    start(hold(permits, third));
    held.reset();
    poll();
    EXPECT_TRUE(first);
    first.reset();
    poll();
    EXPECT_TRUE(third);
    EXPECT_FALSE(never_given);
}

TEST_F(Semaphore, APermitGivenToOneWhoIsCancelledIsNotLost)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    ints order;
    auto& given_and_cancelled = start(work(permits, 1, 1, order));
    held.reset();
    emit(net::cancellation_type::terminal);
    start(work(permits, 2, 1, order));
    run();
    EXPECT_TRUE(given_and_cancelled.done);
    EXPECT_EQ(permits.available(), 1u);
    EXPECT_EQ(order.back(), 2);
}

TEST_F(Semaphore, CancelledFirstAndGivenThenItGoesToTheNext)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    ints order;
    start(work(permits, 1, 1, order));
    emit(net::cancellation_type::terminal);
    held.reset(); // the cancelled one has not run yet and is first in the list
    start(work(permits, 2, 1, order));
    run();
    EXPECT_EQ(permits.available(), 1u);
    EXPECT_EQ(order.back(), 2);
}

TEST_F(Semaphore, APermitGivenToOneWhoIsDestroyedGoesToTheNext)
{
    semaphore permits(1);
    auto held = permits.try_acquire();
    std::optional<semaphore::permit> never_given;
    start(hold(permits, never_given));
    held.reset();
    destroy_context();
    EXPECT_FALSE(never_given);
    EXPECT_EQ(permits.available(), 1u);
}

TEST_F(Semaphore, PermitsCanBeMovedReleasedAndMayOutliveIt)
{
    auto permits = std::make_unique<semaphore>(2);
    auto a = permits->try_acquire();
    auto b = permits->try_acquire();
    EXPECT_FALSE(permits->try_acquire());
    semaphore::permit moved = std::move(*a);
    EXPECT_TRUE(moved);
    EXPECT_FALSE(*a);
    moved = std::move(*b);
    EXPECT_EQ(permits->available(), 1u);
    moved.release();
    moved.release();
    EXPECT_FALSE(moved);
    EXPECT_EQ(permits->available(), 2u);
    auto last = permits->try_acquire();
    std::optional<semaphore::permit> waiting;
    auto other = permits->try_acquire();
    start(hold(*permits, waiting));
    permits.reset();
    last.reset();
    poll();
    EXPECT_TRUE(waiting);
}

TEST_F(Semaphore, MayGoDownWithTheIoContext)
{
    std::optional<semaphore::permit> never_given;
    semaphore permits(0);
    for (int i = 0; i < 5; ++i) {
        start(hold(permits, never_given));
    }
    destroy_context();
    EXPECT_EQ(permits.available(), 0u);
}

} // namespace

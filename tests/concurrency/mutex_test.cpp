#include <corest/concurrency/mutex.hpp>

#include "support/coroutine_test.hpp"

#include <stdexcept>
#include <vector>

using namespace corest;
using namespace corest::test;

namespace {

class Mutex : public CoroutineTest {};

using ints = std::vector<int>;

net::awaitable<void> enter(mutex& door, int number, int& inside, ints& order)
{
    auto lock = co_await door.lock();
    ++inside;
    EXPECT_EQ(inside, 1);
    order.push_back(number);
    co_await turns(3);
    --inside;
}

TEST_F(Mutex, LetsOneInAtATimeInTheOrderInWhichTheyCame)
{
    mutex door;
    int inside = 0;
    ints order;
    for (int i = 0; i < 5; ++i) {
        start(enter(door, i, inside, order), until::first_wait);
    }
    run();
    EXPECT_EQ(order, (ints{0, 1, 2, 3, 4}));
}

TEST_F(Mutex, IsReleasedByAnExceptionAndByACancellation)
{
    mutex door;
    auto& failed = start([](mutex& m) -> net::awaitable<void> {
        auto lock = co_await m.lock();
        co_await turn();
        throw std::runtime_error("inside");
    }(door));
    EXPECT_TRUE(failed.failed_with<std::runtime_error>());
    auto& cancelled = start([](mutex& m) -> net::awaitable<void> {
        auto lock = co_await m.lock();
        co_await never();
    }(door));
    EXPECT_FALSE(door.try_lock());
    cancel();
    EXPECT_TRUE(cancelled.aborted());
    auto lock = door.try_lock();
    EXPECT_TRUE(lock);
    EXPECT_FALSE(door.try_lock());
}

TEST_F(Mutex, OneWhoWaitsMayBeCancelled)
{
    mutex door;
    auto lock = door.try_lock();
    int inside = 0;
    ints order;
    auto& cancelled = start(enter(door, 1, inside, order));
    cancel();
    EXPECT_TRUE(cancelled.aborted());
    start(enter(door, 2, inside, order));
    lock.reset();
    run();
    EXPECT_EQ(order, ints{2});
}

} // namespace

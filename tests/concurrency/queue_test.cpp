#include <corest/concurrency/queue.hpp>

#include "support/coroutine_test.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace corest;
using namespace corest::test;

namespace {

class Queue : public CoroutineTest {};

using ints = std::vector<int>;

net::awaitable<void> push_numbers(queue<int>& out, int first, int count, bool close_after)
{
    for (int i = 0; i < count; ++i) {
        const bool in = co_await out.push(first + i);
        EXPECT_TRUE(in);
    }
    if (close_after) {
        out.close();
    }
}

net::awaitable<void> pop_all(queue<int>& in, ints& items)
{
    while (auto item = co_await in.pop()) {
        items.push_back(*item);
    }
}

net::awaitable<void> pop_one(queue<int>& in, ints& items)
{
    auto item = co_await in.pop();
    items.push_back(item.value_or(-1));
}

TEST_F(Queue, HandsItemsOutInTheOrderInWhichTheyWentIn)
{
    for (const std::size_t capacity : {0u, 1u, 3u, 1000u}) {
        queue<int> numbers(capacity);
        ints items;
        start(push_numbers(numbers, 0, 20, true));
        start(pop_all(numbers, items));
        run();
        ASSERT_EQ(items.size(), 20u);
        for (int i = 0; i < 20; ++i) {
            EXPECT_EQ(items[static_cast<std::size_t>(i)], i);
        }
    }
}

TEST_F(Queue, HoldsNoMoreThanItsCapacity)
{
    queue<int> numbers(3);
    auto& producer = start(push_numbers(numbers, 0, 5, true));
    EXPECT_EQ(numbers.size(), 3u);
    EXPECT_FALSE(producer.done);
    EXPECT_FALSE(numbers.try_push(9));
    ints items;
    start(pop_one(numbers, items));
    EXPECT_EQ(numbers.size(), 3u);
    start(pop_all(numbers, items));
    EXPECT_TRUE(producer.done);
    EXPECT_EQ(items, (ints{0, 1, 2, 3, 4}));
}

TEST_F(Queue, CloseLetsWhatIsInItOut)
{
    queue<int> numbers(10);
    start(push_numbers(numbers, 0, 10, true));
    EXPECT_TRUE(numbers.is_closed());
    ints items;
    start(pop_all(numbers, items));
    EXPECT_EQ(items.size(), 10u);
    start(pop_one(numbers, items));
    EXPECT_EQ(items.back(), -1);
}

TEST_F(Queue, CloseWakesAllWhoWait)
{
    queue<int> empty(1);
    ints items;
    start(pop_one(empty, items));
    start(pop_one(empty, items));
    EXPECT_EQ(items, ints());
    empty.close();
    poll();
    EXPECT_EQ(items, (ints{-1, -1}));

    queue<int> full(1);
    EXPECT_TRUE(full.try_push(1));
    bool in = true;
    auto& producer = start(
        [](queue<int>& out, bool& accepted) -> net::awaitable<void> { accepted = co_await out.push(2); }(full, in));
    EXPECT_FALSE(producer.done);
    full.close();
    poll();
    EXPECT_TRUE(producer.done);
    EXPECT_FALSE(in);
    EXPECT_FALSE(full.try_push(3));
    EXPECT_EQ(full.try_pop(), 1);
    EXPECT_EQ(full.try_pop(), std::nullopt);
}

TEST_F(Queue, ACancelledPopTakesNoItem)
{
    queue<int> numbers(1);
    ints items;
    auto& cancelled = start(pop_one(numbers, items));
    cancel();
    EXPECT_TRUE(cancelled.aborted());
    EXPECT_TRUE(numbers.try_push(1));
    start(pop_one(numbers, items));
    EXPECT_EQ(items, ints{1});
}

TEST_F(Queue, AnItemAndACancellationAtTheSameTimeLoseNothing)
{
    for (const bool item_first : {true, false}) {
        queue<int> numbers(1);
        ints items;
        auto& consumer = start(pop_one(numbers, items));
        bool in = item_first && numbers.try_push(1);
        emit(net::cancellation_type::terminal);
        in = in || numbers.try_push(1);
        EXPECT_TRUE(in);
        poll();
        EXPECT_TRUE(consumer.done);
        start(pop_one(numbers, items));
        EXPECT_EQ(items.front(), 1);
        numbers.close();
    }
}

TEST_F(Queue, ACancelledPushPutsNothingInAndLetsTheNextOne)
{
    queue<int> numbers(1);
    EXPECT_TRUE(numbers.try_push(0));
    auto& cancelled = start(push_numbers(numbers, 1, 1, false));
    cancel();
    EXPECT_TRUE(cancelled.aborted());
    auto& waiting = start(push_numbers(numbers, 2, 1, false));
    EXPECT_EQ(numbers.try_pop(), 0);
    poll();
    EXPECT_TRUE(waiting.done);
    EXPECT_EQ(numbers.try_pop(), 2);
}

TEST_F(Queue, ManyProducersAndConsumersLoseNothing)
{
    queue<int> numbers(2);
    ints items;
    int producers = 7;
    for (int i = 0; i < 7; ++i) {
        auto produce = [](queue<int>& out, int first, int& left) -> net::awaitable<void> {
            co_await push_numbers(out, first, 100, false);
            if (--left == 0) {
                out.close();
            }
        };
        start(produce(numbers, 100 * i, producers));
    }
    for (int i = 0; i < 5; ++i) {
        start(pop_all(numbers, items));
    }
    run();
    ASSERT_EQ(items.size(), 700u);
    std::vector<bool> seen(700);
    for (const int item : items) {
        seen[static_cast<std::size_t>(item)] = true;
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 700);
}

struct record {
    std::string name;
    std::unique_ptr<int> number;
};

TEST_F(Queue, CarriesItemsThatCanOnlyBeMovedAndAggregates)
{
    run([]() -> net::awaitable<void> {
        queue<record> records(2);
        record one{"a name that is too long to be stored inside of the object", std::make_unique<int>(1)};
        const bool in = co_await records.push(std::move(one));
        EXPECT_TRUE(in);
        auto out = co_await records.pop();
        EXPECT_EQ(*out->number, 1);
        EXPECT_EQ(out->name.size(), 57u);
    }());
}

TEST_F(Queue, APushThatDoesNotFitLeavesTheItemAlone)
{
    queue<std::unique_ptr<int>> pointers(1);
    EXPECT_TRUE(pointers.try_push(std::make_unique<int>(1)));
    auto second = std::make_unique<int>(2);
    EXPECT_FALSE(pointers.try_push(std::move(second)));
    EXPECT_TRUE(second);
}

TEST_F(Queue, DestroyingItEndsThoseWhoWait)
{
    auto numbers = std::make_unique<queue<int>>(1);
    ints items;
    auto& consumer = start(pop_one(*numbers, items));
    numbers.reset();
    poll();
    EXPECT_TRUE(consumer.aborted());
}

TEST_F(Queue, ClosingAndDestroyingItAtOnceEndsThoseWhoWait)
{
    auto numbers = std::make_unique<queue<int>>(1);
    ints items;
    auto& consumer = start(pop_one(*numbers, items));
    numbers->close();
    numbers.reset();
    poll();
    EXPECT_TRUE(consumer.aborted());
}

TEST_F(Queue, MayGoDownWithTheIoContext)
{
    ints items;
    for (const bool notified : {false, true}) {
        queue<int> numbers(1);
        start(pop_one(numbers, items));
        start(pop_one(numbers, items));
        EXPECT_TRUE(!notified || numbers.try_push(1));
        destroy_context();
        EXPECT_EQ(numbers.size(), notified ? 1u : 0u);
    }
}

} // namespace

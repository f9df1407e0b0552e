#include <corest/concurrency/flat_map.hpp>

#include "support/coroutine_test.hpp"
#include "support/stuck_generator.hpp"

#include <corest/concurrency/prefetch.hpp>

#include COREST_ASIO(strand.hpp)

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace corest;
using namespace corest::test;

namespace {

/// What a test sees of its parents and children. The children share it: they may outlive the test's coroutine.
struct watched {
    int parents = 0;
    int running = 0;
    int most_running = 0;
    int produced = 0;
    int cleaned_up = 0;
};

using watch = std::shared_ptr<watched>;
using ints = std::vector<int>;

async_generator<int> parents(int count, watch seen)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_await turn();
        ++seen->parents;
        co_yield i;
    }
}

/// The items parent * 1000 + 0, 1, ... Each child has another speed.
async_generator<int> children(int parent, int count, watch seen)
{
    const counted here;
    seen->most_running = std::max(seen->most_running, ++seen->running);
    for (int i = 0; i < count; ++i) {
        co_await turns((parent * 7 + i) % 5);
        ++seen->produced;
        co_yield parent * 1000 + i;
    }
    --seen->running;
}

async_generator<int> stuck(watch seen)
{
    return stuck_ints_after(0, std::move(seen));
}

async_generator<int> fails_after(int parent, int count)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_yield parent * 1000 + i;
    }
    co_await turn();
    throw std::runtime_error("child");
}

net::awaitable<void> collect_from(async_generator<int>& generator, ints& items)
{
    while (auto item = co_await generator.next()) {
        items.push_back(*item);
    }
}

net::awaitable<void> collect(async_generator<int> generator, ints& items)
{
    co_await collect_from(generator, items);
}

ints expected(int parent_count, int child_count)
{
    ints items;
    for (int p = 0; p < parent_count; ++p) {
        for (int c = 0; c < child_count; ++c) {
            items.push_back(p * 1000 + c);
        }
    }
    return items;
}

/// Both of them, with the same arguments.
class FlatMap : public CoroutineTest, public ::testing::WithParamInterface<bool> {
protected:
    static bool ordered() { return GetParam(); }

    template <class F>
    static async_generator<int> map(async_generator<int> in, F fn, std::size_t width, std::size_t buffer)
    {
        if (ordered()) {
            return flat_map_ordered(std::move(in), std::move(fn), width, buffer);
        }
        return flat_map(std::move(in), std::move(fn), width, buffer);
    }

    static async_generator<int> map_all(
        int parent_count, int child_count, std::size_t width, std::size_t buffer, watch seen)
    {
        auto fn = [child_count, seen](int parent) { return children(parent, child_count, seen); };
        return map(parents(parent_count, seen), fn, width, buffer);
    }
};

INSTANTIATE_TEST_SUITE_P(, FlatMap, ::testing::Bool(),
    [](const ::testing::TestParamInfo<bool>& which) { return which.param ? "ordered" : "unordered"; });

TEST_P(FlatMap, HandsOutEveryItemOnce)
{
    for (const std::size_t width : {0u, 1u, 3u, 50u}) {
        for (const std::size_t buffer : {0u, 1u, 100u}) {
            ints items;
            run(collect(map_all(12, 9, width, buffer, std::make_shared<watched>()), items));
            if (!ordered()) {
                std::sort(items.begin(), items.end());
            }
            EXPECT_EQ(items, expected(12, 9)) << "width " << width << ", buffer " << buffer;
        }
    }
}

TEST_P(FlatMap, HasNoItemsWithoutParentsOrChildren)
{
    ints items;
    run(collect(map_all(0, 5, 4, 4, std::make_shared<watched>()), items));
    run(collect(map_all(5, 0, 4, 4, std::make_shared<watched>()), items));
    run(collect(map_all(0, 0, 4, 4, std::make_shared<watched>()), items));
    EXPECT_EQ(items, ints());
}

TEST_P(FlatMap, StartsNothingBeforeTheFirstNext)
{
    auto seen = std::make_shared<watched>();
    {
        auto generator = map_all(5, 5, 4, 4, seen);
        poll();
    }
    run();
    EXPECT_EQ(seen->parents, 0);
}

TEST_P(FlatMap, RunsAsManyChildrenAtATimeAsItMay)
{
    auto seen = std::make_shared<watched>();
    ints items;
    run(collect(map_all(40, 10, 7, 3, seen), items));
    EXPECT_EQ(seen->most_running, 7);
    EXPECT_EQ(seen->running, 0);
}

TEST_P(FlatMap, BoundsWhatWaitsForASlowConsumer)
{
    static constexpr int width = 4;
    static constexpr int buffer = 3;
    auto seen = std::make_shared<watched>();
    run([](async_generator<int> generator, watch p) -> net::awaitable<void> {
        int taken = 0;
        int most_waiting = 0;
        while (auto item = co_await generator.next()) {
            ++taken;
            co_await turns(60);
            most_waiting = std::max(most_waiting, p->produced - taken);
        }
        EXPECT_EQ(taken, 600);
        // unordered: one buffer for all, and one item in each child's hand; ordered: a buffer for each child that
        // runs, that waits for its turn, whose turn it is
        EXPECT_LE(most_waiting, ordered() ? (2 * width + 2) * (buffer + 1) : buffer + width);
        EXPECT_GE(most_waiting, buffer);
    }(map_all(30, 20, width, buffer, seen), seen));
}

TEST_P(FlatMap, TheFailureOfAChildCancelsTheOthersAndIsThrown)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int parent) { return parent == 5 ? fails_after(parent, 2) : stuck(seen); };
    ints items;
    auto generator = map(parents(10, seen), fn, 6, 5);
    EXPECT_THROW(run(collect_from(generator, items)), std::runtime_error);
    EXPECT_EQ(items, ordered() ? ints() : (ints{5000, 5001})) << "what was put out before is handed out";
    EXPECT_EQ(seen->cleaned_up, 5);
    EXPECT_EQ(counted::live(), 0) << "all children have ended when it is thrown";
    run(collect_from(generator, items));
}

TEST_P(FlatMap, TheFailureOfTheParentsIsThrownAfterWhatWasPutOut)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int parent) { return children(parent, 3, seen); };
    ints items;
    EXPECT_THROW(run(collect(map(fails_after(0, 2), fn, 1, 10), items)), std::runtime_error);
    EXPECT_EQ(items, (ints{0, 1, 2, 1000, 1001, 1002}));
}

TEST_P(FlatMap, TheFailureOfFnIsThrown)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int parent) {
        if (parent == 3) {
            throw std::runtime_error("fn");
        }
        return children(parent, 2, seen);
    };
    ints items;
    EXPECT_THROW(run(collect(map(parents(10, seen), fn, 1, 5), items)), std::runtime_error);
    EXPECT_EQ(items, (ints{0, 1, 1000, 1001, 2000, 2001}));
}

TEST_P(FlatMap, CancellingTheConsumerEndsAllChildrenBeforeNextThrows)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int) { return stuck(seen); };
    auto consume = [](async_generator<int> generator, watch p) -> net::awaitable<void> {
        std::exception_ptr error;
        try {
            ints items;
            co_await collect_from(generator, items);
        } catch (...) {
            error = std::current_exception();
        }
        EXPECT_EQ(p->cleaned_up, 8);
        const bool throws = co_await net::this_coro::throw_if_cancelled();
        EXPECT_TRUE(throws);
        std::rethrow_exception(error);
    };
    auto& result = start(consume(map(parents(100, seen), fn, 8, 5), seen));
    EXPECT_FALSE(result.done);
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(counted::live(), 0);
}

TEST_P(FlatMap, CancellingAThousandChildrenEndsAtOnce)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int) { return stuck(seen); };
    ints items;
    auto& result = start(collect(map(parents(2000, seen), fn, 1000, 5), items));
    EXPECT_EQ(seen->parents, 1000);
    EXPECT_EQ(counted::live(), 1001);
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(seen->cleaned_up, 1000);
    EXPECT_EQ(counted::live(), 0);
}

TEST_P(FlatMap, CloseEndsAllChildrenAndWaitsForTheirEnd)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int parent) { return parent == 0 ? children(parent, 1, seen) : stuck(seen); };
    run([](async_generator<int> generator, watch p) -> net::awaitable<void> {
        auto item = co_await generator.next();
        EXPECT_EQ(item, 0);
        co_await turns(50);
        co_await generator.close();
        EXPECT_EQ(p->cleaned_up, 5);
        EXPECT_EQ(counted::live(), 0);
    }(map(parents(100, seen), fn, 5, 5), seen));
}

TEST_P(FlatMap, DestructionEndsAllChildrenSoon)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int parent) { return parent == 0 ? children(parent, 1, seen) : stuck(seen); };
    run([](async_generator<int> generator, watch p) -> net::awaitable<void> {
        auto item = co_await generator.next();
        EXPECT_EQ(item, 0);
        co_await turns(50);
        generator = async_generator<int>();
        EXPECT_EQ(p->cleaned_up, 0);
        co_await turns(50);
        EXPECT_EQ(p->cleaned_up, 5);
        EXPECT_EQ(counted::live(), 0);
    }(map(parents(100, seen), fn, 5, 5), seen));
}

TEST_P(FlatMap, DestructionWithFullBuffersEndsAllChildren)
{
    auto seen = std::make_shared<watched>();
    run([](async_generator<int> generator) -> net::awaitable<void> {
        auto item = co_await generator.next();
        EXPECT_TRUE(item);
        co_await turns(200);
    }(map_all(100, 100, 5, 2, seen)));
    EXPECT_LT(seen->produced, 100);
    EXPECT_EQ(counted::live(), 0);
}

TEST_P(FlatMap, CanBeStacked)
{
    auto seen = std::make_shared<watched>();
    auto level = [seen](int parent) { return children(parent % 1000, 3, seen); };
    for (const std::size_t width : {1u, 4u}) {
        ints items;
        auto stacked = map(prefetch(map(map(parents(4, seen), level, width, 2), level, width, 2), 3), level, width, 2);
        run(collect(std::move(stacked), items));
        EXPECT_EQ(items.size(), 4u * 3 * 3 * 3);
        EXPECT_EQ(counted::live(), 0);

        auto fn = [seen](int) { return stuck(seen); };
        auto& cancelled = start(collect(
            map(prefetch(map(map(parents(4, seen), level, width, 2), level, width, 2), 3), fn, width, 2), items));
        EXPECT_FALSE(cancelled.done);
        cancel();
        EXPECT_TRUE(cancelled.aborted());
        EXPECT_EQ(counted::live(), 0);
    }
}

/// Yields some items, then waits until cancelled, and takes its time to end.
async_generator<int> stuck_after(int count, watch seen)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_yield i;
    }
    co_yield elements_of(stuck(seen));
}

TEST_P(FlatMap, CloseWaitsAlsoForWhatParentsAndChildrenHaveStarted)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int) { return prefetch(stuck_after(20, seen), 2); };
    run([](async_generator<int> generator, watch p) -> net::awaitable<void> {
        for (int i = 0; i < 5; ++i) {
            auto item = co_await generator.next();
            EXPECT_TRUE(item);
        }
        co_await turns(50);
        co_await generator.close();
        EXPECT_EQ(p->cleaned_up, 1) << "the parents; the children have not come so far";
        EXPECT_EQ(counted::live(), 0);
    }(map(prefetch(stuck_after(4, seen), 4), fn, 3, 2), seen));
}

TEST_P(FlatMap, CancellationWaitsAlsoForWhatParentsAndChildrenHaveStarted)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int) { return prefetch(stuck_after(2, seen), 1); };
    auto consume = [](async_generator<int> generator, watch p) -> net::awaitable<void> {
        std::exception_ptr error;
        try {
            ints items;
            co_await collect_from(generator, items);
        } catch (...) {
            error = std::current_exception();
        }
        EXPECT_EQ(p->cleaned_up, 4) << "three children, and the parents";
        EXPECT_EQ(counted::live(), 0);
        std::rethrow_exception(error);
    };
    auto& result = start(consume(map(prefetch(stuck_after(6, seen), 4), fn, 3, 2), seen));
    EXPECT_FALSE(result.done);
    cancel();
    EXPECT_TRUE(result.aborted());
}

TEST_P(FlatMap, MayGoDownWithTheIoContext)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int) { return stuck(seen); };
    ints items;
    start(collect(map(map_all(10, 10, 3, 3, seen), fn, 4, 2), items));
    EXPECT_GT(counted::live(), 4);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

TEST_P(FlatMap, RunsOnAStrandWithTwoThreads)
{
    const auto strand = net::make_strand(context());
    auto seen = std::make_shared<watched>();
    ints items;
    net::co_spawn(
        strand, collect(map_all(40, 20, 7, 3, seen), items), [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    std::thread other([this] { context().run(); });
    context().run();
    other.join();
    EXPECT_EQ(items.size(), 800u);
}

struct row {
    std::string name;
    ints numbers;
};

async_generator<row> rows(std::unique_ptr<int> parent)
{
    for (int i = 0; i < 3; ++i) {
        co_await turn();
        row next{"a name that is too long to be stored inside of the object", ints{*parent, i}};
        co_yield std::move(next);
    }
}

async_generator<std::unique_ptr<int>> pointers()
{
    for (int i = 0; i < 3; ++i) {
        co_yield std::make_unique<int>(i);
    }
}

TEST_F(CoroutineTest, FlatMapTakesParentsThatCanOnlyBeMovedAndYieldsAggregates)
{
    run([]() -> net::awaitable<void> {
        auto generator = flat_map_ordered(pointers(), rows, 2, 2);
        int count = 0;
        while (auto item = co_await generator.next()) {
            EXPECT_EQ(item->numbers, (ints{count / 3, count % 3}));
            EXPECT_EQ(item->name.size(), 57u);
            ++count;
        }
        EXPECT_EQ(count, 9);
    }());
}

TEST_F(CoroutineTest, FlatMapOrderedThrowsAfterTheItemsThatComeBefore)
{
    auto seen = std::make_shared<watched>();
    auto fn = [seen](int parent) { return parent == 2 ? fails_after(parent, 2) : children(parent, 20, seen); };
    ints items;
    EXPECT_THROW(run(collect(flat_map_ordered(parents(10, seen), fn, 1, 100), items)), std::runtime_error);
    ints before = expected(2, 20);
    before.push_back(2000);
    before.push_back(2001);
    EXPECT_EQ(items, before);
}

} // namespace

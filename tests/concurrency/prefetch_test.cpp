#include <corest/concurrency/prefetch.hpp>

#include "support/coroutine_test.hpp"
#include "support/stuck_generator.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace corest;
using namespace corest::test;

namespace {

class Prefetch : public CoroutineTest {};

using ints = std::vector<int>;

/// Counts how many items it has been asked for and how many it has yielded.
struct progress {
    int asked = 0;
    int yielded = 0;
    int cleaned_up = 0;
};

async_generator<int> source(int count, std::shared_ptr<progress> seen)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        ++seen->asked;
        co_await turns(2);
        ++seen->yielded;
        co_yield i;
    }
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

TEST_F(Prefetch, HandsOutAllItemsInOrder)
{
    for (const std::size_t count : {0u, 1u, 2u, 100u}) {
        ints items;
        run(collect(prefetch(source(20, std::make_shared<progress>()), count), items));
        ASSERT_EQ(items.size(), 20u);
        EXPECT_TRUE(std::is_sorted(items.begin(), items.end()));
    }
}

TEST_F(Prefetch, StartsNothingBeforeTheFirstNext)
{
    auto seen = std::make_shared<progress>();
    {
        auto generator = prefetch(source(20, seen), 3);
        poll();
        EXPECT_EQ(seen->asked, 0);
    }
    run();
    EXPECT_EQ(seen->asked, 0);
}

TEST_F(Prefetch, ReadsAsFarAheadAsToldWhileTheConsumerWorks)
{
    for (const int count : {1, 2, 5}) {
        run([](int ahead) -> net::awaitable<void> {
            auto seen = std::make_shared<progress>();
            auto generator = prefetch(source(20, seen), static_cast<std::size_t>(ahead));
            for (int taken = 1; taken <= 20; ++taken) {
                auto item = co_await generator.next();
                EXPECT_EQ(item, taken - 1);
                co_await turns(100);
                EXPECT_EQ(seen->yielded, std::min(20, taken + ahead));
                EXPECT_EQ(seen->asked, seen->yielded);
            }
            auto end = co_await generator.next();
            EXPECT_FALSE(end);
        }(count));
    }
}

async_generator<int> fails_after(int count)
{
    for (int i = 0; i < count; ++i) {
        co_await turn();
        co_yield i;
    }
    throw std::runtime_error("source");
}

TEST_F(Prefetch, ThrowsAnExceptionInItsPlace)
{
    ints items;
    auto generator = prefetch(fails_after(3), 10);
    EXPECT_THROW(run(collect_from(generator, items)), std::runtime_error);
    EXPECT_EQ(items, (ints{0, 1, 2}));
    run(collect_from(generator, items));
    EXPECT_EQ(items, (ints{0, 1, 2}));
}

TEST_F(Prefetch, CancellingTheConsumerEndsTheReadingBeforeNextThrows)
{
    auto seen = std::make_shared<progress>();
    int when_thrown = -1;
    auto consume = [](async_generator<int> g, int& cleaned, std::shared_ptr<progress> p) -> net::awaitable<void> {
        std::exception_ptr error;
        try {
            ints items;
            co_await collect_from(g, items);
        } catch (...) {
            error = std::current_exception();
        }
        cleaned = p->cleaned_up;
        const bool throws = co_await net::this_coro::throw_if_cancelled();
        EXPECT_TRUE(throws);
        std::rethrow_exception(error);
    };
    auto& result = start(consume(prefetch(stuck_ints_after(2, seen), 3), when_thrown, seen));
    EXPECT_FALSE(result.done);
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(when_thrown, 1);
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(Prefetch, CloseEndsTheReadingAndWaitsForItsEnd)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        auto generator = prefetch(stuck_ints_after(2, p), 3);
        auto item = co_await generator.next();
        EXPECT_EQ(item, 0);
        co_await turns(5);
        co_await generator.close();
        EXPECT_EQ(p->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
    }(seen));
}

TEST_F(Prefetch, DestructionEndsTheReadingSoon)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        {
            auto generator = prefetch(stuck_ints_after(2, p), 3);
            auto item = co_await generator.next();
            EXPECT_EQ(item, 0);
            co_await turns(5);
        }
        EXPECT_EQ(p->cleaned_up, 0);
        co_await turns(20);
        EXPECT_EQ(p->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
    }(seen));
}

TEST_F(Prefetch, ASlowConsumerLosesNothingWhenTheSourceEndsEarly)
{
    run([]() -> net::awaitable<void> {
        auto generator = prefetch(source(20, std::make_shared<progress>()), 10);
        int count = 0;
        while (auto item = co_await generator.next()) {
            EXPECT_EQ(*item, count++);
            co_await turns(50);
        }
        EXPECT_EQ(count, 20);
    }());
}

TEST_F(Prefetch, MayGoDownWithTheIoContext)
{
    ints items;
    start(collect(prefetch(prefetch(stuck_ints_after(2, std::make_shared<progress>()), 2), 2), items));
    EXPECT_EQ(counted::live(), 1);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

} // namespace

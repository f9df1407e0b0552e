#include <corest/async_generator.hpp>

#include "support/completion_tokens.hpp"
#include "support/coroutine_test.hpp"

// Blanks around the slash would make it another name.
// clang-format off
#include COREST_ASIO(experimental/awaitable_operators.hpp)
// clang-format on
#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(strand.hpp)

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <variant>
#include <vector>

using namespace corest;
using namespace corest::test;
using namespace std::chrono_literals;

namespace {

class AsyncGenerator : public CoroutineTest {};

// ---- generators that the tests share

async_generator<int> iota(int count)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_yield i;
    }
}

/// Awaits before each item.
async_generator<int> slow_iota(int count)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_await turn();
        co_yield i;
    }
}

/// Waits until cancelled after its first `count` items.
async_generator<int> stuck_after(int count)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_yield i;
    }
    co_await never();
}

async_generator<int> through_pull(async_generator<int> in)
{
    const counted here;
    while (auto item = co_await in.pull()) {
        co_yield std::move(*item);
    }
}

async_generator<int> through_next(async_generator<int> in)
{
    const counted here;
    while (auto item = co_await in.next()) {
        co_yield std::move(*item);
    }
}

async_generator<int> through_elements(async_generator<int> in)
{
    const counted here;
    co_yield elements_of(std::move(in));
}

net::awaitable<std::vector<int>> all_of(async_generator<int> generator)
{
    std::vector<int> items;
    while (auto item = co_await generator.next()) {
        items.push_back(*item);
    }
    co_return items;
}

net::awaitable<void> collect(async_generator<int> generator, std::vector<int>& items)
{
    while (auto item = co_await generator.next()) {
        items.push_back(*item);
    }
}

net::awaitable<void> collect_from(async_generator<int>& generator, std::vector<int>& items)
{
    while (auto item = co_await generator.next()) {
        items.push_back(*item);
    }
}

net::awaitable<int> value_later(int value)
{
    co_await turn();
    co_return value;
}

net::awaitable<int> fail_later(const char* what)
{
    co_await turn();
    throw std::runtime_error(what);
}

using ints = std::vector<int>;

// ---- the sequence

async_generator<int> sets(bool& started)
{
    started = true;
    co_yield 1;
}

TEST_F(AsyncGenerator, StartsNothingBeforeTheFirstNextIsAwaited)
{
    bool has_started = false;
    auto generator = sets(has_started);
    EXPECT_FALSE(has_started);
    {
        auto awaitable = generator.next();
        EXPECT_FALSE(has_started);
    }
    start([](async_generator<int>& g) -> net::awaitable<void> {
        auto item = co_await g.next();
        EXPECT_EQ(item, 1);
    }(generator));
    EXPECT_TRUE(has_started);
}

TEST_F(AsyncGenerator, YieldsTheItemsInOrderAndThenNulloptForEver)
{
    run([]() -> net::awaitable<void> {
        auto generator = iota(3);
        std::vector<int> items;
        while (auto item = co_await generator.next()) {
            items.push_back(*item);
        }
        EXPECT_EQ(items, (ints{0, 1, 2}));
        for (int i = 0; i < 3; ++i) {
            auto end = co_await generator.next();
            EXPECT_FALSE(end);
        }
    }());
}

TEST_F(AsyncGenerator, RunsNothingBetweenTwoItems)
{
    run([]() -> net::awaitable<void> {
        auto generator = slow_iota(2);
        auto first = co_await generator.next();
        EXPECT_EQ(first, 0);
        co_await turns(5);
        EXPECT_EQ(counted::live(), 1);
        auto second = co_await generator.next();
        EXPECT_EQ(second, 1);
    }());
}

TEST_F(AsyncGenerator, MayHaveNoItems)
{
    run([]() -> net::awaitable<void> {
        auto items = co_await all_of(iota(0));
        EXPECT_EQ(items, ints());
    }());
}

TEST_F(AsyncGenerator, WithoutABodyHasEnded)
{
    run([]() -> net::awaitable<void> {
        async_generator<int> generator;
        auto item = co_await generator.next();
        EXPECT_FALSE(item);
        EXPECT_FALSE(generator.try_next());
        co_await generator.close();
        auto pulled = co_await all_of(through_pull(async_generator<int>()));
        EXPECT_EQ(pulled, ints());
        auto nested = co_await all_of(through_elements(async_generator<int>()));
        EXPECT_EQ(nested, ints());
    }());
}

async_generator<int> owns(counted parameter, int count)
{
    (void)parameter;
    for (int i = 0; i < count; ++i) {
        const counted local;
        co_yield i;
    }
}

TEST_F(AsyncGenerator, NeverStartedDestroysItsParameters)
{
    {
        const counted argument;
        auto generator = owns(argument, 1);
        EXPECT_GT(counted::live(), 1);
    }
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(AsyncGenerator, PartlyConsumedDestroysTheObjectsInScope)
{
    run([]() -> net::awaitable<void> {
        {
            const counted argument;
            auto generator = owns(argument, 3);
            auto item = co_await generator.next();
            EXPECT_EQ(item, 0);
            EXPECT_EQ(counted::live(), 3);
        }
        EXPECT_EQ(counted::live(), 0);
    }());
}

TEST_F(AsyncGenerator, MoveAssignmentDestroysWhatWasThere)
{
    run([]() -> net::awaitable<void> {
        auto generator = iota(3);
        auto first = co_await generator.next();
        EXPECT_EQ(first, 0);
        generator = iota(2);
        EXPECT_EQ(counted::live(), 0);
        auto items = co_await all_of(std::move(generator));
        EXPECT_EQ(items, (ints{0, 1}));
    }());
}

TEST_F(AsyncGenerator, MayBeMovedBetweenNextAndItsAwait)
{
    run([]() -> net::awaitable<void> {
        auto generator = slow_iota(2);
        auto awaitable = generator.next();
        auto moved = std::move(generator);
        auto first = co_await std::move(awaitable);
        EXPECT_EQ(first, 0);
        auto second = co_await moved.next();
        EXPECT_EQ(second, 1);
    }());
}

// ---- what is yielded

async_generator<std::unique_ptr<int>> pointers()
{
    co_yield std::make_unique<int>(1);
    auto named = std::make_unique<int>(2);
    co_yield std::move(named);
    EXPECT_FALSE(named);
}

TEST_F(AsyncGenerator, YieldsItemsThatCanOnlyBeMoved)
{
    run([]() -> net::awaitable<void> {
        auto generator = pointers();
        int sum = 0;
        while (auto item = co_await generator.next()) {
            sum += **item;
        }
        EXPECT_EQ(sum, 3);
    }());
}

async_generator<std::string> yields_a_local(std::string& seen)
{
    std::string local = "a string that is too long to be stored inside of the object";
    co_yield local;
    seen = local;
    co_yield "converted";
}

TEST_F(AsyncGenerator, YieldsACopyOfAnLvalueAndConvertsWhatIsNotAT)
{
    run([]() -> net::awaitable<void> {
        std::string seen;
        auto generator = yields_a_local(seen);
        auto first = co_await generator.next();
        auto second = co_await generator.next();
        EXPECT_EQ(*first, seen);
        EXPECT_FALSE(seen.empty());
        EXPECT_EQ(second, "converted");
    }());
}

class no_default {
public:
    explicit no_default(int number) : value(number) {}
    int value;
};

struct record {
    std::string name;
    std::vector<int> numbers;
};

async_generator<no_default> without_defaults()
{
    co_yield no_default(7);
    auto awaited = co_await []() -> net::awaitable<no_default> {
        co_await turn();
        co_return no_default(8);
    }();
    co_yield std::move(awaited);
}

async_generator<record> records()
{
    for (int i = 0; i < 3; ++i) {
        record next{"a name that is too long to be stored inside of the object", ints(3, i)};
        co_await turn();
        co_yield std::move(next);
    }
}

TEST_F(AsyncGenerator, NeedsNoDefaultConstructor)
{
    run([]() -> net::awaitable<void> {
        auto generator = without_defaults();
        auto first = co_await generator.next();
        auto second = co_await generator.next();
        EXPECT_EQ(first->value, 7);
        EXPECT_EQ(second->value, 8);
    }());
}

TEST_F(AsyncGenerator, YieldsAggregates)
{
    run([]() -> net::awaitable<void> {
        auto generator = records();
        int count = 0;
        while (auto item = co_await generator.next()) {
            EXPECT_EQ(item->name.size(), 57u);
            EXPECT_EQ(item->numbers, ints(3, count));
            ++count;
        }
        EXPECT_EQ(count, 3);
    }());
}

// ---- exceptions

async_generator<int> throws_after(int count)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_yield i;
    }
    throw std::runtime_error("generator");
}

net::awaitable<void> expect_throw_after(async_generator<int> generator, int count)
{
    for (int i = 0; i < count; ++i) {
        auto item = co_await generator.next();
        EXPECT_EQ(item, i);
    }
    std::string what;
    try {
        auto item = co_await generator.next();
        EXPECT_FALSE(item);
    } catch (const std::runtime_error& e) {
        what = e.what();
    }
    EXPECT_EQ(what, "generator");
    for (int i = 0; i < 2; ++i) {
        auto end = co_await generator.next();
        EXPECT_FALSE(end);
    }
}

TEST_F(AsyncGenerator, ThrowsBeforeTheFirstYield)
{
    run(expect_throw_after(throws_after(0), 0));
}

TEST_F(AsyncGenerator, ThrowsAfterTheFirstYield)
{
    run(expect_throw_after(throws_after(1), 1));
}

TEST_F(AsyncGenerator, ThrowsThroughPullNextAndElementsOf)
{
    run(expect_throw_after(through_pull(through_pull(throws_after(2))), 2));
    run(expect_throw_after(through_next(throws_after(2)), 2));
    run(expect_throw_after(through_elements(through_pull(through_elements(throws_after(2)))), 2));
}

async_generator<int> catches_what_it_awaits()
{
    std::string what;
    try {
        int value = co_await fail_later("awaited");
        co_yield std::move(value);
    } catch (const std::runtime_error& e) {
        what = e.what();
    }
    EXPECT_EQ(what, "awaited");
    int value = co_await value_later(5);
    co_yield std::move(value);
}

TEST_F(AsyncGenerator, DeliversAnExceptionOfWhatItAwaitsIntoTheBody)
{
    run([]() -> net::awaitable<void> {
        auto items = co_await all_of(catches_what_it_awaits());
        EXPECT_EQ(items, ints{5});
    }());
}

// ---- what can be awaited

async_generator<std::string> awaits_everything()
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor);

    timer.expires_after(0s);
    co_await timer.async_wait(net::use_awaitable);
    co_yield "use_awaitable";

    timer.expires_after(0s);
    co_await timer.async_wait(deferred);
    co_yield "deferred";

    timer.expires_after(0s);
    auto operation = timer.async_wait(deferred);
    co_await std::move(operation);
    co_yield "a named operation";

    timer.expires_after(0s);
    auto result = co_await timer.async_wait(as_tuple(net::use_awaitable));
    EXPECT_FALSE(std::get<0>(result));
    co_yield "as_tuple";

    timer.expires_after(0s);
    error_code error = net::error::would_block;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
    EXPECT_FALSE(error);
    co_yield "redirect_error";

    timer.expires_after(1h);
    auto cancel = [](net::steady_timer& which) -> net::awaitable<void> {
        co_await turn();
        which.cancel();
    };
    net::co_spawn(executor, cancel(timer), [](const std::exception_ptr&) {});
    error_code aborted;
    try {
        co_await timer.async_wait(deferred);
    } catch (const system_error& e) {
        aborted = e.code();
    }
    EXPECT_EQ(aborted, net::error::operation_aborted);
    co_yield "an operation that fails";

    auto pointer = co_await []() -> net::awaitable<std::unique_ptr<int>> {
        co_await turn();
        co_return std::make_unique<int>(3);
    }();
    EXPECT_EQ(*pointer, 3);
    co_yield "a result that can only be moved";

    co_await [](int) -> net::awaitable<void> { co_return; }(1);
    co_yield "an awaitable that is ready";
}

TEST_F(AsyncGenerator, AwaitsAwaitablesAndAnyOperationWithACompletionToken)
{
    run([]() -> net::awaitable<void> {
        auto generator = awaits_everything();
        std::vector<std::string> seen;
        while (auto what = co_await generator.next()) {
            seen.push_back(*what);
        }
        EXPECT_EQ(seen.size(), 8u);
        EXPECT_EQ(seen.back(), "an awaitable that is ready");
    }());
}

async_generator<net::any_io_executor> executors()
{
    for (int i = 0; i < 2; ++i) {
        co_yield co_await net::this_coro::executor;
    }
}

TEST_F(AsyncGenerator, RunsOnTheExecutorOfWhoeverAsks)
{
    auto generator = executors();
    auto strand = net::make_strand(context());
    auto ask = [](async_generator<net::any_io_executor>& g) -> net::awaitable<void> {
        const net::any_io_executor mine = co_await net::this_coro::executor;
        auto its = co_await g.next();
        EXPECT_EQ(its, mine);
    };
    net::co_spawn(context(), ask(generator), [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    run();
    net::co_spawn(strand, ask(generator), [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    run();
}

async_generator<int> sets_the_state_of_its_thread()
{
    bool throws = co_await net::this_coro::throw_if_cancelled();
    EXPECT_TRUE(throws);
    co_await net::this_coro::throw_if_cancelled(false);
    throws = co_await net::this_coro::throw_if_cancelled();
    EXPECT_FALSE(throws);
    co_yield 1;
    co_await net::this_coro::throw_if_cancelled(true);
    co_await net::this_coro::reset_cancellation_state(net::enable_terminal_cancellation());
    co_yield 2;
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation(), net::enable_terminal_cancellation());
    co_yield 3;
    co_await net::this_coro::reset_cancellation_state();
    co_yield 4;
    const net::cancellation_state state = co_await net::this_coro::cancellation_state;
    EXPECT_EQ(state.cancelled(), net::cancellation_type::none);
}

TEST_F(AsyncGenerator, TagsOfThisCoroActOnTheConsumersThread)
{
    std::vector<int> seen;
    auto& result = start(
        [](std::vector<int>& items) -> net::awaitable<void> {
            auto generator = sets_the_state_of_its_thread();
            while (auto item = co_await generator.next()) {
                items.push_back(*item);
                const bool throws = co_await net::this_coro::throw_if_cancelled();
                EXPECT_EQ(throws, *item != 1);
                if (*item == 2 || *item == 3) {
                    co_await turns(3); // cancelled in vain: as partial, and in disable_cancellation
                }
            }
            co_await never();
        }(seen),
        CoroutineTest::until::first_wait);
    EXPECT_EQ(seen, (ints{1, 2}));
    emit(net::cancellation_type::partial);
    while (seen.size() == 2 && context().run_one() > 0) {
        continue;
    }
    EXPECT_EQ(seen, (ints{1, 2, 3}));
    emit(net::cancellation_type::terminal);
    poll();
    EXPECT_EQ(seen, (ints{1, 2, 3, 4}));
    EXPECT_FALSE(result.done);
    cancel();
    EXPECT_TRUE(result.aborted());
}

// ---- cancellation

TEST_F(AsyncGenerator, CancellationOfTheConsumerEndsWhatTheBodyAwaits)
{
    std::vector<int> items;
    auto& result = start(collect(stuck_after(2), items));
    EXPECT_EQ(items, (ints{0, 1}));
    EXPECT_FALSE(result.done);
    cancel();
    EXPECT_TRUE(result.aborted());
}

TEST_F(AsyncGenerator, CancellationPassesThroughThreeLayers)
{
    std::vector<int> items;
    auto& pulled = start(collect(through_pull(through_pull(through_pull(stuck_after(1)))), items));
    auto& asked = start(collect(through_next(through_next(through_next(stuck_after(1)))), items));
    auto& nested = start(collect(through_elements(through_elements(through_elements(stuck_after(1)))), items));
    auto& mixed = start(collect(through_elements(through_next(through_pull(stuck_after(1)))), items));
    EXPECT_EQ(items, (ints{0, 0, 0, 0}));
    cancel();
    EXPECT_TRUE(pulled.aborted());
    EXPECT_TRUE(asked.aborted());
    EXPECT_TRUE(nested.aborted());
    EXPECT_TRUE(mixed.aborted());
}

TEST_F(AsyncGenerator, NextAfterACancelledNextGivesNullopt)
{
    auto generator = stuck_after(0);
    std::vector<int> items;
    auto& result = start(collect_from(generator, items));
    cancel();
    EXPECT_TRUE(result.aborted());
    run([](async_generator<int>& g) -> net::awaitable<void> {
        auto item = co_await g.next();
        EXPECT_FALSE(item);
    }(generator));
}

async_generator<int> swallows_the_cancellation()
{
    const counted here;
    bool cancelled = false;
    try {
        co_await never();
    } catch (const system_error&) {
        cancelled = true;
    }
    EXPECT_TRUE(cancelled);
    co_yield 1;
    co_yield 2;
}

TEST_F(AsyncGenerator, ABodyMaySwallowTheCancellationAndYield)
{
    auto generator = swallows_the_cancellation();
    std::vector<int> items;
    auto& result = start(collect_from(generator, items));
    cancel();
    EXPECT_EQ(items, ints{1}); // and then the consumer's own co_await throws
    EXPECT_TRUE(result.aborted());
    run(collect_from(generator, items));
    EXPECT_EQ(items, (ints{1, 2}));
}

TEST_F(AsyncGenerator, CancelledBetweenTwoItemsItLivesUntilItIsDestroyed)
{
    std::optional<async_generator<int>> generator(slow_iota(3));
    std::vector<int> items;
    auto& result = start([](async_generator<int>& g, std::vector<int>& out) -> net::awaitable<void> {
        auto item = co_await g.next();
        out.push_back(*item);
        co_await never();
    }(*generator, items));
    EXPECT_EQ(items, ints{0});
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(counted::live(), 1);
    generator.reset();
    EXPECT_EQ(counted::live(), 0);
}

async_generator<int> cleans_up(std::string& log, bool by_reset)
{
    const counted here;
    std::exception_ptr error;
    try {
        co_await never();
    } catch (...) {
        error = std::current_exception();
    }
    log += "cancelled ";
    bool refused = false;
    try {
        co_await turn();
    } catch (const system_error&) {
        refused = true;
    }
    EXPECT_TRUE(refused) << "a cancelled thread awaits nothing";
    if (by_reset) {
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    } else {
        co_await net::this_coro::throw_if_cancelled(false);
    }
    co_await turns(3);
    const int value = co_await value_later(1);
    EXPECT_EQ(value, 1);
    if (by_reset) {
        co_await net::this_coro::reset_cancellation_state();
    } else {
        co_await net::this_coro::throw_if_cancelled(true);
    }
    log += "cleaned";
    std::rethrow_exception(error);
    co_yield 0;
}

TEST_F(AsyncGenerator, ABodyMayShieldAsynchronousCleanupFromTheCancellation)
{
    for (const bool by_reset : {false, true}) {
        std::string log;
        std::vector<int> items;
        auto& result = start(collect(through_pull(through_elements(cleans_up(log, by_reset))), items));
        cancel();
        EXPECT_EQ(log, "cancelled cleaned");
        EXPECT_TRUE(result.aborted());
    }
}

TEST_F(AsyncGenerator, StandsInAnOrWithATimerEitherWay)
{
    run([]() -> net::awaitable<void> {
        using namespace net::experimental::awaitable_operators;
        auto stuck = stuck_after(0);
        auto timed_out = co_await (stuck.next() || sleep_for(1ms));
        EXPECT_EQ(timed_out.index(), 1u);
        auto ended = co_await stuck.next();
        EXPECT_FALSE(ended);

        auto quick = slow_iota(2);
        for (int i = 0; i < 2; ++i) {
            auto in_time = co_await (quick.next() || sleep_for(1h));
            EXPECT_EQ(in_time.index(), 0u);
            EXPECT_EQ(std::get<0>(in_time), i);
        }
    }());
}

// ---- pull

TEST_F(AsyncGenerator, PullPassesItemsThroughAnyNumberOfLayers)
{
    run([]() -> net::awaitable<void> {
        auto generator = slow_iota(20);
        for (int i = 0; i < 500; ++i) {
            generator = i % 10 == 0 ? through_next(std::move(generator)) : through_pull(std::move(generator));
        }
        auto items = co_await all_of(std::move(generator));
        EXPECT_EQ(items.size(), 20u);
        EXPECT_EQ(items.back(), 19);
    }());
}

async_generator<std::string> lengths_as_text(async_generator<int> in)
{
    while (auto item = co_await in.pull()) {
        co_yield std::to_string(*item);
    }
}

TEST_F(AsyncGenerator, PullServesABodyThatYieldsSomethingElse)
{
    run([]() -> net::awaitable<void> {
        auto generator = lengths_as_text(slow_iota(11));
        std::string last;
        while (auto item = co_await generator.next()) {
            last = *item;
        }
        EXPECT_EQ(last, "10");
    }());
}

async_generator<int> zipped(async_generator<int> a, async_generator<int> b)
{
    for (;;) {
        auto x = co_await a.pull();
        auto y = co_await b.pull();
        if (!x || !y) {
            break;
        }
        co_yield *x * 10 + *y;
    }
    auto past_the_end = co_await a.pull();
    EXPECT_FALSE(past_the_end);
}

TEST_F(AsyncGenerator, PullFromSeveralGenerators)
{
    run([]() -> net::awaitable<void> {
        auto items = co_await all_of(zipped(slow_iota(3), through_elements(iota(3))));
        EXPECT_EQ(items, (ints{0, 11, 22}));
    }());
}

async_generator<int> catches_from_pull(async_generator<int> in)
{
    bool caught = false;
    try {
        while (auto item = co_await in.pull()) {
            co_yield std::move(*item);
        }
    } catch (const std::runtime_error&) {
        caught = true;
    }
    EXPECT_TRUE(caught);
    co_yield -1;
}

TEST_F(AsyncGenerator, AnExceptionIsThrownWhereItWasPulled)
{
    run([]() -> net::awaitable<void> {
        auto items = co_await all_of(through_pull(catches_from_pull(through_pull(throws_after(2)))));
        EXPECT_EQ(items, (ints{0, 1, -1}));
    }());
}

TEST_F(AsyncGenerator, ThreeHundredThousandItemsNeedNoStack)
{
    run([]() -> net::awaitable<void> {
        auto generator = through_pull(through_elements(through_next(iota(300'000))));
        int count = 0;
        while (auto item = co_await generator.next()) {
            ++count;
        }
        EXPECT_EQ(count, 300'000);
    }());
}

// ---- elements_of

async_generator<int> tree(int depth, int& number)
{
    const counted here;
    if (depth > 0) {
        co_yield elements_of(tree(depth - 1, number));
    }
    co_await turn();
    co_yield number++;
    if (depth > 0) {
        co_yield elements_of(tree(depth - 1, number));
    }
}

TEST_F(AsyncGenerator, ElementsOfWalksATree)
{
    run([]() -> net::awaitable<void> {
        int number = 0;
        auto items = co_await all_of(tree(6, number));
        EXPECT_EQ(items.size(), 127u);
        for (std::size_t i = 0; i < items.size(); ++i) {
            EXPECT_EQ(items[i], static_cast<int>(i));
        }
    }());
}

TEST_F(AsyncGenerator, ARecursionMayBeAbandoned)
{
    run([]() -> net::awaitable<void> {
        int number = 0;
        {
            auto generator = through_pull(tree(6, number));
            for (int i = 0; i < 40; ++i) {
                auto item = co_await generator.next();
                EXPECT_EQ(item, i);
            }
            EXPECT_GT(counted::live(), 3);
        }
        EXPECT_EQ(counted::live(), 0);
    }());
}

async_generator<int> catches_from_elements(int depth)
{
    if (depth == 0) {
        co_yield elements_of(throws_after(2));
    } else {
        bool caught = false;
        try {
            co_yield elements_of(catches_from_elements(depth - 1));
        } catch (const std::runtime_error&) {
            caught = true;
        }
        EXPECT_EQ(caught, depth == 1);
        co_yield 10 * depth;
    }
}

TEST_F(AsyncGenerator, AnExceptionOfANestedGeneratorIsThrownAtItsCoYield)
{
    run([]() -> net::awaitable<void> {
        auto items = co_await all_of(catches_from_elements(3));
        EXPECT_EQ(items, (ints{0, 1, 10, 20, 30}));
    }());
}

async_generator<int> nested_to(int depth)
{
    if (depth == 0) {
        co_yield elements_of(slow_iota(3));
    } else {
        co_yield elements_of(nested_to(depth - 1));
    }
}

TEST_F(AsyncGenerator, ElementsOfNestsDeep)
{
    run([]() -> net::awaitable<void> {
        auto items = co_await all_of(nested_to(500));
        EXPECT_EQ(items, (ints{0, 1, 2}));
    }());
}

TEST_F(AsyncGenerator, ElementsOfGoesOnWithAGeneratorThatWasBegun)
{
    run([]() -> net::awaitable<void> {
        auto generator = through_elements(slow_iota(4));
        auto first = co_await generator.next();
        EXPECT_EQ(first, 0);
        auto rest = co_await all_of(through_elements(std::move(generator)));
        EXPECT_EQ(rest, (ints{1, 2, 3}));

        auto ended = iota(1);
        auto ended_items = co_await all_of(through_pull(iota(0)));
        EXPECT_EQ(ended_items, ints());
        while (auto item = co_await ended.next()) {
            EXPECT_EQ(item, 0);
        }
        auto none = co_await all_of(through_elements(std::move(ended)));
        EXPECT_EQ(none, ints());
    }());
}

// ---- try_next

async_generator<int> pages(int count, int size)
{
    const counted here;
    for (int page = 0; page < count; ++page) {
        co_await turn();
        for (int i = 0; i < size; ++i) {
            co_yield page* size + i;
        }
    }
}

net::awaitable<void> read_with_try_next(async_generator<int> generator, ints& items, int& waits)
{
    while (auto item = co_await generator.next()) {
        ++waits;
        items.push_back(*item);
        while (auto more = generator.try_next()) {
            items.push_back(*more);
        }
    }
    EXPECT_FALSE(generator.try_next());
}

TEST_F(AsyncGenerator, TryNextTakesTheRestOfAPage)
{
    ints items;
    int waits = 0;
    run(read_with_try_next(pages(4, 5), items, waits));
    EXPECT_EQ(items.size(), 20u);
    EXPECT_EQ(items.back(), 19);
    EXPECT_EQ(waits, 4);
}

TEST_F(AsyncGenerator, TryNextWorksThroughPullAndElementsOf)
{
    ints items;
    int waits = 0;
    run(read_with_try_next(through_pull(through_elements(through_pull(pages(4, 5)))), items, waits));
    EXPECT_EQ(items.size(), 20u);
    EXPECT_EQ(items.back(), 19);
    EXPECT_EQ(waits, 4);

    items.clear();
    waits = 0;
    run(read_with_try_next(through_elements(through_pull(through_elements(pages(3, 2)))), items, waits));
    EXPECT_EQ(items, (ints{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(waits, 3);
}

TEST_F(AsyncGenerator, TryNextNeedsNoEventLoop)
{
    auto generator = through_pull(iota(3));
    ints items;
    while (auto item = generator.try_next()) {
        items.push_back(*item);
    }
    EXPECT_EQ(items, (ints{0, 1, 2}));
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(AsyncGenerator, TryNextThatComesUponAWaitMayBeRepeatedAndLosesNothing)
{
    auto generator = through_pull(slow_iota(2));
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(generator.try_next());
    }
    run([](async_generator<int>& g) -> net::awaitable<void> {
        auto items = co_await all_of(std::move(g));
        EXPECT_EQ(items, (ints{0, 1}));
    }(generator));
}

TEST_F(AsyncGenerator, AnExceptionMetByTryNextIsThrownByNext)
{
    auto generator = through_pull(throws_after(1));
    EXPECT_EQ(generator.try_next(), 0);
    EXPECT_FALSE(generator.try_next());
    EXPECT_FALSE(generator.try_next());
    run(expect_throw_after(std::move(generator), 0));
}

TEST_F(AsyncGenerator, WhatTryNextLeftAtAWaitCanBePulledNestedOrDropped)
{
    auto left_at_a_wait = [] {
        auto generator = through_pull(through_elements(through_pull(slow_iota(3))));
        EXPECT_FALSE(generator.try_next());
        return generator;
    };
    run([](async_generator<int> a, async_generator<int> b, async_generator<int> c) -> net::awaitable<void> {
        auto pulled = co_await all_of(through_pull(std::move(a)));
        EXPECT_EQ(pulled, (ints{0, 1, 2}));
        auto nested = co_await all_of(through_elements(std::move(b)));
        EXPECT_EQ(nested, (ints{0, 1, 2}));
        auto both = through_pull(through_elements(std::move(c)));
        EXPECT_FALSE(both.try_next());
        auto rest = co_await all_of(std::move(both));
        EXPECT_EQ(rest, (ints{0, 1, 2}));
    }(left_at_a_wait(), left_at_a_wait(), left_at_a_wait()));
    {
        auto dropped = left_at_a_wait();
        EXPECT_EQ(counted::live(), 4);
    }
    EXPECT_EQ(counted::live(), 0);
}

async_generator<int> refers_to(async_generator<int>& in)
{
    while (auto item = co_await in.pull()) {
        co_yield std::move(*item);
    }
}

TEST_F(AsyncGenerator, AGeneratorThatWasPulledFromGoesOnWhenThePullerIsGone)
{
    auto source = slow_iota(3);
    {
        auto puller = refers_to(source);
        EXPECT_FALSE(puller.try_next());
    }
    run([](async_generator<int>& g) -> net::awaitable<void> {
        auto first = co_await g.next();
        EXPECT_EQ(first, 0);
        auto puller = refers_to(g);
        auto second = co_await puller.next();
        EXPECT_EQ(second, 1);
        auto third = co_await g.next();
        EXPECT_EQ(third, 2);
    }(source));
}

// ---- close

async_generator<int> says_goodbye(std::string& log)
{
    const counted here;
    std::exception_ptr error;
    try {
        for (int i = 0;; ++i) {
            co_yield i;
        }
    } catch (...) {
        error = std::current_exception();
    }
    EXPECT_TRUE(is_aborted(error));
    co_await turns(3);
    log += "goodbye ";
    std::rethrow_exception(error);
}

TEST_F(AsyncGenerator, CloseUnwindsTheBodyAndAwaitsWhatItAwaits)
{
    run([]() -> net::awaitable<void> {
        std::string log;
        auto generator = says_goodbye(log);
        auto first = co_await generator.next();
        EXPECT_EQ(first, 0);
        co_await generator.close();
        EXPECT_EQ(log, "goodbye ");
        EXPECT_EQ(counted::live(), 0);
        for (int i = 0; i < 2; ++i) {
            auto end = co_await generator.next();
            EXPECT_FALSE(end);
            co_await generator.close();
        }
    }());
}

async_generator<int> stubborn(bool throws)
{
    const counted here;
    for (;;) {
        bool asked_to_end = false;
        try {
            co_yield 1;
        } catch (const system_error&) {
            asked_to_end = true;
        }
        if (asked_to_end && throws) {
            throw std::runtime_error("stubborn");
        }
    }
}

async_generator<int> notes_its_end(async_generator<int> in, std::string& log, bool yields_in_vain)
{
    const counted here;
    std::exception_ptr error;
    try {
        while (auto item = co_await in.pull()) {
            co_yield std::move(*item);
        }
    } catch (...) {
        error = std::current_exception();
    }
    log += "then ";
    if (yields_in_vain) {
        co_yield 7;
    }
    std::rethrow_exception(error);
}

TEST_F(AsyncGenerator, CloseEndsFirstWhatTheBodyPullsFrom)
{
    for (const bool yields_in_vain : {false, true}) {
        run([](bool in_vain) -> net::awaitable<void> {
            std::string log;
            auto nested = through_elements(through_pull(through_elements(says_goodbye(log))));
            auto generator = notes_its_end(notes_its_end(std::move(nested), log, in_vain), log, in_vain);
            auto first = co_await generator.next();
            EXPECT_EQ(first, 0);
            co_await generator.close();
            EXPECT_EQ(log, "goodbye then then ");
            EXPECT_EQ(counted::live(), 0);
            auto end = co_await generator.next();
            EXPECT_FALSE(end);
        }(yields_in_vain));
    }
}

TEST_F(AsyncGenerator, CloseThrowsWhatTheSourceThrowsOnItsWayOut)
{
    run([]() -> net::awaitable<void> {
        std::string log;
        auto generator = notes_its_end(through_elements(stubborn(true)), log, false);
        auto item = co_await generator.next();
        EXPECT_EQ(item, 1);
        std::string what;
        try {
            co_await generator.close();
        } catch (const std::runtime_error& e) {
            what = e.what();
        }
        EXPECT_EQ(what, "stubborn");
        EXPECT_EQ(log, "then ");
        EXPECT_EQ(counted::live(), 0);
    }());
}

async_generator<int> pulls_on_its_way_out(async_generator<int> in, std::string& what)
{
    bool closed = false;
    try {
        co_yield 1;
    } catch (const system_error&) {
        closed = true;
    }
    EXPECT_TRUE(closed);
    try {
        auto item = co_await in.pull();
        EXPECT_EQ(item, 0);
        item = co_await in.pull();
    } catch (const std::runtime_error& e) {
        what = e.what();
    }
}

TEST_F(AsyncGenerator, ABodyMayPullOnItsWayOut)
{
    run([]() -> net::awaitable<void> {
        std::string what;
        auto generator = pulls_on_its_way_out(throws_after(1), what);
        auto item = co_await generator.next();
        EXPECT_EQ(item, 1);
        co_await generator.close();
        EXPECT_EQ(what, "generator");
    }());
}

async_generator<int> drops_its_source(async_generator<int> in)
{
    const counted here;
    auto first = co_await in.pull();
    co_yield std::move(*first);
    in = async_generator<int>();
    co_yield 1;
}

TEST_F(AsyncGenerator, CloseKnowsWhenWhatTheBodyPulledFromIsGoneOrAtItsEnd)
{
    run([]() -> net::awaitable<void> {
        std::string log;
        auto dropped = drops_its_source(says_goodbye(log));
        auto item = co_await dropped.next();
        item = co_await dropped.next();
        EXPECT_EQ(item, 1);
        co_await dropped.close();
        EXPECT_EQ(log, "");

        auto at_its_end = drops_its_source(iota(1));
        item = co_await at_its_end.next();
        co_await at_its_end.close();

        auto source = slow_iota(3);
        {
            auto first_puller = refers_to(source);
            auto second_puller = refers_to(source);
            item = co_await first_puller.next();
            EXPECT_EQ(item, 0);
            item = co_await second_puller.next();
            EXPECT_EQ(item, 1);
            co_await first_puller.close(); // the source is with the second one now
            item = co_await second_puller.next();
            EXPECT_EQ(item, 2);
            co_await second_puller.close();
        }
        item = co_await source.next();
        EXPECT_FALSE(item);
    }());
}

TEST_F(AsyncGenerator, CloseGoesOnWithWhatTryNextLeftOfTheSource)
{
    run([]() -> net::awaitable<void> {
        auto source = through_pull(slow_iota(3));
        auto puller = refers_to(source);
        auto item = co_await puller.next();
        EXPECT_EQ(item, 0);
        EXPECT_FALSE(source.try_next());
        co_await puller.close();
        item = co_await source.next();
        EXPECT_FALSE(item);
    }());
}

TEST_F(AsyncGenerator, CloseReachesTheInnermostNestedGenerator)
{
    run([]() -> net::awaitable<void> {
        std::string log;
        auto generator = through_elements(through_elements(says_goodbye(log)));
        auto first = co_await generator.next();
        EXPECT_EQ(first, 0);
        co_await generator.close();
        EXPECT_EQ(log, "goodbye ");
        EXPECT_EQ(counted::live(), 0);
    }());
}

TEST_F(AsyncGenerator, CloseDoesNotStartABodyThatWasNeverStarted)
{
    bool has_started = false;
    run([](bool& flag) -> net::awaitable<void> {
        auto generator = sets(flag);
        co_await generator.close();
        auto item = co_await generator.next();
        EXPECT_FALSE(item);
        EXPECT_FALSE(generator.try_next());
        auto nested = co_await all_of(through_elements(std::move(generator)));
        EXPECT_EQ(nested, ints());
    }(has_started));
    EXPECT_FALSE(has_started);
}

TEST_F(AsyncGenerator, CloseAbortsTheWaitThatTryNextCameUpon)
{
    run([]() -> net::awaitable<void> {
        auto generator = through_pull(stuck_after(0));
        EXPECT_FALSE(generator.try_next());
        EXPECT_EQ(counted::live(), 2);
        co_await generator.close();
        EXPECT_EQ(counted::live(), 0);
    }());
}

TEST_F(AsyncGenerator, CloseLeavesABodyThatYieldsAgainAndThrowsOtherExceptions)
{
    run([]() -> net::awaitable<void> {
        auto generator = stubborn(false);
        auto item = co_await generator.next();
        EXPECT_EQ(item, 1);
        co_await generator.close();
        item = co_await generator.next();
        EXPECT_FALSE(item);

        auto throwing = stubborn(true);
        item = co_await throwing.next();
        EXPECT_EQ(item, 1);
        std::string what;
        try {
            co_await throwing.close();
        } catch (const std::runtime_error& e) {
            what = e.what();
        }
        EXPECT_EQ(what, "stubborn");
        item = co_await throwing.next();
        EXPECT_FALSE(item);
    }());
}

// ---- the end of the world

TEST_F(AsyncGenerator, AnIoContextMayGoAwayInTheMiddleOfAWait)
{
    std::vector<int> items;
    start(collect(stuck_after(1), items));
    start(collect(through_pull(through_pull(stuck_after(1))), items));
    start(collect(through_next(through_next(stuck_after(1))), items));
    start(collect(through_elements(through_elements(stuck_after(1))), items));
    EXPECT_EQ(items.size(), 4u);
    EXPECT_GT(counted::live(), 4);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

async_generator<int> notices_that_it_is_orphaned(bool& noticed)
{
    const counted here;
    try {
        co_await never();
    } catch (const system_error& e) {
        noticed = e.code() == net::error::operation_aborted;
    }
    co_yield 1;
}

TEST_F(AsyncGenerator, AnOrphanedWaitIsAbortedWhenTheGeneratorIsResumed)
{
    bool noticed = false;
    auto generator = notices_that_it_is_orphaned(noticed);
    std::vector<int> items;
    start(collect_from(generator, items));
    destroy_context();
    EXPECT_FALSE(noticed);
    run(collect_from(generator, items));
    EXPECT_TRUE(noticed);
    EXPECT_EQ(items, ints{1});
}

async_generator<int> notices_that_its_pull_is_orphaned(async_generator<int>& in, bool& noticed)
{
    const counted here;
    try {
        auto item = co_await in.pull();
        EXPECT_FALSE(item);
    } catch (const system_error& e) {
        noticed = e.code() == net::error::operation_aborted;
    }
    co_yield 2;
}

TEST_F(AsyncGenerator, AnOrphanedPullIsAbortedWhenTheGeneratorIsResumed)
{
    bool noticed = false;
    bool inner_noticed = false;
    auto inner = notices_that_it_is_orphaned(inner_noticed);
    auto outer = through_elements(notices_that_its_pull_is_orphaned(inner, noticed));
    std::vector<int> items;
    start(collect_from(outer, items));
    destroy_context();
    run(collect_from(outer, items));
    EXPECT_TRUE(noticed);
    EXPECT_FALSE(inner_noticed);
    EXPECT_EQ(items, ints{2});
    run(collect_from(inner, items));
    EXPECT_TRUE(inner_noticed);
    EXPECT_EQ(items, (ints{2, 1}));
}

TEST_F(AsyncGenerator, AnOrphanedGeneratorMayBeDestroyedOrClosed)
{
    std::vector<int> items;
    {
        auto inner = stuck_after(0);
        auto outer = refers_to(inner);
        auto owner = through_pull(stuck_after(0));
        start(collect_from(outer, items));
        start(collect_from(owner, items));
        destroy_context();
        run(owner.close());
        run(outer.close());
    }
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(AsyncGenerator, RunsOnAStrandWithTwoThreads)
{
    const auto strand = net::make_strand(context());
    constexpr int consumers = 20;
    constexpr int items_each = 200;
    int total = 0; // guarded by the strand
    for (int i = 0; i < consumers; ++i) {
        auto consume = [](async_generator<int> generator, int& sum) -> net::awaitable<void> {
            while (auto item = co_await generator.next()) {
                ++sum;
            }
        };
        net::co_spawn(strand, consume(through_pull(through_elements(slow_iota(items_each))), total),
            [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    }
    std::thread other([this] { context().run(); });
    context().run();
    other.join();
    EXPECT_EQ(total, consumers * items_each);
}

#if !defined(NDEBUG)
TEST(AsyncGeneratorDeathTest, AnEarlyDestructionIsCaught)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    std::optional<async_generator<int>> generator(stuck_after(0));
    ints items;
    net::io_context context;
    net::co_spawn(context, collect_from(*generator, items), [](const std::exception_ptr&) {});
    context.poll();
    EXPECT_DEATH(generator.reset(), "under way");
}
#endif

} // namespace

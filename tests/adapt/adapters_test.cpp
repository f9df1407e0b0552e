/// \file
/// What each adapter does with the items.

#include <corest/adapt/as.hpp>
#include <corest/adapt/batch.hpp>
#include <corest/adapt/collect.hpp>
#include <corest/adapt/drop.hpp>
#include <corest/adapt/filter.hpp>
#include <corest/adapt/merge.hpp>
#include <corest/adapt/take.hpp>
#include <corest/adapt/take_while.hpp>
#include <corest/adapt/transform.hpp>
#include <corest/adapt/values.hpp>
#include <corest/adapt/zip.hpp>
#include <corest/error.hpp>
#include <corest/resource/record_stream.hpp>
#include <corest/select/page.hpp>

#include "sources.hpp"

#include <support/make_page.hpp>

#include <boost/describe/class.hpp>

#include COREST_ASIO(use_future.hpp)

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace corest;
using namespace corest::test;

namespace {

struct sample {
    std::int64_t id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(sample, (), (id, name))

/// Pages of three records each, `{"id": 0, "name": "n0"}` and so on.
async_generator<page> sample_pages(int count, std::shared_ptr<progress> seen = std::make_shared<progress>())
{
    for (int n = 0; n < count; ++n) {
        ++seen->asked;
        co_await turn();
        std::vector<std::string> records;
        for (int i = 0; i < 3; ++i) {
            const std::string id = std::to_string(3 * n + i);
            records.push_back("{\"id\": " + id + ", \"name\": \"n" + id + "\"}");
        }
        page made = make_page(records, static_cast<std::uint64_t>(n) + 1);
        co_yield std::move(made);
    }
}

record_stream samples(int pages, std::shared_ptr<progress> seen = std::make_shared<progress>())
{
    return record_stream(sample_pages(pages, std::move(seen)));
}

std::int64_t id_of(const record& r)
{
    return r.get<std::int64_t>("id");
}

/// As `sample_pages`, and then waits for ever. Its end takes some turns.
async_generator<page> stuck_pages(int count, std::shared_ptr<progress> seen)
{
    auto source = stuck_ints_after(count, std::move(seen));
    while (auto n = co_await source.pull()) {
        const std::string id = std::to_string(*n);
        std::vector<std::string> records{"{\"id\": " + id + ", \"name\": \"n" + id + "\"}"};
        page made = make_page(records, static_cast<std::uint64_t>(*n) + 1);
        co_yield std::move(made);
    }
}

/// What `as` may make though it cannot be copied.
struct owned_sample {
    std::unique_ptr<sample> it;
};

} // namespace

template <>
struct corest::decoder<owned_sample> {
    static owned_sample decode(json_reader& in)
    {
        owned_sample made;
        made.it = std::make_unique<sample>(corest::decode<sample>(in));
        return made;
    }
};

namespace {

class AdapterTest : public CoroutineTest {
protected:
    /// All items of a stream.
    template <class Flow>
    auto all_of(Flow flow)
    {
        using item = typename decltype(as_stream(std::move(flow)))::value_type;
        std::vector<item> all;
        run([](Flow from, std::vector<item>* to) -> net::awaitable<void> {
            auto stream = as_stream(std::move(from));
            co_await drain(stream, *to);
        }(std::move(flow), &all));
        return all;
    }
};

using integers = std::vector<int>;
using long_integers = std::vector<std::int64_t>;

// ---- what can be adapted

class Flows : public AdapterTest {};

/// Somebody's own stream with the three functions that generators have.
class countdown {
public:
    explicit countdown(int from) : left_(from) {}

    net::awaitable<std::optional<int>> next()
    {
        co_await turn();
        co_return try_next();
    }
    std::optional<int> try_next() { return left_ == 0 ? std::nullopt : std::optional<int>(left_--); }
    net::awaitable<void> close()
    {
        left_ = 0;
        co_return;
    }

private:
    int left_;
};

TEST_F(Flows, AreStreamsOfRecords)
{
    EXPECT_EQ(all_of(samples(2) | transform(id_of)), (long_integers{0, 1, 2, 3, 4, 5}));
}

TEST_F(Flows, AreGenerators)
{
    EXPECT_EQ(all_of(ints(4)), (integers{0, 1, 2, 3}));
}

TEST_F(Flows, AreRanges)
{
    const std::set<int> unordered{3, 1, 2};
    EXPECT_EQ(all_of(values(unordered)), (integers{1, 2, 3}));
    EXPECT_EQ(all_of(values({4, 5})), (integers{4, 5}));
    EXPECT_EQ(all_of(values(std::vector<int>())), integers());
    std::vector<owned_int> owned;
    owned.push_back(std::make_unique<int>(7));
    EXPECT_EQ(all_of(values(std::move(owned)) | transform([](owned_int n) { return *n; })), integers{7});
}

TEST_F(Flows, AreWhatHasTheFunctionsOfGenerators)
{
    EXPECT_EQ(all_of(countdown(5) | filter([](int i) { return i % 2 == 1; })), (integers{5, 3, 1}));
}

TEST_F(Flows, AreTakenOverInTheMiddle)
{
    run([]() -> net::awaitable<void> {
        auto records = samples(2);
        auto first = co_await records.next();
        EXPECT_EQ(id_of(*first), 0);
        auto rest = std::move(records) | transform(id_of);
        long_integers all;
        co_await drain(rest, all);
        EXPECT_EQ(all, (long_integers{1, 2, 3, 4, 5}));
    }());
}

TEST_F(Flows, KeepTheirRecordsAfterTheEnd)
{
    const auto all = all_of(samples(3) | filter([](const record& r) { return id_of(r) % 2 == 0; }));
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[4].json(), "{\"id\": 8, \"name\": \"n8\"}");
}

// ---- filter, transform

class Filter : public AdapterTest {};

TEST_F(Filter, LetsThroughWhatFulfilsThePredicate)
{
    int calls = 0;
    EXPECT_EQ(
        all_of(ints(10) | filter([&calls](const int& i) { return ++calls, i % 3 == 0; })), (integers{0, 3, 6, 9}));
    EXPECT_EQ(calls, 10);
}

TEST_F(Filter, OfNothingThatFitsIsEmpty)
{
    EXPECT_EQ(all_of(ints(10) | filter([](int) { return false; })), integers());
}

TEST_F(Filter, TakesAPointerToAMember)
{
    struct task {
        int number;
        bool done;
    };
    const std::vector<task> tasks{{1, true}, {2, false}, {3, true}};
    EXPECT_EQ(all_of(values(tasks) | filter(&task::done) | transform(&task::number)), (integers{1, 3}));
}

TEST_F(Filter, CanBeUsedAgain)
{
    const auto even = filter([](int i) { return i % 2 == 0; });
    EXPECT_EQ(all_of(ints(4) | even), (integers{0, 2}));
    EXPECT_EQ(all_of(ints(4) | even), (integers{0, 2}));
}

class Transform : public AdapterTest {};

TEST_F(Transform, CallsTheFunctionOnceForEach)
{
    int calls = 0;
    EXPECT_EQ(all_of(ints(3) | transform([&calls](int i) { return ++calls, std::to_string(i); })),
        (std::vector<std::string>{"0", "1", "2"}));
    EXPECT_EQ(calls, 3);
}

TEST_F(Transform, MayMakeWhatCanOnlyBeMoved)
{
    const auto all = all_of(ints(3) | transform([](int i) { return std::make_unique<int>(i); }));
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(*all[2], 2);
}

TEST_F(Transform, MayMakeViewsOfRecords)
{
    run([]() -> net::awaitable<void> {
        auto names = samples(2) | transform([](const record& r) { return r.get<std::string_view>("name"); });
        int count = 0;
        while (auto name = co_await names.next()) {
            EXPECT_EQ(*name, "n" + std::to_string(count++));
        }
        EXPECT_EQ(count, 6);
    }());
}

// ---- take, take_while, drop

class Take : public AdapterTest {};

TEST_F(Take, EndsAfterItsItems)
{
    EXPECT_EQ(all_of(ints(10) | take(3)), (integers{0, 1, 2}));
    EXPECT_EQ(all_of(ints(2) | take(3)), (integers{0, 1}));
    EXPECT_EQ(all_of(ints(3) | take(3)), (integers{0, 1, 2}));
}

TEST_F(Take, OfNothingAsksForNothing)
{
    auto seen = std::make_shared<progress>();
    EXPECT_EQ(all_of(samples(5, seen) | take(0)).size(), 0U);
    EXPECT_EQ(seen->asked, 0);
}

TEST_F(Take, BehindAFilterAsksForNoFurtherPage)
{
    auto seen = std::make_shared<progress>();
    const auto found = all_of(samples(5, seen) | filter([](const record& r) { return id_of(r) % 2 == 1; }) | take(3));
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(id_of(found[2]), 5); // the last one of the second page
    EXPECT_EQ(seen->asked, 2);
}

TEST_F(Take, HasClosedTheSourceWhenItEnds)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        auto stream = stuck_after(5, p) | take(2);
        std::vector<owned_int> all;
        co_await drain(stream, all);
        EXPECT_EQ(all.size(), 2U);
        EXPECT_EQ(p->cleaned_up, 1);
    }(seen));
}

class TakeWhile : public AdapterTest {};

TEST_F(TakeWhile, EndsBeforeTheFirstThatDoesNotFit)
{
    EXPECT_EQ(all_of(ints(10) | transform([](int i) { return i % 4; }) | take_while([](int i) { return i < 3; })),
        (integers{0, 1, 2}));
    EXPECT_EQ(all_of(ints(3) | take_while([](int) { return false; })), integers());
    EXPECT_EQ(all_of(ints(3) | take_while([](int) { return true; })), (integers{0, 1, 2}));
}

TEST_F(TakeWhile, AsksForNothingBeyond)
{
    auto seen = std::make_shared<progress>();
    EXPECT_EQ(all_of(samples(5, seen) | take_while([](const record& r) { return id_of(r) < 5; })).size(), 5U);
    EXPECT_EQ(seen->asked, 2);
}

class Drop : public AdapterTest {};

TEST_F(Drop, PassesOverTheFirst)
{
    EXPECT_EQ(all_of(ints(5) | drop(2)), (integers{2, 3, 4}));
    EXPECT_EQ(all_of(ints(5, 1) | drop(4)), integers{4});
    EXPECT_EQ(all_of(ints(5) | drop(5)), integers());
    EXPECT_EQ(all_of(ints(5) | drop(6)), integers());
}

// ---- batch

class Batch : public AdapterTest {};

TEST_F(Batch, IsFullButForTheLast)
{
    using batches = std::vector<integers>;
    EXPECT_EQ(all_of(ints(7) | batch(3)), (batches{{0, 1, 2}, {3, 4, 5}, {6}}));
    EXPECT_EQ(all_of(ints(6) | batch(3)), (batches{{0, 1, 2}, {3, 4, 5}}));
    EXPECT_EQ(all_of(ints(2) | batch(1)), (batches{{0}, {1}}));
    EXPECT_EQ(all_of(ints(0) | batch(3)), batches());
    EXPECT_EQ(all_of(ints(2) | batch(1000000000)), (batches{{0, 1}}));
}

TEST_F(Batch, OfNoneIsRefused)
{
    EXPECT_THROW(batch(0), error);
}

TEST_F(Batch, IsHandedOutBeforeTheExceptionOfAFunction)
{
    run([]() -> net::awaitable<void> {
        auto stream =
            ints(10) | transform([](int i) { return i == 5 ? throw std::domain_error("function") : i; }) | batch(3);
        std::vector<integers> all;
        bool thrown = false;
        try {
            co_await drain(stream, all);
        } catch (const std::domain_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        EXPECT_EQ(all, (std::vector<integers>{{0, 1, 2}, {3, 4}}));
    }());
}

TEST_F(Batch, IsDroppedByCancellationUnlessFull)
{
    std::vector<std::vector<owned_int>> all;
    auto stream = stuck_after(5, std::make_shared<progress>()) | batch(3);
    outcome& result = start(drain(stream, all));
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(all.size(), 1U);
}

// ---- as

class As : public AdapterTest {};

TEST_F(As, DecodesRecords)
{
    const auto all = all_of(samples(2) | as<sample>());
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[5].id, 5);
    EXPECT_EQ(all[5].name, "n5");
}

TEST_F(As, SaysWhichRecordIsNone)
{
    auto pages = []() -> async_generator<page> {
        std::vector<std::string> records{R"({"id": 1, "name": "a"})", R"({"id": "x", "name": "b"})"};
        page made = make_page(records);
        co_yield std::move(made);
    };
    run([](record_stream records) -> net::awaitable<void> {
        auto stream = std::move(records) | as<sample>();
        auto first = co_await stream.next();
        EXPECT_EQ(first->name, "a");
        errc kind = {};
        std::string text;
        try {
            static_cast<void>(co_await stream.next());
        } catch (const error& e) {
            kind = e.kind();
            text = e.what();
        }
        EXPECT_EQ(kind, errc::wrong_type);
        EXPECT_NE(text.find("samples"), std::string::npos) << text;
        auto end = co_await stream.next();
        EXPECT_FALSE(end);
    }(record_stream(pages())));
}

TEST_F(As, MakesWhatCanOnlyBeMoved)
{
    const auto all = all_of(samples(2) | as<owned_sample>());
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[5].it->name, "n5");
}

TEST_F(As, IsCancelledWhenTheSourceHasEnded)
{
    for (const int count : {0, 2}) {
        auto seen = std::make_shared<progress>();
        std::vector<owned_sample> all;
        auto stream = record_stream(stuck_pages(count, seen)) | as<owned_sample>();
        outcome& result = start(drain(stream, all));
        EXPECT_FALSE(result.done);
        cancel();
        EXPECT_TRUE(result.aborted());
        EXPECT_EQ(all.size(), static_cast<std::size_t>(count));
        EXPECT_EQ(seen->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
        EXPECT_FALSE(stream.try_next());
    }
}

TEST_F(As, GoesDownWithTheIoContextWhileItWaits)
{
    auto consume = [](auto stream) -> net::awaitable<void> {
        std::vector<owned_sample> all;
        co_await drain(stream, all);
    };
    start(consume(record_stream(stuck_pages(2, std::make_shared<progress>())) | as<owned_sample>()));
    EXPECT_EQ(counted::live(), 1);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(As, IsDestroyedBetweenTwoRecords)
{
    run([]() -> net::awaitable<void> {
        auto seen = std::make_shared<progress>();
        {
            auto stream = record_stream(stuck_pages(2, seen)) | as<owned_sample>();
            auto first = co_await stream.next();
            EXPECT_TRUE(first);
        }
        co_await turns(20);
        EXPECT_EQ(counted::live(), 0);
    }());
}

// ---- merge

class Merge : public AdapterTest {};

TEST_F(Merge, HandsOutTheItemsOfAll)
{
    auto all = all_of(merge(ints(100, 7), values({1000, 1001}), ints(0), ints(50, 1)));
    EXPECT_EQ(all.size(), 152U);
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all[0], 0);
    EXPECT_EQ(all[1], 0);
    EXPECT_EQ(all.back(), 1001);
}

TEST_F(Merge, ReadsAllAtOnce)
{
    run([]() -> net::awaitable<void> {
        auto stream = merge(stuck_after(0, std::make_shared<progress>()), numbers(3));
        std::vector<int> got;
        for (int i = 0; i < 3; ++i) {
            auto item = co_await stream.next();
            got.push_back(**item);
        }
        EXPECT_EQ(got, (integers{0, 1, 2}));
        co_await stream.close();
    }());
}

TEST_F(Merge, ReadsAheadOnlySoFar)
{
    for (const int at_hand : {1, 1000}) {
        auto seen = std::make_shared<progress>();
        run([](int together, std::shared_ptr<progress> p) -> net::awaitable<void> {
            auto stream = merge(numbers(10000, together, p), numbers(10000, together, p));
            auto item = co_await stream.next();
            EXPECT_TRUE(item);
            co_await turns(2000);
            EXPECT_GT(p->asked, 4);
            EXPECT_LE(p->asked, together == 1 ? 8 : 5 * 64 + 2);
            co_await stream.close();
        }(at_hand, seen));
    }
}

TEST_F(Merge, CallsNoFunctionAfterItIsDestroyed)
{
    run([]() -> net::awaitable<void> {
        bool is_there = true;
        int calls = 0;
        {
            auto watched = numbers(1000, 1) | filter([&](const owned_int&) {
                EXPECT_TRUE(is_there);
                return ++calls, true;
            });
            auto stream = merge(std::move(watched), numbers(1000, 1));
            auto item = co_await stream.next();
            EXPECT_TRUE(item);
        }
        is_there = false;
        co_await turns(50);
        EXPECT_GT(calls, 0);
        EXPECT_EQ(counted::live(), 0);
    }());
}

TEST_F(Merge, EndsWhereOneFailsBeforeTheOthersHaveBegun)
{
    run([]() -> net::awaitable<void> {
        auto fails = values({1}) | transform([](int) -> owned_int { throw std::domain_error("function"); });
        auto stream = merge(std::move(fails), stuck_after(0, std::make_shared<progress>()));
        bool thrown = false;
        try {
            static_cast<void>(co_await stream.next());
        } catch (const std::domain_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
    }());
}

// ---- zip

class Zip : public AdapterTest {};

TEST_F(Zip, EndsWithTheShorter)
{
    using pairs = std::vector<std::pair<int, std::string>>;
    const auto letters = [] { return values(std::vector<std::string>{"a", "b", "c"}); };
    EXPECT_EQ(all_of(zip(ints(2), letters())), (pairs{{0, "a"}, {1, "b"}}));
    EXPECT_EQ(all_of(zip(ints(9), letters())), (pairs{{0, "a"}, {1, "b"}, {2, "c"}}));
    EXPECT_EQ(all_of(zip(ints(3, 1), letters())), (pairs{{0, "a"}, {1, "b"}, {2, "c"}}));
    EXPECT_EQ(all_of(zip(ints(0), letters())), pairs());
    EXPECT_EQ(all_of(zip(letters(), ints(0))).size(), 0U);
}

TEST_F(Zip, HasClosedBothWhenItEnds)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        auto stream = zip(stuck_after(5, p), ints(2));
        std::vector<std::pair<owned_int, int>> all;
        co_await drain(stream, all);
        EXPECT_EQ(all.size(), 2U);
        EXPECT_EQ(p->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
    }(seen));
}

// ---- collect

class Collect : public AdapterTest {};

TEST_F(Collect, GivesAVector)
{
    run([]() -> net::awaitable<void> {
        const std::vector<int> none = co_await (ints(0) | collect());
        EXPECT_EQ(none, integers());
        const std::vector<int> three = co_await (ints(3) | collect(3));
        EXPECT_EQ(three, (integers{0, 1, 2}));
    }());
}

TEST_F(Collect, RefusesMoreThanItsMaximum)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        errc kind = {};
        try {
            static_cast<void>(co_await (stuck_after(9, p) | collect(3)));
        } catch (const error& e) {
            kind = e.kind();
        }
        EXPECT_EQ(kind, errc::limit_exceeded);
        EXPECT_EQ(p->cleaned_up, 1);
    }(seen));
}

TEST_F(Collect, IsCancelledWhenTheSourceHasEnded)
{
    auto seen = std::make_shared<progress>();
    auto collecting = [](std::shared_ptr<progress> p) -> net::awaitable<void> {
        static_cast<void>(co_await (stuck_after(9, p) | collect()));
    };
    outcome& result = start(collecting(seen));
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(seen->cleaned_up, 1);
    EXPECT_EQ(counted::live(), 0);
}

// ---- without a coroutine

class WithoutCoroutine : public AdapterTest {};

TEST_F(WithoutCoroutine, AreAskedWithACompletionToken)
{
    auto odd = samples(3) | filter([](const record& r) { return r.get<int>("id") % 2 == 1; }) | as<sample>();
    std::vector<std::int64_t> got;
    bool ended = false;
    while (!ended) {
        auto item = odd.async_next(executor(), net::use_future);
        context().restart();
        context().run();
        const std::optional<sample> found = item.get();
        ended = !found;
        got.push_back(found ? found->id : -1);
    }
    EXPECT_EQ(got, (std::vector<std::int64_t>{1, 3, 5, 7, -1}));
}

TEST_F(WithoutCoroutine, TellAFunctionsExceptionAsACodeAndKeepIt)
{
    auto refusing =
        samples(1) | filter([](const record&) -> bool { throw std::runtime_error("of the program's own"); });
    error_code last;
    refusing.async_next(executor(), [&](error_code ec, std::optional<record>) { last = ec; });
    context().run();
    EXPECT_TRUE(last);
    EXPECT_EQ(describe(refusing.failure()), "of the program's own");
}

} // namespace

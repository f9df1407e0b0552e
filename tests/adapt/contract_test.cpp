/// \file
/// What holds for the stream of every adapter, whatever it does with the items.

#include <corest/adapt/batch.hpp>
#include <corest/adapt/collect.hpp>
#include <corest/adapt/drop.hpp>
#include <corest/adapt/filter.hpp>
#include <corest/adapt/merge.hpp>
#include <corest/adapt/stream.hpp>
#include <corest/adapt/take.hpp>
#include <corest/adapt/take_while.hpp>
#include <corest/adapt/transform.hpp>
#include <corest/adapt/values.hpp>
#include <corest/adapt/zip.hpp>

#include "sources.hpp"

#include <string>

using namespace corest;
using namespace corest::test;

namespace {

// Adapters that let all items through, each with a function that owns something that cannot be copied.

struct filtered {
    static auto put_behind(async_generator<owned_int> source)
    {
        return std::move(source) | filter([own = std::make_unique<int>(0)](const owned_int& n) { return *n >= *own; });
    }
};

struct transformed {
    template <class Flow>
    static auto put_behind(Flow source)
    {
        return std::move(source)
            | transform([own = std::make_unique<int>(0)](owned_int n) { return std::make_unique<int>(*n + *own); });
    }
};

struct taken {
    static auto put_behind(async_generator<owned_int> source) { return std::move(source) | take(1000); }
};

struct taken_while {
    static auto put_behind(async_generator<owned_int> source)
    {
        return std::move(source)
            | take_while([own = std::make_unique<int>(0)](const owned_int& n) { return *n >= *own; });
    }
};

struct dropped {
    static auto put_behind(async_generator<owned_int> source) { return std::move(source) | drop(0); }
};

struct batched {
    static auto put_behind(async_generator<owned_int> source) { return std::move(source) | batch(2); }
};

struct merged {
    static auto put_behind(async_generator<owned_int> source) { return merge(std::move(source), numbers(0)); }
};

async_generator<int> endless()
{
    for (int i = 0;; ++i) {
        co_yield i;
    }
}

struct zipped {
    static auto put_behind(async_generator<owned_int> source) { return zip(std::move(source), endless()); }
};

/// Waits, fails and ends in the second flow.
struct zipped_as_second {
    static auto put_behind(async_generator<owned_int> source) { return zip(endless(), std::move(source)); }
};

struct stacked {
    static auto put_behind(async_generator<owned_int> source)
    {
        return transformed::put_behind(merged::put_behind(std::move(source)))
            | filter([](const owned_int&) { return true; }) | take(1000);
    }
};

void append(std::vector<int>& all, const owned_int& n)
{
    all.push_back(*n);
}

void append(std::vector<int>& all, const std::vector<owned_int>& some)
{
    for (const owned_int& n : some) {
        append(all, n);
    }
}

void append(std::vector<int>& all, const std::pair<owned_int, int>& both)
{
    EXPECT_EQ(*both.first, both.second);
    append(all, both.first);
}

void append(std::vector<int>& all, const std::pair<int, owned_int>& both)
{
    EXPECT_EQ(both.first, *both.second);
    append(all, both.second);
}

template <class Stream>
net::awaitable<void> drain_numbers(Stream& stream, std::vector<int>& all)
{
    while (auto item = co_await stream.next()) {
        append(all, *item);
    }
}

std::vector<int> up_to(int count)
{
    std::vector<int> all;
    for (int i = 0; i < count; ++i) {
        all.push_back(i);
    }
    return all;
}

template <class Adapter>
class Adapters : public CoroutineTest {};

using all_adapters = ::testing::Types<filtered, transformed, taken, taken_while, dropped, batched, merged, zipped,
    zipped_as_second, stacked>;
TYPED_TEST_SUITE(Adapters, all_adapters);

TYPED_TEST(Adapters, HandOutEverythingInOrder)
{
    for (const int count : {0, 1, 2, 3, 4, 7, 200}) {
        for (const int at_hand : {1, 3, 1000}) {
            auto stream = TypeParam::put_behind(numbers(count, at_hand));
            std::vector<int> all;
            this->run(drain_numbers(stream, all));
            EXPECT_EQ(all, up_to(count));
        }
    }
}

TYPED_TEST(Adapters, GiveNothingAfterTheEnd)
{
    auto stream = TypeParam::put_behind(numbers(2));
    std::vector<int> all;
    this->run(drain_numbers(stream, all));
    this->run(drain_numbers(stream, all));
    EXPECT_FALSE(stream.try_next());
    EXPECT_EQ(all, up_to(2));
}

TYPED_TEST(Adapters, StartNothingBeforeTheFirstNext)
{
    auto seen = std::make_shared<progress>();
    {
        auto stream = TypeParam::put_behind(numbers(5, 1000, seen));
        this->poll();
        EXPECT_EQ(seen->asked, 0);
    }
    EXPECT_EQ(counted::live(), 0);
}

TYPED_TEST(Adapters, TryNextHandsOutWhatIsAtHandAndLosesNothing)
{
    this->run([]() -> net::awaitable<void> {
        auto stream = TypeParam::put_behind(numbers(100, 7));
        std::vector<int> all;
        while (auto item = co_await stream.next()) {
            append(all, *item);
            while (auto more = stream.try_next()) {
                append(all, *more);
            }
        }
        EXPECT_EQ(all, up_to(100));
    }());
}

TYPED_TEST(Adapters, MayBeMovedBetweenTwoItems)
{
    this->run([]() -> net::awaitable<void> {
        auto stream = TypeParam::put_behind(numbers(6));
        std::vector<int> all;
        auto first = co_await stream.next();
        append(all, *first);
        auto moved = std::move(stream);
        co_await drain_numbers(moved, all);
        EXPECT_EQ(all, up_to(6));
    }());
}

TYPED_TEST(Adapters, ThrowTheFailureOfTheirSourceAfterTheItemsBeforeItAndHaveEnded)
{
    for (const int count : {0, 1, 4, 5}) {
        auto stream = TypeParam::put_behind(failing_after(count));
        std::vector<int> all;
        EXPECT_THROW(this->run(drain_numbers(stream, all)), std::runtime_error);
        EXPECT_EQ(all, up_to(count));
        this->run(drain_numbers(stream, all));
        EXPECT_EQ(all, up_to(count));
    }
}

TYPED_TEST(Adapters, AreCancelledWhileTheyWait)
{
    for (const int count : {0, 1, 4}) {
        auto seen = std::make_shared<progress>();
        auto stream = TypeParam::put_behind(stuck_after(count, seen));
        std::vector<int> all;
        outcome& result = this->start(drain_numbers(stream, all));
        EXPECT_FALSE(result.done);
        this->cancel();
        EXPECT_TRUE(result.aborted());
        EXPECT_EQ(seen->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
        EXPECT_FALSE(stream.try_next());
    }
}

TYPED_TEST(Adapters, AreDestroyedBetweenTwoItems)
{
    this->run([]() -> net::awaitable<void> {
        {
            auto stream = TypeParam::put_behind(stuck_after(5, std::make_shared<progress>()));
            auto first = co_await stream.next();
            EXPECT_TRUE(first);
        }
        co_await turns(20); // a merge's readers end on their own
        EXPECT_EQ(counted::live(), 0);
    }());
}

TYPED_TEST(Adapters, GoDownWithTheIoContextWhileTheyWait)
{
    auto consume = [](auto stream) -> net::awaitable<void> {
        std::vector<int> all;
        co_await drain_numbers(stream, all);
    };
    this->start(consume(TypeParam::put_behind(stuck_after(1, std::make_shared<progress>()))));
    EXPECT_EQ(counted::live(), 1);
    this->destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

TYPED_TEST(Adapters, CloseWaitsUntilTheSourceHasEnded)
{
    auto seen = std::make_shared<progress>();
    this->run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        auto stream = TypeParam::put_behind(stuck_after(5, p));
        auto first = co_await stream.next();
        EXPECT_TRUE(first);
        co_await stream.close();
        EXPECT_EQ(p->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
        EXPECT_FALSE(stream.try_next());
        auto end = co_await stream.next();
        EXPECT_FALSE(end);
        co_await stream.close();
    }(seen));
}

TYPED_TEST(Adapters, CloseBeforeTheFirstNextStartsNothing)
{
    auto seen = std::make_shared<progress>();
    this->run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        auto stream = TypeParam::put_behind(numbers(5, 1, p));
        co_await stream.close();
        auto end = co_await stream.next();
        EXPECT_FALSE(end);
    }(seen));
    EXPECT_EQ(seen->asked, 0);
}

TYPED_TEST(Adapters, AreCollected)
{
    this->run([]() -> net::awaitable<void> {
        auto all = co_await (TypeParam::put_behind(numbers(5)) | collect());
        std::vector<int> flat;
        for (const auto& each : all) {
            append(flat, each);
        }
        EXPECT_EQ(flat, up_to(5));
    }());
}

/// Whether a function is called, and how it ends.
class fuse {
public:
    explicit fuse(int good_calls) : left_(good_calls) {}

    bool operator()(const owned_int&)
    {
        if (left_-- == 0) {
            throw std::domain_error("function");
        }
        return true;
    }

private:
    counted here_;
    int left_;
};

class AdaptersFunction : public CoroutineTest {
protected:
    template <class Make>
    void expect_end_with_its_exception(Make put_behind)
    {
        for (const int good : {0, 1, 4}) {
            auto seen = std::make_shared<progress>();
            run([](Make make, int calls, std::shared_ptr<progress> p) -> net::awaitable<void> {
                auto stream = make(stuck_after(8, p), fuse(calls));
                int count = 0;
                bool thrown = false;
                try {
                    while (auto item = co_await stream.next()) {
                        ++count;
                    }
                } catch (const std::domain_error&) {
                    thrown = true;
                }
                EXPECT_TRUE(thrown);
                EXPECT_EQ(count, calls);
                EXPECT_FALSE(stream.try_next());
                auto end = co_await stream.next();
                EXPECT_FALSE(end);
                EXPECT_EQ(p->cleaned_up, 1) << "the end comes when the source has ended";
            }(put_behind, good, seen));
        }
    }
};

TEST_F(AdaptersFunction, EndsAFilterWithItsException)
{
    expect_end_with_its_exception(
        [](async_generator<owned_int> source, fuse f) { return std::move(source) | filter(std::move(f)); });
}

TEST_F(AdaptersFunction, EndsATransformWithItsException)
{
    expect_end_with_its_exception(
        [](async_generator<owned_int> source, fuse f) { return std::move(source) | transform(std::move(f)); });
}

TEST_F(AdaptersFunction, EndsATakeWhileWithItsException)
{
    expect_end_with_its_exception(
        [](async_generator<owned_int> source, fuse f) { return std::move(source) | take_while(std::move(f)); });
}

TEST_F(AdaptersFunction, EndsWhatStandsBehindItWithItsException)
{
    expect_end_with_its_exception([](async_generator<owned_int> source, fuse f) {
        return std::move(source) | filter(std::move(f)) | drop(0) | batch(1) | transform(&std::vector<owned_int>::size)
            | take(100);
    });
}

TEST_F(AdaptersFunction, EndsAZipWithItsExceptionBeforeEitherFlow)
{
    expect_end_with_its_exception([](async_generator<owned_int> source, fuse f) {
        return zip(std::move(source) | filter(std::move(f)), endless());
    });
    expect_end_with_its_exception([](async_generator<owned_int> source, fuse f) {
        return zip(endless(), std::move(source) | filter(std::move(f)));
    });
}

TEST_F(AdaptersFunction, EndsAMergeWithItsException)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        auto stream = merge(stuck_after(8, p) | filter(fuse(3)), stuck_after(0, p));
        std::vector<owned_int> all;
        bool thrown = false;
        try {
            co_await drain(stream, all);
        } catch (const std::domain_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        EXPECT_EQ(all.size(), 3U);
        EXPECT_EQ(p->cleaned_up, 2);
        auto end = co_await stream.next();
        EXPECT_FALSE(end);
    }(seen));
}

TEST_F(AdaptersFunction, LeavesACollectWhenTheSourceHasEnded)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p) -> net::awaitable<void> {
        bool thrown = false;
        try {
            auto stream = stuck_after(8, p) | filter(fuse(3));
            auto all = co_await (std::move(stream) | collect());
        } catch (const std::domain_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        EXPECT_EQ(p->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
    }(seen));
}

} // namespace

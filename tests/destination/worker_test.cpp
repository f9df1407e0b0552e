/// \file
/// The destination's thread, and the coroutines that wait for it.

#include <corest/destination/worker.hpp>
#include <corest/error.hpp>

#include <support/coroutine_test.hpp>
#include <support/make_page.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using corest::page;
using corest::detail::queued_destination;
using corest::detail::table_store;
using corest::detail::table_work;
using corest::detail::worker;
namespace net = corest::net;

/// What a test and the store share.
class gate {
public:
    void open()
    {
        const std::lock_guard lock(mutex);
        is_open = true;
        changed.notify_all();
    }
    void wait_until_begun(std::size_t count)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return begun.size() >= count; });
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool is_open = true;
    std::vector<std::string> begun;   ///< names of the tables written to
    std::vector<std::size_t> batches; ///< how many were waiting each time
    std::optional<std::thread::id> thread;
    bool stopped = false;
    std::chrono::milliseconds longest_gathering{0}; ///< what the store asks for
};

/// Passes the gate with each unit of work; fails for a table called "bad".
class gated_store final : public table_store {
public:
    explicit gated_store(gate& g) : gate_(g) {}

    void run(const std::vector<table_work*>& waiting) override
    {
        std::unique_lock lock(gate_.mutex);
        gate_.thread = std::this_thread::get_id();
        gate_.batches.push_back(waiting.size());
        for (table_work* w : waiting) {
            gate_.begun.push_back(w->target.name);
            gate_.changed.notify_all();
            gate_.changed.wait(lock, [&] { return gate_.is_open; });
            if (w->target.name == "bad") {
                w->failure = std::make_exception_ptr(corest::error(corest::errc::destination_failed, "it is bad"));
            }
            EXPECT_EQ(w->rows.size(), 1U); // its own, whatever became of the coroutine
        }
    }

    [[nodiscard]] std::chrono::milliseconds longest_gathering() const noexcept override
    {
        return gate_.longest_gathering;
    }

    void interrupt() noexcept override
    {
        gate_.open();
        gate_.stopped = true;
    }

private:
    gate& gate_;
};

class gated_destination : public queued_destination {
public:
    explicit gated_destination(gate& g) : queued_destination(std::make_unique<gated_store>(g)) {}
};

net::awaitable<void> write_gated(gated_destination to, std::string name, corest::test::counted = {})
{
    page rows = make_page({R"({"id":1})"});
    co_await to.write(name, std::move(rows));
}

class Worker : public corest::test::CoroutineTest {
protected:
    gate gate_;
};

TEST_F(Worker, DoesTheWorkOnAnotherThreadAndReturnsToTheCallers)
{
    const auto here = std::this_thread::get_id();
    std::optional<std::thread::id> after;
    const auto work = [](gated_destination d, std::optional<std::thread::id>& resumed) -> net::awaitable<void> {
        co_await write_gated(d, "samples");
        resumed = std::this_thread::get_id();
    };
    run(work(gated_destination(gate_), after));
    EXPECT_EQ(after, here);
    ASSERT_TRUE(gate_.thread.has_value());
    EXPECT_NE(gate_.thread, here);
}

TEST_F(Worker, FailuresReachTheCoroutineThatAsked)
{
    gated_destination d(gate_);
    const auto& bad = start(write_gated(d, "bad"));
    const auto& good = start(write_gated(d, "good"));
    run();
    EXPECT_TRUE(bad.failed_with<corest::error>());
    EXPECT_TRUE(good.done);
    EXPECT_FALSE(good.error);
}

TEST_F(Worker, WhatWaitsTogetherIsHandedOverTogether)
{
    gate_.is_open = false;
    gated_destination d(gate_);
    start(write_gated(d, "first"));
    gate_.wait_until_begun(1);
    for (int i = 0; i < 5; ++i) {
        start(write_gated(d, "later"));
    }
    gate_.open();
    run();
    EXPECT_EQ(gate_.batches, (std::vector<std::size_t>{1, 5}));
}

TEST_F(Worker, RowsWaitForOthersOnlyWhileTheseKeepComing)
{
    gate_.longest_gathering = std::chrono::hours(1);
    gated_destination d(gate_);
    for (int i = 0; i < 100; ++i) { // more than are handed over at a time
        start(write_gated(d, "first"));
    }
    run();
    run(write_gated(d, "last")); // nobody follows it
    EXPECT_EQ(gate_.begun.size(), 101U);
    EXPECT_EQ(gate_.begun.back(), "last");
    EXPECT_EQ(gate_.batches.back(), 1U);
}

TEST_F(Worker, CancellationEndsTheWaitAtOnceAndTheWorkGoesOn)
{
    gate_.is_open = false;
    std::optional<gated_destination> d(gate_);
    const auto& begun = start(write_gated(*d, "begun"));
    gate_.wait_until_begun(1);
    const auto& waiting = start(write_gated(*d, "not begun"));
    cancel();
    EXPECT_TRUE(begun.aborted());
    EXPECT_TRUE(waiting.aborted());
    gate_.open();
    const auto& later = start(write_gated(*d, "later"));
    run();
    EXPECT_TRUE(later.done && !later.error);
    EXPECT_EQ(gate_.begun, (std::vector<std::string>{"begun", "later"})) << "what had not begun is dropped";
}

TEST_F(Worker, TheContextMayGoAwayWhileWorkIsUnderWay)
{
    gate_.is_open = false;
    std::optional<gated_destination> d(gate_);
    start(write_gated(*d, "begun"));
    gate_.wait_until_begun(1);
    start(write_gated(*d, "not begun"));
    destroy_context();
    EXPECT_EQ(corest::test::counted::live(), 0);
    gate_.open();
    run(write_gated(*d, "on another context"));
    EXPECT_EQ(gate_.begun.back(), "on another context");
}

TEST_F(Worker, TheContextMayGoAwayAndTakeTheLastHandleAlong)
{
    gate_.is_open = false;
    start(write_gated(gated_destination(gate_), "begun"));
    gate_.wait_until_begun(1);
    destroy_context();
    EXPECT_TRUE(gate_.stopped) << "the store is told to give up, and the thread is joined";
}

/// An executor to which other threads cannot post for a while: they have no memory for it.
class poor_executor {
public:
    poor_executor(net::any_io_executor inner, std::atomic<int>& refusals, std::thread::id home)
        : inner_(std::move(inner)),
          refusals_(&refusals),
          home_(home)
    {
    }

    template <class Property>
        requires net::can_require<const net::any_io_executor&, const Property&>::value
    [[nodiscard]] poor_executor require(const Property& wanted) const
    {
        return poor_executor(net::require(inner_, wanted), *refusals_, home_);
    }
    template <class Property>
        requires net::can_query<const net::any_io_executor&, const Property&>::value
    [[nodiscard]] decltype(auto) query(const Property& wanted) const noexcept
    {
        return net::query(inner_, wanted);
    }
    template <class Function>
    void execute(Function&& function) const
    {
        if (std::this_thread::get_id() != home_ && refusals_->load() > 0) {
            refusals_->fetch_sub(1);
            throw std::bad_alloc();
        }
        inner_.execute(std::forward<Function>(function));
    }
    bool operator==(const poor_executor& other) const noexcept { return inner_ == other.inner_; }
    bool operator!=(const poor_executor& other) const noexcept { return !(*this == other); }

private:
    net::any_io_executor inner_;
    std::atomic<int>* refusals_;
    std::thread::id home_;
};

TEST_F(Worker, AThreadThatHasNoMemoryToTellOfItsWorkTellsItLater)
{
    net::io_context context;
    std::atomic<int> refusals{3};
    bool done = false;
    gate_.is_open = false;
    const gated_destination d(gate_);
    net::co_spawn(net::any_io_executor(poor_executor(context.get_executor(), refusals, std::this_thread::get_id())),
        write_gated(d, "samples"), [&](const std::exception_ptr& failure) { done = !failure; });
    context.poll(); // the coroutine waits: one that finds its work done need not be told
    gate_.open();
    context.run();
    EXPECT_TRUE(done);
    EXPECT_EQ(refusals, 0);
}

TEST_F(Worker, ADestinationThatNobodyUsesEnds)
{
    {
        const gated_destination d(gate_);
    }
    EXPECT_TRUE(gate_.stopped);
    EXPECT_TRUE(gate_.begun.empty());
}

TEST_F(Worker, ManyContextsMayComeAndGo)
{
    gated_destination d(gate_);
    for (int i = 0; i < 200; ++i) {
        net::io_context context;
        net::co_spawn(context, write_gated(d, "samples"), [](const std::exception_ptr&) {});
        if (i % 3 == 0) {
            context.run();
        } else {
            context.run_one(); // and is destroyed while the thread is about to finish
        }
    }
    run(write_gated(d, "last"));
    EXPECT_EQ(gate_.begun.back(), "last");
}

} // namespace

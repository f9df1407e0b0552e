#include <corest/concurrency/nursery.hpp>

#include "support/coroutine_test.hpp"

#include COREST_ASIO(associated_cancellation_slot.hpp)
#include COREST_ASIO(async_result.hpp)

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace corest;
using namespace corest::test;

namespace {

class Nursery : public CoroutineTest {};

net::awaitable<void> waits_for_ever()
{
    const counted here;
    co_await never();
}

net::awaitable<void> ends_after(int how_long, int& ended)
{
    const counted here;
    co_await turns(how_long);
    ++ended;
}

net::awaitable<void> fails_after(int how_long, const char* what = "child")
{
    const counted here;
    co_await turns(how_long);
    throw std::runtime_error(what);
}

net::awaitable<void> join(nursery& children)
{
    co_await children.join();
}

TEST_F(Nursery, StartsAChildAtOnceAndJoinsAll)
{
    run([]() -> net::awaitable<void> {
        nursery children(co_await net::this_coro::executor);
        int ended = 0;
        for (int i = 0; i < 10; ++i) {
            children.spawn(ends_after(i, ended));
        }
        EXPECT_EQ(counted::live(), 9) << "the first one needs no time";
        co_await children.join();
        EXPECT_EQ(ended, 10);
        EXPECT_EQ(children.live(), 0u);
        EXPECT_EQ(counted::live(), 0);
        co_await children.join();
    }());
}

TEST_F(Nursery, JoinOfNoneIsOverAtOnce)
{
    run([]() -> net::awaitable<void> {
        nursery children(co_await net::this_coro::executor);
        co_await children.join();
    }());
}

TEST_F(Nursery, ChildrenCanBeSpawnedWhileItIsJoined)
{
    nursery children(executor());
    int ended = 0;
    auto parent = [](nursery& all, int& count) -> net::awaitable<void> {
        co_await turns(3);
        for (int i = 0; i < 3; ++i) {
            all.spawn(ends_after(5, count));
        }
    };
    children.spawn(parent(children, ended));
    run(join(children));
    EXPECT_EQ(ended, 3);
}

TEST_F(Nursery, TheFirstFailureCancelsTheSiblingsAndIsThrownByJoin)
{
    nursery children(executor());
    for (int i = 0; i < 5; ++i) {
        children.spawn(waits_for_ever());
    }
    children.spawn(fails_after(3, "first"));
    children.spawn(fails_after(9, "second"));
    std::string what;
    try {
        run(join(children));
    } catch (const std::runtime_error& e) {
        what = e.what();
    }
    EXPECT_EQ(what, "first");
    EXPECT_EQ(counted::live(), 0);
    run(join(children)); // thrown once
}

TEST_F(Nursery, StartsNothingAfterAFailureOrACancellation)
{
    nursery children(executor());
    children.spawn(fails_after(0));
    poll();
    children.spawn(waits_for_ever());
    EXPECT_EQ(children.live(), 0u);
    EXPECT_THROW(run(join(children)), std::runtime_error);
}

TEST_F(Nursery, CancelEndsTheChildrenAndIsNoFailure)
{
    nursery children(executor());
    for (int i = 0; i < 5; ++i) {
        children.spawn(waits_for_ever());
    }
    poll();
    EXPECT_EQ(counted::live(), 5);
    children.cancel();
    run(join(children));
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(Nursery, AChildThatAbortsOfItselfIsAFailure)
{
    nursery children(executor());
    children.spawn(waits_for_ever());
    auto aborts = []() -> net::awaitable<void> {
        co_await turn();
        throw system_error(net::error::operation_aborted);
    };
    children.spawn(aborts());
    auto& joined = start(join(children));
    EXPECT_TRUE(joined.aborted());
}

TEST_F(Nursery, AFailureWhileUnwindingFromACancellationIsThrownByJoin)
{
    nursery children(executor());
    auto fails_to_clean_up = []() -> net::awaitable<void> {
        try {
            co_await never();
        } catch (const system_error&) {
            throw std::runtime_error("cleanup");
        }
    };
    children.spawn(fails_to_clean_up());
    children.spawn(waits_for_ever());
    poll();
    children.cancel();
    EXPECT_THROW(run(join(children)), std::runtime_error);
}

TEST_F(Nursery, CancellingTheOneWhoJoinsCancelsTheChildrenAndWaitsForThem)
{
    nursery children(executor());
    int ended = 0;
    auto cleans_up = [](int& count) -> net::awaitable<void> {
        const counted here;
        try {
            co_await never();
        } catch (const system_error&) {
        }
        co_await net::this_coro::throw_if_cancelled(false);
        co_await turns(10);
        ++count;
    };
    for (int i = 0; i < 3; ++i) {
        children.spawn(cleans_up(ended));
    }
    int seen_when_joined = 0;
    auto join_and_look = [](nursery& all, int& count, int& seen) -> net::awaitable<void> {
        std::exception_ptr error;
        try {
            co_await all.join();
        } catch (...) {
            error = std::current_exception();
        }
        seen = count;
        const bool throws = co_await net::this_coro::throw_if_cancelled();
        EXPECT_TRUE(throws);
        std::rethrow_exception(error);
    };
    auto& joined = start(join_and_look(children, ended, seen_when_joined));
    emit(net::cancellation_type::terminal);
    run();
    EXPECT_TRUE(joined.aborted());
    EXPECT_EQ(seen_when_joined, 3);
}

TEST_F(Nursery, DestructionCancelsAndDetaches)
{
    {
        nursery children(executor());
        children.spawn(waits_for_ever());
        children.spawn(waits_for_ever());
        poll();
        EXPECT_EQ(counted::live(), 2);
    }
    EXPECT_EQ(counted::live(), 2);
    run();
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(Nursery, DestructionBeforeTheChildrenEverRanLetsNoneBegin)
{
    int ended = 0;
    {
        nursery children(executor());
        for (int i = 0; i < 3; ++i) {
            children.spawn(ends_after(1, ended));
        }
    }
    run();
    EXPECT_EQ(ended, 0);
}

TEST_F(Nursery, CanBeMoved)
{
    int ended = 0;
    nursery first(executor());
    first.spawn(waits_for_ever());
    nursery second(executor());
    second.spawn(ends_after(3, ended));
    first = std::move(second); // cancels the first one's child
    nursery third(std::move(first));
    run(join(third));
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(Nursery, AChildMayCancelOrDestroyIt)
{
    std::optional<nursery> children(executor());
    auto destroys = [](std::optional<nursery>& all) -> net::awaitable<void> {
        const counted here;
        co_await turns(3);
        all.reset();
    };
    children->spawn(waits_for_ever());
    children->spawn(destroys(children));
    children->spawn(waits_for_ever());
    run();
    EXPECT_FALSE(children);
    EXPECT_EQ(counted::live(), 0);
}

/// An operation whose cancellation completes it inside of emit().
net::awaitable<void> completes_when_cancelled()
{
    const counted here;
    auto initiate = [](auto handler) {
        auto slot = net::get_associated_cancellation_slot(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        slot.assign([shared](net::cancellation_type_t) {
            auto complete = std::move(*shared);
            complete(error_code(net::error::operation_aborted));
        });
    };
    co_await net::async_initiate<const net::use_awaitable_t<>&, void(error_code)>(initiate, net::use_awaitable);
}

TEST_F(Nursery, ChildrenMayEndInsideOfCancel)
{
    nursery children(executor());
    for (int i = 0; i < 5; ++i) {
        children.spawn(completes_when_cancelled());
    }
    poll();
    EXPECT_EQ(counted::live(), 5);
    children.cancel();
    EXPECT_EQ(counted::live(), 0);
    run(join(children));
    EXPECT_EQ(children.live(), 0u);
}

TEST_F(Nursery, MayGoDownWithTheIoContext)
{
    auto owner = [](int depth, auto self) -> net::awaitable<void> {
        const counted here;
        nursery children(co_await net::this_coro::executor);
        for (int i = 0; i < 3; ++i) {
            children.spawn(waits_for_ever());
        }
        if (depth > 0) {
            children.spawn(self(depth - 1, self));
        }
        co_await children.join();
    };
    start(owner(3, owner));
    EXPECT_EQ(counted::live(), 16);
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(Nursery, MayOutliveTheIoContext)
{
    nursery children(executor());
    children.spawn(waits_for_ever());
    poll();
    destroy_context();
    EXPECT_EQ(children.live(), 0u);
    children.cancel();
}

} // namespace

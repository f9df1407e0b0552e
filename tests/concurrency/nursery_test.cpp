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

class nursery_test : public coroutine_test {};

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

TEST_F(nursery_test, starts_a_child_at_once_and_joins_all)
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

TEST_F(nursery_test, join_of_none_is_over_at_once)
{
    run([]() -> net::awaitable<void> {
        nursery children(co_await net::this_coro::executor);
        co_await children.join();
    }());
}

TEST_F(nursery_test, children_can_be_spawned_while_it_is_joined)
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

TEST_F(nursery_test, the_first_failure_cancels_the_siblings_and_is_thrown_by_join)
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

TEST_F(nursery_test, starts_nothing_after_a_failure_or_a_cancellation)
{
    nursery children(executor());
    children.spawn(fails_after(0));
    poll();
    children.spawn(waits_for_ever());
    EXPECT_EQ(children.live(), 0u);
    EXPECT_THROW(run(join(children)), std::runtime_error);
}

TEST_F(nursery_test, cancel_ends_the_children_and_is_no_failure)
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

TEST_F(nursery_test, a_child_that_aborts_of_itself_is_a_failure)
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

TEST_F(nursery_test, a_failure_while_unwinding_from_a_cancellation_is_thrown_by_join)
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

TEST_F(nursery_test, cancelling_the_one_who_joins_cancels_the_children_and_waits_for_them)
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

TEST_F(nursery_test, destruction_cancels_and_detaches)
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

TEST_F(nursery_test, destruction_before_the_children_ever_ran_lets_none_begin)
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

TEST_F(nursery_test, can_be_moved)
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

TEST_F(nursery_test, a_child_may_cancel_or_destroy_it)
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

TEST_F(nursery_test, children_may_end_inside_of_cancel)
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

TEST_F(nursery_test, may_go_down_with_the_io_context)
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

TEST_F(nursery_test, may_outlive_the_io_context)
{
    nursery children(executor());
    children.spawn(waits_for_ever());
    poll();
    destroy_context();
    EXPECT_EQ(children.live(), 0u);
    children.cancel();
}

} // namespace

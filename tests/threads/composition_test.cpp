/// \file
/// Adapters, completion tokens and counts on several threads, over real connections; run under ThreadSanitizer too.

#include <api_server/server.hpp>

#include <corest/adapt/expand.hpp>
#include <corest/adapt/merge.hpp>
#include <corest/adapt/values.hpp>
#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/http/http_transport.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(executor_work_guard.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(strand.hpp)
#include COREST_ASIO(use_future.hpp)

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace composition_on_threads {
namespace {

namespace net = corest::net;

constexpr std::size_t users = 16;

/// Two threads run what is started, until the test ends.
class Composition : public testing::Test {
protected:
    static example_api::server_options sizes()
    {
        example_api::server_options options;
        options.api.data.sizes = {{"seed003/projects", 6}, {"seed003/samples", 5}};
        return options;
    }

    corest::client api() const
    {
        return corest::http_client(context.get_executor(), server.base_url("seed003"))
            | corest::authorize(corest::bearer(server.secrets().access_token));
    }

    static corest::resource listed(corest::resource from)
    {
        return from | corest::paginate(corest::offset(2).offset_param("Offset")) | corest::select("Response.Items");
    }

    static corest::resource projects(const corest::client& of)
    {
        return listed(corest::get(of, "/users/current/projects"));
    }

    /// Runs a coroutine for each user, on a strand of his own. \param make makes it of the user's number
    template <class Make>
    void run_users(Make make)
    {
        std::vector<std::exception_ptr> ended(users);
        for (std::size_t i = 0; i < users; ++i) {
            net::co_spawn(
                net::make_strand(context), make(i), [&ended, i](std::exception_ptr e) { ended[i] = std::move(e); });
        }
        context.restart();
        std::thread other([this] { context.run(); });
        context.run();
        other.join();
        for (const std::exception_ptr& e : ended) {
            EXPECT_FALSE(e) << corest::describe(e);
        }
    }

    std::size_t samples_in_all() const { return server.data().size(server.data().find("seed003", "samples")); }

    example_api::server server{sizes()};
    mutable net::io_context context;
};

template <class Stream>
net::awaitable<void> count_items(Stream stream, std::size_t& count)
{
    while (auto item = co_await stream.next()) {
        ++count;
    }
}

TEST_F(Composition, MergesResourcesOfASharedClient)
{
    const corest::client one = api();
    std::vector<std::size_t> counts(users);
    run_users([&](std::size_t i) { return count_items(corest::merge(projects(one), projects(one)), counts[i]); });
    EXPECT_EQ(counts, std::vector<std::size_t>(users, 12U));
}

net::awaitable<void> count_records(corest::resource of, std::size_t& count)
{
    auto records = of.records();
    while (auto r = co_await records.next()) {
        ++count;
    }
}

/// The values of "id", without the quotes of texts.
net::awaitable<void> collect_ids(corest::resource of, std::vector<std::string>& ids)
{
    auto records = of.records();
    while (auto r = co_await records.next()) {
        std::string id(r->raw("id").value_or(""));
        std::erase(id, '"');
        ids.push_back(std::move(id));
    }
}

TEST_F(Composition, ExpandsValuesThatUsersHave)
{
    const corest::client one = api();
    std::vector<std::vector<std::string>> ids(users);
    run_users([&](std::size_t i) { return collect_ids(projects(one), ids[i]); });
    ASSERT_EQ(ids[0].size(), 6U);
    std::vector<std::size_t> counts(users);
    run_users([&](std::size_t i) {
        return count_records(
            listed(corest::values(ids[i]) | corest::expand(one, "/projects/{id}/samples").concurrency(4)), counts[i]);
    });
    EXPECT_EQ(counts, std::vector<std::size_t>(users, samples_in_all()));
}

TEST_F(Composition, IsAskedByThreadsThatRunNoContext)
{
    const corest::client one = api();
    auto work = net::make_work_guard(context);
    std::vector<std::thread> running;
    for (int i = 0; i < 2; ++i) {
        running.emplace_back([this] { context.run(); });
    }
    std::vector<std::size_t> counts(4);
    std::vector<std::thread> asking;
    for (std::size_t& count : counts) {
        asking.emplace_back([this, &one, &count] {
            const net::any_io_executor own = net::make_strand(context);
            auto records = projects(one).records();
            while (records.async_next(own, net::use_future).get()) {
                ++count;
            }
        });
    }
    for (std::thread& each : asking) {
        each.join();
    }
    work.reset();
    for (std::thread& each : running) {
        each.join();
    }
    EXPECT_EQ(counts, std::vector<std::size_t>(4, 6U));
}

TEST_F(Composition, HasItsConnectionsCountedMeanwhile)
{
    const net::any_io_executor strand = net::make_strand(context);
    const corest::http_transport transport(strand);
    const corest::client one = corest::client(strand, corest::any_transport(transport), server.base_url("seed003"))
        | corest::authorize(corest::bearer(server.secrets().access_token));
    std::atomic<bool> done = false;
    std::uint64_t seen = 0;
    std::thread looking([&] {
        while (!done) {
            seen = std::max(seen, transport.stats().sent);
        }
    });
    std::vector<std::size_t> counts(users);
    run_users([&](std::size_t i) { return count_records(projects(one), counts[i]); });
    done = true;
    looking.join();
    EXPECT_EQ(counts, std::vector<std::size_t>(users, 6U));
    EXPECT_LE(seen, transport.stats().sent);
    EXPECT_GE(transport.stats().sent, 3 * users);
}

} // namespace
} // namespace composition_on_threads

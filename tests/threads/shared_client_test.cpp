/// \file
/// One client for many users on several threads, over real connections; run under ThreadSanitizer too.

#include <api_server/server.hpp>

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/concurrency/with_timeout.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(post.hpp)
#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(strand.hpp)

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using corest::expand;
using corest::paginate;
using corest::resource;

namespace {

constexpr std::size_t users = 50;

/// Whether each user has a strand of his own, or all are on the context's executor, which all threads run.
enum class users_on { strands, context };
/// What the client is given.
enum class client_on { context, strand };

class SharedClient : public testing::TestWithParam<std::tuple<int, users_on, client_on>> {
protected:
    static example_api::server_options sizes(std::size_t projects, std::size_t samples)
    {
        example_api::server_options options;
        options.api.data.sizes = {{"seed003/projects", projects}, {"seed003/samples", samples}};
        return options;
    }

    corest::net::any_io_executor client_executor()
    {
        if (std::get<2>(GetParam()) == client_on::strand) {
            return corest::net::make_strand(context);
        }
        return context.get_executor();
    }

    corest::client projects_client()
    {
        return corest::http_client(client_executor(), server.base_url("seed003"))
            | corest::authorize(corest::bearer(server.secrets().access_token))
            | corest::retry(corest::backoff().factor(10ms));
    }

    static resource samples(const corest::client& api)
    {
        const auto paging = corest::offset(2).offset_param("Offset");
        return corest::get(api, "/users/current/projects") | paginate(paging) | corest::select("Response.Items")
            | expand("/projects/<id>/samples").concurrency(8) | paginate(paging) | corest::select("Response.Items");
    }

    /// Starts a user. \param stop cancels him
    template <class Coroutine>
    void start(Coroutine coroutine, std::exception_ptr& ended, corest::net::cancellation_signal& stop,
        const corest::net::any_io_executor& executor)
    {
        corest::net::co_spawn(executor, std::move(coroutine),
            corest::net::bind_cancellation_slot(stop.slot(), [&ended](std::exception_ptr e) { ended = std::move(e); }));
    }

    corest::net::any_io_executor user_executor()
    {
        if (std::get<1>(GetParam()) == users_on::strands) {
            return corest::net::make_strand(context);
        }
        return context.get_executor();
    }

    /// Starts one user after another, runs them on all threads, and says how each ended.
    template <class MakeUser>
    std::vector<std::exception_ptr> run_users(std::size_t count, MakeUser make)
    {
        std::vector<std::exception_ptr> ended(count);
        for (std::size_t i = 0; i < count; ++i) {
            corest::net::co_spawn(
                user_executor(), make(i), [&ended, i](std::exception_ptr e) { ended[i] = std::move(e); });
        }
        run_threads();
        return ended;
    }

    void run_threads()
    {
        context.restart();
        std::vector<std::thread> threads;
        for (int i = 0; i < std::get<0>(GetParam()); ++i) {
            threads.emplace_back([this] { context.run(); });
        }
        for (std::thread& each : threads) {
            each.join();
        }
    }

    static void expect_all_well(const std::vector<std::exception_ptr>& ended)
    {
        for (const std::exception_ptr& e : ended) {
            EXPECT_FALSE(e) << corest::describe(e);
        }
    }

    example_api::server server{sizes(6, 5)};
    corest::net::io_context context;
};

corest::net::awaitable<void> count_records(resource of, std::size_t& count)
{
    auto records = of.records();
    while (auto r = co_await records.next()) {
        count += r->raw("id") ? 1 : 0;
        count += !r->has_parent() || r->parent().raw("id") ? 0 : 1;
    }
}

TEST_P(SharedClient, ServesNestedWalksOfAllUsersAtOnce)
{
    const corest::client api = projects_client();
    const resource all = samples(api);
    std::vector<std::size_t> counts(users);
    expect_all_well(run_users(users, [&](std::size_t i) { return count_records(all, counts[i]); }));
    const std::size_t expected = server.data().size(server.data().find("seed003", "samples"));
    EXPECT_EQ(counts, std::vector<std::size_t>(users, expected));
    EXPECT_EQ(all.statistics().records, users * expected);
}

TEST_P(SharedClient, ServesFlatWalksThatReadAhead)
{
    const corest::client api = projects_client();
    const resource all = corest::get(api, "/users/current/projects")
        | paginate(corest::offset(2).offset_param("Offset")) | corest::select("Response.Items");
    std::vector<std::size_t> counts(users);
    expect_all_well(run_users(users, [&](std::size_t i) { return count_records(all, counts[i]); }));
    EXPECT_EQ(counts, std::vector<std::size_t>(users, 6U));
}

TEST_P(SharedClient, RenewsItsTokenOnceForAll)
{
    const corest::client api = corest::http_client(client_executor(), server.base_url("seed002"))
        | corest::authorize(corest::oauth2_client_credentials(
            server.token_url("seed002"), server.secrets().client_id, corest::secret(server.secrets().secret_key)));
    const resource all = corest::get(api, "/v1/customers") | paginate(corest::offset(100)) | corest::select("data");
    const auto walk = [&] {
        std::vector<std::size_t> counts(users);
        expect_all_well(run_users(users, [&](std::size_t i) { return count_records(all, counts[i]); }));
        EXPECT_EQ(counts, std::vector<std::size_t>(users, counts[0]));
        return counts[0];
    };
    EXPECT_EQ(walk(), 201U);
    EXPECT_EQ(server.token_requests(), 1U);
    server.expire_tokens();
    EXPECT_EQ(walk(), 201U);
    EXPECT_EQ(server.token_requests(), 2U);
}

TEST_P(SharedClient, SharesATokenWithAnotherClientOnAnotherStrand)
{
    const corest::any_authenticator token = corest::oauth2_client_credentials(
        server.token_url("seed002"), server.secrets().client_id, corest::secret(server.secrets().secret_key));
    const std::string url = server.base_url("seed002");
    const corest::client first = corest::http_client(client_executor(), url) | corest::authorize(token);
    const corest::client second = corest::http_client(client_executor(), url) | corest::authorize(token);
    std::vector<std::size_t> counts(users);
    expect_all_well(run_users(users, [&](std::size_t i) {
        const auto paging = corest::offset(100);
        return count_records(
            corest::get(i % 2 == 0 ? first : second, "/v1/customers") | paginate(paging) | corest::select("data"),
            counts[i]);
    }));
    EXPECT_EQ(counts, std::vector<std::size_t>(users, 201U));
    EXPECT_EQ(server.token_requests(), 1U);
}

corest::net::awaitable<void> count_within(
    resource of, std::chrono::steady_clock::duration limit, std::size_t& count, bool& late)
{
    auto records = of.records();
    try {
        while (auto r = co_await corest::with_timeout(records.next(), limit)) {
            ++count;
            while (records.try_next()) {
                ++count;
            }
        }
    } catch (const corest::system_error& e) {
        late = e.code() == corest::net::error::timed_out;
    }
}

TEST_P(SharedClient, KeepsEachUsersTimeLimit)
{
    server.misbehave(example_api::rule::latency("/seed003/projects/*", 20ms));
    const corest::client api = projects_client();
    const resource all = samples(api);
    std::vector<std::size_t> counts(users);
    std::unique_ptr<bool[]> late(new bool[users]());
    expect_all_well(run_users(
        users, [&](std::size_t i) { return count_within(all, i % 2 == 0 ? 20s : 10ms, counts[i], late[i]); }));
    const std::size_t expected = server.data().size(server.data().find("seed003", "samples"));
    for (std::size_t i = 0; i < users; ++i) {
        EXPECT_EQ(late[i], i % 2 != 0) << i;
        EXPECT_TRUE(i % 2 != 0 || counts[i] == expected) << counts[i];
    }
}

corest::net::awaitable<void> take_some(resource of, std::size_t most)
{
    auto records = of.records();
    for (std::size_t i = 0; i < most; ++i) {
        const auto r = co_await records.next();
        if (!r) {
            co_return;
        }
    }
    if (most % 2 == 0) {
        co_await records.close();
    }
}

TEST_P(SharedClient, LetsUsersLeaveHalfWay)
{
    const corest::client api = projects_client();
    const resource all = samples(api);
    expect_all_well(run_users(users, [&](std::size_t i) { return take_some(all, i % 7); }));
}

/// A cancellation is emitted where its coroutine runs: that needs a strand.
class ClientOfUsersOnStrands : public SharedClient {};

TEST_P(ClientOfUsersOnStrands, EndsWhatIsCancelledFromAnotherThread)
{
    server.misbehave(example_api::rule::latency("/seed003/projects/*", 5ms));
    const corest::client api = projects_client();
    const resource all = samples(api);
    std::vector<std::exception_ptr> ended(users);
    std::vector<corest::net::cancellation_signal> stops(users);
    std::vector<corest::net::any_io_executor> strands;
    std::vector<std::size_t> counts(users);
    std::atomic<std::size_t> running = users;
    for (std::size_t i = 0; i < users; ++i) {
        strands.push_back(user_executor());
        corest::net::co_spawn(strands[i], count_records(all, counts[i]),
            corest::net::bind_cancellation_slot(stops[i].slot(), [&, i](std::exception_ptr e) {
                ended[i] = std::move(e);
                --running;
            }));
    }
    std::thread canceller([&] {
        for (std::size_t i = 0; i < users; i += 2) {
            std::this_thread::sleep_for(1ms);
            corest::net::post(strands[i], [&, i] { stops[i].emit(corest::net::cancellation_type::terminal); });
        }
    });
    run_threads();
    canceller.join();
    run_threads(); // what was posted when all had ended
    EXPECT_EQ(running, 0U);
    const std::size_t expected = server.data().size(server.data().find("seed003", "samples"));
    for (std::size_t i = 0; i < users; ++i) {
        if (i % 2 != 0 || !ended[i]) {
            EXPECT_FALSE(ended[i]) << corest::describe(ended[i]);
            EXPECT_EQ(counts[i], expected);
        } else {
            EXPECT_TRUE(corest::is_cancellation(ended[i])) << corest::describe(ended[i]);
        }
    }
}

TEST_P(SharedClient, IsLookedAtWhileItWorks)
{
    const corest::client api = projects_client();
    const resource all = samples(api);
    std::atomic<bool> done = false;
    std::uint64_t seen = 0;
    std::thread looking([&] {
        while (!done) {
            seen = std::max<std::uint64_t>(seen, all.statistics().requests);
            static_cast<void>(all.statistics().warnings.all());
        }
    });
    std::vector<std::size_t> counts(users);
    expect_all_well(run_users(users, [&](std::size_t i) { return count_records(all, counts[i]); }));
    done = true;
    looking.join();
    EXPECT_LE(seen, all.statistics().requests);
}

/// A client for one thread, which two threads use by mistake.
class ClientForOneThread : public testing::Test {
protected:
    corest::client projects_client()
    {
        corest::http_options options;
        options.thread_safe = false;
        return corest::http_client(context.get_executor(), server.base_url("seed003"), options)
            | corest::authorize(corest::bearer(server.secrets().access_token));
    }

    static void expect_refusal(const std::exception_ptr& ended)
    {
        ASSERT_TRUE(ended);
        try {
            std::rethrow_exception(ended);
        } catch (const corest::error& e) {
            EXPECT_EQ(e.kind(), corest::errc::invalid_argument);
            EXPECT_NE(std::string(e.what()).find("another thread than the client's first one"), std::string::npos)
                << e.what();
            EXPECT_NE(std::string(e.what()).find("http_options.thread_safe"), std::string::npos) << e.what();
        }
    }

    example_api::server server;
    corest::net::io_context context;
};

/// Sends a request when as many threads are here as the latch counts.
corest::net::awaitable<void> ask_at_once(corest::client api, std::latch& all_here)
{
    all_here.arrive_and_wait(); // keeps this thread, so that each of the coroutines has one of its own
    co_await api.exchange(corest::request("GET", "/users/current/projects"));
}

/// Answers at once. The request that is let in would otherwise dial on a context that two threads run, which is what
/// the client is not made for.
class instant_answer {
public:
    corest::net::awaitable<corest::response> send(corest::request)
    {
        corest::response got;
        got.status = 200;
        co_return got;
    }
};

TEST_F(ClientForOneThread, SaysSoWhereTwoStrandsOfItsContextHaveTwoThreads)
{
    const corest::client api = projects_client().with_transport(corest::any_transport(instant_answer()));
    const corest::client copy = api | corest::retry();
    std::latch all_here(2);
    std::array<std::exception_ptr, 2> ended;
    for (std::size_t i = 0; i < 2; ++i) {
        corest::net::co_spawn(corest::net::make_strand(context), ask_at_once(i == 0 ? api : copy, all_here),
            [&ended, i](std::exception_ptr e) { ended[i] = std::move(e); });
    }
    std::thread other([this] { context.run(); });
    context.run();
    other.join();
    EXPECT_NE(!ended[0], !ended[1]) << "one of them was the first";
    expect_refusal(ended[0] ? ended[0] : ended[1]);
}

TEST_F(ClientForOneThread, SaysSoWhereOneThreadRunsItsContextAfterTheOther)
{
    const corest::client api = projects_client();
    std::exception_ptr ended;
    const auto run_once = [&] {
        std::latch alone(1);
        corest::net::co_spawn(context, ask_at_once(api, alone), [&](std::exception_ptr e) { ended = std::move(e); });
        context.restart();
        context.run();
    };
    run_once();
    EXPECT_FALSE(ended) << corest::describe(ended);
    run_once();
    EXPECT_FALSE(ended) << corest::describe(ended);
    std::thread(run_once).join();
    expect_refusal(ended);
}

std::string name_of(const testing::TestParamInfo<SharedClient::ParamType>& of)
{
    return std::to_string(std::get<0>(of.param)) + "Threads"
        + (std::get<1>(of.param) == users_on::strands ? "UsersOnStrands" : "UsersOnContext")
        + (std::get<2>(of.param) == client_on::strand ? "ClientOnStrand" : "ClientOnContext");
}

INSTANTIATE_TEST_SUITE_P(All, SharedClient,
    testing::Combine(testing::Values(2, 4), testing::Values(users_on::strands, users_on::context),
        testing::Values(client_on::context, client_on::strand)),
    name_of);
INSTANTIATE_TEST_SUITE_P(All, ClientOfUsersOnStrands,
    testing::Combine(testing::Values(2, 4), testing::Values(users_on::strands),
        testing::Values(client_on::context, client_on::strand)),
    name_of);

} // namespace

#include "http/http_test.hpp"

#include <corest/http/connection_pool.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <algorithm>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace corest;
using std::chrono::milliseconds;

class ConnectionPool : public HttpTest {
protected:
    /// A request under way.
    class flight {
    public:
        net::cancellation_signal cancel;
        std::string body;
        std::exception_ptr failure;
        bool done = false;
    };

    flight& start(http_transport& through, request r)
    {
        flight& f = flights_.emplace_back();
        net::co_spawn(context, through.send(std::move(r)),
            net::bind_cancellation_slot(f.cancel.slot(), [this, &f](std::exception_ptr failure, response got) {
                f.failure = failure;
                f.body = std::string(got.body.view());
                f.done = true;
                finished.push_back(f.body);
            }));
        return f;
    }

    void run_all()
    {
        context.restart();
        context.run();
    }

    /// Runs until so many requests have reached the server.
    void run_until_received(const scripted_server& server, std::size_t requests)
    {
        context.restart();
        while (server.requests().size() < requests) {
            context.run_one_for(milliseconds(10));
        }
    }

    /// A response whose body is the request's target: each connection answers what it was asked.
    static std::string target(const std::string& request) { return request.substr(4, request.find(' ', 4) - 4); }

    std::vector<std::string> finished;

private:
    std::deque<flight> flights_;
};

TEST_F(ConnectionPool, ReusesTheConnection)
{
    scripted_server server(script().receive().send(ok("{}")).repeat());
    http_transport through = transport();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(send(through, request("GET", server.url())).status, 200U);
        EXPECT_EQ(through.stats().open, 1U);
        EXPECT_EQ(through.stats().idle, 1U);
    }
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(through.stats().opened, 1U);
    EXPECT_EQ(through.stats().sent, 20U);
    through.close_idle();
    run_all();
    EXPECT_EQ(through.stats().open, 0U);
    EXPECT_TRUE(server.all_closed());
}

TEST_F(ConnectionPool, AnIdleConnectionLeavesNoWorkAndClosesWithTheClient)
{
    scripted_server server(script().receive().send(ok("{}")).repeat());
    {
        http_transport through = transport();
        send(through, request("GET", server.url()));
        context.restart();
        EXPECT_EQ(context.run(), 0U);
        EXPECT_EQ(through.stats().idle, 1U);
    }
    EXPECT_TRUE(server.all_closed());
}

TEST_F(ConnectionPool, DoesNotReuseWhatTheServerWillClose)
{
    for (const char* field : {"Connection: close\r\n", "Keep-Alive: timeout=0\r\n", "Keep-Alive: timeout=1\r\n"}) {
        scripted_server server(script().receive().send(ok("{}", field)).hold());
        http_transport through = transport();
        send(through, request("GET", server.url()));
        send(through, request("GET", server.url()));
        EXPECT_EQ(server.connections(), 2U) << field;
    }
}

TEST_F(ConnectionPool, DoesNotReuseAConnectionThatWasIdleForTooLong)
{
    options.idle_timeout = milliseconds(1);
    scripted_server server(script().receive().send(ok("{}")).repeat());
    http_transport through = transport();
    send(through, request("GET", server.url()));
    std::this_thread::sleep_for(milliseconds(5));
    send(through, request("GET", server.url()));
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_EQ(through.stats().open, 1U);
}

TEST_F(ConnectionPool, NoticesThatTheServerClosedAnIdleConnection)
{
    scripted_server server(script().receive().send(ok("{}")));
    http_transport through = transport();
    for (std::size_t i = 1; i <= 3; ++i) {
        request r("POST", server.url()); // not repeatable: it is no retry that helps
        EXPECT_EQ(send(through, r).status, 200U);
        EXPECT_TRUE(server.all_closed());
        EXPECT_EQ(server.connections(), i);
    }
}

TEST_F(ConnectionPool, BytesAfterAResponseAreNeverTheNextOne)
{
    const std::string evil = ok("{\"evil\": 1}");
    const std::string good = ok("{\"n\": 1}");
    for (const script& plan :
        {script().receive().send(good + evil).hold(), script().receive().send(good).send(evil).hold(),
            script().receive().send("HTTP/1.1 204 No Content\r\n\r\n" + evil).hold(),
            script().receive().send(good).pause(milliseconds(20)).send(evil).hold()})
    {
        scripted_server server(plan);
        http_transport through = transport();
        for (std::size_t i = 1; i <= 3; ++i) {
            EXPECT_NE(send(through, request("GET", server.url())).body.view(), "{\"evil\": 1}");
            EXPECT_TRUE(server.holding(i));
        }
        EXPECT_EQ(server.connections(), 3U);
    }
}

/// A server that closes a kept connection as soon as it gets the second request on it: the race that no check can win.
script closes_on_second()
{
    return script().receive().send(ok("{}")).receive();
}

TEST_F(ConnectionPool, SendsARepeatableRequestOnceMoreIfAnIdleConnectionDies)
{
    for (const char* method : {"GET", "PUT", "POST"}) {
        scripted_server server(closes_on_second());
        http_transport through = transport();
        send(through, request("GET", server.url()));
        request r(method, server.url());
        r.idempotent = true;
        EXPECT_EQ(send(through, r).status, 200U);
        EXPECT_EQ(server.connections(), 2U);
        EXPECT_EQ(server.requests().size(), 3U);
        EXPECT_EQ(through.stats().sent, 3U);
    }
}

TEST_F(ConnectionPool, ResendsOverAFreshConnectionAndNotOverTheNextDeadOne)
{
    options.connections_per_origin = 4;
    // Four kept connections, each of which dies on its second request; then one that answers.
    std::vector<script> plans;
    for (int i = 0; i < 4; ++i) {
        plans.push_back(script().receive().pause(milliseconds(100)).send(ok("{}")).receive());
    }
    plans.push_back(script().receive().send(ok("{\"fresh\": 1}")).repeat());
    scripted_server server(plans);
    http_transport through = transport();
    for (int i = 0; i < 4; ++i) {
        start(through, request("GET", server.url()));
    }
    run_all();
    ASSERT_EQ(through.stats().idle, 4U);
    EXPECT_EQ(send(through, request("GET", server.url())).body.view(), "{\"fresh\": 1}");
    EXPECT_EQ(server.requests().size(), 6U);
}

TEST_F(ConnectionPool, DoesNotRepeatAPost)
{
    scripted_server server(closes_on_second());
    http_transport through = transport();
    send(through, request("GET", server.url()));
    const error e = failure(through, request("POST", server.url()));
    EXPECT_EQ(e.kind(), errc::connection_lost);
    EXPECT_NE(e.hint().find("idempotent"), std::string::npos) << e.what();
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(ConnectionPool, DoesNotRepeatOnceAByteOfTheResponseCame)
{
    scripted_server server(script().receive().send(ok("{}")).receive().send("H"));
    http_transport through = transport();
    send(through, request("GET", server.url()));
    EXPECT_EQ(failure(through, request("GET", server.url())).kind(), errc::connection_lost);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(ConnectionPool, ResendsOnceOnly)
{
    std::vector<script> plans;
    plans.push_back(closes_on_second());
    plans.push_back(script().receive());
    scripted_server server(plans);
    http_transport through = transport();
    send(through, request("GET", server.url()));
    EXPECT_EQ(failure(through, request("GET", server.url())).kind(), errc::connection_lost);
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(ConnectionPool, OpensNoMoreConnectionsThanAllowedAndServesInOrderOfArrival)
{
    options.connections_per_origin = 2;
    scripted_server server(script().receive().pause(milliseconds(5)).send(ok("{}")).repeat());
    http_transport through = transport();
    for (int i = 0; i < 12; ++i) {
        start(through, request("GET", server.url("/" + std::to_string(i))));
    }
    run_until_received(server, 2);
    EXPECT_EQ(through.stats().in_flight + finished.size(), 12U);
    EXPECT_EQ(through.stats().open, 2U);
    run_all();
    EXPECT_EQ(finished.size(), 12U);
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_EQ(through.stats().idle, 2U);
    // Two at a time, so a request is at most one place from its turn.
    const std::vector<std::string> requests = server.requests();
    for (int i = 0; i < 12; ++i) {
        EXPECT_LE(std::abs(std::stoi(target(requests[static_cast<std::size_t>(i)]).substr(1)) - i), 1);
    }
}

TEST_F(ConnectionPool, AWaiterThatIsCancelledLeavesItsPlaceToTheOthers)
{
    options.connections_per_origin = 1;
    scripted_server server(script().receive().pause(milliseconds(30)).send(ok("{}")).repeat());
    http_transport through = transport();
    start(through, request("GET", server.url("/0")));
    flight& second = start(through, request("GET", server.url("/1")));
    start(through, request("GET", server.url("/2")));
    run_until_received(server, 1);
    second.cancel.emit(net::cancellation_type::terminal);
    run_all();
    EXPECT_TRUE(is_cancellation(second.failure));
    ASSERT_EQ(server.requests().size(), 2U);
    EXPECT_EQ(target(server.requests()[1]), "/2");
    EXPECT_EQ(through.stats().in_flight, 0U);
}

TEST_F(ConnectionPool, AFailureGivesItsPlaceToTheNext)
{
    options.connections_per_origin = 1;
    scripted_server server(script().receive());
    http_transport through = transport();
    for (int i = 0; i < 5; ++i) {
        start(through, request("GET", server.url()));
    }
    run_all();
    EXPECT_EQ(finished.size(), 5U);
    EXPECT_EQ(server.connections(), 5U);
    EXPECT_EQ(through.stats().open, 0U);
}

net::awaitable<void> take_two(std::shared_ptr<detail::connection_pool> pool)
{
    const detail::route where(detail::split_url("http://api.test/"), std::nullopt);
    const detail::connection_pool::lease first = co_await pool->acquire(where, detail::time_point::max());
    const detail::time_point soon = std::chrono::steady_clock::now() + milliseconds(50);
    const detail::connection_pool::lease second = co_await pool->acquire(where, soon);
}

TEST_F(ConnectionPool, WaitingForAConnectionEndsWithTheTotalLimit)
{
    options.connections_per_origin = 1;
    auto pool =
        std::make_shared<detail::connection_pool>(context.get_executor(), std::make_shared<http_options>(options));
    try {
        run(context, take_two(pool));
        ADD_FAILURE() << "two at once";
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::timeout);
        EXPECT_EQ(e.message(), "no connection to api.test:80 became free within the time limit");
        EXPECT_NE(e.hint().find("connections_per_origin"), std::string::npos);
    }
    EXPECT_EQ(pool->open_count(), 0U);
}

TEST_F(ConnectionPool, WhoWaitsForAConnectionIsUnderTheTotalLimit)
{
    options.connections_per_origin = 1;
    options.limits.total = milliseconds(200);
    scripted_server server(script().receive().hold());
    http_transport through = transport();
    for (int i = 0; i < 3; ++i) {
        start(through, request("GET", server.url()));
    }
    run_all();
    EXPECT_EQ(finished.size(), 3U);
    EXPECT_EQ(through.stats().open, 0U);
    EXPECT_EQ(through.stats().in_flight, 0U);
}

// --- The first connection of an origin

/// Looks names up slowly, and counts how often.
class slow_resolver {
public:
    net::awaitable<std::vector<std::string>> operator()(std::string, std::string) const
    {
        const std::shared_ptr<int> calls = count;
        const int mine = ++*calls;
        const bool fails = mine <= failures;
        net::steady_timer timer(co_await net::this_coro::executor, milliseconds(40));
        co_await timer.async_wait(net::use_awaitable);
        if (fails) {
            throw std::runtime_error("call " + std::to_string(mine));
        }
        co_return std::vector<std::string>(1, "127.0.0.1");
    }

    int failures = 0; ///< so many calls fail
    std::shared_ptr<int> count = std::make_shared<int>(0);
};

class FirstConnection : public ConnectionPool {
protected:
    FirstConnection() : server(script().receive().pause(milliseconds(5)).send(ok("{}")).repeat())
    {
        options.connections_per_origin = 8;
    }

    [[nodiscard]] std::string url(int i) const
    {
        return "http://api.test:" + std::to_string(server.port()) + "/" + std::to_string(i);
    }

    scripted_server server;
    slow_resolver names;
};

TEST_F(FirstConnection, IsOpenedAloneBeforeABurstOpensFurtherOnes)
{
    options.resolver = names;
    http_transport through = transport();
    for (int i = 0; i < 64; ++i) {
        start(through, request("GET", url(i)));
    }
    context.poll();
    EXPECT_EQ(through.stats().in_flight, 64U);
    EXPECT_EQ(through.stats().open, 1U);
    EXPECT_EQ(*names.count, 1);
    run_until_received(server, 1);
    run_all();
    EXPECT_EQ(finished, std::vector<std::string>(64, "{}"));
    EXPECT_GT(server.connections(), 1U);
    EXPECT_LE(server.connections(), 8U);
}

TEST_F(FirstConnection, FailsForAllWhoWaitForIt)
{
    names.failures = 1;
    options.resolver = names;
    http_transport through = transport();
    std::vector<flight*> all;
    for (int i = 0; i < 8; ++i) {
        all.push_back(&start(through, request("GET", url(i))));
    }
    run_all();
    for (int i = 0; i < 8; ++i) {
        const std::exception_ptr failure = all[static_cast<std::size_t>(i)]->failure;
        ASSERT_NE(failure, nullptr);
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::resolve_failed);
            EXPECT_EQ(e.context().cause, "call 1");
            EXPECT_EQ(e.context().url, url(i));
        }
    }
    EXPECT_EQ(*names.count, 1);
    EXPECT_EQ(through.stats().open, 0U);
    EXPECT_EQ(send(through, request("GET", url(9))).status, 200U);
}

TEST_F(FirstConnection, IsOpenedByTheNextWhereTheFirstIsCancelled)
{
    options.resolver = names;
    http_transport through = transport();
    std::vector<flight*> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(&start(through, request("GET", url(i))));
    }
    context.poll();
    all[0]->cancel.emit(net::cancellation_type::terminal); // opens
    all[2]->cancel.emit(net::cancellation_type::terminal); // waits
    context.poll();
    EXPECT_TRUE(is_cancellation(all[0]->failure));
    EXPECT_TRUE(is_cancellation(all[2]->failure));
    EXPECT_EQ(through.stats().open, 1U);
    EXPECT_EQ(*names.count, 2);
    run_all();
    for (const std::size_t i : {1U, 3U, 4U}) {
        EXPECT_EQ(all[i]->body, "{}");
    }
    EXPECT_EQ(through.stats().in_flight, 0U);
}

TEST_F(FirstConnection, IsNotWaitedForLongerThanTheTotalLimit)
{
    options.limits.total = milliseconds(30);
    options.resolver = names;
    http_transport through = transport();
    std::vector<flight*> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(&start(through, request("GET", url(i))));
    }
    run_all();
    for (const flight* f : all) {
        try {
            std::rethrow_exception(f->failure);
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::timeout) << e.what();
            EXPECT_NE(e.hint().find("'total'"), std::string::npos) << e.what();
        }
    }
    EXPECT_EQ(through.stats().in_flight, 0U);
}

TEST_F(FirstConnection, MayBeWaitedForWhenTheContextGoesAway)
{
    options.resolver = names;
    for (const milliseconds total : {milliseconds(0), milliseconds(5000)}) {
        options.limits.total = total;
        net::io_context short_lived;
        http_transport through(short_lived.get_executor(), options);
        for (int i = 0; i < 4; ++i) {
            net::co_spawn(short_lived, through.send(request("GET", url(i))), [](std::exception_ptr, response) {});
        }
        short_lived.poll();
        EXPECT_EQ(through.stats().in_flight, 4U);
    }
}

// --- How many are opened at once

/// Looks names up, each time as long, and notes how many look-ups are under way, and were done before, as one begins.
class noting_resolver {
public:
    explicit noting_resolver(milliseconds time) : takes(time) {}

    net::awaitable<std::vector<std::string>> operator()(std::string, std::string) const
    {
        const std::shared_ptr<notes> seen = all;
        const milliseconds time = takes;
        seen->most_under_way = std::max(seen->most_under_way, ++seen->under_way);
        seen->doubled_at_most = seen->doubled_at_most && seen->under_way <= seen->done + 1;
        net::steady_timer timer(co_await net::this_coro::executor, time);
        co_await timer.async_wait(net::use_awaitable);
        --seen->under_way;
        ++seen->done;
        co_return std::vector<std::string>(1, "127.0.0.1");
    }

    class notes {
    public:
        int under_way = 0;
        int most_under_way = 0;
        int done = 0;
        bool doubled_at_most = true;
    };

    milliseconds takes;
    std::shared_ptr<notes> all = std::make_shared<notes>();
};

/// A pool whose connections take a while to be opened, each time.
class Opening : public ConnectionPool {
protected:
    http_transport slow_to_open(const noting_resolver& names, std::size_t most)
    {
        options.resolver = names;
        options.dns_cache = milliseconds(0);
        options.connections_per_origin = most;
        return transport();
    }

    [[nodiscard]] static std::string url(const scripted_server& server, int i)
    {
        return "http://api.test:" + std::to_string(server.port()) + "/" + std::to_string(i);
    }

    void start_several(http_transport& through, const scripted_server& server, int count)
    {
        for (int i = 0; i < count; ++i) {
            start(through, request("GET", url(server, i)));
        }
    }

    static script answers_after(milliseconds time) { return script().receive().pause(time).send(ok("{}")).repeat(); }
};

TEST_F(Opening, DoublesAsConnectionsStand)
{
    scripted_server server(answers_after(milliseconds(3000)));
    const noting_resolver names(milliseconds(50));
    http_transport through = slow_to_open(names, 40);
    start_several(through, server, 40);
    run_all();
    EXPECT_EQ(finished.size(), 40U);
    EXPECT_EQ(server.connections(), 40U); // responses are not waited for
    EXPECT_TRUE(names.all->doubled_at_most);
    EXPECT_GT(names.all->most_under_way, 4);
    EXPECT_LE(names.all->most_under_way, 16);
}

TEST_F(Opening, IsSparedWhereAConnectionIsAboutToBeFree)
{
    scripted_server server(answers_after(milliseconds(5)));
    http_transport through = slow_to_open(noting_resolver(milliseconds(800)), 8);
    send(through, request("GET", url(server, 0)));
    start_several(through, server, 3); // the last one waits for 10 ms
    run_all();
    EXPECT_EQ(finished.size(), 3U);
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(through.stats().opened, 1U);
}

TEST_F(Opening, IsDoneWhereWaitingTakesLonger)
{
    scripted_server server(answers_after(milliseconds(300)));
    http_transport through = slow_to_open(noting_resolver(milliseconds(1)), 8);
    send(through, request("GET", url(server, 0)));
    start_several(through, server, 4);
    run_all();
    EXPECT_EQ(finished.size(), 4U);
    EXPECT_EQ(server.connections(), 4U);
}

TEST_F(Opening, IsPutOffNoLongerThanItTakes)
{
    // The second response takes much longer than the first, which nobody can know.
    std::vector<script> plans;
    plans.push_back(script().receive().send(ok("1")).receive().pause(milliseconds(3000)).send(ok("slow")).hold());
    plans.push_back(script().receive().send(ok("quick")).repeat());
    scripted_server server(plans);
    http_transport through = slow_to_open(noting_resolver(milliseconds(200)), 8);
    send(through, request("GET", url(server, 0)));
    start_several(through, server, 2);
    run_all();
    EXPECT_EQ(finished, (std::vector<std::string>{"quick", "slow"}));
    EXPECT_EQ(server.connections(), 2U);
}

TEST_F(Opening, IsDoneOnceWaitingHasCostAsMuch)
{
    scripted_server server(answers_after(milliseconds(20)));
    http_transport through = slow_to_open(noting_resolver(milliseconds(400)), 8);
    send(through, request("GET", url(server, 0)));
    start_several(through, server, 2);
    run_all();
    EXPECT_EQ(server.connections(), 1U);
    for (int i = 0; i < 60 && server.connections() == 1; ++i) {
        start_several(through, server, 2);
        run_all();
    }
    EXPECT_EQ(server.connections(), 2U);
}

TEST_F(Opening, WaitersWhoAreCancelledLeaveTheirTurnToTheOthers)
{
    scripted_server server(answers_after(milliseconds(30)));
    http_transport through = slow_to_open(noting_resolver(milliseconds(800)), 8);
    send(through, request("GET", url(server, 0)));
    start(through, request("GET", url(server, 1)));
    flight& second = start(through, request("GET", url(server, 2)));
    start(through, request("GET", url(server, 3)));
    run_until_received(server, 2);
    second.cancel.emit(net::cancellation_type::terminal);
    run_all();
    EXPECT_TRUE(is_cancellation(second.failure));
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(target(server.requests()[2]), "/3");
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(through.stats().in_flight, 0U);
}

// --- Responses that nobody wants any more

class Unwanted : public ConnectionPool {
protected:
    /// Sends a request, then a second one that is cancelled when it has reached the server, and looks at the
    /// connections after a while.
    void cancel_second(http_transport& through, const scripted_server& server, bool speculative)
    {
        send(through, request("GET", server.url("/first")));
        request r("GET", server.url("/unwanted"));
        r.speculative = speculative;
        flight& unwanted = start(through, std::move(r));
        run_until_received(server, 2);
        context.run_for(milliseconds(20)); // the client knows that all of it was sent
        unwanted.cancel.emit(net::cancellation_type::terminal);
        run_all();
        EXPECT_TRUE(is_cancellation(unwanted.failure));
        EXPECT_EQ(through.stats().in_flight, 0U);
    }

    /// Answers at once, then late with the given bytes, then at once.
    static script late(std::string second)
    {
        return script()
            .receive()
            .pause(milliseconds(300))
            .send(ok("\"first\""))
            .receive()
            .pause(milliseconds(200))
            .send(std::move(second))
            .receive()
            .send(ok("\"third\""))
            .hold();
    }
};

TEST_F(Unwanted, AResponseIsReadToItsEndAndTheConnectionUsedAgain)
{
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    options.verify_peer = false;
    for (const bool tls : {false, true}) {
        for (const std::string& second : {ok(std::string(100'000, 'x')), chunked, ok("")}) {
            const auto server = tls ? std::make_unique<scripted_server>(late(second), any_tls())
                                    : std::make_unique<scripted_server>(late(second));
            http_transport through = transport();
            cancel_second(through, *server, true);
            EXPECT_EQ(through.stats().idle, 1U);
            // One wait is for longer than the response is waited for, which has come long before.
            std::this_thread::sleep_for(milliseconds(second == chunked ? 1000 : 400));
            EXPECT_EQ(send(through, request("GET", server->url("/third"))).body.view(), "\"third\"");
            EXPECT_EQ(server->connections(), 1U);
        }
    }
}

TEST_F(Unwanted, AResponseClosesItsConnectionWhereItIsLargeOrNoneOrTooLate)
{
    for (const std::string& second : {ok(std::string(300'000, 'x')), std::string("nonsense\r\n\r\n"),
             ok("{}", "Connection: close\r\n"), ok("{}") + "more", std::string()})
    {
        std::vector<script> plans;
        plans.push_back(late(second));
        plans.push_back(script().receive().send(ok("\"third\"")).repeat());
        scripted_server server(plans);
        http_transport through = transport();
        cancel_second(through, server, true);
        std::this_thread::sleep_for(milliseconds(second.empty() ? 1000 : 400));
        EXPECT_EQ(send(through, request("GET", server.url("/third"))).body.view(), "\"third\"");
        EXPECT_EQ(server.connections(), 2U) << second.substr(0, 100);
        EXPECT_EQ(through.stats().open, 1U);
    }
}

TEST_F(Unwanted, AResponseThatSomebodyAskedForForSureClosesItsConnectionAtOnce)
{
    scripted_server server(late(ok("{}")));
    http_transport through = transport();
    cancel_second(through, server, false);
    EXPECT_EQ(through.stats().open, 0U);
}

TEST_F(Unwanted, AResponseThatHasNotComeTakesNoPlace)
{
    options.connections_per_origin = 1;
    std::vector<script> plans;
    plans.push_back(late(std::string()));
    plans.push_back(script().receive().send(ok("\"third\"")).repeat());
    scripted_server server(plans);
    http_transport through = transport();
    cancel_second(through, server, true);
    EXPECT_EQ(send(through, request("GET", server.url("/third"))).body.view(), "\"third\"");
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_EQ(through.stats().open, 1U);
}

TEST_F(ConnectionPool, KeepsConnectionsOfDifferentOriginsApart)
{
    scripted_server first(script().receive().send(ok("1")).repeat());
    scripted_server second(script().receive().send(ok("2")).repeat());
    http_transport through = transport();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(send(through, request("GET", first.url())).body.view(), "1");
        EXPECT_EQ(send(through, request("GET", second.url())).body.view(), "2");
        // Another name for the same address is another origin.
        EXPECT_EQ(send(through, request("GET", "http://localhost:" + std::to_string(first.port()))).body.view(), "1");
    }
    EXPECT_EQ(first.connections(), 2U);
    EXPECT_EQ(second.connections(), 1U);
    EXPECT_EQ(through.stats().open, 3U);
}

} // namespace

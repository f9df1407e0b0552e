#include <corest/retry/adaptive_concurrency.hpp>

#include <corest/destination/ndjson.hpp>
#include <corest/error.hpp>
#include <corest/http/observe.hpp>
#include <corest/http/observer.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>
#include <corest/resource/response_rule.hpp>
#include <corest/retry/rate_limit.hpp>
#include <corest/retry/retry.hpp>
#include <corest/source/source.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(post.hpp)

#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace adaptive_concurrency_tests {

namespace {

using namespace std::chrono_literals;
using corest::adaptive_concurrency;
using corest::client;
using corest::error;
using corest::request;
using corest::response;
using corest::test::respond;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Fulfils requests when it is told to, in the order in which they came.
class held_transport {
public:
    [[nodiscard]] corest::net::awaitable<response> send(request r)
    {
        const std::size_t number = sent.size();
        sent.push_back(r.url.substr(r.url.rfind('/') + 1));
        ++under_way;
        const leaving at_end(under_way);
        const auto executor = co_await corest::net::this_coro::executor;
        while (number >= released) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        co_return answer(r);
    }

    std::function<response(const request&)> answer = [](const request&) { return respond(200, "[]"); };
    std::vector<std::string> sent;
    std::size_t released = 0;
    std::size_t under_way = 0;

private:
    class leaving {
    public:
        explicit leaving(std::size_t& count) : count_(count) {}
        leaving(const leaving&) = delete;
        leaving& operator=(const leaving&) = delete;
        ~leaving() { --count_; }

    private:
        std::size_t& count_;
    };
};

class AdaptiveConcurrency : public testing::Test {
protected:
    [[nodiscard]] client api(const adaptive_concurrency& layer)
    {
        return client(context.get_executor(), corest::any_transport(server), "http://api.test") | layer;
    }
    /// Begins a request, of whose end `ended` tells. \param stop cancels it
    void begin(const client& to, const std::string& name, bool is_early = false,
        corest::net::cancellation_slot stop = corest::net::cancellation_slot())
    {
        request r("GET", "http://api.test/" + name);
        r.early = is_early;
        corest::net::co_spawn(context, to.transport().send(std::move(r)),
            corest::net::bind_cancellation_slot(stop, [this, name](const std::exception_ptr& e, const response& got) {
                ended.push_back(name + (e ? " failed" : got.attempts == 0 ? " unsent" : ""));
            }));
        turn();
    }
    /// Runs what can be run for now.
    void turn()
    {
        context.restart();
        for (int i = 0; i < 50; ++i) {
            context.poll_one();
        }
    }
    void release(std::size_t count = 1)
    {
        server->released += count;
        turn();
    }
    void refuse()
    {
        server->answer = [](const request&) { return respond(429); };
        release();
        server->answer = [](const request&) { return respond(200, "[]"); };
    }

    corest::net::io_context context;
    std::shared_ptr<held_transport> server = std::make_shared<held_transport>();
    std::vector<std::string> ended;
};

TEST_F(AdaptiveConcurrency, NothingWaitsAsLongAsNothingIsRefused)
{
    const adaptive_concurrency layer(2);
    const client one = api(layer);
    for (const char* name : {"a", "b", "c"}) {
        begin(one, name);
    }
    EXPECT_EQ(server->under_way, 3U) << "the pool has a line of its own";
    EXPECT_EQ(layer.statistics()->allowed, 2U);
    release(3);
    EXPECT_THAT(ended, testing::UnorderedElementsAre("a", "b", "c"));
}

TEST_F(AdaptiveConcurrency, AfterARefusalRequestsWaitInLine)
{
    const adaptive_concurrency layer(4);
    const client one = api(layer);
    for (const char* name : {"a", "b", "c", "d"}) {
        begin(one, name);
    }
    refuse();
    EXPECT_EQ(layer.statistics()->allowed, 2U);
    EXPECT_EQ(layer.statistics()->refusals, 1U);
    for (const char* name : {"e", "f", "g"}) {
        begin(one, name);
    }
    EXPECT_THAT(server->sent, ElementsAre("a", "b", "c", "d"));
    release(); // b: there are still two
    EXPECT_EQ(server->sent.size(), 4U);
    release(); // c
    EXPECT_EQ(server->sent.back(), "e");
    release(); // d
    EXPECT_EQ(server->sent.back(), "f");
    EXPECT_EQ(server->under_way, 2U);
    release(2);
    EXPECT_THAT(server->sent, ElementsAre("a", "b", "c", "d", "e", "f", "g"));
    release();
    EXPECT_EQ(server->under_way, 0U);
    EXPECT_EQ(layer.statistics()->least, 2U);
    EXPECT_EQ(layer.statistics()->allowed, 3U) << "two successes of those that were sent since";
}

TEST_F(AdaptiveConcurrency, WhatIsSentBeforeItsTurnIsNotSentWhereThereIsNoRoom)
{
    const client one = api(adaptive_concurrency(4));
    for (const char* name : {"a", "b", "c", "d"}) {
        begin(one, name);
    }
    begin(one, "early", true);
    EXPECT_EQ(server->under_way, 5U);
    refuse();
    begin(one, "later", true);
    EXPECT_THAT(ended, ElementsAre("a", "later unsent"));
    release(4);
    begin(one, "room", true);
    EXPECT_EQ(server->sent.back(), "room");
    release();
}

TEST_F(AdaptiveConcurrency, WhoWaitsCanBeCancelledAndHoldsNobody)
{
    const client one = api(adaptive_concurrency(2));
    begin(one, "a");
    begin(one, "b");
    refuse();
    corest::net::cancellation_signal stop;
    begin(one, "c", false, stop.slot());
    begin(one, "d");
    stop.emit(corest::net::cancellation_type::terminal);
    turn();
    EXPECT_THAT(ended, ElementsAre("a", "c failed"));
    release();
    EXPECT_EQ(server->sent.back(), "d");
    release();
    EXPECT_THAT(ended, ElementsAre("a", "c failed", "b", "d"));
}

TEST_F(AdaptiveConcurrency, WhoWasCalledAndIsCancelledGivesItsPlaceBack)
{
    const client one = api(adaptive_concurrency(2));
    begin(one, "a");
    begin(one, "b");
    refuse();
    corest::net::cancellation_signal stop;
    begin(one, "c", false, stop.slot());
    ++server->released; // b ends, and c is called: before it goes on, it is cancelled
    context.restart();
    while (ended.size() == 1) {
        context.poll_one();
    }
    stop.emit(corest::net::cancellation_type::terminal);
    turn();
    begin(one, "d");
    release(2);
    EXPECT_EQ(server->sent.back(), "d");
    EXPECT_EQ(server->under_way, 0U);
}

TEST_F(AdaptiveConcurrency, WhatFailsGivesItsPlaceBack)
{
    const adaptive_concurrency layer(2);
    const client one = api(layer);
    begin(one, "a");
    begin(one, "b");
    refuse();
    begin(one, "c");
    server->answer = [](const request&) -> response { throw error(corest::errc::connection_lost, "lost"); };
    release();
    EXPECT_THAT(ended, ElementsAre("a", "b failed"));
    EXPECT_EQ(server->sent.back(), "c");
    EXPECT_EQ(layer.statistics()->allowed, 1U) << "a connection that is lost says nothing of it";
    release();
}

TEST_F(AdaptiveConcurrency, OfRefusalsByRulesAndHeadersItKnows)
{
    const auto allowed_after = [this](const response& got) {
        const adaptive_concurrency layer(8);
        const client one =
            client(context.get_executor(), corest::any_transport(corest::test::scripted_transport([&](const request&) {
                response copy = respond(got.status);
                copy.headers = got.headers;
                return copy;
            })),
                "http://api.test")
            | corest::response_rules({corest::response_rule(corest::response_action::rate_limited).status(418)})
            | layer;
        (void)run(context, one.exchange({"GET", "/x"}));
        return layer.statistics()->allowed.load();
    };
    EXPECT_EQ(allowed_after(respond(429)), 1U);
    EXPECT_EQ(allowed_after(respond(503, "", {{"Retry-After", "1"}})), 1U);
    EXPECT_EQ(allowed_after(respond(418)), 1U);
    EXPECT_EQ(allowed_after(respond(403, "", {{"Retry-After", "1"}})), 1U);
    EXPECT_EQ(allowed_after(respond(403, "", {{"X-RateLimit-Remaining", "0"}})), 1U);
    for (const unsigned status : {200U, 304U, 400U, 401U, 403U, 404U, 500U, 502U, 503U, 504U}) {
        EXPECT_EQ(allowed_after(respond(status)), 8U) << status;
    }
}

TEST_F(AdaptiveConcurrency, A503HereAndThereSaysNothingAndManyDo)
{
    const adaptive_concurrency layer(8);
    const client one = api(layer);
    const auto answers = [&](unsigned status, int times) {
        server->answer = [status](const request&) { return respond(status); };
        for (int i = 0; i < times; ++i) {
            begin(one, "x");
            begin(one, "y");
            release(2);
        }
    };
    for (int round = 0; round < 20; ++round) {
        answers(503, 1);
        answers(200, 3);
    }
    EXPECT_EQ(layer.statistics()->allowed, 8U) << "two of eight";
    answers(503, 2);
    EXPECT_LT(layer.statistics()->allowed, 8U);
    EXPECT_EQ(layer.statistics()->refusals, 1U);
}

TEST_F(AdaptiveConcurrency, ClientsWithTheSameLayerShareItAndOtherOriginsDoNotCount)
{
    const adaptive_concurrency layer(2);
    const client one = api(layer);
    const client other = api(layer);
    begin(one, "a");
    begin(other, "b");
    refuse();
    begin(other, "c");
    EXPECT_EQ(server->sent.size(), 2U);
    corest::net::co_spawn(context, one.transport().send({"GET", "http://auth.test/token"}),
        [](const std::exception_ptr&, const response&) {});
    turn();
    EXPECT_EQ(server->sent.back(), "token");
    release(3);

    corest::net::io_context elsewhere;
    const client foreign(elsewhere.get_executor(), corest::any_transport(server), "http://api.test");
    EXPECT_THROW((void)(foreign | layer), error);
}

TEST_F(AdaptiveConcurrency, ReadingAheadSeesTheLimit)
{
    const client one = api(adaptive_concurrency(4));
    EXPECT_TRUE(one.has_room());
    begin(one, "a");
    begin(one, "b");
    refuse();
    EXPECT_TRUE(one.has_room()) << "it counts what entered the client itself";
    corest::net::co_spawn(
        context, one.exchange({"GET", "http://api.test/c"}), [](const std::exception_ptr&, const response&) {});
    turn();
    EXPECT_FALSE(one.has_room());
    release(2);
    EXPECT_TRUE(one.has_room());
}

TEST_F(AdaptiveConcurrency, AResponseThatALayerBelowHasNotSentSaysNothing)
{
    const adaptive_concurrency layer(4);
    const auto clock = std::make_shared<corest::test::manual_clock>();
    const client one = client(context.get_executor(), corest::any_transport(server), "http://api.test")
        | corest::rate_limit(1, 10s).clock(clock) | layer;
    server->released = 10;
    begin(one, "a");
    request ahead("GET", "http://api.test/ahead");
    ahead.speculative = true;
    EXPECT_EQ(run(context, one.transport().send(ahead)).attempts, 0U);
    EXPECT_EQ(layer.statistics()->allowed, 4U);
}

/// Tells of waits.
class wait_counter {
public:
    void on_wait(const corest::wait_event& e) { causes.push_back(e.reason); }
    std::vector<corest::wait_event::cause> causes;
};

TEST_F(AdaptiveConcurrency, ObserversAreToldOfTheWait)
{
    const auto watching = std::make_shared<wait_counter>();
    const client one = api(adaptive_concurrency(2)) | corest::observe(watching);
    begin(one, "a");
    begin(one, "b");
    refuse();
    corest::net::co_spawn(
        context, one.exchange({"GET", "http://api.test/c"}), [](const std::exception_ptr&, const response&) {});
    turn();
    release(2);
    EXPECT_THAT(watching->causes, ElementsAre(corest::wait_event::cause::concurrency));
}

/// A server of numbered records that refuses what comes while more than two are under way.
class crowded_server {
public:
    [[nodiscard]] corest::net::awaitable<response> send(request r)
    {
        ++under_way;
        ++requests;
        const bool is_refused = under_way > 2;
        refused += is_refused ? 1 : 0;
        const auto executor = co_await corest::net::this_coro::executor;
        for (int i = 0; i < 10; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        --under_way;
        response got = is_refused ? respond(429) : respond(200, R"([{"id": 1}])");
        got.url = r.url;
        co_return got;
    }
    int under_way = 0;
    int requests = 0;
    int refused = 0;
};

/// Answers the parents, and leaves the children to the crowded server.
corest::response parents(int count)
{
    std::string body = "[";
    for (int i = 0; i < count; ++i) {
        body += (i == 0 ? "" : ",") + (R"({"id": )" + std::to_string(i) + "}");
    }
    return respond(200, body + "]");
}

class parents_and_children {
public:
    explicit parents_and_children(std::shared_ptr<crowded_server> children) : children_(std::move(children)) {}
    [[nodiscard]] corest::net::awaitable<response> send(request r)
    {
        if (r.url.ends_with("/parents")) {
            response all = parents(200);
            all.url = r.url;
            co_return all;
        }
        co_return co_await children_->send(std::move(r));
    }

private:
    std::shared_ptr<crowded_server> children_;
};

corest::net::awaitable<void> count_rows(corest::resource all, std::size_t& count)
{
    auto records = all.records();
    while (auto each = co_await records.next()) {
        ++count;
    }
}

TEST_F(AdaptiveConcurrency, AFlowComesToItsEndThoughTheServerTakesFewer)
{
    const auto crowded = std::make_shared<crowded_server>();
    const auto clock = std::make_shared<corest::test::manual_clock>();
    const adaptive_concurrency layer(8);
    const client one =
        client(context.get_executor(), corest::any_transport(parents_and_children(crowded)), "http://api.test") | layer
        | corest::retry(corest::backoff().max_retries(50).jitter(false))
              .budget(std::make_shared<corest::retry_budget>(1'000'000))
              .clock(clock);
    const auto children = corest::get(one, "/parents") | corest::expand("/parents/<id>/x").concurrency(8);
    std::size_t rows = 0;
    run(context, count_rows(children, rows));
    EXPECT_EQ(rows, 200U);
    EXPECT_LE(layer.statistics()->least, 2U);
    EXPECT_LT(crowded->refused, 100);
}

TEST_F(AdaptiveConcurrency, ARunOfADictionaryAdaptsAndItsReportTellsOfIt)
{
    const auto crowded = std::make_shared<crowded_server>();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> sink(std::fopen("/dev/null", "w"), &std::fclose);
    corest::source::load_options how;
    how.clock = std::make_shared<corest::test::manual_clock>();
    how.transport = corest::any_transport(parents_and_children(crowded));
    how.concurrency = 8;
    const auto source = corest::source::load_text(R"({
        "client": {"base_url": "http://api.test", "retry": {"max_retries": 50}},
        "resources": [
            {"name": "parents", "endpoint": {"path": "parents", "paginator": "single_page"}},
            {"name": "children", "endpoint": {"path": "parents/{parent_id}/x", "paginator": "single_page"}}]})")
                            .plan();
    std::string report;
    std::string now;
    std::uint64_t rows = 0;
    corest::net::co_spawn(context,
        source.run(corest::ndjson_stream(::fileno(sink.get())), corest::source::secret_store(), how),
        [&](const std::exception_ptr& failure, const corest::source::run_report& made) {
            ASSERT_FALSE(failure);
            EXPECT_THAT(made.failures(), IsEmpty());
            rows = made.resources.back().rows;
            report = boost::json::serialize(corest::source::to_json(made));
            now = corest::source::concurrency_text(made);
        });
    context.run();
    EXPECT_EQ(rows, 200U);
    EXPECT_LT(crowded->refused, 100);
    EXPECT_THAT(report, HasSubstr(R"("concurrency":{"most":8,"least":)"));
    EXPECT_THAT(report, HasSubstr(R"("halved_by_late_answers":0)"));
    EXPECT_THAT(now, testing::AnyOf(IsEmpty(), HasSubstr(" of 8 requests at once, as the server refuses some")));
}

} // namespace

} // namespace adaptive_concurrency_tests

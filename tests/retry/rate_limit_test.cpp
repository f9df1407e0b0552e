#include <corest/retry/rate_limit.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/resource/resource.hpp>
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

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rate_limit_tests {

namespace {

using namespace std::chrono_literals;
using corest::client;
using corest::errc;
using corest::error;
using corest::request;
using corest::response;
using testing::ElementsAre;
using testing::HasSubstr;

/// Notes when requests are sent.
class noting_transport {
public:
    noting_transport(corest::any_transport next, std::function<void()> note)
        : next_(std::move(next)),
          note_(std::move(note))
    {
    }
    [[nodiscard]] corest::net::awaitable<response> send(request r)
    {
        note_();
        return next_.send(std::move(r));
    }

private:
    corest::any_transport next_;
    std::function<void()> note_;
};

/// A server that notes when requests are sent to it, by the clock that the layer has.
class RateLimitLayer : public testing::Test {
protected:
    [[nodiscard]] corest::any_transport noting()
    {
        return noting_transport(corest::any_transport(server), [this] {
            const auto now = clock->now();
            first = first.value_or(now);
            arrivals.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now - *first));
        });
    }
    client api(corest::rate_limit limit)
    {
        return client(context.get_executor(), noting(), "http://api.test") | limit.clock(clock)
            | corest::retry().clock(clock);
    }
    response send(const client& to, const std::string& url = "/things") { return run(context, to.send({"GET", url})); }

    corest::net::io_context context;
    std::shared_ptr<corest::clock_source> clock = std::make_shared<manual_clock>();
    std::function<response(const request&)> answer = [](const request&) { return respond(200, "[]"); };
    std::vector<std::chrono::milliseconds> arrivals; ///< since the first
    std::optional<std::chrono::steady_clock::time_point> first;
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

/// No span of that length has more arrivals than that.
void expect_no_more(
    const std::vector<std::chrono::milliseconds>& arrivals, std::size_t most, std::chrono::milliseconds span)
{
    for (std::size_t i = most; i < arrivals.size(); ++i) {
        EXPECT_GE(arrivals[i] - arrivals[i - most], span) << "arrival " << i;
    }
}

corest::net::awaitable<void> send_some(client api, int many)
{
    for (int i = 0; i < many; ++i) {
        request one("GET", "/things");
        co_await api.send(one);
    }
}

TEST_F(RateLimitLayer, Case109TenTasksShareTheBudgetOfTheirClient)
{
    clock = corest::system_clock_source();
    const client one = api(corest::rate_limit(2, 100ms));
    for (int i = 0; i < 10; ++i) {
        corest::net::co_spawn(context, send_some(one, 1), corest::net::detached);
    }
    context.run();
    EXPECT_EQ(arrivals.size(), 10U);
    expect_no_more(arrivals, 2, 100ms);
    EXPECT_LT(arrivals.back(), 2s);
}

TEST_F(RateLimitLayer, ClientsWithTheSameLayerShareIt)
{
    const auto limit = corest::rate_limit(1, 1s);
    (void)send(api(limit));
    EXPECT_EQ(send(api(limit)).waited, 1050ms);
    EXPECT_EQ(send(api(corest::rate_limit(1, 1s))).waited, 0ms);
}

TEST_F(RateLimitLayer, Case109AfterTheLastRequestThatTheServerGrantsTheNextOneComesAfterTheReset)
{
    answer = [](const request&) {
        return respond(200, "[]", {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "7"}});
    };
    const client one = api(corest::rate_limit());
    EXPECT_EQ(send(one).waited, 0s);
    EXPECT_EQ(send(one).waited, 7s);
    EXPECT_THAT(arrivals, ElementsAre(0s, 7s));

    const client deaf = api(corest::rate_limit(100, 1s).learn(false));
    (void)send(deaf);
    EXPECT_EQ(send(deaf).waited, 0s);
}

TEST_F(RateLimitLayer, Case110TheThirdHeavyRequestWaits)
{
    const client one = api(corest::rate_limit(10, 1s).weigh(
        [](const request& r) -> std::uint64_t { return r.url.find("/heavy/") != std::string::npos ? 5 : 0; }));
    for (const char* path : {"/heavy/1", "/heavy/2", "/light", "/heavy/3"}) {
        (void)send(one, path);
    }
    EXPECT_THAT(arrivals, ElementsAre(0s, 0s, 0s, 1050ms));
}

TEST_F(RateLimitLayer, EachAttemptCounts)
{
    answer = [n = 0](const request&) mutable { return respond(++n < 3 ? 503 : 200); };
    const client one = client(context.get_executor(), noting(), "http://api.test")
        | corest::rate_limit(1, 10s).clock(clock) | corest::retry(corest::backoff().factor(0s)).clock(clock);
    EXPECT_EQ(send(one).attempts, 3U);
    EXPECT_THAT(arrivals, ElementsAre(0ms, 10050ms, 20100ms));
}

TEST_F(RateLimitLayer, OtherOriginsDoNotCount)
{
    const client one = api(corest::rate_limit(1, 10s));
    (void)send(one);
    request token("POST", "http://auth.test/token");
    EXPECT_EQ(run(context, one.transport().send(token)).waited, 0s);
}

TEST_F(RateLimitLayer, ASpeculativeRequestIsNotSentWhereItWouldHaveToWait)
{
    const client one = api(corest::rate_limit(1, 10s));
    request ahead("GET", "http://api.test/things?page=2");
    ahead.speculative = true;
    EXPECT_EQ(run(context, one.transport().send(ahead)).attempts, 1U);
    const response unsent = run(context, one.transport().send(ahead));
    EXPECT_EQ(unsent.status, 429U);
    EXPECT_EQ(unsent.attempts, 0U);
    EXPECT_EQ(arrivals.size(), 1U);
}

TEST_F(RateLimitLayer, AWaitBeyondTheLimitIsAnErrorThatSaysWhenToComeBack)
{
    const client one = api(corest::rate_limit(1, 3600s).max_wait(60s));
    (void)send(one);
    try {
        (void)send(one, "/things?token=s3cr3t");
        FAIL() << "it was sent";
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::limit_exceeded);
        EXPECT_THAT(e.what(),
            HasSubstr("the rate limit leaves no room for a request for 3601 s, which is longer than the "
                      "limit of 60 s"));
        EXPECT_THAT(
            e.hint(), HasSubstr("Come back after Sun, 06 Nov 1994 09:49:37 GMT, or raise rate_limit::max_wait"));
        EXPECT_THAT(e.what(), testing::Not(HasSubstr("s3cr3t")));
    }
    EXPECT_EQ(arrivals.size(), 1U);
}

TEST_F(RateLimitLayer, ACancelledWaitEndsAndHoldsNobody)
{
    clock = corest::system_clock_source();
    const client one = api(corest::rate_limit(1, 50ms));
    (void)send(one);
    corest::net::cancellation_signal stop;
    std::exception_ptr failure;
    context.restart();
    corest::net::co_spawn(context, send_some(one, 1),
        corest::net::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) { failure = e; }));
    corest::net::post(context, [&] { stop.emit(corest::net::cancellation_type::terminal); });
    context.run();
    EXPECT_TRUE(failure);
    EXPECT_EQ(arrivals.size(), 1U);
    (void)send(one);
    EXPECT_EQ(arrivals.size(), 2U);
}

TEST_F(RateLimitLayer, ImpossibleLimitsAreRefused)
{
    EXPECT_THROW(corest::rate_limit(0, 1s), error);
    EXPECT_THROW(corest::rate_limit(1, 0s), error);
}

corest::net::awaitable<void> read_pages(corest::resource things, std::size_t& pages)
{
    auto all = things.pages();
    while (auto p = co_await all.next()) {
        ++pages;
    }
}

TEST_F(RateLimitLayer, AWalkUnderABudgetReadsOnePageAtATime)
{
    answer = [](const request& r) {
        const auto page = corest::find_query(r.url, "page");
        return respond(200, page == "12" ? std::string("[]") : R"([{"id": )" + page.value() + R"(}, {"id": 0}])");
    };
    const client one = api(corest::rate_limit(1, 1s));
    std::size_t pages = 0;
    const auto things = corest::get(one, "/things") | corest::paginate(corest::page_number().base_page(1));
    run(context, read_pages(things, pages));
    EXPECT_EQ(pages, 12U) << "the last one is empty";
    EXPECT_EQ(arrivals.size(), 12U);
    EXPECT_EQ(server->most_in_flight, 1U);
    expect_no_more(arrivals, 1, 1s);
}

class RateLimitOfADictionary : public RateLimitLayer {
protected:
    std::string run_with(const std::string& rate_limit, std::size_t concurrency = 4)
    {
        const std::string text = R"({"client": {"base_url": "http://api.test", "rate_limit": )" + rate_limit
            + R"(}, "resources": [{"name": "a", "endpoint": {"path": "a", "paginator": "single_page"}},
                                  {"name": "b", "endpoint": {"path": "heavy/b", "paginator": "single_page"}},
                                  {"name": "c", "endpoint": {"path": "heavy/c", "paginator": "single_page"}}]})";
        corest::source::load_options options;
        options.transport = noting();
        options.clock = clock;
        options.concurrency = concurrency;
        const corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
        auto pages = corest::source::load_text(text).plan().pages(context.get_executor(), secrets, options);
        std::string failure;
        run(context, read(std::move(pages), failure));
        return failure;
    }
    template <class Pages>
    static corest::net::awaitable<void> read(Pages pages, std::string& failure)
    {
        try {
            while (auto page = co_await pages.next()) {
                static_cast<void>(page);
            }
        } catch (const error& e) {
            failure = e.what();
        }
    }
};

TEST_F(RateLimitOfADictionary, Case109IsSharedByAllResources)
{
    clock = corest::system_clock_source();
    answer = [](const request&) { return respond(200, R"([{"id": 1}])"); };
    EXPECT_EQ(run_with(R"({"requests": 1, "per": 0.1})"), "");
    EXPECT_EQ(arrivals.size(), 3U);
    expect_no_more(arrivals, 1, 100ms);
}

TEST_F(RateLimitOfADictionary, Case109WhatWaitsForItsTurnKnowsWhatTheServerHasSaidMeanwhile)
{
    answer = [](const request&) {
        return respond(200, R"([{"id": 1}])", {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "7"}});
    };
    EXPECT_EQ(run_with("{}", 1), "");
    ASSERT_EQ(arrivals.size(), 3U);
    EXPECT_GE(arrivals[1] - arrivals[0], 7s);
    EXPECT_GE(arrivals[2] - arrivals[1], 7s);
}

TEST_F(RateLimitOfADictionary, Case110WeightsAreByPath)
{
    clock = corest::system_clock_source();
    answer = [](const request&) { return respond(200, R"([{"id": 1}])"); };
    EXPECT_EQ(run_with(R"({"requests": 5, "per": 0.1, "weights": [{"path": "^/heavy/", "weight": 5},
        {"path": "^/a$", "weight": 0}]})"),
        "");
    EXPECT_EQ(arrivals.size(), 3U);
    expect_no_more({arrivals.front(), arrivals.back()}, 1, 100ms);
}

TEST_F(RateLimitOfADictionary, AWaitThatIsTooLongNamesTheKey)
{
    EXPECT_THAT(run_with(R"({"requests": 1, "per": 3600, "max_wait": 5})"), HasSubstr("client.rate_limit.max_wait"));
}

} // namespace

} // namespace rate_limit_tests

#include <corest/resource/read_ahead.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/resource/walk.hpp>
#include <corest/retry/adaptive_concurrency.hpp>
#include <corest/retry/retry.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(post.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

using corest::any_paginator;
using corest::async_generator;
using corest::client;
using corest::collection;
using corest::errc;
using corest::error;
using corest::offset;
using corest::page;
using corest::page_number;
using corest::request;
using corest::response;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::size_t parameter(const request& r, std::string_view name, std::size_t otherwise = 0)
{
    const auto text = corest::find_query(r.url, name);
    return text ? std::stoul(*text) : otherwise;
}

/// The records first..last-1 as a page, and further members.
std::string numbered(std::size_t first, std::size_t last, const std::string& more = "")
{
    std::string body = R"({"data":[)";
    for (std::size_t i = first; i < last; ++i) {
        body += (i == first ? "" : ",") + (R"({"id":)" + std::to_string(i) + "}");
    }
    return body + "]" + more + "}";
}

/// A transport that takes so many turns of the event loop for each request as a function says, and knows which of them
/// are under way at any moment, also where some are cancelled.
class uneven_transport {
public:
    explicit uneven_transport(std::function<response(const request&)> script) : script_(std::move(script)) {}

    [[nodiscard]] corest::net::awaitable<response> send(request r)
    {
        const counted here(in_flight);
        most_in_flight = std::max(most_in_flight, in_flight);
        sent.push_back(r);
        const auto executor = co_await corest::net::this_coro::executor;
        for (int left = turns(r); left > 0; --left) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        response got = script_(r);
        got.url = r.url;
        co_return got;
    }

    std::function<int(const request&)> turns = [](const request&) { return 10; };
    std::vector<request> sent;
    std::size_t in_flight = 0;
    std::size_t most_in_flight = 0;

private:
    class counted {
    public:
        explicit counted(std::size_t& count) : count_(count) { ++count_; }
        counted(const counted&) = delete;
        counted& operator=(const counted&) = delete;
        ~counted() { --count_; }

    private:
        std::size_t& count_;
    };

    std::function<response(const request&)> script_;
};

/// What came of a walk.
class outcome {
public:
    std::vector<std::int64_t> ids;
    std::string failure;

    bool operator==(const outcome&) const = default;
};

corest::net::awaitable<void> read(async_generator<page> pages, outcome& came)
{
    try {
        while (auto p = co_await pages.next()) {
            for (const corest::record& r : *p) {
                came.ids.push_back(r.get<std::int64_t>("id"));
            }
        }
    } catch (const error& e) {
        came.failure = e.what();
    }
}

/// Reads so many pages, and tells after each how many requests have been sent.
corest::net::awaitable<std::vector<std::size_t>> step(
    async_generator<page> pages, std::size_t count, const uneven_transport& server)
{
    std::vector<std::size_t> sent;
    for (std::size_t i = 0; i < count; ++i) {
        const auto p = co_await pages.next();
        sent.push_back(server.sent.size());
    }
    co_return sent;
}

/// A server of numbered records that does not say how many there are.
class ReadAhead : public testing::Test {
protected:
    response records(const request& r) const
    {
        const std::size_t first = parameter(r, "offset");
        const std::size_t last = std::min(total, first + std::min(cap, parameter(r, "limit", 10)));
        return respond(200, numbered(first, std::max(first, last)));
    }
    client api() const
    {
        client plain(context.get_executor(), corest::any_transport(server), "http://api.test");
        if (adapts) {
            plain = plain | corest::adaptive_concurrency(8);
        }
        return retried ? plain | corest::retry(corest::backoff().jitter(false)).clock(clock) : plain;
    }
    collection things(any_paginator paging) const
    {
        collection c(api(), corest::request_template(request("GET", "http://api.test/things")));
        c.paginator = std::move(paging);
        c.selector = "data";
        c.name = "things";
        return c;
    }
    static async_generator<page> pages(collection c)
    {
        return corest::walk(corest::page_walk(std::make_shared<const collection>(std::move(c))));
    }
    outcome walk(collection c)
    {
        outcome came;
        counted = c.statistics;
        run(context, read(pages(std::move(c)), came));
        return came;
    }
    outcome walk(any_paginator paging) { return walk(things(std::move(paging))); }
    std::vector<std::size_t> sent_after_each(any_paginator paging, std::size_t count)
    {
        return run(context, step(pages(things(std::move(paging))), count, *server));
    }
    outcome all() const
    {
        outcome expected;
        for (std::size_t i = 0; i < total; ++i) {
            expected.ids.push_back(static_cast<std::int64_t>(i));
        }
        return expected;
    }
    std::size_t sent_beyond(std::size_t end) const
    {
        return static_cast<std::size_t>(std::count_if(
            server->sent.begin(), server->sent.end(), [&](const request& r) { return parameter(r, "offset") >= end; }));
    }
    /// How often each page was asked for, at the most.
    std::size_t most_repeated() const
    {
        std::size_t most = 0;
        for (const request& r : server->sent) {
            most = std::max(most,
                static_cast<std::size_t>(std::count_if(server->sent.begin(), server->sent.end(),
                    [&](const request& other) { return other.url == r.url; })));
        }
        return most;
    }

    mutable corest::net::io_context context;
    std::size_t total = 400;
    std::size_t cap = 1000;
    bool retried = false;
    bool adapts = false;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
    std::function<response(const request&)> answer = [this](const request& r) { return records(r); };
    std::shared_ptr<uneven_transport> server =
        std::make_shared<uneven_transport>([this](const request& r) { return answer(r); });
    std::shared_ptr<corest::walk_statistics> counted;
};

TEST_F(ReadAhead, GrowsWithEachFullPageUpToTheConcurrency)
{
    // One under way after the first page, then 2, 4, 8 and 8.
    EXPECT_THAT(sent_after_each(offset(10), 6), ElementsAre(2, 4, 7, 12, 13, 14));
    server->sent.clear();
    EXPECT_THAT(sent_after_each(offset(10).concurrency(3), 5), ElementsAre(2, 4, 6, 7, 8));
    EXPECT_EQ(walk(offset(10)), all());
    EXPECT_EQ(server->most_in_flight, 8U);
}

TEST_F(ReadAhead, LearnsFromTheFirstPageThatTheServerCapsPages)
{
    cap = 5;
    EXPECT_THAT(sent_after_each(offset(10), 4), ElementsAre(2, 4, 7, 12));
    EXPECT_EQ(server->sent.back().url, "http://api.test/things?offset=55&limit=10");
    EXPECT_EQ(walk(offset(10)), all());
}

TEST_F(ReadAhead, NumberedPagesAreReadAheadToo)
{
    answer = [this](const request& r) {
        const std::size_t first = parameter(r, "page") * 10;
        return respond(200, numbered(first, std::max(first, std::min(total, first + 10))));
    };
    EXPECT_THAT(sent_after_each(page_number(), 4), ElementsAre(2, 4, 7, 12));
    EXPECT_EQ(walk(page_number()), all());
    EXPECT_EQ(server->most_in_flight, 8U);
    EXPECT_EQ(walk(page_number().page_size(10)), all());
}

TEST_F(ReadAhead, AConcurrencyOfOneTurnsItOff)
{
    EXPECT_EQ(walk(offset(10).concurrency(1)), all());
    EXPECT_EQ(server->most_in_flight, 1U);
    EXPECT_EQ(server->sent.size(), 41U);
    EXPECT_EQ(counted->asked_ahead, 0U);
    EXPECT_EQ(counted->discarded, 0U);
}

TEST_F(ReadAhead, AsksForAtMostAsManyPagesBeyondTheEndAsAtOnceAndCountsThem)
{
    for (const std::size_t n : {2U, 5U, 8U}) {
        for (total = 0; total < 330; total += 13) {
            server->sent.clear();
            EXPECT_EQ(walk(offset(10).concurrency(n)), all());
            EXPECT_LE(sent_beyond(total), n) << total << " records, " << n << " at once";
            EXPECT_EQ(counted->requests, server->sent.size());
            EXPECT_EQ(counted->pages + counted->discarded, server->sent.size());
            EXPECT_GE(counted->asked_ahead, counted->discarded);
            EXPECT_EQ(counted->in_flight, 0U);
        }
    }
}

TEST_F(ReadAhead, ShortCollectionsAskForNothingInVain)
{
    total = 17;
    EXPECT_EQ(walk(offset(10)), all());
    EXPECT_EQ(server->sent.size(), 2U);
    EXPECT_EQ(counted->asked_ahead, 0U);
}

TEST_F(ReadAhead, BeginsAnewWhereAPageHasFewerRecordsThanPredicted)
{
    answer = [this](const request& r) {
        cap = parameter(r, "offset") == 40 ? 7 : 10;
        return records(r);
    };
    // The fifth page has 7 records and is not the last, as the server says.
    answer = [this, before = answer](const request& r) {
        before(r);
        const std::size_t first = parameter(r, "offset");
        const std::size_t last = std::min(total, first + cap);
        return respond(
            200, numbered(first, std::max(first, last), last < total ? R"(,"more":true)" : R"(,"more":false)"));
    };
    const auto sent = sent_after_each(offset(10).has_more_path("more"), 8);
    EXPECT_EQ(sent[4] - sent[3], 1U) << "only the page that is the next one after all";
    EXPECT_EQ(sent[5] - sent[4], 2U);
    server->sent.clear();
    EXPECT_EQ(walk(offset(10).has_more_path("more")), all());
    EXPECT_EQ(counted->pages + counted->discarded, server->sent.size());
}

TEST_F(ReadAhead, HoldsAtMostEightMebibytesOfPagesAhead)
{
    total = 80;
    std::size_t size = 3U << 20U;
    answer = [this, &size](const request& r) {
        const std::size_t first = parameter(r, "offset");
        const std::size_t last = std::max(first, std::min(total, first + 10));
        return respond(200, numbered(first, last, R"(,"padding":")" + std::string(size, 'x') + R"(")"));
    };
    EXPECT_EQ(walk(offset(10)), all());
    EXPECT_EQ(server->most_in_flight, 2U);
    size = 9U << 20U;
    server->most_in_flight = 0;
    total = 30;
    EXPECT_EQ(walk(offset(10)), all());
    EXPECT_EQ(server->most_in_flight, 1U);
    // A small page among large ones is no promise.
    total = 400;
    server->most_in_flight = 0;
    answer = [this](const request& r) {
        const std::size_t first = parameter(r, "offset");
        const std::size_t padding = first % 20 == 0 ? 3U << 20U : 1;
        return respond(200,
            numbered(first, std::max(first, std::min(total, first + 10)),
                R"(,"padding":")" + std::string(padding, 'x') + R"(")"));
    };
    EXPECT_EQ(walk(offset(10)), all());
    EXPECT_LE(server->most_in_flight, 4U);
}

TEST_F(ReadAhead, WhatLiesBehindAStatedTotalThatIsTooLargeIsNoErrorEither)
{
    retried = true;
    for (const bool is_late : {false, true}) {
        answer = [this](const request& r) {
            const std::size_t first = parameter(r, "offset");
            return first > total ? respond(503)
                                 : respond(200, numbered(first, std::min(total, first + 10), R"(,"total":4000)"));
        };
        server->turns = [&](const request& r) { return is_late && parameter(r, "offset") == total ? 300 : 10; };
        server->sent.clear();
        EXPECT_EQ(walk(offset(10)), all());
        EXPECT_LE(sent_beyond(total), 9U) << "the empty page, and eight behind it";
        EXPECT_EQ(most_repeated(), 1U);
        EXPECT_EQ(counted->retries, 0U);
        EXPECT_EQ(counted->requests, server->sent.size());
        EXPECT_EQ(counted->pages + counted->discarded, server->sent.size());
    }
}

TEST_F(ReadAhead, PagesOfDifferentSizesAreReadAheadWhereTheirPositionsAreRight)
{
    answer = [this](const request& r) {
        const std::size_t number = parameter(r, "page");
        const std::size_t first = number * 10;
        return respond(200, first < total ? numbered(first, first + 10 - number % 4) : numbered(0, 0));
    };
    EXPECT_EQ(walk(page_number()).ids.size(), 340U);
    EXPECT_EQ(server->most_in_flight, 8U);
}

TEST_F(ReadAhead, WhatIsDoneWithTheRecordsDoesNotNarrowIt)
{
    collection c = things(offset(10));
    c.limit = 400;
    c.steps.push_back(corest::record_step::filter(corest::json_condition("@.id == 7")));
    EXPECT_EQ(walk(std::move(c)).ids.size(), 1U);
    EXPECT_EQ(server->most_in_flight, 8U);
}

TEST_F(ReadAhead, ItsWidthIsTheCollectionsUnlessThePaginatorHasOne)
{
    for (const std::size_t n : {3U, 20U}) {
        server->most_in_flight = 0;
        collection c = things(offset(10));
        c.window = n;
        EXPECT_EQ(walk(std::move(c)), all());
        EXPECT_EQ(server->most_in_flight, n);
        server->most_in_flight = 0;
        collection own = things(offset(10).concurrency(5));
        own.window = n;
        EXPECT_EQ(walk(std::move(own)), all());
        EXPECT_EQ(server->most_in_flight, 5U);
    }
}

TEST_F(ReadAhead, WhatComesBeyondTheEndIsNoErrorAndIsNotRetried)
{
    retried = true;
    total = 405;
    const std::vector<std::function<response()>> beyond = {[] { return respond(400); }, [] { return respond(404); },
        [] { return respond(416); }, [] { return respond(429); }, [] { return respond(500); },
        [] { return respond(503, "", {{"Retry-After", "3600"}}); }, [] { return respond(200, "<html>"); },
        [] { return respond(200, "{}"); }, [] { return respond(200); },
        []() -> response { throw error(errc::connection_lost, "lost"); },
        []() -> response { throw error(errc::timeout, "late"); }};
    for (const auto& what : beyond) {
        answer = [&](const request& r) { return parameter(r, "offset") >= total ? what() : records(r); };
        // The last page is slow, so that all the others have come before it.
        server->turns = [this](const request& r) { return parameter(r, "offset") + 10 > total ? 200 : 10; };
        server->sent.clear();
        EXPECT_EQ(walk(offset(10)), all());
        EXPECT_EQ(most_repeated(), 1U);
        EXPECT_GT(counted->discarded, 0U);
        EXPECT_EQ(counted->retries, 0U);
        EXPECT_TRUE(clock->waits.empty());
    }
}

TEST_F(ReadAhead, AFailureInItsTurnIsTheOneThatWouldHaveComeWithoutIt)
{
    for (retried = false;; retried = true) {
        const std::vector<std::function<response()>> failures = {[] { return respond(404, R"({"error":"gone"})"); },
            [] { return respond(500); }, [] { return respond(503, "busy"); }, [] { return respond(200, "<html>"); },
            [] { return respond(200, R"({"date":[]})"); },
            []() -> response { throw error(errc::connection_lost, "lost"); }};
        for (const auto& failure : failures) {
            answer = [&](const request& r) { return parameter(r, "offset") == 200 ? failure() : records(r); };
            const outcome one = walk(offset(10).concurrency(1));
            EXPECT_EQ(one.ids.size(), 200U);
            EXPECT_THAT(one.failure, HasSubstr("page 21"));
            EXPECT_EQ(walk(offset(10)), one);
        }
        if (retried) {
            break;
        }
    }
}

TEST_F(ReadAhead, WhatFailsBeforeItsTurnIsAskedForAgainInItsTurn)
{
    for (const bool with_retry : {false, true}) {
        retried = with_retry;
        const std::vector<std::function<response()>> failures = {[] { return respond(404); },
            [] { return respond(500); }, [] { return respond(200, "<html>"); }, [] { return respond(200, "{}"); },
            []() -> response { throw error(errc::connection_lost, "lost"); }};
        for (const auto& failure : failures) {
            answer = [&](const request& r) {
                return r.speculative && parameter(r, "offset") % 50 == 0 ? failure() : records(r);
            };
            EXPECT_EQ(walk(offset(10)), all());
            EXPECT_GT(counted->discarded, 0U);
        }
    }
}

TEST_F(ReadAhead, AStatusToBeIgnoredEndsTheWalkQuietlyAsWithoutIt)
{
    answer = [this](const request& r) { return parameter(r, "offset") >= 200 ? respond(404) : records(r); };
    collection c = things(offset(10));
    c.ignored_statuses = {404};
    EXPECT_EQ(walk(std::move(c)).ids.size(), 200U);
    EXPECT_EQ(counted->ignored, 1U);
}

TEST_F(ReadAhead, AfterARateLimitPagesComeOneAtATimeForAWhile)
{
    for (const auto& [asks_to_wait, states_total] :
        {std::pair(false, false), std::pair(true, false), std::pair(false, true), std::pair(true, true)})
    {
        SCOPED_TRACE(states_total ? "with a total" : "without");
        clock->waits.clear();
        retried = true;
        bool limited = false;
        answer = [&, waits = asks_to_wait, more = states_total ? R"(,"total":400)" : ""](const request& r) {
            const std::size_t first = parameter(r, "offset");
            if (!limited && first == 100) {
                limited = true;
                return waits ? respond(429, "", {{"Retry-After", "7"}}) : respond(429);
            }
            return respond(200, numbered(first, std::max(first, std::min(total, first + 10)), more));
        };
        server->sent.clear();
        const auto sent = sent_after_each(offset(10), 35);
        EXPECT_TRUE(limited);
        std::size_t slow = 0;
        std::size_t slowest = 0;
        std::size_t most = 0;
        for (std::size_t i = 12; i < sent.size(); ++i) {
            const std::size_t under_way = sent[i] - (i + 1) - 1; // one page was sent twice
            slow = under_way == 1 ? slow + 1 : 0;
            slowest = std::max(slow, slowest);
            most = std::max(under_way, most);
        }
        EXPECT_GE(slowest, 7U) << "pages, one at a time";
        EXPECT_EQ(most, 8U) << "it grows again";
        EXPECT_EQ(clock->waits.size(), asks_to_wait ? 1U : 0U) << "in its turn, not before";
    }
}

TEST_F(ReadAhead, WhileARateLimitHoldsNothingIsAskedAhead)
{
    retried = true;
    answer = [&](const request& r) {
        const bool first = parameter(r, "offset") == 70
            && std::count_if(
                   server->sent.begin(), server->sent.end(), [&](const request& other) { return other.url == r.url; })
                == 1;
        return first ? respond(429, "", {{"Retry-After", "7"}}) : records(r);
    };
    EXPECT_EQ(walk(offset(10)), all());
    EXPECT_LE(clock->waits.size(), 1U);
    EXPECT_EQ(counted->pages + counted->discarded, counted->requests);
}

TEST_F(ReadAhead, APostIsOnlySentAheadWhereItMayBeRepeated)
{
    for (const bool idempotent : {false, true}) {
        collection c = things(offset(10));
        c.requests.fixed.method = "POST";
        c.requests.fixed.idempotent = idempotent;
        server->most_in_flight = 0;
        EXPECT_EQ(walk(std::move(c)), all());
        EXPECT_EQ(server->most_in_flight, idempotent ? 8U : 1U);
    }
}

TEST_F(ReadAhead, ALimitIsNotReadBeyond)
{
    for (const std::uint64_t limit : {25U, 100U, 101U}) {
        collection c = things(offset(10));
        c.limit = limit;
        server->sent.clear();
        EXPECT_EQ(walk(std::move(c)).ids.size(), limit);
        EXPECT_EQ(sent_beyond(limit), 0U);
    }
}

TEST_F(ReadAhead, WalksOfOneCollectionTogetherHaveNoMoreUnderWayThanOneMay)
{
    const auto shared = std::make_shared<const collection>(things(offset(10)));
    std::vector<outcome> came(8);
    for (outcome& one : came) {
        corest::net::co_spawn(context, read(corest::walk(corest::page_walk(shared)), one), corest::net::detached);
    }
    context.restart();
    context.run();
    EXPECT_THAT(came, testing::Each(all()));
    EXPECT_EQ(server->most_in_flight, 8U);
    EXPECT_EQ(shared->statistics->asked_ahead, 0U) << "eight walks keep eight requests under way by themselves";
}

TEST_F(ReadAhead, WalksOfSeveralCollectionsHaveAnEqualPartOfWhatIsSentAtOnce)
{
    adapts = true;
    total = 4000;
    for (const bool both : {true, false}) {
        for (const bool states_total : {true, false}) {
            SCOPED_TRACE(both ? "both read ahead" : "one reads ahead");
            SCOPED_TRACE(states_total ? "with a total" : "without");
            answer = [this, more = states_total ? R"(,"total":4000)" : ""](const request& r) {
                const std::size_t first = parameter(r, "offset");
                return respond(200, numbered(first, std::max(first, std::min(total, first + 10)), more));
            };
            const auto first = std::make_shared<collection>(things(offset(10)));
            const auto second = std::make_shared<collection>(*first);
            second->requests = corest::request_template(request("GET", "http://api.test/others"));
            second->statistics = std::make_shared<corest::walk_statistics>();
            second->paginator = offset(10).concurrency(both ? 8 : 1);
            server->sent.clear();
            std::vector<outcome> came(2);
            context.restart();
            corest::net::co_spawn(
                context, read(corest::walk(corest::page_walk(first)), came[0]), corest::net::detached);
            while (server->sent.size() < 100) { // the first one has all there is
                ASSERT_NE(context.run_one(), 0U);
            }
            corest::net::co_spawn(
                context, read(corest::walk(corest::page_walk(second)), came[1]), corest::net::detached);
            context.run();
            EXPECT_THAT(came, testing::Each(all()));
            EXPECT_EQ(first->statistics->in_flight + second->statistics->in_flight, 0U);
            const auto begin = server->sent.begin() + 200;
            const auto seconds = std::count_if(
                begin, begin + 160, [](const request& r) { return r.url.find("/others") != std::string::npos; });
            EXPECT_NEAR(static_cast<double>(seconds), both ? 80 : 20, 8) << "of 160 requests";
        }
    }
}

TEST_F(ReadAhead, AWalkThatIsLeftInTheMiddleLeavesNothingBehind)
{
    EXPECT_EQ(sent_after_each(offset(10), 5).back(), 13U);
    EXPECT_EQ(server->in_flight, 0U); // run() returns when no work is left
}

TEST_F(ReadAhead, PagesAheadAreCancelledWithTheLastPage)
{
    total = 205;
    server->turns = [this](const request& r) { return parameter(r, "offset") > total ? 1'000'000 : 10; };
    bool looked = false;
    const auto body = [](async_generator<page> pages, uneven_transport& s, bool& done) -> corest::net::awaitable<void> {
        std::size_t n = 0;
        while (auto p = co_await pages.next()) {
            n += p->size();
            if (n == 205) {
                const auto executor = co_await corest::net::this_coro::executor;
                for (int i = 0; i < 10; ++i) {
                    co_await corest::net::post(executor, corest::net::use_awaitable);
                }
                EXPECT_EQ(s.in_flight, 0U) << "while the last page is worked on";
                done = true;
            }
        }
    };
    run(context, body(pages(things(offset(10))), *server, looked));
    EXPECT_TRUE(looked);
}

/// Pages that name the next one behind their records: `next` is the number of its first record.
class cursor_server {
public:
    std::size_t total = 50;
    std::size_t padding = std::size_t{300} << 10U; ///< bytes that make a page a long one
    std::size_t broken = 1'000'000;                ///< the page whose records are none

    [[nodiscard]] response operator()(const request& r) const
    {
        const std::size_t first = parameter(r, "after");
        const std::size_t last = std::min(total, first + 10);
        const std::string more = R"(,"padding":")" + std::string(padding, 'x') + R"(","next":)"
            + (last < total ? std::to_string(last) : "null");
        return respond(200, first == broken ? R"({"data":"none")" + more + "}" : numbered(first, last, more));
    }
    [[nodiscard]] static any_paginator paginator() { return corest::cursor("next").param("after"); }
};

TEST_F(ReadAhead, ALongPageThatNamesTheNextOneIsNotCutBeforeThatIsAskedFor)
{
    cursor_server script;
    script.broken = 20;
    answer = [&](const request& r) { return script(r); };
    const outcome came = walk(cursor_server::paginator());
    EXPECT_EQ(came.ids.size(), 20U);
    EXPECT_THAT(came.failure, HasSubstr("leads to a string"));
    EXPECT_EQ(server->sent.at(3).url, "http://api.test/things?after=30") << "though page 3 could not be cut";
}

TEST_F(ReadAhead, AShortPageIsCutFirst)
{
    cursor_server script;
    script.broken = 20;
    script.padding = 100;
    answer = [&](const request& r) { return script(r); };
    EXPECT_THAT(walk(cursor_server::paginator()).failure, HasSubstr("leads to a string"));
    EXPECT_EQ(server->sent.back().url, "http://api.test/things?after=20");
}

TEST_F(ReadAhead, OfLongPagesThatNameTheNextOneNoneIsAskedForBeyondAnEndThatIsKnown)
{
    cursor_server script;
    answer = [&](const request& r) { return script(r); };
    total = script.total;
    EXPECT_EQ(walk(cursor_server::paginator()), all());
    EXPECT_EQ(server->sent.size(), 5U);
    EXPECT_EQ(counted->asked_ahead, 4U);
    EXPECT_EQ(counted->discarded, 0U);

    collection limited = things(cursor_server::paginator());
    limited.limit = 30;
    server->sent.clear();
    EXPECT_EQ(walk(std::move(limited)).ids.size(), 30U);
    EXPECT_EQ(server->sent.size(), 3U);

    collection off = things(cursor_server::paginator());
    off.ahead = false;
    EXPECT_EQ(walk(std::move(off)), all());
    EXPECT_EQ(counted->asked_ahead, 0U);
}

TEST_F(ReadAhead, WhatIsAskedForBeforeALongPageIsCutChangesNothingWhereItFails)
{
    cursor_server script;
    script.total = 100;
    std::size_t failed = 0;
    answer = [&](const request& r) {
        if (!r.early || parameter(r, "after") == 20) {
            return script(r);
        }
        switch (++failed) {
        case 1:
            return respond(503);
        case 2:
            return respond(200, "<html>");
        case 3:
            throw error(errc::connection_lost, "lost");
        default:
            return script(r);
        }
    };
    total = script.total;
    EXPECT_EQ(walk(cursor_server::paginator()), all());
    EXPECT_GT(failed, 3U);
    EXPECT_EQ(counted->discarded, 3U);
}

/// A random server: its answer depends on the request alone, so that what a walk must bring does not depend on when it
/// asks. What is not asked in its turn may fail besides.
class random_server {
public:
    random_server(std::uint64_t seed, bool by_number) : seed_(seed), by_number_(by_number)
    {
        const std::size_t sizes[] = {0, 3, 10, 40, 97, 200, 250};
        total_ = sizes[draw("total", 7)];
        limit_ = by_number ? 10 : std::size_t{1} + draw("limit", 20);
        caps_ = draw("caps", 3) == 0;
        shrinks_ = draw("shrinks", 3) == 0;
        tells_more_ = draw("more", 3) == 0;
        tells_total_ = draw("tells", 6);
        beyond_ = draw("beyond", 9);
        flaky_ = draw("flaky", 2) == 0;
        fails_in_turn_ = draw("fails", 6) == 0;
    }

    [[nodiscard]] response operator()(const request& r) const
    {
        const std::size_t number = parameter(r, by_number_ ? "page" : "offset");
        if (flaky_ && r.early && draw(r.url + "flaky", 4) == 0) {
            return failure(draw(r.url + "how", 6));
        }
        if (fails_in_turn_ && draw(r.url + "real", 12) == 0) {
            return failure(draw(r.url + "which", 4));
        }
        const std::size_t first = by_number_ ? number * limit_ : number;
        if (first >= total_ && first != 0) {
            return beyond();
        }
        std::size_t size = limit_;
        if (caps_) {
            size = std::max<std::size_t>(1, limit_ / (first * 3 > total_ ? 3 : 2)); // it changes on the way
        }
        if (shrinks_ && draw(r.url + "shrink", 6) == 0) {
            size = std::max<std::size_t>(1, size / 2);
        }
        const std::size_t last = std::min(total_, first + size);
        std::string more;
        if (tells_total_ != 0) {
            const std::size_t said[] = {0, total_, total_ + 7, total_ / 2, total_ / limit_, 3 * total_};
            more += R"(,"total":)" + std::to_string(said[tells_total_]);
        }
        more += tells_more_ ? (last < total_ ? R"(,"more":true)" : R"(,"more":false)") : "";
        return respond(200, numbered(first, last, more));
    }

    [[nodiscard]] any_paginator paginator(std::size_t concurrency) const
    {
        const auto end = [&](auto paging) -> any_paginator {
            if (tells_more_) {
                paging.has_more_path("more");
            }
            paging.concurrency(concurrency);
            return paging;
        };
        return by_number_ ? end(page_number()) : end(offset(static_cast<std::int64_t>(limit_)));
    }

private:
    [[nodiscard]] std::size_t draw(const std::string& what, std::size_t below) const
    {
        std::mt19937_64 engine(seed_ ^ std::hash<std::string>()(what));
        return engine() % below;
    }
    [[nodiscard]] static response failure(std::size_t which)
    {
        switch (which) {
        case 0:
            return respond(500);
        case 1:
            return respond(404);
        case 2:
            return respond(200, "<html>");
        case 3:
            throw error(errc::connection_lost, "lost");
        case 4:
            return respond(429, "", {{"Retry-After", "3"}});
        default:
            return respond(429);
        }
    }
    [[nodiscard]] response beyond() const
    {
        switch (beyond_) {
        case 0:
            return respond(404);
        case 1:
            return respond(503);
        case 2:
            return respond(200, "{}");
        case 3:
            return respond(200, "<html>");
        case 4:
            throw error(errc::timeout, "late");
        case 5:
            return respond(200, numbered(total_ - 1, total_)); // the last record for ever
        default:
            return respond(200, numbered(0, 0, tells_more_ ? R"(,"more":false)" : ""));
        }
    }

    std::uint64_t seed_;
    bool by_number_;
    std::size_t total_;
    std::size_t limit_;
    bool caps_;
    bool shrinks_;
    bool tells_more_;
    std::size_t tells_total_;
    std::size_t beyond_;
    bool flaky_;
    bool fails_in_turn_;
};

TEST_F(ReadAhead, GivesTheSameRowsAndTheSameFailureWhateverTheServerDoes)
{
    std::size_t ahead = 0;
    std::size_t failures = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const random_server script(seed, seed % 3 == 0);
        retried = seed % 2 == 0;
        adapts = seed % 5 < 2;
        answer = [&](const request& r) { return script(r); };
        std::mt19937_64 engine(seed);
        server->turns = [&](const request&) { return static_cast<int>(engine() % 40); };
        const outcome one = walk(script.paginator(1));
        const outcome many = walk(script.paginator(8));
        ASSERT_EQ(many.ids, one.ids) << "seed " << seed;
        ASSERT_EQ(many.failure, one.failure) << "seed " << seed;
        ASSERT_GE(counted->requests, counted->pages + counted->discarded) << "seed " << seed;
        ahead += counted->asked_ahead;
        failures += one.failure.empty() ? 0 : 1;
        ASSERT_EQ(server->in_flight, 0U);
    }
    EXPECT_GT(ahead, 500U);
    EXPECT_GT(failures, 25U);
    EXPECT_LT(failures, 200U);
}

} // namespace

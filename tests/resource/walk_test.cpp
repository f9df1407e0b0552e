#include <corest/resource/walk.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <charconv>

using corest::any_paginator;
using corest::async_generator;
using corest::client;
using corest::collection;
using corest::errc;
using corest::error;
using corest::page;
using corest::request;
using corest::response;

namespace {

corest::page_walk walk_of(collection p)
{
    return corest::page_walk(std::make_shared<const collection>(std::move(p)));
}

corest::net::awaitable<std::vector<page>> collect(async_generator<page> pages)
{
    std::vector<page> all;
    while (auto p = co_await pages.next()) {
        all.push_back(std::move(*p));
    }
    co_return all;
}

corest::net::awaitable<std::size_t> take(async_generator<page> pages, std::size_t n)
{
    std::size_t records = 0;
    for (std::size_t i = 0; i < n; ++i) {
        auto p = co_await pages.next();
        records += p ? p->size() : 0;
    }
    co_return records;
}

/// A server with numbered records, that answers offset and limit as asked.
class Walk : public testing::Test {
protected:
    collection plan(any_paginator paging, std::string url = "http://api.test/things")
    {
        collection p(client(context.get_executor(), corest::any_transport(server), "http://api.test"),
            corest::request_template(request("GET", std::move(url))));
        p.paginator = std::move(paging);
        p.selector = "data";
        p.name = "things";
        return p;
    }
    std::vector<page> pages(collection p) { return run(context, collect(corest::walk(walk_of(std::move(p))))); }
    static std::size_t records(const std::vector<page>& all)
    {
        std::size_t n = 0;
        for (const page& p : all) {
            n += p.size();
        }
        return n;
    }
    static std::size_t parameter(const request& r, std::string_view name, std::size_t otherwise)
    {
        const auto text = corest::find_query(r.url, name);
        return text ? std::stoul(*text) : otherwise;
    }
    response numbered(const request& r) const
    {
        const std::size_t first = parameter(r, "offset", 0);
        const std::size_t last = std::min(total, first + std::min(cap, parameter(r, "limit", 10)));
        std::string body = R"({"data":[)";
        for (std::size_t i = first; i < last; ++i) {
            body += (i == first ? "" : ",") + (R"({"id":)" + std::to_string(i) + "}");
        }
        return respond(200, body + "]" + (tells_total ? R"(,"total":)" + std::to_string(total) : "") + "}");
    }
    std::string failure(collection p)
    {
        try {
            pages(std::move(p));
        } catch (const error& e) {
            return e.what();
        }
        return "(no error)";
    }

    corest::net::io_context context;
    std::size_t total = 25;
    std::size_t cap = 1000;
    bool tells_total = false;
    std::function<response(const request&)> answer = [this](const request& r) { return numbered(r); };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Walk, ReadsAllPagesInOrder)
{
    const auto all = pages(plan(corest::offset(10)));
    ASSERT_EQ(records(all), 25U);
    std::int64_t expected = 0;
    for (const page& p : all) {
        for (std::size_t i = 0; i < p.size(); ++i) {
            EXPECT_EQ(p[i].get<std::int64_t>("id"), expected++);
        }
    }
    EXPECT_EQ(all[1].number(), 2U);
    EXPECT_EQ(all[1].first_record(), 10U);
    EXPECT_EQ(all[1].resource(), "things");
}

TEST_F(Walk, LosesNothingToAServerThatCapsPages)
{
    cap = 5;
    EXPECT_EQ(records(pages(plan(corest::offset(10)))), 25U);
}

TEST_F(Walk, AsksForTheNextPageBeforeHandingOutThisOne)
{
    collection p = plan(corest::offset(10));
    EXPECT_EQ(run(context, take(corest::walk(walk_of(std::move(p))), 1)), 10U);
    EXPECT_EQ(server->sent.size(), 2U);
}

TEST_F(Walk, AsksOnlyForWhatIsTakenIfNotAhead)
{
    collection p = plan(corest::offset(10));
    p.ahead = false;
    EXPECT_EQ(run(context, take(corest::walk(walk_of(std::move(p))), 1)), 10U);
    EXPECT_EQ(server->sent.size(), 1U);
}

/// Expects the records 0, 1, 2, ... of all pages together.
void expect_all_in_order(const std::vector<page>& all, std::int64_t count)
{
    std::int64_t expected = 0;
    for (const page& p : all) {
        for (const corest::record& r : p) {
            ASSERT_EQ(r.get<std::int64_t>("id"), expected++);
        }
    }
    EXPECT_EQ(expected, count);
}

TEST_F(Walk, PagesAtOnceComeInOrderAndNoneIsAskedForInVain)
{
    total = 95;
    tells_total = true;
    server->turns = 10;
    expect_all_in_order(pages(plan(corest::offset(10).concurrency(4))), 95);
    EXPECT_EQ(server->most_in_flight, 4);
    EXPECT_EQ(server->sent.size(), 10U);
}

TEST_F(Walk, WithATotalTheNextPageIsAskedForBeforeThisOneIsWorkedOnAndStillOneAtATime)
{
    total = 95;
    tells_total = true;
    server->turns = 5;
    expect_all_in_order(pages(plan(corest::offset(10).concurrency(1))), 95);
    EXPECT_EQ(server->most_in_flight, 1);
    EXPECT_EQ(server->sent.size(), 10U);
}

TEST_F(Walk, PagesAtOnceWaitForTheConsumer)
{
    total = 1000;
    tells_total = true;
    EXPECT_EQ(run(context, take(corest::walk(walk_of(plan(corest::offset(10).concurrency(4)))), 2)), 20U);
    EXPECT_EQ(server->sent.size(), 6U);
}

TEST_F(Walk, WithoutATotalPagesAreReadAtOnceToo)
{
    total = 95;
    server->turns = 10;
    expect_all_in_order(pages(plan(corest::offset(10).concurrency(4))), 95);
    EXPECT_EQ(server->most_in_flight, 4);
}

TEST_F(Walk, PagesAtOnceLoseAndRepeatNothingIfAPageIsShorterThanPredicted)
{
    total = 95;
    tells_total = true;
    server->turns = 3;
    answer = [this](const request& r) {
        cap = parameter(r, "offset", 0) == 30 ? 7 : 10; // one page has fewer records than the others
        return numbered(r);
    };
    expect_all_in_order(pages(plan(corest::offset(10).concurrency(4))), 95);
}

TEST_F(Walk, PagesAtOnceFollowATotalThatChanges)
{
    tells_total = true;
    for (const std::size_t later : {60U, 120U}) {
        total = 95;
        answer = [this, later](const request& r) {
            total = parameter(r, "offset", 0) >= 40 ? later : total;
            return numbered(r);
        };
        expect_all_in_order(pages(plan(corest::offset(10).concurrency(3))), static_cast<std::int64_t>(later));
    }
}

TEST_F(Walk, AnErrorOfAPageThatWasPredictedWronglyDoesNoHarm)
{
    total = 40;
    tells_total = true;
    answer = [this](const request& r) {
        const std::size_t at = parameter(r, "offset", 0);
        cap = at == 0 ? 10 : 9;
        return at % 10 == 0 && at >= 20 ? respond(500) : numbered(r); // 0, 10, 19, 28, 37 are the right positions
    };
    expect_all_in_order(pages(plan(corest::offset(10).concurrency(4))), 40);
}

TEST_F(Walk, PagesAtOnceEndAtTheTotalAlsoWhereTheServerSaysThatThereIsMore)
{
    total = 50;
    answer = [this](const request& r) {
        const bool more = parameter(r, "offset", 0) + 10 < total;
        response got = numbered(r);
        std::string body(got.body.view());
        body.pop_back();
        return respond(200, body + R"(,"total":50,"more":)" + (more ? "true}" : "false}"));
    };
    for (const std::size_t n : {1U, 8U}) {
        server->sent.clear();
        expect_all_in_order(pages(plan(corest::offset(10).has_more_path("more").concurrency(n))), 50);
        EXPECT_EQ(server->sent.size(), 5U);
    }
}

/// A user's own paginator with a window from the start, that looks at what a page says without a second thought.
class trusting {
public:
    void prepare(request& r) const { corest::set_query(r.url, "offset", std::to_string(next_)); }
    [[nodiscard]] bool advance(const corest::page_info& page)
    {
        next_ += page.records;
        return next_ < std::stoul(std::string(page.values[0].value())) && !page.headers->contains("X-End");
    }
    [[nodiscard]] static std::vector<corest::json_path> paths() { return {"total"}; }
    [[nodiscard]] static std::size_t window() { return 3; }

private:
    std::size_t next_ = 0;
};

TEST_F(Walk, WarnsWhereAWholeBodyIsTakenAsOneRecordAndHoldsAList)
{
    const auto warnings = [this](collection p) {
        const auto statistics = p.statistics;
        run(context, take(corest::walk(walk_of(std::move(p))), 2));
        return statistics->warnings.all();
    };
    total = 30;
    collection p = plan(corest::offset(10));
    p.selector = corest::selector();
    const auto said = warnings(std::move(p));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_NE(said[0].find("it has 'data', a list of objects"), std::string::npos) << said[0];

    EXPECT_TRUE(warnings(plan(corest::offset(10))).empty()) << "with a selector there is nothing to warn of";

    answer = [](const request& r) {
        return respond(200, R"({"id":)" + std::to_string(parameter(r, "offset", 0)) + R"(,"tags":["a"],"list":[]})");
    };
    collection single = plan(corest::offset(1));
    single.selector = corest::selector();
    EXPECT_TRUE(warnings(std::move(single)).empty()) << "one object a page is how some APIs are";
}

TEST_F(Walk, NoPageIsPredictedBeforeOneHasCome)
{
    total = 35;
    tells_total = true;
    expect_all_in_order(pages(plan(trusting())), 35);
    EXPECT_EQ(server->sent.front().url, "http://api.test/things?offset=0");
    EXPECT_EQ(server->sent.size(), 4U);
}

TEST_F(Walk, PagesAtOnceAskForNoPageBeyondALimit)
{
    total = 1000;
    tells_total = true;
    collection p = plan(corest::offset(10).concurrency(8));
    p.limit = 25;
    expect_all_in_order(pages(std::move(p)), 25);
    EXPECT_EQ(server->sent.size(), 3U);
}

TEST_F(Walk, NumberedPagesAreReadAtOnceToo)
{
    server->turns = 5;
    answer = [](const request& r) {
        const std::size_t number = parameter(r, "page", 1);
        return respond(200, R"({"data":[{"id":)" + std::to_string(number - 1) + R"(}],"total":9})");
    };
    expect_all_in_order(pages(plan(corest::page_number(1).total_path("total").concurrency(3))), 9);
    EXPECT_EQ(server->most_in_flight, 3);
    EXPECT_EQ(server->sent.size(), 9U);
}

TEST_F(Walk, ALimitCutsAndReadsNoPageBeyond)
{
    for (const std::uint64_t limit : {1U, 10U, 15U, 20U}) {
        server->sent.clear();
        collection p = plan(corest::offset(10));
        p.limit = limit;
        EXPECT_EQ(records(pages(std::move(p))), limit);
        EXPECT_EQ(server->sent.size(), (limit + 9) / 10) << limit;
    }
}

TEST_F(Walk, CountsWhatItDid)
{
    collection p = plan(corest::offset(10));
    const auto counted = p.statistics;
    pages(std::move(p));
    EXPECT_EQ(counted->walks, 1U);
    EXPECT_EQ(counted->records, 25U);
    EXPECT_EQ(counted->requests, server->sent.size());
    EXPECT_EQ(counted->pages, 3U);
    EXPECT_EQ(counted->pages + counted->discarded, server->sent.size()) << "a page was asked for ahead, in vain";
    EXPECT_EQ(counted->largest_page, 10U);
}

TEST_F(Walk, AnErrorSaysResourcePageAddressStatusAttemptsAndTime)
{
    answer = [this](const request& r) {
        if (parameter(r, "offset", 0) == 0) {
            return numbered(r);
        }
        response failed = respond(503, R"({"message":"try later"})");
        failed.attempts = 4;
        failed.elapsed = std::chrono::milliseconds(14250);
        return failed;
    };
    EXPECT_EQ(failure(plan(corest::offset(10), "http://api.test/things?key=S3CR3T")),
        "resource 'things', page 2: the server answered 503 and says: {\"message\":\"try later\"} (GET "
        "http://api.test/things?key=***&offset=10&limit=10, status 503, after 4 attempts in 14.2 s). The server "
        "failed; run "
        "again later, or raise backoff::max_retries.");
}

TEST_F(Walk, RefusedCredentialsSayWhatToCheck)
{
    answer = [](const request&) { return respond(401, "{}"); };
    EXPECT_EQ(failure(plan(corest::single_page())),
        "resource 'things', page 1: the server answered 401 and says: {} (GET http://api.test/things, status 401). "
        "The credentials were refused: check the secrets and the authenticator that authorize() was given.");
}

TEST_F(Walk, AMissingPageIsAnErrorUnlessItIsToBeIgnored)
{
    answer = [](const request&) { return respond(404); };
    EXPECT_NE(failure(plan(corest::single_page())).find("the server answered 404"), std::string::npos);
    collection p = plan(corest::single_page());
    p.ignored_statuses = {404};
    const auto counted = p.statistics;
    EXPECT_TRUE(pages(std::move(p)).empty());
    EXPECT_EQ(counted->ignored, 1U);
}

TEST_F(Walk, APageHasTheStatusAndTheHeadersOfItsResponse)
{
    answer = [](const request&) {
        return respond(206, R"({"data": [{}, {}]})", {{"X-Rate-Limit-Remaining", "7"}, {"ETag", "\"one\""}});
    };
    const auto all = pages(plan(corest::single_page()));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].status(), 206U);
    EXPECT_EQ(all[0].headers().find("x-rate-limit-remaining"), "7");
    EXPECT_EQ(all[0].headers().size(), 2U);
    const page copy = all[0];
    EXPECT_EQ(&copy.headers(), &all[0].headers()) << "copies share them";
    EXPECT_EQ(copy[0].page().status(), 206U);
}

TEST_F(Walk, NoContentIsAPageWithoutRecords)
{
    answer = [](const request&) { return respond(204); };
    EXPECT_EQ(records(pages(plan(corest::single_page()))), 0U);
}

TEST_F(Walk, AServerThatRepeatsItsLastPageIsAnError)
{
    answer = [this](const request& r) {
        request last = r;
        corest::set_query(last.url, "offset", std::to_string(std::min<std::size_t>(parameter(r, "offset", 0), 10)));
        total = 20;
        return numbered(last);
    };
    collection p = plan(corest::offset(10));
    const auto counted = p.statistics;
    EXPECT_NE(failure(std::move(p)).find("page 3"), std::string::npos);
    EXPECT_EQ(counted->records, 20U) << "the repeated page must not be handed out";
}

TEST_F(Walk, ANextLinkToAnotherOriginIsRefused)
{
    answer = [](const request&) { return respond(200, R"({"data":[{"id":1}],"next":"https://evil.test/more"})"); };
    EXPECT_EQ(failure(plan(corest::json_link("next"))),
        "resource 'things', page 1: the next page is at another origin, https://evil.test:443, and credentials belong "
        "to http://api.test:80 (GET http://api.test/things). If that is right, list it in "
        "http_options::allowed_origins.");
    EXPECT_EQ(server->sent.size(), 1U);
}

TEST_F(Walk, AnAllowedOriginGetsNoCredentials)
{
    answer = [](const request& r) {
        return r.url == "http://api.test/things"
            ? respond(200, R"({"data":[{"id":1}],"next":"http://files.test/more"})")
            : respond(200, R"({"data":[{"id":2}]})");
    };
    collection p = plan(corest::json_link("next"));
    p.api = client(context.get_executor(), corest::any_transport(server), "http://api.test", {"http://files.test"});
    p.requests.fixed.headers.set("X-Api-Key", "S3CR3T", true);
    p.requests.fixed.headers.set("X-Client", "me");
    EXPECT_EQ(records(pages(std::move(p))), 2U);
    EXPECT_TRUE(server->sent.at(0).headers.contains("X-Api-Key"));
    EXPECT_FALSE(server->sent.at(1).headers.contains("X-Api-Key"));
    EXPECT_TRUE(server->sent.at(1).headers.contains("X-Client"));
}

TEST_F(Walk, FollowsStandardLinksOfItsOwnOrigin)
{
    answer = [](const request& r) {
        return r.url.find("page=2") == std::string::npos
            ? respond(200, R"({"data":[{"id":1}],"_links":{"next":{"href":"/things?page=2"}}})")
            : respond(200, R"({"data":[{"id":2}],"_links":{}})");
    };
    EXPECT_EQ(records(pages(plan(corest::standard_links()))), 2U);
    EXPECT_EQ(server->sent.at(1).url, "http://api.test/things?page=2");
}

TEST_F(Walk, AFailureAheadComesAfterThePageBeforeIt)
{
    answer = [this](const request& r) { return parameter(r, "offset", 0) == 0 ? numbered(r) : respond(500); };
    std::size_t got = 0;
    bool failed = false;
    const auto body = [](collection p, std::size_t& n, bool& e) -> corest::net::awaitable<void> {
        auto all = corest::walk(walk_of(std::move(p)));
        try {
            while (auto one = co_await all.next()) {
                n += one->size();
            }
        } catch (const error&) {
            e = true;
        }
    };
    run(context, body(plan(corest::offset(10)), got, failed));
    EXPECT_EQ(got, 10U);
    EXPECT_TRUE(failed);
}

TEST_F(Walk, DroppedInTheMiddleItLeavesNothingBehind)
{
    const auto body = [](collection p) -> corest::net::awaitable<void> {
        auto all = corest::walk(walk_of(std::move(p)));
        auto one = co_await all.next();
    };
    run(context, body(plan(corest::offset(10))));
    EXPECT_EQ(server->sent.size(), 2U) << "a request was under way";
    // run() returns when the context has no work left: what was under way was cancelled, not waited for.
}

TEST_F(Walk, WalksOfTheSamePlanDoNotDisturbOneAnother)
{
    const collection shared = plan(corest::offset(10));
    std::vector<std::size_t> got;
    for (int i = 0; i < 5; ++i) {
        corest::net::co_spawn(context, collect(corest::walk(walk_of(shared))),
            [&](std::exception_ptr, const std::vector<page>& all) { got.push_back(records(all)); });
    }
    context.run();
    EXPECT_EQ(got, std::vector<std::size_t>(5, 25U));
}

} // namespace

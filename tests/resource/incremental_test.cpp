#include <corest/resource/incremental.hpp>

#include <corest/http/url.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/single_page.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>
#include <support/what_of.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using corest::cursor_states;
using corest::errc;
using corest::incremental;
using corest::named;
using corest::paginate;
using corest::request;
using corest::resource;
using testing::ElementsAre;

namespace {

/// Reads flows of an API with repositories and issues, and records what was asked for.
class Incremental : public testing::Test {
protected:
    std::vector<std::string> rows(const resource& flow)
    {
        asked.clear();
        std::vector<std::string> out;
        run(context, read(flow, out));
        return out;
    }
    corest::net::awaitable<void> read(const resource& flow, std::vector<std::string>& out)
    {
        auto pages = flow.pages();
        while (auto page = co_await pages.next()) {
            states.take(*page);
            for (const corest::record& each : *page) {
                out.emplace_back(each.json());
            }
        }
    }
    resource issues() const
    {
        return corest::get(api, "/repos") | named("repos") | paginate(corest::single_page())
            | corest::expand("/repos/{name}/issues").concurrency(1) | named("issues") | paginate(corest::single_page());
    }

    corest::net::io_context context;
    std::map<std::string, std::string> answers;
    std::vector<std::string> asked;
    std::shared_ptr<scripted_transport> server = std::make_shared<scripted_transport>([this](const request& r) {
        const std::string target = r.url.substr(std::string("https://api.test").size());
        asked.push_back(target);
        const auto found = answers.find(target.substr(0, target.find('?')));
        return respond(200, found == answers.end() ? "[]" : found->second);
    });
    corest::client api{context.get_executor(), corest::any_transport(server), "https://api.test"};
    cursor_states states;
};

} // namespace

TEST_F(Incremental, EachParentIsReadFromItsOwnLastValue)
{
    answers = {{"/repos", R"([{"name":"a"},{"name":"b"}])"}, {"/repos/a/issues", R"([{"id":1,"day":9}])"},
        {"/repos/b/issues", R"([{"id":2,"day":5}])"}};
    const auto flow = [&] { return issues() | incremental("day").initial_value(1).param("since").from(states); };
    EXPECT_EQ(rows(flow()).size(), 2U);
    EXPECT_THAT(asked, ElementsAre("/repos", "/repos/a/issues?since=1", "/repos/b/issues?since=1"));
    EXPECT_EQ(states.size(), 2U);

    const std::string kept = states.text();
    states = cursor_states(kept);
    EXPECT_EQ(states.text(), kept);
    EXPECT_TRUE(states.find("issues", "day", R"({"_repos_name":"a"})"));
    answers["/repos/b/issues"] = R"([{"id":2,"day":5},{"id":3,"day":6}])";
    EXPECT_THAT(rows(flow()), ElementsAre(R"({"id":3,"day":6})"));
    EXPECT_THAT(asked, ElementsAre("/repos", "/repos/a/issues?since=9", "/repos/b/issues?since=5"));
}

TEST_F(Incremental, AWalkThatIsLeftMovesNothing)
{
    answers = {{"/events", R"([{"day":1},{"day":2}])"}};
    const auto flow = corest::get(api, "/events") | paginate(corest::offset(2)) | incremental("day").from(states);
    const auto one = [&]() -> corest::net::awaitable<void> {
        auto pages = flow.pages();
        auto page = co_await pages.next();
        states.take(*page);
        co_await pages.close();
    };
    run(context, one());
    EXPECT_EQ(states.size(), 0U);
    EXPECT_EQ(states.text(), "[]");
}

TEST_F(Incremental, ThePathMayHoldTheCursor)
{
    answers = {{"/since/2024-01-01", R"([{"at":"2024-01-03"}])"}};
    const auto flow = [&](const char* path) {
        return corest::get(api, path) | paginate(corest::single_page())
            | incremental("at").initial_value(std::chrono::year(2024) / std::chrono::January / 1).from(states);
    };
    EXPECT_EQ(rows(flow("/since/{incremental.start_value}")).size(), 1U);
    EXPECT_EQ(rows(flow("/since/{incremental.start_value}?first={incremental.initial_value}")).size(), 0U);
    EXPECT_THAT(asked, ElementsAre("/since/2024-01-03?first=2024-01-01"));
    EXPECT_NE(what_of(errc::field_missing,
                  [&] { static_cast<void>(rows(corest::get(api, "/since/{incremental.start_value}"))); }),
        "no error")
        << "there is no cursor";
}

TEST_F(Incremental, AChildsPathMayHoldTheCursorToo)
{
    answers = {{"/repos", R"([{"name":"a"}])"}, {"/repos/a/since/3", R"([{"day":4}])"}};
    const auto flow = corest::get(api, "/repos") | named("repos") | paginate(corest::single_page())
        | corest::expand("/repos/{name}/since/{incremental.start_value}") | paginate(corest::single_page())
        | incremental("day").initial_value(3);
    EXPECT_EQ(rows(flow).size(), 1U);
    EXPECT_EQ(asked.back(), "/repos/a/since/3");
    EXPECT_NE(what_of(errc::invalid_argument,
                  [&] { (void)(corest::get(api, "/repos") | corest::expand("/since/{incremental.start_value}")); }),
        "no error")
        << "no placeholder is the parent's";
}

TEST_F(Incremental, HasTheRulesOfDltsOwn)
{
    answers = {{"/events", R"([{"id":1,"at":1},{"id":2},{"id":3,"at":3},{"id":4,"at":5}])"}};
    const auto base = corest::get(api, "/events") | paginate(corest::single_page());
    EXPECT_THAT(rows(base
                    | incremental("at")
                        .initial_value(1)
                        .end_value(5)
                        .on_cursor_value_missing(corest::missing_cursor::exclude)
                        .range_start(corest::range_bound::open)
                        .range_end(corest::range_bound::closed)
                        .param("from")
                        .end_param("to")),
        ElementsAre(R"({"id":3,"at":3})", R"({"id":4,"at":5})"));
    EXPECT_THAT(asked, ElementsAre("/events?from=1&to=5"));
    EXPECT_THAT(rows(base
                    | incremental("at")
                        .on_cursor_value_missing(corest::missing_cursor::include)
                        .last_value_func(corest::last_value_func::min)
                        .initial_value(3)
                        .primary_key({"id"})),
        ElementsAre(R"({"id":1,"at":1})", R"({"id":2})", R"({"id":3,"at":3})"));
    EXPECT_EQ(
        rows(base | incremental("at").initial_value(0.5).end_value(10).windows("5", "1").convert("iso8601").param("f")
            | corest::limit(1)),
        std::vector<std::string>(1, R"({"id":1,"at":1})"))
        << "a row without cursor behind the limit is not looked at";
    EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)(base | incremental("at").end_value(1)); }), "no error");
    EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)incremental("at").convert("x"); }), "no error");
    EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)incremental("at").windows("P1", "PT1S"); }), "no error");
    EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)cursor_states("{}"); }), "no error");
    EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)cursor_states(R"([{"resource":"x"}])"); }), "no error");
}

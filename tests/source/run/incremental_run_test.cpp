/// \file
/// Incremental loading as dictionaries have it: what is asked for in a first run and in those after it.

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/tree.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/plan_hash.hpp>
#include <corest/source/plan/show_json.hpp>
#include <corest/source/plan/show_text.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/run/collection.hpp>
#include <corest/source/schema/source_config.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using corest::request;
using corest::response;
using corest::tree;
using corest::tree_node;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

corest::source::plan incremental_plan(const std::string& text, const corest::source::plan_options& options = {})
{
    return corest::source::make_plan(
        corest::source::check_source(corest::source::read_source(text, "source.json")), options);
}

std::string incremental_fault(const std::string& text)
{
    try {
        static_cast<void>(incremental_plan(text));
    } catch (const corest::error& e) {
        return e.what();
    }
    return "no error";
}

/// A dictionary with one resource, `events`, that has this endpoint.
std::string events_with(const std::string& endpoint, const std::string& more = {})
{
    return R"({"client":{"base_url":"https://api.test"},"resources":[{"name":"events","endpoint":)" + endpoint + more
        + "}]}";
}

class kept_by_partition : public corest::cursor_reader {
public:
    corest::net::awaitable<std::optional<std::string>> read(
        std::string resource, std::string field, std::string partition) override
    {
        const auto found = kept.find(resource + " " + field + " " + partition);
        co_return found == kept.end() ? std::nullopt : std::optional(found->second);
    }
    std::map<std::string, std::string> kept;
};

/// Runs plans one after another, keeps what they have reached, and records what was asked for.
class IncrementalRun : public testing::Test {
protected:
    /// \return the rows of the last resource, as JSON
    std::vector<std::string> run_plan(const corest::source::plan& p)
    {
        asked.clear();
        bodies.clear();
        headers.clear();
        tree all;
        for (const corest::source::planned_resource& planned : p.resources) {
            corest::collection made = corest::source::make_collection(planned, p.client,
                corest::client(context.get_executor(), corest::any_transport(server), "https://api.test"));
            made.cursors = kept;
            tree_node node(std::make_shared<const corest::collection>(std::move(made)), planned.parent);
            node.concurrency = 1;
            node.skip_repeated = true;
            all.add(std::move(node));
        }
        std::vector<std::string> rows;
        run(context, read(all, rows));
        return rows;
    }
    std::vector<std::string> run_plan(const std::string& text) { return run_plan(incremental_plan(text)); }

    corest::net::awaitable<void> read(const tree& all, std::vector<std::string>& rows)
    {
        auto events = all.events();
        while (auto event = co_await events.next()) {
            const std::string& name = all.nodes()[event->node()].content->name;
            if (event->cursor() && event->cursor()->is_final) {
                const corest::walk_cursor& reached = *event->cursor();
                kept->kept[name + " " + reached.field + " " + reached.partition] = reached.state;
            }
            if (event->is_end() && event->failure()) {
                std::rethrow_exception(event->failure());
            }
            if (!event->is_end() && event->node() + 1 == all.nodes().size()) {
                for (const corest::record& each : event->page()) {
                    rows.emplace_back(each.json());
                }
            }
        }
    }

    corest::net::io_context context;
    std::map<std::string, std::string> answers; ///< by path
    std::shared_ptr<scripted_transport> server = std::make_shared<scripted_transport>([this](const request& r) {
        const std::string target = r.url.substr(std::string("https://api.test").size());
        asked.push_back(target);
        bodies.emplace_back(r.body);
        headers.emplace_back(r.headers.find("X-Since").value_or(""));
        const auto found = answers.find(target.substr(0, target.find('?')));
        return respond(200, found == answers.end() ? "[]" : found->second);
    });
    std::shared_ptr<kept_by_partition> kept = std::make_shared<kept_by_partition>();
    std::vector<std::string> asked;
    std::vector<std::string> bodies;
    std::vector<std::string> headers;
};

} // namespace

TEST_F(IncrementalRun, Case93TheStartValueStandsInPathQueryHeaderAndBody)
{
    const std::string days = R"([{"id":1,"at":"2024-01-03"},{"id":2,"at":"2024-01-28"}])";
    const std::string cursor = R"("incremental":{"cursor_path":"at","initial_value":"2024-01-01"},)";
    answers = {{"/since/2024-01-01", days}, {"/since/2024-01-28", days}, {"/events", days}};
    const std::string in_path =
        events_with("{" + cursor + R"("path":"since/{incremental.start_value}","paginator":"single_page"})");
    EXPECT_EQ(run_plan(in_path).size(), 2U);
    EXPECT_THAT(asked, ElementsAre("/since/2024-01-01"));
    EXPECT_EQ(run_plan(in_path).size(), 0U);
    EXPECT_THAT(asked, ElementsAre("/since/2024-01-28"));

    kept->kept.clear();
    const std::string elsewhere =
        events_with("{" + cursor + R"("path":"events","method":"POST","paginator":"single_page",
        "params":{"from":"{incremental.start_value}","first":"{incremental.initial_value}","all":"x{incremental.last_value}"},
        "headers":{"X-Since":"{incremental.start_value}"},"json":{"since":{"at":"{incremental.start_value}"}}})");
    EXPECT_EQ(run_plan(elsewhere).size(), 2U);
    EXPECT_THAT(asked, ElementsAre("/events?from=2024-01-01&first=2024-01-01&all=x2024-01-01"));
    EXPECT_THAT(bodies, ElementsAre(R"({"since":{"at":"2024-01-01"}})"));
    EXPECT_THAT(headers, ElementsAre("2024-01-01"));
    EXPECT_EQ(run_plan(elsewhere).size(), 0U);
    EXPECT_THAT(asked, ElementsAre("/events?from=2024-01-28&first=2024-01-01&all=x2024-01-28"));
    EXPECT_THAT(bodies, ElementsAre(R"({"since":{"at":"2024-01-28"}})"));
    EXPECT_THAT(headers, ElementsAre("2024-01-28"));
}

TEST_F(IncrementalRun, APathThatEndsInTheStartValueIsPaged)
{
    answers = {{"/since/1", R"([{"at":1},{"at":2}])"}};
    const std::string text = events_with(
        R"({"path":"since/{incremental.start_value}","incremental":{"cursor_path":"at","initial_value":1},
            "paginator":{"type":"offset","limit":2,"maximum_offset":2}})");
    EXPECT_EQ(run_plan(text).size(), 2U);
    EXPECT_THAT(asked.front(), "/since/1?offset=0&limit=2");
}

TEST_F(IncrementalRun, Case94BothBoundsAreSentAndNothingIsKept)
{
    answers = {{"/events", R"([{"at":1},{"at":9},{"at":10}])"}};
    kept->kept["events at "] = R"({"last_value":5})";
    const std::string text = events_with(R"({"incremental":{"cursor_path":"at","initial_value":1,"end_value":10,
        "start_param":"from","end_param":"to"},"paginator":"single_page"})");
    EXPECT_THAT(run_plan(text), ElementsAre(R"({"at":1})", R"({"at":9})"));
    EXPECT_THAT(asked, ElementsAre("/events?from=1&to=10"));
    EXPECT_EQ(kept->kept["events at "], R"({"last_value":5})");
    EXPECT_THAT(incremental_fault(events_with(R"({"incremental":{"cursor_path":"at","end_value":10}})")),
        HasSubstr("resources[0].endpoint.incremental (resource 'events'): end_value stands without initial_value. Give "
                  "initial_value too"));
}

TEST_F(IncrementalRun, Case95AndCase96RowsThatAreOldOrKnownAreNotDelivered)
{
    std::string rows = "[";
    for (int i = 0; i < 50; ++i) {
        rows += (i == 0 ? "" : ",") + (R"({"id":)" + std::to_string(i) + R"(,"at":)" + std::to_string(i) + "}");
    }
    answers = {{"/events", rows + "]"}};
    const std::string text = events_with(
        R"({"params":{"since":{"type":"incremental","cursor_path":"at","initial_value":45}},"paginator":"single_page"})",
        R"(,"primary_key":"id")");
    EXPECT_EQ(run_plan(text).size(), 5U);
    answers = {{"/events", R"([{"id":49,"at":49,"changed":true},{"id":50,"at":49}])"}};
    EXPECT_THAT(run_plan(text), ElementsAre(R"({"id":50,"at":49})"));
    EXPECT_THAT(asked, ElementsAre("/events?since=49"));
}

TEST_F(IncrementalRun, Case97ALagNeverGoesBeforeTheInitialValue)
{
    answers = {{"/events", R"([{"at":"2024-01-02"}])"}};
    const std::string text = events_with(
        R"({"params":{"since":{"type":"incremental","cursor_path":"at","initial_value":"2024-01-01","lag":3}},
            "paginator":"single_page"})");
    EXPECT_EQ(run_plan(text).size(), 1U);
    EXPECT_EQ(run_plan(text).size(), 1U);
    EXPECT_THAT(asked, ElementsAre("/events?since=2024-01-01"));
}

TEST_F(IncrementalRun, Case98RecordsWithoutACursor)
{
    answers = {{"/events", R"([{"at":1},{"b":1},{"at":null}])"}};
    const auto with = [](const std::string& what) {
        return events_with(R"({"params":{"since":{)" + what
            + R"("type":"incremental","cursor_path":"at"}},"paginator":"single_page"})");
    };
    EXPECT_EQ(run_plan(with(R"("on_cursor_value_missing":"include",)")).size(), 3U);
    EXPECT_THAT(asked, ElementsAre("/events")) << "without an initial value the first run sends no parameter";
    kept->kept.clear();
    EXPECT_EQ(run_plan(with(R"("on_cursor_value_missing":"exclude",)")).size(), 1U);
    kept->kept.clear();
    try {
        static_cast<void>(run_plan(with("")));
        ADD_FAILURE() << "no error";
    } catch (const corest::error& e) {
        EXPECT_THAT(e.what(), HasSubstr("a record has no at, the cursor's field; it has b"));
    }
}

TEST_F(IncrementalRun, Case99IssuesOfEachRepositoryAreReadFromTheirOwnLastValue)
{
    const std::string text = R"({"client":{"base_url":"https://api.test","paginator":"single_page"},
        "resource_defaults":{"primary_key":"id","write_disposition":"merge"},
        "resources":["repos",{"name":"issues","endpoint":{"path":"repos/{resources.repos.name}/issues","params":{
            "state":"all","sort":"updated",
            "since":{"type":"incremental","cursor_path":"updated_at","initial_value":"2024-01-01T00:00:00Z"}}}}]})";
    answers = {{"/repos", R"([{"name":"a"},{"name":"b"}])"},
        {"/repos/a/issues", R"([{"id":1,"updated_at":"2024-01-09T00:00:00Z"}])"},
        {"/repos/b/issues", R"([{"id":2,"updated_at":"2024-01-05T00:00:00Z"}])"}};
    EXPECT_EQ(run_plan(text).size(), 2U);
    EXPECT_THAT(asked,
        ElementsAre("/repos", "/repos/a/issues?state=all&sort=updated&since=2024-01-01T00%3A00%3A00Z",
            "/repos/b/issues?state=all&sort=updated&since=2024-01-01T00%3A00%3A00Z"));
    answers["/repos/b/issues"] =
        R"([{"id":3,"updated_at":"2024-01-06T00:00:00Z"},{"id":2,"updated_at":"2024-01-05T00:00:00Z"}])";
    EXPECT_THAT(run_plan(text), ElementsAre(R"({"id":3,"updated_at":"2024-01-06T00:00:00Z"})"));
    EXPECT_THAT(asked,
        ElementsAre("/repos", "/repos/a/issues?state=all&sort=updated&since=2024-01-09T00%3A00%3A00Z",
            "/repos/b/issues?state=all&sort=updated&since=2024-01-05T00%3A00%3A00Z"));
    EXPECT_TRUE(kept->kept.contains(R"(issues updated_at {"_repos_name":"a"})"));

    corest::source::plan_options refresh;
    refresh.full_refresh = true;
    EXPECT_EQ(run_plan(incremental_plan(text, refresh)).size(), 3U) << "a full refresh begins at the initial value";
    EXPECT_THAT(corest::source::to_text(incremental_plan(text)),
        HasSubstr("new: by updated_at, from 2024-01-01T00:00:00Z, a cursor for each parent"));
    EXPECT_THAT(corest::source::to_text(incremental_plan(text)),
        HasSubstr("{incremental.start_value} = the last updated_at, at first 2024-01-01T00:00:00Z"));
    EXPECT_THAT(boost::json::serialize(corest::source::to_json(incremental_plan(text))),
        HasSubstr(R"("incremental":{"cursor_path":"updated_at","initial_value":"2024-01-01T00:00:00Z")"));
}

TEST_F(IncrementalRun, Case100AndCase101WindowsAdjoinAndEachMovesWhatIsKept)
{
    const std::string text = events_with(R"({"paginator":"single_page","incremental":{"cursor_path":"at",
        "initial_value":"2024-01-01T00:00:00Z","end_value":"2024-01-04T00:00:00Z","step":"P1D","cursor_granularity":"PT1S",
        "start_param":"from","end_param":"to","convert":"epoch_seconds"}})");
    EXPECT_EQ(run_plan(text).size(), 0U);
    EXPECT_THAT(asked,
        ElementsAre("/events?from=1704067200&to=1704153599", "/events?from=1704153600&to=1704239999",
            "/events?from=1704240000&to=1704326399"));
    EXPECT_EQ(run_plan(text).size(), 0U);
    EXPECT_TRUE(asked.empty());
}

TEST_F(IncrementalRun, TheRestOfAWindowThatComesInPartIsReadBeforeTheNextOne)
{
    // Four rows in each of three days, in their order, and a run takes two pages of two of a window.
    constexpr int day = 86'400;
    constexpr int first = 1'704'067'200;
    server = std::make_shared<scripted_transport>([&](const request& r) {
        const auto number = [&](const char* name) { return std::stoi(corest::find_query(r.url, name).value_or("0")); };
        std::vector<std::string> rows;
        for (int i = 0; i < 12; ++i) {
            const int at = first + i / 4 * day + i % 4 * 3'600;
            if (at >= number("from") && at <= number("to")) {
                rows.push_back(R"({"id":)" + std::to_string(i) + R"(,"at":)" + std::to_string(at) + "}");
            }
        }
        std::string page;
        for (int i = number("offset"); i < std::min(number("offset") + 2, static_cast<int>(rows.size())); ++i) {
            page += (page.empty() ? "" : ",") + rows[static_cast<std::size_t>(i)];
        }
        return respond(200, "[" + page + "]");
    });
    const std::string text = events_with(
        R"({"paginator":{"type":"offset","limit":2,"total_path":null,"max_pages":2},"incremental":{"cursor_path":"at",
        "initial_value":1704067200,"end_value":1704326400,"range_end":"open","step":86400,"cursor_granularity":1,
        "start_param":"from","end_param":"to","row_order":"asc"}})");
    std::vector<std::size_t> new_rows;
    std::set<std::string> all;
    for (int i = 0; i < 8; ++i) {
        const std::size_t before = all.size();
        for (const std::string& row : run_plan(text)) {
            all.insert(row);
        }
        new_rows.push_back(all.size() - before);
    }
    EXPECT_EQ(all.size(), 12U) << testing::PrintToString(new_rows);
}

TEST_F(IncrementalRun, Case47PagingBeginsAnewBehindTheLastCursor)
{
    answers = {{"/events", R"([{"id":1,"at":1},{"id":2,"at":2}])"}};
    const std::string text = events_with(R"({"incremental":{"cursor_path":"at","initial_value":0,"start_param":"since"},
        "pagination_reset":{"after_pages":1},"paginator":{"type":"page_number","page_param":"p","stop_after_empty_page":true,
        "total_path":null,"maximum_page":3}})");
    EXPECT_THROW(static_cast<void>(run_plan(text)), corest::error) << "the server gives nothing behind the cursor";
    EXPECT_THAT(asked, ElementsAre("/events?since=0&p=0", "/events?since=2&p=0"));
    EXPECT_THAT(incremental_fault(events_with(R"({"pagination_reset":{"after_pages":1}})")),
        HasSubstr("paging would begin anew behind the last cursor, and the endpoint has none"));
}

TEST_F(IncrementalRun, PagingThatBeginsAnewPassesOverNoRowsOfAServerThatHasTheNewestFirst)
{
    const std::string text = events_with(R"({"incremental":{"cursor_path":"at","initial_value":0,"start_param":"since"},
        "pagination_reset":{"after_pages":1},"paginator":{"type":"page_number","page_param":"p","total_path":null}})");
    answers = {{"/events", R"([{"id":9,"at":9},{"id":8,"at":8}])"}};
    try {
        static_cast<void>(run_plan(text));
        ADD_FAILURE() << "rows 7 to 1 would be passed over";
    } catch (const corest::error& e) {
        EXPECT_EQ(e.code(), corest::errc::pagination_failed);
        EXPECT_THAT(e.what(), HasSubstr("the number 8 came behind the number 9"));
    }
    EXPECT_THAT(
        incremental_fault(events_with(R"({"incremental":{"cursor_path":"at","initial_value":0,"row_order":"desc"},
        "pagination_reset":{"after_pages":2}})")),
        HasSubstr("row_order says desc"));
}

TEST(SourceName, IsTheSameHoweverTheUrlIsWritten)
{
    const auto name_of = [](const std::string& base) {
        return corest::source::source_name(
            incremental_plan(R"({"client":{"base_url":")" + base + R"("},"resources":["events"]})"));
    };
    EXPECT_EQ(name_of("https://api.test/v1"), "https://api.test/v1");
    EXPECT_EQ(name_of("https://api.test/v1/"), "https://api.test/v1");
    EXPECT_EQ(name_of("HTTPS://API.Test:443/v1"), "https://api.test/v1");
    EXPECT_EQ(name_of("https://api.test"), "https://api.test");
    EXPECT_EQ(name_of("https://api.test/"), "https://api.test");
    EXPECT_EQ(name_of("https://api.test/V1"), "https://api.test/V1");
}

TEST(IncrementalKeys, FaultsNameTheKey)
{
    const auto cursor = [](const std::string& keys) {
        return incremental_fault(events_with(R"({"incremental":{"cursor_path":"at")" + keys + "}}"));
    };
    EXPECT_THAT(
        cursor(R"(,"row_order":"up")"), HasSubstr("endpoint.incremental.row_order (resource 'events'): unknown"));
    EXPECT_THAT(cursor(R"(,"convert":"lambda")"), HasSubstr("unknown conversion 'lambda'"));
    EXPECT_THAT(cursor(R"(,"step":"1 day")"), HasSubstr("no length of a window"));
    EXPECT_THAT(cursor(R"(,"initial_valeu":1)"), HasSubstr("the nearest known key is 'initial_value'"));
    EXPECT_THAT(cursor(R"(,"initial_value":true)"), HasSubstr("expected a number or a text, found"));
    EXPECT_THAT(cursor(R"(,"initial_value":9,"end_value":1)"), HasSubstr("is higher than end_value"));
    EXPECT_THAT(cursor(R"(,"initial_value":9,"end_value":"1")"), HasSubstr("cursors cannot be compared"));
    EXPECT_THAT(incremental_fault(events_with(R"({"path":"x/{incremental.start_value}"})")),
        HasSubstr("nothing fills {incremental.start_value}: the endpoint has no cursor"));
    EXPECT_THAT(
        incremental_fault(events_with(R"({"path":"x/{incremental.start_value}","incremental":{"cursor_path":"at"}})")),
        HasSubstr("nothing fills {incremental.start_value} in the first run; give initial_value"));
    EXPECT_THAT(incremental_fault(
                    events_with(R"({"headers":{"X":"{incremental.end_value}"},"incremental":{"cursor_path":"at"}})")),
        HasSubstr("give end_value"));
    EXPECT_THAT(incremental_fault(events_with(R"({"params":{"a":{"type":"incremental","cursor_path":"x"},
        "b":{"type":"incremental","cursor_path":"y"}}})")),
        HasSubstr("an endpoint has one cursor"));
    EXPECT_THAT(incremental_fault(events_with(
                    R"({"params":{"a":{"type":"incremental","cursor_path":"x","initial_value":1,"end_value":2}}})")),
        HasSubstr("for end_value, start_param and end_param write endpoint.incremental"));
    EXPECT_THAT(
        incremental_plan(events_with(R"({"incremental":{"type":"incremental","cursor_path":"x","partition_limit":2}})"))
            .warnings,
        ElementsAre(HasSubstr("partition_limit without lag")));
    EXPECT_THAT(
        incremental_plan(events_with(R"({"incremental":{"cursor_path":"x"}})", R"(,"write_disposition":"replace")"))
            .warnings,
        ElementsAre(HasSubstr("each run replaces the table by what is new")));
}

TEST(IncrementalPlan, WarnsOfACursorBelowACursor)
{
    const auto plan_of = [](const std::string& parents, const std::string& children) {
        return incremental_plan(R"({"client":{"base_url":"https://api.test"},"resources":[
            {"name":"issues","endpoint":{"path":"issues")"
            + parents + R"(}},
            {"name":"comments","endpoint":{"path":"issues/{resources.issues.id}/comments"}},
            {"name":"votes","endpoint":{"path":"comments/{resources.comments.id}/votes")"
            + children + "}}]}");
    };
    const std::string cursor = R"(,"incremental":{"cursor_path":"updated_at","start_param":"since"})";
    EXPECT_THAT(plan_of(cursor, "").warnings, IsEmpty());
    EXPECT_THAT(plan_of("", cursor).warnings, IsEmpty());
    EXPECT_THAT(plan_of(cursor, cursor).warnings,
        ElementsAre(
            "resources[2].endpoint.incremental of 'votes': 'issues' above it is incremental too, so what is new in "
            "'votes' of a record of 'issues' that has not changed is not asked for; without the cursor of 'issues' "
            "it is"));
    corest::source::plan_options refresh;
    refresh.full_refresh = true;
    EXPECT_THAT(incremental_plan(R"({"client":{"base_url":"https://api.test"},"resources":[
            {"name":"issues","endpoint":{"path":"issues")"
                        + cursor + R"(}},
            {"name":"votes","endpoint":{"path":"issues/{resources.issues.id}/votes")"
                        + cursor + "}}]}",
                    refresh)
                    .warnings,
        IsEmpty())
        << "all of both is read";
}

TEST(IncrementalPlan, WarnsOfATableThatIsReplacedBelowACursor)
{
    const auto warnings = [](const std::string& disposition) {
        return incremental_plan(R"({"client":{"base_url":"https://api.test"},"resources":[
            {"name":"issues","write_disposition":"merge","primary_key":"id",
             "endpoint":{"path":"issues","incremental":{"cursor_path":"updated_at"}}},
            {"name":"votes","write_disposition":")"
            + disposition + R"(","primary_key":"id",
             "endpoint":{"path":"issues/{resources.issues.id}/votes"}}]})")
            .warnings;
    };
    EXPECT_THAT(warnings("merge"), IsEmpty());
    EXPECT_THAT(warnings("append"), IsEmpty());
    EXPECT_THAT(warnings("replace"),
        ElementsAre(
            "'votes': each run replaces the table by what belongs to the records of 'issues' that are new since the "
            "last one; write_disposition merge or append keeps the other rows"));
}

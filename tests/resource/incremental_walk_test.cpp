#include <corest/http/url.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/resource/frontier_text.hpp>
#include <corest/resource/tree.hpp>
#include <corest/resource/walk.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using corest::client;
using corest::collection;
using corest::cursor_rules;
using corest::cursor_value;
using corest::filled_template;
using corest::page;
using corest::path_template;
using corest::placeholder_value;
using corest::request;
using corest::response;
using corest::tree;
using corest::tree_node;
using corest::walk_cursor;

namespace {

/// What the last run has kept, in memory.
class kept_cursors : public corest::cursor_reader {
public:
    corest::net::awaitable<std::optional<std::string>> read(
        std::string resource, std::string field, std::string partition) override
    {
        asked.push_back(resource + "/" + field + "/" + partition);
        const auto found = kept.find(partition);
        co_return found == kept.end() ? std::nullopt : std::optional(found->second);
    }
    void take(const std::optional<walk_cursor>& cursor)
    {
        if (cursor && cursor->is_final) {
            kept[cursor->partition] = cursor->state;
        }
    }

    std::map<std::string, std::string> kept;
    std::vector<std::string> asked;
};

/// Days 1 to 9 of each of some parents, at an API that filters by `since` and `until` unless told not to, two records
/// on a page.
class IncrementalWalk : public testing::Test {
protected:
    static constexpr std::size_t start = 1; ///< positions behind the bindings: initial, start, last, end

    void SetUp() override
    {
        for (int day = 1; day <= 9; ++day) {
            days["a"].push_back(day);
        }
    }

    response answer(const request& r)
    {
        targets.push_back(r.url.substr(std::string("http://api.test").size()));
        if (r.url.find("/parents") != std::string::npos) {
            std::string body;
            for (const auto& [name, unused] : days) {
                body += (body.empty() ? "" : ",") + (R"({"id":")" + name + "\"}");
            }
            return respond(200, "[" + body + "]");
        }
        const std::size_t slash = r.url.rfind('/');
        const std::string name = r.url.substr(slash + 1, r.url.find('?') - slash - 1);
        const auto number = [&](std::string_view key, int otherwise) {
            const auto text = corest::find_query(r.url, key);
            return text ? std::stoi(*text) : otherwise;
        };
        std::vector<int> chosen = days[name];
        if (newest_first) {
            std::reverse(chosen.begin(), chosen.end());
        }
        const int since = filters ? number("since", 0) : 0;
        const int until = filters ? number("until", 1000) : 1000;
        std::erase_if(chosen, [&](int day) { return day < since || day > until; });
        const int first = number("offset", 0);
        if (first >= deepest || (since == fails_since && since != 0)) {
            return respond(500, "too deep");
        }
        std::string body;
        for (int i = first; i < first + 2 && i < static_cast<int>(chosen.size()); ++i) {
            const std::string day = std::to_string(chosen[static_cast<std::size_t>(i)]);
            body += (body.empty() ? "" : ",") + (R"({"id":)" + day + R"(,"day":)" + day + "}");
        }
        return respond(200, "[" + body + "]");
    }

    static cursor_rules by_day()
    {
        cursor_rules rules("day");
        rules.initial_value = cursor_value("1");
        return rules;
    }
    collection plan(cursor_rules rules, const std::string& url)
    {
        rules.check();
        collection made(client(context.get_executor(), corest::any_transport(server), "http://api.test"),
            corest::request_template(request("GET", "http://api.test")));
        made.requests.path = filled_template(url);
        made.paginator = corest::offset(2);
        made.name = "things";
        made.incremental = std::make_shared<const cursor_rules>(std::move(rules));
        made.cursors = kept;
        return made;
    }
    static void send(collection& to, const std::string& name, std::size_t use)
    {
        to.requests.query.emplace_back(name,
            filled_template(path_template("{incremental}", path_template::kind::text),
                {placeholder_value(to.bindings.size() + use)}),
            true);
    }

    /// Walks over a root. \return the days that came
    std::string days_of(collection walked)
    {
        targets.clear();
        std::string out;
        try {
            run(context, read(corest::walk_steps(corest::page_walk(std::make_shared<const collection>(walked))), out));
        } catch (const corest::error& e) {
            failure = e.what();
        }
        return out;
    }
    /// Goes on where the last walk has stopped. \return the days that came
    std::string days_after(const collection& walked)
    {
        corest::page_walk walk(std::make_shared<const collection>(walked));
        EXPECT_TRUE(walk.resume(position, last->state));
        std::string out;
        run(context, read(corest::walk_steps(std::move(walk)), out));
        return out;
    }
    corest::net::awaitable<void> read(corest::async_generator<corest::walk_step> steps, std::string& out)
    {
        while (auto step = co_await steps.next()) {
            for (const corest::record& each : step->page) {
                out += std::to_string(each.get<int>("day")) + " ";
            }
            kept->take(step->cursor);
            last = step->cursor;
            position = step->position;
            if (stop_after != 0 && --stop_after == 0) {
                co_return;
            }
        }
    }
    /// Reads parents and the things of each.
    std::string days_of_all(collection children)
    {
        targets.clear();
        collection parents(children.api, corest::request_template(request("GET", "http://api.test/parents")));
        parents.paginator = corest::single_page();
        parents.name = "parents";
        tree all;
        all.add(tree_node(std::make_shared<const collection>(parents)));
        tree_node node(std::make_shared<const collection>(std::move(children)), 0);
        node.concurrency = 1;
        node.skip_repeated = true;
        all.add(std::move(node));
        std::string out;
        run(context, read_all(all.events(), out));
        return out;
    }
    corest::net::awaitable<void> read_all(corest::async_generator<corest::tree_event> events, std::string& out)
    {
        while (auto event = co_await events.next()) {
            kept->take(event->cursor());
            EXPECT_FALSE(event->failure());
            if (event->is_end() || event->node() == 0) {
                continue;
            }
            for (const corest::record& each : event->page()) {
                out += each.parent().get<std::string>("id") + std::to_string(each.get<int>("day")) + " ";
            }
        }
    }
    collection child(cursor_rules rules)
    {
        collection made = plan(std::move(rules), {});
        made.bindings.push_back(corest::binding_rule::infer("parent_id", "parents"));
        made.requests.path = filled_template(path_template("/things/{parent_id}"), {placeholder_value(0)});
        send(made, "since", start);
        return made;
    }

    corest::net::io_context context;
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
    std::shared_ptr<kept_cursors> kept = std::make_shared<kept_cursors>();
    std::map<std::string, std::vector<int>> days;
    bool filters = true;
    bool newest_first = false;
    int deepest = 1000;
    int fails_since = 0;
    int stop_after = 0;
    std::vector<std::string> targets;
    std::optional<walk_cursor> last;
    corest::walk_position position;
    std::string failure;
};

} // namespace

TEST_F(IncrementalWalk, TheSecondRunAsksOnlyForWhatIsNew)
{
    collection things = plan(by_day(), "/things/a");
    send(things, "since", start);
    EXPECT_EQ(days_of(things), "1 2 3 4 5 6 7 8 9 ");
    EXPECT_EQ(targets.front(), "/things/a?since=1&offset=0&limit=2");
    days["a"].push_back(10);
    EXPECT_EQ(days_of(things), "10 ");
    EXPECT_EQ(targets.front(), "/things/a?since=9&offset=0&limit=2");
    EXPECT_EQ(days_of(things), "");
    EXPECT_EQ(kept->asked, std::vector<std::string>(3, "things/day/"));
    EXPECT_EQ(things.statistics->dropped, 2U);
}

TEST_F(IncrementalWalk, PagingCountsTheServersRecords)
{
    filters = false;
    cursor_rules rules = by_day();
    rules.initial_value = cursor_value("8");
    EXPECT_EQ(days_of(plan(rules, "/things/a")), "8 9 ") << "the first pages are empty then, and are no end";
}

TEST_F(IncrementalWalk, Case46PagingStopsAtAnOlderRow)
{
    newest_first = true;
    filters = false;
    cursor_rules rules = by_day();
    rules.row_order = corest::row_order::descending;
    rules.initial_value = cursor_value("7");
    EXPECT_EQ(days_of(plan(rules, "/things/a")), "9 8 7 ");
    EXPECT_EQ(targets.size(), 2U) << "page 2 crosses the cursor, and there is no page 3";
    EXPECT_TRUE(last->is_final);
}

TEST_F(IncrementalWalk, Case47PagingBeginsAnewWhereTheServerRefusesToGoDeeper)
{
    deepest = 4;
    collection things = plan(by_day(), "/things/a");
    send(things, "since", start + 1); // {incremental.last_value}
    things.reset_after_pages = 2;
    EXPECT_EQ(days_of(things), "1 2 3 4 5 6 7 8 9 ") << failure;
    EXPECT_EQ(targets[2], "/things/a?since=4&offset=0&limit=2");

    collection again = plan(by_day(), "/things/a");
    send(again, "since", start + 1);
    again.reset_after_records = 4;
    kept->kept.clear();
    EXPECT_EQ(days_of(again), "1 2 3 4 5 6 7 8 9 ") << failure;
}

TEST_F(IncrementalWalk, ALimitDoesNotMoveTheCursorPastRowsThatWereNotRead)
{
    collection things = plan(by_day(), "/things/a");
    things.limit = 3;
    EXPECT_EQ(days_of(things), "1 2 3 ");
    EXPECT_FALSE(last->is_final);
    cursor_rules ordered = by_day();
    ordered.row_order = corest::row_order::ascending;
    things.incremental = std::make_shared<const cursor_rules>(ordered);
    EXPECT_EQ(days_of(things), "1 2 3 ");
    EXPECT_TRUE(last->is_final) << "all before it have come";
    EXPECT_EQ(days_of(things), "4 5 6 ");
    things.limit = 4;
    EXPECT_EQ(days_of(things), "7 8 9 ");
}

TEST_F(IncrementalWalk, ABackfillLeavesWhatIsKeptAlone)
{
    // 94
    kept->kept[""] = R"({"last_value":9})";
    cursor_rules rules = by_day();
    rules.end_value = cursor_value("5");
    collection things = plan(rules, "/things/a");
    send(things, "since", start);
    send(things, "until", start + 2);
    EXPECT_EQ(days_of(things), "1 2 3 4 ");
    EXPECT_EQ(targets.front(), "/things/a?since=1&until=5&offset=0&limit=2");
    EXPECT_FALSE(last->is_final);
    EXPECT_TRUE(kept->asked.empty());
}

TEST_F(IncrementalWalk, Case101AWindowThatFailsIsWhereTheNextRunBegins)
{
    cursor_rules rules = by_day();
    rules.end_value = cursor_value("10");
    rules.step = corest::window_step("3");
    rules.cursor_granularity = corest::window_step("1");
    collection things = plan(rules, "/things/a");
    send(things, "since", start);
    send(things, "until", start + 2);
    fails_since = 4;
    EXPECT_EQ(days_of(things), "1 2 3 ");
    EXPECT_NE(failure.find("500"), std::string::npos);
    fails_since = 0;
    EXPECT_EQ(days_of(things), "4 5 6 7 8 9 ");
    EXPECT_EQ(targets.front(), "/things/a?since=4&until=6&offset=0&limit=2");
    EXPECT_EQ(days_of(things), "");
    EXPECT_TRUE(targets.empty()) << "there is no window left";
}

TEST_F(IncrementalWalk, AWalkGoesOnInItsWindowWithItsOwnStart)
{
    for (int pages = 1; pages <= 6; ++pages) {
        cursor_rules rules = by_day();
        rules.end_value = cursor_value("10");
        rules.step = corest::window_step("3");
        rules.cursor_granularity = corest::window_step("1");
        kept->kept.clear();
        collection things = plan(rules, "/things/a");
        send(things, "since", start);
        send(things, "until", start + 2);
        stop_after = pages;
        const std::string before = days_of(things);
        EXPECT_EQ(before + days_after(things), "1 2 3 4 5 6 7 8 9 ") << pages;
    }
}

TEST_F(IncrementalWalk, AWalkThatGoesOnBeginsPagingAnewWhereItWouldHave)
{
    deepest = 4;
    for (int pages = 1; pages <= 5; ++pages) {
        for (const bool by_records : {false, true}) {
            kept->kept.clear();
            collection things = plan(by_day(), "/things/a");
            send(things, "since", start + 1); // {incremental.last_value}
            things.reset_after_pages = by_records ? 0 : 2;
            things.reset_after_records = by_records ? 4 : 0;
            stop_after = pages;
            const std::string before = days_of(things);
            EXPECT_EQ(before + days_after(things), "1 2 3 4 5 6 7 8 9 ") << pages;
            EXPECT_EQ(last->state.find("paged"), std::string::npos) << last->state;
        }
    }
}

TEST_F(IncrementalWalk, ABoundOnPagesHoldsForAWalkThatGoesOn)
{
    collection things = plan(by_day(), "/things/a");
    things.max_pages = 3;
    stop_after = 2;
    EXPECT_EQ(days_of(things), "1 2 3 4 ");
    EXPECT_EQ(days_after(things), "5 6 ");
}

TEST_F(IncrementalWalk, Case99EachParentHasACursorOfItsOwn)
{
    days["b"] = {1, 2, 3, 4, 5};
    EXPECT_EQ(days_of_all(child(by_day())), "a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 ");
    days["b"].push_back(6);
    days["c"] = {2};
    EXPECT_EQ(days_of_all(child(by_day())), "b6 c2 ");
    EXPECT_NE(std::find(targets.begin(), targets.end(), "/things/a?since=9&offset=0&limit=2"), targets.end());
    EXPECT_NE(std::find(targets.begin(), targets.end(), "/things/b?since=5&offset=0&limit=2"), targets.end());
    EXPECT_NE(std::find(targets.begin(), targets.end(), "/things/c?since=1&offset=0&limit=2"), targets.end());
    EXPECT_EQ(kept->kept.size(), 3U);
    EXPECT_TRUE(kept->kept.contains(R"({"_parents_id":"a"})"));
}

TEST_F(IncrementalWalk, Case102WithManyParentsOneCursorServesAllOthers)
{
    days["b"] = {1, 2, 3, 4, 5};
    days["c"] = {1, 2, 3, 4};
    cursor_rules rules = by_day();
    rules.partition_limit = 1;
    rules.lag = "3";
    EXPECT_EQ(days_of_all(child(rules)), "a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 c1 c2 c3 c4 ");
    EXPECT_EQ(kept->kept.size(), 2U) << "that of the first parent, and one for all others";
    EXPECT_EQ(corest::cursor_state(kept->kept[""]).last_value->json(), "5");
    days["c"].push_back(5);
    days["d"] = {2, 6};
    EXPECT_EQ(days_of_all(child(rules)), "a6 a7 a8 a9 b2 b3 b4 b5 c2 c3 c4 c5 d2 d6 ");
    EXPECT_EQ(corest::cursor_state(kept->kept[""]).last_value->json(), "6");
}

TEST_F(IncrementalWalk, AParentWithACursorOfItsOwnBeginsThere)
{
    days["a"] = {9};
    days["b"] = {5};
    days["c"] = {12};
    cursor_rules rules = by_day();
    rules.partition_limit = 2;
    rules.lag = "4";
    EXPECT_EQ(days_of_all(child(rules)), "a9 b5 c12 ");
    days["b"].push_back(6);
    days["c"].push_back(13);
    EXPECT_EQ(days_of_all(child(rules)), "a9 b5 b6 c12 c13 ") << "12 is how far the others are, and not b";
    EXPECT_EQ(corest::cursor_state(kept->kept[R"({"_parents_id":"b"})"]).last_value->json(), "6");
}

TEST_F(IncrementalWalk, AFrontierKeepsTheCursorOfAnOpenWalk)
{
    tree all;
    collection things = plan(by_day(), "/things/a");
    all.add(tree_node(std::make_shared<const collection>(things)));
    corest::frontier rest(all);
    const auto take_one = [&]() -> corest::net::awaitable<void> {
        auto events = all.events();
        auto event = co_await events.next();
        rest.take(*event);
        event.reset();
        co_await events.close();
    };
    run(context, take_one());
    const std::string text = corest::frontier_text(rest);
    const corest::frontier again = corest::read_frontier(all, text);
    EXPECT_EQ(corest::frontier_text(again), text);
    ASSERT_EQ(again.walks().size(), 1U);
    EXPECT_EQ(corest::cursor_state(again.walks().begin()->second.cursor.value()).last_value->json(), "2");
}

/// \file
/// The engine of flows and dictionaries: events, answers, failures, bounds.

#include <corest/resource/tree.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

using corest::async_generator;
using corest::binding_rule;
using corest::client;
using corest::collection;
using corest::errc;
using corest::error;
using corest::request;
using corest::response;
using corest::tree;
using corest::tree_event;
using corest::tree_node;

namespace {

/// Parents 1..n on pages of two, each with one page of two children, and a root that has nothing to do with them.
class Tree : public testing::Test {
protected:
    client api() { return {context.get_executor(), corest::any_transport(server), "http://api.test"}; }

    collection parents_collection()
    {
        collection c(api(), corest::request_template(request("GET", "http://api.test/parents")));
        c.name = "parents";
        c.paginator = corest::page_number().base_page(0);
        c.ahead = false;
        return c;
    }
    collection children_collection()
    {
        corest::request_template requests(request("GET", "http://api.test"));
        requests.path = corest::filled_template(
            corest::path_template("/parents/{id}/children"), {corest::placeholder_value(std::size_t{0})});
        collection c(api(), std::move(requests));
        c.name = "children";
        c.paginator = corest::single_page();
        c.bindings = {binding_rule::infer("id", "parents")};
        return c;
    }
    collection other_collection()
    {
        collection c(api(), corest::request_template(request("GET", "http://api.test/others")));
        c.name = "others";
        c.paginator = corest::single_page();
        return c;
    }
    static std::shared_ptr<const collection> shared(collection c)
    {
        return std::make_shared<const collection>(std::move(c));
    }
    /// Node 0: parents, 1: children, 2: others.
    tree family(std::size_t concurrency = 2)
    {
        tree t;
        t.add(tree_node(shared(parents_collection())));
        tree_node children(shared(children_collection()), 0);
        children.concurrency = concurrency;
        t.add(std::move(children));
        t.add(tree_node(shared(other_collection())));
        return t;
    }

    response usual(const request& r) const
    {
        if (r.url.find("/children") != std::string::npos) {
            return respond(200, R"([{"c":1},{"c":2}])");
        }
        if (r.url.find("/others") != std::string::npos) {
            return respond(200, R"([{"o":1}])");
        }
        const std::size_t page = std::stoul(corest::find_query(r.url, "page").value_or("0"));
        std::string body = "[";
        for (std::size_t id = 2 * page + 1; id <= std::min(2 * page + 2, parent_count); ++id) {
            body += (body.size() > 1 ? "," : "") + (R"({"id":)" + std::to_string(id) + "}");
        }
        return respond(200, body + "]");
    }

    /// What came of a tree: a line for each event.
    using log = std::vector<std::string>;
    /// Answers an event.
    using answerer = std::function<void(tree_event&)>;

    static corest::net::awaitable<void> read(async_generator<tree_event> events, answerer reply, log& all)
    {
        while (auto event = co_await events.next()) {
            const std::string node = std::to_string(event->node());
            if (event->is_end()) {
                all.push_back(node
                    + (event->is_complete()    ? " complete"
                            : event->failure() ? " failed"
                                               : " incomplete"));
            } else {
                all.push_back(node + " page of " + std::to_string(event->page().size()));
                reply(*event);
            }
        }
    }
    log read_all(
        const tree& t, const answerer& reply = [](tree_event& e) { e.accept(); },
        std::function<bool(const std::exception_ptr&)> fatal = {})
    {
        log all;
        context.restart();
        run(context, read(t.events(std::move(fatal)), reply, all));
        return all;
    }
    static std::size_t count(const log& all, const std::string& line)
    {
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), line));
    }
    std::size_t sent(const std::string& part) const
    {
        return static_cast<std::size_t>(std::count_if(server->sent.begin(), server->sent.end(),
            [&](const request& r) { return r.url.find(part) != std::string::npos; }));
    }

    corest::net::io_context context;
    std::size_t parent_count = 4;
    std::function<response(const request&)> answer = [this](const request& r) { return usual(r); };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Tree, EveryPageAndEveryEndIsAnEvent)
{
    const log all = read_all(family());
    EXPECT_EQ(count(all, "0 page of 2"), 2U);
    EXPECT_EQ(count(all, "1 page of 2"), 4U);
    EXPECT_EQ(count(all, "2 page of 1"), 1U);
    for (const char* end : {"0 complete", "1 complete", "2 complete"}) {
        EXPECT_EQ(count(all, end), 1U) << end;
    }
    EXPECT_LT(std::find(all.begin(), all.end(), "0 complete"), std::find(all.begin(), all.end(), "1 complete"));
}

TEST_F(Tree, AChildsWalkBeginsWhenItsParentsPageHasBeenAccepted)
{
    std::vector<tree_event> kept;
    const tree t = family();
    const auto body = [&](async_generator<tree_event> events) -> corest::net::awaitable<void> {
        const auto executor = co_await corest::net::this_coro::executor;
        while (kept.empty()) {
            auto event = co_await events.next();
            if (event->node() == 0) {
                kept.push_back(std::move(*event));
            }
        }
        for (int i = 0; i < 50; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        EXPECT_EQ(sent("/children"), 0U);
        EXPECT_EQ(sent("/parents?"), 1U) << "nor is the next page handed out";
        kept.front().accept();
        while (auto event = co_await events.next()) {
        }
        EXPECT_EQ(sent("/children"), 4U);
    };
    run(context, body(t.events()));
}

TEST_F(Tree, APageTellsWhereItsWalkStandsAndWhatItOpens)
{
    std::vector<std::string> positions;
    std::set<std::uint64_t> walks;
    std::vector<std::string> opened;
    read_all(family(), [&](tree_event& e) {
        if (e.node() == 0) {
            positions.push_back(std::to_string(e.position().pages) + "/" + std::to_string(e.position().records) + "/"
                + e.position().paginator.value_or("none") + (e.is_last() ? "/last" : ""));
            for (const corest::opened_walk& w : e.opened()) {
                EXPECT_EQ(w.node, 1U);
                EXPECT_TRUE(walks.insert(w.walk).second) << "numbers are unique";
                opened.push_back(w.bindings->at(0).json + "@" + std::to_string(w.record));
            }
        } else if (e.node() == 1) {
            EXPECT_EQ(walks.count(e.walk()), 1U) << "a child's walk was opened by a page";
            EXPECT_TRUE(e.is_last());
        }
    });
    EXPECT_EQ(positions, (std::vector<std::string>{"1/2/1", "2/4/2", "3/4/none/last"}));
    EXPECT_EQ(opened, (std::vector<std::string>{"1@0", "2@1", "3@0", "4@1"}));
}

TEST_F(Tree, AFailureEndsItsNodeAndWhatIsBelowItIsIncomplete)
{
    answer = [this](const request& r) { return r.url.find("page=1") != std::string::npos ? respond(500) : usual(r); };
    const log all = read_all(family());
    EXPECT_EQ(count(all, "0 failed"), 1U);
    EXPECT_EQ(count(all, "1 incomplete"), 1U);
    EXPECT_EQ(count(all, "1 page of 2"), 2U) << "what was opened before is read";
    EXPECT_EQ(count(all, "2 complete"), 1U);
}

TEST_F(Tree, AFailureThatConcernsAllEndsAll)
{
    server->turns = 3;
    answer = [this](const request& r) { return r.url.find("/others") != std::string::npos ? respond(401) : usual(r); };
    const log all =
        read_all(family(), [](tree_event& e) { e.accept(); }, [](const std::exception_ptr&) { return true; });
    EXPECT_EQ(count(all, "2 failed"), 1U);
    EXPECT_EQ(count(all, "0 failed"), 1U) << "it is told, with operation_aborted";
    EXPECT_EQ(count(all, "1 failed"), 1U);
}

TEST_F(Tree, ARejectedPageEndsItsNode)
{
    parent_count = 40;
    const auto refuse = [](std::size_t node) {
        return [node](tree_event& e) {
            if (e.node() == node) {
                e.reject(std::make_exception_ptr(error(errc::destination_failed, "full")));
            } else {
                e.accept();
            }
        };
    };
    log all = read_all(family(), refuse(1));
    EXPECT_EQ(count(all, "1 failed"), 1U);
    EXPECT_EQ(count(all, "0 complete"), 1U);
    EXPECT_LT(sent("/children"), 8U);

    all = read_all(family(), refuse(0));
    EXPECT_EQ(count(all, "0 failed"), 1U);
    EXPECT_EQ(count(all, "1 incomplete"), 1U);
    EXPECT_EQ(count(all, "2 complete"), 1U);
}

TEST_F(Tree, AnEventThatIsDroppedIsAccepted)
{
    const log all = read_all(family(), [](tree_event&) {});
    EXPECT_EQ(count(all, "1 page of 2"), 4U);
    EXPECT_EQ(count(all, "1 complete"), 1U);
}

TEST_F(Tree, ANodeThatHasFailedBeforeIsNotRead)
{
    tree t = family();
    t.node(0).failure = std::make_exception_ptr(error(errc::destination_failed, "no table"));
    const log all = read_all(t);
    EXPECT_EQ(sent("/parents"), 0U);
    EXPECT_EQ(count(all, "0 failed"), 1U);
    EXPECT_EQ(count(all, "1 incomplete"), 1U);
}

TEST_F(Tree, RepeatedWalksAreSkippedAndCountedOnRequest)
{
    answer = [this](const request& r) {
        return r.url.find("page=0") != std::string::npos ? respond(200, R"([{"id":1},{"id":1}])") : usual(r);
    };
    tree t = family();
    read_all(t);
    EXPECT_EQ(sent("/parents/1/"), 2U);
    server->sent.clear();
    t.node(1).skip_repeated = true;
    read_all(t);
    EXPECT_EQ(sent("/parents/1/"), 1U);
    EXPECT_EQ(t.nodes()[1].content->statistics->repeated, 1U);
}

TEST_F(Tree, ALimitOfANodeCountsAllItsWalks)
{
    tree t = family();
    t.node(1).limit = 3;
    t.node(1).concurrency = 1;
    const log all = read_all(t);
    EXPECT_EQ(count(all, "1 page of 2"), 1U);
    EXPECT_EQ(count(all, "1 page of 1"), 1U);
    EXPECT_EQ(count(all, "1 complete"), 1U);
    EXPECT_EQ(sent("/children"), 2U);
}

TEST_F(Tree, ALimitThatWalksAtOncePassTogetherEndsTheNodeAllTheSame)
{
    parent_count = 40;
    tree t = family();
    t.node(1).limit = 3;
    t.node(1).concurrency = 2;
    const log all = read_all(t);
    EXPECT_EQ(count(all, "1 complete"), 1U);
    EXPECT_LE(sent("/children"), 4U);
}

TEST_F(Tree, AFailureIsToldBeforeARecordThatLacksSomething)
{
    parent_count = 2;
    server->turns = 2;
    answer = [this](const request& r) {
        if (r.url.find("/parents/1/children") != std::string::npos) {
            return respond(403);
        }
        return r.url.find("page=0") != std::string::npos ? respond(200, R"([{"id":1},{"name":"no id"}])") : usual(r);
    };
    std::string said;
    const auto body = [&](async_generator<tree_event> events) -> corest::net::awaitable<void> {
        while (auto event = co_await events.next()) {
            if (event->is_end() && event->node() == 1) {
                said = corest::describe(event->failure());
            }
        }
    };
    run(context, body(family().events()));
    EXPECT_NE(said.find("403"), std::string::npos) << said;
}

TEST_F(Tree, OrderedPagesComeInTheOrderOfTheParents)
{
    parent_count = 20;
    tree t = family(4);
    t.node(1).ordered = true;
    // Odd parents take longer than even ones.
    int n = 0;
    answer = [this, &n](const request& r) {
        server->turns = (++n % 2) != 0 ? 9 : 1;
        return usual(r);
    };
    std::vector<std::int64_t> parents;
    read_all(t, [&](tree_event& e) {
        if (e.node() == 1) {
            parents.push_back(e.page().parent().get<std::int64_t>("id"));
        }
    });
    ASSERT_EQ(parents.size(), 20U);
    EXPECT_TRUE(std::is_sorted(parents.begin(), parents.end()));
}

TEST_F(Tree, PagesInHandAreBounded)
{
    parent_count = 40;
    tree t = family(8);
    t.node(1).pages_in_hand = 3;
    std::vector<tree_event> kept;
    const auto body = [&](async_generator<tree_event> events) -> corest::net::awaitable<void> {
        const auto executor = co_await corest::net::this_coro::executor;
        std::size_t children = 0;
        while (children < 3) {
            auto event = co_await events.next();
            if (event->node() == 1 && !event->is_end()) {
                ++children;
                kept.push_back(std::move(*event));
            }
        }
        for (int i = 0; i < 100; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        EXPECT_LE(sent("/children"), 3U + 8U) << "each reader has one in hand at the most";
        kept.clear();
        while (auto event = co_await events.next()) {
        }
        EXPECT_EQ(sent("/children"), 40U);
    };
    run(context, body(t.events()));
}

TEST_F(Tree, NothingIsLeftWhenTheGeneratorIsDestroyedEarly)
{
    parent_count = 40;
    const tree t = family(8);
    const auto body = [&](async_generator<tree_event> events) -> corest::net::awaitable<void> {
        for (int i = 0; i < 5; ++i) {
            auto event = co_await events.next();
        }
    };
    run(context, body(t.events()));
    context.restart();
    EXPECT_EQ(context.poll(), 0U) << "the io_context has no work left";
}

TEST_F(Tree, AParentThatWasNotAddedIsAnError)
{
    tree t;
    EXPECT_THROW(t.add(tree_node(shared(other_collection()), 0)), error);
}

} // namespace

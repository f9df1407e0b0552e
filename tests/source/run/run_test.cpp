#include <corest/source/run/run.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/source_config.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(post.hpp)

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using corest::page;
using corest::request;
using corest::response;
using corest::source::resource_report;
using corest::source::resource_state;

namespace {

/// Counts itself as long as it lives.
class under_way {
public:
    explicit under_way(int& count) : count_(count) { ++count_; }
    under_way(const under_way&) = delete;
    under_way& operator=(const under_way&) = delete;
    ~under_way() { --count_; }

private:
    int& count_;
};

/// A user's own destination: remembers what was done to each table. `close` takes a few turns of the event loop.
class journal {
public:
    corest::net::awaitable<void> open(corest::table t)
    {
        const auto executor = co_await corest::net::this_coro::executor;
        for (int i = 0; i < 5; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        EXPECT_EQ(ends, 0) << "all tables are open before the first one ends";
        log[t.name] = "open";
    }
    corest::net::awaitable<void> write(std::string name, page p)
    {
        const auto executor = co_await corest::net::this_coro::executor;
        const under_way counted(writes);
        most_writes = std::max(most_writes, writes);
        for (int i = 0; i < write_turns; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        if (p.body().find(refused) != std::string_view::npos) {
            throw corest::error(corest::errc::destination_failed, "refused");
        }
        rows[name] += p.size();
    }
    corest::net::awaitable<void> close(std::string name)
    {
        const auto executor = co_await corest::net::this_coro::executor;
        closing = true;
        ++ends;
        for (int i = 0; i < 20; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        if (name == unclosable) {
            throw corest::error(corest::errc::destination_failed, "cannot be closed");
        }
        log[name] = "closed";
    }
    corest::net::awaitable<void> abandon(std::string name)
    {
        writes_at_end = writes;
        ++ends;
        log[name] = "abandoned";
        co_return;
    }

    std::map<std::string, std::string> log;
    std::map<std::string, std::size_t> rows;
    bool closing = false;
    int write_turns = 0; ///< of the event loop that a write takes
    int writes = 0;
    int ends = 0;           ///< of tables
    int most_writes = 0;    ///< at once
    int writes_at_end = -1; ///< under way when a table was abandoned
    std::string refused = "refuse this page";
    std::string unclosable; ///< the name of a table
};

/// Hands calls to a journal that the test keeps.
class to_journal {
public:
    explicit to_journal(std::shared_ptr<journal> of) : of_(std::move(of)) {}
    corest::net::awaitable<void> open(corest::table t) { return of_->open(std::move(t)); }
    corest::net::awaitable<void> write(std::string n, page p) { return of_->write(std::move(n), std::move(p)); }
    corest::net::awaitable<void> close(std::string n) { return of_->close(std::move(n)); }
    corest::net::awaitable<void> abandon(std::string n) { return of_->abandon(std::move(n)); }

private:
    std::shared_ptr<journal> of_;
};

/// Parents 1 to 3 with two children each, and a root that has nothing to do with them.
class Run : public testing::Test {
protected:
    static std::string dictionary(const std::string& client_part = "")
    {
        return R"({"client": {"base_url": "http://api.test")" + client_part + R"(},
            "resource_defaults": {"write_disposition": "append", "endpoint": {"paginator": "single_page"}},
            "resources": [{"name": "parents", "endpoint": {"path": "/parents"}},
                          {"name": "children", "endpoint": {"path": "/parents/{parent_id}/children"}},
                          {"name": "others", "endpoint": {"path": "/others"}}]})";
    }
    void start(const std::string& text, corest::source::detail::run_options options = {})
    {
        corest::source::plan p =
            corest::source::make_plan(corest::source::check_source(corest::source::read_source(text)));
        corest::source::resolve_secrets(p, corest::source::secret_store([](const std::string& name) {
            return name == "KEY" ? std::optional<std::string>("TOP/SECRET") : std::nullopt;
        }));
        report = corest::source::make_report(p);
        stored->ends = 0;
        options.destination = to_journal(stored);
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        ended = nullptr;
        corest::net::co_spawn(context, corest::source::detail::run_plan(std::move(p), options, report),
            corest::net::bind_cancellation_slot(
                stop.slot(), [this](std::exception_ptr e, const corest::source::run_report&) { ended = e; }));
    }
    void run_all(const std::string& text, corest::source::detail::run_options options = {})
    {
        start(text, std::move(options));
        context.restart();
        context.run();
        if (ended) {
            std::rethrow_exception(ended);
        }
    }
    const resource_report& of(const std::string& name) const
    {
        for (const resource_report& r : report->resources) {
            if (r.name == name) {
                return r;
            }
        }
        throw std::out_of_range(name);
    }
    static response usual(const request& r)
    {
        if (r.url == "http://api.test/parents") {
            return respond(200, R"([{"id":1},{"id":2},{"id":3}])");
        }
        return respond(200, R"([{"id":1},{"id":2}])");
    }

    corest::net::io_context context;
    corest::net::cancellation_signal stop;
    std::exception_ptr ended;
    std::shared_ptr<journal> stored = std::make_shared<journal>();
    std::shared_ptr<corest::source::run_report> report;
    std::function<response(const request&)> answer = usual;
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Run, EveryTableIsOpenedFilledAndClosed)
{
    run_all(dictionary());
    EXPECT_TRUE(report->complete());
    EXPECT_EQ(stored->rows, (std::map<std::string, std::size_t>{{"parents", 3}, {"children", 6}, {"others", 2}}));
    EXPECT_EQ(stored->log,
        (std::map<std::string, std::string>{{"parents", "closed"}, {"children", "closed"}, {"others", "closed"}}));
}

TEST_F(Run, WhatIsBelowAFailedParentIsIncompleteAndTheOthersGoOn)
{
    answer = [](const request& r) {
        return r.url == "http://api.test/parents" ? respond(200, R"([{"id":1},{"id":2},{"name":"no id"}])") : usual(r);
    };
    run_all(dictionary());
    EXPECT_EQ(of("parents").state, resource_state::done);
    EXPECT_EQ(of("children").state, resource_state::failed);
    EXPECT_EQ(of("others").state, resource_state::done);
    EXPECT_EQ(stored->log["children"], "abandoned");
    EXPECT_EQ(of("children").rows, 0U) << "staged rows that were dropped are not counted";

    answer = [](const request& r) { return r.url == "http://api.test/parents" ? respond(500) : usual(r); };
    run_all(dictionary());
    EXPECT_EQ(of("parents").state, resource_state::failed);
    EXPECT_EQ(of("children").state, resource_state::incomplete);
    EXPECT_EQ(of("others").state, resource_state::done);
    EXPECT_EQ(stored->log["children"], "abandoned");
    EXPECT_FALSE(report->complete());
}

TEST_F(Run, RefusedCredentialsEndTheWholeRunAndAreSaidOnce)
{
    answer = [](const request&) { return respond(401); };
    run_all(dictionary());
    EXPECT_EQ(report->failures().size(), 1U);
    EXPECT_EQ(stored->log["others"], "abandoned");
}

TEST_F(Run, WhatAFailureOfTheWholeApiEndsIsInterrupted)
{
    answer = [](const request&) { return respond(401); };
    run_all(R"({"client": {"base_url": "http://api.test"}, "resources": ["a", "b", "c"]})");
    std::map<resource_state, int> states;
    for (const char* const name : {"a", "b", "c"}) {
        ++states[of(name).state];
        EXPECT_EQ(of(name).failure != nullptr, of(name).state == resource_state::failed) << name;
    }
    EXPECT_EQ(states, (std::map<resource_state, int>{{resource_state::failed, 1}, {resource_state::interrupted, 2}}));
}

TEST_F(Run, AChildOfAParentWithoutRecordsHasItsTableAndEndsIt)
{
    answer = [](const request& r) { return r.url == "http://api.test/parents" ? respond(200, "[]") : usual(r); };
    run_all(dictionary());
    EXPECT_EQ(of("children").state, resource_state::done);
    EXPECT_EQ(stored->log["children"], "closed");
}

TEST_F(Run, AParentThatComesTwiceIsReadOnceAndReported)
{
    answer = [](const request& r) {
        return r.url == "http://api.test/parents" ? respond(200, R"([{"id":1},{"id":1},{"id":2}])") : usual(r);
    };
    run_all(dictionary());
    EXPECT_EQ(stored->rows["children"], 4U);
    EXPECT_EQ(of("children").duplicate_parents, 1U);
    EXPECT_NE(boost::json::serialize(corest::source::to_json(*report)).find("1 parent led to a collection"),
        std::string::npos);
}

TEST_F(Run, AParentWithoutTheFieldIsSkippedWhereThatIsSaidAndReported)
{
    answer = [](const request& r) {
        return r.url == "http://api.test/parents" ? respond(200, R"([{"id":1},{"id":null},{"name":"a"}])") : usual(r);
    };
    std::string text = dictionary();
    run_all(text);
    EXPECT_EQ(of("children").state, resource_state::failed) << "it is an error by default";
    const std::string name = R"("name": "children")";
    text.insert(text.find(name) + name.size(), R"(, "on_parent_field_missing": "skip")");
    run_all(text);
    EXPECT_EQ(of("children").state, resource_state::done);
    EXPECT_EQ(stored->rows["children"], 4U) << "two of each run";
    const std::string told = boost::json::serialize(corest::source::to_json(*report));
    EXPECT_NE(told.find("2 parents were skipped, as on_parent_field_missing says"), std::string::npos) << told;
    EXPECT_NE(told.find("\"skipped_parents\":2"), std::string::npos) << told;
}

/// Parents 1 and 2, both of the family 5, and a child whose endpoint is given.
std::string family_dictionary(const std::string& endpoint, const std::string& more = "")
{
    return R"({"client": {"base_url": "http://api.test"},
        "resource_defaults": {"write_disposition": "append", "endpoint": {"paginator": "single_page"}},
        "resources": ["parents", {"name": "children", "endpoint": )"
        + endpoint + more + "}]}";
}

response family(const request& r)
{
    return r.url == "http://api.test/parents" ? respond(200, R"([{"id":1,"family":5},{"id":2,"family":5}])")
                                              : respond(200, R"([{"id":1}])");
}

TEST_F(Run, ParentsThatDifferInAHeaderAreReadEach)
{
    answer = family;
    run_all(family_dictionary(R"({"path": "/children", "headers": {"X-Parent": "{resources.parents.id}"}})"));
    EXPECT_EQ(stored->rows["children"], 2U);
    EXPECT_EQ(of("children").duplicate_parents, 0U);
}

TEST_F(Run, ParentsThatDifferInAFieldTakenOverAreReadEach)
{
    answer = family;
    const std::string endpoint = R"({"path": "/families/{resources.parents.family}/children"})";
    run_all(family_dictionary(endpoint, R"(, "include_from_parent": ["id"])"));
    EXPECT_EQ(stored->rows["children"], 2U);
    EXPECT_EQ(of("children").duplicate_parents, 0U);
    stored->rows.clear();
    run_all(family_dictionary(endpoint));
    EXPECT_EQ(stored->rows["children"], 1U) << "its rows would be the same ones again";
    EXPECT_EQ(of("children").duplicate_parents, 1U);
}

TEST_F(Run, AFieldThatTheParentTookOverFillsAPlaceholderFurtherDown)
{
    answer = [](const request& r) {
        return r.url == "http://api.test/groups" ? respond(200, R"([{"id":1,"name":"a b","size":2,"none":null}])")
                                                 : respond(200, R"([{"id":7}])");
    };
    const auto text = [](const std::string& field) {
        return R"({"client": {"base_url": "http://api.test"},
            "resource_defaults": {"write_disposition": "append", "endpoint": {"paginator": "single_page"}},
            "resources": ["groups",
                {"name": "users", "endpoint": {"path": "/groups/{resources.groups.id}/users"},
                 "include_from_parent": ["name", "size", "none"]},
                {"name": "files", "endpoint": {"path": "/files/{resources.users.id}/{resources.groups.)"
            + field + R"(}"}}]})";
    };
    run_all(text("name"));
    EXPECT_EQ(server->sent.back().url, "http://api.test/files/7/a%20b");
    EXPECT_EQ(stored->rows["files"], 1U);
    run_all(text("size"));
    EXPECT_EQ(server->sent.back().url, "http://api.test/files/7/2");
    run_all(text("none"));
    EXPECT_EQ(of("files").state, resource_state::failed);
}

TEST_F(Run, ALimitCutsParentsAndChildren)
{
    corest::source::detail::run_options options;
    options.limit = 1;
    run_all(dictionary(), options);
    EXPECT_EQ(stored->rows, (std::map<std::string, std::size_t>{{"parents", 1}, {"children", 1}, {"others", 1}}));
}

TEST_F(Run, ConcurrencyHoldsForEachResource)
{
    server->turns = 10;
    corest::source::detail::run_options options;
    options.concurrency = 2;
    answer = [](const request& r) {
        std::string many = "[";
        for (int i = 0; i < 50; ++i) {
            many += (i ? "," : "") + (R"({"id":)" + std::to_string(i) + "}");
        }
        return r.url == "http://api.test/parents" ? respond(200, many + "]") : usual(r);
    };
    run_all(dictionary(), options);
    EXPECT_EQ(stored->rows["children"], 100U);
    EXPECT_LE(server->most_in_flight, 2 + 2) << "two children, and the two roots";
}

/// A server of 20 pages with two records each.
response twenty_pages(const request& r)
{
    const auto text = corest::find_query(r.url, "page");
    const std::size_t page = text ? std::stoul(*text) : 0;
    return respond(200,
        page >= 20 ? std::string("[]")
                   : R"([{"id":)" + std::to_string(2 * page) + R"(},{"id":)" + std::to_string(2 * page + 1) + "}]");
}

constexpr const char* of_pages = R"({"client": {"base_url": "http://api.test"},
    "resources": [{"name": "a", "endpoint": {"path": "/a", "paginator": {"type": "page_number", "base_page": 0}}}]})";

TEST_F(Run, PagesAreFetchedWhileOthersAreStored)
{
    answer = twenty_pages;
    stored->write_turns = 50;
    run_all(of_pages);
    EXPECT_EQ(stored->rows["a"], 40U);
    EXPECT_EQ(of("a").rows, 40U);
    EXPECT_GT(stored->most_writes, 1);
}

TEST_F(Run, WhatTheDestinationRefusesFailsTheResourceAlsoIfItIsStoredBehind)
{
    answer = twenty_pages;
    for (const char* refused : {R"({"id":0})", R"({"id":17})", R"({"id":39})"}) {
        stored->write_turns = 50;
        stored->refused = refused;
        run_all(of_pages);
        EXPECT_EQ(of("a").state, resource_state::failed) << refused;
        EXPECT_EQ(stored->log["a"], "abandoned");
    }
}

/// A server of 200 pages with one record each.
response many_pages(const request& r)
{
    const auto text = corest::find_query(r.url, "page");
    const std::size_t page = text ? std::stoul(*text) : 0;
    return respond(200, page >= 200 ? std::string("[]") : R"([{"id":)" + std::to_string(page) + "}]");
}

TEST_F(Run, WhatTheDestinationRefusesIsToldAlsoWhereManyPagesAreUnderWay)
{
    answer = [](const request& r) { return r.url.find("/others") != std::string::npos ? usual(r) : many_pages(r); };
    stored->write_turns = 500;
    stored->refused = R"({"id":3})";
    run_all(R"({"client": {"base_url": "http://api.test"}, "resources": [
        {"name": "a", "endpoint": {"path": "/a", "paginator": {"type": "page_number", "base_page": 0}}},
        {"name": "others", "endpoint": {"path": "/others", "paginator": "single_page"}}]})");
    EXPECT_EQ(of("a").state, resource_state::failed);
    EXPECT_NE(report->failures().at(0).find("refused"), std::string::npos) << report->failures().at(0);
    EXPECT_EQ(of("others").state, resource_state::done);
    EXPECT_EQ(stored->log["a"], "abandoned");
    EXPECT_EQ(stored->writes, 0);
}

TEST_F(Run, NoWriteIsUnderWayWhenATableEndsAlsoIfTheRunIsCancelled)
{
    answer = many_pages;
    stored->write_turns = 500;
    start(of_pages);
    while (stored->writes < 5) {
        context.run_one();
    }
    stop.emit(corest::net::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(corest::is_cancellation(ended));
    EXPECT_EQ(stored->log["a"], "abandoned");
    EXPECT_EQ(stored->writes_at_end, 0);
}

TEST_F(Run, WhatIsBelowAParentWhoseTableCannotBeClosedIsIncomplete)
{
    stored->unclosable = "parents";
    run_all(dictionary());
    EXPECT_EQ(of("parents").state, resource_state::failed);
    EXPECT_NE(report->failures().at(0).find("cannot be closed"), std::string::npos);
    EXPECT_EQ(of("children").state, resource_state::incomplete);
    EXPECT_EQ(stored->log["children"], "abandoned");
    EXPECT_EQ(of("children").rows, 0U);
    EXPECT_EQ(of("others").state, resource_state::done);
    EXPECT_FALSE(report->complete());
}

TEST_F(Run, AChildThatWaitsForItsParentsEndIsEndedWhereTheRunIsCancelled)
{
    // The limit ends the children before their parents have all been read.
    answer = [](const request& r) { return r.url.find("/children") != std::string::npos ? usual(r) : many_pages(r); };
    corest::source::detail::run_options options;
    options.limit = 20;
    stored->write_turns = 50;
    start(R"({"client": {"base_url": "http://api.test"},
        "resource_defaults": {"write_disposition": "append"}, "resources": [
        {"name": "parents", "endpoint": {"path": "/parents", "paginator": {"type": "page_number", "base_page": 0}}},
        {"name": "children", "endpoint": {"path": "/parents/{parent_id}/children", "paginator": "single_page"}}]})",
        options);
    while (stored->rows["children"] < 20) {
        context.run_one();
    }
    for (int i = 0; i < 10; ++i) {
        context.run_one();
    }
    stop.emit(corest::net::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(corest::is_cancellation(ended));
    EXPECT_EQ(of("parents").state, resource_state::interrupted);
    EXPECT_EQ(of("children").state, resource_state::interrupted);
    EXPECT_EQ(stored->ends, 2);
}

TEST_F(Run, PagesBeforeAFailureAreStored)
{
    answer = [](const request& r) {
        return r.url.find("page=10") != std::string::npos ? respond(404) : twenty_pages(r);
    };
    stored->write_turns = 50;
    run_all(of_pages);
    EXPECT_EQ(of("a").state, resource_state::failed);
    EXPECT_EQ(stored->rows["a"], 20U);
}

TEST_F(Run, ATableThatIsBeingClosedIsClosedEvenIfTheRunIsCancelled)
{
    start(dictionary());
    while (!stored->closing) {
        context.run_one();
    }
    stop.emit(corest::net::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(corest::is_cancellation(ended));
    for (const auto& [name, what] : stored->log) {
        EXPECT_NE(what, "open") << name;
        EXPECT_EQ(what == "closed", of(name).state == resource_state::done) << name;
    }
    EXPECT_GE(
        std::count_if(stored->log.begin(), stored->log.end(), [](const auto& l) { return l.second == "closed"; }), 1);
}

TEST_F(Run, NoSecretIsInAFailureWhereverItStoodInTheRequest)
{
    answer = [](const request& r) { return respond(400, "cannot serve " + r.url.substr(r.url.find('/', 8))); };
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"({"client": {"base_url": {"$secret": "key_url"}}, "resources": [{"name": "a", "endpoint": {"path": "/x"}}]})",
            "cannot serve /***/x ("},
        {R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "a", "endpoint": {"path": "/bot{t}/x",
             "params": {"t": {"$secret": "key"}}}}]})",
            "cannot serve /bot***/x ("},
        {R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "a", "endpoint": {"path": "/x",
             "params": {"page": {"$secret": "key"}}}}]})",
            "cannot serve /x?page=*** ("},
    };
    for (const auto& [text, shown] : cases) {
        corest::source::plan p =
            corest::source::make_plan(corest::source::check_source(corest::source::read_source(text)));
        corest::source::resolve_secrets(p, corest::source::secret_store([](const std::string& name) {
            return std::optional<std::string>(name == "KEY" ? "TOP/SECRET" : "http://api.test/hooks/TOP/SECRET/");
        }));
        report = corest::source::make_report(p);
        corest::source::detail::run_options options;
        stored->ends = 0;
        options.destination = to_journal(stored);
        options.transport = corest::any_transport(server);
        context.restart();
        static_cast<void>(run(context, corest::source::detail::run_plan(std::move(p), options, report)));
        const std::string all = boost::json::serialize(corest::source::to_json(*report));
        EXPECT_NE(all.find("the server answered 400"), std::string::npos) << all;
        EXPECT_EQ(all.find("SECRET"), std::string::npos) << all;
        EXPECT_NE(all.find(shown), std::string::npos) << "the secret is masked, and no more than it: " << all;
    }
}

} // namespace

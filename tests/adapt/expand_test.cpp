/// \file
/// Child resources of values: which requests are sent, and what ends when.

#include <corest/adapt/as.hpp>
#include <corest/adapt/collect.hpp>
#include <corest/adapt/expand.hpp>
#include <corest/adapt/filter.hpp>
#include <corest/adapt/merge.hpp>
#include <corest/adapt/take.hpp>
#include <corest/adapt/transform.hpp>
#include <corest/adapt/values.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/resource/resource.hpp>

#include "sources.hpp"

#include <support/scripted_transport.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace corest;
using namespace corest::test;

namespace {

struct place {
    std::string country;
    std::int64_t city;
};
BOOST_DESCRIBE_STRUCT(place, (), (country, city))

BOOST_DEFINE_ENUM_CLASS(state, open, in_progress)
constexpr auto corest_names(const state*)
{
    return rename(state::in_progress, "in-progress");
}

struct issue {
    std::int64_t id;
    std::string group_id;
    state is;
    std::chrono::year_month_day created_on;
};
BOOST_DESCRIBE_STRUCT(issue, (), (id, group_id, is, created_on))
constexpr auto corest_names(const issue*)
{
    return camel_case().rename(&issue::is, "state");
}

/// Answers /x/y with [{"path": "/x/y"}], and /projects with three projects, of which two are active.
response answer(const request& r)
{
    const std::string path = r.url.substr(std::string("https://api.example.com").size());
    if (path == "/projects") {
        return respond(
            200, R"([{"id": 1, "active": true}, {"id": "b/c", "active": false}, {"id": "d/e", "active": true}])");
    }
    if (path == "/issues") {
        return respond(200, R"([{"id": 1, "groupId": "a/b", "state": "in-progress", "createdOn": "2026-11-26"}])");
    }
    return respond(200, "[{\"path\": \"" + path + "\"}]");
}

using texts = std::vector<std::string>;

class ExpandValues : public CoroutineTest {
protected:
    client api() { return client(executor(), any_transport(transport_), "https://api.example.com"); }

    /// The paths of the records, sorted.
    texts paths(const resource& from)
    {
        texts all = paths_in_order(from);
        std::sort(all.begin(), all.end());
        return all;
    }

    texts paths_in_order(const resource& from)
    {
        texts all;
        run([](resource r, texts* to) -> net::awaitable<void> {
            auto records = r.records();
            while (auto each = co_await records.next()) {
                to->push_back(each->get<std::string>("path"));
            }
        }(from, &all));
        return all;
    }

    std::shared_ptr<scripted_transport> transport_ = std::make_shared<scripted_transport>(answer);
};

TEST_F(ExpandValues, FillsThePlaceholderWithTheValue)
{
    EXPECT_EQ(paths(values({7, 8}) | expand(api(), "/items/{id}")), (texts{"/items/7", "/items/8"}));
    const texts ids{"a", "b/c", "\"d\"\n"};
    EXPECT_EQ(paths(values(ids) | expand(api(), "/items/<id>/parts")),
        (texts{"/items/%22d%22%0A/parts", "/items/a/parts", "/items/b%2Fc/parts"}));
    EXPECT_EQ(paths(values({"x"}) | expand(api(), "/{a}/of/{a}")), (texts{"/x/of/x"}));
    EXPECT_EQ(paths(values(texts()) | expand(api(), "/items/{id}")), texts());
}

TEST_F(ExpandValues, FillsPlaceholdersWithTheMembersOfAStruct)
{
    const std::vector<place> places{{"fr", 1}, {"de", 2}};
    EXPECT_EQ(
        paths(values(places) | expand(api(), "/{country}/cities/{city}")), (texts{"/de/cities/2", "/fr/cities/1"}));
    EXPECT_EQ(
        paths(values(places) | expand(api(), "/cities/{id}").bind("id", "city")), (texts{"/cities/1", "/cities/2"}));
}

TEST_F(ExpandValues, FillsPlaceholdersWithTheFieldsOfRecords)
{
    const auto is_active = [](const record& r) { return r.get<bool>("active"); };
    EXPECT_EQ(paths(get(api(), "/projects") | filter(is_active) | expand(api(), "/projects/{project_id}/samples")),
        (texts{"/projects/1/samples", "/projects/d%2Fe/samples"}));
}

TEST_F(ExpandValues, FillsPlaceholdersWithTheMembersOfAStructByTheirNamesInJson)
{
    const auto issues = [this] { return get(api(), "/issues") | as<issue>(); };
    EXPECT_EQ(paths(issues() | expand(api(), "/groups/{groupId}/{state}/{createdOn}/{id}")),
        (texts{"/groups/a%2Fb/in-progress/2026-11-26/1"}));
    EXPECT_EQ(paths(values({state::open, state::in_progress}) | expand(api(), "/states/{state}")),
        (texts{"/states/in-progress", "/states/open"}));
}

TEST_F(ExpandValues, TakesAGeneratorOnce)
{
    const resource items = ints(250, 10) | expand(api(), "/items/{id}");
    EXPECT_EQ(paths(items).size(), 250U);
    try {
        static_cast<void>(paths(items));
        FAIL() << "a generator cannot be read twice";
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::invalid_argument);
        EXPECT_NE(std::string(e.what()).find("can be read once"), std::string::npos) << e.what();
    }
}

TEST_F(ExpandValues, TakesARangeAsOftenAsItIsWalked)
{
    const resource items = values({1, 2, 3}) | filter([](int i) { return i != 2; }) | expand(api(), "/items/{id}");
    EXPECT_EQ(paths(items), (texts{"/items/1", "/items/3"}));
    EXPECT_EQ(paths(items), (texts{"/items/1", "/items/3"}));
}

TEST_F(ExpandValues, IsAResourceLikeAnyOther)
{
    const resource parts = values({1, 2}) | expand(api(), "/items/{id}").concurrency(1).ordered()
        | paginate(single_page()) | corest::select("$") | query("sort", "id") | named("items") | expand("/files{path}");
    for (const std::string& path : paths(parts)) {
        EXPECT_TRUE(path.starts_with("/files%2Fitems%2F")) << path;
    }
    EXPECT_EQ(transport_->sent.size(), 4U);
}

TEST_F(ExpandValues, ReadsAtOnceAsManyAsToldAndKeepsTheOrderIfTold)
{
    std::vector<int> ids;
    texts expected;
    for (int i = 100; i < 130; ++i) {
        ids.push_back(i);
        expected.push_back("/items/" + std::to_string(i));
    }
    transport_->turns = 5;
    EXPECT_EQ(paths_in_order(values(ids) | expand(api(), "/items/{id}").concurrency(3).ordered()), expected);
    EXPECT_EQ(transport_->most_in_flight, 3);
}

TEST_F(ExpandValues, ShowsItsValueAsTheParentOfARecord)
{
    run([](client c) -> net::awaitable<void> {
        auto items = values({41, 42}) | expand(c, "/items/{id}").ordered();
        auto records = items.records();
        auto first = co_await records.next();
        EXPECT_EQ(first->parent().get<int>("id"), 41);
        EXPECT_EQ(first->page().bindings().at(0).column(), "_values_id");
        co_await records.close();
    }(api()));
}

TEST_F(ExpandValues, KeepsTheParentsOfRecords)
{
    run([](client c) -> net::awaitable<void> {
        auto samples = get(c, "/projects") | expand("/projects/{id}/samples").ordered();
        auto files = samples | filter([](const record&) { return true; }) | expand(c, "/files{path}").ordered();
        auto records = files.records();
        texts grandparents;
        while (auto file = co_await records.next()) {
            grandparents.push_back(file->parent().parent().get<bool>("active") ? "active" : "not active");
        }
        EXPECT_EQ(grandparents, (texts{"active", "not active", "active"}));
    }(api()));
}

TEST_F(ExpandValues, RefusesWhatCannotBeFilled)
{
    const auto message = [&](const auto& compose) {
        try {
            compose();
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            return std::string(e.what());
        }
        return std::string("nothing was thrown");
    };
    EXPECT_NE(
        message([&] { static_cast<void>(values({1}) | expand("/items/{id}")); }).find("expand(api, \"/items/{id}\")"),
        std::string::npos);
    EXPECT_NE(message([&] { static_cast<void>(values({1}) | expand(api(), "/{a}/{b}")); }).find("several placeholders"),
        std::string::npos);
    EXPECT_NE(message([&] { static_cast<void>(values({1}) | expand(api(), "/items")); }).find("no placeholder"),
        std::string::npos);
    EXPECT_TRUE(transport_->sent.empty());
}

TEST_F(ExpandValues, SaysWhichValueCannotFillAPlaceholder)
{
    const std::vector<std::optional<int>> ids{1, std::nullopt};
    try {
        static_cast<void>(paths(values(ids) | expand(api(), "/items/{id}")));
        FAIL() << "null fills no placeholder";
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::field_missing);
        EXPECT_NE(std::string(e.what()).find("record 2 has null"), std::string::npos) << e.what();
    }
}

TEST_F(ExpandValues, EndsWithTheFailureOfTheFlow)
{
    auto fails = ints(10) | transform([](int i) { return i == 5 ? throw std::domain_error("function") : i; });
    EXPECT_THROW(static_cast<void>(paths(std::move(fails) | expand(api(), "/items/{id}"))), std::domain_error);
    EXPECT_EQ(counted::live(), 0);
}

/// Reads everything.
net::awaitable<void> read_all(resource from)
{
    auto records = from.records();
    while (auto each = co_await records.next()) {
    }
}

resource items_of(async_generator<owned_int> source, client api)
{
    return std::move(source) | transform([](owned_int n) { return *n; }) | expand(std::move(api), "/items/{id}");
}

TEST_F(ExpandValues, IsCancelledWhenTheFlowHasEnded)
{
    auto seen = std::make_shared<progress>();
    outcome& result = start(read_all(items_of(stuck_after(5, seen), api())));
    EXPECT_FALSE(result.done);
    cancel();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(seen->cleaned_up, 1);
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(ExpandValues, CloseWaitsUntilTheFlowHasEnded)
{
    auto seen = std::make_shared<progress>();
    run([](std::shared_ptr<progress> p, client c) -> net::awaitable<void> {
        auto records = items_of(stuck_after(5, p), std::move(c)).records();
        auto first = co_await records.next();
        EXPECT_TRUE(first);
        co_await records.close();
        EXPECT_EQ(p->cleaned_up, 1);
        EXPECT_EQ(counted::live(), 0);
    }(seen, api()));
}

TEST_F(ExpandValues, CallsNoFunctionAfterItIsDestroyed)
{
    run([](client c) -> net::awaitable<void> {
        bool is_there = true;
        int calls = 0;
        {
            auto watched = numbers(1000, 1) | transform([&](const owned_int& n) {
                EXPECT_TRUE(is_there);
                return ++calls, *n;
            });
            auto items = std::move(watched) | expand(c, "/items/{id}");
            auto records = items.records();
            auto first = co_await records.next();
            EXPECT_TRUE(first);
        }
        is_there = false;
        co_await turns(100);
        EXPECT_GT(calls, 0);
        EXPECT_LT(calls, 100);
        EXPECT_EQ(counted::live(), 0);
    }(api()));
}

TEST_F(ExpandValues, GoesDownWithTheIoContext)
{
    start(read_all(items_of(stuck_after(5, std::make_shared<progress>()), api())));
    destroy_context();
    EXPECT_EQ(counted::live(), 0);
}

// ---- a value as JSON

template <class T>
std::string json_of(const T& value)
{
    std::string text;
    append_json(text, value);
    return text;
}

class AppendJson : public ::testing::Test {};

TEST_F(AppendJson, WritesValues)
{
    EXPECT_EQ(json_of(true), "true");
    EXPECT_EQ(json_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(json_of(-0.1), "-0.1");
    EXPECT_EQ(json_of("a\"b\\c\n"), R"("a\"b\\c\u000a")");
    EXPECT_EQ(json_of(std::optional<int>()), "null");
    EXPECT_EQ(json_of(std::vector<std::string>{"x", "y"}), R"(["x","y"])");
    EXPECT_EQ(json_of(std::vector<int>()), "[]");
    EXPECT_EQ(json_of(place{"fr", 1}), R"({"country":"fr","city":1})");
    EXPECT_EQ(json_of(json_text("[1, 2]")), "[1, 2]");
}

TEST_F(AppendJson, WritesWhatIsReadAsTheSame)
{
    const std::vector<std::string> some{"", "\x01\x1f\"\\/", "\xc3\xa4"};
    EXPECT_EQ(decode<std::vector<std::string>>(json_of(some)), some);
    EXPECT_EQ(decode<double>(json_of(1e300)), 1e300);
}

TEST_F(AppendJson, RefusesNumbersThatJsonDoesNotHave)
{
    EXPECT_THROW(json_of(std::numeric_limits<double>::infinity()), error);
    EXPECT_THROW(json_of(std::numeric_limits<double>::quiet_NaN()), error);
}

} // namespace

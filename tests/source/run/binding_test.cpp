/// \file
/// How placeholders are filled: each case through a flow and through a dictionary, which must agree.

#include <corest/error.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/resource.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/plan/secrets.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/run/run.hpp>
#include <corest/source/schema/source_config.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <set>

using corest::page;
using corest::request;
using corest::response;
using testing::HasSubstr;

namespace {

/// A resource of a case: its name, its path, and which placeholders are bound to a named field of the parent.
class level {
public:
    std::string name;
    std::string path;
    std::vector<std::pair<std::string, std::string>> named = {};
};

/// What is asked for, and what the rows of the last resource are bound to.
class outcome {
public:
    std::set<std::string> requested;          ///< paths of the last resource's requests
    std::map<std::string, std::string> bound; ///< column and JSON text, of all rows
    std::string failure;

    bool operator==(const outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const outcome& o)
{
    for (const std::string& path : o.requested) {
        out << path << ' ';
    }
    for (const auto& [column, value] : o.bound) {
        out << column << '=' << value << ' ';
    }
    return out << o.failure;
}

class binding_case {
public:
    std::string name;
    std::vector<level> levels;                  ///< root first
    std::map<std::string, std::string> answers; ///< by path; other paths have no records
    std::set<std::string> requested;
    std::map<std::string, std::string> bound;
    std::string failure; ///< a part of it
};

std::ostream& operator<<(std::ostream& out, const binding_case& c)
{
    return out << c.name;
}

/// Keeps what pages of one table are bound to. The columns are those that were planned.
class binding_keeper {
public:
    explicit binding_keeper(std::string table, std::shared_ptr<std::map<std::string, std::string>> bound)
        : table_(std::move(table)),
          bound_(std::move(bound))
    {
    }
    corest::net::awaitable<void> open(corest::table t)
    {
        if (t.name == table_) {
            planned_ = t.binding_columns;
        }
        co_return;
    }
    corest::net::awaitable<void> write(std::string name, page p)
    {
        if (name == table_ && !p.empty()) {
            for (const corest::binding& b : p.bindings()) {
                EXPECT_THAT(planned_, testing::Contains(b.column()));
                (*bound_)[b.column()] = b.json;
            }
        }
        co_return;
    }
    corest::net::awaitable<void> close(std::string) { co_return; }
    corest::net::awaitable<void> abandon(std::string) { co_return; }

private:
    std::string table_;
    std::vector<std::string> planned_;
    std::shared_ptr<std::map<std::string, std::string>> bound_;
};

class Binding : public testing::TestWithParam<binding_case> {
protected:
    Binding()
    {
        server = std::make_shared<scripted_transport>([](const request& r) {
            const auto found = GetParam().answers.find(path_of(r.url));
            return respond(200, found == GetParam().answers.end() ? "[]" : found->second);
        });
    }

    static std::string path_of(const std::string& url) { return url.substr(std::string("http://api.test").size()); }

    /// The paths that are no other level's answer: those of the last resource.
    std::set<std::string> leaf_requests(std::size_t earlier) const
    {
        std::set<std::string> all;
        for (std::size_t i = 0; i < server->sent.size(); ++i) {
            const std::string path = path_of(server->sent[i].url);
            if (std::count(path.begin(), path.end(), '/') > static_cast<std::ptrdiff_t>(earlier)) {
                all.insert(path);
            }
        }
        return all;
    }
    static std::size_t depth_before_leaf()
    {
        const auto& levels = GetParam().levels;
        const std::string& path = levels[levels.size() - 2].path;
        return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
    }

    outcome by_flow()
    {
        outcome out;
        const corest::client api(context.get_executor(), corest::any_transport(server), "http://api.test");
        const auto& levels = GetParam().levels;
        try {
            corest::resource flow = corest::get(api, levels[0].path) | corest::named(levels[0].name)
                | corest::paginate(corest::single_page());
            for (std::size_t i = 1; i < levels.size(); ++i) {
                auto below = corest::expand(levels[i].path);
                for (const auto& [placeholder, field] : levels[i].named) {
                    below.bind(placeholder, field);
                }
                flow = flow | below | corest::named(levels[i].name) | corest::paginate(corest::single_page());
            }
            run(context, read(flow, out));
        } catch (const corest::error& e) {
            out.failure = e.message();
        }
        out.requested = leaf_requests(depth_before_leaf());
        return out;
    }

    static corest::net::awaitable<void> read(corest::resource flow, outcome& out)
    {
        auto pages = flow.pages();
        while (auto p = co_await pages.next()) {
            for (const corest::binding& b : p->bindings()) {
                if (!p->empty()) {
                    out.bound[b.column()] = b.json;
                }
            }
        }
    }

    outcome by_dictionary()
    {
        outcome out;
        boost::json::array resources;
        std::string above;
        for (const level& l : GetParam().levels) {
            boost::json::object endpoint{{"path", l.path}, {"paginator", "single_page"}};
            boost::json::object params;
            for (const auto& [placeholder, field] : l.named) {
                params[placeholder] = "{resources." + above + "." + field + "}";
            }
            endpoint["params"] = std::move(params);
            resources.push_back(boost::json::object{{"name", l.name}, {"endpoint", std::move(endpoint)}});
            above = l.name;
        }
        const boost::json::value source = boost::json::object{
            {"client", boost::json::object{{"base_url", "http://api.test"}}}, {"resources", std::move(resources)}};
        corest::source::plan p;
        try {
            p = corest::source::make_plan(corest::source::check_source(source));
        } catch (const corest::error& e) {
            out.failure = e.message();
            return out;
        }
        corest::source::resolve_secrets(
            p, corest::source::secret_store([](const std::string&) { return std::optional<std::string>(); }));
        const auto bound = std::make_shared<std::map<std::string, std::string>>();
        corest::source::detail::run_options options;
        options.destination = binding_keeper(GetParam().levels.back().name, bound);
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        const auto waiting = corest::source::make_report(p);
        const auto report = run(context, corest::source::detail::run_plan(std::move(p), options, waiting));
        for (const auto& r : report.resources) {
            if (r.failure) {
                try {
                    std::rethrow_exception(r.failure);
                } catch (const corest::error& e) {
                    out.failure = e.message();
                }
            }
        }
        out.bound = *bound;
        out.requested = leaf_requests(depth_before_leaf());
        return out;
    }

    corest::net::io_context context;
    std::shared_ptr<scripted_transport> server;
};

TEST_P(Binding, IsTheSameInAFlowAndInADictionary)
{
    const outcome flow = by_flow();
    const bool composed = !server->sent.empty();
    server->sent.clear();
    context.restart();
    const outcome dictionary = by_dictionary();
    if (composed) { // else it is told in the terms of who made the mistake
        EXPECT_EQ(flow, dictionary);
    }
    EXPECT_EQ(dictionary.requested, GetParam().requested);
    EXPECT_EQ(dictionary.bound, GetParam().bound);
    EXPECT_EQ(flow.requested, GetParam().requested);
    EXPECT_EQ(flow.bound, GetParam().bound);
    if (GetParam().failure.empty()) {
        EXPECT_EQ(flow.failure, "");
    } else {
        EXPECT_THAT(flow.failure, HasSubstr(GetParam().failure));
        EXPECT_THAT(dictionary.failure, HasSubstr(GetParam().failure));
    }
}

const binding_case binding_cases[] = {
    {"TheFieldOfThePlaceholdersOwnNameComesFirst",
        {{"projects", "/projects"}, {"samples", "/projects/{project_id}/samples"}},
        {{"/projects", R"([{"id":1,"project_id":"p1"}])"}, {"/projects/p1/samples", "[{}]"}}, {"/projects/p1/samples"},
        {{"_projects_id", R"("p1")"}}, ""},
    {"ElseWhatFollowsTheLastUnderscore", {{"projects", "/projects"}, {"samples", "/projects/{project_id}/samples"}},
        {{"/projects", R"([{"id":1}])"}, {"/projects/1/samples", "[{}]"}}, {"/projects/1/samples"},
        {{"_projects_id", "1"}}, ""},
    {"ItIsDecidedForEachRecord", {{"projects", "/projects"}, {"samples", "/projects/{project_id}/samples"}},
        {{"/projects", R"([{"id":1,"project_id":"p1"},{"id":2}])"}}, {"/projects/p1/samples", "/projects/2/samples"},
        {}, ""},
    {"APlaceholderThatEndsInAnUnderscoreIsTheFieldItself", {{"things", "/things"}, {"parts", "/things/{odd_}/parts"}},
        {{"/things", R"([{"odd_":"x","":"empty"}])"}, {"/things/x/parts", "[{}]"}}, {"/things/x/parts"},
        {{"_things_odd_", R"("x")"}}, ""},
    {"APlaceholderWithoutAnUnderscoreIsTheFieldItself", {{"things", "/things"}, {"parts", "/things/{token}/parts"}},
        {{"/things", R"([{"token":"a b"}])"}, {"/things/a%20b/parts", "[{}]"}}, {"/things/a%20b/parts"},
        {{"_things_token", R"("a b")"}}, ""},
    {"AThirdLevelTakesAPlaceholderOver",
        {{"groups", "/groups"}, {"users", "/groups/{group_id}/users"},
            {"posts", "/groups/{group_id}/users/{user_id}/posts"}},
        {{"/groups", R"([{"id":7}])"}, {"/groups/7/users", R"([{"id":"u","group_id":"not this one"}])"},
            {"/groups/7/users/u/posts", "[{}]"}},
        {"/groups/7/users/u/posts"}, {{"_groups_id", "7"}, {"_users_id", R"("u")"}}, ""},
    {"WhatIsTakenOverKeepsItsColumn",
        {{"groups", "/groups"}, {"users", "/groups/{group_id}/users"},
            {"posts", "/groups/{group_id}/users/{user_id}/posts"}},
        {{"/groups", R"([{"group_id":"g"}])"}, {"/groups/g/users", R"([{"user_id":1}])"},
            {"/groups/g/users/1/posts", "[{}]"}},
        {"/groups/g/users/1/posts"}, {{"_groups_id", R"("g")"}, {"_users_id", "1"}}, ""},
    {"TheSameNameTwiceIsTwoPlaceholders",
        {{"groups", "/groups"}, {"users", "/groups/{id}/users"}, {"posts", "/groups/{id}/users/{id}/posts"}},
        {{"/groups", R"([{"id":7}])"}, {"/groups/7/users", R"([{"id":"u"}])"}, {"/groups/7/users/u/posts", "[{}]"}},
        {"/groups/7/users/u/posts"}, {{"_groups_id", "7"}, {"_users_id", R"("u")"}}, ""},
    {"WhatCouldBeTwoOfTheParentsIsAnError",
        {{"groups", "/groups"}, {"users", "/groups/{id}/users"}, {"posts", "/groups/{id}/users/{id}/posts"},
            {"comments", "/archive/{id}/groups/{id}/users/{id}/posts/{post_id}/comments"}},
        {}, {}, {}, "{id} stands 2 times in the path of its parent"},
    {"ARecordWithNeitherFieldIsAnError", {{"projects", "/projects"}, {"samples", "/projects/{project_id}/samples"}},
        {{"/projects", R"([{"name":"x"}])"}}, {}, {},
        "placeholder 'project_id' needs the field 'id' of its parent 'projects', and record 1 lacks it"},
    {"ANullOfThePlaceholdersOwnNameIsAnError",
        {{"projects", "/projects"}, {"samples", "/projects/{project_id}/samples"}},
        {{"/projects", R"([{"project_id":null,"id":1}])"}}, {}, {},
        "placeholder 'project_id' needs the field 'project_id' of its parent 'projects', and record 1 has null there"},
    {"AnEmptyTextIsAnError", {{"projects", "/projects"}, {"samples", "/projects/{id}/samples"}},
        {{"/projects", R"([{"id":""}])"}}, {}, {}, "has an empty text there"},
    {"AnObjectIsAnError", {{"projects", "/projects"}, {"samples", "/projects/{id}/samples"}},
        {{"/projects", R"([{"id":{"a":1}}])"}}, {}, {}, "has an object there"},
    {"SlashesAreEncodedAsPartsOfOneSegment", {{"projects", "/projects"}, {"samples", "/projects/{id}/samples"}},
        {{"/projects", R"([{"id":"a/b"}])"}, {"/projects/a%2Fb/samples", "[{}]"}}, {"/projects/a%2Fb/samples"},
        {{"_projects_id", R"("a/b")"}}, ""},
    {"DotSegmentsAreRefused", {{"projects", "/projects"}, {"samples", "/projects/{id}/samples"}},
        {{"/projects", R"([{"id":".."}])"}}, {}, {}, "'..'"},
    {"ANumberStaysAsItIsWritten", {{"projects", "/projects"}, {"samples", "/projects/{id}/samples"}},
        {{"/projects", R"([{"id":12345678901234567890}])"}, {"/projects/12345678901234567890/samples", "[{}]"}},
        {"/projects/12345678901234567890/samples"}, {{"_projects_id", "12345678901234567890"}}, ""},
    {"TwoPlaceholdersOfOneParentAreLookedForByTheirOwnNames",
        {{"items", "/items"}, {"pairs", "/items/{a_id}/items/{b_id}"}},
        {{"/items", R"([{"id":1,"a_id":"AA","b_id":"BB"}])"}}, {"/items/AA/items/BB"}, {}, ""},
    {"TwoPlaceholdersThatFindTheSameFieldAreOneColumn", {{"items", "/items"}, {"pairs", "/items/{a_id}/items/{b_id}"}},
        {{"/items", R"([{"id":1}])"}, {"/items/1/items/1", "[{}]"}}, {"/items/1/items/1"}, {{"_items_id", "1"}}, ""},
    {"AFieldThatIsNamedIsNotTheInferredOne",
        {{"items", "/items"}, {"subs", "/items/{item_id}/subs/{sub}", {{"sub", "id"}}}},
        {{"/items", R"([{"id":1,"item_id":"A"}])"}}, {"/items/A/subs/1"}, {}, ""},
    {"AFieldThatIsNamedFirstIsNotTheInferredOneEither",
        {{"items", "/items"}, {"subs", "/x/{sub}/items/{item_id}", {{"sub", "id"}}}},
        {{"/items", R"([{"id":1,"item_id":"A"}])"}}, {"/x/1/items/A"}, {}, ""},
    {"ANamedAndAnInferredOneThatAgreeAreOneColumn",
        {{"items", "/items"}, {"subs", "/items/{item_id}/subs/{sub}", {{"sub", "id"}}}},
        {{"/items", R"([{"id":1}])"}, {"/items/1/subs/1", "[{}]"}}, {"/items/1/subs/1"}, {{"_items_id", "1"}}, ""},
    {"APathsColumnIsNamedWithoutItsRoot", {{"items", "/items"}, {"subs", "/items/{sub}/subs", {{"sub", "$.id"}}}},
        {{"/items", R"([{"id":1}])"}, {"/items/1/subs", "[{}]"}}, {"/items/1/subs"}, {{"_items_id", "1"}}, ""},
    {"ALevelBelowTakesOverEachOfThem",
        {{"items", "/items"}, {"pairs", "/items/{a_id}/items/{b_id}/pairs"},
            {"notes", "/items/{a_id}/items/{b_id}/pairs/{pair_id}/notes"}},
        {{"/items", R"([{"a_id":"AA","b_id":"BB"}])"}, {"/items/AA/items/BB/pairs", R"([{"id":5}])"}},
        {"/items/AA/items/BB/pairs/5/notes"}, {}, ""},
};

INSTANTIATE_TEST_SUITE_P(
    Rules, Binding, testing::ValuesIn(binding_cases), [](const auto& one) { return one.param.name; });

TEST(BindingRule, WhatAFlowBindsItselfIsNotLookedForInTheParent)
{
    corest::net::io_context context;
    const auto server = std::make_shared<scripted_transport>([](const request&) { return respond(200, "[]"); });
    const corest::client api(context.get_executor(), corest::any_transport(server), "http://api.test");
    const corest::resource posts = corest::get(api, "/groups") | corest::expand("/groups/{id}/users")
        | corest::expand("/groups/{id}/users/{id}/posts");
    EXPECT_THROW(static_cast<void>(posts | corest::expand("/owners/{id}/posts/{post_id}")), corest::error);
    EXPECT_NO_THROW(static_cast<void>(posts | corest::expand("/owners/{id}/posts/{post_id}").bind("id", "owner")));
}

TEST(BindingRule, OneThatTakesOverTheSameIsShared)
{
    using corest::binding_rule;
    std::vector<binding_rule> rules;
    EXPECT_EQ(corest::share_rule(rules, binding_rule::infer("item_id", "items")), 0U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::infer("item_id", "items")), 0U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::infer("other_id", "items")), 1U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::name("x", "items", "id")), 2U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::name("y", "items", "id")), 2U) << "whatever it fills";
    EXPECT_EQ(corest::share_rule(rules, binding_rule::infer("id", "items")), 2U) << "there is no second field";
    EXPECT_EQ(corest::share_rule(rules, binding_rule::copy("items", "id")), 2U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::copy("items", "title")), 3U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::name("t", "items", "title")), 4U) << "a copy may be null";
    EXPECT_EQ(corest::share_rule(rules, binding_rule::name("x", "pairs", "id")), 5U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::inherit("x", rules[0], 0)), 6U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::inherit("y", rules[0], 0)), 6U);
    EXPECT_EQ(corest::share_rule(rules, binding_rule::inherit("x", rules[0], 1)), 7U);
}

TEST(BindingRule, AFieldIsInferredFromThePlaceholdersName)
{
    EXPECT_EQ(corest::inferred_field("space_token"), "token");
    EXPECT_EQ(corest::inferred_field("parent_project_id"), "id");
    EXPECT_EQ(corest::inferred_field("token"), "token");
    EXPECT_EQ(corest::inferred_field("odd_"), "odd_");
    EXPECT_EQ(corest::inferred_field("_"), "_");
}

TEST(BindingRule, EarlierPlaceholdersAreFoundByNameAndByPlace)
{
    const auto same = [](std::string_view a, std::string_view b) { return a == b; };
    const corest::path_template parent("/a/{id}/b/{id}");
    const corest::path_template alike("/a/{id}/b/{id}/c/{x}");
    const corest::path_template other("/z/{id}/c/{x}");
    using positions = std::vector<std::size_t>;
    EXPECT_EQ(corest::inherited_placeholders(alike.placeholders(), 0, parent.placeholders(), same), positions{0});
    EXPECT_EQ(corest::inherited_placeholders(alike.placeholders(), 1, parent.placeholders(), same), positions{1});
    EXPECT_EQ(corest::inherited_placeholders(other.placeholders(), 0, parent.placeholders(), same), (positions{0, 1}))
        << "it cannot be told which";
    EXPECT_TRUE(corest::inherited_placeholders(alike.placeholders(), 2, parent.placeholders(), same).empty());
}

} // namespace

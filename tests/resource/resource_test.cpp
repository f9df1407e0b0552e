#include <corest/resource/parent_fields.hpp>
#include <corest/resource/resource.hpp>

#include <corest/error.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/single_page.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>
#include <support/what_of.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)

#include <boost/describe/class.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using corest::client;
using corest::error;
using corest::expand;
using corest::get;
using corest::paginate;
using corest::record;
using corest::request;
using corest::resource;
using corest::response;

namespace {

/// What the server's groups are.
struct parent_group {
    int number = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(parent_group, (), (number, name))
constexpr auto corest_names(const parent_group*)
{
    return corest::rename(&parent_group::number, "id");
}

corest::net::awaitable<std::vector<std::string>> names(resource of)
{
    std::vector<std::string> all;
    auto records = of.records();
    while (auto r = co_await records.next()) {
        all.push_back(r->get<std::string>("name"));
    }
    co_return all;
}

/// Groups 1..n with users; every collection is one page.
class Resource : public testing::Test {
protected:
    client api() { return {context.get_executor(), corest::any_transport(server), "http://api.test/v1"}; }
    resource groups() { return get(api(), "/groups") | paginate(corest::single_page()) | corest::named("groups"); }
    std::vector<std::string> read(resource r) { return run(context, names(std::move(r))); }
    std::set<std::string> urls() const
    {
        std::set<std::string> all;
        for (const request& r : server->sent) {
            all.insert(r.url);
        }
        return all;
    }

    response tree(const request& r) const
    {
        const std::string path = r.url.substr(std::string("http://api.test/v1").size());
        std::string body = "[";
        const auto add = [&](const std::string& one) { body += (body.size() > 1 ? "," : "") + one; };
        if (path == "/groups") {
            for (std::size_t i = 1; i <= group_count; ++i) {
                add(R"({"id":)" + std::to_string(i) + R"(,"name":"g)" + std::to_string(i) + R"("})");
            }
        } else if (path.rfind("/groups/", 0) == 0 && path.find("/users/") == std::string::npos) {
            const std::string group = path.substr(8, path.find('/', 8) - 8);
            for (const char* user : {"a", "b"}) {
                add(R"({"id":")" + (group + user) + R"(","name":"g)" + group + "." + user + R"("})");
            }
        } else {
            add(R"({"name":")" + path + R"("})");
        }
        return respond(200, body + "]");
    }

    corest::net::io_context context;
    std::size_t group_count = 3;
    std::function<response(const request&)> answer = [this](const request& r) { return tree(r); };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Resource, ReadsOneCollection)
{
    EXPECT_EQ(read(groups()), (std::vector<std::string>{"g1", "g2", "g3"}));
}

TEST_F(Resource, IsAValueThatCanBeReadAgain)
{
    const resource r = groups();
    EXPECT_EQ(read(r), read(r));
}

TEST_F(Resource, ReadsAChildOfEachRecord)
{
    auto users = read(groups() | expand("/groups/<id>/users") | paginate(corest::single_page()));
    std::sort(users.begin(), users.end());
    EXPECT_EQ(users, (std::vector<std::string>{"g1.a", "g1.b", "g2.a", "g2.b", "g3.a", "g3.b"}));
}

TEST_F(Resource, APathMayBeATemplateArgument)
{
    const auto fixed = read(groups() | expand<"/groups/<group_id>/users">().ordered());
    const auto checked = read(groups() | expand<"/groups/{id}/users", parent_group>().ordered());
    const auto renamed = read(groups() | expand<"/groups/<name>/users", parent_group>().bind("name", "id").ordered());
    EXPECT_EQ(fixed, (std::vector<std::string>{"g1.a", "g1.b", "g2.a", "g2.b", "g3.a", "g3.b"}));
    EXPECT_EQ(checked, fixed);
    EXPECT_EQ(renamed, fixed);
}

TEST_F(Resource, AColumnThatIsNamedAfterAnotherFieldThanItHoldsIsSaid)
{
    answer = [](const request& r) {
        return respond(200,
            r.url.ends_with("/groups") ? R"([{"name":"g","full_name":"a/g"},{"name":"h","full_name":"a/h"}])" : "[]");
    };
    const resource users = groups() | corest::named("groups") | expand("/groups/<full_name>/users");
    (void)read(users);
    EXPECT_EQ(users.statistics().warnings.all(),
        std::vector<std::string>{
            "the column _groups_name holds the field 'full_name' of 'groups', since {full_name} has "
            "its name, and not the field 'name'; with {resources.groups.full_name} in its place the "
            "column is _groups_full_name"});
    const resource named =
        groups() | corest::named("groups") | expand("/groups/<full_name>/users").bind("full_name", "full_name");
    (void)read(named);
    EXPECT_TRUE(named.statistics().warnings.all().empty());
}

TEST_F(Resource, StepsThatNameAFieldWhichNoRecordHasAreCounted)
{
    const resource none = groups() | corest::sift("@.nme == 'g1'");
    EXPECT_TRUE(read(none).empty());
    EXPECT_EQ(none.statistics().steps.texts(),
        std::vector<std::string>{
            "the step 'filter @.nme == 'g1'' has left out 3 records, and no record has @.nme; of the "
            "first one: the record has id, name"});
    const resource one = groups() | corest::sift("@.name == 'g1'");
    EXPECT_EQ(read(one), std::vector<std::string>{"g1"});
    EXPECT_TRUE(one.statistics().steps.texts().empty());
}

TEST_F(Resource, ReadsChildrenInTheOrderOfTheirParentsIfAsked)
{
    group_count = 20;
    const auto users = read(groups() | expand("/groups/<id>/users").ordered().concurrency(4));
    ASSERT_EQ(users.size(), 40U);
    for (std::size_t i = 0; i < users.size(); ++i) {
        EXPECT_EQ(users[i], "g" + std::to_string(i / 2 + 1) + (i % 2 == 0 ? ".a" : ".b"));
    }
}

TEST_F(Resource, NeverExceedsItsConcurrency)
{
    group_count = 50;
    server->turns = 20;
    read(groups() | expand("/groups/<id>/users").concurrency(4) | paginate(corest::single_page()));
    EXPECT_LE(server->most_in_flight, 4 + 1) << "four children, and the parents' own request";
    EXPECT_GE(server->most_in_flight, 4);
}

TEST_F(Resource, GoesSeveralLevelsDeep)
{
    const auto files =
        read(groups() | expand("/groups/<group_id>/users") | expand("/groups/<group_id>/users/<user_id>/files"));
    EXPECT_EQ(files.size(), 6U);
    EXPECT_TRUE(urls().count("http://api.test/v1/groups/2/users/2a/files"));
}

TEST_F(Resource, ARecordKnowsItsParent)
{
    const auto body = [](resource users) -> corest::net::awaitable<int> {
        int n = 0;
        auto records = users.records();
        while (auto user = co_await records.next()) {
            EXPECT_TRUE(user->has_parent());
            EXPECT_EQ(user->get<std::string>("name").substr(0, 2), user->parent().get<std::string>("name"));
            EXPECT_FALSE(user->parent().has_parent());
            EXPECT_EQ(user->page().bindings().at(0).column(), "_groups_id");
            ++n;
        }
        co_return n;
    };
    EXPECT_EQ(run(context, body(groups() | expand("/groups/<id>/users"))), 6);
}

TEST_F(Resource, EncodesValuesAsOneSegment)
{
    answer = [](const request& r) {
        return r.url == "http://api.test/v1/groups" ? respond(200, R"([{"id":"a/b ü?#%","name":"x"}])")
                                                    : respond(200, R"([{"name":"child"}])");
    };
    read(groups() | expand("/groups/<id>/users"));
    EXPECT_TRUE(urls().count("http://api.test/v1/groups/a%2Fb%20%C3%BC%3F%23%25/users"));
}

TEST_F(Resource, AFieldMayBeNamedExplicitly)
{
    read(groups() | expand("/groups/<key>/users").bind("key", "name"));
    EXPECT_TRUE(urls().count("http://api.test/v1/groups/g1/users"));
}

TEST_F(Resource, AParentWithoutTheFieldIsAnErrorThatNamesWhatIsThere)
{
    for (const auto& [body, expected] : std::vector<std::pair<std::string, std::string>>{
             {R"([{"id":1},{"name":"no id"}])", "record 2 lacks it"},
             {R"([{"id":null}])", "record 1 has null there"},
             {R"([{"id":""}])", "record 1 has an empty text there"},
             {R"([{"id":{}}])", "record 1 has an object there"},
         })
    {
        answer = [groups_body = body](const request& r) {
            return r.url == "http://api.test/v1/groups" ? respond(200, groups_body) : respond(200, "[]");
        };
        try {
            read(groups() | expand("/groups/<id>/users"));
            ADD_FAILURE() << body;
        } catch (const error& e) {
            EXPECT_NE(std::string(e.what()).find(expected), std::string::npos) << e.what();
        }
    }
}

TEST_F(Resource, MistakesOfCompositionAreFoundBeforeAnythingIsSent)
{
    EXPECT_THROW(static_cast<void>(get(api(), "/groups/<id>/users")), error);
    EXPECT_THROW(static_cast<void>(groups() | expand("/users")), error);
    EXPECT_THROW(static_cast<void>(groups() | expand("/groups/<id>/users").bind("uid", "id")), error);
    EXPECT_TRUE(server->sent.empty());
}

TEST_F(Resource, QueryAndHeadersGoWithEveryRequest)
{
    read(groups() | corest::query("active", "yes & no") | corest::with_header("Accept-Language", "de"));
    EXPECT_EQ(server->sent.at(0).url, "http://api.test/v1/groups?active=yes%20%26%20no");
    EXPECT_EQ(server->sent.at(0).headers.find("Accept-Language"), "de");
}

TEST_F(Resource, APostSendsItsBodyAndMayBeRepeated)
{
    answer = [](const request& r) {
        EXPECT_EQ(r.body, R"({"q":"x"})");
        EXPECT_TRUE(r.repeatable());
        EXPECT_EQ(r.headers.find("Content-Type"), "application/json");
        return respond(200, R"([{"name":"hit"}])");
    };
    EXPECT_EQ(read(corest::post(api(), "/search", R"({"q":"x"})")), (std::vector<std::string>{"hit"}));
}

TEST_F(Resource, ALimitHoldsForEachCollection)
{
    EXPECT_EQ(read(groups() | expand("/groups/<id>/users") | corest::limit(1)).size(), 3U);
    EXPECT_EQ(read(groups() | corest::limit(2) | expand("/groups/<id>/users")).size(), 4U);
}

TEST_F(Resource, AFailingChildEndsTheWalkAndCancelsItsSiblings)
{
    group_count = 100;
    answer = [this](
                 const request& r) { return r.url.find("/groups/7/") != std::string::npos ? respond(500) : tree(r); };
    EXPECT_THROW(read(groups() | expand("/groups/<id>/users").concurrency(4)), error);
    EXPECT_LT(server->sent.size(), 40U);
}

TEST_F(Resource, AChildThatIsMissingMayBeIgnored)
{
    answer = [this](const request& r) {
        if (r.url.find("/groups/1/") != std::string::npos) {
            return respond(404, "{}");
        }
        return r.url.find("/groups/2/") != std::string::npos ? respond(410, "{}") : tree(r);
    };
    const resource users = groups() | expand("/groups/{id}/users") | paginate(corest::single_page());
    const std::string hint = what_of(corest::errc::unexpected_status, [&] { read(users); });
    EXPECT_NE(hint.find("ignore_status({404})"), std::string::npos) << hint;
    EXPECT_EQ(hint.find("response_actions"), std::string::npos) << hint;

    const resource some = users | corest::ignore_status({404, 410});
    EXPECT_EQ(read(some), (std::vector<std::string>{"g3.a", "g3.b"}));
    EXPECT_EQ(some.statistics().ignored, 2U);
    EXPECT_EQ(some.statistics().walks, 3U);

    EXPECT_EQ(read(users | corest::ignore_status({404}) | corest::ignore_status({410})).size(), 2U) << "they add up";
    EXPECT_THROW(read(users | corest::ignore_status({404})), error);
    EXPECT_THROW(static_cast<void>(users | corest::ignore_status({200})), error);
}

TEST_F(Resource, AnIgnoredChildIsAnEndOfItsOwnChildrenOnly)
{
    answer = [this](const request& r) {
        return r.url.find("/groups/2/users") != std::string::npos ? respond(404) : tree(r);
    };
    const resource users =
        groups() | expand("/groups/<group_id>/users") | paginate(corest::single_page()) | corest::ignore_status({404});
    const resource items = users | expand("/groups/<group_id>/users/<user_id>/files") | paginate(corest::single_page());
    EXPECT_EQ(read(items).size(), 4U);
}

TEST_F(Resource, CancellingAThousandChildrenEndsAtOnce)
{
    group_count = 1000;
    corest::net::cancellation_signal stop;
    std::exception_ptr ended;
    bool done = false;
    corest::net::co_spawn(context, names(groups() | expand("/groups/<id>/users").concurrency(64)),
        corest::net::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, auto&&) {
            ended = e;
            done = true;
        }));
    while (server->sent.size() < 300) {
        context.run_one();
    }
    stop.emit(corest::net::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(done);
    EXPECT_TRUE(corest::is_cancellation(ended));
    // Asio passes the cancellation on in one turn of the event loop, and the wait that it ends returns in the next one.
    EXPECT_LT(server->sent.size(), 300U + 2 * 64U);
}

} // namespace

TEST_F(Resource, WhatTheServerStatesAndDoesNotSendIsCountedOrAnError)
{
    server = std::make_shared<scripted_transport>(
        [](const request&) { return respond(200, R"({"total": 3, "items": [{"name": "a"}, {"name": "b"}]})"); });
    const resource things = get(api(), "/things") | corest::select("items") | corest::named("things");
    EXPECT_EQ(read(things).size(), 2u);
    EXPECT_EQ(things.statistics().incomplete.count(), 1u);
    EXPECT_EQ(things.statistics().incomplete.texts(),
        std::vector<std::string>{
            "the server says that there is more than was read: total is 3, and 2 records came, in GET "
            "http://api.test/v1/things"});

    const std::string told = what_of(corest::errc::incomplete, [&] { read(things | corest::require_complete()); });
    EXPECT_NE(
        told.find(
            "total is 3, and 2 records came (GET http://api.test/v1/things). Name the paginator that reads the rest"),
        std::string::npos)
        << told;

    const resource part = get(api(), "/things") | corest::select("items") | corest::require_complete();
    EXPECT_EQ(read(part | paginate(corest::single_page())).size(), 2u);
    EXPECT_EQ(read(part | corest::limit(2)).size(), 2u);
}

/// \file
/// A cursor moves only past records that are stored together with all that they lead to.

#include <corest/destination/sqlite.hpp>
#include <corest/http/url.hpp>
#include <corest/source/plan/plan_hash.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

namespace net = corest::net;
using corest::request;
using corest::source::plan_options;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two groups that were changed on day 1 and 2, with two things each.
/// \param stated how many things the server says that a group has; none: it does not say
corest::response two_groups(const request& r, const std::string& stated)
{
    const std::string since = corest::find_query(r.url, "since").value_or("0");
    if (r.url.find("/things") != std::string::npos) {
        const std::string id = r.url.substr(r.url.find("/groups/") + 8, 1);
        const std::string things = "[{\"id\":\"" + id + "a\"},{\"id\":\"" + id + "b\"}]";
        return respond(200, stated.empty() ? things : "{\"total\":" + stated + ",\"things\":" + things + "}");
    }
    return respond(200, since <= "1" ? R"([{"id":1,"day":1},{"id":2,"day":2}])" : R"([{"id":2,"day":2}])");
}

class CursorMoves : public testing::Test {
protected:
    static std::string groups_with(const std::string& key_of_things)
    {
        return R"({"client":{"base_url":"https://api.test","paginator":"single_page"},
            "resource_defaults":{"primary_key":"id","write_disposition":"merge"},
            "resources":[{"name":"groups","endpoint":{"incremental":{"cursor_path":"day","initial_value":0,
                "start_param":"since","row_order":"asc"}}},
              {"name":"things",)"
            + key_of_things + R"("endpoint":{"path":"groups/{resources.groups.id}/things"}}]})";
    }
    /// The things of a group may be on several pages.
    static std::string groups_with_linked_things()
    {
        std::string text = groups_with("");
        const std::string path = R"("endpoint":{"path":)";
        return text.replace(text.find(path), path.size(),
            R"("endpoint":{"paginator":{"type":"json_link","next_url_path":"next"},"path":)");
    }
    static plan_options only(const std::string& name)
    {
        plan_options out;
        out.only.push_back(name);
        return out;
    }
    static plan_options with_param(const std::string& name, const std::string& value)
    {
        plan_options out;
        out.params.emplace_back(name, value);
        return out;
    }

    /// \return the warnings of the plan
    std::vector<std::string> run_plan(const std::string& text, const plan_options& options = plan_options(),
        std::uint64_t limit = corest::collection::unlimited)
    {
        asked.clear();
        corest::source::load_options how;
        how.limit = limit;
        how.transport = corest::any_transport(std::make_shared<scripted_transport>([this](const request& r) {
            asked.push_back(r.url.substr(std::string("https://api.test").size()));
            return !refused.empty() && r.url.ends_with(refused) ? respond(404, "{}") : two_groups(r, stated);
        }));
        net::io_context context;
        const auto source = corest::source::load_text(text, "source.json").plan(options);
        std::exception_ptr failed_with;
        net::co_spawn(context, source.run(corest::sqlite_destination(file), corest::source::secret_store(), how),
            [&](std::exception_ptr failure, const corest::source::run_report& report) {
                failed_with = failure;
                EXPECT_EQ(report.failures().empty(), refused.empty());
                is_complete = report.complete();
                warnings_of_groups = report.resources.front().warnings();
            });
        context.run();
        EXPECT_FALSE(failed_with) << corest::describe(failed_with);
        return source.warnings();
    }

    std::vector<std::string> asked;
    std::string stated;
    std::string refused; ///< how the URL ends that the server refuses
    bool is_complete = false;
    std::vector<std::string> warnings_of_groups;
    temporary_folder folder;
    std::string file = folder.file("data.db");
};

} // namespace

TEST_F(CursorMoves, NotPastRecordsWhoseChildrenAreLeftOut)
{
    EXPECT_THAT(run_plan(groups_with(""), only("groups")),
        ElementsAre(HasSubstr("resources[0].endpoint.incremental of 'groups': the cursor stays where it is, since its "
                              "records lead to things, which this run leaves out")));
    EXPECT_THAT(asked, ElementsAre("/groups?since=0"));
    EXPECT_THAT(run_plan(groups_with("")), IsEmpty());
    EXPECT_THAT(asked, ElementsAre("/groups?since=0", "/groups/1/things", "/groups/2/things"));
    EXPECT_EQ(database(file).count("things"), 4U);
    run_plan(groups_with(""));
    EXPECT_THAT(asked, ElementsAre("/groups?since=2"));
}

TEST_F(CursorMoves, NotWhereOnlyTheChildrenAreStored)
{
    run_plan(groups_with(""), only("things"));
    EXPECT_THAT(run_plan(groups_with("")), IsEmpty());
    EXPECT_EQ(asked.front(), "/groups?since=0");
    EXPECT_EQ(database(file).count("groups"), 2U);
}

TEST_F(CursorMoves, PastRecordsWhoseChildrenAreNeverLoaded)
{
    const std::string text = groups_with(R"("selected":false,)");
    EXPECT_THAT(run_plan(text, only("groups")), IsEmpty());
    run_plan(text);
    EXPECT_THAT(asked, ElementsAre("/groups?since=2"));
}

TEST_F(CursorMoves, NotWhereALimitMayCutTheChildren)
{
    run_plan(groups_with(""), plan_options(), 2); // both groups, and things of the first one only
    EXPECT_EQ(database(file).count("things"), 2U);
    run_plan(groups_with(""));
    EXPECT_EQ(asked.front(), "/groups?since=0");
    EXPECT_EQ(database(file).count("things"), 4U);
}

TEST_F(CursorMoves, NotWhereTheServerSaysThatChildrenAreMissing)
{
    const std::string text = groups_with_linked_things();
    stated = "5";
    run_plan(text);
    EXPECT_FALSE(is_complete);
    EXPECT_THAT(warnings_of_groups,
        ElementsAre("its cursor stays where it was, so that the next run reads again what 'things' lacks rows of"));
    stated = "2";
    run_plan(text);
    EXPECT_TRUE(is_complete);
    EXPECT_THAT(asked, ElementsAre("/groups?since=0", "/groups/1/things", "/groups/2/things"));
    EXPECT_THAT(warnings_of_groups, IsEmpty());
    run_plan(text);
    EXPECT_THAT(asked, ElementsAre("/groups?since=2"));
}

TEST_F(CursorMoves, NotWhereTheServerHasSaidSoToAnEarlierProcess)
{
    const std::string text = groups_with_linked_things();
    stated = "5";
    refused = "/groups/2/things";
    run_plan(text);
    stated = "2";
    refused.clear();
    run_plan(text);
    EXPECT_THAT(asked, ElementsAre("/groups/2/things"));
    EXPECT_FALSE(is_complete) << "rows of the first group may be missing";
    run_plan(text);
    EXPECT_TRUE(is_complete);
    EXPECT_THAT(asked, ElementsAre("/groups?since=0", "/groups/1/things", "/groups/2/things"));
}

TEST_F(CursorMoves, AKeyMayHoldWhatRowsTakeOverFromTheirParent)
{
    const std::string text = R"({"client":{"base_url":"https://api.test","paginator":"single_page"},
        "resources":[{"name":"groups"},{"name":"things","write_disposition":"merge","primary_key":["_groups_id","id"],
            "include_from_parent":["id"],"endpoint":{"path":"groups/{resources.groups.id}/things",
            "incremental":{"cursor_path":"id"}}}]})";
    run_plan(text);
    EXPECT_EQ(database(file).count("things"), 4U);
    run_plan(text);
    EXPECT_EQ(database(file).count("things"), 4U);
}

TEST_F(CursorMoves, AFullRefreshGoesOnWithNoOtherRun)
{
    const std::string text = R"({"client":{"base_url":"https://api.test"},"resources":[{"name":"groups",
        "write_disposition":"replace","endpoint":{"incremental":{"cursor_path":"day"}}}]})";
    plan_options refresh;
    refresh.full_refresh = true;
    const auto hash = [&](const plan_options& options) {
        const auto source = corest::source::load_text(text, "source.json").plan(options);
        return corest::source::plan_hash(source.details(), corest::collection::unlimited);
    };
    EXPECT_NE(hash(refresh), hash(plan_options())) << "its walks begin elsewhere";
}

TEST_F(CursorMoves, ForEachConstantOfThePathsByItself)
{
    const std::string text = R"({"client":{"base_url":"https://api.test","paginator":"single_page"},
        "resources":[{"name":"groups","endpoint":{"path":"{space}/groups","params":{
            "since":{"type":"incremental","cursor_path":"day","initial_value":0}}}}]})";
    run_plan(text, with_param("space", "a"));
    run_plan(text, with_param("space", "b"));
    EXPECT_THAT(asked, ElementsAre("/b/groups?since=0"));
    run_plan(text, with_param("space", "a"));
    EXPECT_THAT(asked, ElementsAre("/a/groups?since=2"));

    const auto name = [](const std::string& dictionary, const plan_options& options) {
        return corest::source::source_name(
            corest::source::load_text(dictionary, "source.json").plan(options).details());
    };
    EXPECT_EQ(name(text, with_param("space", "a")), "https://api.test, space=a");
    const std::string keyed = R"({"client":{"base_url":"https://api.test"},
        "resources":[{"name":"groups","endpoint":{"path":"{api_key}/groups"}}]})";
    EXPECT_EQ(name(keyed, with_param("api_key", "k")), "https://api.test") << "no credential is kept";
}

#include <corest/error.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/plan_hash.hpp>
#include <corest/source/plan/plan_request.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/plan/show_json.hpp>
#include <corest/source/plan/show_text.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/client_keys.hpp>
#include <corest/source/schema/paginators.hpp>

#include <support/make_page.hpp>
#include <support/what_of.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

/// What a walk of a child is bound to.
std::vector<corest::binding> bind_parent(const corest::source::planned_resource& child, const corest::record& parent)
{
    return *corest::bind_record(parent, corest::source::make_binding_rules(child));
}

/// The first request of a walk.
corest::request make_request(const corest::source::planned_resource& planned,
    const corest::source::client_config& client, const std::vector<corest::binding>& bindings)
{
    return corest::source::make_requests(planned, client).make(bindings);
}

namespace json = boost::json;
using corest::errc;
using corest::source::plan;
using corest::source::plan_options;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A resource of a dictionary: its name, its path, and more of its endpoint.
class given {
public:
    given(std::string its_name, std::string its_path, std::string more_of_endpoint = {},
        std::string more_of_resource = {})
        : name(std::move(its_name)),
          path(std::move(its_path)),
          endpoint(std::move(more_of_endpoint)),
          more(std::move(more_of_resource))
    {
    }
    std::string name;
    std::string path;
    std::string endpoint;
    std::string more;
};

corest::source::source_config config_of(
    const std::vector<given>& resources, const std::string& defaults = "{}", const std::string& client = {})
{
    std::string text = R"({"client":{"base_url":"https://api.example.com/v1")" + (client.empty() ? "" : "," + client)
        + R"(},"resource_defaults":)" + defaults + R"(,"resources":[)";
    for (std::size_t i = 0; i < resources.size(); ++i) {
        const given& r = resources[i];
        text += (i == 0 ? "" : ",") + (R"({"name":")" + r.name) + R"(","endpoint":{"path":")" + r.path + "\""
            + (r.endpoint.empty() ? "" : "," + r.endpoint) + "}" + (r.more.empty() ? "" : "," + r.more) + "}";
    }
    return corest::source::check_source(json::parse(text + "]}"));
}

plan plan_of(const std::vector<given>& resources, plan_options options = {})
{
    return corest::source::make_plan(config_of(resources), options);
}

std::string why_no_plan(
    const std::vector<given>& resources, plan_options options = {}, const std::string& defaults = "{}")
{
    return what_of(
        errc::invalid_source, [&] { (void)corest::source::make_plan(config_of(resources, defaults), options); });
}

plan_options with_param(const std::string& name, const std::string& value)
{
    plan_options out;
    out.params.emplace_back(name, value);
    return out;
}

plan_options only(std::vector<std::string> names)
{
    plan_options out;
    out.only = std::move(names);
    return out;
}

/// "child <- parent: id=parent.id inherited=grandparent.id constant=acme", short for a whole plan.
std::vector<std::string> short_form(const plan& p)
{
    std::vector<std::string> out;
    for (const auto& r : p.resources) {
        std::string line = r.config.name;
        if (r.parent) {
            line += " <- " + p.resources[*r.parent].config.name;
        }
        line += r.stored ? "" : " (not stored)";
        for (std::size_t k = 0; k < r.path_values.size(); ++k) {
            const auto& value = r.path_values[k];
            line += (k == 0 ? ": " : ", ") + r.config.path.placeholders()[k].name + "=";
            if (!value.binding) {
                line +=
                    value.constant.is_secret() ? "$" + value.constant.secret_name() : value.constant.value().reveal();
                continue;
            }
            const auto& b = r.bindings[*value.binding];
            line += b.resource + "." + b.field;
            switch (b.reason) {
            case corest::source::binding_reason::named:
                line += " named";
                break;
            case corest::source::binding_reason::same_path:
                line += " same_path";
                break;
            case corest::source::binding_reason::same_segment:
                line += " segment";
                break;
            case corest::source::binding_reason::same_name:
                line += " name";
                break;
            case corest::source::binding_reason::inherited:
                line += " inherited";
                break;
            case corest::source::binding_reason::included:
                line += " included";
                break;
            case corest::source::binding_reason::carried:
                line += " carried";
                break;
            }
        }
        out.push_back(line);
    }
    return out;
}

std::optional<std::string> seed(const std::string& number)
{
    if (std::filesystem::is_directory(COREST_SEEDS_DIR)) {
        for (const auto& entry : std::filesystem::directory_iterator(COREST_SEEDS_DIR)) {
            if (entry.path().filename().string().starts_with(number)) {
                return entry.path().string();
            }
        }
    }
    return std::nullopt;
}

plan plan_of_seed(const std::string& file, plan_options options = {})
{
    return corest::source::make_plan(corest::source::check_source(corest::source::read_source_file(file)), options);
}

corest::source::secret_store store_of(std::map<std::string, std::string> variables)
{
    return corest::source::secret_store([variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

// The seeds

TEST(PlanOfSeed, Seed000)
{
    const auto file = seed("000");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    EXPECT_EQ(corest::source::to_text(plan_of_seed(*file)), R"(https://api.example.com
auth: oauth2_client_credentials, secrets client_id, client_secret
retry: max_retries 3, backoff_factor 2, max_wait 300, retry_after_limit 300, jitter true
rate limit: waited for once a request is refused (429); with "rate_limit": {} in the client what the server states in RateLimit headers is kept to before

resource_name
   GET /v1/resource
   pages: offset: limit 100, offset 0
   records: $.data
   table: resource_name, merge on id
)");
}

TEST(PlanOfSeed, Seed001)
{
    const auto file = seed("001");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    const plan p = plan_of_seed(*file);
    EXPECT_THAT(
        short_form(p), ElementsAre("stock_summaries", "customers", "items", "stock_details", "inventory", "orders"));
    EXPECT_THAT(corest::source::to_text(p), HasSubstr("\nauth: api_key in the query as api_key, secret api_key\n"));
    EXPECT_THAT(p.roots, ElementsAre(0U, 1U, 2U, 3U, 4U, 5U));
}

TEST(PlanOfSeed, Seed002)
{
    const auto file = seed("002");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    const plan p = plan_of_seed(*file);
    EXPECT_THAT(short_form(p), ElementsAre("businesses", "connections", "customers"));
    EXPECT_THAT(p.client.auth.secret_names(), ElementsAre("client_id", "secret_key"));
}

TEST(PlanOfSeed, Seed003)
{
    const auto file = seed("003");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    const plan p = plan_of_seed(*file);
    EXPECT_THAT(short_form(p),
        ElementsAre("projects", "runs", "samples <- projects: parent_id=projects.id segment",
            "sample_files <- samples: parent_id=samples.id segment", "run_files <- runs: parent_id=runs.id segment",
            "appsessions", "appresults <- appsessions: parent_id=appsessions.id segment",
            "appresults_files <- appresults: parent_id=appresults.id segment"));
    EXPECT_THAT(p.roots, ElementsAre(0U, 1U, 5U));
    EXPECT_EQ(p.resources[3].depth, 2U);
    EXPECT_THAT(p.resources[0].children, ElementsAre(2U));
    EXPECT_EQ(corest::source::to_text(p), R"(https://api.example.com
auth: bearer, secret access_token
retry: max_retries 3, backoff_factor 2, max_wait 300, retry_after_limit 300, jitter true
rate limit: waited for once a request is refused (429); with "rate_limit": {} in the client what the server states in RateLimit headers is kept to before

projects
│  GET /users/current/projects
│  pages: offset: limit 1024, offset 0, offset_param Offset
│  records: $.Response.Items
│  table: projects, merge on id
└─ samples
   │  GET /projects/{parent_id}/samples
   │    {parent_id} = projects.parent_id, else projects.id (inferred: the path of projects ends in 'projects')
   │  pages: offset: limit 1024, offset 0, offset_param Offset
   │  records: $.Response.Items
   │  table: samples, merge on id, with _projects_id
   └─ sample_files
         GET /samples/{parent_id}/files
           {parent_id} = samples.parent_id, else samples.id (inferred: the path of samples ends in 'samples')
         pages: offset: limit 1024, offset 0, offset_param Offset
         records: $.Response.Items
         table: sample_files, merge on id, with _samples_id

runs
│  GET /users/current/runs
│  pages: offset: limit 1024, offset 0, offset_param Offset
│  records: $.Response.Items
│  table: runs, merge on id
└─ run_files
      GET /runs/{parent_id}/files
        {parent_id} = runs.parent_id, else runs.id (inferred: the path of runs ends in 'runs')
      pages: offset: limit 1024, offset 0, offset_param Offset
      records: $.Response.Items
      table: run_files, merge on id, with _runs_id

appsessions
│  GET /users/current/appsessions
│  pages: offset: limit 1024, offset 0, offset_param Offset
│  records: $.Response.Items
│  table: appsessions, merge on id
└─ appresults
   │  GET /appsessions/{parent_id}/appresults
   │    {parent_id} = appsessions.parent_id, else appsessions.id (inferred: the path of appsessions ends in 'appsessions')
   │  pages: offset: limit 1024, offset 0, offset_param Offset
   │  records: $.Response.Items
   │  table: appresults, merge on id, with _appsessions_id
   └─ appresults_files
         GET /appresults/{parent_id}/files
           {parent_id} = appresults.parent_id, else appresults.id (inferred: the path of appresults ends in 'appresults')
         pages: auto
         records: $.Response.Items
         table: appresults_files, merge on id, with _appresults_id
)");
}

TEST(PlanOfSeed, Seed004)
{
    const auto file = seed("004");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    const plan p = plan_of_seed(*file, with_param("workspace", "acme"));
    EXPECT_THAT(short_form(p),
        ElementsAre("definitions: workspace=acme", "groups: workspace=acme", "memberships: workspace=acme",
            "spaces: workspace=acme", "space_memberships <- spaces: workspace=acme, space_token=spaces.token same_path",
            "groups_memberships <- groups: workspace=acme, group_token=groups.token same_path",
            "data_sources: workspace=acme",
            "reports <- data_sources: workspace=acme, data_source_token=data_sources.token same_path",
            "report_runs <- reports: workspace=acme, report_token=reports.token segment",
            "queries <- reports: workspace=acme, report_token=reports.token segment",
            "query_runs <- report_runs: workspace=acme, report_token=reports.token inherited, "
            "run_token=report_runs.token "
            "same_path",
            "charts <- queries: workspace=acme, report_token=reports.token inherited, query_token=queries.token "
            "same_path",
            "report_filters <- reports: workspace=acme, report_token=reports.token segment",
            "datasets <- spaces: workspace=acme, space_token=spaces.token same_path",
            "datasets_runs <- datasets: workspace=acme, dataset_token=datasets.token segment",
            "field_descriptions <- datasets: workspace=acme, dataset_token=datasets.token segment",
            "report_schedules <- reports: workspace=acme, report_token=reports.token segment",
            "reports_subscriptions <- reports: workspace=acme, report_token=reports.token segment",
            "datasets_schedules <- datasets: workspace=acme, dataset_token=datasets.token segment"));
    EXPECT_THAT(p.roots, ElementsAre(0U, 1U, 2U, 3U, 6U));
    const auto& query_runs = p.resources[10];
    EXPECT_EQ(query_runs.depth, 3U);
    EXPECT_THAT(query_runs.destination_table().binding_columns, ElementsAre("_reports_token", "_report_runs_token"));
    EXPECT_EQ(query_runs.bindings[0].inherited, 0U);
    EXPECT_FALSE(query_runs.bindings[1].inherited.has_value());
    EXPECT_EQ(p.resources[8].config.paginator.text, "page_number: base_page 1, page_param page");
    EXPECT_THAT(corest::source::to_text(p),
        HasSubstr("   │  └─ query_runs\n"
                  "   │        GET /{workspace}/reports/{report_token}/runs/{run_token}/query_runs\n"
                  "   │          {workspace} = acme (--param)\n"
                  "   │          {report_token} = reports.token (taken over from report_runs)\n"
                  "   │          {run_token} = report_runs.run_token, else report_runs.token (inferred: report_runs is "
                  "at the path before it)\n"));
    EXPECT_THAT(corest::source::to_text(p), HasSubstr("auth: http_basic, secrets api_token, api_secret\n"));
}

TEST(Plan, ShowsWhatStandsInForAnAddressOfTheEnvironment)
{
    const auto shown = [](const std::string& base_url) {
        const std::string text = corest::source::to_text(corest::source::make_plan(corest::source::check_source(
            corest::source::read_source(R"({"client":{"base_url":)" + base_url + R"(},"resources":["a"]})"))));
        return text.substr(0, text.find('\n'));
    };
    EXPECT_EQ(shown(R"({"$secret":"LAB_URL","default":"http://me:s3cret@127.0.0.1:9/"})"),
        "LAB_URL of the environment or the secrets, else http://127.0.0.1:9/");
    EXPECT_EQ(shown(R"({"$secret":"LAB_URL","default":""})"),
        "LAB_URL of the environment or the secrets; its default is empty, which is no address");
    EXPECT_EQ(shown(R"({"$secret":"LAB_URL"})"), "the secret LAB_URL");
}

TEST(PlanOfSeed, Seed004NeedsItsConstant)
{
    const auto file = seed("004");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    EXPECT_EQ(what_of(errc::invalid_source, [&] { (void)plan_of_seed(*file); }),
        "resources[0].endpoint.path (resource 'definitions'): {workspace} in '/{workspace}/definitions' and in the "
        "paths of "
        "'groups', 'memberships', 'spaces' and 'data_sources': nothing fills it: the text before it names no "
        "collection, "
        "and "
        "there is no constant; name the parent, as in {resources.parent.workspace}, or give a constant with --param "
        "workspace=VALUE or endpoint.params.");
    auto dictionary = corest::source::read_source_file(*file);
    corest::source::apply_override(dictionary, "resource_defaults.endpoint.params.workspace=acme");
    const plan p = corest::source::make_plan(corest::source::check_source(dictionary));
    EXPECT_EQ(p.resources.size(), 19U);
    EXPECT_EQ(p.resources[10].path_values[0].origin, "resource_defaults.endpoint.params");
    EXPECT_THAT(p.resources[10].params, IsEmpty()) << "a param that the path uses is not sent";
}

TEST(PlanOfSeed, Seed003AsJson)
{
    const auto file = seed("003");
    if (!file) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    const json::value v = corest::source::to_json(plan_of_seed(*file, only({"samples"})));
    EXPECT_EQ(v, json::parse(R"({
        "base_url": "https://api.example.com",
        "auth": {"type": "bearer", "secrets": ["access_token"]},
        "retry": {"max_retries": 3, "backoff_factor": 2,
                  "max_wait": 300, "retry_after_limit": 300, "jitter": true},
        "resources": [
          {"name": "projects", "parent": null, "depth": 0, "stored": false, "method": "GET",
           "path": "/users/current/projects", "placeholders": [], "params": [], "headers": [],
           "pages": "offset: limit 1024, offset 0, offset_param Offset", "records": "$.Response.Items",
           "ignored_statuses": [], "table": "projects", "write_disposition": "merge", "primary_key": ["id"],
           "parent_columns": []},
          {"name": "samples", "parent": "projects", "depth": 1, "stored": true, "method": "GET",
           "path": "/projects/{parent_id}/samples",
           "placeholders": [{"placeholder": "parent_id", "resource": "projects", "preferred_field": "parent_id",
                             "field": "id", "reason": "segment"}],
           "params": [], "headers": [],
           "pages": "offset: limit 1024, offset 0, offset_param Offset", "records": "$.Response.Items",
           "ignored_statuses": [], "table": "samples", "write_disposition": "merge", "primary_key": ["id"],
           "parent_columns": ["_projects_id"]}],
        "warnings": []})"))
        << json::serialize(v);
}

// Inference

TEST(Plan, APathThatIsExactlyTheTextBeforeComesFirst)
{
    EXPECT_THAT(short_form(plan_of({{"a", "/x/things"}, {"b", "things"}, {"c", "/things/{thing_id}/parts"}})),
        ElementsAre("a", "b", "c <- b: thing_id=b.id same_path"));
    EXPECT_THAT(short_form(plan_of({{"a", "/x/things/?sort=id"}, {"c", "x/things/<id>/parts"}})),
        ElementsAre("a", "c <- a: id=a.id same_path"))
        << "slashes at the ends and queries do not count";
}

TEST(Plan, ASegmentIsMatchedByPathOrByName)
{
    EXPECT_THAT(short_form(plan_of({{"a", "/v1/things"}, {"c", "/things/{thing_id}/parts"}})),
        ElementsAre("a", "c <- a: thing_id=a.id segment"));
    const plan p = plan_of({{"things", "/v1/all"}, {"c", "/things/{thing_id}/parts"}});
    EXPECT_THAT(short_form(p), ElementsAre("things", "c <- things: thing_id=things.id name"));
    EXPECT_THAT(corest::source::to_text(p),
        HasSubstr("{thing_id} = things.thing_id, else things.id (inferred: it has the name 'things')"));
}

TEST(Plan, TheFieldIsWhatFollowsTheLastUnderscore)
{
    const auto field = [](const std::string& name) {
        return plan_of({{"a", "/a"}, {"c", "/a/{" + name + "}/c"}}).resources[1].bindings[0].field;
    };
    EXPECT_EQ(field("space_token"), "token");
    EXPECT_EQ(field("data_source_token"), "token");
    EXPECT_EQ(field("id"), "id");
    EXPECT_EQ(field("projectId"), "projectId");
    EXPECT_EQ(field("project-id"), "project-id");
    EXPECT_EQ(field("odd_"), "odd_");
}

TEST(Plan, AResourceIsNotItsOwnParent)
{
    EXPECT_THAT(why_no_plan({{"users", "/users/{user_id}"}}), HasSubstr("no other resource's path ends in 'users'"));
    EXPECT_THAT(short_form(plan_of({{"all", "/v1/users"}, {"users", "/users/{user_id}"}})),
        ElementsAre("all", "users <- all: user_id=all.id segment"));
}

TEST(Plan, SeveralLevelsTakeOverWhatTheParentIsBoundTo) // acceptance case 71
{
    EXPECT_THAT(short_form(plan_of({{"groups", "/groups"}, {"users", "/groups/{group_id}/users"},
                    {"details", "/groups/{group_id}/users/{user_id}/details"}})),
        ElementsAre("groups", "users <- groups: group_id=groups.id same_path",
            "details <- users: group_id=groups.id inherited, user_id=users.id same_path"));
}

TEST(Plan, TheSameNameAtEveryLevelIsToldApartByPosition)
{
    const std::string a = "/a/{{ stream_partition['parent_id'] }}/b";
    const std::string b = a + "/{{ stream_partition['parent_id'] }}/c";
    const std::string c = b + "/{{ stream_partition['parent_id'] }}/d";
    EXPECT_THAT(short_form(plan_of({{"as", "/a"}, {"bs", a}, {"cs", b}, {"ds", c}})),
        ElementsAre("as", "bs <- as: parent_id=as.id same_path",
            "cs <- bs: parent_id=as.id inherited, parent_id=bs.id same_path",
            "ds <- cs: parent_id=as.id inherited, parent_id=bs.id inherited, parent_id=cs.id same_path"));
}

TEST(Plan, AnEarlierPlaceholderOfAnotherNameIsFoundByItsCollection)
{
    EXPECT_THAT(short_form(plan_of({{"projects", "/projects"}, {"samples", "/projects/{id}/samples"},
                    {"files", "/projects/{project_id}/samples/{sample_id}/files"}})),
        ElementsAre("projects", "samples <- projects: id=projects.id same_path",
            "files <- samples: project_id=projects.id inherited, sample_id=samples.id segment"));
}

TEST(Plan, AnEarlierPlaceholderMayBeTheParentsConstant)
{
    EXPECT_THAT(short_form(plan_of({{"spaces", "/{workspace}/spaces", R"("params":{"workspace":"acme"})"},
                    {"members", "/{workspace}/spaces/{space_id}/members"}})),
        ElementsAre("spaces: workspace=acme", "members <- spaces: workspace=acme, space_id=spaces.id segment"));
}

TEST(Plan, ConstantsAreFilledInBeforePathsAreCompared)
{
    EXPECT_THAT(
        short_form(plan_of({{"a", "/acme/spaces"}, {"b", "/other/spaces"}, {"c", "/{workspace}/spaces/{space_id}/x"}},
            with_param("workspace", "acme"))),
        ElementsAre("a", "b", "c <- a: workspace=acme, space_id=a.id same_path"));
}

TEST(Plan, NamedParents)
{
    EXPECT_THAT(short_form(plan_of({{"posts", "/p"}, {"comments", "/c/{resources.posts.id}"}})),
        ElementsAre("posts", "comments <- posts: resources.posts.id=posts.id named"));
    EXPECT_THAT(short_form(plan_of({{"posts", "/p"},
                    {"comments", "/c/{post_id}",
                        R"("params":{"post_id":{"type":"resolve","resource":"posts","field":"ids[0].x"}})"}})),
        ElementsAre("posts", "comments <- posts: post_id=posts.ids[0].x named"));
    EXPECT_THAT(short_form(plan_of(
                    {{"posts", "/p"}, {"comments", "/c/{post_id}", R"("params":{"post_id":"{resources.posts.id}"})"}})),
        ElementsAre("posts", "comments <- posts: post_id=posts.id named"));
    const plan p =
        plan_of({{"posts", "/p"}, {"comments", "/c", R"("params":{"post_id":"{resources.posts.id}","a":"b"})"}});
    EXPECT_THAT(short_form(p), ElementsAre("posts", "comments <- posts"));
    EXPECT_THAT(corest::source::to_text(p),
        HasSubstr("query: post_id, a\n        {resources.posts.id} = posts.id (named in the dictionary)\n"));
}

TEST(Plan, ANamedParentDecidesAndImpliedPlaceholdersFollowIt)
{
    EXPECT_THAT(short_form(plan_of({{"groups", "/groups"}, {"users", "/groups/{group_id}/users"},
                    {"x", "/groups/{group_id}/x/{resources.users.id}"},
                    {"y", "/groups/{resources.groups.id}/y/{resources.users.id}"},
                    {"z", "/users/{user_id}/z", R"("params":{"n":"{resources.users.name}"})"}})),
        ElementsAre("groups", "users <- groups: group_id=groups.id same_path",
            "x <- users: group_id=groups.id inherited, resources.users.id=users.id named",
            "y <- users: resources.groups.id=groups.id inherited, resources.users.id=users.id named",
            "z <- users: user_id=users.id segment"));
}

TEST(Plan, ANamedFieldIsNotTheInferredOneOfTheSameName)
{
    const plan p =
        plan_of({{"items", "/items"}, {"subs", "/items/{item_id}/subs", R"("params":{"q":"{resources.items.id}"})"}});
    EXPECT_THAT(corest::source::to_text(p),
        HasSubstr("GET /items/{item_id}/subs\n"
                  "        {item_id} = items.item_id, else items.id (inferred: items is at the path before it)\n"
                  "      query: q\n"
                  "        {resources.items.id} = items.id (named in the dictionary)\n"));
    EXPECT_THAT(p.resources[1].destination_table().binding_columns, ElementsAre("_items_id"));
}

TEST(Plan, ALevelBelowTakesTheNamedFieldOver)
{
    const plan p =
        plan_of({{"items", "/items"}, {"subs", "/items/{item_id}/subs", R"("params":{"q":"{resources.items.id}"})"},
            {"notes", "/notes/{resources.subs.id}/{resources.items.id}"}});
    EXPECT_EQ(p.resources[2].bindings[1].inherited, 1U);
}

TEST(Plan, ConstantsComeFromTheCommandLineTheEndpointAndTheDefaults)
{
    const auto value = [](plan_options options, const std::string& endpoint, const std::string& defaults) {
        const plan p = corest::source::make_plan(config_of({{"a", "/{w}/a", endpoint}}, defaults), options);
        EXPECT_THAT(p.resources[0].params, IsEmpty());
        return p.resources[0].path_values[0].constant.value().reveal() + " from "
            + p.resources[0].path_values[0].origin;
    };
    const std::string defaults = R"({"endpoint":{"params":{"w":"default"}}})";
    EXPECT_EQ(value({}, "", defaults), "default from resource_defaults.endpoint.params");
    EXPECT_EQ(value({}, R"("params":{"w":"own"})", defaults), "own from endpoint.params");
    EXPECT_EQ(value(with_param("w", "line"), R"("params":{"w":"own"})", defaults), "line from --param");
}

TEST(Plan, AParamThatThePathDoesNotUseIsSent)
{
    const plan p = corest::source::make_plan(
        config_of({{"a", "/{w}/a"}, {"b", "/b"}}, R"({"endpoint":{"params":{"w":"x","page_size":5}}})"));
    ASSERT_EQ(p.resources[0].params.size(), 1U);
    EXPECT_EQ(p.resources[0].params[0].name, "page_size");
    EXPECT_EQ(p.resources[1].params.size(), 2U);
}

// Selection

TEST(Plan, OnlySomeResourcesWithTheParentsThatTheyNeed) // acceptance case 70
{
    const std::vector<given> all = {
        {"a", "/a"}, {"b", "/a/{id}/b"}, {"c", "/a/{a_id}/b/{id}/c"}, {"d", "/d"}, {"e", "/d/{id}/e"}};
    const plan p = plan_of(all, only({"c", "d"}));
    EXPECT_THAT(short_form(p),
        ElementsAre("a (not stored)", "b <- a (not stored): id=a.id same_path",
            "c <- b: a_id=a.id inherited, id=b.id segment", "d"));
    EXPECT_THAT(p.roots, ElementsAre(0U, 3U));
    EXPECT_THAT(p.resources[3].children, IsEmpty());
    EXPECT_EQ(p.find("c"), 2U);
    EXPECT_FALSE(p.find("e").has_value());
    EXPECT_THAT(corest::source::to_text(p), HasSubstr("│  not stored: read only because of its children\n"));
    EXPECT_EQ(why_no_plan(all, only({"x", "d"})), "--only: there is no resource 'x'; known here are a, b, c, d and e.");
    EXPECT_EQ(why_no_plan({{"samples", "/a"}}, only({"sampels"})),
        "--only: there is no resource 'sampels'; the nearest known resource is 'samples'.");
}

TEST(Plan, UnselectedResourcesAreNotStored)
{
    const std::string off = R"("selected":false)";
    EXPECT_THAT(short_form(plan_of({{"a", "/a", "", off}, {"b", "/a/{id}/b"}, {"c", "/c", "", off}})),
        ElementsAre("a (not stored)", "b <- a: id=a.id same_path"));
    EXPECT_THAT(short_form(plan_of({{"a", "/a"}, {"c", "/c", "", off}}, only({"c"}))), ElementsAre("c"));
    EXPECT_EQ(why_no_plan({{"a", "/a", "", off}}), "resources: none is selected.");
}

TEST(Plan, WhatIsNotNeededMayBeWrong)
{
    EXPECT_THAT(short_form(plan_of({{"a", "/a"}, {"b", "/x/{y}/b"}}, only({"a"}))), ElementsAre("a"));
}

TEST(Plan, FullRefreshReplacesEverything)
{
    plan_options options;
    options.full_refresh = true;
    const plan p = plan_of({{"a", "/a", "", R"("write_disposition":"merge")"}}, options);
    EXPECT_EQ(p.resources[0].destination_table().disposition, corest::write_disposition::replace);
}

// What is wrong

TEST(Plan, APlaceholderWithoutCandidates)
{
    EXPECT_EQ(why_no_plan({{"a", "/a"}, {"b", "/things/{thing_id}/b"}}),
        "resources[1].endpoint.path (resource 'b'): {thing_id} in '/things/{thing_id}/b': nothing fills it: no other "
        "resource's path ends in 'things', none has that name, and there is no constant; name the parent, as in "
        "{resources.things.id}, or give a constant with --param thing_id=VALUE or endpoint.params.");
    EXPECT_EQ(why_no_plan({{"posts", "/posts"}, {"comments", "/comments?post_id={post_id}"}}),
        "resources[1].endpoint.path (resource 'comments'): {post_id} in '/comments?post_id={post_id}': nothing fills "
        "it: the "
        "text before it names no collection, and there is no constant; name the parent, as in {resources.parent.id}, "
        "or "
        "give a constant with --param post_id=VALUE or endpoint.params.")
        << "nothing is guessed from a query";
}

TEST(Plan, APlaceholderWithSeveralCandidates)
{
    EXPECT_EQ(why_no_plan({{"a", "/x/files"}, {"b", "/y/files"}, {"files", "/z"}, {"c", "/files/{file_id}/c"}}),
        "resources[3].endpoint.path (resource 'c'): {file_id} may come from 'a' (/x/files), 'b' (/y/files) or 'files' "
        "(/z); "
        "write which: {resources.a.id}, {resources.b.id} or {resources.files.id}.");
    EXPECT_EQ(why_no_plan({{"a", "/files"}, {"b", "/files"}, {"c", "/files/{file_id}/c"}}),
        "resources[2].endpoint.path (resource 'c'): {file_id} may come from 'a' (/files) or 'b' (/files); write which: "
        "{resources.a.id} or {resources.b.id}.");
}

TEST(Plan, UnknownParents) // acceptance case 80
{
    EXPECT_EQ(why_no_plan({{"samples", "/s"}, {"b", "/x/{resources.sampels.id}"}}),
        "resources[1].endpoint.path (resource 'b'): {resources.sampels.id}: there is no resource 'sampels'; the "
        "nearest known "
        "resource is 'samples'.");
    EXPECT_EQ(why_no_plan({{"samples", "/s"}, {"b", "/x", R"("params":{"q":"{resources.zzzz.id}"})"}}),
        "resources[1].endpoint.params.q (resource 'b'): {resources.zzzz.id}: there is no resource 'zzzz'; known here "
        "are "
        "samples and b.");
    EXPECT_EQ(why_no_plan({{"b", "/x/{resources.b.id}"}}),
        "resources[0].endpoint.path (resource 'b'): {resources.b.id}: a resource cannot be its own parent.");
}

TEST(Plan, GroupsOfParents) // acceptance case 85
{
    const given posts("posts", "/posts");
    const std::string three = R"("group_size":3)";
    const plan good = corest::source::make_plan(config_of({posts, {"details", "/details/{resources.posts.id}", three},
                                                    {"more", "/more/{resources.details.id}"}}),
        {});
    EXPECT_THAT(corest::source::to_text(good), HasSubstr("parents: up to 3 in a request"));
    EXPECT_EQ(corest::source::to_json(good).at("resources").at(1).at("group_size"), json::value(3));
    EXPECT_THAT(good.resources[1].destination_table().binding_columns, IsEmpty());
    EXPECT_THAT(good.resources[2].destination_table().binding_columns, ElementsAre("_details_id"));
    const plan single = corest::source::make_plan(
        config_of({posts, {"details", "/details/{resources.posts.id}"}, {"more", "/more/{resources.details.id}"}}), {});
    EXPECT_NE(corest::source::plan_hash(good, 0), corest::source::plan_hash(single, 0)) << "other requests are sent";

    EXPECT_EQ(why_no_plan({{"posts", "/posts", three}}),
        "resources[0].endpoint.group_size (resource 'posts'): the resource has no parent whose records one request "
        "could "
        "be for.");
    EXPECT_THAT(
        why_no_plan({posts, {"details", "/details/{resources.posts.id}", three, R"("include_from_parent":["title"])"}}),
        HasSubstr("which record of its parent a row belongs to is not known; remove include_from_parent, or this"));
    EXPECT_THAT(why_no_plan({posts,
                    {"details", "/details/{resources.posts.id}",
                        three + R"(,"incremental":{"cursor_path":"u","initial_value":1})"}}),
        HasSubstr("a cursor is kept for each record of the parent; remove incremental, or this"));
    EXPECT_THAT(why_no_plan({posts, {"details", "/details/{resources.posts.id}", three},
                    {"more", "/more/{resources.posts.id}/{resources.details.id}"}}),
        HasSubstr(
            "'posts.id' is not known here: one request of the parent 'details' is for several of them (group_size)"));
}

TEST(Plan, Cycles) // acceptance case 80
{
    EXPECT_EQ(why_no_plan({{"a", "/x/{resources.b.id}"}, {"b", "/y/{resources.a.id}"}}),
        "resources[1].endpoint.path (resource 'b'): the resources are their own parents: 'a' <- 'b' <- 'a'; take one "
        "of the "
        "placeholders from elsewhere.");
    EXPECT_EQ(
        why_no_plan({{"as", "/bs/{b_id}/as"}, {"bs", "/cs/{c_id}/bs"}, {"cs", "/as/{a_id}/cs"}, {"d", "/cs/{c_id}/d"}}),
        "resources[2].endpoint.path (resource 'cs'): the resources are their own parents: 'as' <- 'bs' <- 'cs' <- "
        "'as'; take "
        "one of the placeholders from elsewhere.");
    EXPECT_THAT(why_no_plan({{"as", "/bs/{b_id}/as"}, {"bs", "/as/{a_id}/bs"}, {"d", "/as/{a_id}/d"}}, only({"d"})),
        HasSubstr("their own parents"));
}

TEST(Plan, TwoParents) // acceptance case 80
{
    EXPECT_EQ(why_no_plan({{"a", "/a"}, {"b", "/b"}, {"c", "/c/{resources.a.id}/{resources.b.id}"}}),
        "resources[2] (resource 'c'): has two different parents, 'a' and 'b'; a resource has one, and takes fields "
        "from it and from those above it.");
    EXPECT_EQ(why_no_plan({{"a", "/a"}, {"b", "/b"}, {"c", "/a/{a_id}/b/{b_id}/c"}}),
        "resources[2].endpoint.path (resource 'c'): has two different parents, 'b' and, by {a_id}, 'a'; a resource has "
        "one, and "
        "takes from others only what that one is bound to itself.");
    EXPECT_EQ(why_no_plan({{"a", "/a"}, {"b", "/b"}, {"c", "/a/{a_id}/c", R"("params":{"b":"{resources.b.id}"})"}}),
        "resources[2].endpoint.path (resource 'c'): has two different parents, 'b' and, by {a_id}, 'a'; a resource has "
        "one, and "
        "takes from others only what that one is bound to itself.");
}

TEST(Plan, AResolveParamThatThePathDoesNotUse) // acceptance case 80
{
    EXPECT_EQ(why_no_plan({{"posts", "/p"},
                  {"c", "/c", R"("params":{"post_id":{"type":"resolve","resource":"posts","field":"id"}})"}}),
        "resources[1].endpoint.params.post_id (resource 'c'): the path has no placeholder {post_id} for it; to send it "
        "as a "
        "parameter, write \"post_id\": \"{resources.posts.id}\".");
}

TEST(Plan, PlaceholdersInTextsThatAreNotUnderstood) // acceptance case 79
{
    EXPECT_EQ(why_no_plan({{"posts", "/p"}, {"c", "/c", R"("params":{"q":"{unknown.posts.id}"})"}}),
        "resources[1].endpoint.params.q (resource 'c'): the text has '{unknown.posts.id}', but a dotted placeholder "
        "begins with "
        "'resources' at position 1. A placeholder is <name>, {name}, {{ stream_partition['name'] }} or "
        "{resources.parent.field}.");
    EXPECT_THAT(why_no_plan({{"c", "/c", R"("json":{"a":[{"b/c":"{unknown.posts.id}"}]})"}}),
        HasSubstr("resources[0].endpoint.json at /a/0/b~1c (resource 'c'): the text has '{unknown.posts.id}'"));
    EXPECT_EQ(why_no_plan({{"c", "/c", R"("headers":{"X":"{nobody}"})"}}),
        "resources[0].endpoint.headers.X (resource 'c'): nothing fills {nobody}; write {resources.parent.field}, give "
        "--param "
        "nobody=VALUE, or write {{nobody}} for the text itself.");
    EXPECT_EQ(why_no_plan({{"posts", "/p"}, {"c", "/c/{id}", R"("params":{"id":"x{resources.posts.id}"})"}}),
        "resources[1].endpoint.params.id (resource 'c'): fills a placeholder of the path, so expected a constant or "
        "{resources.parent.field} alone.");
}

TEST(Plan, AMergeWithoutAKey)
{
    EXPECT_EQ(why_no_plan({{"a", "/a", "", R"("write_disposition":"merge")"}}),
        "resources[0].primary_key (resource 'a'): is missing, and a merge needs it, or a merge_key; name the fields "
        "that identify a row, or "
        "write \"write_disposition\": \"append\" or \"replace\".");
    EXPECT_THAT(
        short_form(plan_of({{"a", "/a", "", R"("write_disposition":"merge")"}, {"b", "/a/{id}/b"}}, only({"b"}))),
        ElementsAre("a (not stored)", "b <- a: id=a.id same_path"))
        << "what is not stored is not merged";
}

TEST(Plan, SaysWhatHintsMakeOfAMerge)
{
    const plan p = plan_of({{"a", "/a", "",
                                R"("write_disposition":"merge","primary_key":"id","merge_key":"day","columns":)"
                                R"({"gone":{"hard_delete":true},"seq":{"dedup_sort":"desc"}})"},
        {"b", "/b", "", R"("write_disposition":"merge","merge_key":["day","shop"])"}});
    EXPECT_THAT(to_text(p),
        testing::AllOf(
            testing::HasSubstr("table: a, merge on id, in place of all rows with the same day, of each key the "
                               "row with the greatest seq, deletes by gone\n"),
            testing::HasSubstr("table: b, merge, in place of all rows with the same day, shop\n")));
    const json::object shown = corest::source::to_json(p).as_object();
    EXPECT_EQ(json::serialize(shown.at("resources").at(1).at("merge_key")), R"(["day","shop"])");
    const auto hash_with = [](const std::string& key) {
        return corest::source::plan_hash(
            plan_of({{"b", "/b", "", R"("write_disposition":"merge","primary_key":"id",)" + key}}), 0);
    };
    EXPECT_NE(hash_with(R"("merge_key":"day")"), hash_with(R"("merge_key":"shop")"));
}

TEST(Plan, NamesThatStandTwice) // acceptance case 91
{
    EXPECT_EQ(why_no_plan({{"a", "/a"}, {"b", "/b"}, {"a", "/c"}}),
        "resources[2].name: the name 'a' stands twice: resources[0] has it too.");
    EXPECT_EQ(why_no_plan({{"a", "/a"}, {"b", "/b", "", R"("table_name":"a")"}}), "no error") << "that is meant";
    EXPECT_EQ(why_no_plan({{"x", "/x"}, {"x_y", "/y"},
                  {"u", "/x/{resources.x.id}/x", "", R"("include_from_parent":["id","a"])"},
                  {"v", "/v/{resources.x.y_z}", "", R"("include_from_parent":["y_z"])"}}),
        "no error");
}

TEST(Plan, ResourcesThatShareATable)
{
    const auto two = [](const std::string& first, const std::string& second,
                         const corest::source::plan_options& options = {}) {
        const auto keys = [](const std::string& more) {
            return R"("table_name":"t")" + (more.empty() ? "" : "," + more);
        };
        return why_no_plan({{"a", "/a", "", keys(first)}, {"b", "/b", "", keys(second)}}, options);
    };
    const auto differ = [](const std::string& key, const std::string& values) {
        return "resources[1] (resource 'b'): the resources 'a' and 'b' load into the same table, 't', and differ in "
               "their "
            + key + values + "; give both the same " + key + ", or one of them a table_name of its own.";
    };
    EXPECT_EQ(two("", ""), "no error");
    EXPECT_EQ(two(R"("write_disposition":"replace")", ""), differ("write_disposition", " ('a': replace, 'b': append)"));
    EXPECT_EQ(
        two(R"("primary_key":["x","y"])", R"("primary_key":"x")"), differ("primary_key", " ('a': 'x, y', 'b': 'x')"));
    EXPECT_EQ(two(R"("primary_key":"x")", ""), differ("primary_key", " ('a': 'x', 'b': none)"));
    EXPECT_EQ(two(R"("merge_key":"x","write_disposition":"merge","primary_key":"i")",
                  R"("write_disposition":"merge","primary_key":"i")"),
        differ("merge_key", " ('a': 'x', 'b': none)"));
    EXPECT_EQ(two(R"("load_columns":true)", ""), differ("load_columns", " ('a': true, 'b': false)"));
    EXPECT_EQ(two(R"("schema_contract":"freeze")", ""), differ("schema_contract", ""));
    EXPECT_EQ(two(R"("columns":{"x":{"data_type":"text"}})", R"("columns":{"x":{"data_type":"bigint"}})"),
        differ("columns", ""));
    EXPECT_EQ(two(R"("columns":{"x":{"data_type":"text"},"y":{"nullable":false}})",
                  R"("columns":{"y":{"nullable":false},"x":{"data_type":"text"}})"),
        "no error");
    EXPECT_EQ(two(R"("write_disposition":"replace")", R"("selected":false)"), "no error") << "it is not loaded";
    EXPECT_EQ(two(R"("naming":"snake_case")", ""), differ("naming", " ('a': snake_case, 'b': direct)"));
    EXPECT_EQ(two(R"("max_table_nesting":2)", R"("max_table_nesting":2)"),
        "resources[1] (resource 'b'): the resources 'a' and 'b' load into the same table, 't', whose rows cannot have "
        "tables nested in them then (max_table_nesting: 2 and 2); set it to 0 for both, or give one of them a "
        "table_name "
        "of its own.");
    corest::source::plan_options one;
    one.only = {"b"};
    const std::string gone =
        "--only: the table 't' would be replaced by the rows of 'b' alone, and those of 'a' would be "
        "gone; add --only a.";
    EXPECT_EQ(two(R"("write_disposition":"replace")", R"("write_disposition":"replace")", one), gone);
    EXPECT_EQ(two("", "", one), "no error");
    one.full_refresh = true;
    EXPECT_EQ(two("", "", one), gone);

    const plan p =
        plan_of({{"a", "/a", "", R"("table_name":"t")"}, {"b", "/b", "", R"("table_name":"t")"}, {"c", "/c"}});
    EXPECT_THAT(p.resources[0].destination_table().resource_names(), ElementsAre("a", "b"));
    EXPECT_THAT(p.resources[1].destination_table().resource_names(), ElementsAre("b", "a"));
    EXPECT_THAT(p.resources[2].destination_table().resource_names(), ElementsAre("c"));
    EXPECT_THAT(corest::source::to_text(p), testing::HasSubstr("table: t, append, together with the rows of b\n"));
    EXPECT_EQ(json::serialize(corest::source::to_json(p).at("resources").at(1).at("shares_table_with")), R"(["a"])");
}

TEST(Plan, ConstantsThatAreWrong)
{
    EXPECT_EQ(why_no_plan({{"a", "/{workspace}/a"}},
                  [] {
                      auto o = with_param("workspace", "x");
                      o.params.emplace_back("wrkspace", "y");
                      return o;
                  }()),
        "--param wrkspace: no path has the placeholder {wrkspace}; the nearest known placeholder is 'workspace'.");
    EXPECT_THAT(why_no_plan({{"a", "/{workspace}/a"}}, with_param("workspace", "")),
        HasSubstr("--param workspace: the value is empty"));
    EXPECT_EQ(why_no_plan({{"a", "/{w}/a", R"("params":{"w":""})"}}),
        "resources[0].endpoint.params.w (resource 'a'): fills a placeholder of the path, and is empty.");
}

TEST(Plan, IncludeFromParent)
{
    EXPECT_EQ(why_no_plan({{"a", "/a", "", R"("include_from_parent":["id"])"}}),
        "resources[0].include_from_parent (resource 'a'): the resource has no parent.");
    const plan p = plan_of({{"groups", "/groups"}, {"users", "/groups/{group_id}/users"},
        {"details", "/users/{user_id}/details", "", R"("include_from_parent":["id","title","_groups_id"])"}});
    EXPECT_THAT(p.resources[2].destination_table().binding_columns,
        ElementsAre("_users_id", "_users_title", "_users__groups_id"));
    const auto& bindings = p.resources[2].bindings;
    ASSERT_EQ(bindings.size(), 4U) << "users.id is not what {user_id} is filled with where a user has a user_id";
    EXPECT_FALSE(bindings[2].inherited.has_value());
    EXPECT_EQ(bindings[3].inherited, 0U);
}

TEST(Plan, AllProblemsAreToldAtOnce)
{
    EXPECT_EQ(why_no_plan({{"a", "/x/{resources.q.id}"}, {"b", "/nothing/{n_id}/b"},
                  {"c", "/c", "", R"("write_disposition":"merge")"}}),
        "the dictionary has 3 problems:\n"
        "  resources[0].endpoint.path (resource 'a'): {resources.q.id}: there is no resource 'q'; known here are a, b "
        "and c\n"
        "  resources[2].primary_key (resource 'c'): is missing, and a merge needs it, or a merge_key; name the fields "
        "that identify a row, or "
        "write \"write_disposition\": \"append\" or \"replace\"\n"
        "  resources[1].endpoint.path (resource 'b'): {n_id} in '/nothing/{n_id}/b': nothing fills it: no other "
        "resource's path "
        "ends in 'nothing', none has that name, and there is no constant; name the parent, as in "
        "{resources.nothing.id}, or "
        "give a constant with --param n_id=VALUE or endpoint.params.");
}

TEST(Plan, WhatFollowsFromAProblemIsNotTold)
{
    EXPECT_THAT(
        why_no_plan({{"a", "/x/{resources.q.id}"}, {"b", "/x/{resources.a.id}/b"}, {"c", "/y/{resources.b.id}"}}),
        Not(HasSubstr("problems")));
}

// What is not as usual

/// A key with a value other than its usual one, and what the plan says of it.
class changed_key {
public:
    std::string name;
    std::string value; ///< JSON
    std::string text;  ///< a part of the plan's text
};

TEST(PlanOfChanges, NamesEachKeyOfTheClient)
{
    const std::vector<changed_key> changes = {
        {"base_url", R"("https://other.example.com")", "https://other.example.com\n"},
        {"headers", R"({"X-Trace":"CANARY-e7c1","X-Key":{"$secret":"k"}})", "headers: [\"X-Trace\",\"X-Key\"]\n"},
        {"auth", R"({"type":"bearer","token":"CANARY-e7c1"})", "auth: bearer"},
        {"paginator", R"({"type":"offset","limit":5})", "pages: offset: limit 5, offset 0\n"},
        {"retry", R"({"max_retries":77})", "max_retries 77"},
        {"rate_limit", R"({"requests":7,"weights":[{"path":"^/a","weight":3}]})",
            "rate_limit: requests 7, per 1, weights [{\"path\":\"^/a\",\"weight\":3}], learn true, max_wait 300\n"},
        {"timeout", R"({"total":90,"idle":1.5})", "timeout: idle 1.5, total 90\n"},
        {"limits", R"({"body":1000,"ratio":50,"total":90})", "limits: body 1000, ratio 50\n"},
        {"tls", R"({"client_cert_file":"own.pem"})", "tls: client_cert_file own.pem\n"},
        {"verify", "false", "verify: false\n"},
        {"allowed_origins", R"(["https://files.example.com"])",
            "allowed_origins: [\"https://files.example.com:443\"]\n"},
        {"proxy", R"("http://me:CANARY-e7c1@proxy.example.com:3128")", "proxy: http://proxy.example.com:3128\n"},
        {"ca_file", R"("/etc/roots.pem")", "ca_file: /etc/roots.pem\n"},
        {"cookies", "false", "cookies: false\n"},
        {"concurrency", "3", "concurrency: 3\n"},
    };
    std::set<std::string> known;
    for (const auto& key : corest::source::detail::fields_of<corest::source::detail::client_keys>) {
        known.emplace(key.name);
    }
    std::set<std::string> shown;
    const std::map<std::string, std::string> names_in_json = {{"paginator", "pages"}};
    for (const changed_key& one : changes) {
        shown.insert(one.name);
        const plan p =
            corest::source::make_plan(config_of({{"a", "/a"}}, "{}", "\"" + one.name + "\":" + one.value), {});
        EXPECT_THAT(corest::source::to_text(p), HasSubstr(one.text)) << one.name;
        EXPECT_THAT(corest::source::to_text(p), Not(HasSubstr("CANARY"))) << one.name;
        const std::string as_json = json::serialize(corest::source::to_json(p));
        const auto renamed = names_in_json.find(one.name);
        EXPECT_THAT(as_json, HasSubstr("\"" + (renamed == names_in_json.end() ? one.name : renamed->second) + "\":"));
        EXPECT_THAT(as_json, Not(HasSubstr("CANARY"))) << one.name;
        const plan usual = corest::source::make_plan(config_of({{"a", "/a"}}), {});
        EXPECT_THAT(corest::source::to_text(usual), Not(HasSubstr(one.text))) << one.name;
        EXPECT_NE(as_json, json::serialize(corest::source::to_json(usual))) << one.name;
    }
    EXPECT_EQ(shown, known) << "a key without its line above";
}

TEST(PlanOfChanges, NamesEachKeyOfEachPaginator)
{
    const std::map<std::string, std::string> values = {{"limit", "7"}, {"offset", "5"}, {"offset_param", R"("o")"},
        {"limit_param", R"("l")"}, {"offset_body_path", R"("p.o")"}, {"limit_body_path", R"("p.l")"},
        {"maximum_offset", "900"}, {"total_path", "null"}, {"has_more_path", R"("more")"},
        {"stop_on_short_page", "true"}, {"concurrency", "3"}, {"base_page", "1"}, {"page", "4"},
        {"page_param", R"("p")"}, {"page_body_path", R"("p.n")"}, {"maximum_page", "9"}, {"max_pages", "4"},
        {"page_size", "50"}, {"next_url_path", R"("links.n")"}, {"links_next_key", R"("follow")"},
        {"cursor_path", R"("c.n")"}, {"cursor_param", R"("after")"}, {"cursor_body_path", R"("p.c")"},
        {"cursor_key", R"("X-Next")"}, {"continuation_path", R"("c")"}};
    const auto with = [](std::string_view kind, const std::string& keys) {
        return config_of({{"a", "/a",
            R"("method":"POST","json":{},"paginator":{"type":")" + std::string(kind) + "\"" + keys + "}"}});
    };
    for (const auto& kind : corest::source::detail::paginator_kinds()) {
        const std::string_view name = kind.chosen.names.front();
        const auto keys = kind.chosen.keys->fields;
        std::string needed;
        for (const auto& key : keys) {
            needed += key.required ? ",\"" + std::string(key.name) + "\":1" : "";
        }
        for (const auto& key : keys) {
            std::string value;
            std::string more = key.required ? "" : needed;
            if (key.name == "stop_after_empty_page") {
                value = key.usual() == json::value(true) ? "false" : "true";
                more += R"(,"has_more_path":"more")";
            } else {
                ASSERT_TRUE(values.contains(std::string(key.name))) << key.name << " needs a value above";
                value = values.at(std::string(key.name));
            }
            more += key.name == "stop_on_short_page" && name == "page_number" ? R"(,"page_size":50)" : "";
            const plan p =
                corest::source::make_plan(with(name, ",\"" + std::string(key.name) + "\":" + value + more), {});
            const json::value given = json::parse(value);
            const bool is_path = key.name.ends_with("_path") && given.is_string();
            const std::string shown = std::string(key.name) + (is_path ? " $." : " ")
                + (given.is_string() ? std::string(given.as_string()) : value);
            EXPECT_THAT(corest::source::to_text(p), HasSubstr(shown)) << name;
            EXPECT_THAT(json::serialize(corest::source::to_json(p)), HasSubstr(shown)) << name;
        }
    }
}

// Secrets

constexpr const char* canary = "CANARY-e7c1";

corest::source::source_config config_full_of_secrets()
{
    return config_of({{"a", "/{w}/a",
                          R"("params":{"w":{"$secret":"path"},"key":{"$secret":"param"},"h":"x"},
             "headers":{"X-Key":{"$secret":"header"}},
                          "json":{"deep":[{"$secret":"body"}]},"auth":{"type":"api_key","api_key":{"$secret":"own"}})"},
                         {"b", "/{w}/a/{id}/b", R"("params":{"w":{"$secret":"path"}})"}},
        "{}",
        R"("auth":{"type":"oauth2","client_id":{"$secret":"id"},"client_secret":{"$secret":"secret"},
                        "token_url":"https://b/t","access_token_request_data":{"x":{"$secret":"extra"}}},
                        "headers":{"X-Client":{"$secret":"client"}},"proxy":{"$secret":"proxy"})");
}

TEST(PlanSecrets, AreNotNeededToPlanAndNeverShown)
{
    plan p = corest::source::make_plan(config_full_of_secrets());
    const std::string before = corest::source::to_text(p) + json::serialize(corest::source::to_json(p));
    corest::source::resolve_secrets(
        p, corest::source::secret_store([](const std::string&) { return std::optional<std::string>(canary); }));
    const std::string after = corest::source::to_text(p) + json::serialize(corest::source::to_json(p));
    EXPECT_EQ(before, after);
    EXPECT_THAT(after, Not(HasSubstr(canary)));
    EXPECT_THAT(after, HasSubstr("{w} = the secret path (endpoint.params)"));
    EXPECT_THAT(after, HasSubstr("query: key (the secret param), h\n"));
    EXPECT_THAT(after, HasSubstr("headers: X-Key (the secret header), X-Client (the secret client)\n"));
    EXPECT_THAT(after, HasSubstr("auth: oauth2_client_credentials, secrets id, secret, extra\n"));
    EXPECT_THAT(after, HasSubstr("auth: api_key in the header Authorization, secret own\n"));
    EXPECT_THAT(after, HasSubstr(R"("constant":{"$secret":"path"})"));
}

TEST(PlanSecrets, AreLookedUpOnceAndPutWhereTheyBelong)
{
    plan p = corest::source::make_plan(config_full_of_secrets());
    std::map<std::string, int> asked;
    corest::source::resolve_secrets(p, corest::source::secret_store([&](const std::string& name) {
        ++asked[name];
        return std::optional<std::string>("v-" + name);
    }));
    EXPECT_EQ(asked["PATH"], 1);
    EXPECT_THAT(p.client.auth.make().secrets(), testing::Contains("v-SECRET"));
    EXPECT_EQ(p.client.http.proxy, "v-PROXY");
    EXPECT_THAT(p.resources[0].config.auth->make().secrets(), ElementsAre("v-OWN"));
    EXPECT_EQ(json::serialize(*p.resources[0].config.json), R"({"deep":["v-BODY"]})");
    const auto request = make_request(p.resources[0], p.client, {});
    EXPECT_EQ(request.url, "https://api.example.com/v1/v-PATH/a?key=v-PARAM&h=x");
    EXPECT_EQ(request.headers.find("X-Key"), "v-HEADER");
    EXPECT_EQ(request.headers.find("X-Client"), "v-CLIENT");
    for (const auto& field : request.headers) {
        EXPECT_EQ(field.secret, field.name.starts_with("X-")) << field.name;
    }
    EXPECT_EQ(request.body, R"({"deep":["v-BODY"]})");
    EXPECT_THAT(corest::source::secret_values(p),
        testing::UnorderedElementsAre(
            "v-PROXY", "v-ID", "v-SECRET", "v-EXTRA", "v-OWN", "v-PATH", "v-PARAM", "v-HEADER", "v-CLIENT", "v-BODY"));
}

TEST(PlanSecrets, ThatAreMissingAreAllNamed)
{
    const auto missing = [](const corest::source::source_config& config, plan_options options,
                             std::map<std::string, std::string> have) {
        return what_of(errc::missing_secret, [&] {
            plan p = corest::source::make_plan(config, options);
            corest::source::resolve_secrets(p, store_of(std::move(have)));
        });
    };
    const auto one = config_of({{"a", "/a"}}, "{}", R"("auth":{"token":{"$secret":"access_token"}})");
    EXPECT_EQ(missing(one, {}, {}),
        "the secret 'access_token' is missing; needed by client.auth.token; looked for in\n"
        "  the variable ACCESS_TOKEN of the environment\n"
        "  the variable access_token of the environment\n"
        "Set the environment variable ACCESS_TOKEN, or name a file that has it with --secrets.");
    const auto full = config_full_of_secrets();
    EXPECT_EQ(missing(full, {},
                  {{"PARAM", canary}, {"HEADER", canary}, {"OWN", canary}, {"ID", canary}, {"EXTRA", canary},
                      {"CLIENT", canary}, {"PROXY", canary}}),
        "3 secrets are missing:\n"
        "'secret', needed by client.auth.client_secret; looked for in\n"
        "  the variable SECRET of the environment\n"
        "  the variable secret of the environment\n"
        "'path', needed by resources[0].endpoint.params.w and resources[1].endpoint.params.w; looked for in\n"
        "  the variable PATH of the environment\n"
        "  the variable path of the environment\n"
        "'body', needed by resources[0].endpoint.json.deep[0]; looked for in\n"
        "  the variable BODY of the environment\n"
        "  the variable body of the environment\n"
        "Set the environment variables, or name a file that has them with --secrets.");
}

TEST(PlanSecrets, OfResourcesThatAreNotReadAreNotNeeded)
{
    const auto config = config_of({{"a", "/a"}, {"b", "/b", R"("headers":{"X":{"$secret":"x"}})"}});
    plan p = corest::source::make_plan(config, only({"a"}));
    corest::source::resolve_secrets(p, store_of({}));
    SUCCEED();
}

TEST(PlanSecrets, ABaseUrlFromASecretIsChecked)
{
    const auto config =
        corest::source::check_source(json::parse(R"({"client":{"base_url":{"$secret":"url"}},"resources":["a"]})"));
    plan p = corest::source::make_plan(config);
    EXPECT_THAT(corest::source::to_text(p), HasSubstr("the secret url\n"));
    EXPECT_EQ(what_of(errc::invalid_source, [&] { corest::source::resolve_secrets(p, store_of({{"URL", canary}})); }),
        "client.base_url: the secret 'url' is no absolute http or https URL.");
    corest::source::resolve_secrets(p, store_of({{"URL", "https://x.example.com"}}));
    EXPECT_EQ(make_request(p.resources[0], p.client, {}).url, "https://x.example.com/a");
}

// Requests

TEST(PlanRequest, FillsPathParamsHeadersAndBodyFromTheParent) // acceptance cases 75 and 77
{
    plan p = plan_of({{"posts", "/posts"},
        {"comments", "/posts/{post_id}/comments",
            R"("method":"POST","params":{"n":"{resources.posts.n}","l":["a b","&"],"t":"p-{post_id}"},
                          "headers":{"X-Id":"{resources.posts.n}","Accept":"x"},
                          "json":{"n":"{resources.posts.n}","s":"n={resources.posts.n}","f":"{resources.posts.flag}",
                                  "q":"{{ a }}","k":["{post_id}"],"plain":1.5})"}});
    const corest::source::planned_resource& comments = p.resources[1];
    EXPECT_EQ(comments.bindings.size(), 3U);
    const auto page = make_page({R"({"id":"a/b \u00fc","n":9007199254740993,"flag":true})"});
    const auto bindings = bind_parent(comments, page[0]);
    ASSERT_EQ(bindings.size(), 3U);
    EXPECT_EQ(bindings[0].placeholder, "post_id");
    EXPECT_EQ(bindings[0].column(), "_posts_id");
    EXPECT_EQ(bindings[0].text, "a/b \xC3\xBC");
    const auto request = make_request(comments, p.client, bindings);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url,
        "https://api.example.com/v1/posts/a%2Fb%20%C3%BC/comments?n=9007199254740993&l=a%20b&l=%26"
        "&t=p-a%2Fb%20%C3%BC");
    EXPECT_EQ(request.headers.find("X-Id"), "9007199254740993");
    EXPECT_EQ(request.headers.find("Content-Type"), "application/json");
    EXPECT_EQ(request.body,
        "{\"n\":9007199254740993,\"s\":\"n=9007199254740993\",\"f\":true,\"q\":\"{ a }\","
        "\"k\":[\"a/b \xC3\xBC\"],\"plain\":1.5E0}");
    EXPECT_TRUE(request.repeatable()) << "a source only reads";
}

TEST(PlanRequest, TakesBindingsOverFromTheParent)
{
    const plan p = plan_of({{"groups", "/groups"}, {"users", "/groups/{group_id}/users"},
        {"details", "/groups/{group_id}/users/{user_id}/details", "",
            R"("include_from_parent":["name","_groups_id"])"}});
    const auto groups = make_page({R"({"id":7})"});
    auto of_groups = bind_parent(p.resources[1], groups[0]);
    EXPECT_EQ(make_request(p.resources[1], p.client, of_groups).url, "https://api.example.com/v1/groups/7/users");
    const auto users = make_page({R"({"id":"u","name":null})"}, 1, std::move(of_groups), "users");
    const auto of_users = bind_parent(p.resources[2], users[0]);
    EXPECT_EQ(
        make_request(p.resources[2], p.client, of_users).url, "https://api.example.com/v1/groups/7/users/u/details");
    std::vector<std::string> columns;
    for (const auto& b : of_users) {
        columns.push_back(b.column() + "=" + b.json);
    }
    EXPECT_THAT(columns, ElementsAre("_groups_id=7", "_users_id=\"u\"", "_users_name=null", "_users__groups_id=7"));
}

TEST(PlanRequest, RefusesAParentWithoutTheField) // acceptance cases 73 and 74
{
    const plan p =
        plan_of({{"posts", "/posts"}, {"comments", "/posts/{post_id}/c", "", R"("include_from_parent":["nope"])"}});
    const auto why = [&](const std::string& record, errc kind) {
        return what_of(kind, [&] { (void)bind_parent(p.resources[1], make_page({record})[0]); });
    };
    EXPECT_THAT(why(R"({"name":1})", errc::field_missing), HasSubstr("'id'"));
    EXPECT_THAT(why(R"({"id":null})", errc::field_missing), HasSubstr("null"));
    EXPECT_THAT(why(R"({"id":""})", errc::field_missing), HasSubstr("empty"));
    EXPECT_THAT(why(R"({"id":{"a":1}})", errc::wrong_type), HasSubstr("object"));
    EXPECT_THAT(why(R"({"id":1,"title":2})", errc::field_missing),
        testing::AllOf(
            HasSubstr("the field 'nope' of 'posts' was to be copied, and record 1 lacks it"), HasSubstr("title")));
}

TEST(PlanRequest, RefusesAValueThatClimbsInThePath)
{
    const plan p = plan_of({{"posts", "/posts"}, {"comments", "/posts/{post_id}/c"}});
    const auto bindings = bind_parent(p.resources[1], make_page({R"({"id":".."})"})[0]);
    EXPECT_THAT(what_of(errc::invalid_argument, [&] { (void)make_request(p.resources[1], p.client, bindings); }),
        HasSubstr("would make the path segment '..'"));
}

TEST(PlanRequest, OwnHeadersReplaceTheClients)
{
    const plan p = corest::source::make_plan(config_of({{"a", "/a", R"("headers":{"x-a":"own"})"}}, "{}",
        R"("headers":{"X-A":"client {not.a.template}","X-B":"{b}"})"));
    const auto request = make_request(p.resources[0], p.client, {});
    EXPECT_EQ(request.headers.joined("X-A"), "own");
    EXPECT_EQ(request.headers.find("X-B"), "{b}") << "the client's headers are no templates";
}

TEST(PlanRequest, PathsMayHaveAQueryOrBeUrls)
{
    const plan p = plan_of({{"a", "/a?x=1", R"("params":{"y":2})"}, {"b", "https://api.example.com/other"}, {"c", ""}});
    EXPECT_EQ(make_request(p.resources[0], p.client, {}).url, "https://api.example.com/v1/a?x=1&y=2");
    EXPECT_EQ(make_request(p.resources[1], p.client, {}).url, "https://api.example.com/other");
    EXPECT_EQ(make_request(p.resources[2], p.client, {}).url, "https://api.example.com/v1");
}

TEST(Plan, IsAValue)
{
    const auto config = config_of({{"a", "/a"}, {"b", "/a/{id}/b"}});
    const plan first = corest::source::make_plan(config);
    const plan copy = first;
    const plan second = corest::source::make_plan(config);
    EXPECT_EQ(corest::source::to_text(first), corest::source::to_text(copy));
    EXPECT_EQ(corest::source::to_text(first), corest::source::to_text(second));
}

} // namespace

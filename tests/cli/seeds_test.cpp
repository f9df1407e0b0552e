/// \file
/// The main job: each seed document, as it stands, loaded by the command from the example API.

#include "loaded_api.hpp"

#include <api_server/server.hpp>

#include <support/command.hpp>
#include <support/database.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <filesystem>

namespace {

using example_api::dataset;
using example_api::rule;

class Seeds : public LoadedApi {
protected:
    void SetUp() override
    {
        if (!has_seeds()) {
            GTEST_SKIP() << "the seed documents are not at " << COREST_SEEDS_DIR;
        }
    }
    static std::string seed(const std::string& number) { return seed_file(number); }
    std::vector<std::string> run_arguments(const std::string& number, std::vector<std::string> more = {}) const
    {
        return load_arguments(seed(number), number, std::move(more));
    }
    finished_command load(const std::string& number, std::vector<std::string> more = {}) const
    {
        return run_command(run_arguments(number, std::move(more)), secrets());
    }
};

TEST_F(Seeds, EachRunsAsItStandsAndASecondRunLeavesTheSameRows)
{
    for (const char* number : {"000", "001", "002", "003", "004"}) {
        SCOPED_TRACE(number);
        std::filesystem::remove(folder.file("out.db"));
        api.clear_log();
        const finished_command first = load(number);
        ASSERT_EQ(first.status, 0) << first.err;
        EXPECT_EQ(first.err.find("warning"), std::string::npos) << first.err;
        expect_all_rows("seed" + std::string(number));
        expect_no_repeated_page();
        const finished_command second = load(number);
        ASSERT_EQ(second.status, 0) << second.err;
        expect_all_rows("seed" + std::string(number));
    }
}

TEST_F(Seeds, OneTokenServesAllResources)
{
    ASSERT_EQ(load("002").status, 0);
    EXPECT_EQ(api.token_requests(), 1U);
}

TEST_F(Seeds, ChangedRecordsAreMerged)
{
    ASSERT_EQ(load("001").status, 0);
    api.set_revision(3);
    ASSERT_EQ(load("001").status, 0);
    const database db(folder.file("out.db"));
    EXPECT_EQ(db.value("select min(revision) from customers"), "3");
    EXPECT_EQ(db.count("customers"), 340U);
}

TEST_F(Seeds, ChildrenCarryTheirParentsFields)
{
    ASSERT_EQ(load("004").status, 0);
    const database db(folder.file("out.db"));
    EXPECT_TRUE(db.columns("query_runs").count("_report_runs_token"));
    EXPECT_TRUE(db.columns("query_runs").count("_reports_token"));
    // Each row's parent is the one that the API says.
    for (const auto& [child, parent] :
        std::vector<std::pair<std::string, std::string>>{{"space_memberships", "spaces"},
            {"groups_memberships", "groups"}, {"reports", "data_sources"}, {"report_runs", "reports"},
            {"queries", "reports"}, {"query_runs", "report_runs"}, {"charts", "queries"}, {"report_filters", "reports"},
            {"datasets", "spaces"}, {"datasets_runs", "datasets"}, {"field_descriptions", "datasets"},
            {"report_schedules", "reports"}, {"reports_subscriptions", "reports"}, {"datasets_schedules", "datasets"}})
    {
        EXPECT_EQ(db.value("select count(*) from \"" + child + "\" where \"_" + parent
                      + "_token\" is not json_extract(details, '$.parent')"),
            "0")
            << child;
    }
}

TEST_F(Seeds, PagesThatTheServerCapsLoseNothing)
{
    example_api::server_options options;
    options.api.limit_caps["*"] = 7;
    const example_api::server capped(options);
    std::vector<std::string> arguments = run_arguments("001");
    arguments[6] = "client.base_url=" + capped.base_url("seed001");
    ASSERT_EQ(run_command(arguments, secrets()).status, 0);
    expect_all_rows("seed001");
}

TEST_F(Seeds, PlanShowsAllParentsAndSendsNothing)
{
    const auto plan = [&](const std::string& number) {
        std::vector<std::string> arguments = {COREST_COMMAND, "plan", seed(number), "--json", "--set",
            "client.base_url=" + api.base_url("seed" + number)};
        if (number == "004") {
            arguments.insert(arguments.end(), {"--param", "workspace=acme"});
        }
        const auto shown = run_command(arguments);
        EXPECT_EQ(shown.status, 0) << shown.err;
        return boost::json::parse(shown.out);
    };
    const auto parents = [](const boost::json::value& p) {
        std::map<std::string, std::string> all;
        for (const auto& r : p.at("resources").as_array()) {
            const auto* parent = r.as_object().if_contains("parent");
            all[std::string(r.at("name").as_string())] =
                parent && parent->is_string() ? std::string(parent->get_string()) : "";
        }
        return all;
    };
    EXPECT_EQ(parents(plan("003")),
        (std::map<std::string, std::string>{{"projects", ""}, {"runs", ""}, {"samples", "projects"},
            {"sample_files", "samples"}, {"run_files", "runs"}, {"appsessions", ""}, {"appresults", "appsessions"},
            {"appresults_files", "appresults"}}));
    EXPECT_EQ(parents(plan("004")),
        (std::map<std::string, std::string>{{"definitions", ""}, {"groups", ""}, {"memberships", ""}, {"spaces", ""},
            {"space_memberships", "spaces"}, {"groups_memberships", "groups"}, {"data_sources", ""},
            {"reports", "data_sources"}, {"report_runs", "reports"}, {"queries", "reports"},
            {"query_runs", "report_runs"}, {"charts", "queries"}, {"report_filters", "reports"}, {"datasets", "spaces"},
            {"datasets_runs", "datasets"}, {"field_descriptions", "datasets"}, {"report_schedules", "reports"},
            {"reports_subscriptions", "reports"}, {"datasets_schedules", "datasets"}}));
    EXPECT_TRUE(api.log().empty());
}

TEST_F(Seeds, OnlyAChildReadsItsParentsAndStoresNoneOfThem)
{
    ASSERT_EQ(load("003", {"--only", "sample_files"}).status, 0);
    const database db(folder.file("out.db"));
    const dataset& data = api.data();
    EXPECT_EQ(db.count("sample_files"), data.size(data.find("seed003", "sample_files")));
    EXPECT_EQ(db.value("select count(*) from sqlite_master where name in ('projects', 'samples')"), "0");
    for (const auto& request : api.log()) {
        EXPECT_EQ(request.path().find("appsessions"), std::string::npos);
    }
}

TEST_F(Seeds, ALimitReadsNoFurtherPage)
{
    ASSERT_EQ(load("001", {"--limit", "150"}).status, 0);
    const database db(folder.file("out.db"));
    EXPECT_EQ(db.count("customers"), 150U);
    EXPECT_EQ(db.count("stock_details"), 99U);
    std::size_t pages = 0;
    for (const auto& request : api.log()) {
        pages += request.path() == "/seed001/v1/customers" ? 1 : 0;
    }
    EXPECT_EQ(pages, 2U);
}

TEST_F(Seeds, AFullRefreshDropsRowsThatAreGone)
{
    ASSERT_EQ(load("000").status, 0);
    {
        const database db(folder.file("out.db"));
        (void)db.query("insert into resource_name (id, name) values ('gone', 'gone')");
    }
    ASSERT_EQ(load("000").status, 0);
    EXPECT_EQ(database(folder.file("out.db")).count("resource_name"), 251U);
    ASSERT_EQ(load("000", {"--full-refresh"}).status, 0);
    EXPECT_EQ(database(folder.file("out.db")).count("resource_name"), 250U);
}

TEST_F(Seeds, ABurstOf503SucceedsWithRetries)
{
    api.misbehave(rule::status("/seed003/*", 503).times(2).each());
    const auto done =
        load("003", {"--set", "client.retry.backoff_factor=0.01", "--report", folder.file("report.json")});
    ASSERT_EQ(done.status, 0) << done.err;
    expect_all_rows("seed003");
    const auto report = boost::json::parse(read_file(folder.file("report.json")));
    EXPECT_TRUE(report.at("complete").as_bool());
    const auto& projects = report.at("resources").at(0);
    EXPECT_EQ(projects.at("name").as_string(), "projects");
    EXPECT_EQ(projects.at("retries").to_number<int>(), 2);
    EXPECT_EQ(projects.at("rows").to_number<int>(), 20);
}

TEST_F(Seeds, A429WaitsAsLongAsTheServerSays)
{
    api.misbehave(rule::too_many_requests("/seed000/v1/resource", std::chrono::seconds(2)).times(1));
    const auto done = load("000", {"--set", "client.retry.backoff_factor=0.01"});
    ASSERT_EQ(done.status, 0) << done.err;
    const auto log = api.log();
    std::vector<std::chrono::steady_clock::time_point> arrivals;
    for (const auto& request : log) {
        if (request.path() == "/seed000/v1/resource") {
            arrivals.push_back(request.arrival);
        }
    }
    ASSERT_GE(arrivals.size(), 2U);
    EXPECT_GE(arrivals[1] - arrivals[0], std::chrono::milliseconds(1990));
    expect_all_rows("seed000");
}

TEST_F(Seeds, A503ForEverFailsAndKeepsTheOthersRows)
{
    api.misbehave(rule::status("/seed001/v1/items", 503));
    const auto done = load("001", {"--set", "client.retry.backoff_factor=0.01"});
    EXPECT_EQ(done.status, 1);
    EXPECT_NE(done.err.find("corest: resource 'items', page 1: the server answered 503"), std::string::npos)
        << done.err;
    EXPECT_NE(done.err.find("/seed001/v1/items?"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("status 503, after 4 attempts)"), std::string::npos) << done.err;
    EXPECT_EQ(done.err.find(api.secrets().api_key), std::string::npos);
    EXPECT_EQ(done.err.find("api_key="), std::string::npos) << "not even masked: the key is added below this layer";
    const database db(folder.file("out.db"));
    EXPECT_EQ(db.count("customers"), 340U);
    EXPECT_EQ(db.count("orders"), 405U);
    std::size_t attempts = 0;
    for (const auto& request : api.log()) {
        attempts += request.path() == "/seed001/v1/items" ? 1 : 0;
    }
    EXPECT_EQ(attempts, 4U);
}

TEST_F(Seeds, AnExpiredTokenIsRenewed)
{
    example_api::server_options options;
    options.api.token_lifetime = std::chrono::milliseconds(1000);
    options.api.announced_lifetime = std::chrono::seconds(3600);
    options.api.data.sizes["seed002/connections"] = 12000;
    example_api::server forgetful(options);
    forgetful.misbehave(rule::latency("/seed002/*", std::chrono::milliseconds(150))); // eight pages at once
    std::vector<std::string> arguments = run_arguments("002");
    arguments[6] = "client.base_url=" + forgetful.base_url("seed002");
    arguments[8] = "client.auth.token_url=" + forgetful.token_url("seed002");
    const auto done = run_command(arguments, secrets());
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(database(folder.file("out.db")).count("connections"), 12000U);
    EXPECT_GE(forgetful.token_requests(), 2U);
}

TEST_F(Seeds, PagesThatWereAskedForInVainAreReported)
{
    example_api::server_options options;
    options.api.data.sizes["seed002/connections"] = 3000;
    example_api::server long_one(options);
    long_one.misbehave(rule::latency("/seed002/*", std::chrono::milliseconds(20)));
    std::vector<std::string> arguments = run_arguments("002", {"--report", folder.file("report.json")});
    arguments[6] = "client.base_url=" + long_one.base_url("seed002");
    arguments[8] = "client.auth.token_url=" + long_one.token_url("seed002");
    const auto done = run_command(arguments, secrets());
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(database(folder.file("out.db")).count("connections"), 3000U);
    EXPECT_NE(done.err.find(" asked ahead in vain"), std::string::npos) << done.err;
    const auto report = boost::json::parse(read_file(folder.file("report.json")));
    for (const auto& each : report.at("resources").as_array()) {
        const bool is_long = each.at("name").as_string() == "connections";
        EXPECT_GE(each.at("asked_ahead").to_number<int>(), each.at("discarded").to_number<int>());
        EXPECT_EQ(each.at("discarded").to_number<int>() > 0, is_long) << "the others say how many there are";
        EXPECT_LE(each.at("discarded").to_number<int>(), 8);
    }
}

TEST_F(Seeds, CompressedBodiesAreRead)
{
    api.misbehave(rule::gzip("/seed003/*"));
    ASSERT_EQ(load("003").status, 0);
    expect_all_rows("seed003");
}

TEST_F(Seeds, ABodyCutInTheMiddleIsReadAgain)
{
    api.misbehave(rule::cut("/seed004/*").times(1).each());
    const auto done = load("004", {"--set", "client.retry.backoff_factor=0.01"});
    ASSERT_EQ(done.status, 0) << done.err;
    expect_all_rows("seed004");
}

TEST_F(Seeds, InterruptedItStopsAndWhatIsCommittedStaysWhole)
{
    api.misbehave(rule::latency("/seed004/*", std::chrono::milliseconds(30)));
    command running(run_arguments("004"), secrets());
    ASSERT_TRUE(api.wait_for_requests(60));
    running.signal(SIGINT);
    const finished_command done = running.finish();
    EXPECT_EQ(done.status, 130) << done.err;
    EXPECT_NE(done.err.find("interrupted"), std::string::npos);
    EXPECT_TRUE(api.wait_for_connections(0));
    EXPECT_EQ(database(folder.file("out.db")).value("pragma integrity_check"), "ok");
    api.behave();
    ASSERT_EQ(load("004").status, 0);
    expect_all_rows("seed004");
}

TEST_F(Seeds, KilledAndRunAgainTheTablesAreThoseOfAnUninterruptedRun)
{
    api.misbehave(rule::latency("/seed003/*", std::chrono::milliseconds(20)));
    for (const std::size_t after : {3U, 12U, 40U}) {
        api.clear_log();
        command running(run_arguments("003"), secrets());
        ASSERT_TRUE(api.wait_for_requests(after));
        running.signal(SIGKILL);
        EXPECT_EQ(running.finish().status, 128 + SIGKILL);
    }
    api.behave();
    ASSERT_EQ(load("003").status, 0);
    expect_all_rows("seed003");
}

TEST_F(Seeds, RowsGoToFilesAndToStandardOutputToo)
{
    std::vector<std::string> arguments = run_arguments("003");
    arguments[4] = "ndjson:" + folder.file("out");
    ASSERT_EQ(run_command(arguments, secrets()).status, 0);
    const dataset& data = api.data();
    const std::string files = read_file(folder.file("out/sample_files.ndjson"));
    EXPECT_EQ(static_cast<std::size_t>(std::count(files.begin(), files.end(), '\n')),
        data.size(data.find("seed003", "sample_files")));
    EXPECT_NE(files.find("\"_samples_id\":"), std::string::npos);

    arguments[4] = "-";
    arguments.insert(arguments.end(), {"--only", "projects", "--progress", "none"});
    const auto printed = run_command(arguments, secrets());
    ASSERT_EQ(printed.status, 0) << printed.err;
    EXPECT_EQ(std::count(printed.out.begin(), printed.out.end(), '\n'), 20);
    EXPECT_EQ(boost::json::parse(printed.out.substr(0, printed.out.find('\n'))).at("id").to_number<int>(),
        data.record(data.find("seed003", "projects"), 0).at("id").to_number<int>());
}

TEST_F(Seeds, NoSecretIsEverPrintedOrStored)
{
    api.misbehave(rule::status("/seed004/*/groups", 500));
    const auto s = secrets();
    for (const char* number : {"000", "001", "002", "003", "004"}) {
        std::filesystem::remove(folder.file("out.db"));
        const auto done =
            load(number, {"--set", "client.retry.backoff_factor=0.01", "--report", folder.file("report.json")});
        std::vector<std::string> plan = {COREST_COMMAND, "plan", seed(number)};
        if (std::string(number) == "004") {
            plan.insert(plan.end(), {"--param", "workspace=acme"});
        }
        const auto checked = run_command(plan, s);
        EXPECT_EQ(checked.status, 0) << checked.err;
        const std::string all = done.out + done.err + checked.out + checked.err + read_file(folder.file("report.json"))
            + read_file(folder.file("out.db")) + read_file(folder.file("out.db-wal"));
        for (const auto& [name, value] : s) {
            EXPECT_EQ(all.find(value), std::string::npos) << name << " of seed " << number;
        }
    }
}

} // namespace

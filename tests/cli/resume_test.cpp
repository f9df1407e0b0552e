/// \file
/// Runs of the command that stop, and the command run again.

#include <api_server/server.hpp>

#include <support/command.hpp>
#include <support/database.hpp>

#include <corest/http/url.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using example_api::rule;

class ResumeCommand : public testing::Test {
protected:
    /// Projects and their samples, each in pages of 50; answers take 20 ms.
    std::string source(const std::string& disposition = "append") const
    {
        return folder.write("source.json",
            R"({
  "client": {"base_url": ")"
                + api.base_url("seed003") + R"(", "auth": {"type": "bearer", "token": {"$secret": "access_token"}}},
  "resource_defaults": {"primary_key": "id", "write_disposition": ")"
                + disposition + R"(",
                        "endpoint": {"data_selector": "Response.Items",
                                     "paginator": {"type": "offset", "limit": 50, "offset_param": "Offset"}}},
  "resources": [
    {"name": "projects", "endpoint": {"path": "/users/current/projects"}},
    {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}}
  ]
})");
    }
    std::map<std::string, std::string> secrets() const { return {{"ACCESS_TOKEN", api.secrets().access_token}}; }
    std::vector<std::string> arguments(const std::string& file, const std::string& progress = "plain") const
    {
        std::vector<std::string> all = {COREST_COMMAND, "run", file, "--to", destination(), "--progress", progress};
        all.insert(all.end(), reading.begin(), reading.end());
        return all;
    }
    finished_command plan(const std::string& file) const
    {
        std::vector<std::string> all = {COREST_COMMAND, "plan", file, "--to", destination()};
        all.insert(all.end(), reading.begin(), reading.end());
        return run_command(all);
    }
    std::string destination() const { return "sqlite:" + folder.file("out.db"); }
    finished_command state(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> all = {COREST_COMMAND, "state", destination()};
        all.insert(all.end(), more.begin(), more.end());
        return run_command(all);
    }
    /// A run that gets a signal once so many requests have come.
    finished_command stop(const std::string& file, int signal, std::size_t after)
    {
        api.misbehave(rule::latency("/seed003/*", std::chrono::milliseconds(20)));
        api.clear_log();
        command running(arguments(file), secrets());
        EXPECT_TRUE(api.wait_for_requests(after));
        running.signal(signal);
        finished_command done = running.finish();
        api.behave();
        return done;
    }

    /// A run with dates of the clock is killed, and gone on with 20 hours later.
    void go_on_the_next_day();

    std::vector<std::string> reading; ///< options that say how the file is read
    example_api::server api;
    temporary_folder folder;
};

TEST_F(ResumeCommand, AfterAnySignalAnAppendIsThereOnce)
{
    const std::string file = source();
    std::string rows;
    for (const int signal : {0, SIGKILL, SIGTERM, SIGINT}) {
        SCOPED_TRACE(signal);
        for (const char* const suffix : {"", "-wal", "-shm"}) {
            std::remove((folder.file("out.db") + suffix).c_str());
        }
        if (signal != 0) {
            const finished_command stopped = stop(file, signal, 8);
            EXPECT_EQ(stopped.status, signal == SIGKILL ? 128 + SIGKILL : 130) << stopped.err;
            if (signal != SIGKILL) {
                EXPECT_NE(stopped.err.find("run it again within 24 hours, and it goes on where it stopped"),
                    std::string::npos)
                    << stopped.err;
            }
        }
        const finished_command done = run_command(arguments(file), secrets());
        ASSERT_EQ(done.status, 0) << done.err;
        EXPECT_EQ(done.err.find("resumed at ") != std::string::npos, signal != 0) << done.err;
        const database db(folder.file("out.db"));
        const std::string found = db.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM samples") + ", "
            + db.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM projects");
        rows = rows.empty() ? found : rows;
        EXPECT_EQ(found, rows);
    }
}

TEST_F(ResumeCommand, StateAndPlanShowWhatARunHasLeft)
{
    const std::string file = source();
    EXPECT_EQ(state().out, "no state: no run has kept anything in " + destination() + "\n");
    stop(file, SIGKILL, 8);
    const finished_command shown = state();
    EXPECT_EQ(shown.status, 0) << shown.err;
    EXPECT_NE(shown.out.find(", unfinished, active until "), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("  projects: "), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("  open: samples, "), std::string::npos) << shown.out;
    const auto json = boost::json::parse(state({"--json"}).out);
    EXPECT_EQ(json.at("runs").as_array().size(), 1U);
    EXPECT_EQ(json.at("runs").at(0).at("state").as_string(), "unfinished");
    EXPECT_FALSE(json.at("runs").at(0).at("open").as_array().empty());

    const finished_command plan = run_command({COREST_COMMAND, "plan", file, "--to", destination()});
    EXPECT_NE(plan.out.find("The next one goes on with the run of "), std::string::npos) << plan.out;
    const finished_command pipe = run_command({COREST_COMMAND, "plan", file, "--to", "-"});
    EXPECT_NE(pipe.out.find("into -, which keeps no progress: a run that stops begins anew"), std::string::npos);

    const finished_command done = run_command(arguments(file), secrets());
    EXPECT_NE(done.err.find("resumed at "), std::string::npos) << done.err;
    EXPECT_NE(done.err.find(": goes on with the run of "), std::string::npos) << done.err;
    EXPECT_NE(state().out.find(", done, active until "), std::string::npos);
}

TEST_F(ResumeCommand, ARestartAndAResetBeginAnew)
{
    const std::string file = source();
    stop(file, SIGKILL, 8);
    std::vector<std::string> anew = arguments(file);
    anew.emplace_back("--restart");
    const finished_command restarted = run_command(anew, secrets());
    EXPECT_EQ(restarted.status, 0) << restarted.err;
    EXPECT_EQ(restarted.err.find("resumed"), std::string::npos) << restarted.err;

    stop(file, SIGKILL, 8);
    const finished_command unknown = state({"--reset", "sample"});
    EXPECT_EQ(unknown.status, 2);
    EXPECT_EQ(unknown.err,
        "corest: --reset sample: nothing is kept of a resource of that name; the nearest known resource is "
        "'samples'.\n");
    EXPECT_NE(state().out.find("unfinished"), std::string::npos);
    EXPECT_EQ(state({"--reset", "samples"}).out,
        "forgotten of samples: 1 unfinished run, 0 cursors; rows stay as they are\n");
    EXPECT_EQ(state().out.find("unfinished"), std::string::npos);
    stop(file, SIGKILL, 8);
    EXPECT_EQ(state({"--reset"}).out, "forgotten: 1 unfinished run, 0 cursors; rows stay as they are\n");
    EXPECT_EQ(state().out.find("unfinished"), std::string::npos);
}

void ResumeCommand::go_on_the_next_day()
{
    const auto written = [&](const std::string& days) {
        return folder.write("source.py",
            "import dlt\nimport pendulum\nfrom dlt.sources.rest_api import rest_api_source\n"
            "since = pendulum.now('UTC').subtract(days="
                + days
                + ").to_datetime_string()\n"
                  "source = rest_api_source({'client': {'base_url': '"
                + api.base_url("seed003")
                + "',"
                  "'auth': {'type': 'bearer', 'token': dlt.secrets['access_token']}},"
                  "'resource_defaults': {'primary_key': 'id', 'write_disposition': 'append',"
                  "'endpoint': {'data_selector': 'Response.Items', 'params': {'updated': since},"
                  "'paginator': {'type': 'offset', 'limit': 50, 'offset_param': 'Offset'}}},"
                  "'resources': [{'name': 'projects', 'endpoint': {'path': '/users/current/projects'}},"
                  "{'name': 'samples', 'endpoint': {'path': '/projects/{project_id}/samples'}}]})\n");
    };
    const std::string file = written("7");
    stop(file, SIGKILL, 8);
    { // as if that had been some hours ago
        sqlite3* opened = nullptr;
        ASSERT_EQ(sqlite3_open(folder.file("out.db").c_str(), &opened), SQLITE_OK);
        const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(opened, &sqlite3_close);
        ASSERT_EQ(sqlite3_exec(db.get(),
                      "UPDATE _corest_runs SET started_at = started_at - 72000, active_at = active_at - 72000", nullptr,
                      nullptr, nullptr),
            SQLITE_OK);
    }
    const std::string since =
        database(folder.file("out.db")).value("SELECT datetime(started_at - 7 * 86400, 'unixepoch') FROM _corest_runs");
    EXPECT_EQ(plan(file).out.find("begins anew"), std::string::npos);
    const std::string other = folder.write("other.py", read_file(written("8")));
    EXPECT_NE(plan(other).out.find("begins anew"), std::string::npos);
    api.clear_log();
    const finished_command done = run_command(arguments(written("7")), secrets());
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.err.find("resumed at "), std::string::npos) << done.err;
    ASSERT_FALSE(api.log().empty());
    for (const auto& request : api.log()) {
        EXPECT_EQ(corest::find_query("http://x" + request.target, "updated"), since) << request.target;
    }
    const database db(folder.file("out.db"));
    EXPECT_EQ(db.value("SELECT count(*) FROM samples"), db.value("SELECT count(DISTINCT id) FROM samples"));
}

TEST_F(ResumeCommand, WhatIsGoneOnWithTheNextDayAsksForTheDatesOfTheFirst)
{
    go_on_the_next_day();
}

TEST_F(ResumeCommand, DatesThatPythonMakesAreThoseOfTheFirstDayToo)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    reading = {"--python"};
    go_on_the_next_day();
}

TEST_F(ResumeCommand, ASecondRunIsRefusedAndTheFirstFinishes)
{
    const std::string file = source("replace");
    api.misbehave(rule::latency("/seed003/*", std::chrono::seconds(1)));
    command first(arguments(file), secrets());
    ASSERT_TRUE(api.wait_for_requests(2));
    const finished_command second = run_command(arguments(file, "none"), secrets());
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.err.find("is being loaded by another run: corest, process "), std::string::npos) << second.err;
    EXPECT_NE(second.err.find(api.base_url("seed003")), std::string::npos) << second.err;
    api.behave();
    const finished_command done = first.finish();
    EXPECT_EQ(done.status, 0) << done.err;
}

TEST_F(ResumeCommand, StandardOutputKeepsNoState)
{
    const finished_command done = run_command({COREST_COMMAND, "state", "-"});
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("- keeps no state"), std::string::npos) << done.err;
}

} // namespace

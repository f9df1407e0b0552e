/// \file
/// What the command says of its requests, where it is asked to.

#include <api_server/server.hpp>

#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using testing::HasSubstr;
using testing::Not;

class RequestLog : public testing::Test {
protected:
    [[nodiscard]] std::string source() const
    {
        return folder.write("source.json", R"({"client": {"base_url": ")" + api.base_url("seed003") + R"(",
             "auth": {"type": "bearer", "token": {"$secret": "access_token"}}, "retry": {"backoff_factor": 0.01}},
             "resources": [{"name": "projects", "primary_key": "id", "write_disposition": "merge",
                            "endpoint": {"path": "/users/current/projects", "data_selector": "Response.Items",
                                         "paginator": {"type": "offset", "limit": 1000, "offset_param": "Offset"}}}]})");
    }
    [[nodiscard]] finished_command run(std::vector<std::string> more) const
    {
        std::vector<std::string> all = {
            COREST_COMMAND, "run", source(), "--to", "sqlite:" + folder.file("out.db"), "--progress", "none"};
        all.insert(all.end(), more.begin(), more.end());
        return run_command(all, {{"ACCESS_TOKEN", api.secrets().access_token}});
    }

    example_api::server api;
    temporary_folder folder;
};

TEST_F(RequestLog, IsSilentByDefault)
{
    EXPECT_THAT(run({}).err, Not(HasSubstr("GET")));
}

TEST_F(RequestLog, VerboseHasALineForEachRequestAndEachRetry)
{
    api.misbehave(example_api::rule::status("/seed003/users/*", 503).times(1));
    const auto done = run({"--verbose"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("projects: attempt 1 failed (status 503"));
    EXPECT_THAT(done.err, HasSubstr("projects: GET " + api.base_url("seed003") + "/users/current/projects?"));
    EXPECT_THAT(done.err, HasSubstr(" 200, "));
    EXPECT_THAT(done.err, HasSubstr(", 2 attempts\n"));
}

TEST_F(RequestLog, AFileGetsTheEventsAsJsonLines)
{
    const auto done = run({"--log", folder.file("log.ndjson")});
    EXPECT_EQ(done.status, 0) << done.err;
    std::ifstream in(folder.file("log.ndjson"));
    std::map<std::string, int> events;
    for (std::string line; std::getline(in, line);) {
        const boost::json::object event = boost::json::parse(line).as_object();
        EXPECT_EQ(event.at("resource"), "projects");
        ++events[std::string(event.at("event").as_string())];
        if (event.at("event") == "request" && !event.contains("cancelled")) {
            EXPECT_EQ(event.at("status"), 200);
            EXPECT_EQ(event.at("attempts"), 1);
        }
    }
    EXPECT_EQ(events["request"], static_cast<int>(api.log().size()));
    EXPECT_EQ(read_file(folder.file("log.ndjson")).find("E0"), std::string::npos) << "numbers as people write them";
    EXPECT_GE(events["page"], 1);
    EXPECT_GE(events["dial"], 1);
}

TEST_F(RequestLog, SaysWhatWasAskedAhead)
{
    const auto done = run({"--set", "resources.projects.endpoint.paginator.limit=3", "--verbose", "--log",
        folder.file("log.ndjson"), "--report", folder.file("report.json")});
    EXPECT_EQ(done.status, 0) << done.err;
    std::ifstream in(folder.file("log.ndjson"));
    std::size_t ahead = 0;
    std::size_t in_vain = 0;
    for (std::string line; std::getline(in, line);) {
        const boost::json::object event = boost::json::parse(line).as_object();
        ahead += event.contains("asked_ahead") ? 1U : 0U;
        if (event.contains("cancelled")) {
            ++in_vain;
            EXPECT_TRUE(event.contains("asked_ahead")) << line;
        }
    }
    EXPECT_GE(ahead, 1U);
    EXPECT_THAT(done.err, HasSubstr(", asked ahead\n"));
    if (in_vain != 0) { // where the last page has come before the answers to those behind it
        EXPECT_THAT(done.err, HasSubstr(" not needed, "));
    }
    const auto report = boost::json::parse(read_file(folder.file("report.json")));
    EXPECT_EQ(report.at("resources").at(0).at("asked_ahead").to_number<std::size_t>(), ahead);
}

TEST_F(RequestLog, ALogThatCannotBeWrittenIsSaidBeforeAnythingIsSent)
{
    const auto done = run({"--log", folder.file("nowhere/log.ndjson")});
    EXPECT_EQ(done.status, 2);
    EXPECT_THAT(done.err, HasSubstr("nowhere/log.ndjson cannot be written: No such file or directory"));
    EXPECT_TRUE(api.log().empty());
}

TEST_F(RequestLog, DebugShowsHeadersAndBodiesWithoutSecrets)
{
    const auto done = run({"--debug-http", "--verbose", "--log", folder.file("log.ndjson")});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("> GET " + api.base_url("seed003")));
    EXPECT_THAT(done.err, HasSubstr("> Authorization: ***\n"));
    EXPECT_THAT(done.err, HasSubstr("> Host: 127.0.0.1:"));
    EXPECT_THAT(done.err, HasSubstr("> User-Agent: corest/"));
    EXPECT_THAT(done.err, HasSubstr("> Accept: application/json\n"));
    EXPECT_THAT(done.err, HasSubstr("> Accept-Encoding: "));
    EXPECT_THAT(done.err, HasSubstr("< 200 OK, "));
    EXPECT_THAT(done.err, HasSubstr("< {\"Response\":"));
    std::ifstream in(folder.file("log.ndjson"));
    std::stringstream log;
    log << in.rdbuf();
    EXPECT_THAT(done.err + log.str(), Not(HasSubstr(api.secrets().access_token)));
}

TEST_F(RequestLog, DebugShowsWhatIsSentWithABodyAndACookie)
{
    const std::string cookie = "Content-Type: application/json\r\nSet-Cookie: sid=c00kie\r\n";
    const scripted_server server(
        script().receive().send(ok(R"([{"id":1}])", cookie)).receive().send(ok("[]", cookie)).repeat());
    const std::string file = folder.write("post.json", R"({"client": {"base_url": ")" + server.url() + R"(",
         "auth": {"type": "http_basic", "username": "u", "password": {"$secret": "access_token"}}},
         "resources": [{"name": "found", "endpoint": {"path": "search", "method": "POST", "json": {"q": "x"},
                        "paginator": {"type": "page_number", "base_page": 0, "page_body_path": "page", "total_path": null}}}]})");
    const auto done = run_command({COREST_COMMAND, "run", file, "--to", "sqlite:" + folder.file("out.db"), "--progress",
                                      "none", "--debug-http", "--concurrency", "1"},
        {{"ACCESS_TOKEN", api.secrets().access_token}});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("> Content-Type: application/json\n"));
    EXPECT_THAT(done.err, HasSubstr("> Content-Length: "));
    EXPECT_THAT(done.err, HasSubstr("> Authorization: ***\n"));
    EXPECT_THAT(done.err, HasSubstr("> Cookie: ***\n"));
    EXPECT_THAT(done.err, HasSubstr("> {\"q\":\"x\",\"page\":0} ("));
    EXPECT_THAT(done.err, Not(HasSubstr("c00kie")));
    EXPECT_THAT(done.err, Not(HasSubstr(api.secrets().access_token)));
}

} // namespace

/// \file
/// What a run finds out by itself and what the server states, as `check`, the display, the report and warnings tell it.

#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace found_and_stated_test {

using testing::HasSubstr;
using testing::Not;

/// An answer with another status than 200.
std::string refusal(const std::string& status, const std::string& headers = {})
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n" + headers + "\r\n";
}

class FoundAndStated : public testing::Test {
protected:
    /// Gives these answers, one after the other.
    void serve(const std::vector<std::string>& answers)
    {
        script all;
        for (const std::string& one : answers) {
            static_cast<void>(std::move(all).receive().send(one));
        }
        static_cast<void>(std::move(all).hold());
        server = std::make_unique<scripted_server>(std::move(all));
    }
    /// \param words behind `corest COMMAND SOURCE` \param endpoint further keys
    [[nodiscard]] finished_command corest(
        const std::string& name, const std::vector<std::string>& words = {}, const std::string& endpoint = {}) const
    {
        const std::string source = folder.write("shop.json",
            R"({"client": {"base_url": ")" + server->url() + R"(", "retry": {"backoff_factor": 0.01}},
             "resources": [{"name": "items", "endpoint": {"path": "items")"
                + (endpoint.empty() ? "" : ", " + endpoint) + "}}]}");
        std::vector<std::string> all = {COREST_COMMAND, name, source};
        all.insert(all.end(), words.begin(), words.end());
        return run_command(all);
    }
    /// Loads, and gives the resource's report.
    boost::json::value report(const std::string& endpoint = {})
    {
        const std::string file = folder.file("report.json");
        done = corest("run", {"--to", "ndjson:" + folder.file("out"), "--report", file}, endpoint);
        whole = boost::json::parse(read_file(file));
        return whole.at("resources").at(0);
    }

    temporary_folder folder;
    std::unique_ptr<scripted_server> server;
    finished_command done;
    boost::json::value whole;
};

const std::string linked = ok(R"({"data": [{"id": 1}], "info": {"next": "/items?page=2"}})");
const std::string last = ok(R"({"data": [{"id": 2}], "info": {"next": null}})");

TEST_F(FoundAndStated, ThePagingThatWasFoundIsToldByTheReportAndWhileItRuns)
{
    serve({linked, last});
    const boost::json::value items = report();
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(boost::json::serialize(items.at("detected")), R"(["records at $.data","next page at $.info.next"])");
    EXPECT_THAT(done.err, HasSubstr("items: found records at $.data, next page at $.info.next\n"));
}

TEST_F(FoundAndStated, ThePagingThatWasFoundIsToldByCheck)
{
    serve({ok(R"([{"id": 1}])", "Link: </items?page=2>; rel=\"next\"\r\n")});
    done = corest("check");
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("  found: records at $\n  found: next page at the header Link\n"));
}

TEST_F(FoundAndStated, ALinkUnderANameOfTheApisOwnIsFollowed)
{
    for (const std::string link : {R"("@odata.nextLink": "/items?page=2")", R"("meta": {"next_page": "/items?page=2"})",
             R"("pagination": {"pages": {"nextURL": {"url": "/items?page=2"}}})"})
    {
        serve({ok(R"({"data": [{"id": 1}], )" + link + "}"), ok(R"({"data": [{"id": 2}]})")});
        const boost::json::value items = report();
        EXPECT_EQ(done.status, 0) << link << done.err;
        EXPECT_EQ(items.at("rows"), 2) << link;
        EXPECT_THAT(boost::json::serialize(items.at("detected")), HasSubstr("next page at $")) << link;
    }
}

TEST_F(FoundAndStated, ALinkToAnotherOriginIsSaidWithThePaginatorThatFollowsIt)
{
    serve({ok(R"({"data": [{"id": 1}], "meta": {"next_url": "https://other.example.com/items?page=2"}})")});
    done = corest("run", {"--to", "-"});
    EXPECT_EQ(done.status, 3) << done.err;
    EXPECT_THAT(done.err,
        HasSubstr("meta.next_url names a further page, which \"paginator\": {\"type\": \"json_link\", "
                  "\"next_url_path\": \"meta.next_url\"} follows"));
}

TEST_F(FoundAndStated, WhatTheServerStatesIsInTheReportWhereAllIsWell)
{
    serve({ok(R"({"count": 2, "data": [{"id": 1}, {"id": 2}]})")});
    const std::string paginator =
        R"("data_selector": "data", "paginator": {"type": "offset", "limit": 5, "total_path": "count"})";
    const boost::json::value items = report(paginator);
    EXPECT_EQ(items.at("stated_records"), 2);
    EXPECT_EQ(boost::json::serialize(items.at("stated")), R"(["the server states 2 records, and 2 came"])");
    EXPECT_EQ(boost::json::serialize(items.at("detected")), "[]");
    serve({ok(R"([{"id": 1}])")});
    const boost::json::value silent = report(R"("paginator": "single_page")");
    EXPECT_TRUE(silent.at("stated_records").is_null());
    EXPECT_EQ(boost::json::serialize(silent.at("stated")), "[]");
}

TEST_F(FoundAndStated, TheReportNamesTheFileAndWritesNumbersAsPeopleDo)
{
    serve({ok("[]")});
    report();
    EXPECT_TRUE(whole.at("source").at("name").is_null());
    EXPECT_EQ(whole.at("source").at("file"), boost::json::value(folder.file("shop.json")));
    const std::string text = read_file(folder.file("report.json"));
    EXPECT_THAT(text, HasSubstr("\"seconds_waited\":0.0,"));
    EXPECT_THAT(text, HasSubstr("\"seconds\":0."));
    EXPECT_THAT(text, Not(testing::ContainsRegex("\"seconds[a-z_]*\":[0-9.]*E")));
}

TEST_F(FoundAndStated, AMissingPageBehindAnEncodedSlashSaysSo)
{
    serve({ok(R"([{"full_name": "a/b", "name": "b"}])"), refusal("404 Not Found")});
    const std::string source = folder.write("repos.json", R"({"client": {"base_url": ")" + server->url() + R"("},
        "resources": [{"name": "repos", "endpoint": "repos"},
                      {"name": "issues", "endpoint": "repos/<full_name>/issues"}]})");
    done = run_command({COREST_COMMAND, "run", source, "--to", "ndjson:" + folder.file("out")});
    EXPECT_EQ(done.status, 1) << done.err;
    EXPECT_THAT(done.err, HasSubstr("/repos/a%2Fb/issues"));
    EXPECT_THAT(done.err, HasSubstr("A slash in a value of the path was sent as %2F"));
    EXPECT_THAT(done.err, HasSubstr("write the placeholder as {+name}, or in dlt's way as {resources.parent.field}"));
    EXPECT_THAT(done.err, HasSubstr("repos.full_name = \"a/b\""));
}

TEST_F(FoundAndStated, ALongWaitIsSaidInPlainLinesToo)
{
    serve({refusal("429 Too Many Requests", "Retry-After: 4\r\n"), ok("[]")});
    done = corest("run", {"--to", "-", "--verbose"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("next one in 4,000 ms (Retry-After of 127.0.0.1)\n"));
    EXPECT_THAT(done.err, testing::ContainsRegex("items: waiting [12]\\.[0-9] s: Retry-After of 127.0.0.1, 0 rows"));
}

/// The report of a run of a resource with `processing_steps`.
class Steps : public FoundAndStated {
protected:
    boost::json::value warnings_of(const std::string& steps, const std::string& records)
    {
        serve({ok(records)});
        const std::string file = folder.file("report.json");
        const std::string source = folder.write("shop.json",
            R"({"client": {"base_url": ")" + server->url() + R"("}, "resources": [{"name": "items",
                "endpoint": {"path": "items", "paginator": "single_page"}, "processing_steps": )"
                + steps + "}]}");
        done = run_command({COREST_COMMAND, "run", source, "--to", "ndjson:" + folder.file("out"), "--report", file,
            "--full-refresh"});
        EXPECT_EQ(done.status, 0) << done.err;
        return boost::json::parse(read_file(file)).at("resources").at(0).at("warnings");
    }
    std::string warning(const std::string& steps, const std::string& records)
    {
        const boost::json::value all = warnings_of(steps, records);
        EXPECT_LE(all.as_array().size(), 1U) << all;
        return all.as_array().empty() ? std::string() : std::string(all.at(0).as_string());
    }
    std::string rows() const { return read_file(folder.file("out") + "/items.ndjson"); }
};

TEST_F(Steps, AFieldThatNoRecordHasIsSaidWhereRecordsWereLeftOut)
{
    const std::string open = R"([{"id": 1, "status": "open"}, {"id": 2, "status": "closed"}])";
    EXPECT_EQ(warning(R"([{"filter": "@.statuss == 'open'"}])", open),
        "the step 'filter @.statuss == 'open'' has left out 2 records, and no record has @.statuss; of the first one: "
        "the record has id, status");
    EXPECT_THAT(done.err, HasSubstr("warning: resource 'items': the step 'filter @.statuss"));
    EXPECT_EQ(rows(), "");
    EXPECT_EQ(warning(R"([{"filter": "@.status == 'new'"}])", open), "") << "the field is there";
    EXPECT_EQ(warning(R"([{"filter": "@.archived != true"}])", open), "") << "nothing was left out";
    EXPECT_EQ(
        warning(R"([{"filter": "@.id == 1 || @.labels[0] == 'x'"}])", R"([{"id": 1, "labels": ["y"]}, {"id": 2}])"), "")
        << "a record that was kept has it";
    EXPECT_EQ(warning(R"([{"filter": "@.status == $.wanted"}])", open),
        "the step 'filter @.status == $.wanted' has left out 2 records, and no record has $.wanted; of the first one: "
        "the body is an array of 2 elements");
}

TEST_F(Steps, AListThatNoRecordHasIsSaidWhereRecordsWereLeftOut)
{
    const std::string orders = R"([{"id": 1, "lines": {"data": [{"n": 1}]}}, {"id": 2, "lines": {"data": []}}])";
    EXPECT_EQ(warning(R"([{"expand": "lines.dat"}])", orders),
        "the step 'expand $.lines.dat' has left out 2 records, and no record has a list at @.lines.dat; of the first "
        "one: 'lines' has data");
    EXPECT_EQ(warning(R"([{"expand": "lines"}])", orders),
        "the step 'expand $.lines' has left out 2 records, and no record has a list at @.lines; of the first one: what "
        "is there is no list");
    EXPECT_EQ(warning(R"([{"expand": "lines.data"}])", orders), "");
    EXPECT_EQ(warning(R"([{"expand": "lines"}])", R"([{"id": 1, "lines": null}, {"id": 2, "lines": []}])"), "");
    EXPECT_EQ(warning(R"([{"expand": "lines[*].parts"}])", R"([{"id": 1, "lines": []}])"), "") << "it may be there";
}

TEST_F(Steps, ARecordIsKeptBesideElementsOfEveryKind)
{
    const std::string expand = R"([{"expand": "tags", "remain_original_record": true}])";
    EXPECT_EQ(warning(expand, R"([{"id": 1, "tags": ["a", 2, {"n": 3}, {}]}])"), "");
    EXPECT_EQ(rows(),
        R"({"value":"a","original_record":{"id": 1, "tags": ["a", 2, {"n": 3}, {}]}})"
        "\n"
        R"({"value":2,"original_record":{"id": 1, "tags": ["a", 2, {"n": 3}, {}]}})"
        "\n"
        R"({"n":3,"original_record":{"id": 1, "tags": ["a", 2, {"n": 3}, {}]}})"
        "\n"
        R"({"original_record":{"id": 1, "tags": ["a", 2, {"n": 3}, {}]}})"
        "\n");
}

TEST_F(Steps, AnElementsOwnFieldOfTheNameGivesWayToTheRecord)
{
    EXPECT_EQ(warning(R"([{"expand": "tags", "remain_original_record": true}])",
                  R"([{"id": 1, "tags": [{"original_record": 7, "n": 3}]}])"),
        "the step 'expand $.tags, with the record' has put the record in the place of a field original_record of 1 "
        "element of the list");
    EXPECT_EQ(rows(),
        R"({"n":3,"original_record":{"id": 1, "tags": [{"original_record": 7, "n": 3}]}})"
        "\n");
}

TEST_F(FoundAndStated, AColumnThatIsNamedAfterAnotherFieldThanItHoldsIsSaid)
{
    const std::string repos = ok(R"([{"id": 1, "name": "hello", "full_name": "octo/hello"}])");
    const auto source_with = [&](const std::string& path) {
        serve({repos, ok(R"([{"id": 5}])")});
        return folder.write("hub.json",
            R"({"client": {"base_url": ")" + server->url() + R"("},
            "resource_defaults": {"endpoint": {"paginator": "single_page", "data_selector": "$"}},
            "resources": ["repos", {"name": "issues", "endpoint": ")"
                + path + "\"}]}");
    };
    const std::string said =
        "the column _repos_name holds the field 'full_name' of 'repos', since {full_name} has its name, and not the "
        "field 'name'; with {resources.repos.full_name} in its place the column is _repos_full_name";
    const std::string source = source_with("repos/{full_name}/issues");
    done = run_command({COREST_COMMAND, "run", source, "--to", "-"});
    EXPECT_THAT(done.out, HasSubstr(R"("_repos_name":"octo/hello")"));
    EXPECT_THAT(done.err, HasSubstr("warning: resource 'issues': " + said));
    done = run_command({COREST_COMMAND, "check", source_with("repos/{full_name}/issues")});
    EXPECT_THAT(done.out, HasSubstr("  found: " + said));

    done = run_command({COREST_COMMAND, "run", source_with("repos/{resources.repos.full_name}/issues"), "--to", "-"});
    EXPECT_THAT(done.out, HasSubstr(R"("_repos_full_name":"octo/hello")"));
    EXPECT_THAT(done.err, Not(HasSubstr("the column")));
}

} // namespace found_and_stated_test
} // namespace

/// \file
/// What public bug reports of other tools, and of dlt, have shown: each with a server that answers as theirs did.

#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace bug_reports_test {

using testing::HasSubstr;
using testing::StartsWith;

std::string answer(const std::string& body, const std::string& headers = {}, const std::string& status = "200 OK")
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size())
        + "\r\n" + headers + "\r\n" + body;
}

/// Gives these answers, whatever it is asked for, one after the other.
script in_order(const std::vector<std::string>& answers)
{
    script all;
    for (const std::string& one : answers) {
        static_cast<void>(std::move(all).receive().send(one));
    }
    static_cast<void>(std::move(all).hold());
    return all;
}

class BugReports : public testing::Test {
protected:
    /// Runs the command, its rows as lines on standard output.
    /// \param endpoint further keys of the resource's endpoint
    void load(const std::string& endpoint, const std::vector<std::string>& answers)
    {
        server = std::make_unique<scripted_server>(in_order(answers));
        const std::string client = R"("base_url": ")" + server->url() + R"(", "retry": {"backoff_factor": 0.01})";
        const std::string source = folder.write("source.json",
            "{\"client\": {" + client + "}, \"resources\": [{\"name\": \"r\", \"endpoint\": {\"path\": \"r\""
                + (endpoint.empty() ? "" : ", " + endpoint) + "}}]}");
        done = run_command({COREST_COMMAND, "run", source, "--to", "-", "--progress", "none"});
    }
    void expect(int status, std::ptrdiff_t rows) const
    {
        EXPECT_EQ(done.status, status) << done.err << done.out;
        EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '\n'), rows) << done.err << done.out;
    }

    temporary_folder folder;
    std::unique_ptr<scripted_server> server;
    finished_command done;
};

const std::string one = R"({"items": [{"id": 1}]})";
const std::string two = R"({"items": [{"id": 2}]})";

TEST_F(BugReports, FewerRowsThanTheTotalAreSaid)
{
    load(R"("data_selector": "items", "paginator": {"type": "offset", "limit": 6, "concurrency": 1})",
        {answer(R"({"total": 10, "items": [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}, {"id": 5}, {"id": 6}]})"),
            answer(R"({"total": 10, "items": []})")});
    expect(3, 6);
    EXPECT_THAT(done.err, HasSubstr("total is 10, and 6 records came"));
}

TEST_F(BugReports, AnEmptyPageBeforeTheStatedLastOneIsSaidOrReadOver)
{
    const std::vector<std::string> answers = {answer(R"({"total_pages": 3, "items": [{"id": 1}]})"),
        answer(R"({"total_pages": 3, "items": []})"), answer(R"({"total_pages": 3, "items": [{"id": 3}]})")};
    const std::string paginator =
        R"("data_selector": "items", "paginator": {"type": "page_number", "concurrency": 1, "total_path": "total_pages")";
    load(paginator + "}", answers);
    expect(3, 1);
    load(paginator + R"(, "stop_after_empty_page": false})", answers);
    expect(0, 2);
}

TEST_F(BugReports, ANameWithADotIsTriedAsAWhole)
{
    load(R"("data_selector": "items", "paginator": {"type": "json_link", "next_url_path": "@odata.nextLink"})",
        {answer(R"({"items": [{"id": 1}], "@odata.nextLink": "/r?page=2"})"), answer(two)});
    expect(0, 2);
}

TEST_F(BugReports, HeadersThatStateMoreAreStatements)
{
    const std::string rows = R"([{"id": 1}, {"id": 2}])";
    for (const auto& [header, status] :
        std::vector<std::pair<std::string, std::string>>{{"Content-Range: 0-1/999\r\n", "206 Partial Content"},
            {"X-Total-Count: 999\r\n", "200 OK"}, {"X-Next-Page: 2\r\n", "200 OK"}})
    {
        load("", {answer(rows, header, status)});
        expect(3, 2);
        EXPECT_THAT(done.err, HasSubstr("rows may be missing")) << header;
    }
}

TEST_F(BugReports, LinksUnderTheNamesThatApisUseAreFollowed)
{
    for (const std::string next : {R"("next_page_url": "/r?page=2")", R"("nextPageUrl": "/r?page=2")",
             R"("info": {"next": "/r?page=2"})", R"("paging": {"next": {"link": "/r?page=2"}})",
             R"("meta": {"pagination": {"links": {"next": "/r?page=2"}}})", R"("odata.nextLink": "/r?page=2")",
             R"("collection": {"next": "/r?page=2"})"})
    {
        load(R"("data_selector": "items")", {answer(R"({"items": [{"id": 1}], )" + next + "}"), answer(two)});
        expect(0, 2);
        EXPECT_EQ(server->requests().size(), 2U) << next;
    }
}

TEST_F(BugReports, ACursorThatNobodyFollowsIsSaid)
{
    load(R"("data_selector": "items")",
        {answer(R"({"items": [{"id": 1}], "response_metadata": {"next_cursor": "dXNlcjpVMEc5V0ZYTlo="}})")});
    expect(3, 1);
}

TEST_F(BugReports, AnEnvelopeIsNoRow)
{
    load("", {answer(R"({"count": 2, "next": null, "results": [{"id": 1}, {"id": 2}]})")});
    expect(0, 2);
}

TEST_F(BugReports, ALinkHeaderMayHaveSingleQuotes)
{
    load(R"("data_selector": "items")", {answer(one, "Link: </r?page=2>; rel='next'\r\n"), answer(two)});
    expect(0, 2);
}

TEST_F(BugReports, A202IsAskedAgainThenAnError)
{
    load(R"("data_selector": "items")", {answer("{}", {}, "202 Accepted"), answer(one)});
    expect(0, 1);
    load(R"("data_selector": "items")", std::vector<std::string>(4, answer("{}", {}, "202 Accepted")));
    expect(1, 0);
    EXPECT_THAT(done.err, HasSubstr("202"));
}

TEST_F(BugReports, FailuresOfServersAndProxiesAreAskedAgain)
{
    std::vector<unsigned> statuses = {408, 425, 500, 501, 502, 503, 504, 505};
    for (unsigned of_a_proxy = 520; of_a_proxy < 530; ++of_a_proxy) {
        statuses.push_back(of_a_proxy);
    }
    std::vector<std::string> answers; // each page after its failure
    std::vector<std::string> asked;
    for (std::size_t page = 0; page < statuses.size(); ++page) {
        const std::string next =
            page + 1 < statuses.size() ? "\"/r?page=" + std::to_string(page + 1) + "\"" : std::string("null");
        answers.push_back(answer("{}", {}, std::to_string(statuses[page]) + " For Now"));
        answers.push_back(answer("{\"items\": [{\"id\": " + std::to_string(page) + "}], \"next\": " + next + "}"));
        asked.insert(asked.end(), 2, page == 0 ? "GET /r HTTP" : "GET /r?page=" + std::to_string(page) + " HTTP");
    }
    load(R"("data_selector": "items", "paginator": {"type": "json_link", "next_url_path": "next"})", answers);
    expect(0, static_cast<std::ptrdiff_t>(statuses.size()));
    const std::vector<std::string> requests = server->requests();
    ASSERT_EQ(requests.size(), asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
        EXPECT_THAT(requests[i], StartsWith(asked[i]));
    }
}

TEST_F(BugReports, AFailureThatStaysIsSaidWithItsStatusAndTheNumberOfAttempts)
{
    load(R"("data_selector": "items")", std::vector<std::string>(5, answer("{}", {}, "522 Connection Timed Out")));
    expect(1, 0);
    EXPECT_EQ(server->requests().size(), 4U);
    EXPECT_THAT(done.err, HasSubstr("the server answered 522 Connection Timed Out"));
    EXPECT_THAT(done.err, HasSubstr("status 522, after 4 attempts"));
    EXPECT_THAT(done.err, HasSubstr("The server failed; run again later, or raise client.retry.max_retries"));
}

TEST_F(BugReports, ARetryAfterMayHaveDecimals)
{
    load(R"("data_selector": "items")", {answer("{}", "Retry-After: 1.0\r\n", "429 Too Many Requests"), answer(one)});
    expect(0, 1);
    EXPECT_GE(done.elapsed, std::chrono::seconds(1));
}

TEST_F(BugReports, A403WithRetryAfterIsALimitOfTheRate)
{
    load(R"("data_selector": "items")", {answer("{}", "Retry-After: 0\r\n", "403 Forbidden"), answer(one)});
    expect(0, 1);
}

TEST_F(BugReports, CodingsThatAreNoneAreReadAsTheyAre)
{
    for (const std::string coding : {"UTF-8", "none", "identity"}) {
        load(R"("data_selector": "items")", {answer(one, "Content-Encoding: " + coding + "\r\n")});
        expect(0, 1);
    }
}

TEST_F(BugReports, ATokensAnswerMayBeginWithAByteOrderMark)
{
    server = std::make_unique<scripted_server>(
        in_order({answer("\xEF\xBB\xBF{\"access_token\": \"t0k3n\", \"expires_in\": 3600}"), answer(one)}));
    const std::string source = folder.write("source.json",
        R"({"client": {"base_url": ")" + server->url()
            + R"(", "auth": {"type": "oauth2_client_credentials", "access_token_url": ")" + server->url("/token")
            + R"(", "client_id": "a", "client_secret": "bcdef"}}, "resources": [{"name": "r", "endpoint": {"path": "r", "data_selector": "items"}}]})");
    done = run_command({COREST_COMMAND, "run", source, "--to", "-", "--progress", "none"});
    expect(0, 1);
}

TEST_F(BugReports, ALengthBesideChunksIsRefusedByBothNames)
{
    load(R"("data_selector": "items")",
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"});
    expect(1, 0);
    EXPECT_THAT(done.err, HasSubstr("Content-Length"));
    EXPECT_THAT(done.err, HasSubstr("Transfer-Encoding"));
}

TEST_F(BugReports, FalseIsNoLinkAndATotalMayHaveDecimals)
{
    load(R"("data_selector": "items", "paginator": {"type": "json_link", "next_url_path": "next"})",
        {answer(R"({"items": [{"id": 1}], "next": false})")});
    expect(0, 1);
    load(
        R"("data_selector": "items", "paginator": {"type": "offset", "limit": 2, "concurrency": 1, "total_path": "total"})",
        {answer(R"({"total": 3.0, "items": [{"id": 1}, {"id": 2}]})"),
            answer(R"({"total": 3.0, "items": [{"id": 3}]})")});
    expect(0, 3);
}

} // namespace bug_reports_test
} // namespace

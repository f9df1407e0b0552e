/// \file
/// Reports that must be waited for, in dictionaries: `endpoint.poll`.

#include <corest/source/plan/show_text.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/run_source.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace polled_source {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// \param poll its keys \param keys of the resource, with a comma before them
std::string exports(const std::string& poll, const std::string& keys = "")
{
    return R"({"client":{"base_url":"https://api.test"},"resources":[
        {"name":"teams","endpoint":{"path":"teams","paginator":"single_page"},"selected":false},
        {"name":"rows","columns":{"n":{"data_type":"bigint"}},"endpoint":{"path":"teams/{resources.teams.id}/exports",
         "method":"POST","json":{"of":"{resources.teams.id}"},"paginator":"single_page","data_selector":"rows",
         "poll":)"
        + poll + "}" + keys + "}]}";
}

constexpr const char* usual =
    R"({"path":"teams/{resources.teams.id}/exports/{response.id}","until":"$.state == 'done'","failed":"$.state == 'failed'",
        "message_path":"why","download_path":"files/{response.file}","interval":2,"timeout":60})";

class Poll : public testing::Test {
protected:
    /// \param last what the second question is answered with \return what failed
    std::vector<std::string> run_source(const std::string& text, const std::string& last)
    {
        int questions = 0;
        return failures_of_run(text, folder.file("out.db"), [&](const corest::request& r) {
            asked.push_back(r.method + " " + r.url.substr(16));
            return r.url.ends_with("/teams")          ? respond(200, R"([{"id":4}])")
                : r.method == "POST"                  ? respond(201, R"({"id":"x1"})")
                : r.url.find("/files/") != r.url.npos ? respond(200, R"({"rows":[{"n":1},{"n":2}]})")
                : ++questions == 1                    ? respond(200, R"({"state":"running"})")
                                                      : respond(200, last);
        });
    }

    std::vector<std::string> asked;
    temporary_folder folder;
};

std::string problem_of(const std::string& text)
{
    try {
        static_cast<void>(corest::source::load_text(text, "source.json").plan());
    } catch (const corest::error& e) {
        return e.what();
    }
    return "none";
}

TEST_F(Poll, AReportIsBegunAskedForAndRead)
{
    EXPECT_THAT(run_source(exports(usual), R"({"state":"done","file":"f/2"})"), IsEmpty());
    EXPECT_THAT(asked,
        ElementsAre("GET /teams", "POST /teams/4/exports", "GET /teams/4/exports/x1", "GET /teams/4/exports/x1",
            "GET /files/f%2F2"));
    EXPECT_THAT(database(folder.file("out.db")).rows("SELECT n FROM rows"), ElementsAre("1", "2"));
}

TEST_F(Poll, AFailedReportIsAnErrorOfTheResource)
{
    EXPECT_THAT(run_source(exports(usual), R"({"state":"failed","why":"the year is not over"})"),
        ElementsAre(HasSubstr("the report has failed, and the server says: the year is not over")));
}

TEST_F(Poll, OneThatTakesTooLongNamesTheKey)
{
    const auto failed = run_source(exports(usual), R"({"state":"running"})");
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_THAT(failed[0], HasSubstr("the report was not done after 60 s; it was asked for 30 times"));
    EXPECT_THAT(failed[0], HasSubstr("endpoint.poll.timeout"));
}

TEST_F(Poll, ASecretThatTheServerRepeatsIsMasked)
{
    std::string text = exports(usual);
    text.insert(text.find(R"(},"resources")"), R"(,"auth":{"type":"bearer","token":"s3cr3t-token"})");
    EXPECT_THAT(run_source(text, R"({"state":"failed","why":"s3cr3t-token is not allowed to"})"),
        ElementsAre(HasSubstr("the server says: *** is not allowed to")));
}

TEST_F(Poll, ThePlanSaysHowItIsWaitedFor)
{
    const std::string shown = corest::source::load_text(exports(usual), "source.json").plan().to_text();
    EXPECT_THAT(shown,
        HasSubstr("report: until $.state == 'done', failed where $.state == 'failed', asked every 2 s at "
                  "teams/{resources.teams.id}/exports/{response.id}, for 60 s at most, then read at "
                  "files/{response.file}"));
    EXPECT_THAT(shown, HasSubstr("{response.id} = of the response"));
}

TEST_F(Poll, MistakesInItAreNamed)
{
    EXPECT_THAT(problem_of(exports(R"({"path":"a/{nothing}"})")),
        HasSubstr("endpoint.poll.path (resource 'rows'): nothing fills {nothing}; write {response.nothing}, "));
    EXPECT_THAT(problem_of(exports(R"({"path":"a","url_path":"b"})")),
        HasSubstr("path and url_path both say where to ask; write one of them"));
    EXPECT_THAT(problem_of(exports(R"({"download_path":"a","download_url_path":"b"})")),
        HasSubstr("download_path and download_url_path both say where the report is; write one of them"));
    EXPECT_THAT(problem_of(exports(R"({"path":"a{"})")), HasSubstr("a '{' that begins no placeholder"));
    EXPECT_THAT(problem_of(exports(R"({"until":"$.state = 1"})")), HasSubstr("endpoint.poll.until"));
    EXPECT_THAT(problem_of(exports(R"({"untill":"$.a"})")), HasSubstr("until"));
    EXPECT_THAT(problem_of(exports(R"("x")")), HasSubstr("expected an object"));
    EXPECT_THAT(
        problem_of(
            R"({"client":{"base_url":"https://api.test"},"resources":[{"name":"r","endpoint":"r/{response.id}"}]})"),
        HasSubstr("{response.id}"));
}

} // namespace

} // namespace polled_source

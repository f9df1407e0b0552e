/// \file
/// GraphQL over POST: pages by a cursor in the body, and errors that come with status 200.

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/run_source.hpp>
#include <support/scripted_transport.hpp>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Repositories by pages of a cursor, as GitHub's GraphQL API has them. \param rules of the endpoint, with a comma
std::string repositories(const std::string& rules = "", const std::string& query = "query($after: String) { repos }")
{
    return R"({"client":{"base_url":"https://api.test"},"resources":[{"name":"repos","endpoint":{"path":"graphql",
        "method":"POST","json":{"query":")"
        + query + R"(","variables":{"after":null}},)" + rules
        + R"("data_selector":"data.repos.nodes","paginator":{"type":"cursor",
             "cursor_path":"data.repos.pageInfo.endCursor","cursor_body_path":"variables.after"}}}]})";
}

class GraphQl : public testing::Test {
protected:
    /// \return what failed
    std::vector<std::string> run_source(const std::string& text, std::function<std::string(const std::string&)> answer)
    {
        return failures_of_run(text, folder.file("out.db"), [&](const corest::request& r) {
            const auto body = boost::json::parse(r.body);
            const auto& after = body.at("variables").at("after");
            asked.push_back(after.is_null() ? "" : std::string(after.as_string()));
            return respond(200, answer(asked.back()));
        });
    }

    std::vector<std::string> asked; ///< the cursors
    temporary_folder folder;
};

/// The second page is the last one.
std::string two_pages(const std::string& after)
{
    return after.empty() ? R"({"data":{"repos":{"nodes":[{"id":1}],"pageInfo":{"endCursor":"x"}}}})"
                         : R"({"data":{"repos":{"nodes":[{"id":2}],"pageInfo":{"endCursor":null}}}})";
}

} // namespace

TEST_F(GraphQl, PagesAreAskedForByACursorAmongTheVariables)
{
    EXPECT_THAT(run_source(repositories(), two_pages), IsEmpty());
    EXPECT_THAT(asked, ElementsAre("", "x"));
    EXPECT_EQ(database(folder.file("out.db")).count("repos"), 2U);
}

TEST_F(GraphQl, ErrorsThatComeWithStatus200AreErrorsWithTheirMessage)
{
    for (const char* const data : {"null", R"({"repos":{"nodes":[],"pageInfo":{"endCursor":null}}})"}) {
        EXPECT_THAT(run_source(repositories(),
                        [&](const std::string&) {
                            return R"({"errors":[{"message":"rate limit of the query exceeded"}],"data":)"
                                + std::string(data) + "}";
                        }),
            ElementsAre(HasSubstr("rate limit of the query exceeded")))
            << data;
    }
}

TEST_F(GraphQl, AListOfNoErrorsIsNone)
{
    EXPECT_THAT(run_source(repositories(),
                    [](const std::string& after) { return R"({"errors":[],)" + two_pages(after).substr(1); }),
        IsEmpty());
}

TEST_F(GraphQl, RulesOfTheDictionaryCountFirst)
{
    int count = 0;
    EXPECT_THAT(
        run_source(repositories(R"("response_actions":[{"body":"$.errors[0].type == 'BUSY'","action":"retry"}],)"),
            [&](const std::string& after) {
                return ++count == 1 ? std::string(R"({"errors":[{"type":"BUSY","message":"wait"}]})")
                                    : two_pages(after);
            }),
        IsEmpty());
    EXPECT_THAT(asked, ElementsAre("", "", "x"));
}

TEST_F(GraphQl, ARequestIsKnownWhereverItsDocumentStandsAndByTheNameOfOneThatTheServerHas)
{
    const auto fails = [&](const std::string& endpoint) {
        const auto failures = failures_of_run(
            R"({"client":{"base_url":"https://api.test"},"resources":[{"name":"repos","endpoint":{"path":"graphql",
                "data_selector":"data.repos","paginator":"single_page",)"
                + endpoint + "}}]}",
            folder.file("out.db"), [](const corest::request&) {
                return respond(200, R"({"errors":[{"message":"no such field"}],"data":{"repos":[]}})");
            });
        return !failures.empty() && failures.front().find("no such field") != std::string::npos;
    };
    EXPECT_TRUE(fails(R"("params":{"query":"{ repos { id } }"})"));
    EXPECT_TRUE(fails(R"("params":{"extensions":"{\"persistedQuery\": {\"version\": 1}}"})"));
    EXPECT_TRUE(fails(R"("params":{"documentId":"sha256:7a"})"));
    EXPECT_TRUE(fails(R"("method":"POST","data":{"query":"{ repos { id } }"})"));
    EXPECT_TRUE(fails(R"("method":"POST","json":{"extensions":{"persistedQuery":{"sha256Hash":"7a"}}})"));
    EXPECT_TRUE(fails(R"("method":"POST","json":{"documentId":"7a"})"));
    EXPECT_TRUE(fails(R"("method":"POST","json":{"id":"7a","variables":{}})"));
    EXPECT_TRUE(fails(R"("method":"POST","json":{"operationName":"Repos","variables":{"n":1}})"));

    EXPECT_FALSE(fails(R"("params":{"query":"cheap laptops"})"));
    EXPECT_FALSE(fails(R"("params":{"query":"{term}","term":"cheap"})")) << "what is searched for, by a placeholder";
    EXPECT_FALSE(fails(R"("method":"POST","json":{"id":"7a"})"));
    EXPECT_FALSE(fails(R"("method":"POST","json":{"variables":{"n":1}})"));
    EXPECT_FALSE(fails(R"("method":"POST","json":{"extensions":{"x":1}})"));
}

TEST_F(GraphQl, WhatIsSearchedForIsNoDocument)
{
    EXPECT_THAT(run_source(repositories("", "cheap laptops"),
                    [](const std::string& after) { return R"({"errors":[{"code":1}],)" + two_pages(after).substr(1); }),
        IsEmpty());
}

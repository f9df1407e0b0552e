/// \file
/// dlt's own example of the GitHub API, run twice: the second run asks only for what is new, of each parent.

#include <corest/destination/sqlite.hpp>
#include <corest/http/url.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace net = corest::net;
using corest::request;
using corest::source::run_report;
using testing::ElementsAre;
using testing::IsEmpty;

/// The dictionary of dlt's template `rest_api`, without its second source.
constexpr const char* dlts_example = R"(
import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources

@dlt.source(name="github")
def github_source(access_token: Optional[str] = dlt.secrets.value) -> Any:
    config: RESTAPIConfig = {
        "client": {
            "base_url": "https://api.github.test/repos/dlt-hub/dlt/",
            "auth": (
                {
                    "type": "bearer",
                    "token": access_token,
                }
                if access_token
                else None
            ),
        },
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "endpoint": {
                "params": {
                    "per_page": 100,
                },
            },
        },
        "resources": [
            {
                "name": "issues",
                "endpoint": {
                    "path": "issues",
                    "params": {
                        "sort": "updated",
                        "direction": "desc",
                        "state": "open",
                        "since": {
                            "type": "incremental",
                            "cursor_path": "updated_at",
                            "initial_value": "2024-01-25T11:21:28Z",
                        },
                    },
                },
            },
            {
                "name": "issue_comments",
                "endpoint": {
                    "path": "issues/{resources.issues.number}/comments",
                    "params": {
                        "since": {
                            "type": "incremental",
                            "cursor_path": "updated_at",
                            "initial_value": "2024-01-25T11:21:28Z",
                        },
                    },
                },
                "include_from_parent": ["id"],
            },
        ],
    }
    yield from rest_api_resources(config)
)";

/// GitHub, as far as the example asks it: what was updated since then, at once on one page.
class two_issues {
public:
    corest::response operator()(const request& r)
    {
        const auto begin = std::string("https://api.github.test").size();
        const std::string path = r.url.substr(begin, r.url.find('?') - begin);
        const std::string since = corest::find_query(r.url, "since").value_or("nothing");
        asked.push_back(path.substr(path.find("issues")) + " since " + since);
        std::string rows;
        for (const auto& [row, updated] : answers.at(path)) {
            if (updated >= since) {
                rows += (rows.empty() ? "{" : ",{") + row + R"(,"updated_at":")" + updated + "\"}";
            }
        }
        return respond(200, "[" + rows + "]");
    }

    std::map<std::string, std::map<std::string, std::string>> answers = {
        {"/repos/dlt-hub/dlt/issues",
            {{R"("id":101,"number":1)", "2024-02-01T10:00:00Z"}, {R"("id":102,"number":2)", "2024-03-01T10:00:00Z"}}},
        {"/repos/dlt-hub/dlt/issues/1/comments", {{R"("id":11,"body":"a")", "2024-02-01T10:00:00Z"}}},
        {"/repos/dlt-hub/dlt/issues/2/comments",
            {{R"("id":21,"body":"b")", "2024-02-20T10:00:00Z"}, {R"("id":22,"body":"c")", "2024-03-01T10:00:00Z"}}}};
    std::vector<std::string> asked; ///< PATH since VALUE
};

class GitHubIssues : public testing::Test {
protected:
    /// \return what was asked for, sorted
    std::vector<std::string> run_once()
    {
        api.asked.clear();
        corest::source::load_options options;
        options.transport =
            corest::any_transport(std::make_shared<scripted_transport>([this](const request& r) { return api(r); }));
        const corest::source::secret_store secrets(
            [](const std::string&) { return std::optional<std::string>("a token"); });
        net::io_context context;
        const auto source = corest::source::load_text(dlts_example, "github.py").plan();
        std::exception_ptr failed_with;
        run_report report;
        net::co_spawn(context, source.run(corest::sqlite_destination(file), secrets, options),
            [&](std::exception_ptr failure, const run_report& its_report) {
                failed_with = failure;
                report = its_report;
            });
        context.run();
        EXPECT_FALSE(failed_with) << corest::describe(failed_with);
        EXPECT_THAT(report.failures(), IsEmpty());
        std::sort(api.asked.begin(), api.asked.end());
        return api.asked;
    }

    two_issues api;
    temporary_folder folder;
    std::string file = folder.file("github.db");
};

} // namespace

TEST_F(GitHubIssues, TheSecondRunAsksOnlyForWhatIsNewOfEachParent)
{
    EXPECT_THAT(run_once(),
        ElementsAre("issues since 2024-01-25T11:21:28Z", "issues/1/comments since 2024-01-25T11:21:28Z",
            "issues/2/comments since 2024-01-25T11:21:28Z"));
    EXPECT_EQ(database(file).count("issues"), 2U);
    EXPECT_EQ(database(file).count("issue_comments"), 3U);

    EXPECT_THAT(run_once(), ElementsAre("issues since 2024-03-01T10:00:00Z")) << "nothing is new";

    // Somebody comments on both issues, which updates these.
    api.answers["/repos/dlt-hub/dlt/issues"] = {
        {R"("id":101,"number":1)", "2024-04-02T10:00:00Z"}, {R"("id":102,"number":2)", "2024-04-01T10:00:00Z"}};
    api.answers["/repos/dlt-hub/dlt/issues/1/comments"][R"("id":12,"body":"d")"] = "2024-04-02T10:00:00Z";
    api.answers["/repos/dlt-hub/dlt/issues/2/comments"][R"("id":23,"body":"e")"] = "2024-04-01T10:00:00Z";
    EXPECT_THAT(run_once(),
        ElementsAre("issues since 2024-03-01T10:00:00Z", "issues/1/comments since 2024-02-01T10:00:00Z",
            "issues/2/comments since 2024-03-01T10:00:00Z"))
        << "each issue's comments from their own last one on";
    EXPECT_EQ(database(file).count("issues"), 2U);
    EXPECT_EQ(database(file).count("issue_comments"), 5U);

    EXPECT_THAT(run_once(), ElementsAre("issues since 2024-04-02T10:00:00Z"));
    EXPECT_EQ(database(file).count("issue_comments"), 5U);
}

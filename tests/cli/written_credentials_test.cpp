/// \file
/// Credentials that stand in a dictionary as they are: a server gives them back, and no message has them.

#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {
namespace written_credentials_test {

using testing::HasSubstr;
using testing::Not;

class WrittenCredentials : public testing::Test {
protected:
    /// Runs a source of one resource, whose server refuses each request and quotes a text.
    /// \param client further keys, with a comma \param endpoint its keys
    std::string refused(const std::string& client, const std::string& endpoint, const std::string& quoted)
    {
        server = std::make_unique<scripted_server>(script()
                .receive()
                .send("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: "
                    + std::to_string(quoted.size() + 24) + "\r\n\r\n{\"error\":\"no entry for " + quoted + "\"}")
                .hold());
        source = folder.write("source.json",
            R"({"client": {"base_url": ")" + server->url("") + R"(")" + client
                + R"(}, "resources": [{"name": "r", "endpoint": {)" + endpoint + "}}]}");
        const finished_command done = run_command({COREST_COMMAND, "run", source, "--to", "-"});
        EXPECT_EQ(done.status, 1);
        EXPECT_THAT(done.err, HasSubstr("no entry for "));
        return done.err;
    }
    std::string plan() const
    {
        const finished_command text = run_command({COREST_COMMAND, "plan", source});
        const finished_command json = run_command({COREST_COMMAND, "plan", source, "--json"});
        EXPECT_EQ(text.status + json.status, 0) << text.err << json.err;
        return text.out + json.out;
    }

    temporary_folder folder;
    std::unique_ptr<scripted_server> server;
    std::string source;
};

TEST_F(WrittenCredentials, OfAHeaderAreHiddenWithoutTheirScheme)
{
    const std::string path = R"("path": "r")";
    EXPECT_THAT(refused(R"(, "headers": {"Authorization": "Bearer s3cr3t-t0ken"})", path, "s3cr3t-t0ken"),
        Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(server->requests().front(), HasSubstr("Authorization: Bearer s3cr3t-t0ken"));
    EXPECT_THAT(refused("", R"("path": "r", "headers": {"Authorization": "Token s3cr3t-t0ken"})", "s3cr3t-t0ken"),
        Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(refused("", R"("path": "r", "headers": {"Authorization": "Basic dXNlcjpzM2NyM3Q="})", "s3cr3t"),
        Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(refused(R"(, "auth": {"type": "api_key", "name": "Authorization", "api_key": "Bearer s3cr3t-t0ken"})",
                    path, "s3cr3t-t0ken"),
        Not(HasSubstr("s3cr3t")));
}

TEST_F(WrittenCredentials, OfAPathsQueryAreHiddenInMessagesAndPlans)
{
    const std::string endpoint = R"("path": "r?page=7&api_key=s3cr3t%2Dk3y&sort=name")";
    EXPECT_THAT(refused("", endpoint, "s3cr3t-k3y"), Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(refused("", endpoint, "s3cr3t%2Dk3y"), Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(server->requests().front(), HasSubstr("GET /r?page=7&api_key=s3cr3t%2Dk3y&sort=name "));
    EXPECT_THAT(plan(), HasSubstr("GET r?page=7&api_key=***&sort=name\n"));
    EXPECT_THAT(plan(), Not(HasSubstr("s3cr3t")));
}

TEST_F(WrittenCredentials, OfAReportsPathsAreHiddenInThePlan)
{
    source = folder.write(
        "source.json", R"({"client": {"base_url": "https://api.test"}, "resources": [{"name": "r", "endpoint":
        {"path": "reports", "method": "POST", "poll": {"path": "reports/{response.id}?token=s3cr3t&n=1",
         "until": "$.done == true", "download_path": "files/{response.file}?key=s3cr3t"}}}]})");
    EXPECT_THAT(plan(), Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(plan(), HasSubstr("at reports/{response.id}?token=***&n=1, for "));
    EXPECT_THAT(plan(), HasSubstr("then read at files/{response.file}?key=***"));
}

TEST_F(WrittenCredentials, ThatFillAPlaceholderOfTheQueryAreHidden)
{
    const std::string endpoint = R"("path": "r?api_key={own_key}", "params": {"own_key": "s3cr3t-k3y"})";
    EXPECT_THAT(refused("", endpoint, "s3cr3t-k3y"), Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(server->requests().front(), HasSubstr("GET /r?api_key=s3cr3t-k3y "));
    EXPECT_THAT(plan(), HasSubstr("{own_key} = *** (endpoint.params)\n"));
    EXPECT_THAT(plan(), Not(HasSubstr("s3cr3t")));
}

TEST_F(WrittenCredentials, NullForAnEndpointsAuthSendsTheClientsAndSaysSo)
{
    const std::string client = R"(, "auth": {"token": "s3cr3t-t0ken"})";
    const std::string said =
        "resources[0].endpoint.auth (resource 'r'): null is as if the key were not there, as in dlt: requests are "
        "signed as the client's are; write \"none\" to send no credentials, or leave the key out";
    EXPECT_THAT(refused(client, R"("path": "r", "auth": null)", "x"), HasSubstr("warning: " + said));
    EXPECT_THAT(server->requests().front(), HasSubstr("Authorization: Bearer s3cr3t-t0ken"));
    EXPECT_THAT(plan(), HasSubstr("warning: " + said));
    EXPECT_THAT(run_command({COREST_COMMAND, "check", source}).err, HasSubstr("warning: " + said));

    EXPECT_THAT(refused(client, R"("path": "r", "auth": "none")", "x"), Not(HasSubstr("warning")));
    EXPECT_THAT(server->requests().front(), Not(HasSubstr("Authorization")));
    EXPECT_THAT(refused("", R"("path": "r", "auth": null)", "x"), Not(HasSubstr("warning"))) << "there is none";
}

} // namespace written_credentials_test
} // namespace

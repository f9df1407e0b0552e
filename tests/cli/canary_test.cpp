/// \file
/// A server gives each credential back, in each spelling and at each place, and none of them is in anything that the
/// command prints or writes. What the server got shows that they were sent.

#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/url.hpp>

#include <support/canary.hpp>
#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace canary_test {

using testing::HasSubstr;

/// The credentials: by the name that the dictionary has for each. They hold what each language escapes.
const canary::credentials credentials = {
    {"canary_user", "cnr-Ub61\"/u&Zq90"},
    {"canary_password", "cnr-Pk27 \"/\xC3\xA9+&<Wv58'"},
    {"canary_header", "cnr-Hd43/+=Xj16"},
    {"canary_path", "cnr-Lt85/\xC3\xA9 &Gs02"},
    {"canary_param", "cnr-Qm19+/%=&Yr74"},
};

class Canary : public testing::Test {
protected:
    /// A dictionary with a resource for each of the answers.
    [[nodiscard]] std::string source(std::size_t resources, const std::string& endpoint) const
    {
        std::string text = R"({"client": {"base_url": ")" + server->url("")
            + R"(", "headers": {"X-Sign": {"$secret": "canary_header"}},
            "auth": {"type": "http_basic", "username": {"$secret": "canary_user"}, "password": {"$secret": "canary_password"}},
            "retry": {"max_retries": 1, "backoff_factor": 0.001}}, "resources": [)";
        for (std::size_t i = 0; i < resources; ++i) {
            const std::string name = "r" + std::to_string(i);
            text += (i == 0 ? "" : ", ")
                + (R"({"name": ")" + name + R"(", "endpoint": {"path": "r/{key}", "data_selector": "items",
                "params": {"key": {"$secret": "canary_path"}, "sig": {"$secret": "canary_param"}})"
                    + endpoint + "}}");
        }
        return folder.write("source.json", text + "]}");
    }
    [[nodiscard]] static std::vector<std::string> with_command(std::vector<std::string> arguments)
    {
        arguments.insert(arguments.begin(), COREST_COMMAND);
        return arguments;
    }
    /// What a command prints and writes.
    std::string run(std::vector<std::string> arguments)
    {
        arguments.insert(arguments.begin(), COREST_COMMAND);
        std::map<std::string, std::string> environment;
        for (const auto& [name, value] : credentials) {
            environment[corest::detail::upper(name)] = value;
        }
        done = run_command(arguments, environment);
        return done.out + done.err;
    }
    /// The content of all files that were written, but for the dictionary.
    [[nodiscard]] std::string written() const
    {
        std::string all;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (entry.is_regular_file() && entry.path().filename() != "source.json") {
                all += read_file(entry.path().string());
            }
        }
        return all;
    }
    static void expect_none(const std::string& text) { canary::expect_none(credentials, text); }

    /// Runs a source against a server that says each credential in each spelling at each of these places.
    void expect_no_credential_in_runs(const std::vector<canary::place>& places);

    temporary_folder folder;
    std::unique_ptr<scripted_server> server;
    finished_command done;
};

void Canary::expect_no_credential_in_runs(const std::vector<canary::place>& places)
{
    for (std::size_t i = 0; i < places.size(); ++i) {
        SCOPED_TRACE(places[i].name);
        const std::vector<script> answers = canary::echoes(credentials, {places[i]});
        server = std::make_unique<scripted_server>(answers);
        const std::string file = source(answers.size(), places[i].endpoint);
        const std::string to = i % 3 == 0 ? "sqlite:" + folder.file("out.db")
            : i % 3 == 1                  ? "ndjson:" + folder.file("rows")
                                          : "csv:" + folder.file("tables");
        std::string shown = run({"run", file, "--to", to, "--report", folder.file("report.json"), "--log",
            folder.file("log.ndjson"), "--verbose", "--debug-http", "--concurrency", "1", "--progress", "plain"});
        EXPECT_THAT(shown, HasSubstr("> Authorization: ***")) << "requests are shown";
        EXPECT_THAT(read_file(folder.file("report.json")), HasSubstr("\"r0\""));
        shown += run({"state", to}) + run({"state", to, "--json"});
        expect_none(shown);
        expect_none(written());
        // All of them were sent, as the protocol has them.
        const std::vector<std::string> sent = server->requests();
        ASSERT_GE(sent.size(), answers.size());
        EXPECT_THAT(sent.front(),
            HasSubstr(
                corest::detail::base64_of(credentials.at("canary_user") + ":" + credentials.at("canary_password"))));
        EXPECT_THAT(sent.front(), HasSubstr("X-Sign: " + credentials.at("canary_header")));
        EXPECT_THAT(sent.front(), HasSubstr("/r/" + corest::percent_encode(credentials.at("canary_path"))));
        EXPECT_THAT(sent.front(), HasSubstr("sig=" + corest::percent_encode(credentials.at("canary_param"))));
        std::filesystem::remove_all(folder.file("rows"));
    }
}

TEST_F(Canary, NoOutputOfARunHasACredentialThatAFailureGivesBack)
{
    expect_no_credential_in_runs(canary::failures);
}

TEST_F(Canary, NoOutputOfARunHasACredentialThatAPageGivesBack)
{
    expect_no_credential_in_runs(canary::pages);
}

TEST_F(Canary, NoOtherCommandHasACredential)
{
    server = std::make_unique<scripted_server>(canary::echoes(credentials, {canary::failures.front()}));
    const std::string file = source(3, {});
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"plan", file},
             {"plan", file, "--json"}, {"export", file}, {"secrets", file}, {"diff", file, file},
             {"check", file, "--verbose", "--debug-http"}, {"schema", file}, {"run", file, "--to", "-"}})
    {
        SCOPED_TRACE(arguments.front());
        expect_none(run(arguments));
        EXPECT_TRUE(arguments.front() == "diff" || !(done.out + done.err).empty());
    }
    EXPECT_FALSE(server->requests().empty());
}

TEST_F(Canary, ADefaultThatIsWrittenDownIsShownByNoCommandButExport)
{
    server = std::make_unique<scripted_server>(
        script().receive().send(ok(R"({"items": [{"id": 1}]})", "Content-Type: application/json\r\n")).repeat());
    const auto given = [](const std::string& name) {
        return R"({"$secret": ")" + name + R"(", "default": )"
            + boost::json::serialize(boost::json::value(credentials.at(name))) + "}";
    };
    const auto source_of = [&](const std::string& header) {
        return R"({"client": {"base_url": {"$secret": "canary_url", "default": ")" + server->url("") + R"("},
            "headers": {"X-Sign": )"
            + header + R"(},
            "auth": {"type": "http_basic", "username": )"
            + given("canary_user") + R"(, "password": )" + given("canary_password") + R"(}},
            "resources": [{"name": "r", "endpoint": {"path": "r/{key}", "data_selector": "items", "paginator": "single_page",
                "params": {"key": )"
            + given("canary_path") + R"(, "sig": )" + given("canary_param") + "}}}]}";
    };
    const std::string file = folder.write("source.json", source_of(given("canary_header")));
    std::filesystem::create_directory(folder.file("other"));
    const std::string other = folder.write("other/source.json", source_of(R"("none")"));
    const std::string to = "sqlite:" + folder.file("out.db");
    for (const std::vector<std::string>& arguments :
        std::vector<std::vector<std::string>>{{"plan", file}, {"plan", file, "--json"}, {"plan", file, "--to", to},
            {"secrets", file}, {"diff", file, other}, {"check", file, "--verbose", "--debug-http"}, {"schema", file},
            {"run", file, "--to", to, "--report", folder.file("report.json"), "--log", folder.file("log.ndjson"),
                "--verbose", "--debug-http", "--progress", "plain"},
            {"plan", file, "--to", to}, {"state", to}, {"state", to, "--json"}})
    {
        SCOPED_TRACE(arguments.front());
        const finished_command ended = run_command(with_command(arguments));
        expect_none(ended.out + ended.err);
        EXPECT_FALSE((ended.out + ended.err).empty());
    }
    expect_none(written());
    EXPECT_THAT(server->requests().back(), HasSubstr("X-Sign: " + credentials.at("canary_header"))) << "they were sent";
    EXPECT_THAT(run_command(with_command({"export", file})).out, HasSubstr("cnr-Hd43")) << "as the file has it";
}

TEST_F(Canary, ACrashLeavesNoCore)
{
    server = std::make_unique<scripted_server>(script().receive().hold());
    const command running({COREST_COMMAND, "run", source(1, {}), "--to", "-"},
        {{"CANARY_USER", "user"}, {"CANARY_PASSWORD", "password"}, {"CANARY_HEADER", "header"}, {"CANARY_PATH", "path"},
            {"CANARY_PARAM", "param"}});
    ASSERT_TRUE(server->holding(1));
    const std::string limits = "/proc/" + std::to_string(running.id()) + "/limits";
    if (!std::filesystem::exists(limits)) {
        GTEST_SKIP() << "the system does not say it";
    }
    EXPECT_THAT(read_file(limits), testing::ContainsRegex("Max core file size +0 +0 "));
}

} // namespace canary_test
} // namespace

/// \file
/// A server gives a credential back, and the password of the database is one too: neither is in anything that a run
/// into PostgreSQL prints, or in any row of any table that it leaves, its state included.

#include <corest/detail/text.hpp>

#include <support/canary.hpp>
#include <support/command.hpp>
#include <support/postgres_server.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {
namespace postgres_canary_test {

using testing::HasSubstr;

const canary::credentials sent_to_the_api = {
    {"token", "cnr-Hd43/+=Xj16~mQ20"}, {"key", "cnr-Pk27 \"/\xC3\xA9+&<Wv58'"}};
const std::string password = "cnrDw73Ev86Kx91";

TEST(PostgresCanary, NoOutputOfARunHasACredential)
{
    if (postgres_server::find() == nullptr) {
        GTEST_SKIP() << "the server's programs (postgresql-15) are not installed";
    }
    std::vector<canary::place> places = canary::pages;
    places.push_back(canary::failures.front());
    for (const canary::place& where : places) {
        SCOPED_TRACE(where.name);
        const temporary_folder folder;
        const std::string schema = postgres_server::new_schema();
        const std::vector<script> answers = canary::echoes(sent_to_the_api, {where});
        const scripted_server server(answers);
        std::string text = R"({"client": {"base_url": ")" + server.url("")
            + R"(", "auth": {"type": "bearer", "token": {"$secret": "token"}},
                 "retry": {"max_retries": 1, "backoff_factor": 0.001}}, "resources": [)";
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const std::string name = "r" + std::to_string(i);
            text += (i == 0 ? R"({"name": ")" : R"(, {"name": ")") + name
                + R"(", "endpoint": {"path": "r", "data_selector": "items", "params": {"key": {"$secret": "key"}})"
                + where.endpoint + "}}";
        }
        const std::string file = folder.write("source.json", text + "]}");
        const std::string to = "postgresql://tester:" + password
            + "@/postgres?host=" + corest::percent_encode(postgres_server::find()->folder()) + "&schema=" + schema;
        std::string all;
        for (std::vector<std::string> arguments : std::vector<std::vector<std::string>>{
                 {"run", file, "--to", to, "--report", folder.file("report.json"), "--log", folder.file("log.ndjson"),
                     "--verbose", "--debug-http", "--concurrency", "1", "--progress", "plain"},
                 {"state", to}, {"state", to, "--json"}, {"plan", file, "--to", to}})
        {
            arguments.insert(arguments.begin(), COREST_COMMAND);
            const finished_command done =
                run_command(arguments, {{"TOKEN", sent_to_the_api.at("token")}, {"KEY", sent_to_the_api.at("key")}});
            all += done.out + done.err;
        }
        EXPECT_THAT(all, HasSubstr("\n< Connection: close\n")) << "responses are shown";
        all += read_file(folder.file("report.json")) + read_file(folder.file("log.ndjson"));
        const postgres_connection_of_test look = postgres_server::find()->connect();
        std::size_t tables = 0;
        for (const auto& table :
            look.query("SELECT table_name FROM information_schema.tables WHERE table_schema = '" + schema + "'"))
        {
            ++tables;
            for (const auto& row : look.query("SELECT to_json(t)::text FROM " + schema + "."
                     + postgres_connection_of_test::quoted(*table[0]) + " t"))
            {
                all += *row[0] + '\n';
            }
        }
        EXPECT_GT(tables, 3U) << "the tables of the run's own";
        canary::expect_none(sent_to_the_api, all);
        canary::expect_none({{"password", password}}, all);
        const std::vector<std::string> sent = server.requests();
        ASSERT_GE(sent.size(), answers.size());
        EXPECT_THAT(sent.front(), HasSubstr("Authorization: Bearer " + sent_to_the_api.at("token")));
        EXPECT_THAT(sent.front(), HasSubstr("key=" + corest::percent_encode(sent_to_the_api.at("key"))));
    }
}

} // namespace postgres_canary_test
} // namespace

/// \file
/// Each way of signing requests, over TLS, into each kind of destination: a server gives the credentials back, those
/// too that it has given itself, and none of them is in anything that the command prints or writes. What the server got
/// shows that they were sent.

#include <corest/detail/text.hpp>
#include <corest/http/url.hpp>

#include <support/canary.hpp>
#include <support/certificates.hpp>
#include <support/command.hpp>
#include <support/scripted_server.hpp>

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
namespace canary_schemes_test {

using testing::HasSubstr;

const std::string header_value = "cnr-Hd43/+=Xj16~mQ20";
const std::string secret_text = "cnr-Pk27 \"/\xC3\xA9+&<Wv58'";
const std::string user_text = "cnr-Ub61\"/u&Zq90";
const std::string given_token = "cnr-At62/+=Qw95.x_7-";
const std::string rotated_token = "cnr-Rt18/+=Lm40.y_3-";

/// A way of signing requests.
class scheme {
public:
    scheme(
        std::string of_what, std::string keys_of_auth, canary::credentials used, std::vector<std::string> on_the_wire)
        : name(std::move(of_what)),
          auth(std::move(keys_of_auth)),
          credentials(std::move(used)),
          wire(std::move(on_the_wire))
    {
    }
    /// What the server answers to the first request, which is for a token.
    scheme first(std::string answer) &&
    {
        first_answer = std::move(answer);
        return std::move(*this);
    }

    std::string name;
    std::string auth;                ///< its keys in the dictionary; SERVER stands for the server's address
    canary::credentials credentials; ///< by the name of the secret, or, of what the server gives, by any
    std::vector<std::string> wire;   ///< what the server must have got
    std::string first_answer;        ///< empty: no token is asked for
};

/// \param token_file where a refresh token is kept
std::vector<scheme> schemes(const std::string& key_pem, const std::string& token_file)
{
    using corest::form_encode;
    using corest::percent_encode;
    const std::string id_and_secret = R"("client_id": {"$secret": "id"}, "client_secret": {"$secret": "secret"})";
    const std::string tokens = canary::answer(R"({"token_type": "Bearer", "expires_in": 3600, "access_token": )"
            + canary::as_json(given_token) + R"(, "refresh_token": )" + canary::as_json(rotated_token) + "}",
        canary::type_json);
    const std::string bearer = "Authorization: Bearer " + given_token;
    return {
        {"bearer", R"("type": "bearer", "token": {"$secret": "token"})", {{"token", header_value}},
            {"Authorization: Bearer " + header_value}},
        {"a key in a header", R"("type": "api_key", "name": "X-Key", "api_key": {"$secret": "key"})",
            {{"key", header_value}}, {"X-Key: " + header_value}},
        {"a key in the query",
            R"("type": "api_key", "name": "sig", "location": "query", "api_key": {"$secret": "key"})",
            {{"key", secret_text}}, {"sig=" + percent_encode(secret_text)}},
        {"a key in a cookie",
            R"("type": "api_key", "name": "sid", "location": "cookie", "api_key": {"$secret": "key"})",
            {{"key", secret_text}}, {"sid=" + percent_encode(secret_text)}},
        scheme("client credentials",
            R"("type": "oauth2_client_credentials", "access_token_url": "SERVER/token", )" + id_and_secret,
            {{"id", user_text}, {"secret", secret_text}, {"given", given_token}},
            {"client_id=" + form_encode(user_text), "client_secret=" + form_encode(secret_text), bearer})
            .first(tokens),
        scheme("a refresh token",
            R"("type": "oauth2_refresh_token", "token_url": "SERVER/token", "refresh_token": {"$secret": "refresh"},
               "refresh_token_file": )"
                + canary::as_json(token_file) + ", " + id_and_secret,
            {{"refresh", user_text + secret_text}, {"id", user_text}, {"secret", secret_text}, {"given", given_token},
                {"rotated", rotated_token}},
            {"refresh_token=" + form_encode(user_text + secret_text), bearer})
            .first(tokens),
        scheme("an assertion",
            R"("type": "oauth2_jwt", "token_url": "SERVER/token", "client_id": {"$secret": "id"},
               "private_key": {"$secret": "private_key"}, "algorithm": "ES256")",
            {{"id", user_text}, {"private_key", key_pem}, {"given", given_token}}, {"&assertion=ey", bearer})
            .first(tokens),
        scheme("a session's token",
            R"("type": "session_login", "token_path": "access_token", "template": "Bearer {token}", "login":
               {"path": "token", "json": {"user": {"$secret": "id"}, "password": {"$secret": "secret"}}})",
            {{"id", user_text}, {"secret", secret_text}, {"given", given_token}},
            {R"("user":)" + canary::as_json(user_text), R"("password":)" + canary::as_json(secret_text), bearer})
            .first(tokens),
        scheme("a session's cookies",
            R"("type": "session_login", "login":
               {"path": "token", "data": {"user": {"$secret": "id"}, "password": {"$secret": "secret"}}})",
            {{"id", user_text}, {"secret", secret_text}, {"given", given_token}},
            {"user=" + form_encode(user_text), "password=" + form_encode(secret_text), "Cookie: sid=" + given_token})
            .first(
                canary::answer("{}", canary::type_json + "Set-Cookie: sid=" + given_token + "; Secure; HttpOnly\r\n")),
    };
}

class CanarySchemes : public testing::Test {
protected:
    /// Of each kind of destination one. Where the command has no DuckDB there are fewer.
    [[nodiscard]] std::vector<std::string> destinations() const
    {
        std::vector<std::string> all = {
            "sqlite:" + folder.file("out.db"), "ndjson:" + folder.file("rows"), "csv:" + folder.file("tables")};
        const std::string into_duckdb = "duckdb:" + folder.file("out.duckdb");
        if (run_command({COREST_COMMAND, "state", into_duckdb}).err.find("without DuckDB") == std::string::npos) {
            all.push_back(into_duckdb);
            all.push_back("parquet:" + folder.file("parquet") + "?compression=uncompressed");
        }
        return all;
    }

    /// What a run prints and writes into everything but the dictionary and the token's own file.
    /// \param answers of the server, after the one to the request for a token
    std::string output_of_run(const scheme& signing, const std::string& to, const std::vector<script>& answers,
        const std::string& endpoint, const std::string& first_answer)
    {
        std::vector<script> scripts;
        if (!first_answer.empty()) {
            scripts.push_back(script().receive().send(first_answer));
        }
        scripts.insert(scripts.end(), answers.begin(), answers.end());
        server = std::make_unique<scripted_server>(std::move(scripts), tls_wish(chain.own));
        std::string auth = signing.auth;
        if (const auto place = auth.find("SERVER"); place != std::string::npos) {
            auth.replace(place, 6, server->url(""));
        }
        std::string text = R"({"client": {"base_url": ")" + server->url("") + R"(", "tls": {"ca_file": )"
            + canary::as_json(roots) + R"(}, "auth": {)" + auth
            + R"(}, "retry": {"max_retries": 1, "backoff_factor": 0.001}}, "resources": [)";
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const std::string name = "r" + std::to_string(i);
            text += (i == 0 ? R"({"name": ")" : R"(, {"name": ")") + name + R"(", "endpoint": {"path": ")" + name
                + R"(", "data_selector": "items")" + endpoint + "}}";
        }
        const std::string file = folder.write("source.json", text + "]}");
        std::map<std::string, std::string> environment;
        for (const auto& [name, value] : signing.credentials) {
            environment[corest::detail::upper(name)] = value;
        }
        const auto call = [&](std::vector<std::string> arguments) {
            arguments.insert(arguments.begin(), COREST_COMMAND);
            const finished_command done = run_command(arguments, environment);
            return done.out + done.err;
        };
        std::string all = call({"run", file, "--to", to, "--report", folder.file("report.json"), "--log",
            folder.file("log.ndjson"), "--verbose", "--debug-http", "--concurrency", "1", "--progress", "plain"});
        EXPECT_THAT(all, HasSubstr("\n< Connection: close\n")) << "responses are shown";
        EXPECT_THAT(read_file(folder.file("report.json")), HasSubstr("\"r0\""));
        all += call({"state", to}) + call({"state", to, "--json"}) + call({"plan", file, "--json"})
            + call({"export", file}) + call({"secrets", file});
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (entry.is_regular_file() && entry.path().filename() != "source.json") {
                all += read_file(entry.path().string());
            }
        }
        return all;
    }

    /// Credentials, and what was signed with one of them.
    [[nodiscard]] canary::credentials with_assertions(canary::credentials all) const
    {
        constexpr std::string_view begin = "&assertion=";
        for (const std::string& request : server->requests()) {
            if (const auto place = request.find(begin); place != std::string::npos) {
                all["assertion " + std::to_string(all.size())] =
                    request.substr(place + begin.size(), request.find('&', place + 1) - place - begin.size());
            }
        }
        return all;
    }

    void expect_sent(const scheme& signing) const
    {
        std::string all;
        for (const std::string& request : server->requests()) {
            all += request;
        }
        for (const std::string& each : signing.wire) {
            EXPECT_THAT(all, HasSubstr(each));
        }
    }

    [[nodiscard]] std::vector<scheme> every_scheme() const { return schemes(key.key_pem(), own.file("refresh")); }

    /// Forgets what a run has left, so that the next one begins anew.
    void forget() const
    {
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            std::filesystem::remove_all(entry.path());
        }
        std::filesystem::remove(own.file("refresh"));
    }

    certificate_chain chain;
    certificate key{certificate_wish()}; ///< what assertions are signed with
    temporary_folder own;                ///< files that are the user's
    std::string roots = own.write("roots.pem", chain.root.pem());
    temporary_folder folder;
    std::unique_ptr<scripted_server> server;
};

TEST_F(CanarySchemes, NoOutputOfARunHasACredentialThatAFailureGivesBack)
{
    std::vector<canary::place> places;
    for (const canary::place& each : canary::failures) {
        if (each.endpoint.empty()) { // the resources have one endpoint
            places.push_back(each);
        }
    }
    const std::vector<std::string> into = destinations();
    std::size_t number = 0;
    for (const scheme& signing : every_scheme()) {
        const std::string& to = into[number++ % into.size()];
        SCOPED_TRACE(signing.name + ", " + to);
        const std::vector<script> answers = canary::echoes(signing.credentials, places);
        const std::string all = output_of_run(signing, to, answers, {}, signing.first_answer);
        ASSERT_GE(server->requests().size(), answers.size() + (signing.first_answer.empty() ? 0 : 1));
        canary::expect_none(with_assertions(signing.credentials), all);
        expect_sent(signing);
        forget();
    }
}

TEST_F(CanarySchemes, NoOutputOfARunHasACredentialThatAPageGivesBack)
{
    const std::vector<std::string> into = destinations();
    std::size_t number = 0;
    for (const scheme& signing : every_scheme()) {
        const canary::place& where = canary::pages[number % canary::pages.size()];
        const std::string& to = into[(into.size() - 1 + number++) % into.size()];
        SCOPED_TRACE(signing.name + ", " + where.name + ", " + to);
        const std::vector<script> answers = canary::echoes(signing.credentials, {where});
        const std::string all = output_of_run(signing, to, answers, where.endpoint, signing.first_answer);
        canary::expect_none(with_assertions(signing.credentials), all);
        expect_sent(signing);
        forget();
    }
}

TEST_F(CanarySchemes, NoOutputHasACredentialThatARefusedRequestForATokenGivesBack)
{
    for (const scheme& signing : every_scheme()) {
        if (signing.first_answer.empty()) {
            continue;
        }
        SCOPED_TRACE(signing.name);
        std::string said;
        canary::credentials sent = signing.credentials;
        sent.erase("given"); // nothing is given
        sent.erase("rotated");
        for (const auto& [name, value] : sent) {
            for (const std::string& spelled : canary::spellings(value)) {
                said += spelled + ' ';
            }
        }
        const std::string body =
            R"({"error": "refused", "error_description": )" + canary::as_json(said) + "}"; // short enough to be shown
        std::string phrase = "400 ";
        for (const char c : said) {
            phrase += c == '\n' ? ' ' : c;
        }
        for (const std::string& status : {std::string("401 Unauthorized"), phrase, std::string("200 OK")}) {
            const std::vector<script> none = {script().receive().send(canary::answer("{}"))};
            const std::string all = output_of_run(
                signing, "sqlite:" + folder.file("out.db"), none, {}, canary::answer(body, canary::type_json, status));
            canary::expect_none(with_assertions(sent), all);
            EXPECT_THAT(server->requests().at(0), HasSubstr("/token"));
            forget();
        }
    }
}

} // namespace canary_schemes_test
} // namespace

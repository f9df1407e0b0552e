/// \file
/// A refresh token that the server rotates, kept in a file: a token endpoint over TLS, and files as they are.

#include <corest/auth/authorize.hpp>
#include <corest/auth/detail/token_file.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>

#include <support/certificates.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(steady_timer.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace token_file_tests {

namespace {

using corest::client;
using corest::oauth2_options;
using corest::oauth2_refresh_token;
using corest::request;
using corest::response;
using testing::HasSubstr;
using testing::Not;

class TokenFile : public testing::Test {
protected:
    /// A server that gives tokenN for the refresh token rN, and rN+1 with it.
    response answer(const request& r)
    {
        if (r.url == "https://auth.test/token") {
            const std::string given = r.body.substr(r.body.rfind('=') + 1);
            kept_when_asked = held();
            asked.push_back(given);
            if (given != "r" + std::to_string(next)) {
                return respond(400, R"({"error":"invalid_grant"})");
            }
            ++next;
            return respond(
                200, R"({"access_token":"token","expires_in":0,"refresh_token":"r)" + std::to_string(next) + "\"}");
        }
        kept_when_used = held();
        return respond(200, "[]");
    }
    unsigned get(const std::string& refresh_token, const std::string& kept)
    {
        const client c = client(context.get_executor(), corest::any_transport(server), "https://api.test")
            | corest::authorize(oauth2_refresh_token(
                "https://auth.test/token", refresh_token, {}, {}, oauth2_options().refresh_token_file(kept)));
        return run(context, c.exchange(request("GET", "/x"))).status;
    }
    std::string failure(const std::string& refresh_token, const std::string& kept)
    {
        try {
            get(refresh_token, kept);
            return "no error";
        } catch (const corest::error& e) {
            return e.what();
        }
    }
    std::string held() const
    {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::size_t files() const
    {
        const std::filesystem::directory_iterator all(std::filesystem::path(file).parent_path());
        return static_cast<std::size_t>(std::distance(all, {}));
    }

    temporary_directory directory;
    std::string file = directory.write("token", "");
    corest::net::io_context context;
    int next = 1;
    std::vector<std::string> asked;
    std::string kept_when_asked;
    std::string kept_when_used;
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(TokenFile, KeepsTheNewTokenBeforeTheAccessTokenIsUsed)
{
    std::filesystem::remove(file);
    EXPECT_EQ(get("r1", file), 200U);
    EXPECT_EQ(kept_when_asked, "");
    EXPECT_EQ(kept_when_used, "r2\n");
    struct stat seen{};
    ASSERT_EQ(::stat(file.c_str(), &seen), 0);
    EXPECT_EQ(seen.st_mode & 0777U, 0600U);
    EXPECT_EQ(files(), 1U) << "nothing else is left";
}

TEST_F(TokenFile, IsTheFirstChoiceOfTheNextRun)
{
    EXPECT_EQ(get("r1", file), 200U);
    EXPECT_EQ(get("r1", file), 200U);
    EXPECT_EQ(get("", file), 200U) << "none need be given then";
    EXPECT_EQ(asked, (std::vector<std::string>{"r1", "r2", "r3"}));
    EXPECT_EQ(held(), "r4\n");
    next = 9;
    std::ofstream(file) << "  r9\r\n";
    EXPECT_EQ(get("r1", file), 200U) << "one that somebody has written";
    EXPECT_EQ(held(), "r10\n");
}

TEST_F(TokenFile, StaysWhereTheServerKeepsTheToken)
{
    server = std::make_shared<scripted_transport>([](const request& r) {
        return r.url == "https://auth.test/token" ? respond(200, R"({"access_token":"t","refresh_token":"r1"})")
                                                  : respond(200, "[]");
    });
    std::filesystem::remove(file);
    EXPECT_EQ(get("r1", file), 200U);
    EXPECT_EQ(files(), 0U);
}

TEST_F(TokenFile, ThatCannotBeWrittenIsAnErrorBeforeTheTokenIsSpent)
{
    const std::string nowhere = std::filesystem::path(file).parent_path() / "missing" / "token";
    EXPECT_EQ(failure("r1", nowhere),
        "the refresh token's file '" + nowhere
            + "' cannot be written: No such file or directory. The server may give a new refresh token, which has to "
              "be "
              "kept there: make its directory writable, or name another file.");
    EXPECT_THAT(
        failure("r1", std::filesystem::path(file).parent_path().string()), HasSubstr("cannot be read: Is a dir"));
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(get("r1", file), 200U) << "and nothing is lost";
}

TEST_F(TokenFile, ThatHoldsNoTokenIsAnError)
{
    std::ofstream(file) << "r1\nr2\n";
    EXPECT_THAT(failure("r1", file), HasSubstr("it holds something else than one token"));
    std::ofstream(file) << std::string(100'000, 'x');
    EXPECT_THAT(failure("r1", file), HasSubstr("it holds something else than one token"));
    std::ofstream(file) << " \n";
    EXPECT_EQ(failure("", file),
        "there is no refresh token: none was given, and the file '" + file
            + "' holds none. Give the one to begin with.");
    EXPECT_THAT(failure("", ""), HasSubstr("there is no refresh token. Give"));
    EXPECT_TRUE(asked.empty());
}

TEST_F(TokenFile, ARefusalNamesIt)
{
    std::ofstream(file) << "revoked-t0ken";
    const std::string text = failure("r1", file);
    EXPECT_THAT(text, HasSubstr("invalid_grant"));
    EXPECT_THAT(text,
        HasSubstr("'" + file
            + "', where it holds one: to begin with another one, delete it. Check the client id, the "
              "client secret and the authenticator's token URL."));
    EXPECT_THAT(text, Not(HasSubstr("t0ken")));
    EXPECT_EQ(held(), "revoked-t0ken");
}

TEST_F(TokenFile, ALinkStaysALink)
{
    const std::string link = file + "-link";
    std::filesystem::create_symlink(file, link);
    EXPECT_EQ(get("r1", link), 200U);
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(held(), "r2\n");
    std::filesystem::remove(link);
}

TEST_F(TokenFile, ACrashBeforeTheNewTokenIsThereLeavesTheOldOne)
{
    std::ofstream(file) << "old\n";
    {
        const corest::detail::token_file_replacement abandoned(file);
        EXPECT_EQ(files(), 2U);
    }
    EXPECT_EQ(held(), "old\n");
    EXPECT_EQ(files(), 1U);
    corest::detail::token_file_replacement(file).commit("new");
    EXPECT_EQ(corest::detail::read_token_file(file).reveal(), "new");
}

TEST_F(TokenFile, ALockIsHeldByOne)
{
    std::filesystem::create_symlink(file, file + "-link");
    {
        corest::detail::token_file_lock first(file);
        corest::detail::token_file_lock second(file + "-link");
        EXPECT_TRUE(first.try_take());
        EXPECT_FALSE(second.try_take());
        EXPECT_TRUE(first.try_take()) << "it has it";
    }
    EXPECT_EQ(files(), 2U) << "nothing is left of it";
    corest::detail::token_file_lock third(file);
    EXPECT_TRUE(third.try_take());
    corest::detail::token_file_lock nowhere(std::filesystem::path(file).parent_path() / "missing" / "token");
    EXPECT_THROW((void)nowhere.try_take(), corest::error);
}

TEST_F(TokenFile, WhatAnotherHasWrittenMeanwhileIsTakenUp)
{
    std::ofstream(file) << "r0\n"; // which is spent
    auto held = std::make_unique<corest::detail::token_file_lock>(file);
    ASSERT_TRUE(held->try_take());
    corest::net::steady_timer later(context, std::chrono::milliseconds(100));
    later.async_wait([&](const corest::error_code&) {
        EXPECT_TRUE(asked.empty()) << "it waits";
        std::ofstream(file) << "r1\n";
        held.reset();
    });
    EXPECT_EQ(get("", file), 200U);
    EXPECT_EQ(asked, (std::vector<std::string>{"r1"}));
}

TEST_F(TokenFile, KeepsWhatARealEndpointRotatesOverTls)
{
    const certificate_chain chain;
    const auto tokens = [](const std::string& n) {
        return ok(R"({"access_token":"access)" + n
            + R"(","token_type":"Bearer","expires_in":"3600","refresh_token":"refresh)" + n + "\"}");
    };
    scripted_server endpoint(script().receive().send(tokens("1")).receive().send(tokens("2")), tls_wish(chain.own));
    scripted_server api(script()
            .receive()
            .send(ok("[]"))
            .receive()
            .send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
            .receive()
            .send(ok("[]")));
    {
        corest::http_options options;
        options.ca_pem = chain.root.pem();
        const client c = corest::http_client(context.get_executor(), api.url(""), options)
            | corest::authorize(oauth2_refresh_token(endpoint.url("/token"), "refresh0", "id", "s3cret",
                oauth2_options().secret_in_header().scope("read").extra("audience", "x").refresh_token_file(file)));
        EXPECT_EQ(run(context, c.exchange(request("GET", "/1"))).status, 200U);
        EXPECT_EQ(held(), "refresh1\n");
        EXPECT_EQ(run(context, c.exchange(request("GET", "/2"))).status, 200U);
    }
    EXPECT_EQ(held(), "refresh2\n");
    const auto asked_for = endpoint.requests();
    ASSERT_EQ(asked_for.size(), 2U);
    EXPECT_THAT(asked_for[0], HasSubstr("grant_type=refresh_token&refresh_token=refresh0&scope=read&audience=x"));
    EXPECT_THAT(asked_for[0], HasSubstr("\r\nAuthorization: Basic aWQ6czNjcmV0\r\n"));
    EXPECT_THAT(asked_for[1], HasSubstr("&refresh_token=refresh1&"));
    EXPECT_THAT(api.requests().at(2), HasSubstr("\r\nAuthorization: Bearer access2\r\n"));
}

} // namespace

} // namespace token_file_tests

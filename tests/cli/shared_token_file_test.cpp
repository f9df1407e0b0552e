/// \file
/// Two processes that share the file of a refresh token: no token is spent twice.

#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace {
namespace shared_token_file {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// What the token endpoint answers after a while, in which the other process would ask too.
script tokens(const std::string& access, const std::string& refresh)
{
    return script().receive().pause(500ms).send(
        ok(R"({"access_token": ")" + access + R"(", "expires_in": 3600, "refresh_token": ")" + refresh + "\"}",
            "Connection: close\r\n"));
}

TEST(SharedTokenFile, TheTokenThatAnotherProcessHasGotIsTakenUp)
{
    const scripted_server endpoint({tokens("access-1", "refresh-1"), tokens("access-2", "refresh-2")});
    const scripted_server api(script().receive().send(ok("[]")).repeat());
    const temporary_folder folder;
    const std::string file = folder.file("token");
    const std::string source = folder.write("source.json",
        R"({"client": {"base_url": ")" + api.url("") + R"(", "auth": {"type": "oauth2_refresh_token", "token_url": ")"
            + endpoint.url("/token") + R"(", "refresh_token": {"$secret": "refresh"}, "refresh_token_file": ")" + file
            + R"("}}, "resources": [{"name": "things", "endpoint": {"path": "things", "paginator": "single_page"}}]})");
    const auto load = [&](const std::string& to) {
        return std::vector<std::string>{COREST_COMMAND, "run", source, "--to", "ndjson:" + folder.file(to)};
    };
    command one(load("one"), {{"REFRESH", "refresh-0"}});
    command other(load("other"), {{"REFRESH", "refresh-0"}});
    const finished_command first = one.finish();
    const finished_command second = other.finish();
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_EQ(second.status, 0) << second.err;
    const std::vector<std::string> asked = endpoint.requests();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_THAT(asked[0], HasSubstr("refresh_token=refresh-0"));
    EXPECT_THAT(asked[1], HasSubstr("refresh_token=refresh-1"));
    EXPECT_EQ(read_file(file), "refresh-2\n");
    EXPECT_FALSE(std::filesystem::exists(file + ".lock"));
    std::string signed_with;
    for (const std::string& each : api.requests()) {
        signed_with += each;
    }
    EXPECT_THAT(signed_with, HasSubstr("Bearer access-1"));
    EXPECT_THAT(signed_with, HasSubstr("Bearer access-2"));
}

} // namespace shared_token_file
} // namespace

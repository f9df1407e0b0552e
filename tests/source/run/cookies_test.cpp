/// \file
/// Cookies of a run: kept by all of its resources, and by none of the next one.

#include <corest/source/source.hpp>

#include <support/run.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cookie_run_tests {

namespace {

corest::net::awaitable<void> read_all(corest::async_generator<corest::source::source_page> pages)
{
    while (auto page = co_await pages.next()) {
    }
}

/// The requests of a run over two pages.
std::vector<std::string> requests_of(const std::string& more_keys, const std::string& auth_secret = "")
{
    const std::string cookie = "Set-Cookie: sid=31d4d96e; Path=/\r\n";
    scripted_server server(script()
            .receive()
            .send(ok(R"({"items":[{"id":1}],"next":"a"})", cookie))
            .receive()
            .send(ok(R"({"items":[{"id":2}]})")));
    corest::net::io_context context;
    corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
    secrets.add("key", corest::secret(auth_secret));
    run(context,
        read_all(corest::source::load_text(R"({"client": {"base_url": ")" + server.url("") + "\"" + more_keys + R"(},
            "resources": [{"name": "items", "endpoint": {"path": "items", "data_selector": "items",
                "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "mark"}}}]})")
                .plan()
                .pages(context.get_executor(), secrets)));
    return server.requests();
}

} // namespace

TEST(RunCookies, GoBackWithinTheRun)
{
    const auto seen = requests_of("");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_THAT(seen[0], testing::Not(testing::HasSubstr("Cookie:"))) << "none of another run";
    EXPECT_THAT(seen[1], testing::HasSubstr("\r\nCookie: sid=31d4d96e\r\n"));
}

TEST(RunCookies, AreNotKeptWhereTheDictionarySaysSo)
{
    EXPECT_THAT(requests_of(R"(, "cookies": false)").at(1), testing::Not(testing::HasSubstr("Cookie:")));
}

TEST(RunCookies, StandBesideAKeyInACookie)
{
    const auto seen = requests_of(
        R"(, "auth": {"type": "api_key", "name": "key", "location": "cookie", "api_key": {"$secret": "key"}})",
        "t0ps3cret");
    EXPECT_THAT(seen.at(0), testing::HasSubstr("\r\nCookie: key=t0ps3cret\r\n"));
    EXPECT_THAT(seen.at(1), testing::HasSubstr("\r\nCookie: key=t0ps3cret; sid=31d4d96e\r\n"));
}

} // namespace cookie_run_tests

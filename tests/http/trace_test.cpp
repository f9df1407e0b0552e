#include <corest/http/trace.hpp>

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/http/observe.hpp>
#include <corest/testing/scripted_transport.hpp>

#include <support/run.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {
namespace trace_test {

using corest::traced_exchange;

/// Only there to have requests numbered and their secrets known.
class nobody {
public:
    void on_request_end(const corest::request_end&) const noexcept {}
};

TEST(Trace, CredentialsAreKnownByTheirNames)
{
    using corest::detail::mask_credentials;
    EXPECT_EQ(mask_credentials(R"({"access_token": "abc\"d", "n": 1})"), R"({"access_token": "***", "n": 1})");
    EXPECT_EQ(mask_credentials(R"([{"clientSecret":"x"},{"next_page_token":"y"}])"),
        R"([{"clientSecret":"***"},{"next_page_token":"y"}])");
    EXPECT_EQ(mask_credentials(R"({"token": {"a": "kept"}, "note": "token: \"x\""})"),
        R"({"token": {"a": "kept"}, "note": "token: \"x\""})");
    EXPECT_EQ(mask_credentials(R"({"password": "cut he)"), R"({"password": "***)");
    EXPECT_EQ(mask_credentials("grant_type=refresh_token&refresh_token=abc&client_secret=s%26t&scope=all"),
        "grant_type=refresh_token&refresh_token=***&client_secret=***&scope=all");
    EXPECT_EQ(mask_credentials("\xEF\xBB\xBF {\"access_token\":\"SECRETTOK99\",\"note\":\"not SECRETTOK99\"}"),
        "\xEF\xBB\xBF {\"access_token\":\"***\",\"note\":\"not ***\"}");
    EXPECT_EQ(mask_credentials(""), "");
}

/// Sends a request through an API with a token, and gives what was seen of it.
std::vector<traced_exchange> seen_of(const corest::test::scripted_transport::answer& script,
    std::string body = R"({"password": "hidden", "say": "s3cr3t"})")
{
    corest::net::io_context context(1);
    std::vector<traced_exchange> seen;
    const corest::client api =
        corest::client(context.get_executor(), corest::test::scripted_transport(script), "https://a.b")
        | corest::trace([&](const traced_exchange& e) { seen.push_back(e); })
        | corest::authorize(corest::bearer("s3cr3t")) | corest::observe(nobody());
    corest::request r("POST", "/x?key=s3cr3t&limit=3");
    r.body = std::move(body);
    try {
        (void)run(context, api.exchange(std::move(r)));
    } catch (const corest::error&) {
        // It is seen, too.
    }
    return seen;
}

TEST(Trace, ShowsWhatWasSentAndWhatCameWithoutSecrets)
{
    const auto seen = seen_of([](const corest::request&) {
        return corest::test::respond(
            409, R"({"error": "s3cr3t is taken", "token": "other"})", {{"Set-Cookie", "id=1"}});
    });
    ASSERT_EQ(seen.size(), 1U);
    const traced_exchange& one = seen[0];
    EXPECT_GT(one.request, 0U);
    EXPECT_EQ(one.method, "POST");
    EXPECT_EQ(one.url, "https://a.b/x?key=***&limit=3");
    EXPECT_EQ(one.headers.find("Authorization"), "***");
    EXPECT_EQ(one.body, R"({"password": "***", "say": "***"})");
    EXPECT_EQ(one.body_size, 39U);
    EXPECT_EQ(one.status, 409U);
    EXPECT_EQ(one.response_headers.find("Set-Cookie"), "***");
    EXPECT_EQ(one.response_body, R"({"error": "*** is taken", "token": "***"})");
    EXPECT_EQ(one.failure, "");
}

TEST(Trace, ShowsWhyThereWasNoResponse)
{
    const auto seen = seen_of([](const corest::request&) -> corest::response {
        throw corest::error(corest::errc::connect_failed, "no way to s3cr3t");
    });
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].status, 0U);
    EXPECT_EQ(seen[0].failure, "no way to ***");
}

TEST(Trace, ATokenThatStandsAloneIsNotShown)
{
    const auto shown = [](const std::string& answer) {
        return seen_of(
            [&](const corest::request&) { return corest::test::respond(200, answer); }, "grant_type=client_credentials")
            .at(0)
            .response_body;
    };
    EXPECT_EQ(shown("SECRETTOK99"), "***");
    EXPECT_EQ(shown(" {\"error\": \"no\"}"), "{\"error\": \"no\"}");
}

TEST(Trace, CutsLongBodies)
{
    const auto seen = seen_of(
        [](const corest::request&) { return corest::test::respond(200, "[\"" + std::string(100000, 'x') + "\"]"); });
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].response_size, 100004U);
    EXPECT_LT(seen[0].response_body.size(), corest::trace::shown_bytes + 10);
}

TEST(Trace, ASecretThatIsCutWithALongBodyIsMaskedToo)
{
    // Masked, the body is short enough to be shown up to where it was cut: behind the fourth character of a secret.
    const auto seen = seen_of([](const corest::request&) {
        std::string body = "[\"" + std::string(16, ' ');
        for (int i = 0; i < 600; ++i) {
            body += "%2573%2533%2563%2572%2533%2574";
        }
        return corest::test::respond(409, body);
    });
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_NE(seen[0].response_body.find("***"), std::string::npos);
    EXPECT_EQ(seen[0].response_body.find("%25"), std::string::npos) << seen[0].response_body;
}

} // namespace trace_test
} // namespace

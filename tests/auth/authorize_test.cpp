#include <corest/auth/api_key.hpp>
#include <corest/auth/authorize.hpp>
#include <corest/auth/basic.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/error.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

using corest::api_key;
using corest::basic;
using corest::bearer;
using corest::client;
using corest::error;
using corest::request;
using corest::response;

namespace {

class Authorize : public testing::Test {
protected:
    client api(corest::any_authenticator how, std::vector<std::string> allowed = {})
    {
        const client plain(
            context.get_executor(), corest::any_transport(server), "https://api.test/v1", std::move(allowed));
        return plain | corest::authorize(std::move(how));
    }
    response get(const client& c, std::string url = "https://api.test/v1/things?limit=2")
    {
        return run(context, c.transport().send(request("GET", std::move(url))));
    }
    std::string header(std::size_t index, std::string_view name)
    {
        return std::string(server->sent.at(index).headers.find(name).value_or("(none)"));
    }

    corest::net::io_context context;
    std::function<response(const request&)> answer = [](const request&) { return respond(200, "[]"); };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Authorize, BearerGoesIntoTheAuthorizationHeader)
{
    get(api(bearer("t0ken")));
    EXPECT_EQ(header(0, "Authorization"), "Bearer t0ken");
}

TEST_F(Authorize, BasicIsBase64OfUserAndPassword)
{
    get(api(basic("Aladdin", "open sesame"))); // the example of RFC 7617
    EXPECT_EQ(header(0, "Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST_F(Authorize, BasicRefusesAColonInTheUserName)
{
    EXPECT_THROW(basic("a:b", "c"), error);
    EXPECT_THROW(basic("a", "c\n"), error);
}

TEST_F(Authorize, ApiKeyGoesWhereItIsSaid)
{
    get(api(api_key("X-Api-Key", "k/1")));
    get(api(api_key("api_key", "k/1 &", api_key::location::query)));
    get(api(api_key("session", "k;1", api_key::location::cookie)));
    EXPECT_EQ(header(0, "X-Api-Key"), "k/1");
    EXPECT_EQ(server->sent[1].url, "https://api.test/v1/things?limit=2&api_key=k%2F1%20%26");
    EXPECT_EQ(header(2, "Cookie"), "session=k%3B1");
}

TEST_F(Authorize, AnEmptyTokenIsRefusedWhereItIsGiven)
{
    EXPECT_THROW(bearer(""), error);
    EXPECT_THROW(api_key("X-Api-Key", ""), error);
}

TEST_F(Authorize, ASecretWithALineBreakIsRefusedBeforeItIsSent)
{
    EXPECT_THROW(get(api(bearer("abc\r\nX-Evil: 1"))), error);
    EXPECT_TRUE(server->sent.empty());
}

TEST_F(Authorize, AQueryKeyIsNotInTheResponsesUrl)
{
    const response got = get(api(api_key("api_key", "S3CR3T", api_key::location::query)));
    EXPECT_EQ(got.url, "https://api.test/v1/things?limit=2");
}

TEST_F(Authorize, AnotherOriginIsNeverSigned)
{
    get(api(bearer("t0ken")), "https://other.test/v1/things");
    get(api(bearer("t0ken")), "http://api.test/v1/things");
    get(api(bearer("t0ken")), "https://api.test:8443/v1/things");
    for (const request& r : server->sent) {
        EXPECT_FALSE(r.headers.contains("Authorization")) << r.url;
    }
}

TEST_F(Authorize, EveryHopOfARedirectWithinTheOriginIsSigned)
{
    answer = [](const request& r) {
        return r.url.find("/new") == std::string::npos ? respond(302, "", {{"Location", "/v1/new"}}) : respond(200);
    };
    EXPECT_EQ(get(api(api_key("api_key", "k", api_key::location::query))).status, 200U);
    ASSERT_EQ(server->sent.size(), 2U);
    EXPECT_EQ(server->sent[1].url, "https://api.test/v1/new?api_key=k");
}

TEST_F(Authorize, ARedirectToAnotherOriginIsRefused)
{
    answer = [](const request&) { return respond(302, "", {{"Location", "https://evil.test/"}}); };
    EXPECT_THROW(get(api(bearer("t0ken"))), error);
    EXPECT_EQ(server->sent.size(), 1U);
}

TEST_F(Authorize, AnAllowedOriginGetsTheRequestWithoutCredentials)
{
    answer = [](const request& r) {
        return r.url.rfind("https://api.test", 0) == 0 ? respond(307, "", {{"Location", "https://files.test/x"}})
                                                       : respond(200);
    };
    EXPECT_EQ(get(api(bearer("t0ken"), {"https://files.test:443"})).status, 200U);
    ASSERT_EQ(server->sent.size(), 2U);
    EXPECT_EQ(header(1, "Authorization"), "(none)");
}

TEST_F(Authorize, ARedirectMayLeadBackFromAnAllowedOrigin)
{
    answer = [](const request& r) {
        const bool own = r.url.rfind("https://api.test", 0) == 0;
        return own && r.url.find("/new") != std::string::npos ? respond(200)
            : own                                             ? respond(307, "", {{"Location", "https://files.test/x"}})
                  : respond(307, "", {{"Location", "https://api.test/new"}});
    };
    EXPECT_EQ(get(api(bearer("t0ken"), {"https://files.test"})).status, 200U);
    ASSERT_EQ(server->sent.size(), 3U);
    EXPECT_EQ(header(1, "Authorization"), "(none)");
    EXPECT_EQ(header(2, "Authorization"), "Bearer t0ken");
}

TEST_F(Authorize, FollowsAsManyRedirectsAsTheClientAllows)
{
    answer = [](const request&) { return respond(302, "", {{"Location", "/again"}}); };
    const client plain(context.get_executor(), corest::any_transport(server), "https://api.test/v1", {}, 2);
    EXPECT_THROW(get(plain | corest::authorize(bearer("t0ken"))), error);
    EXPECT_EQ(server->sent.size(), 3U);

    corest::http_options options;
    options.max_redirects = 4;
    const client made = corest::http_client(context.get_executor(), "https://api.test/v1", options);
    EXPECT_EQ(made.redirects().max_redirects, 4U);
}

TEST_F(Authorize, RedirectsComeToAnEnd)
{
    answer = [](const request&) { return respond(302, "", {{"Location", "/again"}}); };
    EXPECT_THROW(get(api(bearer("t0ken"))), error);
    EXPECT_EQ(server->sent.size(), 11U);
}

TEST_F(Authorize, AServerThatEchoesTheSecretDoesNotGetItIntoMessages)
{
    answer = [](const request&) { return respond(403, R"({"error":"key S3CR3T has no access, S3CR3T"})"); };
    EXPECT_EQ(get(api(bearer("S3CR3T"))).body.view(), R"({"error":"key *** has no access, ***"})");
}

TEST_F(Authorize, ATextInPlaceOfJsonIsCleanedWhereItIsQuoted)
{
    answer = [](const request&) { return respond(200, "invalid key S3CR3T"); };
    EXPECT_EQ(get(api(bearer("S3CR3T"))).body.view(), "invalid key S3CR3T") << "a success may be a file that holds it";
    auto pages = corest::get(api(bearer("S3CR3T")), "/things").pages();
    try {
        static_cast<void>(run(context, pages.next()));
        ADD_FAILURE() << "it is no JSON";
    } catch (const error& e) {
        EXPECT_NE(std::string(e.what()).find("invalid key ***"), std::string::npos) << e.what();
        EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos) << e.what();
    }
}

TEST_F(Authorize, RecordsAreNeverChanged)
{
    answer = [](const request&) { return respond(200, R"([{"id":"7"}])"); };
    EXPECT_EQ(get(api(bearer("7"))).body.view(), R"([{"id":"7"}])");
}

TEST_F(Authorize, AWrongSecretIsSentOnce)
{
    answer = [](const request&) { return respond(401); };
    EXPECT_EQ(get(api(bearer("wrong"))).status, 401U);
    EXPECT_EQ(server->sent.size(), 1U);
}

TEST_F(Authorize, EachAttemptIsSignedAnew)
{
    int signatures = 0;
    struct counting {
        int* count;
        void sign(request& r) const { r.headers.set("X-Signature", std::to_string(++*count)); }
    };
    answer = [](const request& r) { return *r.headers.find("X-Signature") == "3" ? respond(200) : respond(503); };
    const client c = api(counting{&signatures}) | corest::retry().clock(std::make_shared<manual_clock>());
    EXPECT_EQ(get(c).status, 200U);
    EXPECT_EQ(signatures, 3);
}

} // namespace

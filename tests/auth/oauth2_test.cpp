#include <corest/auth/authorize.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/error.hpp>
#include <corest/retry/retry.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(steady_timer.hpp)

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using corest::client;
using corest::errc;
using corest::error;
using corest::oauth2_client_credentials;
using corest::oauth2_options;
using corest::oauth2_refresh_token;
using corest::request;
using corest::response;

namespace {

/// A server with a token endpoint that numbers its tokens, and an API that accepts the newest one.
class Oauth2 : public testing::Test {
protected:
    client api(corest::any_authenticator how)
    {
        return client(context.get_executor(), corest::any_transport(server), "https://api.test")
            | corest::authorize(how);
    }
    client api(oauth2_options options = oauth2_options())
    {
        return api(oauth2_client_credentials("https://auth.test/token", "id", "s&cret", options.clock(clock)));
    }
    response get(const client& c)
    {
        return run(context, c.transport().send(request("GET", "https://api.test/things")));
    }
    void start(const client& c, int n)
    {
        for (int i = 0; i < n; ++i) {
            corest::net::co_spawn(context, c.transport().send(request("GET", "https://api.test/" + std::to_string(i))),
                [this](std::exception_ptr e, const response& r) { statuses.push_back(e ? 0 : r.status); });
        }
        context.restart();
        context.run();
    }

    response answer(const request& r)
    {
        if (r.url == "https://auth.test/token") {
            token_requests.push_back(r);
            return token_answer();
        }
        const auto given = r.headers.find("Authorization");
        return given == "Bearer token" + std::to_string(valid) ? respond(200, "[]") : respond(401);
    }

    /// The same server, whose tokens are good for so many requests each.
    std::shared_ptr<scripted_transport> good_for(int requests)
    {
        return std::make_shared<scripted_transport>([this, requests, left = 0](const request& r) mutable {
            response usual = answer(r);
            if (r.url == "https://auth.test/token") {
                left = requests;
            }
            if (usual.status == 200 && r.method == "GET" && --left < 0) {
                return respond(401);
            }
            return usual;
        });
    }

    corest::net::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
    std::vector<request> token_requests;
    std::vector<unsigned> statuses;
    int issued = 0;
    int valid = 0;
    std::string expires = "3600";
    std::function<response()> token_answer = [this] {
        valid = ++issued;
        return respond(
            200, R"({"access_token":"token)" + std::to_string(issued) + R"(","expires_in":)" + expires + "}");
    };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Oauth2, SendsIdAndSecretInTheBody)
{
    EXPECT_EQ(get(api()).status, 200U);
    ASSERT_EQ(token_requests.size(), 1U);
    EXPECT_EQ(token_requests[0].method, "POST");
    EXPECT_EQ(token_requests[0].body, "grant_type=client_credentials&client_id=id&client_secret=s%26cret");
    EXPECT_EQ(token_requests[0].headers.find("Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_FALSE(token_requests[0].headers.contains("Authorization"));
}

TEST_F(Oauth2, SendsIdAndSecretInABasicHeaderByOption)
{
    EXPECT_EQ(get(api(oauth2_options().secret_in_header().scope("read write").extra("audience", "x"))).status, 200U);
    ASSERT_EQ(token_requests.size(), 1U);
    EXPECT_EQ(token_requests[0].body, "grant_type=client_credentials&scope=read+write&audience=x");
    EXPECT_EQ(token_requests[0].headers.find("Authorization"), "Basic aWQ6cyUyNmNyZXQ=");
}

TEST_F(Oauth2, FetchesOneTokenForAllConcurrentUsers)
{
    start(api(), 20);
    EXPECT_EQ(token_requests.size(), 1U);
    EXPECT_EQ(statuses, std::vector<unsigned>(20, 200U));
}

TEST_F(Oauth2, RenewsOnceForAllWhoAreRefused)
{
    const client c = api();
    get(c);
    valid = 99; // revoked
    start(c, 20);
    EXPECT_EQ(token_requests.size(), 2U);
    EXPECT_EQ(statuses, std::vector<unsigned>(20, 200U));
}

TEST_F(Oauth2, ASecondRefusalInARowIsTheAnswer)
{
    const client c = api();
    token_answer = [this] {
        ++issued;
        return respond(200, R"({"access_token":"useless"})");
    };
    EXPECT_EQ(get(c).status, 401U);
    EXPECT_EQ(issued, 2);
    EXPECT_EQ(server->sent.size(), 4U) << "two tokens, and the request with each";
}

TEST_F(Oauth2, ATokenThatOthersUseUpIsRenewedAgain)
{
    server = good_for(5);
    start(api(), 20);
    EXPECT_EQ(statuses, std::vector<unsigned>(20, 200U));
    EXPECT_EQ(token_requests.size(), 4U);
}

/// Answers that are no refusals come late: whether a token is of any use shows only then.
class serves_slowly {
public:
    explicit serves_slowly(std::shared_ptr<scripted_transport> server) : server_(std::move(server)) {}

    corest::net::awaitable<response> send(request r)
    {
        response got = co_await server_->send(std::move(r));
        if (got.status != 401) {
            corest::net::steady_timer late(co_await corest::net::this_coro::executor, 5ms);
            co_await late.async_wait(corest::net::use_awaitable);
        }
        co_return got;
    }

private:
    std::shared_ptr<scripted_transport> server_;
};

TEST_F(Oauth2, ATokenThatOthersUseUpIsRenewedAgainAlsoWhereTheyAreStillServed)
{
    server = good_for(5);
    const client slow = client(context.get_executor(), corest::any_transport(serves_slowly(server)), "https://api.test")
        | corest::authorize(oauth2_client_credentials("https://auth.test/token", "id", "secret"));
    start(slow, 20);
    EXPECT_EQ(statuses, std::vector<unsigned>(20, 200U));
    EXPECT_EQ(token_requests.size(), 4U);
}

TEST_F(Oauth2, RenewsAsOftenAsTheLayerSays)
{
    server = good_for(1);
    const client once = client(context.get_executor(), corest::any_transport(server), "https://api.test")
        | corest::authorize(oauth2_client_credentials("https://auth.test/token", "id", "secret")).max_renewals(1);
    start(once, 3);
    std::sort(statuses.begin(), statuses.end());
    EXPECT_EQ(statuses, (std::vector<unsigned>{200, 200, 401}));
    EXPECT_EQ(token_requests.size(), 2U);
}

TEST_F(Oauth2, RenewsShortlyBeforeTheTokenExpires)
{
    const client c = api();
    get(c);
    clock->elapsed += 3539s;
    get(c);
    EXPECT_EQ(token_requests.size(), 1U);
    clock->elapsed += 1s;
    get(c);
    EXPECT_EQ(token_requests.size(), 2U);
}

TEST_F(Oauth2, ATokenWithoutALifetimeIsFetchedForEachRequest)
{
    expires = "0";
    const client c = api();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(get(c).status, 200U);
    }
    EXPECT_EQ(token_requests.size(), 3U);
}

TEST_F(Oauth2, LifetimesAreReadWhateverTheirForm)
{
    const auto lifetime = [](std::string_view body) {
        return corest::read_token_response(respond(200, body), 1800s).lifetime;
    };
    EXPECT_EQ(lifetime(R"({"access_token":"a","expires_in":60})"), 60s);
    EXPECT_EQ(lifetime(R"({"access_token":"a","expires_in":"60"})"), 60s);
    EXPECT_EQ(lifetime(R"({"access_token":"a","expires_in":59.9})"), 59s);
    EXPECT_EQ(lifetime(R"({"access_token":"a","expires_in":-1})"), 0s);
    EXPECT_EQ(lifetime(R"({"access_token":"a","expires_in":null})"), 1800s);
    EXPECT_EQ(lifetime(R"({"access_token":"a"})"), 1800s);
    const std::chrono::system_clock::time_point now{1'800'000'000s}; // 2027-01-15T08:00:00Z
    const auto until = [&](const std::string& value) {
        return corest::read_token_response(
            respond(200, R"({"access_token":"a","expires_in":)" + value + "}"), 1800s, now)
            .lifetime;
    };
    EXPECT_EQ(until("1800000060"), 60s);
    EXPECT_EQ(until("\"1800000060\""), 60s);
    EXPECT_EQ(until("1800000060000"), 60s);
    EXPECT_EQ(until("1799999999"), 0s);
    EXPECT_EQ(until("1000000000"), 1'000'000'000s) << "no date";
    EXPECT_EQ(until("1e300"), 1'000'000'000s);
    EXPECT_EQ(until("\"60.9\""), 60s);
    EXPECT_EQ(until("\"2027-01-15T08:01:00Z\""), 60s);
    EXPECT_EQ(until("\"2027-01-15T09:00:00+01:00\""), 0s);
    EXPECT_EQ(until("\"9999-12-31T23:59:59Z\""), 1'000'000'000s);
    EXPECT_EQ(until("\"Fri, 15 Jan 2027 08:01:00 GMT\""), 60s);
    for (const char* none : {"\"soon\"", "\"\"", "true", "{}", "[60]", "\"1 hour\""}) {
        EXPECT_EQ(until(none), 0s) << none;
    }
    EXPECT_EQ(lifetime("\xEF\xBB\xBF{\"access_token\":\"a\",\"expires_in\":60}"), 60s);
}

TEST_F(Oauth2, AWrongSecretIsAnErrorThatNamesTheCodeAndNoSecret)
{
    token_answer = [] { return respond(401, R"({"error":"invalid_client","error_description":"s&cret is wrong"})"); };
    try {
        get(api());
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::token_failed);
        EXPECT_STREQ(e.what(),
            "the token endpoint refused to give an access token: invalid_client (POST "
            "https://auth.test/token, status 401). Check the client id, the client secret and "
            "the authenticator's token URL.");
    }
    EXPECT_EQ(server->sent.size(), 1U);
}

TEST_F(Oauth2, AnAnswerWithoutATokenIsAnErrorThatShowsNothingOfIt)
{
    token_answer = [] { return respond(200, "<html>S3CR3T</html>"); };
    try {
        get(api());
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos);
        EXPECT_NE(std::string(e.what()).find("has no access_token"), std::string::npos);
    }
}

TEST_F(Oauth2, ATokenEndpointThatFailsIsRetried)
{
    int calls = 0;
    const auto good = token_answer;
    token_answer = [&calls, good] { return ++calls < 3 ? respond(503) : good(); };
    const client c = api() | corest::retry().clock(clock);
    EXPECT_EQ(get(c).status, 200U);
    EXPECT_EQ(calls, 3);
}

TEST_F(Oauth2, AFailedFetchDoesNotBlockTheOthers)
{
    token_answer = [] { return respond(400, "{}"); };
    start(api(), 3);
    EXPECT_EQ(statuses, std::vector<unsigned>(3, 0U));
    EXPECT_EQ(token_requests.size(), 3U);
}

TEST_F(Oauth2, ARefreshTokenThatTheServerRotatesIsReplaced)
{
    int n = 0;
    token_answer = [&n, this] {
        valid = ++n;
        return n == 1 ? respond(200, R"({"access_token":"token1","expires_in":0,"refresh_token":"second"})")
                      : respond(200, R"({"access_token":"token)" + std::to_string(n) + R"(","expires_in":0})");
    };
    const client c = api(oauth2_refresh_token("https://auth.test/token", "first", "id"));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(get(c).status, 200U);
    }
    EXPECT_EQ(token_requests[0].body, "grant_type=refresh_token&refresh_token=first&client_id=id");
    EXPECT_EQ(token_requests[1].body, "grant_type=refresh_token&refresh_token=second&client_id=id");
    EXPECT_EQ(token_requests[2].body, "grant_type=refresh_token&refresh_token=second&client_id=id");
}

TEST_F(Oauth2, ARefreshIsNotRepeatedWhenItsAnswerWasLost)
{
    int calls = 0;
    token_answer = [&calls]() -> response {
        ++calls;
        throw error(errc::connection_lost, "the connection was closed");
    };
    const client c = api(oauth2_refresh_token("https://auth.test/token", "first", "id")) | corest::retry().clock(clock);
    EXPECT_THROW(get(c), error);
    EXPECT_EQ(calls, 1);
}

TEST_F(Oauth2, ATokenUrlMayBeRelativeToTheBaseUrl)
{
    request seen;
    auto relative = std::make_shared<scripted_transport>([&](const request& r) {
        seen = r;
        return respond(200, R"({"access_token":"x"})");
    });
    const client c = client(context.get_executor(), corest::any_transport(relative), "https://api.test/v1")
        | corest::authorize(oauth2_client_credentials("/oauth/token", "id", "x"));
    get(c);
    EXPECT_EQ(relative->sent[0].url, "https://api.test/oauth/token");
}

} // namespace

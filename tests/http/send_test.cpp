#include "http/http_test.hpp"

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/http/client.hpp>
#include <corest/http/response_status.hpp>
#include <corest/retry/retry.hpp>

#include <support/scripted_transport.hpp>

#include <memory>
#include <string>

namespace {

using namespace corest;

/// `client::send` and `exchange`.
class Send : public HttpTest {
protected:
    client api() { return {context.get_executor(), any_transport(server), "http://api.test/v1"}; }
    response sent(const client& by, request r) { return run(context, by.send(std::move(r))); }
    error refused(const client& by, request r)
    {
        try {
            sent(by, std::move(r));
        } catch (const error& e) {
            return e;
        }
        return error(errc::destination_failed, "there was no error");
    }

    response answer = respond(200, "{}");
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request&) { return std::move(answer); });
};

TEST_F(Send, JoinsAPathToTheBaseUrl)
{
    for (const auto& [path, url] : {std::pair<const char*, const char*>{"/items/3", "http://api.test/v1/items/3"},
             {"items?x=http://other.test/", "http://api.test/v1/items?x=http://other.test/"},
             {"http://api.test/v2", "http://api.test/v2"}, {"https://other.test/", "https://other.test/"},
             {"", "http://api.test/v1"}})
    {
        answer = respond(201);
        EXPECT_EQ(sent(api(), request("DELETE", path)).status, 201U);
        EXPECT_EQ(server->sent.back().url, url);
        EXPECT_EQ(server->sent.back().method, "DELETE");
    }
}

TEST_F(Send, AStatusThatIsNoSuccessIsAnError)
{
    answer = respond(409, R"({"error": "it was changed meanwhile"})");
    request change("PATCH", "/items/3?token=abc");
    const error e = refused(api(), change);
    EXPECT_EQ(e.kind(), errc::unexpected_status);
    EXPECT_EQ(e.context().status, 409U);
    EXPECT_EQ(e.context().method, "PATCH");
    EXPECT_EQ(e.context().url, "http://api.test/v1/items/3?token=***");
    EXPECT_NE(e.message().find("it was changed meanwhile"), std::string::npos) << e.what();
    EXPECT_NE(e.hint().find("read it anew"), std::string::npos) << e.what();
    answer = respond(405);
    EXPECT_NE(refused(api(), change).hint().find("does not take this method"), std::string::npos);

    for (const unsigned status : {401U, 403U}) {
        answer = respond(status);
        EXPECT_EQ(refused(api(), change).kind(), errc::unauthorized);
    }
    for (const unsigned status : {302U, 304U, 404U, 429U, 500U}) {
        answer = respond(status);
        const error other = refused(api(), change);
        EXPECT_EQ(other.kind(), errc::unexpected_status);
        EXPECT_FALSE(other.hint().empty());
        EXPECT_EQ(other.hint().find("child"), std::string::npos) << other.what();
    }
}

TEST_F(Send, ExchangeGivesTheResponseNevertheless)
{
    answer = respond(404, "none");
    const response got = run(context, api().exchange(request("GET", "/items/3")));
    EXPECT_EQ(got.status, 404U);
    EXPECT_EQ(got.body.view(), "none");
    EXPECT_EQ(status_error(got).kind(), errc::unexpected_status);
}

TEST_F(Send, GoesThroughTheLayers)
{
    int n = 0;
    const auto unreliable = std::make_shared<scripted_transport>(
        [&n](const request&) { return ++n % 2 == 1 ? respond(503) : respond(200, "{}"); });
    const client layered = client(context.get_executor(), any_transport(unreliable), "http://api.test")
        | authorize(bearer("token-1234")) | retry(backoff().factor(std::chrono::milliseconds(1)));
    request change("PUT", "/items/3");
    change.body = R"({"name": "new"})";
    EXPECT_EQ(sent(layered, change).attempts, 2U);
    EXPECT_EQ(unreliable->sent[1].headers.find("Authorization"), "Bearer token-1234");
    EXPECT_EQ(unreliable->sent[1].body, change.body);
    change.method = "PATCH"; // which is not repeated, unless it is said that it may be
    EXPECT_EQ(refused(layered, change).context().status, 503U);
    ++n;
    change.idempotent = true;
    EXPECT_EQ(sent(layered, change).attempts, 2U);
}

TEST_F(Send, SendsAChangeOverARealConnection)
{
    scripted_server peer(script().receive().send(ok("{\"id\": 3}")).repeat());
    const client real = http_client(context.get_executor(), peer.url("/v1"), options);
    request change("PATCH", "/items/3");
    change.body = R"({"name": "new"})";
    change.headers.set("Content-Type", "application/json");
    EXPECT_EQ(sent(real, change).body.view(), "{\"id\": 3}");
    const std::string text = peer.requests().at(0);
    EXPECT_EQ(text.substr(0, text.find("\r\n")), "PATCH /v1/items/3 HTTP/1.1");
    EXPECT_EQ(text.substr(text.find("\r\n\r\n") + 4), change.body);
}

} // namespace

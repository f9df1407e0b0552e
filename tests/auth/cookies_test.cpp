/// \file
/// The layer that sends cookies back, over real connections where it matters.

#include <corest/auth/api_key.hpp>
#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/auth/cookies.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/http/trace.hpp>

#include <support/certificates.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cookie_layer_tests {

namespace {

using namespace std::chrono_literals;
using corest::client;
using corest::request;
using corest::response;
using testing::HasSubstr;
using testing::Not;

/// The Cookie field of a request as it came.
std::string cookie_of(const std::string& text)
{
    const std::string name = "\r\nCookie: ";
    const auto begin = text.find(name);
    return begin == std::string::npos
        ? ""
        : text.substr(begin + name.size(), text.find("\r\n", begin + name.size()) - begin - name.size());
}

class Cookies : public testing::Test {
protected:
    response get(const client& c, const std::string& path) { return run(context, c.exchange(request("GET", path))); }

    corest::net::io_context context;
};

TEST_F(Cookies, GoBackToTheServerThatSetThem)
{
    scripted_server server(script()
            .receive()
            .send(ok("[]", "Set-Cookie: sid=31d4d96e; Path=/\r\nSet-Cookie: part=1; Path=/a\r\n"))
            .receive()
            .send(ok("[]", "Set-Cookie: sid=; Path=/; Max-Age=0\r\n"))
            .receive()
            .send(ok("[]")));
    {
        const client c = corest::http_client(context.get_executor(), server.url("")) | corest::cookies();
        get(c, "/a/1");
        get(c, "/a/2");
        get(c, "/b");
    }
    const auto seen = server.requests();
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(cookie_of(seen[0]), "");
    EXPECT_EQ(cookie_of(seen[1]), "part=1; sid=31d4d96e");
    EXPECT_EQ(cookie_of(seen[2]), "");
}

TEST_F(Cookies, OfARedirectAreKeptAndNoneGoesToAnotherOrigin)
{
    scripted_server files(script().receive().send(ok("[]", "Set-Cookie: theirs=2; Path=/\r\n")).repeat());
    scripted_server server(script()
            .receive()
            .send("HTTP/1.1 302 Found\r\nLocation: /there\r\nSet-Cookie: mine=1; Path=/\r\nContent-Length: 0\r\n\r\n")
            .receive()
            .send("HTTP/1.1 302 Found\r\nLocation: " + files.url("/file") + "\r\nContent-Length: 0\r\n\r\n")
            .receive()
            .send(ok("[]")));
    {
        corest::http_options options;
        options.allowed_origins = {files.url("")};
        const client c = corest::http_client(context.get_executor(), server.url(""), options) | corest::cookies()
            | corest::authorize(corest::bearer("t0ken"));
        EXPECT_EQ(get(c, "/here").url, files.url("/file"));
        get(c, "/more");
    }
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(cookie_of(server.requests()[1]), "mine=1");
    EXPECT_EQ(cookie_of(server.requests()[2]), "mine=1");
    ASSERT_EQ(files.requests().size(), 1U);
    EXPECT_EQ(cookie_of(files.requests()[0]), "");
    EXPECT_THAT(files.requests()[0], Not(HasSubstr("t0ken")));
}

TEST_F(Cookies, AnApiKeyInACookieStandsBesideThem)
{
    scripted_server server(script()
            .receive()
            .send(ok("[]", "Set-Cookie: sid=31d4d96e; Path=/\r\nSet-Cookie: key=theirs; Path=/\r\n"))
            .receive()
            .send(ok("[]")));
    {
        const client c = corest::http_client(context.get_executor(), server.url("")) | corest::cookies()
            | corest::authorize(corest::api_key("key", "m y", corest::api_key::location::cookie));
        get(c, "/1");
        get(c, "/2");
    }
    EXPECT_EQ(cookie_of(server.requests()[0]), "key=m%20y");
    EXPECT_EQ(cookie_of(server.requests()[1]), "key=m%20y; sid=31d4d96e") << "one field, the key as it was given";
}

TEST_F(Cookies, OverTlsAreSecure)
{
    const certificate_chain chain;
    scripted_server server(
        script().receive().send(ok("[]", "Set-Cookie: __Host-sid=31d4d96e; Path=/; Secure\r\n")).repeat(),
        tls_wish(chain.own));
    {
        corest::http_options options;
        options.ca_pem = chain.root.pem();
        const client c = corest::http_client(context.get_executor(), server.url(""), options) | corest::cookies();
        get(c, "/1");
        get(c, "/2");
    }
    EXPECT_EQ(cookie_of(server.requests()[1]), "__Host-sid=31d4d96e");
}

TEST_F(Cookies, EndByTheClock)
{
    const auto clock = std::make_shared<manual_clock>();
    const auto server = std::make_shared<scripted_transport>(
        [](const request&) { return respond(200, "[]", {{"Set-Cookie", "a=b; Max-Age=60"}}); });
    const client c = client(context.get_executor(), corest::any_transport(server), "https://api.test")
        | corest::cookies().clock(clock);
    get(c, "/1");
    clock->elapsed += 59s;
    get(c, "/2");
    clock->elapsed += 60s;
    get(c, "/3");
    EXPECT_EQ(server->sent[1].headers.find("Cookie"), "a=b");
    EXPECT_FALSE(server->sent[2].headers.contains("Cookie"));
}

TEST_F(Cookies, TheirValuesShowInNoMessage)
{
    const auto server = std::make_shared<scripted_transport>([](const request& r) {
        return respond(r.url.ends_with("/1") ? 200 : 404, "no session 31d4d96e407aad42",
            {{"Set-Cookie", "sid=31d4d96e407aad42; Path=/"}});
    });
    std::string seen;
    const client c = client(context.get_executor(), corest::any_transport(server), "https://api.test")
        | corest::trace([&](const corest::traced_exchange& one) {
              for (const corest::headers* fields : {&one.headers, &one.response_headers}) {
                  for (const corest::header& field : *fields) {
                      seen += field.name + ": " + field.value + "\n";
                  }
              }
          })
        | corest::cookies();
    get(c, "/1");
    try {
        run(context, c.send(request("GET", "/2")));
        FAIL();
    } catch (const corest::error& e) {
        EXPECT_THAT(e.what(), HasSubstr("no session ***"));
    }
    EXPECT_THAT(seen, HasSubstr("Cookie: ***\n"));
    EXPECT_THAT(seen, HasSubstr("Set-Cookie: ***\n"));
    EXPECT_THAT(seen, Not(HasSubstr("31d4")));
}

TEST_F(Cookies, ClientsOnSeveralThreadsShareThem)
{
    constexpr int requests = 200;
    corest::cookies shared;
    std::atomic<int> with_cookie = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            corest::net::io_context own;
            const auto server = std::make_shared<scripted_transport>([&, t](const request& r) {
                with_cookie += r.headers.contains("Cookie") ? 1 : 0;
                return respond(
                    200, "[]", {{"Set-Cookie", "c" + std::to_string(t) + "=" + std::to_string(t) + "; Path=/"}});
            });
            const client c = client(own.get_executor(), corest::any_transport(server), "https://api.test") | shared;
            for (int i = 0; i < requests; ++i) {
                run(own, c.exchange(request("GET", "/" + std::to_string(i))));
            }
        });
    }
    for (std::thread& one : threads) {
        one.join();
    }
    EXPECT_GE(with_cookie, 4 * (requests - 1));
}

} // namespace

} // namespace cookie_layer_tests

#include <corest/auth/authorize.hpp>
#include <corest/auth/cookies.hpp>
#include <corest/auth/session_login.hpp>
#include <corest/error.hpp>
#include <corest/net.hpp>
#include <corest/retry/retry.hpp>

#include <support/certificates.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(strand.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace session_tests {

namespace {

using namespace std::chrono_literals;
using corest::api_key;
using corest::client;
using corest::request;
using corest::response;
using corest::session_login;
using testing::HasSubstr;
using testing::Not;

/// A login with a password.
request password_login()
{
    request login("POST", "/login");
    login.headers.set("Content-Type", "application/json");
    login.body = R"({"user":"reader","password":"hunter22"})";
    return login;
}

/// A server whose sessions are numbered, and of which the last one is alive.
class Session : public testing::Test {
protected:
    client api(session_login how)
    {
        return client(context.get_executor(), corest::any_transport(server), "https://api.test/v1/")
            | corest::authorize(how.clock(clock));
    }
    static session_login token() { return session_login(password_login(), {"hunter22"}).token_path("session.id"); }
    response get(const client& c, const std::string& path = "things")
    {
        return run(context, c.exchange(request("GET", path)));
    }
    std::string failure(const client& c)
    {
        try {
            (void)get(c);
            return "no error";
        } catch (const corest::error& e) {
            EXPECT_EQ(e.kind(), corest::errc::token_failed);
            return e.what();
        }
    }

    response answer(const request& r)
    {
        if (r.method == "POST") {
            logins.push_back(r);
            ++session;
            return login_answer();
        }
        const std::string wanted = accepts(session);
        const bool good = r.url.find(wanted) != std::string::npos || r.headers.joined("X-Session") == wanted
            || r.headers.joined("Authorization") == wanted || r.headers.joined("Cookie") == wanted;
        return good && alive ? respond(200, "[]") : respond(401);
    }

    corest::net::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
    std::vector<request> logins;
    int session = 0;
    bool alive = true;
    std::function<std::string(int)> accepts = [](int n) { return "s3ssion" + std::to_string(n); };
    std::function<response()> login_answer = [this] {
        return respond(200, R"({"session":{"id":"s3ssion)" + std::to_string(session) + R"("}})");
    };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Session, ATokenOfTheLoginSignsTheOthers)
{
    const client c = api(token().name("X-Session"));
    EXPECT_EQ(get(c).status, 200U);
    EXPECT_EQ(get(c).status, 200U);
    ASSERT_EQ(logins.size(), 1U);
    EXPECT_EQ(logins[0].url, "https://api.test/v1/login");
    EXPECT_EQ(logins[0].body, R"({"user":"reader","password":"hunter22"})");
    EXPECT_EQ(server->sent[1].headers.find("X-Session"), "s3ssion1");
}

TEST_F(Session, TheTokenGoesWhereItIsToldTo)
{
    accepts = [](int n) { return "Bearer s3ssion" + std::to_string(n); };
    EXPECT_EQ(get(api(token().text("Bearer {token}"))).status, 200U);
    accepts = [](int n) { return "sid=s3ssion" + std::to_string(n); };
    EXPECT_EQ(get(api(token().name("sid").location(api_key::location::query))).status, 200U);
    EXPECT_EQ(get(api(token().name("sid").location(api_key::location::cookie))).status, 200U);
    EXPECT_EQ(server->sent.back().headers.find("Cookie"), "sid=s3ssion3");
    EXPECT_THROW(token().text("Bearer"), corest::error);
}

TEST_F(Session, IsOpenedOnceForAllAndAgainOnceForAll)
{
    const client c = api(token());
    const auto start = [&] {
        std::vector<unsigned> statuses;
        for (int i = 0; i < 20; ++i) {
            corest::net::co_spawn(context, c.exchange(request("GET", std::to_string(i))),
                [&](std::exception_ptr e, const response& r) { statuses.push_back(e ? 0 : r.status); });
        }
        context.restart();
        context.run();
        EXPECT_EQ(statuses, std::vector<unsigned>(20, 200U));
    };
    start();
    EXPECT_EQ(logins.size(), 1U);
    ++session; // the server has forgotten it
    accepts = [](int n) { return n == 2 ? "none" : "s3ssion" + std::to_string(n); };
    start();
    EXPECT_EQ(logins.size(), 2U);
}

TEST_F(Session, IsOpenedAgainWhereItWasRefusedWhereverItStands)
{
    using enum api_key::location;
    for (const auto place : {header, query, cookie}) {
        accepts = [](int n) { return "s3ssion" + std::to_string(n); };
        if (place == cookie) {
            accepts = [](int n) { return "sid=s3ssion" + std::to_string(n); };
        }
        const client c = api(token().name(place == header ? "X-Session" : "sid").location(place));
        EXPECT_EQ(get(c).status, 200U);
        const std::size_t before = logins.size();
        ++session;
        EXPECT_EQ(get(c).status, 200U);
        EXPECT_EQ(logins.size(), before + 1);
    }
}

TEST_F(Session, ALoginThatHelpsNotIsGivenUp)
{
    alive = false;
    EXPECT_EQ(get(api(token())).status, 401U);
    EXPECT_EQ(logins.size(), 2U);
}

TEST_F(Session, ALoginsFailureSaysThatItIsOneAndNamesItsRemedyOnce)
{
    login_answer = []() -> response {
        throw corest::error(corest::errc::limit_exceeded, "too large", "Raise", corest::remedy::body_limit);
    };
    try {
        (void)get(api(token()));
        ADD_FAILURE() << "no error";
    } catch (const corest::error& e) {
        EXPECT_EQ(e.hint(), "This was the login. Raise http_options::body_limit");
    }
}

TEST_F(Session, IsOpenedAgainShortlyBeforeItEnds)
{
    const client c = api(token().lifetime(600s));
    get(c);
    clock->elapsed += 539s;
    get(c);
    EXPECT_EQ(logins.size(), 1U);
    clock->elapsed += 1s;
    get(c);
    EXPECT_EQ(logins.size(), 2U);
}

TEST_F(Session, WithoutATokenItIsTheCookiesOfTheLogin)
{
    accepts = [](int n) { return "sid=s3ssion" + std::to_string(n) + "; b=2"; };
    for (const unsigned status : {200U, 302U}) {
        login_answer = [this, status] {
            response made = respond(status, "",
                {{"Set-Cookie", "sid=s3ssion" + std::to_string(session) + "; Path=/"}, {"Set-Cookie", "b=2; Path=/v1"},
                    {"Set-Cookie", "c=3; Path=/v2"}, {"Location", "/welcome"}});
            made.url = "https://api.test/login";
            return made;
        };
        const client c = api(session_login(password_login()));
        accepts = [](int n) { return "b=2; sid=s3ssion" + std::to_string(n); };
        EXPECT_EQ(get(c).status, 200U) << status;
        const std::size_t before = logins.size();
        ++session;
        EXPECT_EQ(get(c).status, 200U);
        EXPECT_EQ(logins.size(), before + 1);
    }
}

TEST_F(Session, ALoginThatFailsIsAnErrorThatShowsNothingOfIt)
{
    login_answer = [] { return respond(403, R"({"error":"hunter22 is wrong"})"); };
    EXPECT_EQ(failure(api(token())),
        "the login was refused (POST https://api.test/v1/login, status 403). Check its address, and the user and "
        "password "
        "that it sends.");
    for (const char* body : {"<html>s3ssion</html>", "{}", R"({"session":{"id":null}})", R"({"session":{"id":""}})",
             R"({"session":{"id":{"s3ssion":1}}})"})
    {
        login_answer = [body] { return respond(200, body); };
        const std::string text = failure(api(token()));
        EXPECT_THAT(
            text, HasSubstr("the login's answer has no token at '$.session.id' (a text or a number was expected)"));
        EXPECT_THAT(text, Not(HasSubstr("s3ssion"))) << body;
    }
    login_answer = [] { return respond(302, "", {{"Location", "/sso"}}); };
    EXPECT_THAT(failure(api(token())), HasSubstr("the login was refused (POST https://api.test/v1/login, status 302)"));
    login_answer = [] {
        response made = respond(200, "{}");
        made.url = "https://api.test/login";
        return made;
    };
    EXPECT_THAT(failure(api(session_login(password_login()))), HasSubstr("sets no cookie for https://api.test/v1"));
}

TEST_F(Session, ALoginThatFailsForNowIsTriedAgain)
{
    int calls = 0;
    const auto good = login_answer;
    login_answer = [&calls, good] { return ++calls < 3 ? respond(503) : good(); };
    EXPECT_EQ(get(api(token()) | corest::retry().clock(clock)).status, 200U);
    EXPECT_EQ(calls, 3);
}

TEST_F(Session, ItsSecretsAreTheSessionAndWhatTheLoginHolds)
{
    session_login how = token();
    EXPECT_THAT(how.secrets(), testing::ElementsAre("hunter22", ""));
    (void)get(api(how));
    EXPECT_THAT(how.secrets(), testing::ElementsAre("hunter22", "s3ssion1"));
    const auto echo = std::make_shared<scripted_transport>([](const request& r) {
        return r.method == "POST" ? respond(200, R"({"session":{"id":"s3ssion77"}})") : respond(404, "no s3ssion77");
    });
    const client c =
        client(context.get_executor(), corest::any_transport(echo), "https://api.test") | corest::authorize(token());
    EXPECT_EQ(get(c).body.view(), "no ***");
}

TEST_F(Session, IsSharedByClientsOnSeveralThreads)
{
    std::atomic<int> opened = 0;
    const session_login shared = token();
    corest::net::io_context first;
    auto work = corest::net::make_work_guard(first);
    const auto reply = [&](const request& r) {
        if (r.method == "POST") {
            return respond(200, R"({"session":{"id":"s3ssion)" + std::to_string(++opened) + "\"}}");
        }
        return respond(r.headers.joined("Authorization").starts_with("s3ssion") ? 200 : 401, "[]");
    };
    std::vector<std::thread> threads;
    std::atomic<int> done = 0;
    std::atomic<int> good = 0;
    const corest::any_authenticator one(shared);
    threads.emplace_back([&] { first.run(); });
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            const client c = client(corest::net::make_strand(first.get_executor()),
                                 corest::any_transport(std::make_shared<scripted_transport>(reply)), "https://api.test")
                | corest::authorize(one);
            corest::net::io_context own;
            for (int i = 0; i < 20; ++i) {
                good += run(own, c.exchange(request("GET", "/" + std::to_string(i)))).status == 200 ? 1 : 0;
            }
            if (++done == 3) {
                work.reset();
            }
        });
    }
    for (std::thread& t : threads) {
        t.join();
    }
    EXPECT_LE(opened, 3) << "at most once for each client, where they begin at the same moment";
    EXPECT_GE(opened, 1);
    EXPECT_EQ(good, 60);
}

TEST_F(Session, OverTlsCookiesOfTheLoginStandBesideTheOthers)
{
    const certificate_chain chain;
    scripted_server real(
        script()
            .receive()
            .send("HTTP/1.1 303 See Other\r\nLocation: /home\r\nSet-Cookie: sid=s3ssion; Path=/; Secure; "
                  "HttpOnly\r\nContent-Length: 0\r\n\r\n")
            .receive()
            .send(ok("[]", "Set-Cookie: sid=anonymous; Path=/\r\nSet-Cookie: more=1; Path=/\r\n"))
            .receive()
            .send(ok("[]")),
        tls_wish(chain.own));
    {
        corest::http_options options;
        options.ca_pem = chain.root.pem();
        const client c = corest::http_client(context.get_executor(), real.url(""), options) | corest::cookies()
            | corest::authorize(session_login(password_login(), {"hunter22"}));
        EXPECT_EQ(get(c, "/1").status, 200U);
        EXPECT_EQ(get(c, "/2").status, 200U);
    }
    const auto seen = real.requests();
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_THAT(seen[0], HasSubstr("POST /login HTTP/1.1"));
    EXPECT_THAT(seen[0], HasSubstr("hunter22"));
    EXPECT_THAT(seen[1], HasSubstr("\r\nCookie: sid=s3ssion\r\n"));
    EXPECT_THAT(seen[2], HasSubstr("\r\nCookie: sid=s3ssion; more=1\r\n")) << "the session is the login's";
}

} // namespace

} // namespace session_tests

#include "http/http_test.hpp"

#include "support/certificates.hpp"

#include <corest/auth/api_key.hpp>
#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/auth/conceal.hpp>
#include <corest/clock.hpp>
#include <corest/http/client.hpp>
#include <corest/http/observe.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

#include <support/manual_clock.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace corest;
using namespace std::chrono_literals;

/// Writes down everything, a line each.
class diary {
public:
    void on_request_begin(const request_begin& e) { add(e.request, "begin " + e.method + " " + e.url); }
    void on_request_end(const request_end& e)
    {
        EXPECT_GT(e.duration.count(), 0);
        add(e.request,
            "end " + e.method + " " + e.url + " " + (e.cancelled ? "cancelled" : std::to_string(e.status))
                + " attempts " + std::to_string(e.attempts) + " bytes " + std::to_string(e.bytes)
                + (e.failure ? " failed: " + e.reason : ""));
    }
    void on_retry(const retry_event& e)
    {
        add(e.request, "retry after " + std::to_string(e.attempt) + ": " + e.reason);
    }
    void on_wait(const wait_event& e)
    {
        EXPECT_GT(e.duration.count(), 0);
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(e.duration).count();
        add(e.request,
            e.reason == wait_event::cause::connection ? "wait for a connection"
                                                      : "wait " + std::to_string(seconds) + " s for the rate limit");
    }
    void on_dial(const dial_event& e)
    {
        EXPECT_GT(e.duration.count(), 0);
        EXPECT_FALSE(e.port.empty());
        add(e.request, "dial " + e.host + (e.failure.empty() ? "" : " failed: " + e.failure));
    }
    void on_tls(const tls_event& e)
    {
        EXPECT_GT(e.duration.count(), 0);
        add(e.request,
            "tls " + e.host + " " + e.version + (e.resumed ? " resumed" : "")
                + (e.failure.empty() ? "" : "failed: " + e.failure));
    }
    void on_connection(const connection_event& e) { add(e.request, e.reused ? "reuse" : "open"); }
    void on_page(const page_event& e)
    {
        add(0,
            "page " + std::to_string(e.number) + " of " + e.resource + ": " + std::to_string(e.records) + " records, "
                + std::to_string(e.bytes) + " bytes" + (e.last ? ", the last" : "") + " " + e.url);
    }

    std::vector<std::string> lines;
    std::vector<std::uint64_t> numbers;

private:
    void add(std::uint64_t number, std::string line)
    {
        numbers.push_back(number);
        lines.push_back(std::move(line));
    }
};

/// Has one member, and is called for that only.
class failures_only {
public:
    void on_request_end(const request_end&)
    {
        ++ends;
        throw std::runtime_error("an observer is not part of the work");
    }
    int ends = 0;
};

/// Would be called, if it could.
class nothing {
public:
    void on_anything(int);
};

static_assert(observer<diary>);
static_assert(observer<failures_only>);
static_assert(!observer<nothing>);

class Observer : public HttpTest {
protected:
    response send(const client& api, request r) { return run(context, api.send(std::move(r))); }

    client scripted(scripted_transport::answer script)
    {
        return {context.get_executor(), any_transport(std::make_shared<scripted_transport>(std::move(script))),
            "http://api.test"};
    }

    std::shared_ptr<diary> seen = std::make_shared<diary>();
};

using line_list = std::vector<std::string>;

TEST_F(Observer, SeesARequestFromItsConnectionToItsEnd)
{
    scripted_server server(script().receive().send(ok("{}")).repeat());
    const client api = http_client(context.get_executor(), server.url(""), options) | observe(seen);
    send(api, request("GET", "/a"));
    send(api, request("GET", "/b"));
    const std::string base = server.url("");
    EXPECT_EQ(seen->lines,
        (line_list{"begin GET " + base + "/a", "open", "dial 127.0.0.1",
            "end GET " + base + "/a 200 attempts 1 bytes 2", "begin GET " + base + "/b", "reuse",
            "end GET " + base + "/b 200 attempts 1 bytes 2"}));
    ASSERT_EQ(seen->numbers.size(), 7U);
    EXPECT_EQ(seen->numbers[3], seen->numbers[0]);
    EXPECT_EQ(seen->numbers[4], seen->numbers[6]);
    EXPECT_NE(seen->numbers[4], seen->numbers[0]);
}

TEST_F(Observer, SeesTheHandshake)
{
    const certificate_chain chain;
    scripted_server server(script().receive().send(ok("{}")).repeat(), tls_wish(chain.own));
    options.ca_pem = chain.root.pem();
    send(http_client(context.get_executor(), server.url(""), options) | observe(seen), request("GET", "/"));
    ASSERT_EQ(seen->lines.size(), 5U);
    EXPECT_EQ(seen->lines[3], "tls 127.0.0.1 TLSv1.3");

    options.pinned_keys = {certificate(certificate_wish()).pin()};
    seen->lines.clear();
    const client api = http_client(context.get_executor(), server.url(""), options) | observe(seen);
    EXPECT_THROW(send(api, request("GET", "/")), error);
    ASSERT_EQ(seen->lines.size(), 5U);
    EXPECT_EQ(seen->lines[3].substr(0, 36), "tls 127.0.0.1 failed: the server 127");
    EXPECT_NE(seen->lines[4].find("failed: the server 127.0.0.1 has none of the keys"), std::string::npos);
}

TEST_F(Observer, SeesNoHostThatIsASecret)
{
    scripted_server server(script().receive().send(ok("{}")));
    send(http_client(context.get_executor(), server.url(""), options) | authorize(bearer("127.0.0.1")) | observe(seen),
        request("GET", "/"));
    EXPECT_NE(std::find(seen->lines.begin(), seen->lines.end(), "dial ***"), seen->lines.end());
}

TEST_F(Observer, SeesThatAHandshakeResumesASession)
{
    const certificate_chain chain;
    scripted_server server(script().receive().send(ok("{}")), tls_wish(chain.own));
    options.ca_pem = chain.root.pem();
    const client api = http_client(context.get_executor(), server.url(""), options) | observe(seen);
    send(api, request("GET", "/"));
    send(api, request("GET", "/"));
    EXPECT_EQ(std::count(seen->lines.begin(), seen->lines.end(), "tls 127.0.0.1 TLSv1.3"), 1);
    EXPECT_EQ(std::count(seen->lines.begin(), seen->lines.end(), "tls 127.0.0.1 TLSv1.3 resumed"), 1);
}

TEST_F(Observer, SeesAConnectionThatCannotBeMade)
{
    std::string address;
    {
        scripted_server gone((script()));
        address = gone.url("");
    }
    const client api = http_client(context.get_executor(), address, options) | observe(seen);
    EXPECT_THROW(send(api, request("GET", "/")), error);
    ASSERT_EQ(seen->lines.size(), 4U);
    EXPECT_NE(seen->lines[2].find("failed: no connection to 127.0.0.1"), std::string::npos) << seen->lines[2];
    EXPECT_NE(seen->lines[3].find("0 attempts 0 bytes 0 failed: no connection"), std::string::npos) << seen->lines[3];
}

TEST_F(Observer, SeesWhoWaitsForAConnection)
{
    scripted_server server(script().receive().pause(20ms).send(ok("{}")).repeat());
    options.connections_per_origin = 1;
    const client api = http_client(context.get_executor(), server.url(""), options) | observe(seen);
    for (int i = 0; i < 2; ++i) {
        net::co_spawn(context, api.send(request("GET", "/")),
            [](const std::exception_ptr& e, const response&) { EXPECT_EQ(e, nullptr); });
    }
    context.run();
    EXPECT_EQ(std::count(seen->lines.begin(), seen->lines.end(), "wait for a connection"), 1);
    EXPECT_EQ(std::count(seen->lines.begin(), seen->lines.end(), "reuse"), 1);
}

TEST_F(Observer, SeesRetriesWhereverItStandsAmongTheLayers)
{
    const auto clock = std::make_shared<manual_clock>();
    for (const bool outermost : {true, false}) {
        int n = 0;
        const client plain =
            scripted([&n](const request&) { return ++n % 3 == 0 ? respond(200, "{}") : respond(503); });
        const auto again = retry(backoff().factor(1ms)).clock(clock).random([] { return 0.5; });
        const client api = outermost ? plain | again | observe(seen) : plain | observe(seen) | again;
        send(api, request("GET", "/"));
        EXPECT_EQ(seen->lines,
            (line_list{"begin GET http://api.test/", "retry after 1: status 503", "retry after 2: status 503",
                "end GET http://api.test/ 200 attempts 3 bytes 2"}));
        seen->lines.clear();
    }
}

TEST_F(Observer, SeesWhoWaitsForTheEndOfARateLimit)
{
    int n = 0;
    const client api = scripted([&n](const request&) {
        return ++n == 1 ? respond(429, "", {{"Retry-After", "7"}}) : respond(200, "{}");
    }) | retry(backoff().factor(1ms)).clock(std::make_shared<manual_clock>())
        | observe(seen);
    request ahead("GET", "/1");
    ahead.speculative = true; // does not wait itself
    EXPECT_EQ(run(context, api.exchange(std::move(ahead))).status, 429U);
    send(api, request("GET", "/2"));
    EXPECT_EQ(seen->lines,
        (line_list{"begin GET http://api.test/1", "end GET http://api.test/1 429 attempts 1 bytes 0",
            "begin GET http://api.test/2", "wait 7 s for the rate limit",
            "end GET http://api.test/2 200 attempts 1 bytes 2"}));
    ASSERT_EQ(seen->numbers.size(), 5U);
    EXPECT_EQ(seen->numbers[3], seen->numbers[2]);
}

TEST_F(Observer, SeesPages)
{
    const client api = scripted([](const request&) { return respond(200, "[1, 2, 3]"); }) | observe(seen);
    const resource things = corest::get(api, "/things") | paginate(single_page()) | named("things");
    const auto read = [](resource all) -> net::awaitable<void> {
        auto pages = all.pages();
        while (auto p = co_await pages.next()) {
        }
    };
    run(context, read(things));
    ASSERT_EQ(seen->lines.size(), 3U);
    EXPECT_EQ(seen->lines[2], "page 1 of things: 3 records, 9 bytes, the last http://api.test/things");
}

TEST_F(Observer, SeesARequestThatIsCancelled)
{
    scripted_server server(script().receive().hold());
    const client api = http_client(context.get_executor(), server.url(""), options) | observe(seen);
    net::cancellation_signal stop;
    bool cancelled = false;
    net::co_spawn(context, api.send(request("GET", "/")),
        net::bind_cancellation_slot(
            stop.slot(), [&](const std::exception_ptr& e, const response&) { cancelled = is_cancellation(e); }));
    while (server.requests().empty()) {
        context.run_one_for(5ms);
    }
    stop.emit(net::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(cancelled);
    ASSERT_FALSE(seen->lines.empty());
    EXPECT_EQ(seen->lines.back(), "end GET " + server.url("/") + " cancelled attempts 1 bytes 0");
}

/// A clock on which nothing comes to an end.
class stopped_clock final : public clock_source {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return {}; }
    [[nodiscard]] std::chrono::system_clock::time_point date() const override { return {}; }
    [[nodiscard]] net::awaitable<void> sleep_until(std::chrono::steady_clock::time_point) override
    {
        const net::any_io_executor executor = co_await net::this_coro::executor;
        net::steady_timer timer(executor, net::steady_timer::time_point::max());
        co_await timer.async_wait(net::use_awaitable);
    }
};

TEST_F(Observer, SeesHowManyAttemptsWereMadeBeforeACancellation)
{
    const auto pause = std::make_shared<rate_pause>();
    const client api = scripted([](const request&) { return respond(503); })
        | retry(backoff().factor(1ms)).clock(std::make_shared<stopped_clock>()).share(pause) | observe(seen);
    for (const char* attempts : {"1", "0"}) { // before the second one, and before the first one, for a rate limit
        net::cancellation_signal stop;
        net::co_spawn(context, api.send(request("GET", "/")),
            net::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&, const response&) {}));
        context.restart();
        context.poll();
        stop.emit(net::cancellation_type::terminal);
        context.run();
        EXPECT_EQ(
            seen->lines.back(), "end GET http://api.test/ cancelled attempts " + std::string(attempts) + " bytes 0");
        pause->raise(std::chrono::steady_clock::time_point(1s));
    }
}

TEST_F(Observer, SeesTheEndOfARequestWhoseContextIsGone)
{
    {
        scripted_server server(script().receive().hold());
        auto own = std::make_unique<net::io_context>();
        const client api = http_client(own->get_executor(), server.url(""), options) | observe(seen);
        net::co_spawn(*own, api.send(request("GET", "/")), [](const std::exception_ptr&, const response&) {});
        for (int i = 0; i < 100; ++i) {
            own->poll();
            std::this_thread::sleep_for(1ms);
        }
        own.reset();
    }
    EXPECT_NE(seen->lines.back().find("cancelled"), std::string::npos);
}

TEST_F(Observer, IsNeverGivenASecret)
{
    const std::string hidden = "t0p-secret/+";
    const auto answer = [&](const request& r) {
        return respond(503, "the key " + hidden + " in " + r.url + " is not welcome");
    };
    const auto clock = std::make_shared<manual_clock>();
    const auto all = {
        scripted(answer) | observe(seen) | authorize(api_key("key", secret(hidden), api_key::location::query))
            | conceal({hidden}),
        scripted(answer) | conceal({hidden}) | authorize(api_key("key", secret(hidden), api_key::location::query))
            | observe(seen),
    };
    for (const client& one : all) {
        const client api = one | retry(backoff().factor(1ms)).clock(clock);
        request r("GET", "/" + percent_encode(hidden) + "/things?token=" + percent_encode(hidden));
        r.headers.set("Authorization", hidden);
        EXPECT_THROW(send(api, r), error);
    }
    EXPECT_GE(seen->lines.size(), 8U);
    for (const std::string& line : seen->lines) {
        EXPECT_EQ(line.find("t0p"), std::string::npos) << line;
    }
}

TEST_F(Observer, MayBeSeveralAndMayThrow)
{
    const auto careless = std::make_shared<failures_only>();
    const client api = scripted([](const request&) { return respond(200, "{}"); }) | observe(careless) | observe(seen);
    send(api, request("GET", "/"));
    EXPECT_EQ(careless->ends, 1);
    EXPECT_EQ(seen->lines.size(), 2U);
    EXPECT_EQ(seen->lines.at(1), "end GET http://api.test/ 200 attempts 1 bytes 2");
}

} // namespace

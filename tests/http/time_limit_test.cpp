#include "http/http_test.hpp"

#include "support/certificates.hpp"
#include "support/full_port.hpp"

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on
#include COREST_ASIO(steady_timer.hpp)

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace corest;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A resolver that never answers.
net::awaitable<std::vector<std::string>> never(std::string, std::string)
{
    net::steady_timer timer(co_await net::this_coro::executor, seconds(600));
    co_await timer.async_wait(net::use_awaitable);
    co_return std::vector<std::string>();
}

class TimeLimit : public HttpTest {
protected:
    /// The limit that a request ends by. It must not end before it, nor much later (a slow machine is forgiven).
    std::string passed_limit(const std::string& url, milliseconds limit)
    {
        const auto begin = std::chrono::steady_clock::now();
        const error e = failure(url);
        const auto took = std::chrono::steady_clock::now() - begin;
        EXPECT_EQ(e.kind(), errc::timeout) << e.what();
        EXPECT_GE(took, limit);
        EXPECT_LT(took, limit + seconds(10));
        const auto quote = e.hint().find('\'');
        const auto end = e.hint().find('\'', quote + 1);
        return end == std::string::npos ? e.what() : e.hint().substr(quote + 1, end - quote - 1);
    }

    static constexpr milliseconds brief{60};
};

TEST_F(TimeLimit, ResolveIsLimited)
{
    options.limits.resolve = brief;
    options.resolver = never;
    EXPECT_EQ(passed_limit("http://api.test/", brief), "resolve");
}

TEST_F(TimeLimit, ConnectIsLimited)
{
    const full_port port;
    options.limits.connect = brief;
    EXPECT_EQ(passed_limit(port.url(), brief), "connect");
}

TEST_F(TimeLimit, TheTlsHandshakeIsLimited)
{
    scripted_server server(script().hold());
    options.limits.tls = brief;
    EXPECT_EQ(passed_limit("https://127.0.0.1:" + std::to_string(server.port()), brief), "tls");
    EXPECT_TRUE(server.all_closed());
}

TEST_F(TimeLimit, TheFirstByteIsLimited)
{
    scripted_server server(script().receive().hold());
    options.limits.first_byte = brief;
    EXPECT_EQ(passed_limit(server.url(), brief), "first_byte");
    EXPECT_TRUE(server.all_closed());
}

TEST_F(TimeLimit, SilenceInTheMiddleIsLimited)
{
    options.limits.idle = brief;
    for (const char* begin : {"HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "HTTP/1.1 200 OK\r\n\r\nhello"})
    {
        scripted_server server(script().receive().send(begin).hold());
        EXPECT_EQ(passed_limit(server.url(), brief), "idle");
        EXPECT_TRUE(server.all_closed());
    }
}

TEST_F(TimeLimit, AServerThatDribblesEndsWithTheTotal)
{
    options.limits.idle = seconds(20);
    options.limits.total = milliseconds(200);
    for (const char* text : {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"}) {
        scripted_server server(script().receive().send(text).trickle(std::string(1000, 'x'), milliseconds(10)));
        EXPECT_EQ(passed_limit(server.url(), milliseconds(200)), "total");
    }
}

TEST_F(TimeLimit, TheTotalCoversEveryStep)
{
    options.limits.total = brief;
    options.resolver = never;
    EXPECT_EQ(passed_limit("http://api.test/", brief), "total");
    const full_port port;
    EXPECT_EQ(passed_limit(port.url(), brief), "total");
    scripted_server server(script().hold());
    EXPECT_EQ(passed_limit("https://127.0.0.1:" + std::to_string(server.port()), brief), "total");
    EXPECT_EQ(passed_limit(server.url(), brief), "total");
}

TEST_F(TimeLimit, TheTotalCoversRedirects)
{
    options.max_redirects = 1'000'000;
    options.limits.total = milliseconds(200);
    scripted_server server(script()
            .receive()
            .pause(milliseconds(10))
            .send("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
            .repeat());
    EXPECT_EQ(passed_limit(server.url(), milliseconds(200)), "total");
}

TEST_F(TimeLimit, ProgressExtendsTheIdleLimitAndZeroIsNone)
{
    scripted_server server(script()
            .receive()
            .send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
            .trickle(std::string(20, 'x'), milliseconds(30)));
    options.limits.idle = milliseconds(400);
    EXPECT_EQ(get(server.url()).body.size(), 20U);
    options.limits.resolve = options.limits.connect = options.limits.first_byte = options.limits.idle =
        options.limits.total = milliseconds(0);
    EXPECT_EQ(get(server.url()).body.size(), 20U);
}

TEST_F(TimeLimit, AFailedTryIsFollowedByTheNextAddress)
{
    scripted_server server(script().receive().send(ok("{}")).repeat());
    const std::string url = "http://api.test:" + std::to_string(server.port()) + "/";
    options.resolver = [](std::string, std::string) -> net::awaitable<std::vector<std::string>> {
        std::vector<std::string> found;
        found.emplace_back("::1"); // nothing listens there
        found.emplace_back("127.0.0.2");
        found.emplace_back("127.0.0.1");
        co_return found;
    };
    EXPECT_EQ(get(url).status, 200U);
    // 192.0.2.1 (RFC 5737) answers nothing at all, or the network says at once that there is no way to it.
    options.resolver = [](std::string, std::string) -> net::awaitable<std::vector<std::string>> {
        std::vector<std::string> found;
        found.emplace_back("192.0.2.1");
        found.emplace_back("127.0.0.1");
        co_return found;
    };
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(get(url).status, 200U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(8));
}

TEST_F(TimeLimit, SaysThatANameHasNoAddress)
{
    options.resolver = [](std::string, std::string) -> net::awaitable<std::vector<std::string>> {
        co_return std::vector<std::string>();
    };
    EXPECT_EQ(failure("http://api.test/").kind(), errc::resolve_failed);
    options.resolver = [](std::string host, std::string) -> net::awaitable<std::vector<std::string>> {
        throw std::runtime_error("no directory for " + host);
        co_return std::vector<std::string>();
    };
    EXPECT_EQ(failure("http://api.test/").context().cause, "no directory for api.test");
    options.resolver = nullptr;
    const error e = failure("http://no-such-host.invalid/");
    EXPECT_EQ(e.kind(), errc::resolve_failed);
    EXPECT_NE(e.hint().find("spelling of the host"), std::string::npos);
}

// --- Cancellation

class Cancellation : public HttpTest {
protected:
    /// Starts a request, runs until `ready`, cancels it. It must end at once, with nothing left in the context.
    void cancel(const std::string& url, const std::function<bool()>& ready)
    {
        http_transport through = transport();
        net::cancellation_signal signal;
        std::exception_ptr failure;
        bool done = false;
        net::co_spawn(context, through.send(request("GET", url)),
            net::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e, response) {
                failure = e;
                done = true;
            }));
        context.restart();
        for (int i = 0; i < 1000 && !ready(); ++i) {
            context.run_one_for(milliseconds(5));
        }
        context.poll();
        ASSERT_FALSE(done) << describe(failure);
        signal.emit(net::cancellation_type::terminal);
        const auto begin = std::chrono::steady_clock::now();
        context.restart();
        context.run();
        EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(2));
        EXPECT_TRUE(done);
        EXPECT_TRUE(is_cancellation(failure)) << describe(failure);
        EXPECT_EQ(through.stats().open, 0U);
        EXPECT_EQ(through.stats().in_flight, 0U);
    }
};

TEST_F(Cancellation, WhileResolving)
{
    options.resolver = never;
    cancel("http://api.test/", [] { return true; });
}

TEST_F(Cancellation, WhileConnecting)
{
    const full_port port;
    cancel(port.url(), [] { return true; });
}

TEST_F(Cancellation, DuringTheTlsHandshake)
{
    scripted_server server(script().hold());
    cancel("https://127.0.0.1:" + std::to_string(server.port()), [&] { return server.connections() == 1; });
    EXPECT_TRUE(server.all_closed());
}

TEST_F(Cancellation, WaitingForTheFirstByte)
{
    scripted_server server(script().receive().hold());
    cancel(server.url(), [&] { return server.requests().size() == 1; });
    EXPECT_TRUE(server.all_closed());
}

TEST_F(Cancellation, InTheMiddleOfTheBody)
{
    options.verify_peer = false;
    for (const bool tls : {false, true}) {
        for (const char* begin : {"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nhel"})
        {
            script plan = script().receive().send(begin).hold();
            const auto server = tls ? std::make_unique<scripted_server>(std::move(plan), any_tls())
                                    : std::make_unique<scripted_server>(std::move(plan));
            int turns = 0;
            cancel(server->url(), [&] { return server->requests().size() == 1 && ++turns > 5; });
            EXPECT_TRUE(server->all_closed());
        }
    }
}

TEST_F(Cancellation, BeforeItBegins)
{
    scripted_server server(script().receive().send(ok("{}")));
    http_transport through = transport();
    net::cancellation_signal signal;
    std::exception_ptr failure;
    net::co_spawn(context, through.send(request("GET", server.url())),
        net::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e, response) { failure = e; }));
    signal.emit(net::cancellation_type::terminal);
    context.restart();
    context.run();
    EXPECT_TRUE(is_cancellation(failure)) << describe(failure);
    EXPECT_EQ(through.stats().open, 0U);
}

TEST_F(HttpTest, TheContextMayGoAwayWithRequestsInFlight)
{
    scripted_server server(script().receive().hold());
    http_options limited = options;
    limited.connections_per_origin = 2;
    auto other = std::make_unique<net::io_context>();
    {
        http_transport through(other->get_executor(), limited);
        for (int i = 0; i < 4; ++i) {
            net::co_spawn(*other, through.send(request("GET", server.url())), [](std::exception_ptr, response) {});
        }
    }
    while (server.requests().size() < 2) {
        other->run_one_for(milliseconds(10));
    }
    other.reset();
    EXPECT_TRUE(server.all_closed());
}

} // namespace

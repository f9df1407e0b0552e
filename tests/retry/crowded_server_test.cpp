/// \file
/// A server on a socket that answers the later the more it is asked at once: requests at once become fewer.

#include <corest/http/client.hpp>
#include <corest/net.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/adaptive_concurrency.hpp>

#include <support/run.hpp>

#include COREST_ASIO(buffer.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(read_until.hpp)
#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(write.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>

namespace crowded_server_tests {

namespace {

namespace net = corest::net;
using net::ip::tcp;

/// How many requests are under way, and the most there were.
class load {
public:
    std::size_t now = 0;
    std::size_t most = 0;
};

/// A list of parents; of each a child, whose answer takes a tenth of a second for each one that is under way.
net::awaitable<void> serve(tcp::socket peer, load& children)
{
    std::string text;
    for (;;) {
        corest::error_code ec;
        const std::size_t size = co_await net::async_read_until(
            peer, net::dynamic_buffer(text), "\r\n\r\n", net::redirect_error(net::use_awaitable, ec));
        if (ec) {
            co_return;
        }
        const bool is_child = text.starts_with("GET /parents/");
        text.erase(0, size);
        std::string body = R"([{"id": 1}])";
        if (is_child) {
            ++children.now;
            children.most = std::max(children.most, children.now);
            net::steady_timer timer(co_await net::this_coro::executor);
            timer.expires_after(std::chrono::milliseconds(100) * children.now);
            co_await timer.async_wait(net::use_awaitable);
            --children.now;
        } else {
            body = "[";
            for (int i = 0; i < 40; ++i) {
                body += (i == 0 ? "" : ",") + (R"({"id": )" + std::to_string(i) + "}");
            }
            body += "]";
        }
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + std::to_string(body.size()) + "\r\n\r\n" + body;
        co_await net::async_write(peer, net::buffer(answer), net::redirect_error(net::use_awaitable, ec));
        if (ec) {
            co_return;
        }
    }
}

net::awaitable<void> listen(tcp::acceptor& acceptor, load& children)
{
    const auto executor = co_await net::this_coro::executor;
    for (;;) {
        corest::error_code ec;
        tcp::socket peer = co_await acceptor.async_accept(net::redirect_error(net::use_awaitable, ec));
        if (ec) {
            co_return;
        }
        net::co_spawn(executor, serve(std::move(peer), children), net::detached);
    }
}

net::awaitable<std::size_t> count(corest::resource children, tcp::acceptor& acceptor)
{
    std::size_t rows = 0;
    auto records = children.records();
    while (auto each = co_await records.next()) {
        ++rows;
    }
    acceptor.close();
    co_return rows;
}

} // namespace

TEST(CrowdedServer, IsAskedForLessAtOnceWhereItAnswersLater)
{
    net::io_context context;
    tcp::acceptor acceptor(context, tcp::endpoint(net::ip::address_v4::loopback(), 0));
    load children;
    net::co_spawn(context, listen(acceptor, children), net::detached);
    corest::http_options options;
    options.connections_per_origin = 16;
    const corest::adaptive_concurrency layer;
    const std::string url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    std::size_t rows = 0;
    {
        const corest::client api = corest::http_client(context.get_executor(), url, options) | layer;
        const auto all = corest::get(api, "/parents") | corest::expand("/parents/<id>/x").concurrency(16);
        net::co_spawn(context, count(all, acceptor), [&](const std::exception_ptr& failure, std::size_t counted) {
            EXPECT_FALSE(failure);
            rows = counted;
            context.stop(); // idle connections are open still
        });
        context.run();
    }
    EXPECT_EQ(rows, 40U);
    EXPECT_EQ(layer.statistics()->most, 16U);
    EXPECT_GE(layer.statistics()->late_answers, 1U);
    EXPECT_LE(layer.statistics()->least, 8U);
    EXPECT_EQ(layer.statistics()->refusals, 0U);
}

} // namespace crowded_server_tests

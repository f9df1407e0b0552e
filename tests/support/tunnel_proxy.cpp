#include "support/tunnel_proxy.hpp"

#include <corest/net.hpp>

#include COREST_ASIO(buffer.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(io_context.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on
#include COREST_ASIO(read_until.hpp)
#include COREST_ASIO(write.hpp)

#include <mutex>
#include <thread>

namespace net = corest::net;
using net::ip::tcp;

class tunnel_proxy::state {
public:
    explicit state(std::uint16_t to)
        : target(net::ip::address_v4::loopback(), to),
          acceptor(io, tcp::endpoint(net::ip::address_v4::loopback(), 0))
    {
        net::co_spawn(io, listen(this), net::detached);
        thread = std::thread([this] { io.run(); });
    }

    ~state()
    {
        io.stop();
        thread.join();
    }

    static net::awaitable<void> listen(state* self)
    {
        for (;;) {
            auto client = std::make_shared<tcp::socket>(co_await self->acceptor.async_accept(net::use_awaitable));
            net::co_spawn(self->io, serve(self, std::move(client)), net::detached);
        }
    }

    static net::awaitable<void> serve(state* self, std::shared_ptr<tcp::socket> client)
    {
        std::string text;
        co_await net::async_read_until(*client, net::dynamic_buffer(text), "\r\n\r\n", net::use_awaitable);
        {
            const std::lock_guard lock(self->mutex);
            self->requests.push_back(text);
        }
        auto server = std::make_shared<tcp::socket>(self->io);
        co_await server->async_connect(self->target, net::use_awaitable);
        const std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
        co_await net::async_write(*client, net::buffer(answer), net::use_awaitable);
        net::co_spawn(self->io, copy(client, server), net::detached);
        co_await copy(server, client);
    }

    static net::awaitable<void> copy(std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to)
    {
        try {
            for (;;) {
                char some[4096];
                const std::size_t count = co_await from->async_read_some(net::buffer(some), net::use_awaitable);
                co_await net::async_write(*to, net::const_buffer(some, count), net::use_awaitable);
            }
        } catch (const std::exception&) {
            corest::error_code ignored;
            to->close(ignored);
        }
    }

    const tcp::endpoint target;
    net::io_context io;
    tcp::acceptor acceptor;
    std::thread thread;
    mutable std::mutex mutex;
    std::vector<std::string> requests;
};

tunnel_proxy::tunnel_proxy(std::uint16_t target) : state_(std::make_unique<state>(target)) {}

tunnel_proxy::~tunnel_proxy() = default;

std::uint16_t tunnel_proxy::port() const
{
    return state_->acceptor.local_endpoint().port();
}

std::vector<std::string> tunnel_proxy::requests() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->requests;
}

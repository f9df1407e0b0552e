#include "support/scripted_server.hpp"

#include <corest/net.hpp>

#include COREST_ASIO(buffer.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(io_context.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on
#include COREST_ASIO(post.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ssl/context.hpp)
#include COREST_ASIO(ssl/stream.hpp)
// clang-format on
#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(write.hpp)

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace net = corest::net;
using net::ip::tcp;

namespace {

class connection {
public:
    explicit connection(tcp::socket s) : socket(std::move(s)) {}

    net::awaitable<std::size_t> read(net::mutable_buffer to)
    {
        return tls ? tls->async_read_some(to, net::use_awaitable) : socket.async_read_some(to, net::use_awaitable);
    }

    net::awaitable<std::size_t> write(net::const_buffer from)
    {
        return tls ? net::async_write(*tls, from, net::use_awaitable)
                   : net::async_write(socket, from, net::use_awaitable);
    }

    tcp::socket socket;
    std::optional<net::ssl::stream<tcp::socket&>> tls;
    std::string unread;
};

/// The number of bytes of the first request in `text`; zero where it is not complete.
std::size_t request_size(const std::string& text)
{
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) {
        return 0;
    }
    std::string header = text.substr(0, end);
    std::transform(header.begin(), header.end(), header.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto length = header.find("\r\ncontent-length: ");
    const std::size_t body = length == std::string::npos ? 0 : std::strtoul(header.c_str() + length + 18, nullptr, 10);
    return text.size() >= end + 4 + body ? end + 4 + body : 0;
}

} // namespace

std::string ok(std::string_view body, std::string_view more_headers)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size())
        + "\r\n" + std::string(more_headers) + "\r\n" + std::string(body);
}

// The coroutines refer to it by address: it ends only after their io_context.
class scripted_server::state {
public:
    state(std::vector<script> s, const tls_wish* tls)
        : scripts(std::move(s)),
          acceptor(io, tcp::endpoint(net::ip::address_v4::loopback(), 0))
    {
        port = acceptor.local_endpoint().port();
        if (tls != nullptr) {
            context.emplace(net::ssl::context::tls_server);
            SSL_CTX* const native = context->native_handle();
            SSL_CTX_set_security_level(native, 0);
            SSL_CTX_set_min_proto_version(native, tls->lowest_version);
            SSL_CTX_set_max_proto_version(native, tls->highest_version);
            if (!tls->ciphers.empty()) {
                SSL_CTX_set_cipher_list(native, tls->ciphers.c_str());
            }
            context->use_certificate_chain(net::buffer(tls->chain_pem));
            context->use_private_key(net::buffer(tls->key_pem), net::ssl::context::pem);
            if (!tls->client_ca_pem.empty()) {
                context->add_certificate_authority(net::buffer(tls->client_ca_pem));
                context->set_verify_mode(net::ssl::verify_peer | net::ssl::verify_fail_if_no_peer_cert);
            }
        }
    }

    static net::awaitable<void> listen(state* self)
    {
        for (;;) {
            tcp::socket socket = co_await self->acceptor.async_accept(net::use_awaitable);
            // What was written must be there at once, and not wait for the client's acknowledgement of what came
            // before.
            socket.set_option(tcp::no_delay(true));
            std::size_t number = 0;
            {
                const std::lock_guard lock(self->mutex);
                number = self->accepted++;
                ++self->open;
            }
            net::co_spawn(self->io, serve(self, std::move(socket), number), net::detached);
        }
    }

    static net::awaitable<void> serve(state* self, tcp::socket socket, std::size_t number)
    {
        const script& plan = self->scripts[std::min(number, self->scripts.size() - 1)];
        {
            connection c(std::move(socket));
            self->live.push_back(&c.socket);
            try {
                if (self->context) {
                    c.tls.emplace(c.socket, *self->context);
                    co_await c.tls->async_handshake(net::ssl::stream_base::server, net::use_awaitable);
                    const char* name = SSL_get_servername(c.tls->native_handle(), TLSEXT_NAMETYPE_host_name);
                    const std::lock_guard lock(self->mutex);
                    self->names.emplace_back(name == nullptr ? "" : name);
                    self->resumed += SSL_session_reused(c.tls->native_handle()) == 1 ? 1 : 0;
                }
                co_await play(*self, c, plan);
            } catch (const std::exception&) {
                // The client went away; what it left is what the test looks at.
            }
            self->live.remove(&c.socket);
        }
        const std::lock_guard lock(self->mutex);
        --self->open;
        self->changed.notify_all();
    }

    static net::awaitable<void> play(state& self, connection& c, const script& plan)
    {
        net::steady_timer timer(self.io);
        for (std::size_t i = 0; i < plan.steps_.size(); ++i) {
            const script::step& step = plan.steps_[i];
            switch (step.what) {
            case script::kind::receive:
                co_await receive(self, c);
                break;
            case script::kind::send:
                co_await c.write(net::buffer(step.bytes));
                break;
            case script::kind::trickle:
                for (const char& byte : step.bytes) {
                    co_await c.write(net::const_buffer(&byte, 1));
                    timer.expires_after(step.time);
                    co_await timer.async_wait(net::use_awaitable);
                }
                break;
            case script::kind::pause:
                timer.expires_after(step.time);
                co_await timer.async_wait(net::use_awaitable);
                break;
            case script::kind::nagle:
                c.socket.set_option(tcp::no_delay(false));
                break;
            case script::kind::cut:
                co_return;
            case script::kind::reset:
                c.socket.set_option(net::socket_base::linger(true, 0));
                co_return;
            case script::kind::refuse: {
                corest::error_code ignored;
                self.acceptor.close(ignored);
                break;
            }
            case script::kind::hold:
                self.reached_hold();
                for (;;) {
                    char some[256];
                    co_await c.read(net::buffer(some));
                }
            case script::kind::repeat:
                i = static_cast<std::size_t>(-1);
                break;
            }
        }
        if (c.tls) {
            co_await c.tls->async_shutdown(net::use_awaitable);
        } else {
            // What the client sent and nobody read would turn the end into a reset.
            corest::error_code ignored;
            c.socket.shutdown(tcp::socket::shutdown_send, ignored);
            while (c.socket.available(ignored) != 0 && !ignored) {
                char some[256];
                co_await c.read(net::buffer(some));
            }
        }
    }

    static net::awaitable<void> receive(state& self, connection& c)
    {
        std::size_t size = 0;
        while ((size = request_size(c.unread)) == 0) {
            char some[4096];
            const std::size_t count = co_await c.read(net::buffer(some));
            c.unread.append(some, count);
        }
        const std::lock_guard lock(self.mutex);
        self.requests.push_back(c.unread.substr(0, size));
        c.unread.erase(0, size);
        self.changed.notify_all();
    }

    void reached_hold()
    {
        const std::lock_guard lock(mutex);
        ++held;
        changed.notify_all();
    }

    void start()
    {
        net::co_spawn(io, listen(this), net::detached);
        thread = std::thread([this] { io.run(); });
    }

    void stop()
    {
        net::post(io, [this] {
            corest::error_code ignored;
            acceptor.close(ignored);
            for (tcp::socket* socket : live) {
                socket->close(ignored);
            }
        });
        // What sleeps in a pause would keep it from ending.
        net::post(io, [this] { io.stop(); });
        thread.join();
    }

    const std::vector<script> scripts;
    net::io_context io;
    tcp::acceptor acceptor;
    std::uint16_t port = 0;
    std::optional<net::ssl::context> context;
    std::thread thread;
    std::list<tcp::socket*> live;

    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    std::size_t accepted = 0;
    std::size_t open = 0;
    std::size_t held = 0;
    std::size_t resumed = 0;
    std::vector<std::string> requests;
    std::vector<std::string> names;
};

scripted_server::scripted_server(std::vector<script> scripts, const tls_wish* tls)
    : state_(std::make_unique<state>(std::move(scripts), tls))
{
    state_->start();
}

scripted_server::scripted_server(std::vector<script> scripts) : scripted_server(std::move(scripts), nullptr) {}

scripted_server::scripted_server(std::vector<script> scripts, const tls_wish& tls)
    : scripted_server(std::move(scripts), &tls)
{
}

scripted_server::scripted_server(script only) : scripted_server(std::vector<script>(1, std::move(only)), nullptr) {}

scripted_server::scripted_server(script only, const tls_wish& tls)
    : scripted_server(std::vector<script>(1, std::move(only)), &tls)
{
}

scripted_server::~scripted_server()
{
    state_->stop();
}

std::uint16_t scripted_server::port() const
{
    return state_->port;
}

std::string scripted_server::url(const std::string& path) const
{
    return (state_->context ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port()) + path;
}

std::vector<std::string> scripted_server::requests() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->requests;
}

std::size_t scripted_server::connections() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->accepted;
}

std::vector<std::string> scripted_server::server_names() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->names;
}

std::size_t scripted_server::resumed() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->resumed;
}

bool scripted_server::all_closed() const
{
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, std::chrono::minutes(1), [&] { return state_->open == 0; });
}

bool scripted_server::received(std::size_t requests) const
{
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, std::chrono::minutes(1), [&] { return state_->requests.size() >= requests; });
}

bool scripted_server::holding(std::size_t connections) const
{
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, std::chrono::minutes(1), [&] { return state_->held >= connections; });
}

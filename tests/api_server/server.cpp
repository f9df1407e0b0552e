#include <api_server/server.hpp>

#include <api_server/apis.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <type_traits>
#include <utility>

namespace example_api {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using net::ip::tcp;

namespace {

std::string text(boost::beast::string_view t)
{
    return {t.data(), t.size()};
}

} // namespace

/// What the connections share. They keep it alive.
struct server_state {
    server_state(net::io_context& context, server_options o)
        : options(std::move(o)),
          serve(options.api),
          acceptor(context)
    {
        if (!options.certificate_file.empty()) {
            tls.emplace(net::ssl::context::tls_server);
            tls->use_certificate_chain_file(options.certificate_file);
            tls->use_private_key_file(options.private_key_file, net::ssl::context::pem);
        }
        const tcp::endpoint address(net::ip::make_address(options.address), options.port);
        acceptor.open(address.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        acceptor.bind(address);
        acceptor.listen(net::socket_base::max_listen_connections);
        port = acceptor.local_endpoint().port();
    }

    [[nodiscard]] std::string scheme() const { return tls ? "https://" : "http://"; }

    void close_all()
    {
        error_code ignored;
        acceptor.close(ignored);
        for (tcp::socket* socket : sockets) {
            socket->close(ignored);
        }
    }

    const server_options options;
    apis serve;
    std::optional<net::ssl::context> tls;
    tcp::acceptor acceptor;
    std::uint16_t port = 0;
    std::set<tcp::socket*> sockets; // touched by the serving thread only

    mutable std::mutex mutex; // for what follows
    mutable std::condition_variable changed;
    std::vector<std::shared_ptr<logged_request>> log;
    std::size_t accepted = 0;
    std::size_t open = 0;
    std::size_t in_flight = 0;
    std::size_t max_in_flight = 0;
};

namespace {

/// An open connection.
class open_connection {
public:
    open_connection(server_state& shared, tcp::socket& socket) : shared_(shared), socket_(socket)
    {
        shared_.sockets.insert(&socket_);
        const std::lock_guard lock(shared_.mutex);
        number_ = ++shared_.accepted;
        ++shared_.open;
    }

    open_connection(const open_connection&) = delete;
    open_connection& operator=(const open_connection&) = delete;

    ~open_connection()
    {
        shared_.sockets.erase(&socket_);
        const std::lock_guard lock(shared_.mutex);
        --shared_.open;
        shared_.changed.notify_all();
    }

    [[nodiscard]] std::size_t number() const noexcept { return number_; }

private:
    server_state& shared_;
    tcp::socket& socket_;
    std::size_t number_ = 0;
};

/// A request in flight, and its entry in the log.
class open_request {
public:
    open_request(server_state& shared, const http_request& request, std::size_t connection)
        : shared_(shared),
          entry_(std::make_shared<logged_request>())
    {
        entry_->method = text(request.method_string());
        entry_->target = text(request.target());
        for (const auto& field : request) {
            entry_->headers.emplace_back(text(field.name_string()), text(field.value()));
        }
        entry_->body = request.body();
        entry_->connection = connection;
        entry_->arrival = std::chrono::steady_clock::now();
        const std::lock_guard lock(shared_.mutex);
        shared_.log.push_back(entry_);
        shared_.max_in_flight = std::max(shared_.max_in_flight, ++shared_.in_flight);
        shared_.changed.notify_all();
    }

    open_request(const open_request&) = delete;
    open_request& operator=(const open_request&) = delete;

    ~open_request()
    {
        const std::lock_guard lock(shared_.mutex);
        --shared_.in_flight;
    }

    void answered(unsigned status)
    {
        const std::lock_guard lock(shared_.mutex);
        entry_->status = status;
    }

private:
    server_state& shared_;
    std::shared_ptr<logged_request> entry_;
};

/// Waits. \return whether the client was still there, and silent, at the end
net::awaitable<bool> wait_unless_closed(tcp::socket* socket, std::chrono::milliseconds time)
{
    const auto timer = std::make_shared<net::steady_timer>(socket->get_executor(), time);
    socket->async_wait(tcp::socket::wait_read, [timer](const error_code&) { timer->cancel(); });
    error_code interrupted;
    co_await timer->async_wait(net::redirect_error(net::use_awaitable, interrupted));
    error_code ignored;
    socket->cancel(ignored);
    co_return !interrupted;
}

/// The bytes of a response, up to the middle of its body if it shall be cut.
std::string wire_format(const answer& a)
{
    std::ostringstream wire;
    wire << a.message;
    std::string bytes = wire.str();
    if (a.cut) {
        bytes.resize(bytes.size() - (a.message.body().size() + 1) / 2);
    }
    return bytes;
}

/// Answers the requests of one connection, one after the other.
///
/// The parser is fed by hand: Beast's own read and write would be compiled once more for each kind of stream.
template <class Stream>
net::awaitable<void> serve(std::shared_ptr<server_state> shared, Stream stream)
{
    tcp::socket& socket = boost::beast::get_lowest_layer(stream);
    const open_connection connection(*shared, socket);
    const auto may_fail = [](error_code& ec) { return net::redirect_error(net::use_awaitable, ec); };
    error_code failure;
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
        co_await stream.async_handshake(net::ssl::stream_base::server, may_fail(failure));
        if (failure) {
            co_return;
        }
    }
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request_parser<http::string_body> parser;
        parser.eager(true);
        while (!parser.is_done()) {
            buffer.consume(parser.put(buffer.data(), failure));
            if (failure && failure != http::error::need_more) {
                co_return;
            }
            if (!parser.is_done()) {
                const auto space = buffer.prepare(4096);
                buffer.commit(co_await stream.async_read_some(space, may_fail(failure)));
                if (failure) {
                    co_return;
                }
            }
        }
        const http_request& request = parser.get();
        open_request in_flight(*shared, request, connection.number());
        const std::string origin = shared->scheme() + text(request[http::field::host]);
        const answer a = shared->serve.handle(request, origin);
        if (a.latency.count() != 0) {
            const bool connected = co_await wait_unless_closed(&socket, a.latency);
            if (!connected) {
                co_return;
            }
        }
        if (a.drop) {
            co_return;
        }
        in_flight.answered(a.message.result_int());
        const std::string bytes = wire_format(a);
        co_await net::async_write(stream, net::buffer(bytes), may_fail(failure));
        if (failure || a.cut || !a.message.keep_alive()) {
            co_return;
        }
    }
}

net::awaitable<void> accept_connections(std::shared_ptr<server_state> shared)
{
    while (shared->acceptor.is_open()) {
        error_code failure;
        tcp::socket socket = co_await shared->acceptor.async_accept(net::redirect_error(net::use_awaitable, failure));
        if (failure) {
            // Out of file descriptors, perhaps: it may pass.
            net::steady_timer pause(shared->acceptor.get_executor(), std::chrono::milliseconds(10));
            co_await pause.async_wait(net::redirect_error(net::use_awaitable, failure));
            continue;
        }
        socket.set_option(tcp::no_delay(true), failure);
        const auto executor = shared->acceptor.get_executor();
        if (shared->tls) {
            net::ssl::stream<tcp::socket> stream(std::move(socket), *shared->tls);
            net::co_spawn(executor, serve(shared, std::move(stream)), net::detached);
        } else {
            net::co_spawn(executor, serve(shared, std::move(socket)), net::detached);
        }
    }
}

} // namespace

std::string logged_request::header(std::string_view name) const
{
    for (const auto& [own, value] : headers) {
        if (boost::beast::iequals(own, boost::beast::string_view(name.data(), name.size()))) {
            return value;
        }
    }
    return {};
}

server::server(server_options options)
    : own_context_(std::make_unique<net::io_context>(1)),
      state_(std::make_shared<server_state>(*own_context_, std::move(options)))
{
    net::co_spawn(*own_context_, accept_connections(state_), net::detached);
    thread_ = std::thread([this] { own_context_->run(); });
}

server::server(net::io_context& context, server_options options)
    : state_(std::make_shared<server_state>(context, std::move(options)))
{
    net::co_spawn(context, accept_connections(state_), net::detached);
}

server::~server()
{
    stop();
}

void server::stop()
{
    if (!own_context_) {
        state_->close_all();
    } else if (thread_.joinable()) {
        net::post(*own_context_, [state = state_] { state->close_all(); });
        thread_.join();
    }
}

std::uint16_t server::port() const noexcept
{
    return state_->port;
}

std::string server::origin() const
{
    return state_->scheme() + state_->options.address + ':' + std::to_string(state_->port);
}

std::string server::base_url(std::string_view api) const
{
    return origin() + '/' + std::string(api);
}

std::string server::token_url(std::string_view api) const
{
    return base_url(api) + (api == "seed002" ? "/getAccess" : "/oauth/token");
}

const dataset& server::data() const noexcept
{
    return state_->serve.data();
}

const credentials& server::secrets() const noexcept
{
    return state_->options.api.secrets;
}

void server::misbehave(rule r)
{
    state_->serve.rules().add(std::move(r));
}

void server::behave()
{
    state_->serve.rules().clear();
}

void server::expire_tokens()
{
    state_->serve.expire_tokens();
}

void server::set_revision(std::uint64_t revision)
{
    state_->serve.set_revision(revision);
}

std::vector<logged_request> server::log() const
{
    const std::lock_guard lock(state_->mutex);
    std::vector<logged_request> copy;
    copy.reserve(state_->log.size());
    for (const auto& entry : state_->log) {
        copy.push_back(*entry);
    }
    return copy;
}

std::map<std::pair<std::string, std::string>, std::size_t> server::counts() const
{
    const std::lock_guard lock(state_->mutex);
    std::map<std::pair<std::string, std::string>, std::size_t> sums;
    for (const auto& entry : state_->log) {
        ++sums[{entry->method, entry->target}];
    }
    return sums;
}

std::size_t server::token_requests() const
{
    const std::lock_guard lock(state_->mutex);
    const auto count = std::count_if(state_->log.begin(), state_->log.end(), [](const auto& entry) {
        return entry->path() == "/seed000/oauth/token" || entry->path() == "/seed002/getAccess";
    });
    return static_cast<std::size_t>(count);
}

std::size_t server::max_concurrent_requests() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->max_in_flight;
}

std::size_t server::accepted_connections() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->accepted;
}

std::size_t server::open_connections() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->open;
}

void server::clear_log()
{
    const std::lock_guard lock(state_->mutex);
    state_->log.clear();
    state_->max_in_flight = state_->in_flight;
}

bool server::wait_for_requests(std::size_t count, std::chrono::milliseconds limit) const
{
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, limit, [&] { return state_->log.size() >= count; });
}

bool server::wait_for_connections(std::size_t count, std::chrono::milliseconds limit) const
{
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, limit, [&] { return state_->open <= count; });
}

} // namespace example_api

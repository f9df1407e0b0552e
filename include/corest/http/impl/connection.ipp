#pragma once

#include <corest/http/connection.hpp>

#include <corest/error.hpp>
#include <corest/http/detail/block_cache.hpp>
#include <corest/http/detail/quick_ack.hpp>
#include <corest/http/response_parser.hpp>

#include COREST_ASIO(buffer.hpp)
#include COREST_ASIO(redirect_error.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ssl/error.hpp)
#include COREST_ASIO(ssl/stream.hpp)
// clang-format on
#include COREST_ASIO(steady_timer.hpp)

#include <algorithm>
#include <cstring>
#include <exception>
#include <functional>
#include <utility>

namespace corest::detail {

using net::ip::tcp;

/// The socket and the guard over it. Shared with the guard's timer handler only.
class connection::impl : public std::enable_shared_from_this<impl> {
public:
    using tls_stream = net::ssl::stream<tcp::socket&>;

    impl(const net::any_io_executor& executor, const http_options& o, route target)
        : options(o),
          peer(std::move(target)),
          socket(executor),
          timer_(executor)
    {
    }

    /// What is being waited for; each has its limit.
    enum class step { tls, write, first_byte, idle };

    /// From now on the given step is waited for.
    ///
    /// The timer is not set anew for each read: it is left to fire early and then looks how much time there is still.
    void wait_for(step awaited, time_point total)
    {
        step_ = awaited;
        total_ = total;
        deadline_ = deadline_after(limit_of(awaited), total);
        if (deadline_ < armed_) {
            arm();
        }
    }

    /// Nothing is waited for: the timer leaves no work behind.
    void rest()
    {
        deadline_ = armed_ = time_point::max();
        ++generation_;
        timer_.cancel();
    }

    void close() noexcept
    {
        error_code ignored;
        socket.close(ignored);
        open = false;
        try {
            rest();
        } catch (...) {
            // The timer fires in its time then, and finds nothing to close.
        }
    }

    /// Throws where an operation failed. \param doing a clause for the message: "while the request was sent"
    void check(const error_code& ec, const std::string& doing)
    {
        if (timed_out_) {
            fail_by_time();
        }
        if (!ec) {
            return;
        }
        if (ec == net::error::operation_aborted) {
            throw system_error(ec);
        }
        if (ec.category() == net::error::get_ssl_category()) {
            throw tls_error(tls->native_handle(), peer.host, ec);
        }
        error_context context;
        context.cause = ec == net::error::eof || ec == net::ssl::error::stream_truncated ? std::string("end of stream")
                                                                                         : ec.message();
        throw error(errc::connection_lost, "the connection to " + peer.authority + " was lost " + doing, {},
            std::move(context));
    }

    net::awaitable<std::size_t> read_some(net::mutable_buffer buffer, error_code& ec)
    {
        if (tls && watches_session) {
            return read_watching(buffer, ec);
        }
        return tls ? tls->async_read_some(buffer, net::redirect_error(net::use_awaitable, ec))
                   : socket.async_read_some(buffer, net::redirect_error(net::use_awaitable, ec));
    }

    /// The same, for the first response: a session's ticket, which no read tells of, may come long before it.
    net::awaitable<std::size_t> read_watching(net::mutable_buffer buffer, error_code& ec)
    {
        std::size_t count = 0;
        while (true) {
            count = read_now(buffer, ec);
            keep_session(*sessions);
            if (!is_pending(ec)) {
                break;
            }
            ec.clear();
            co_await socket.async_wait(tcp::socket::wait_read, net::redirect_error(net::use_awaitable, ec));
            if (ec) {
                break;
            }
        }
        co_return count;
    }

    /// Reads what is there.
    std::size_t read_now(net::mutable_buffer buffer, error_code& ec)
    {
        return tls ? tls->read_some(buffer, ec) : socket.read_some(buffer, ec);
    }

    /// True where an operation that does not wait would have had to.
    static bool is_pending(const error_code& ec)
    {
        return ec == net::error::would_block || ec == net::error::try_again;
    }

    void keep_session(tls_context& context)
    {
        if (tls && !kept_session) {
            kept_session = context.keep(tls->native_handle(), peer.key());
            if (kept_session) {
                session_settled();
            }
        }
    }

    /// Who waits for the session waits no longer.
    void session_settled()
    {
        watches_session = false;
        if (const auto call = std::exchange(on_session, nullptr)) {
            call();
        }
    }

    /// Writes what the socket takes without waiting: a request, usually, as a whole, which is then spared the way
    /// through the event loop. \return how much it was: nothing where TLS has to see it first
    std::size_t write_at_once(net::const_buffer data, error_code& ec)
    {
        if (tls) {
            return 0;
        }
        const std::size_t count = socket.write_some(data, ec);
        if (is_pending(ec)) {
            ec.clear();
        }
        return count;
    }

    net::awaitable<std::size_t> write(net::const_buffer data, error_code& ec)
    {
        std::size_t sent = 0;
        while (sent != data.size() && !ec) {
            const net::const_buffer rest = data + sent;
            net::awaitable<std::size_t> part = tls
                ? tls->async_write_some(rest, net::redirect_error(net::use_awaitable, ec))
                : socket.async_write_some(rest, net::redirect_error(net::use_awaitable, ec));
            sent += co_await std::move(part);
        }
        co_return sent;
    }

    /// Writes the upload, part by part; the buffer for it is the one for the response, which is empty still.
    net::awaitable<void> write_upload(const body_source& upload, time_point total, error_code& ec)
    {
        reserve(buffer_size);
        const std::uint64_t size = upload.size();
        for (std::uint64_t sent = 0; sent < size && !ec;) {
            const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_size, size - sent));
            const std::size_t count = upload.read(sent, std::span<char>(buffer_.data(), part));
            if (count == 0) {
                throw error(errc::invalid_argument,
                    "the upload ended after " + std::to_string(sent) + " of " + std::to_string(size) + " bytes",
                    "What is sent must not become shorter meanwhile");
            }
            wait_for(step::write, total);
            co_await write(net::buffer(buffer_.data(), count), ec);
            sent += count;
        }
    }

    /// Writes `outgoing` and reads what comes back.
    net::awaitable<response> exchange(bool bodiless, time_point total, const body_source* upload)
    {
        reusable = false;
        answered = lost = false;
        error_code write_error;
        wait_for(step::write, total);
        const std::size_t sent = write_at_once(net::buffer(outgoing), write_error);
        if (!write_error && sent != outgoing.size()) {
            co_await write(net::buffer(outgoing) + sent, write_error);
        }
        if (upload != nullptr) {
            co_await write_upload(*upload, total, write_error);
        }
        if (timed_out_ || write_error == net::error::operation_aborted) {
            check(write_error, "while the request was sent");
        }

        // A server that refuses a request may answer and close before it has read all of it: read on in any case.
        const response_limits limits(bodiless, options.header_limit, options.body_limit, options.memory_limit);
        response_parser parser(limits);
        received_ = 0;
        reserve(buffer_size);
        const time_point asked = std::chrono::steady_clock::now();
        time_point first_byte = asked;
        wait_for(step::first_byte, total);
        while (!parser.done()) {
            const std::span<char> body = parser.prepare();
            const net::mutable_buffer space = space_for(body);
            error_code ec;
            const std::size_t count = co_await read_some(space, ec);
            if (count != 0) {
                if (!answered) {
                    first_byte = std::chrono::steady_clock::now();
                }
                answered = true;
                wait_for(step::idle, total);
            }
            take(parser, body, count);
            if (ec == net::error::operation_aborted && !timed_out_ && !parser.done() && !write_error
                && upload == nullptr)
            {
                rest();
                set_aside(std::move(parser));
                throw system_error(ec);
            }
            if (ec && !parser.done()) {
                end_of_stream(parser, write_error && !answered ? write_error : ec);
            }
            // A read that did not fill its buffer has all there is: the rest of the response has to be waited for.
            if (!parser.done() && count < space.size()) {
                acknowledge_now(socket);
            }
        }
        if (timed_out_) {
            fail_by_time();
        }
        rest();
        if (watches_session) {
            session_settled(); // A server that has not said it until now does not say it at all, perhaps.
        }
        end_response(parser);
        reusable = reusable && !write_error;
        response got = parser.release();
        got.latency = first_byte - asked;
        co_return got;
    }

    /// Reads what has come of the response that nobody wants. \return whether more of it is to come, or what is left
    readiness discard()
    {
        response_parser& parser = *unwanted;
        while (!parser.done()) {
            const std::span<char> body = parser.prepare();
            error_code ec;
            const std::size_t count = read_now(space_for(body), ec);
            if (is_pending(ec)) {
                return readiness::answering;
            }
            if (ec) {
                return readiness::gone;
            }
            take(parser, body, count);
            if (received_ > most_unwanted) {
                return readiness::gone;
            }
        }
        end_response(parser);
        unwanted.reset();
        return reusable ? readiness::ready : readiness::gone;
    }

    [[noreturn]] void fail_by_time()
    {
        const std::string whom = peer.authority;
        if (deadline_ == total_) {
            throw error(errc::timeout, "the request to " + whom + " was not finished within the time limit",
                "If the server needs longer, raise 'total' in", remedy::time_limits);
        }
        switch (step_) {
        case step::tls:
            throw time_limit_passed("the TLS handshake with " + whom + " was not done", "tls");
        case step::write:
            throw time_limit_passed(whom + " did not take the request", "idle");
        case step::first_byte:
            throw time_limit_passed(whom + " did not begin to answer", "first_byte");
        case step::idle:
            break;
        }
        throw time_limit_passed(whom + " did not go on with its response", "idle");
    }

    /// Bytes came after the last response.
    [[nodiscard]] bool has_unread() const noexcept { return begin_ != end_; }

    const http_options& options;
    const route peer;
    tcp::socket socket;
    std::optional<tls_stream> tls;
    std::string outgoing;
    bool open = false;
    bool reusable = false;
    bool answered = false; ///< a byte of the response has come
    bool lost = false;     ///< the connection ended before that
    bool offered_session = false;
    bool kept_session = false;
    tls_context* sessions = nullptr;         ///< of the handshake; outlives each `exchange`
    bool watches_session = false;            ///< the first response has not come, nor has a session
    std::function<void()> on_session;        ///< called once that is over
    std::optional<response_parser> unwanted; ///< of the response under way, when the last `exchange` was cancelled
    std::optional<std::chrono::seconds> keep_alive_timeout;

    static constexpr std::size_t buffer_size = 64 * 1024;
    /// A larger response is not read to its end where nobody wants it.
    static constexpr std::size_t most_unwanted = 256 * 1024;

private:
    [[nodiscard]] std::chrono::milliseconds limit_of(step awaited) const
    {
        switch (awaited) {
        case step::tls:
            return options.limits.tls;
        case step::first_byte:
            return options.limits.first_byte;
        default:
            return options.limits.idle;
        }
    }

    void arm()
    {
        armed_ = deadline_;
        timer_.expires_at(armed_); // Cancels the wait there may be.
        timer_.async_wait(
            [self = shared_from_this(), generation = ++generation_](const error_code&) { self->on_timer(generation); });
    }

    void on_timer(std::uint64_t generation)
    {
        if (generation != generation_ || deadline_ == time_point::max()) {
            return;
        }
        if (std::chrono::steady_clock::now() < deadline_) {
            arm();
            return;
        }
        timed_out_ = true;
        armed_ = time_point::max();
        open = false;
        error_code ignored;
        socket.close(ignored);
    }

    /// Where the next bytes are read to: into the body, or the buffer, where the parser has to see them.
    net::mutable_buffer space_for(std::span<char> body)
    {
        if (!body.empty()) {
            return {body.data(), body.size()};
        }
        if (end_ == buffer_.size()) {
            reserve(buffer_.size() * 2);
        }
        return {buffer_.data() + end_, buffer_.size() - end_};
    }

    /// So many bytes have been read to there.
    void take(response_parser& parser, std::span<char> body, std::size_t count)
    {
        received_ += count;
        if (!body.empty()) {
            parser.commit(count);
        } else {
            end_ += count;
            begin_ += parser.put(std::string_view(buffer_.data() + begin_, end_ - begin_));
            compact();
        }
    }

    /// Keeps what is known of a response that is not waited for any more, if it is small.
    void set_aside(response_parser parser)
    {
        if (open && received_ + parser.prepare().size() <= most_unwanted) {
            unwanted.emplace(std::move(parser));
        }
    }

    /// The response is complete. What follows it was not asked for; it must not pass for the next one.
    void end_response(const response_parser& parser)
    {
        reusable = parser.keep_alive() && !has_unread();
        keep_alive_timeout = parser.keep_alive_timeout();
    }

    /// The stream failed or ended before the response was complete, unless its end is the response's.
    void end_of_stream(response_parser& parser, const error_code& ec)
    {
        if (!timed_out_ && ec == net::error::eof && answered) {
            parser.put_eof();
            return;
        }
        const bool ended = ec.category() != net::error::get_ssl_category() && ec != net::error::operation_aborted;
        lost = !timed_out_ && ended && !answered;
        if (parser.until_eof() && ec == net::ssl::error::stream_truncated && !timed_out_) {
            throw error(errc::connection_lost,
                "the TLS connection to " + peer.authority + " was cut off where the response's end should be",
                "The response has no length, so nothing tells whether it is complete");
        }
        check(ec, answered ? parser.progress() : "before a response came");
    }

    /// Makes the buffer so large. Its memory is not cleared, so that what no byte has come to costs no page of memory.
    void reserve(std::size_t size)
    {
        if (buffer_.size() < size) {
            memory_block grown(size);
            if (end_ != 0) {
                std::memcpy(grown.data(), buffer_.data(), end_);
            }
            buffer_.swap(grown);
        }
    }

    /// Moves what the parser left to the front of the buffer.
    void compact()
    {
        if (begin_ == end_) {
            begin_ = end_ = 0;
        } else if (begin_ != 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
    }

    memory_block buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t received_ = 0; ///< bytes of the last response

    net::steady_timer timer_;
    step step_ = step::tls;
    time_point total_ = time_point::max();
    time_point deadline_ = time_point::max();
    time_point armed_ = time_point::max();
    std::uint64_t generation_ = 0;
    bool timed_out_ = false;
};

COREST_DECL connection::connection(net::any_io_executor executor, const http_options& options, route peer)
    : impl_(std::make_shared<impl>(executor, options, std::move(peer)))
{
}

COREST_DECL connection::~connection()
{
    close();
}

COREST_DECL net::awaitable<void> connection::open(
    tls_context* tls, time_point total, address_cache& known, const observation* watch)
{
    bool refused = false;
    try {
        co_await connect(tls, total, known, watch);
    } catch (const error& e) {
        refused = impl_->offered_session && (e.kind() == errc::tls_failed || e.kind() == errc::connection_lost);
        if (!refused) {
            throw;
        }
    }
    if (refused) {
        tls->keep_none(impl_->peer.key());
        impl_->tls.reset();
        impl_->close();
        co_await connect(tls, total, known, watch);
    }
}

COREST_DECL void connection::keep_session(tls_context& tls)
{
    impl_->keep_session(tls);
}

COREST_DECL bool connection::awaits_session() const
{
    return impl_->tls && impl_->watches_session && impl_->sessions->lacks_session(impl_->peer.key())
        && SSL_version(impl_->tls->native_handle()) >= TLS1_3_VERSION;
}

COREST_DECL void connection::on_session(std::function<void()> call)
{
    impl_->on_session = std::move(call);
}

COREST_DECL net::awaitable<void> connection::connect(
    tls_context* tls, time_point total, address_cache& known, const observation* watch)
{
    impl& self = *impl_;
    const route& peer = self.peer;
    const std::string host = peer.proxy ? peer.proxy->host : peer.host;
    const std::string port = peer.proxy ? peer.proxy->port : peer.port;
    timed_event<dial_event> dialled(watch);
    try {
        self.socket = co_await dial(self.socket.get_executor(), host, port, self.options, total, known);
    } catch (...) {
        if (dialled) {
            dialled->host = watch->mask(host);
            dialled->port = watch->mask(port);
            dialled.tell(std::current_exception());
        }
        throw;
    }
    if (dialled) {
        dialled->host = watch->mask(host);
        dialled->port = watch->mask(port);
        dialled.tell();
    }
    self.open = true;
    if (peer.tls && peer.proxy) {
        std::string& text = self.outgoing;
        text = "CONNECT " + peer.authority + " HTTP/1.1\r\nHost: " + peer.authority + "\r\n";
        if (!peer.proxy->authorization.empty()) {
            text += "Proxy-Authorization: " + peer.proxy->authorization + "\r\n";
        }
        text += "\r\n";
        const response answer = co_await self.exchange(true, total, nullptr);
        if (!answer.ok()) {
            error_context context;
            context.cause = "status " + std::to_string(answer.status);
            throw error(errc::connect_failed,
                "the proxy " + host + ':' + port + " gives no tunnel to " + peer.authority,
                answer.status == 407 ? "Give the proxy's user name and password in its URL, as in "
                                       "http://user:password@proxy:3128"
                                     : "Ask whoever runs the proxy, or name the host in no_proxy",
                std::move(context));
        }
        if (self.has_unread()) {
            throw error(
                errc::protocol_error, "the proxy " + host + ':' + port + " sends data of its own into the tunnel");
        }
    }
    if (peer.tls) {
        self.tls.emplace(self.socket, tls->new_session(peer.host));
        self.offered_session = tls->offer_kept(self.tls->native_handle(), peer.key());
        error_code ec;
        self.wait_for(impl::step::tls, total);
        timed_event<tls_event> handshake(watch);
        co_await self.tls->async_handshake(net::ssl::stream_base::client, net::redirect_error(net::use_awaitable, ec));
        try {
            self.check(ec, "during the TLS handshake");
            tls->check_pins(self.tls->native_handle(), peer.host);
        } catch (...) {
            if (handshake) {
                handshake->host = watch->mask(peer.host);
                handshake.tell(std::current_exception());
            }
            throw;
        }
        if (handshake) {
            handshake->host = watch->mask(peer.host);
            handshake->version = SSL_get_version(self.tls->native_handle());
            handshake->resumed = SSL_session_reused(self.tls->native_handle()) == 1;
            handshake.tell();
        }
        if (SSL_session_reused(self.tls->native_handle()) != 1) {
            keep_session(*tls); // TLS 1.3 has another one later.
        }
        self.sessions = tls;
        self.watches_session = !self.kept_session && SSL_session_reused(self.tls->native_handle()) != 1;
        self.rest();
    }
}

COREST_DECL std::string& connection::outgoing() noexcept
{
    return impl_->outgoing;
}

COREST_DECL net::awaitable<response> connection::exchange(bool bodiless, time_point total, const body_source* upload)
{
    return impl_->exchange(bodiless, total, upload);
}

COREST_DECL bool connection::lost_unanswered() const noexcept
{
    return impl_->lost;
}

COREST_DECL bool connection::reusable() const noexcept
{
    return impl_->open && impl_->reusable;
}

COREST_DECL time_point connection::idle_deadline() const
{
    std::chrono::milliseconds limit = impl_->options.idle_timeout;
    if (impl_->keep_alive_timeout) {
        // A second less: the request must reach the server before it closes.
        const std::chrono::milliseconds hint = *impl_->keep_alive_timeout - std::chrono::seconds(1);
        limit = std::min(limit, std::max(hint, std::chrono::milliseconds(0)));
    }
    return std::chrono::steady_clock::now() + limit;
}

COREST_DECL bool connection::is_answering() const noexcept
{
    return impl_->open && impl_->unwanted;
}

COREST_DECL connection::readiness connection::look()
{
    if (!impl_->open) {
        return readiness::gone;
    }
    if (impl_->unwanted) {
        try {
            const readiness rest = impl_->discard();
            if (rest != readiness::ready) {
                return rest;
            }
        } catch (const error&) {
            return readiness::gone; // No response, or too large a one: nobody asked for it.
        }
    }
    char byte = 0;
    error_code ec;
    impl_->read_now(net::buffer(&byte, 1), ec);
    return impl::is_pending(ec) ? readiness::ready : readiness::gone;
}

COREST_DECL void connection::close() noexcept
{
    impl_->close();
}

COREST_DECL const route& connection::peer() const noexcept
{
    return impl_->peer;
}

} // namespace corest::detail

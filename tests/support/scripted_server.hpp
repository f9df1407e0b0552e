#pragma once

/// \file
/// A TCP or TLS server that plays a script of bytes, pauses and endings on each connection: real sockets, any fault.

#include "support/certificates.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the server does on one connection, step by step; at its end it closes the connection.
class script {
public:
    script() = default;

    /// Waits for a whole request: header, and as much body as Content-Length says.
    script&& receive() && { return add(kind::receive); }
    script&& send(std::string bytes) && { return add(kind::send, std::move(bytes)); }
    /// Sends byte after byte, with a pause after each.
    script&& trickle(std::string bytes, std::chrono::milliseconds gap) &&
    {
        return add(kind::trickle, std::move(bytes), gap);
    }
    script&& pause(std::chrono::milliseconds time) && { return add(kind::pause, {}, time); }
    /// From now on a small segment waits until the one before has been acknowledged: TCP without TCP_NODELAY.
    script&& nagle() && { return add(kind::nagle); }
    /// TLS: ends the stream without the alert that says so.
    script&& cut() && { return add(kind::cut); }
    /// The client sees "connection reset by peer".
    script&& reset() && { return add(kind::reset); }
    /// From now on nobody listens: further connections are refused.
    script&& refuse() && { return add(kind::refuse); }
    /// Stays silent until the client closes.
    script&& hold() && { return add(kind::hold); }
    /// Begins again from the first step.
    script&& repeat() && { return add(kind::repeat); }

private:
    friend class scripted_server;
    enum class kind { receive, send, trickle, pause, nagle, cut, reset, refuse, hold, repeat };

    class step {
    public:
        step(kind k, std::string b, std::chrono::milliseconds t) : what(k), bytes(std::move(b)), time(t) {}
        kind what;
        std::string bytes;
        std::chrono::milliseconds time;
    };

    script&& add(kind k, std::string bytes = {}, std::chrono::milliseconds time = {})
    {
        steps_.emplace_back(k, std::move(bytes), time);
        return std::move(*this);
    }

    std::vector<step> steps_;
};

/// The answer "HTTP/1.1 200 OK" with a length.
[[nodiscard]] std::string ok(std::string_view body, std::string_view more_headers = {});

/// How a server does TLS.
class tls_wish {
public:
    tls_wish() = default;
    /// With this certificate.
    explicit tls_wish(const certificate& own) : chain_pem(own.pem()), key_pem(own.key_pem()) {}

    std::string chain_pem; ///< its certificate, then further ones that it sends
    std::string key_pem;
    std::string client_ca_pem; ///< not empty: demands a client certificate that this one signed
    int lowest_version = 0;    ///< OpenSSL's constants, as in TLS1_2_VERSION; zero: any
    int highest_version = 0;
    std::string ciphers; ///< as OpenSSL writes a list of them, for TLS 1.2 and before; empty: its own
};

/// Runs in a thread of its own, on 127.0.0.1, until destroyed. Connection n plays script n; further ones the last
/// script.
class scripted_server {
public:
    explicit scripted_server(std::vector<script> scripts);
    scripted_server(std::vector<script> scripts, const tls_wish& tls);
    explicit scripted_server(script only);
    scripted_server(script only, const tls_wish& tls);
    ~scripted_server();

    [[nodiscard]] std::uint16_t port() const;
    /// "http://127.0.0.1:1234", or https; then the path.
    [[nodiscard]] std::string url(const std::string& path = "/") const;

    /// Requests received until now, as they came, in order.
    [[nodiscard]] std::vector<std::string> requests() const;
    /// Connections accepted until now.
    [[nodiscard]] std::size_t connections() const;
    /// Names that clients gave by SNI, one for each TLS handshake that was done; empty for none.
    [[nodiscard]] std::vector<std::string> server_names() const;
    /// How many TLS handshakes resumed a session until now.
    [[nodiscard]] std::size_t resumed() const;
    /// Waits until all connections have been closed, by whomever. \return false after ten seconds
    [[nodiscard]] bool all_closed() const;
    /// Waits until so many requests have come. \return false after ten seconds
    [[nodiscard]] bool received(std::size_t requests) const;
    /// Waits until so many connections have come to a `hold()`. \return false after ten seconds
    [[nodiscard]] bool holding(std::size_t connections) const;

    class state;

private:
    scripted_server(std::vector<script> scripts, const tls_wish* tls);

    std::unique_ptr<state> state_;
};

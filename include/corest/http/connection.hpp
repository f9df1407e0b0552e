#pragma once

/// \file
/// One connection: TCP, perhaps through a proxy's tunnel, perhaps with TLS. It sends one request at a time.

#include <corest/config.hpp>
#include <corest/http/body_source.hpp>
#include <corest/http/deadline.hpp>
#include <corest/http/dial.hpp>
#include <corest/http/http_options.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/proxy.hpp>
#include <corest/http/response.hpp>
#include <corest/http/tls_context.hpp>
#include <corest/http/url.hpp>
#include <corest/net.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace corest::detail {

/// Where a connection leads, and how.
class route {
public:
    route(const url_parts& url, std::optional<proxy_server> chosen_proxy)
        : tls(url.tls),
          host(url.host),
          port(url.port),
          authority(url.authority(true)),
          proxy(std::move(chosen_proxy))
    {
    }

    /// Requests with the same key may share connections.
    [[nodiscard]] std::string key() const
    {
        std::string text = (tls ? "https://" : "http://") + authority;
        if (proxy) {
            text += " via " + proxy->host + ':' + proxy->port + ' ' + proxy->authorization;
        }
        return text;
    }

    bool tls;
    std::string host;
    std::string port;
    std::string authority; ///< host:port
    std::optional<proxy_server> proxy;
};

/// A connection and what is kept with it: its read buffer, and the text of its last request.
///
/// Every awaitable function ends at the latest at its time limit, by closing the socket. Whatever ends otherwise than
/// well leaves the connection closed: throw it away. When it is cancelled it throws system_error (operation_aborted).
class connection {
public:
    /// \param executor of its socket and timer
    /// \param options limits; outlives the connection
    /// \param peer whom it will be connected to
    COREST_DECL connection(net::any_io_executor executor, const http_options& options, route peer);
    COREST_DECL ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Connects: resolves, dials, asks the proxy for a tunnel, does the TLS handshake. Where that fails although an
    /// earlier session was to be resumed, it is done once more from the beginning, without one.
    /// \param tls for an https route; may be null for another
    /// \param total when the whole request must be done
    /// \param known addresses of hosts that have been looked up; outlives the call
    /// \param watch is told of it; may be null
    /// \throws error (resolve_failed, connect_failed, tls_failed, timeout, protocol_error)
    [[nodiscard]] COREST_DECL net::awaitable<void> open(
        tls_context* tls, time_point total, address_cache& known, const observation* watch);

    /// Has the context keep the TLS session, once, where there is one that can be resumed. The first `exchange` does so
    /// as soon as the server has sent it. \pre the handshake is done
    /// \param tls the one that it was opened with
    COREST_DECL void keep_session(tls_context& tls);

    /// True where the server has still to say how its session can be resumed (TLS 1.3), and none is kept yet.
    [[nodiscard]] COREST_DECL bool awaits_session() const;
    /// \param call once, when the first `exchange` has had the session kept, or has ended
    COREST_DECL void on_session(std::function<void()> call);

    /// The text to be sent next: write it here, then call `exchange`.
    [[nodiscard]] COREST_DECL std::string& outgoing() noexcept;

    /// Sends `outgoing()` and reads the response.
    /// \param bodiless the request is HEAD
    /// \param total when the whole request must be done
    /// \param upload sent after `outgoing()`; may be null; lives until this has ended
    /// \throws error (invalid_argument, where the upload ends early or cannot be read; connection_lost, protocol_error,
    ///   limit_exceeded, tls_failed, timeout)
    [[nodiscard]] COREST_DECL net::awaitable<response> exchange(
        bool bodiless, time_point total, const body_source* upload = nullptr);

    /// True where the last `exchange` failed because the connection was gone before any byte of the response came:
    /// the server may never have seen the request.
    [[nodiscard]] COREST_DECL bool lost_unanswered() const noexcept;

    /// True where it may be kept for another request: the response was complete, nothing came after it, and the server
    /// did not say that it will close.
    [[nodiscard]] COREST_DECL bool reusable() const noexcept;

    /// When it should not be used any more, if it stays idle from now on.
    [[nodiscard]] COREST_DECL time_point idle_deadline() const;

    /// True where the last `exchange` was cancelled while a response of no more than 256 KiB, as far as is known, was
    /// waited for.
    [[nodiscard]] COREST_DECL bool is_answering() const noexcept;

    /// What an idle connection is good for.
    enum class readiness {
        ready,     ///< open and silent
        answering, ///< the rest of a response that nobody wants has not come yet
        gone,      ///< to be thrown away
    };

    /// Looks, without waiting; reads what has come of a response that nobody wants.
    [[nodiscard]] COREST_DECL readiness look();

    /// Closes the socket; what is under way ends.
    COREST_DECL void close() noexcept;

    /// For `lease`.
    [[nodiscard]] COREST_DECL const route& peer() const noexcept;

private:
    class impl;

    [[nodiscard]] COREST_DECL net::awaitable<void> connect(
        tls_context* tls, time_point total, address_cache& known, const observation* watch);

    std::shared_ptr<impl> impl_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/connection.ipp>
#endif

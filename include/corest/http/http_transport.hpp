#pragma once

/// \file
/// The transport that does HTTP: pooled connections, TLS, proxies, redirects, decompression.

#include <corest/config.hpp>
#include <corest/http/http_options.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace corest {

/// What an `http_transport` has at the moment, and has done.
class http_statistics {
public:
    http_statistics() = default;

    std::size_t open = 0;      ///< connections, those being opened included
    std::size_t idle = 0;      ///< of them, waiting for the next request
    std::size_t in_flight = 0; ///< requests, those that wait for a connection included
    std::uint64_t opened = 0;  ///< connections so far
    std::uint64_t sent = 0;    ///< requests so far, each redirect and resend counted
};

namespace detail {
class http_core;
} // namespace detail

/// An HTTP/1.1 client. Copies share the connections. Models `transport`.
///
/// One thread: `send` is called, and its awaitable is awaited, where `executor` runs (the one thread of an io_context,
/// or a strand); `stats` and `close_idle` may be called on any thread. (`client` is what serves any number of threads.)
/// It may be destroyed while requests are in flight, and may outlive the executor's context: its idle connections end
/// with that.
class http_transport {
public:
    /// Opens nothing yet.
    /// \throws error (invalid_argument) where a proxy's URL, or a file of `options`, cannot be used
    COREST_DECL explicit http_transport(net::any_io_executor executor, http_options options = http_options{});

    /// Sends a request and reads the whole response, whatever its status; follows redirects if the request says so.
    ///
    /// A request that may be repeated is sent once more, over a new connection, if a connection that had been idle
    /// turns out to be dead before the first byte of the response. There are no other retries here.
    ///
    /// Terminal cancellation closes the connection at once and throws system_error (operation_aborted).
    /// \throws error invalid_argument (before anything is sent), resolve_failed, connect_failed, tls_failed, timeout,
    ///         connection_lost, protocol_error, limit_exceeded, redirect_refused
    [[nodiscard]] COREST_DECL net::awaitable<response> send(request r);

    /// The counts at this moment, each for itself.
    [[nodiscard]] COREST_DECL http_statistics stats() const;

    /// Has the connections closed that no request is using: at once where `executor` runs, else when it gets to it.
    COREST_DECL void close_idle();

private:
    std::shared_ptr<detail::http_core> core_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/http_transport.ipp>
#endif

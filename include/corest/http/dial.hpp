#pragma once

/// \file
/// From a host name to a connected TCP socket.

#include <corest/http/deadline.hpp>
#include <corest/http/http_options.hpp>
#include <corest/net.hpp>

// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#include <string>

namespace corest::detail {

/// Resolves `host` and connects to one of its addresses: in the order given, IPv6 and IPv4 in turn, the next one as
/// soon as one fails or has not answered for 250 ms ("happy eyeballs", RFC 8305). The first connection wins, the others
/// are closed.
///
/// Cancelled, or out of time, it closes all sockets at once. The system's resolver cannot be interrupted: its answer is
/// waited for no longer, but the io_context has work until it comes.
/// \param executor of the socket
/// \param host a name or an IP address, without brackets
/// \param port decimal
/// \param options limits and the resolver; outlives the call
/// \param total when the whole request must be done
/// \throws error (resolve_failed, connect_failed, timeout); system_error (operation_aborted) where cancelled
[[nodiscard]] COREST_DECL net::awaitable<net::ip::tcp::socket> dial(
    net::any_io_executor executor, std::string host, std::string port, const http_options& options, time_point total);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/dial.ipp>
#endif

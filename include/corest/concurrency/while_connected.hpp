#pragma once

/// \file
/// An awaitable that is given up when the peer whom it is for hangs up.

#include <corest/concurrency/detail/guarded.hpp>
#include <corest/config.hpp>
#include <corest/net.hpp>

// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#include <utility>

namespace corest {

namespace detail {

/// Waits until the peer has gone. \throws system_error (net::error::eof, connection_reset or what the socket says)
COREST_DECL net::awaitable<void> watch_peer(net::ip::tcp::socket& socket);

} // namespace detail

/// Awaits the operation as long as the peer of a socket is there: a user who hangs up cancels what runs for him.
///
///     std::string body = co_await corest::while_connected(stream.socket(), report_for(user));
///
/// When the peer has closed or reset the connection, the operation is cancelled (terminal cancellation) and waited for;
/// then this throws the `system_error` with which the socket ended (`net::error::eof`, `connection_reset`). A failure
/// of the operation is thrown as it is. If the calling coroutine is cancelled, the operation is cancelled and waited
/// for, and `operation_aborted` is thrown.
///
/// Nothing is read from the socket: bytes that the peer has sent ahead (a pipelined request) stay where they are, and
/// while there are any, only a reset is noticed, as an orderly end stands behind them. A peer that closes only its
/// sending half (`shutdown`) counts as gone.
/// \param socket of the peer, not being read by anybody meanwhile; of a TLS or Beast stream the lowest layer. Outlives
/// this
/// \param operation runs in a thread of execution of its own on the caller's executor, or on a strand over it where
///        that is not known to be one thread's
template <class T>
[[nodiscard]] net::awaitable<T> while_connected(net::ip::tcp::socket& socket, net::awaitable<T> operation)
{
    return detail::guarded<T>(std::move(operation), detail::watch_peer(socket));
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/while_connected.ipp>
#endif

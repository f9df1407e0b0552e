#pragma once

/// \file
/// Against the wait of a server with Nagle's algorithm for the acknowledgement that the kernel delays.

#include <corest/net.hpp>

// clang-format off: it would put blanks around the slash
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#if defined(__linux__)
#    include <netinet/in.h>
#    include <netinet/tcp.h>
#    include <sys/socket.h>
#endif

namespace corest::detail {

/// Has the kernel acknowledge now what it has received, where it can be told to (Linux).
///
/// A server that sends a response in several small segments, without TCP_NODELAY, sends the second one only when the
/// first one has been acknowledged (RFC 896), which a kernel puts off for some 40 ms (RFC 1122, section 4.2.3.2) in
/// the hope of data that it may go with. There will be none: the client waits for the rest. The kernel forgets the
/// wish (TCP_QUICKACK, see tcp(7)) by and by, so it must be told each time.
inline void acknowledge_now(net::ip::tcp::socket& socket) noexcept
{
#if defined(__linux__)
    const int on = 1;
    // Where that fails, the response comes a little later.
    static_cast<void>(::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on));
#else
    static_cast<void>(socket);
#endif
}

} // namespace corest::detail

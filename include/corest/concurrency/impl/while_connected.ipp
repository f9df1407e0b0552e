#pragma once

#include <corest/concurrency/while_connected.hpp>

#include COREST_ASIO(socket_base.hpp)

#include <sys/socket.h>

#include <cerrno>

namespace corest::detail {

COREST_DECL net::awaitable<void> watch_peer(net::ip::tcp::socket& socket)
{
    while (true) {
        co_await socket.async_wait(net::socket_base::wait_read, net::use_awaitable);
        char byte = 0;
        const auto received = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (received > 0) {
            break;
        }
        if (received == 0) {
            throw system_error(net::error::eof);
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            throw system_error(error_code(errno, net::error::get_system_category()));
        }
    }
    // What the peer has sent hides the end behind it: only a reset shows.
    co_await socket.async_wait(net::socket_base::wait_error, net::use_awaitable);
    throw system_error(net::error::connection_reset);
}

} // namespace corest::detail

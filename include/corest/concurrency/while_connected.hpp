#pragma once

/// \file
/// An awaitable that is given up when the peer whom it is for hangs up.

#include <corest/concurrency/detail/result.hpp>
#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/net.hpp>

// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace corest {

namespace detail {

/// Waits until the peer has gone. \throws system_error (net::error::eof, connection_reset or what the socket says)
COREST_DECL net::awaitable<void> watch_peer(net::ip::tcp::socket& socket);

/// Awaits the operation, leaves its result in the slot, and ends what runs beside it.
template <class T>
net::awaitable<void> run_to_end(net::awaitable<T> operation, result_slot<T> slot, std::weak_ptr<nursery> beside)
{
    co_await run_into<T>(std::move(operation), std::move(slot));
    if (const auto running = beside.lock()) {
        running->cancel();
    }
}

/// `while_connected` on an executor that runs one handler at a time.
template <class T>
net::awaitable<T> run_for_peer(net::ip::tcp::socket& socket, net::awaitable<T> operation)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto result = std::make_shared<std::optional<stored<T>>>();
    const auto both = std::make_shared<nursery>(executor);
    both->spawn(watch_peer(socket));
    both->spawn(run_to_end<T>(std::move(operation), result, both));
    std::exception_ptr failure;
    try {
        co_await both->join();
    } catch (...) {
        failure = std::current_exception();
    }
    if (*result) {
        co_return take_result<T>(result);
    }
    std::rethrow_exception(failure);
}

} // namespace detail

/// Awaits the operation as long as the peer of a socket is there: a user who hangs up cancels what runs for him.
///
///     std::string body = co_await corest::while_connected(stream.socket(), report_for(user));
///
/// When the peer has closed or reset the connection, the operation is cancelled (terminal cancellation) and waited for;
/// then this throws the `system_error` with which the socket ended (`net::error::eof`, `connection_reset`). A failure of
/// the operation is thrown as it is. If the calling coroutine is cancelled, the operation is cancelled and waited for,
/// and `operation_aborted` is thrown.
///
/// Nothing is read from the socket: bytes that the peer has sent ahead (a pipelined request) stay where they are, and while
/// there are any, only a reset is noticed, as an orderly end stands behind them. A peer that closes only its
/// sending half (`shutdown`) counts as gone.
/// \param socket of the peer, not being read by anybody meanwhile; of a TLS or Beast stream the lowest layer. Outlives this
/// \param operation runs in a thread of execution of its own on the caller's executor, or on a strand over it where that is
///        not known to be one thread's
template <class T>
[[nodiscard]] net::awaitable<T> while_connected(net::ip::tcp::socket& socket, net::awaitable<T> operation)
{
    return detail::run_serially(detail::run_for_peer<T>(socket, std::move(operation)));
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/while_connected.ipp>
#endif

#pragma once

/// \file
/// From a host name to a connected TCP socket.

#include <corest/config.hpp>
#include <corest/http/deadline.hpp>
#include <corest/http/http_options.hpp>
#include <corest/net.hpp>

// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace corest::detail {

/// The addresses of hosts, kept for a while after they were looked up. One thread or strand.
class address_cache {
public:
    using endpoints = std::vector<net::ip::tcp::endpoint>;

    /// \param lifetime of what is kept; zero: nothing is
    explicit address_cache(std::chrono::milliseconds lifetime) : lifetime_(lifetime) {}

    /// What is kept of a host; empty where nothing is, or is too old.
    [[nodiscard]] COREST_DECL endpoints find(const std::string& host, const std::string& port) const;

    /// Keeps what was looked up just now.
    COREST_DECL void store(const std::string& host, const std::string& port, const endpoints& found);

    /// One of the addresses has answered: it is the first to be tried from now on.
    COREST_DECL void prefer(const std::string& host, const std::string& port, const net::ip::tcp::endpoint& answered);

    /// None of the addresses has answered: they are looked up again.
    COREST_DECL void drop(const std::string& host, const std::string& port);

private:
    class entry {
    public:
        endpoints found;
        time_point end;
    };

    std::chrono::milliseconds lifetime_;
    std::map<std::pair<std::string, std::string>, entry> entries_;
};

/// Resolves `host`, unless its addresses are kept, and connects to one of them: in the order given, IPv6 and IPv4 in
/// turn, the next one as soon as one fails or has not answered for 250 ms ("happy eyeballs", RFC 8305). The first
/// connection wins, the others are closed. Kept addresses begin with the one that won last (RFC 8305, section 4).
///
/// Cancelled, or out of time, it closes all sockets at once. The system's resolver cannot be interrupted: its answer is
/// waited for no longer, but the io_context has work until it comes.
/// \param executor of the socket
/// \param host a name or an IP address, without brackets
/// \param port decimal
/// \param options limits and the resolver; outlives the call
/// \param total when the whole request must be done
/// \param known what is kept of earlier look-ups; outlives the call
/// \throws error (resolve_failed, connect_failed, timeout); system_error (operation_aborted) where cancelled
[[nodiscard]] COREST_DECL net::awaitable<net::ip::tcp::socket> dial(net::any_io_executor executor, std::string host,
    std::string port, const http_options& options, time_point total, address_cache& known);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/dial.ipp>
#endif

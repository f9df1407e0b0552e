#pragma once

/// \file
/// The example API on the network: HTTP/1.1, with TLS if it is given a certificate.

#include <api_server/dataset.hpp>
#include <api_server/misbehaviour.hpp>
#include <api_server/options.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace example_api {

/// A request that the server got.
struct logged_request {
    std::string method;
    std::string target; ///< as it was sent: path and query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    unsigned status = 0;        ///< what was answered; 0 if nothing was
    std::size_t connection = 0; ///< the number of its connection, from 1
    std::chrono::steady_clock::time_point arrival;

    /// The value of a header, its name in any case; empty if there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
    /// The target without its query.
    [[nodiscard]] std::string path() const { return target.substr(0, target.find('?')); }
};

struct server_state;

/// The example API, listening from its construction to `stop`.
///
/// Except for the constructor that takes an io_context, all functions may be called from any thread.
class server {
public:
    /// Serves from a thread of its own.
    /// \throws boost::system::system_error if it cannot listen or read the certificate
    explicit server(server_options options = {});

    /// Serves from the thread that runs the context. `stop` and the destructor must then be called on that thread, or
    /// when the context does not run.
    explicit server(boost::asio::io_context& context, server_options options = {});

    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server();

    /// Closes all connections. Nothing happens when it is called again.
    void stop();

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// As in "http://127.0.0.1:54321".
    [[nodiscard]] std::string origin() const;
    /// The `client.base_url` of an API: the origin and, say, "/seed003".
    [[nodiscard]] std::string base_url(std::string_view api) const;
    /// The `client.auth.token_url` of seed000 or seed002.
    [[nodiscard]] std::string token_url(std::string_view api) const;

    [[nodiscard]] const dataset& data() const noexcept;
    [[nodiscard]] const credentials& secrets() const noexcept;

    /// Adds a rule to those that hold already.
    void misbehave(rule r);
    /// Ends all misbehaviour.
    void behave();
    /// From now on refuses the access tokens given out so far.
    void expire_tokens();
    /// From now on shows every record as changed so often.
    void set_revision(std::uint64_t revision);

    /// All requests, in the order in which they came.
    [[nodiscard]] std::vector<logged_request> log() const;
    /// How often each method and target was asked for, as in {"GET", "/seed003/users/current/runs?Offset=0&limit=10"}.
    [[nodiscard]] std::map<std::pair<std::string, std::string>, std::size_t> counts() const;
    /// How many requests there were for access tokens.
    [[nodiscard]] std::size_t token_requests() const;
    /// The most requests that were in flight at the same time.
    [[nodiscard]] std::size_t max_concurrent_requests() const;
    /// How many connections were accepted, and how many of them are open.
    [[nodiscard]] std::size_t accepted_connections() const;
    [[nodiscard]] std::size_t open_connections() const;
    /// Forgets the requests, and the most that were in flight.
    void clear_log();

    /// Waits until that many requests have come since the log was cleared. \return whether they came in time
    bool wait_for_requests(std::size_t count, std::chrono::milliseconds limit = std::chrono::minutes(1)) const;
    /// Waits until no more than that many connections are open. \return whether it came to that in time
    bool wait_for_connections(std::size_t count, std::chrono::milliseconds limit = std::chrono::minutes(1)) const;

private:
    std::unique_ptr<boost::asio::io_context> own_context_;
    std::shared_ptr<server_state> state_;
    std::thread thread_;
};

} // namespace example_api

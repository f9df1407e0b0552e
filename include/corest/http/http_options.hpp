#pragma once

/// \file
/// Everything that can be set about the HTTP client, with the reason for each default.

#include <corest/http/decoded_limits.hpp>
#include <corest/net.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace corest {

/// How long each step may take. Zero means no limit.
class time_limits {
public:
    time_limits() = default;
    std::chrono::milliseconds resolve{10'000}; ///< until the host's name has an address
    std::chrono::milliseconds connect{10'000}; ///< until a connection to one of the addresses stands
    std::chrono::milliseconds tls{10'000};     ///< for the handshake
    /// From the request's last byte to the response's first. Slow reports exist: a minute, as dlt has it.
    std::chrono::milliseconds first_byte{60'000};
    /// Between two reads of one response.
    std::chrono::milliseconds idle{30'000};
    /// The whole request, from waiting for a connection to the last byte.
    std::chrono::milliseconds total{300'000};
};

/// Options of `http_client`. Has constructors, so it may be named in an awaited expression (GCC 12 needs that).
class http_options {
public:
    http_options() = default;

    /// True: the client runs on a strand of its own, so that requests may be awaited on any executor and thread. False:
    /// it runs on the executor that it is given, which saves some microseconds for a request; all that uses it is then
    /// of one thread, that of the first request, and a request on another one is an error. It is so also where one
    /// thread runs the context after the other: leave this on there, or make a client on each thread.
    bool thread_safe = true;

    /// \name TLS
    /// @{
    bool verify_peer = true; ///< certificate chain and host name are verified; off only for experiments
    std::string ca_file;     ///< PEM file of trusted roots in place of the system's
    std::string ca_pem;      ///< PEM text of trusted roots in place of the system's; those of `ca_file` count as well
    std::string client_cert_file; ///< PEM chain of the client's certificate
    std::string client_key_file;  ///< PEM key of it

    /// Keys of which each server must show one: "sha256/" and the Base64 of the SHA-256 of a SubjectPublicKeyInfo (as
    /// the pins of RFC 7469, section 2.4). Empty: any key that is certified. The key may be that of any certificate of
    /// the verified chain; with `verify_peer` off only the server's own counts, and proves who it is without any
    /// certificate authority. List a spare one, for the day on which the server changes its key.
    std::vector<std::string> pinned_keys;

    /// A context of your own, shared, in place of one that is made of the options above (none of `ca_file`, `ca_pem`
    /// and `client_cert_file` may be set then): its roots, certificates, protocol versions, ciphers and verify callback
    /// are used as they are. `verify_peer`, the check of the host's name and `pinned_keys` hold all the same. No
    /// session is resumed where it has a verify callback, which is asked for each connection. Not to be changed any
    /// more.
    std::shared_ptr<net::ssl::context> ssl_context;
    /// @}

    /// \name Connections
    /// @{

    /// At once; further requests wait in order of arrival. The first one to an origin is opened alone, then more and
    /// more at the same time; and none where one that is in use is expected to be free sooner.
    std::size_t connections_per_origin = 16;
    std::chrono::milliseconds idle_timeout{20'000}; ///< an idle connection older than this is closed, not reused
    time_limits limits;                             ///< how long each step of a request may take

    /// The proxy for everything ("http://user:password@proxy:3128"); empty: https_proxy/http_proxy/no_proxy of the
    /// environment.
    std::string proxy;
    /// False: the environment's proxies are not looked at.
    bool use_environment_proxy = true;
    /// How long the addresses of a host are kept after they were looked up, by whatever resolver; zero: not at all. Not
    /// for ever, since an API may move to other machines while a run goes on. They are looked up again before, where
    /// none of them can be connected to.
    std::chrono::milliseconds dns_cache{60'000};
    /// Resolves host names in place of the system's resolver: host, port -> addresses ("127.0.0.1" or "::1").
    std::function<net::awaitable<std::vector<std::string>>(std::string host, std::string port)> resolver;
    /// @}

    /// \name Messages
    /// @{
    std::size_t header_limit = 96 * 1024;               ///< bytes; real servers send 18 KB
    std::size_t body_limit = std::size_t{256} << 20;    ///< bytes on the wire
    std::size_t decoded_limit = decoded_limits().bytes; ///< bytes after gzip, deflate or zstd
    /// How many times as large as what was sent a body may become by compression, where it is larger than 16 MiB;
    /// 0: as large as `decoded_limit` allows. JSON is compressed to a tenth, mostly; what was shrunk so much is a bomb.
    std::size_t decoded_ratio = decoded_limits().ratio;
    /// Bytes that the bodies of all responses may take at once, of all clients of the process together.
    std::size_t memory_limit = decoded_limits().memory;
    bool accept_gzip = true; ///< asks for compressed bodies where they can be decoded
    std::string user_agent;  ///< empty: "corest/<version>"
    /// @}

    /// \name Redirects
    /// @{
    unsigned max_redirects = 10; ///< in a row; 0: every redirect is an error
    /// Origins besides the API's own that redirects and next links may lead to.
    std::vector<std::string> allowed_origins;
    /// @}
};

} // namespace corest

#pragma once

/// \file
/// What every TLS connection of a client has in common: trusted roots, the client's certificate, the version floor, and
/// the sessions that can be resumed.

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/http/http_options.hpp>
#include <corest/net.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

// OpenSSL's own names of its types, so that its headers stay out of this one.
struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;

namespace corest::detail {

/// OpenSSL's SSL_CTX, set up once per client. TLS 1.2 or newer; chain and host name are verified unless the options say
/// otherwise.
///
/// It keeps the newest session of each route, so that further connections resume it (RFC 5077; RFC 8446, section 2.2):
/// they need neither the certificates nor, with TLS 1.2, a second round trip. A session is of the one who was verified
/// when it began, whose pins included; it is offered on the same route only, by the same client with the same options.
/// Where a context of the program's own has a verify callback, which is to be asked each time, none is kept.
///
/// One thread or strand.
class tls_context {
public:
    /// \throws error (invalid_argument) where roots, certificate, key or pins cannot be used
    COREST_DECL explicit tls_context(const http_options& options);

    /// A new SSL that will talk to `host`: with SNI unless it is an IP address, and with verification of that name.
    /// The subject's common name does not count (RFC 9525, section 2). \return the caller owns it
    [[nodiscard]] COREST_DECL ssl_st* new_session(const std::string& host) const;

    /// Has a connection resume the session that was kept last, unless the server falls back to a whole handshake.
    /// \pre its handshake has not begun
    /// \param session as `new_session` gave it
    /// \param route the route's key
    /// \return true where there was one, which is not too old
    COREST_DECL bool offer_kept(ssl_st* session, const std::string& route);

    /// Keeps the session of a connection for the next ones. \pre its handshake is done, and its pins are checked
    /// \return false where it cannot be resumed: a server with TLS 1.3 says after the handshake how it could be
    COREST_DECL bool keep(ssl_st* session, const std::string& route);

    /// True where none is kept of the route, and one may be.
    [[nodiscard]] COREST_DECL bool lacks_session(const std::string& route) const;

    /// Keeps no session of the route any more: its server does not bear being offered one.
    COREST_DECL void keep_none(const std::string& route);

    /// Looks for one of the pinned keys, where there are any; a session that is resumed is of who has shown one.
    /// \pre the handshake is done
    /// \param session of the connection
    /// \param host whom it talks to, for the message
    /// \throws error (tls_failed) where the server has none of them
    COREST_DECL void check_pins(const ssl_st* session, const std::string& host) const;

private:
    struct free_native {
        COREST_DECL void operator()(ssl_ctx_st* native) const noexcept;
    };
    struct free_kept {
        COREST_DECL void operator()(ssl_session_st* session) const noexcept;
    };
    /// A session to be resumed; none where none may be kept.
    class kept {
    public:
        std::unique_ptr<ssl_session_st, free_kept> session;
        std::chrono::steady_clock::time_point end; ///< of its lifetime
        bool allowed = true;
    };

    std::unique_ptr<ssl_ctx_st, free_native> native_;
    std::shared_ptr<net::ssl::context> given_; ///< what its callbacks belong to
    bool verify_;
    bool resumes_ = true;
    std::vector<std::string> pins_;
    std::map<std::string, kept, std::less<>> kept_; ///< by route
};

/// Why a handshake or a TLS record failed, for people, with what to change.
/// \param session the one that failed
/// \param host whom it was to talk to
/// \param cause what the layer below said
[[nodiscard]] COREST_DECL error tls_error(const ssl_st* session, const std::string& host, const error_code& code);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/tls_context.ipp>
#endif

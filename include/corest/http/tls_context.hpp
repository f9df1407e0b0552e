#pragma once

/// \file
/// What every TLS connection of a client has in common: trusted roots, the client's certificate, the version floor.

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/http/http_options.hpp>
#include <corest/net.hpp>

#include <memory>
#include <string>
#include <vector>

// OpenSSL's own names of its types, so that its headers stay out of this one.
struct ssl_st;
struct ssl_ctx_st;

namespace corest::detail {

/// OpenSSL's SSL_CTX, set up once per client. TLS 1.2 or newer; chain and host name are verified unless the options say
/// otherwise.
class tls_context {
public:
    /// \throws error (invalid_argument) where roots, certificate, key or pins cannot be used
    COREST_DECL explicit tls_context(const http_options& options);

    /// A new SSL that will talk to `host`: with SNI unless it is an IP address, and with verification of that name.
    /// The subject's common name does not count (RFC 9525, section 2). \return the caller owns it
    [[nodiscard]] COREST_DECL ssl_st* new_session(const std::string& host) const;

    /// Looks for one of the pinned keys, where there are any. \pre the handshake is done
    /// \param session of the connection
    /// \param host whom it talks to, for the message
    /// \throws error (tls_failed) where the server has none of them
    COREST_DECL void check_pins(const ssl_st* session, const std::string& host) const;

private:
    struct free_native {
        COREST_DECL void operator()(ssl_ctx_st* native) const noexcept;
    };
    std::unique_ptr<ssl_ctx_st, free_native> native_;
    std::shared_ptr<net::ssl::context> given_; ///< what its callbacks belong to
    bool verify_;
    std::vector<std::string> pins_;
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

#pragma once

#include <corest/http/tls_context.hpp>

#include <corest/http/detail/base64.hpp>
#include <corest/http/detail/sha256.hpp>

// clang-format off: it would put blanks around the slash
#include COREST_ASIO(ssl/context.hpp)
// clang-format on

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

namespace corest::detail {

namespace openssl_errors {

/// The oldest error in OpenSSL's queue of this thread, which is emptied.
inline std::string take()
{
    const unsigned long code = ERR_get_error();
    const char* reason = ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == nullptr ? "unknown error" : reason;
}

/// What to do about a handshake that failed for another reason than the server's certificate; may be empty.
/// \param code of OpenSSL's error queue
/// \param[out] setting whose name ends the hint
inline std::string handshake_hint(unsigned long code, remedy& setting)
{
    switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
        return "The server does not speak TLS at this port; perhaps the address begins with http://";
    case SSL_R_SSLV3_ALERT_NO_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        setting = remedy::client_certificate;
        return "The server refused the client's certificate, or wants one: set";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return "The server may speak only TLS 1.1 or older, which corest refuses";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        setting = remedy::client_certificate;
        return "Either the server speaks only TLS 1.1 or older, which corest refuses, or it demands a client "
               "certificate: "
               "set";
    default:
        return {};
    }
}

} // namespace openssl_errors

namespace tls_setup {

/// What was given may not be used.
[[noreturn]] inline void refuse(const std::string& given, const char* hint)
{
    throw error(errc::invalid_argument, given + " cannot be used: " + openssl_errors::take(), hint);
}

/// Trusts each certificate of a PEM text.
inline void trust(SSL_CTX* context, const std::string& pem)
{
    constexpr const char* hint = "ca_pem is a PEM text with one or more certificates";
    struct free_native {
        void operator()(BIO* text) const noexcept { BIO_free(text); }
        void operator()(X509* one) const noexcept { X509_free(one); }
    };
    if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw error(errc::invalid_argument, "the text of trusted roots is too long", hint);
    }
    const std::unique_ptr<BIO, free_native> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!text) {
        throw std::bad_alloc();
    }
    bool any = false;
    while (const std::unique_ptr<X509, free_native> one{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
        any = true;
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get()) != 1) {
            refuse("a certificate of the text of trusted roots", hint);
        }
    }
    // The text's end is an error as well: there is no further beginning of a certificate.
    if (!any || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        refuse("the text of trusted roots", hint);
    }
    ERR_clear_error();
}

/// Sets up a context of one's own making.
inline void apply(SSL_CTX* context, const http_options& options)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (options.ca_file.empty() && options.ca_pem.empty()) {
        SSL_CTX_set_default_verify_paths(context); // Obeys SSL_CERT_FILE and SSL_CERT_DIR.
    }
    if (!options.ca_file.empty() && SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) != 1) {
        refuse("the file of trusted roots '" + options.ca_file + "'",
            "ca_file names a PEM file with one or more certificates");
    }
    if (!options.ca_pem.empty()) {
        trust(context, options.ca_pem);
    }
    if (!options.client_cert_file.empty()) {
        if (SSL_CTX_use_certificate_chain_file(context, options.client_cert_file.c_str()) != 1) {
            refuse("the client certificate '" + options.client_cert_file + "'",
                "client_cert_file names a PEM file with the certificate first, then its issuers");
        }
        // Some keep certificate and key in one file.
        const std::string& key = options.client_key_file.empty() ? options.client_cert_file : options.client_key_file;
        if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
            refuse("the client key '" + key + "'",
                "client_key_file names a PEM file with the key that belongs to the certificate");
        }
    }
}

/// The context that the options hold. \return a reference of one's own
inline SSL_CTX* share(const http_options& options)
{
    if (!options.ca_file.empty() || !options.ca_pem.empty() || !options.client_cert_file.empty()) {
        throw error(errc::invalid_argument, "http_options has an ssl_context, and roots or a certificate besides",
            "Load ca_file, ca_pem and client_cert_file into the context itself");
    }
    SSL_CTX* const native = options.ssl_context->native_handle();
    SSL_CTX_up_ref(native);
    return native;
}

/// The pin of a certificate's key.
inline std::string pin_of(const X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) {
        return {};
    }
    const std::string digest = sha256_of({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return "sha256/" + base64_of(digest);
}

/// A pin in the form in which `pin_of` writes it; curl writes two slashes.
/// \throws error (invalid_argument) where it is none
inline std::string checked_pin(const std::string& given)
{
    constexpr std::string_view prefix = "sha256/";
    std::string pin = given;
    if (pin.compare(0, 8, "sha256//") == 0 && pin.size() == 8 + 44) {
        pin.erase(prefix.size(), 1);
    }
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string_view text(pin);
    if (text.substr(0, prefix.size()) != prefix || text.size() != prefix.size() + 44 || text.back() != '='
        || text.find_first_not_of(alphabet, prefix.size()) != text.size() - 1)
    {
        throw error(errc::invalid_argument, "'" + given + "' in http_options.pinned_keys is no pin",
            "A pin is sha256/ and the Base64 of the SHA-256 of the server's public key: openssl x509 -pubkey "
            "-noout -in server.pem | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64");
    }
    return pin;
}

} // namespace tls_setup

COREST_DECL void tls_context::free_native::operator()(ssl_ctx_st* native) const noexcept
{
    SSL_CTX_free(native);
}

COREST_DECL void tls_context::free_kept::operator()(ssl_session_st* session) const noexcept
{
    SSL_SESSION_free(session);
}

COREST_DECL tls_context::tls_context(const http_options& options)
    : native_(options.ssl_context ? tls_setup::share(options) : SSL_CTX_new(TLS_client_method())),
      given_(options.ssl_context),
      verify_(options.verify_peer)
{
    if (!native_) {
        throw std::bad_alloc();
    }
    for (const std::string& pin : options.pinned_keys) {
        pins_.push_back(tls_setup::checked_pin(pin));
    }
    ERR_clear_error();
    if (!given_) {
        tls_setup::apply(native_.get(), options);
    }
    resumes_ = SSL_CTX_get_verify_callback(native_.get()) == nullptr;
    ERR_clear_error();
}

COREST_DECL ssl_st* tls_context::new_session(const std::string& host) const
{
    struct free_session {
        void operator()(SSL* native) const noexcept { SSL_free(native); }
    };
    std::unique_ptr<SSL, free_session> session(SSL_new(native_.get()));
    if (!session) {
        throw std::bad_alloc();
    }
    // The callback is that of the context, and so of whoever made it.
    SSL_set_verify(session.get(), verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, SSL_get_verify_callback(session.get()));
    constexpr unsigned char http[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_set_alpn_protos(session.get(), http, sizeof http);
    // "example.com." is example.com, spelled absolutely; certificates do not have the dot.
    const std::string name = !host.empty() && host.back() == '.' ? host.substr(0, host.size() - 1) : host;
    X509_VERIFY_PARAM* const param = SSL_get0_param(session.get());
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1;
    ERR_clear_error();
    if (!is_address
        && (X509_VERIFY_PARAM_set1_host(param, name.c_str(), 0) != 1
            || SSL_set_tlsext_host_name(session.get(), name.c_str()) != 1))
    {
        ERR_clear_error();
        throw error(errc::invalid_argument, "the host name '" + host + "' cannot be used with TLS");
    }
    return session.release();
}

COREST_DECL bool tls_context::offer_kept(ssl_st* session, const std::string& route)
{
    const auto found = kept_.find(route);
    if (found == kept_.end() || !found->second.session) {
        return false;
    }
    if (found->second.end <= std::chrono::steady_clock::now()) {
        found->second.session.reset();
        return false;
    }
    // A copy: OpenSSL never resumes again what belongs to a connection that did not end in form.
    const std::unique_ptr<SSL_SESSION, free_kept> copy(SSL_SESSION_dup(found->second.session.get()));
    const bool offered = copy && SSL_set_session(session, copy.get()) == 1;
    ERR_clear_error();
    return offered;
}

COREST_DECL bool tls_context::keep(ssl_st* session, const std::string& route)
{
    SSL_SESSION* const current = SSL_get_session(session);
    if (!resumes_ || current == nullptr || SSL_SESSION_is_resumable(current) != 1) {
        return false;
    }
    kept& place = kept_[route];
    if (!place.allowed) {
        return false;
    }
    place.session.reset(SSL_SESSION_dup(current)); // as above
    ERR_clear_error();
    const auto stated = static_cast<long>(SSL_SESSION_get_ticket_lifetime_hint(current));
    const std::chrono::seconds lifetime(stated != 0 ? stated : SSL_SESSION_get_timeout(current));
    // RFC 8446, section 4.6.1: a week at most, whatever the server says.
    place.end = std::chrono::steady_clock::now() + std::min(lifetime, std::chrono::seconds(7 * 24 * 3600));
    return place.session != nullptr;
}

COREST_DECL bool tls_context::lacks_session(const std::string& route) const
{
    const auto found = kept_.find(route);
    return resumes_ && (found == kept_.end() || (found->second.allowed && !found->second.session));
}

COREST_DECL void tls_context::keep_none(const std::string& route)
{
    kept& place = kept_[route];
    place.session.reset();
    place.allowed = false;
}

COREST_DECL void tls_context::check_pins(const ssl_st* session, const std::string& host) const
{
    if (pins_.empty() || SSL_session_reused(session) == 1) {
        return;
    }
    std::string found;
    const auto is_pinned = [&](const X509* certificate) {
        const std::string pin = tls_setup::pin_of(certificate);
        found += (found.empty() ? "" : ", ") + pin;
        return std::find(pins_.begin(), pins_.end(), pin) != pins_.end();
    };
    // What the server has sent besides its own certificate proves nothing, unless the chain was verified.
    const bool verified = verify_ && SSL_get_verify_result(session) == X509_V_OK;
    if (const STACK_OF(X509)* const chain = verified ? SSL_get0_verified_chain(session) : nullptr) {
        for (int i = 0; i < sk_X509_num(chain); ++i) {
            if (is_pinned(sk_X509_value(chain, i))) {
                return;
            }
        }
    } else if (X509* const own = SSL_get_peer_certificate(session)) {
        const bool good = is_pinned(own);
        X509_free(own);
        if (good) {
            return;
        }
    }
    error_context context;
    context.cause = "its keys are " + found;
    throw error(errc::tls_failed, "the server " + host + " has none of the keys in http_options.pinned_keys",
        "Somebody may stand between, or the server has a new key: ask whoever runs it before the list is changed",
        std::move(context));
}

COREST_DECL error tls_error(const ssl_st* session, const std::string& host, const error_code& code)
{
    const long result = SSL_get_verify_result(session);
    std::string message = "no TLS connection to " + host;
    std::string hint;
    remedy setting = remedy::none;
    switch (result) {
    case X509_V_OK:
        hint = openssl_errors::handshake_hint(static_cast<unsigned long>(code.value()), setting);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        message = "the TLS certificate of " + host + ", or one it depends on, has expired";
        hint = "The server must renew it; if it is not expired, this machine's clock is wrong";
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        message = "the TLS certificate of " + host + " is not valid yet";
        hint = "This machine's clock is wrong, or the certificate was issued for a later time";
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        message = "the server's TLS certificate is not for " + host;
        hint =
            "Use a name that the certificate lists as a subject alternative name; a common name alone does not count";
        break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        message = "the TLS certificate of " + host + " is signed by a root that is not trusted";
        hint = "If it is to be trusted, give that root's PEM file in SSL_CERT_FILE, or as";
        setting = remedy::trusted_roots;
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        message = "the issuer of the TLS certificate of " + host + " is not known";
        hint = "Either the server does not send its intermediate certificates, or its root is not trusted: give that "
               "root's PEM file in SSL_CERT_FILE, or as";
        setting = remedy::trusted_roots;
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        message = "the TLS certificate of " + host + " is not meant for servers";
        hint = "The server must use a certificate whose extended key usage has serverAuth";
        break;
    default:
        message = "the TLS certificate of " + host + " was not accepted";
        break;
    }
    error_context context;
    context.cause = result == X509_V_OK ? code.message() : X509_verify_cert_error_string(result);
    return error(errc::tls_failed, std::move(message), std::move(hint), setting, std::move(context));
}

} // namespace corest::detail

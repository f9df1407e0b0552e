#pragma once

#include <corest/http/tls_context.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <new>
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
inline std::string handshake_hint(unsigned long code)
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
        return "The server refused the client's certificate, or wants one: set http_options.client_cert_file and "
               "client_key_file";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return "The server may speak only TLS 1.1 or older, which corest refuses";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        return "Either the server demands a client certificate (http_options.client_cert_file and client_key_file), or "
               "it speaks only TLS 1.1 or older, which corest refuses";
    default:
        return {};
    }
}

} // namespace openssl_errors

COREST_DECL void tls_context::free_native::operator()(ssl_ctx_st* native) const noexcept
{
    SSL_CTX_free(native);
}

COREST_DECL tls_context::tls_context(const http_options& options)
    : native_(SSL_CTX_new(TLS_client_method())),
      verify_(options.verify_peer)
{
    if (!native_) {
        throw std::bad_alloc();
    }
    SSL_CTX* const context = native_.get();
    const auto check = [](bool good, const std::string& role, const std::string& file, const char* hint) {
        if (!good) {
            throw error(
                errc::invalid_argument, role + " '" + file + "' cannot be used: " + openssl_errors::take(), hint);
        }
    };
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    constexpr unsigned char http[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context, http, sizeof http);

    SSL_CTX_set_verify(context, verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (!options.ca_file.empty()) {
        check(SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) == 1,
            "the file of trusted roots", options.ca_file, "ca_file names a PEM file with one or more certificates");
    } else {
        SSL_CTX_set_default_verify_paths(context); // Obeys SSL_CERT_FILE and SSL_CERT_DIR.
    }
    if (!options.client_cert_file.empty()) {
        check(SSL_CTX_use_certificate_chain_file(context, options.client_cert_file.c_str()) == 1,
            "the client certificate", options.client_cert_file,
            "client_cert_file names a PEM file with the certificate first, then its issuers");
        // Some keep certificate and key in one file.
        const std::string& key = options.client_key_file.empty() ? options.client_cert_file : options.client_key_file;
        check(SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1, "the client key", key,
            "client_key_file names a PEM file with the key that belongs to the certificate");
    }
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

COREST_DECL error tls_error(const ssl_st* session, const std::string& host, const error_code& code)
{
    const long result = SSL_get_verify_result(session);
    std::string message = "no TLS connection to " + host;
    std::string hint;
    switch (result) {
    case X509_V_OK:
        hint = openssl_errors::handshake_hint(static_cast<unsigned long>(code.value()));
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
        hint = "If it is to be trusted, give that root's PEM file as http_options.ca_file (or SSL_CERT_FILE)";
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        message = "the issuer of the TLS certificate of " + host + " is not known";
        hint = "Either the server does not send its intermediate certificates, or its root is not trusted: give that "
               "root's PEM file as http_options.ca_file (or SSL_CERT_FILE)";
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
    return error(errc::tls_failed, std::move(message), std::move(hint), std::move(context));
}

} // namespace corest::detail

#pragma once

/// \file
/// OAuth 2.0 access tokens for an assertion that is signed with a private key: the JWT bearer grant (RFC 7523), as
/// service accounts have it.

#include <corest/auth/oauth2.hpp>
#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <string>

namespace corest {

/// How the assertion of `oauth2_jwt` is signed (RFC 7518, section 3.1).
enum class jwt_algorithm {
    rs256, ///< RSA with SHA-256
    es256  ///< ECDSA on the curve P-256 with SHA-256
};

/// Signs with a token got for an assertion that the client has signed (RFC 7523, section 2.1): issuer and subject are
/// the client id, the audience is the token endpoint, and it holds for an hour.
///
///     auto account = oauth2_jwt("https://auth.example.com/token", "reader@project", private_key);
///     auto api = http_client(executor, url) | authorize(account);
///
/// Fetched, shared and renewed as by `oauth2_client_credentials`; each request for a token has a new assertion.
class oauth2_jwt : public oauth2_token_source {
public:
    /// \param token_url the token endpoint, absolute
    /// \param client_id as the server knows it
    /// \param private_key PEM (PKCS #8, or as OpenSSL writes it); line breaks may be written `\n`, as in variables of
    /// the environment
    /// \param options the scope becomes a claim of the assertion
    /// \param algorithm has to be that of the key
    /// \param passphrase of an encrypted key
    /// \throws error (invalid_argument) where the key cannot be read, or is for another algorithm
    COREST_DECL oauth2_jwt(std::string token_url, std::string client_id, secret private_key,
        oauth2_options options = oauth2_options{}, jwt_algorithm algorithm = jwt_algorithm::rs256,
        secret passphrase = {});

    /// What must show in no message: the private key too.
    [[nodiscard]] COREST_DECL std::vector<std::string> secrets() const;

private:
    secret private_key_;
    secret passphrase_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/oauth2_jwt.ipp>
#endif

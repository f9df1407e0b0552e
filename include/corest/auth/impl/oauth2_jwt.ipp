#pragma once

#include <corest/auth/oauth2_jwt.hpp>

#include <corest/error.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/select/json_writer.hpp>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

namespace jwt {

/// Base64 for URLs, without padding (RFC 7515, section 2).
[[nodiscard]] inline std::string base64url(const std::string& bytes)
{
    std::string text = base64_of(bytes);
    text.erase(std::min(text.find('='), text.size()));
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

/// A member of a JSON object, with the comma before it.
inline void append_member(std::string& out, std::string_view name, std::string_view text)
{
    out += out.empty() ? '{' : ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, text);
}

inline void append_member(std::string& out, std::string_view name, std::chrono::system_clock::time_point moment)
{
    out += ',';
    append_json_string(out, name);
    out += ':' + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count());
}

/// A private key, and the algorithm that it signs with.
class signing_key {
public:
    /// \throws error (invalid_argument)
    signing_key(const secret& pem, const secret& passphrase, jwt_algorithm algorithm) : algorithm_(algorithm)
    {
        std::string text = pem.reveal();
        if (text.find('\n') == std::string::npos) {
            for (auto at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at + 1)) {
                text.replace(at, 2, "\n");
            }
        }
        const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
            BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
        // With a callback, OpenSSL does not ask at the terminal.
        key_.reset(PEM_read_bio_PrivateKey(bytes.get(), nullptr, &give_passphrase, const_cast<secret*>(&passphrase)),
            &EVP_PKEY_free);
        wipe(text);
        ERR_clear_error();
        if (!key_) {
            throw error(errc::invalid_argument, "the private key for the token endpoint cannot be read",
                passphrase.empty()
                    ? "Give it as PEM (-----BEGIN PRIVATE KEY-----), and its passphrase where it has one"
                    : "Give it as PEM (-----BEGIN ENCRYPTED PRIVATE KEY-----), and check its passphrase");
        }
        const int kind = EVP_PKEY_base_id(key_.get());
        constexpr int bits_of_p256 = 256;
        if (algorithm == jwt_algorithm::rs256 ? kind != EVP_PKEY_RSA
                                              : kind != EVP_PKEY_EC || EVP_PKEY_bits(key_.get()) != bits_of_p256)
        {
            throw error(errc::invalid_argument,
                "the private key for the token endpoint is " + name_of(kind) + ", and the algorithm "
                    + std::string(algorithm == jwt_algorithm::rs256 ? "RS256 needs an RSA key"
                                                                    : "ES256 needs a key on the curve P-256"),
                "Set the algorithm to the key's: RS256 or ES256");
        }
    }

    /// A token in the compact form (RFC 7515, section 7.1). \param claims a JSON object
    [[nodiscard]] secret token(const std::string& claims) const
    {
        const std::string signed_part = base64url(algorithm_ == jwt_algorithm::rs256 ? R"({"alg":"RS256","typ":"JWT"})"
                                                                                     : R"({"alg":"ES256","typ":"JWT"})")
            + "." + base64url(claims);
        return signed_part + "." + base64url(signature(signed_part));
    }

private:
    static int give_passphrase(char* buffer, int size, int, void* passphrase)
    {
        const std::string& text = static_cast<const secret*>(passphrase)->reveal();
        const auto length = static_cast<int>(text.size());
        if (text.empty() || length > size) {
            return -1;
        }
        std::memcpy(buffer, text.data(), text.size());
        return length;
    }

    [[nodiscard]] static std::string name_of(int kind)
    {
        return kind == EVP_PKEY_RSA ? "an RSA key" : kind == EVP_PKEY_EC ? "an EC key" : "of another kind";
    }

    [[nodiscard]] std::string signature(const std::string& text) const
    {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        std::string bytes(static_cast<std::size_t>(EVP_PKEY_size(key_.get())), '\0');
        std::size_t size = bytes.size();
        if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1
            || EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size())
                != 1)
        {
            ERR_clear_error();
            throw error(errc::token_failed, "the assertion for the token endpoint cannot be signed",
                "Check that the private key is whole");
        }
        bytes.resize(size);
        return algorithm_ == jwt_algorithm::rs256 ? bytes : two_numbers(bytes);
    }

    /// An ECDSA signature as JWTs have it: its two numbers, 32 bytes each (RFC 7518, section 3.4). OpenSSL has it in
    /// DER.
    [[nodiscard]] static std::string two_numbers(const std::string& der)
    {
        constexpr int bytes_of_number = 32;
        const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
        const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> read(
            d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size())), &ECDSA_SIG_free);
        std::array<unsigned char, std::size_t{2} * bytes_of_number> numbers{};
        if (!read || BN_bn2binpad(ECDSA_SIG_get0_r(read.get()), numbers.data(), bytes_of_number) < 0
            || BN_bn2binpad(ECDSA_SIG_get0_s(read.get()), numbers.data() + bytes_of_number, bytes_of_number) < 0)
        {
            throw error(errc::token_failed, "the assertion for the token endpoint cannot be signed",
                "Check that the private key is whole");
        }
        return {numbers.begin(), numbers.end()};
    }

    std::shared_ptr<EVP_PKEY> key_;
    jwt_algorithm algorithm_;
};

/// What makes the assertions of a client.
[[nodiscard]] inline std::function<secret(std::chrono::system_clock::time_point)> assertions(
    signing_key key, std::string client_id, std::string audience, std::string scope)
{
    return [key = std::move(key), client = std::move(client_id), audience = std::move(audience),
               scope = std::move(scope)](std::chrono::system_clock::time_point now) {
        std::string claims;
        append_member(claims, "iss", client);
        append_member(claims, "sub", client);
        append_member(claims, "aud", audience);
        append_member(claims, "exp", now + std::chrono::hours(1));
        append_member(claims, "iat", now);
        if (!scope.empty()) {
            append_member(claims, "scope", scope);
        }
        return key.token(claims + "}");
    };
}

} // namespace jwt

} // namespace detail

COREST_DECL oauth2_jwt::oauth2_jwt(std::string token_url, std::string client_id, secret private_key,
    oauth2_options options, jwt_algorithm algorithm, secret passphrase)
    : oauth2_token_source(token_url, {{"grant_type", secret("urn:ietf:params:oauth:grant-type:jwt-bearer")}},
          detail::jwt::assertions(detail::jwt::signing_key(private_key, passphrase, algorithm), std::move(client_id),
              token_url, options.scope_),
          options),
      private_key_(std::move(private_key)),
      passphrase_(std::move(passphrase))
{
}

COREST_DECL std::vector<std::string> oauth2_jwt::secrets() const
{
    std::vector<std::string> all = oauth2_token_source::secrets();
    all.push_back(private_key_.reveal());
    all.push_back(passphrase_.reveal());
    return all;
}

} // namespace corest

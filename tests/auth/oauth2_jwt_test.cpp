#include <corest/auth/authorize.hpp>
#include <corest/auth/oauth2_jwt.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <support/certificates.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using corest::errc;
using corest::error;
using corest::jwt_algorithm;
using corest::oauth2_jwt;
using corest::oauth2_options;
using corest::request;
using testing::Contains;
using testing::HasSubstr;

namespace {

namespace jwt_test {

/// A private key, made for a test.
class key {
public:
    [[nodiscard]] static key rsa() { return key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})); }
    [[nodiscard]] static key ec(const char* curve) { return key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }

    /// \param passphrase empty: not encrypted
    [[nodiscard]] std::string pem(const std::string& passphrase = {}) const
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
        const auto* bytes = reinterpret_cast<const unsigned char*>(passphrase.data());
        PEM_write_bio_PrivateKey(out.get(), native_.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
            passphrase.empty() ? nullptr : bytes, static_cast<int>(passphrase.size()), nullptr, nullptr);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }
    /// Whether a signature in OpenSSL's form is that of a text.
    [[nodiscard]] bool verifies(const std::string& text, const std::string& signature) const
    {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, native_.get()) == 1
            && EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                   signature.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size())
            == 1;
    }

private:
    explicit key(EVP_PKEY* native) : native_(native, &EVP_PKEY_free) {}

    std::shared_ptr<EVP_PKEY> native_;
};

std::string from_base64url(std::string text)
{
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    std::size_t padding = 0;
    for (; text.size() % 4 != 0; ++padding) {
        text += '=';
    }
    std::string bytes(text.size() / 4 * 3, '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()),
        static_cast<int>(text.size()));
    bytes.resize(bytes.size() - padding);
    return bytes;
}

/// The two numbers of an ECDSA signature, as OpenSSL has them.
std::string as_der(const std::string& numbers)
{
    const auto* bytes = reinterpret_cast<const unsigned char*>(numbers.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(), &ECDSA_SIG_free);
    ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
    std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

/// The requests that a resource sends of which the first is signed: the one for the token, and its own.
std::vector<request> sent(const oauth2_jwt& how)
{
    corest::net::io_context context;
    auto server = std::make_shared<scripted_transport>(
        [](const request&) { return respond(200, R"({"access_token":"granted","expires_in":60})"); });
    const corest::client api = corest::client(context.get_executor(), corest::any_transport(server), "https://api.test")
        | corest::authorize(how);
    (void)run(context, api.transport().send(request("GET", "https://api.test/things")));
    return server->sent;
}

std::string parameter_of(const std::string& body, const std::string& name)
{
    return corest::find_query("https://x/?" + body, name).value_or("");
}

std::string parameter(const request& r, const std::string& name)
{
    return parameter_of(r.body, name);
}

TEST(Oauth2Jwt, AsksForATokenWithASignedAssertion)
{
    const key rsa = key::rsa();
    const key ec = key::ec("P-256");
    for (const jwt_algorithm algorithm : {jwt_algorithm::rs256, jwt_algorithm::es256}) {
        const bool is_rsa = algorithm == jwt_algorithm::rs256;
        auto clock = std::make_shared<manual_clock>();
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock->date().time_since_epoch()).count();
        const auto requests = sent(oauth2_jwt("https://auth.test/token", "me\"", (is_rsa ? rsa : ec).pem(),
            oauth2_options().scope("a b").extra("audience", "x").clock(clock), algorithm));
        ASSERT_EQ(requests.size(), 2U);
        EXPECT_EQ(requests[0].url, "https://auth.test/token");
        EXPECT_EQ(parameter(requests[0], "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
        EXPECT_EQ(parameter(requests[0], "audience"), "x");
        EXPECT_EQ(parameter(requests[0], "scope"), "") << "it is a claim";
        EXPECT_EQ(requests[1].headers.find("Authorization"), "Bearer granted");

        const std::string token = parameter(requests[0], "assertion");
        const auto dot = token.find('.');
        const auto second = token.find('.', dot + 1);
        EXPECT_EQ(from_base64url(token.substr(0, dot)),
            is_rsa ? R"({"alg":"RS256","typ":"JWT"})" : R"({"alg":"ES256","typ":"JWT"})");
        EXPECT_EQ(from_base64url(token.substr(dot + 1, second - dot - 1)),
            R"({"iss":"me\"","sub":"me\"","aud":"https://auth.test/token","exp":)" + std::to_string(now + 3600)
                + R"(,"iat":)" + std::to_string(now) + R"(,"scope":"a b"})");
        const std::string signature = from_base64url(token.substr(second + 1));
        EXPECT_TRUE((is_rsa ? rsa : ec).verifies(token.substr(0, second), is_rsa ? signature : as_der(signature)));
        EXPECT_EQ(token.find_first_of("+/="), std::string::npos);
    }
}

TEST(Oauth2Jwt, AsksARealEndpointOverTls)
{
    const key rsa = key::rsa();
    const key ec = key::ec("P-256");
    const certificate_chain chain;
    for (const jwt_algorithm algorithm : {jwt_algorithm::rs256, jwt_algorithm::es256}) {
        const bool is_rsa = algorithm == jwt_algorithm::rs256;
        scripted_server endpoint(script()
                                     .receive()
                                     .send(ok(R"({"access_token":"granted","token_type":"Bearer","expires_in":3599})"))
                                     .repeat(),
            tls_wish(chain.own));
        scripted_server api(script()
                .receive()
                .send(ok("[]"))
                .receive()
                .send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
                .receive()
                .send(ok("[]")));
        corest::net::io_context context;
        {
            corest::http_options options;
            options.ca_pem = chain.root.pem();
            const oauth2_jwt how(endpoint.url("/token"), "me", (is_rsa ? rsa : ec).pem(), oauth2_options(), algorithm);
            const corest::client c =
                corest::http_client(context.get_executor(), api.url(""), options) | corest::authorize(how);
            EXPECT_EQ(run(context, c.exchange(request("GET", "/1"))).status, 200U);
            EXPECT_EQ(run(context, c.exchange(request("GET", "/2"))).status, 200U);
        }
        ASSERT_EQ(endpoint.requests().size(), 2U) << "once more after the 401";
        EXPECT_THAT(api.requests().at(0), HasSubstr("\r\nAuthorization: Bearer granted\r\n"));
        const std::string text = endpoint.requests()[0];
        const std::string token = parameter_of(text.substr(text.find("\r\n\r\n") + 4), "assertion");
        const auto second = token.rfind('.');
        const std::string signature = from_base64url(token.substr(second + 1));
        EXPECT_TRUE((is_rsa ? rsa : ec).verifies(token.substr(0, second), is_rsa ? signature : as_der(signature)));
        EXPECT_THAT(from_base64url(token.substr(token.find('.') + 1, second - token.find('.') - 1)),
            HasSubstr("\"aud\":\"" + endpoint.url("/token") + "\""));
    }
}

TEST(Oauth2Jwt, ReadsAnEncryptedKeyAndOneInALine)
{
    const key rsa = key::rsa();
    EXPECT_EQ(sent(oauth2_jwt("https://auth.test/token", "me", rsa.pem("a passphrase"), oauth2_options(),
                       jwt_algorithm::rs256, "a passphrase"))
                  .size(),
        2U);
    std::string line = rsa.pem();
    for (auto at = line.find('\n'); at != std::string::npos; at = line.find('\n')) {
        line.replace(at, 1, "\\n");
    }
    EXPECT_EQ(sent(oauth2_jwt("https://auth.test/token", "me", line)).size(), 2U);
}

TEST(Oauth2Jwt, AKeyThatCannotBeUsedIsAnErrorThatSaysWhy)
{
    const auto refusal = [](const std::string& pem, jwt_algorithm algorithm, const char* passphrase = "") {
        try {
            const oauth2_jwt made("https://auth.test/token", "me", pem, oauth2_options(), algorithm, passphrase);
            return std::string("no error");
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            return std::string(e.what());
        }
    };
    EXPECT_THAT(refusal("S3CR3T", jwt_algorithm::rs256), HasSubstr("cannot be read. Give it as PEM"));
    EXPECT_THAT(refusal("S3CR3T", jwt_algorithm::rs256), testing::Not(HasSubstr("S3CR3T")));
    EXPECT_THAT(refusal("", jwt_algorithm::rs256), HasSubstr("cannot be read"));
    EXPECT_THAT(refusal(key::rsa().pem("right"), jwt_algorithm::rs256, "wrong"), HasSubstr("check its passphrase"));
    EXPECT_THAT(refusal(key::rsa().pem("right"), jwt_algorithm::rs256), HasSubstr("its passphrase where it has one"));
    EXPECT_THAT(refusal(key::rsa().pem(), jwt_algorithm::es256), HasSubstr("is an RSA key, and the algorithm ES256"));
    EXPECT_THAT(
        refusal(key::ec("P-256").pem(), jwt_algorithm::rs256), HasSubstr("is an EC key, and the algorithm RS256"));
    EXPECT_THAT(refusal(key::ec("P-384").pem(), jwt_algorithm::es256), HasSubstr("needs a key on the curve P-256"));
}

TEST(Oauth2Jwt, KeyPassphraseAndAssertionAreSecrets)
{
    const std::string pem = key::rsa().pem("a passphrase");
    const oauth2_jwt how("https://auth.test/token", "me", pem, oauth2_options(), jwt_algorithm::rs256, "a passphrase");
    const auto requests = sent(how);
    EXPECT_THAT(how.secrets(), Contains(pem));
    EXPECT_THAT(how.secrets(), Contains("a passphrase"));
    EXPECT_THAT(how.secrets(), Contains("granted"));
    EXPECT_THAT(how.secrets(), Contains(parameter(requests.at(0), "assertion")));
}

} // namespace jwt_test

} // namespace

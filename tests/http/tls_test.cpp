#include "http/http_test.hpp"

#include "support/certificates.hpp"

#include <corest/http/client.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(buffer.hpp)
#include COREST_ASIO(co_spawn.hpp)
// clang-format off: it would put blanks around the slash
#include COREST_ASIO(ssl/context.hpp)
// clang-format on

#include <openssl/ssl.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace corest;

/// A root that the client trusts, and a server with a certificate of it.
class Tls : public HttpTest {
protected:
    Tls() : root_(certificate_wish::root()), ca_file_(directory.write("root.pem", root_.pem()))
    {
        options.ca_file = ca_file_;
        // So that a name can be tested which no resolver knows.
        options.resolver = [](std::string, std::string) -> net::awaitable<std::vector<std::string>> {
            co_return std::vector<std::string>(1, "127.0.0.1");
        };
    }

    static script answer() { return script().receive().send(ok("{\"tls\": true}")).repeat(); }

    std::string url(const scripted_server& server, const std::string& host = "localhost") const
    {
        return "https://" + host + ":" + std::to_string(server.port()) + "/items";
    }

    /// The refusal of a server with this certificate; it must never see a request.
    error refusal(const tls_wish& wish, const std::string& host = "localhost")
    {
        scripted_server server(answer(), wish);
        error e = failure(url(server, host));
        EXPECT_EQ(e.kind(), errc::tls_failed) << e.what();
        EXPECT_EQ(e.context().attempts, 0U);
        EXPECT_TRUE(server.requests().empty());
        EXPECT_EQ(server.connections(), 1U) << "neither retried nor tried without TLS";
        EXPECT_TRUE(server.all_closed());
        return e;
    }

    error refusal(const certificate_wish& wish, const std::string& host = "localhost")
    {
        const certificate one(wish, root_);
        return refusal(tls_wish(one), host);
    }

    temporary_directory directory;
    certificate root_;
    std::string ca_file_;
};

TEST_F(Tls, AcceptsACertificateOfATrustedRootForItsName)
{
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    for (const char* host : {"localhost", "api.test", "LOCALHOST", "127.0.0.1"}) {
        const response got = get(url(server, host));
        EXPECT_EQ(got.body.view(), "{\"tls\": true}") << host;
    }
    // RFC 6066, section 3: no SNI for an address.
    EXPECT_EQ(server.server_names(), (std::vector<std::string>{"localhost", "api.test", "localhost", ""}));
}

TEST_F(Tls, KeepsTheConnectionForTheNextRequest)
{
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    http_transport through = transport();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
    }
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(through.stats().idle, 1U);
}

TEST_F(Tls, ReadsALargeBodyThroughManyRecords)
{
    std::string body(3'000'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 97) {
        body[i] = static_cast<char>('a' + i % 26);
    }
    scripted_server server(
        script().receive().send(ok(body)).repeat(), tls_wish(certificate(certificate_wish(), root_)));
    EXPECT_TRUE(get(url(server)).body.view() == body);
}

TEST_F(Tls, AcceptsAWildcardForOneLabel)
{
    certificate_wish wish;
    wish.alternative_names = "DNS:*.example.test";
    scripted_server server(answer(), tls_wish(certificate(wish, root_)));
    EXPECT_EQ(get(url(server, "api.example.test")).status, 200U);
    EXPECT_EQ(failure(url(server, "a.b.example.test")).kind(), errc::tls_failed);
    EXPECT_EQ(failure(url(server, "example.test")).kind(), errc::tls_failed);
}

TEST_F(Tls, RefusesAnExpiredCertificate)
{
    certificate_wish wish;
    wish.valid_from = -7200;
    wish.valid_to = -3600;
    EXPECT_NE(refusal(wish).message().find("has expired"), std::string::npos);
}

TEST_F(Tls, RefusesACertificateThatIsNotValidYet)
{
    certificate_wish wish;
    wish.valid_from = 3600;
    wish.valid_to = 7200;
    EXPECT_NE(refusal(wish).hint().find("clock"), std::string::npos);
}

TEST_F(Tls, RefusesACertificateForAnotherHost)
{
    certificate_wish wish;
    wish.alternative_names = "DNS:other.example,IP:127.0.0.2";
    EXPECT_EQ(refusal(wish).message(), "the server's TLS certificate is not for localhost");
    EXPECT_EQ(refusal(wish, "127.0.0.1").message(), "the server's TLS certificate is not for 127.0.0.1");
}

TEST_F(Tls, AnAddressIsNoNameAndANameIsNoAddress)
{
    certificate_wish wish;
    wish.alternative_names = "DNS:127.0.0.1,DNS:localhost";
    refusal(wish, "127.0.0.1");
}

TEST_F(Tls, RefusesACommonNameWithoutAlternativeName)
{
    certificate_wish wish;
    wish.alternative_names.clear();
    EXPECT_NE(refusal(wish).hint().find("common name alone does not count"), std::string::npos);
}

TEST_F(Tls, RefusesAnUntrustedRoot)
{
    const certificate stranger(certificate_wish::root("Another root"));
    const error e = refusal(tls_wish(certificate(certificate_wish(), stranger)));
    EXPECT_NE(e.hint().find("ca_file"), std::string::npos) << e.what();
}

TEST_F(Tls, RefusesASelfSignedCertificate)
{
    const error e = refusal(tls_wish(certificate(certificate_wish())));
    EXPECT_NE(e.hint().find("ca_file"), std::string::npos) << e.what();
}

TEST_F(Tls, RefusesACertificateForClientsOnly)
{
    certificate_wish wish;
    wish.extended_usage = "clientAuth";
    EXPECT_NE(refusal(wish).message().find("not meant for servers"), std::string::npos);
}

TEST_F(Tls, RefusesAnIncompleteChainAndAcceptsTheWholeOne)
{
    const certificate middle(certificate_wish::root("Intermediate"), root_);
    const certificate leaf(certificate_wish(), middle);
    const error e = refusal(tls_wish(leaf));
    EXPECT_NE(e.hint().find("intermediate certificates"), std::string::npos) << e.what();

    tls_wish whole(leaf);
    whole.chain_pem += middle.pem();
    scripted_server server(answer(), whole);
    EXPECT_EQ(get(url(server)).status, 200U);
}

TEST_F(Tls, RefusesTls10AndTls11)
{
    const certificate one(certificate_wish(), root_);
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        tls_wish wish(one);
        wish.lowest_version = wish.highest_version = version;
        EXPECT_NE(refusal(wish).hint().find("TLS 1.1 or older"), std::string::npos);
    }
}

TEST_F(Tls, RefusesACipherThatEncryptsNothing)
{
    tls_wish wish(certificate(certificate_wish(), root_));
    wish.highest_version = TLS1_2_VERSION;
    wish.ciphers = "eNULL";
    refusal(wish);
}

TEST_F(Tls, AcceptsTls12AndTls13)
{
    const certificate one(certificate_wish(), root_);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_wish wish(one);
        wish.lowest_version = wish.highest_version = version;
        scripted_server server(answer(), wish);
        http_transport through = transport();
        EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
        EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
        EXPECT_EQ(server.connections(), 1U);
    }
}

TEST_F(Tls, GivesItsCertificateWhereTheServerDemandsOne)
{
    const certificate one(certificate_wish(), root_);
    certificate_wish client_wish;
    client_wish.common_name = "client";
    client_wish.extended_usage = "clientAuth";
    const certificate own(client_wish, root_);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_wish wish(one);
        wish.client_ca_pem = root_.pem();
        wish.lowest_version = wish.highest_version = version;
        scripted_server server(answer(), wish);

        options.client_cert_file = directory.write("client.pem", own.pem());
        options.client_key_file = directory.write("client.key", own.key_pem());
        EXPECT_EQ(get(url(server)).status, 200U);

        options.client_cert_file = directory.write("both.pem", own.pem() + own.key_pem());
        options.client_key_file.clear();
        EXPECT_EQ(get(url(server)).status, 200U);

        options.client_cert_file.clear();
        const error e = failure(url(server));
        EXPECT_EQ(e.kind(), errc::tls_failed) << e.what();
        EXPECT_NE(e.hint().find("client_cert_file"), std::string::npos) << e.what();
    }
}

TEST_F(Tls, RefusesFilesThatItCannotUseBeforeAnythingIsSent)
{
    const auto refused = [&] {
        try {
            transport();
        } catch (const error& e) {
            return e.kind() == errc::invalid_argument ? std::string(e.what()) : "another kind";
        }
        return std::string("accepted");
    };
    options.ca_file = directory.write("empty.pem", "");
    EXPECT_NE(refused().find("empty.pem"), std::string::npos) << refused();
    options.ca_file = "/nowhere/root.pem";
    EXPECT_NE(refused().find("trusted roots '/nowhere/root.pem'"), std::string::npos) << refused();
    options.ca_file = ca_file_;
    options.client_cert_file = directory.write("client.pem", root_.pem());
    options.client_key_file = directory.write("other.key", certificate(certificate_wish()).key_pem());
    EXPECT_NE(refused().find("other.key"), std::string::npos) << refused();
}

TEST_F(Tls, TrustsSslCertFileWhereNoCaFileIsGiven)
{
    options.ca_file.clear();
    const std::string before = std::getenv("SSL_CERT_FILE") == nullptr ? "" : std::getenv("SSL_CERT_FILE");
    setenv("SSL_CERT_FILE", ca_file_.c_str(), 1);
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    EXPECT_EQ(get(url(server)).status, 200U);
    unsetenv("SSL_CERT_FILE");
    EXPECT_EQ(failure(url(server)).kind(), errc::tls_failed);
    if (!before.empty()) {
        setenv("SSL_CERT_FILE", before.c_str(), 1);
    }
}

TEST_F(Tls, TrustsRootsFromMemory)
{
    options.ca_file.clear();
    const certificate other(certificate_wish::root("Another root"));
    options.ca_pem = other.pem() + "# a comment between them\n" + root_.pem();
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    EXPECT_EQ(get(url(server)).status, 200U);
    scripted_server stranger(
        answer(), tls_wish(certificate(certificate_wish(), certificate(certificate_wish::root("A third root")))));
    EXPECT_EQ(failure(url(stranger)).kind(), errc::tls_failed);

    options.ca_file = ca_file_; // either counts
    options.ca_pem = other.pem();
    scripted_server others(answer(), tls_wish(certificate(certificate_wish(), other)));
    EXPECT_EQ(get(url(server)).status, 200U);
    EXPECT_EQ(get(url(others)).status, 200U);
}

TEST_F(Tls, RefusesATextThatHoldsNoRoots)
{
    const std::string whole = root_.pem();
    for (const std::string& text : {std::string("no PEM"), root_.key_pem(), whole + whole.substr(0, whole.size() / 2)})
    {
        options.ca_pem = text;
        try {
            transport();
            ADD_FAILURE() << text;
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            EXPECT_NE(e.hint().find("ca_pem"), std::string::npos) << e.what();
        }
    }
}

TEST_F(Tls, AcceptsAPinnedKeyOfTheServerOrOfItsIssuers)
{
    const certificate own(certificate_wish(), root_);
    const certificate other(certificate_wish(), root_);
    scripted_server server(answer(), tls_wish(own));
    for (const std::string& pin : {own.pin(), root_.pin(), "sha256//" + own.pin().substr(7)}) {
        options.pinned_keys = {other.pin(), pin};
        EXPECT_EQ(get(url(server)).status, 200U) << pin;
    }
}

TEST_F(Tls, RefusesAServerWithAnotherKeyThanThePinnedOnes)
{
    const certificate own(certificate_wish(), root_);
    options.pinned_keys = {certificate(certificate_wish(), root_).pin()};
    scripted_server server(answer(), tls_wish(own));
    const error e = failure(url(server));
    EXPECT_EQ(e.kind(), errc::tls_failed) << e.what();
    EXPECT_NE(e.context().cause.find(own.pin()), std::string::npos) << e.what();
    EXPECT_NE(e.message().find("pinned_keys"), std::string::npos) << e.what();
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Tls, APinDoesNotStandInForVerification)
{
    const certificate own{certificate_wish()};
    options.pinned_keys = {own.pin()};
    refusal(tls_wish(own));
}

TEST_F(Tls, WithoutVerificationOnlyTheServersOwnKeyMayBePinned)
{
    options.verify_peer = false;
    const certificate own{certificate_wish()};
    tls_wish wish(own);
    wish.chain_pem += root_.pem(); // sent, and proves nothing
    scripted_server server(answer(), wish);
    options.pinned_keys = {own.pin()};
    EXPECT_EQ(get(url(server)).status, 200U);
    options.pinned_keys = {root_.pin()};
    EXPECT_EQ(failure(url(server)).kind(), errc::tls_failed);
}

TEST_F(Tls, RefusesWhatIsNoPin)
{
    const std::string good = root_.pin();
    for (const std::string& bad : {std::string(), std::string("sha256/"), good.substr(7), "sha1/" + good.substr(7),
             good.substr(0, good.size() - 1), good.substr(0, good.size() - 2) + "-=", good + "="})
    {
        options.pinned_keys = {good, bad};
        try {
            transport();
            ADD_FAILURE() << bad;
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            EXPECT_NE(e.message().find("'" + bad + "'"), std::string::npos) << e.what();
        }
    }
}

TEST_F(Tls, UsesAContextOfTheProgramsOwn)
{
    options.ca_file.clear();
    const auto context_of = [](const std::string& pem) {
        auto made = std::make_shared<net::ssl::context>(net::ssl::context::tls_client);
        made->add_certificate_authority(net::buffer(pem));
        return made;
    };
    options.ssl_context = context_of(root_.pem());
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    {
        http_transport through = transport();
        options.ssl_context.reset();
        EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
    }

    // Asio's contexts verify nothing until they are told to; that is no reason not to.
    options.ssl_context = context_of(certificate(certificate_wish::root("Another root")).pem());
    EXPECT_EQ(failure(url(server)).kind(), errc::tls_failed);
    options.ssl_context = context_of(root_.pem());
    certificate_wish elsewhere;
    elsewhere.alternative_names = "DNS:other.example";
    scripted_server other(answer(), tls_wish(certificate(elsewhere, root_)));
    EXPECT_EQ(failure(url(other)).message(), "the server's TLS certificate is not for localhost");
    options.pinned_keys = {certificate(certificate_wish()).pin()};
    EXPECT_EQ(failure(url(server)).kind(), errc::tls_failed);
}

TEST_F(Tls, CallsTheVerifyCallbackOfAContextOfTheProgramsOwn)
{
    options.ca_file.clear();
    auto made = std::make_shared<net::ssl::context>(net::ssl::context::tls_client);
    made->add_certificate_authority(net::buffer(root_.pem()));
    const auto calls = std::make_shared<int>(0);
    made->set_verify_callback([calls](bool good, net::ssl::verify_context&) {
        ++*calls;
        return good && *calls < 3;
    });
    options.ssl_context = std::move(made);
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    EXPECT_EQ(get(url(server)).status, 200U);
    EXPECT_EQ(*calls, 2) << "the root and the server";
    EXPECT_EQ(failure(url(server)).kind(), errc::tls_failed);
}

TEST_F(Tls, RefusesRootsBesidesAContext)
{
    options.ssl_context = std::make_shared<net::ssl::context>(net::ssl::context::tls_client);
    EXPECT_THROW(transport(), error);
    options.ca_file.clear();
    EXPECT_NO_THROW(transport());
    options.ca_pem = root_.pem();
    EXPECT_THROW(transport(), error);
}

TEST_F(Tls, VerifiesNothingIfTold)
{
    options.verify_peer = false;
    certificate_wish wish;
    wish.alternative_names = "DNS:other.example";
    wish.valid_to = -60;
    scripted_server server(answer(), tls_wish(certificate(wish)));
    EXPECT_EQ(get(url(server)).status, 200U);
}

TEST_F(Tls, SaysThatTheServerSpeaksPlainHttp)
{
    scripted_server server(script().send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    const error e = failure(url(server));
    EXPECT_EQ(e.kind(), errc::tls_failed);
    EXPECT_NE(e.hint().find("http://"), std::string::npos) << e.what();
}

TEST_F(Tls, SaysThatTheServerWantsTls)
{
    scripted_server server(answer(), tls_wish(certificate(certificate_wish(), root_)));
    const error e = failure("http://127.0.0.1:" + std::to_string(server.port()) + "/");
    // OpenSSL ends the connection with an alert, which is no HTTP.
    EXPECT_TRUE(e.kind() == errc::protocol_error || e.kind() == errc::connection_lost) << e.what();
}

TEST_F(Tls, ABodyWithoutLengthMustEndWithCloseNotify)
{
    const tls_wish wish(certificate(certificate_wish(), root_));
    const std::string text = "HTTP/1.1 200 OK\r\n\r\n{\"data\": [1, 2";
    scripted_server cut(script().receive().send(text).cut(), wish);
    const error e = failure(url(cut));
    EXPECT_EQ(e.kind(), errc::connection_lost);
    EXPECT_NE(e.message().find("cut off"), std::string::npos) << e.what();

    scripted_server proper(script().receive().send(text), wish);
    EXPECT_EQ(get(url(proper)).body.view(), "{\"data\": [1, 2");
}

TEST_F(Tls, ACompleteBodyNeedsNoCloseNotify)
{
    const tls_wish wish(certificate(certificate_wish(), root_));
    scripted_server known(script().receive().send(ok("{}")).cut(), wish);
    EXPECT_EQ(get(url(known)).body.view(), "{}");
    scripted_server chunked(
        script().receive().send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n").cut(),
        wish);
    EXPECT_EQ(get(url(chunked)).body.view(), "{}");
    scripted_server cut(script().receive().send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}").cut(), wish);
    EXPECT_EQ(failure(url(cut)).kind(), errc::connection_lost);
}

TEST_F(Tls, ReplacesAnIdleConnectionThatTheServerClosed)
{
    const tls_wish wish(certificate(certificate_wish(), root_));
    for (const bool properly : {true, false}) {
        script plan = script().receive().send(ok("{}"));
        scripted_server server(properly ? std::move(plan) : std::move(plan).cut(), wish);
        http_transport through = transport();
        for (std::size_t i = 1; i <= 3; ++i) {
            EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
            EXPECT_EQ(server.connections(), i);
            // One that ends properly waits for the client's own end of TLS.
            EXPECT_TRUE(properly || server.all_closed());
        }
    }
}

TEST_F(Tls, BytesAfterAResponseAreNeverTheNextOne)
{
    const tls_wish wish(certificate(certificate_wish(), root_));
    for (const std::string& evil : {ok("{\"evil\": 1}"), std::string("x")}) {
        scripted_server server(script().receive().send(ok("{\"n\": 1}")).send(evil).hold(), wish);
        http_transport through = transport();
        for (std::size_t i = 1; i <= 3; ++i) {
            EXPECT_EQ(send(through, request("GET", url(server))).body.view(), "{\"n\": 1}");
            EXPECT_TRUE(server.holding(i));
        }
    }
}

TEST_F(Tls, FurtherConnectionsResumeTheSession)
{
    const certificate one(certificate_wish(), root_);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const bool properly : {true, false}) {
            tls_wish wish(one);
            wish.lowest_version = wish.highest_version = version;
            script plan = script().receive().send(ok("{}"));
            scripted_server server(properly ? std::move(plan) : std::move(plan).cut(), wish);
            // Of any certificate of the chain, which a session that is resumed does not show again.
            options.pinned_keys = {root_.pin()};
            http_transport through = transport();
            for (std::size_t i = 0; i < 5; ++i) {
                EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
                EXPECT_EQ(server.connections(), i + 1);
                EXPECT_EQ(server.resumed(), i);
            }
        }
    }
}

TEST_F(Tls, ABurstMakesOneWholeHandshake)
{
    // With TLS 1.3 the server says after its handshake how it is resumed, but long before its first response.
    options.connections_per_origin = 8;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_wish wish(certificate(certificate_wish(), root_));
        wish.lowest_version = wish.highest_version = version;
        scripted_server server(script().receive().pause(std::chrono::milliseconds(500)).send(ok("{}")).repeat(), wish);
        http_transport through = transport();
        int answered = 0;
        for (int i = 0; i < 16; ++i) {
            net::co_spawn(context, through.send(request("GET", url(server))),
                [&](const std::exception_ptr& e, const response&) { answered += e ? 0 : 1; });
        }
        context.restart();
        context.run();
        EXPECT_EQ(answered, 16);
        EXPECT_EQ(server.connections(), 8U);
        EXPECT_EQ(server.resumed(), 7U) << version;
    }
}

TEST_F(Tls, ASessionIsOfOneOriginAndOneClient)
{
    scripted_server server(script().receive().send(ok("{}")), tls_wish(certificate(certificate_wish(), root_)));
    http_transport through = transport();
    send(through, request("GET", url(server)));
    send(through, request("GET", url(server, "api.test")));
    EXPECT_EQ(server.resumed(), 0U);
    send(through, request("GET", url(server)));
    EXPECT_EQ(server.resumed(), 1U);
    get(url(server));
    EXPECT_EQ(server.resumed(), 1U);

    // A server whose certificate is for one of the names only is refused for the other, whatever was resumed.
    certificate_wish wish;
    wish.alternative_names = "DNS:localhost";
    scripted_server other(script().receive().send(ok("{}")), tls_wish(certificate(wish, root_)));
    send(through, request("GET", url(other)));
    send(through, request("GET", url(other)));
    EXPECT_EQ(other.resumed(), 1U);
    EXPECT_EQ(failure(through, request("GET", url(other, "api.test"))).kind(), errc::tls_failed);
}

TEST_F(Tls, AServerThatDoesNotBearAnOfferedSessionIsConnectedToWithoutOne)
{
    const certificate own(certificate_wish(), root_);
    options.client_cert_file = directory.write("both.pem", own.pem() + own.key_pem());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_wish wish(own);
        wish.client_ca_pem = root_.pem(); // and no session id context: OpenSSL ends the handshake with an alert
        wish.lowest_version = wish.highest_version = version;
        scripted_server server(script().receive().send(ok("{}")), wish);
        http_transport through = transport();
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(send(through, request("GET", url(server))).status, 200U);
        }
        EXPECT_EQ(server.connections(), 4U);
        EXPECT_EQ(server.resumed(), 0U);
    }
}

TEST_F(Tls, AVerifyCallbackOfTheProgramsOwnIsAskedForEachConnection)
{
    options.ca_file.clear();
    scripted_server server(script().receive().send(ok("{}")), tls_wish(certificate(certificate_wish(), root_)));
    for (const bool callback : {false, true}) {
        auto made = std::make_shared<net::ssl::context>(net::ssl::context::tls_client);
        made->add_certificate_authority(net::buffer(root_.pem()));
        const auto calls = std::make_shared<int>(0);
        if (callback) {
            made->set_verify_callback([calls](bool good, net::ssl::verify_context&) { return ++*calls, good; });
        }
        options.ssl_context = std::move(made);
        http_transport through = transport();
        send(through, request("GET", url(server)));
        send(through, request("GET", url(server)));
        EXPECT_EQ(server.resumed(), 1U) << "without a callback";
        EXPECT_EQ(*calls, callback ? 4 : 0);
    }
}

TEST_F(Tls, AClientOutlivesItsContext)
{
    const certificate one(certificate_wish(), root_);
    scripted_server server(answer(), tls_wish(one));
    std::optional<net::io_context> short_lived(std::in_place);
    const client api = http_client(short_lived->get_executor(), url(server), options);
    const auto ask = [](client through, std::string from) -> net::awaitable<response> {
        request r("GET", std::move(from));
        co_return co_await through.send(std::move(r));
    };
    EXPECT_EQ(run(*short_lived, ask(api, url(server))).status, 200U);
    short_lived.reset();
    EXPECT_TRUE(server.all_closed());
}

} // namespace

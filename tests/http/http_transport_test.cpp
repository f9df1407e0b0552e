#include "http/http_test.hpp"

#include "support/certificates.hpp"

#include <corest/http/client.hpp>
#include <corest/http/content_coding.hpp>
#include <corest/http/detail/block_cache.hpp>
#include <corest/http/url.hpp>
#include <corest/version.hpp>

#if COREST_WITH_LIBDEFLATE
#    include <libdeflate.h>
#endif

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace corest;

/// The value of a field in a request as the server got it; "(none)" where it is not there.
std::string field(const std::string& text, const std::string& name)
{
    const auto begin = text.find("\r\n" + name + ": ");
    if (begin == std::string::npos) {
        return "(none)";
    }
    const auto value = begin + name.size() + 4;
    return text.substr(value, text.find("\r\n", value) - value);
}

TEST_F(HttpTest, SendsAPlainRequestAndReadsTheResponse)
{
    scripted_server server(script().receive().send(ok("{\"a\": 1}", "ETag: \"7\"\r\n")));
    const response got = get(server.url("/items?limit=10&q=a%20b#fragment"));
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(got.reason, "OK");
    EXPECT_EQ(got.body.view(), "{\"a\": 1}");
    EXPECT_EQ(got.headers.find("etag"), "\"7\"");
    EXPECT_EQ(got.url, server.url("/items?limit=10&q=a%20b#fragment"));
    EXPECT_EQ(got.attempts, 1U);

    const std::string request = server.requests().at(0);
    EXPECT_EQ(request.substr(0, request.find("\r\n")), "GET /items?limit=10&q=a%20b HTTP/1.1");
    EXPECT_EQ(field(request, "Host"), "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(field(request, "User-Agent"), "corest/" + std::string(version));
    EXPECT_EQ(field(request, "Accept"), "application/json");
    constexpr bool has_codings = COREST_WITH_LIBDEFLATE || COREST_WITH_ZSTD;
    EXPECT_EQ(field(request, "Accept-Encoding"), has_codings ? std::string(decodable_codings()) : "(none)");
    EXPECT_EQ(field(request, "Content-Length"), "(none)");
    EXPECT_EQ(field(request, "Referer"), "(none)");
}

TEST_F(HttpTest, HandsOutEveryStatusAsItIs)
{
    for (const unsigned status : {201U, 304U, 400U, 401U, 404U, 429U, 500U, 503U}) {
        scripted_server server(
            script().receive().send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\n\r\n"));
        EXPECT_EQ(get(server.url()).status, status);
    }
}

TEST_F(HttpTest, SendsABodyWithItsLengthAndTheCallersFields)
{
    scripted_server server(script().receive().send(ok("{}")));
    http_transport through = transport();
    request r("POST", server.url("/search"));
    r.body = "{\"query\": \"all\"}";
    r.headers.set("Content-Type", "application/json");
    r.headers.set("Accept", "text/csv");
    r.headers.set("User-Agent", "mine/1");
    r.headers.set("Accept-Encoding", "identity");
    r.headers.set("Content-Length", "3");
    r.headers.set("Transfer-Encoding", "chunked");
    r.headers.set("Connection", "close");
    r.headers.set("Proxy-Authorization", "Basic S3CR3T");
    EXPECT_EQ(send(through, r).status, 200U);
    const std::string request = server.requests().at(0);
    EXPECT_EQ(request.substr(request.find("\r\n\r\n") + 4), r.body);
    EXPECT_EQ(field(request, "Content-Length"), std::to_string(r.body.size()));
    EXPECT_EQ(field(request, "Accept"), "text/csv");
    EXPECT_EQ(field(request, "User-Agent"), "mine/1");
    EXPECT_EQ(field(request, "Accept-Encoding"), "identity");
    for (const char* name : {"Transfer-Encoding", "Connection", "Proxy-Authorization"}) {
        EXPECT_EQ(field(request, name), "(none)") << name;
    }
}

TEST_F(HttpTest, SendsALengthWithAnEmptyPost)
{
    scripted_server server(script().receive().send(ok("{}")));
    http_transport through = transport();
    send(through, request("POST", server.url()));
    EXPECT_EQ(field(server.requests().at(0), "Content-Length"), "0");
}

TEST_F(HttpTest, ReadsBodiesOfEveryFramingAndSize)
{
    std::string big;
    for (int i = 0; i < 60'000; ++i) {
        big += std::to_string(i) + ",";
    }
    std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < big.size(); i += 10'000) {
        const std::string piece = big.substr(i, 10'000);
        char size[16];
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        chunked += size + piece + "\r\n";
    }
    chunked += "0\r\n\r\n";
    for (const std::string& text : {ok(big), chunked, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + big}) {
        scripted_server server(script().receive().send(text));
        const response got = get(server.url());
        EXPECT_EQ(got.body.size(), big.size());
        EXPECT_TRUE(got.body.view() == big);
    }
}

#if defined(__linux__)

TEST_F(HttpTest, AResponseInSeveralSegmentsDoesNotWaitForADelayedAcknowledgement)
{
    const certificate_chain chain;
    options.ca_pem = chain.root.pem();
    const script plan = script()
                            .nagle()
                            .receive()
                            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                            .send("2\r\n{\"\r\n")
                            .send("5\r\na\": 1\r\n")
                            .send("1\r\n}\r\n0\r\n\r\n")
                            .repeat();
    for (const bool tls : {false, true}) {
        const auto server = tls ? std::make_unique<scripted_server>(plan, tls_wish(chain.own))
                                : std::make_unique<scripted_server>(plan);
        http_transport through = transport();
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 50; ++i) {
            EXPECT_EQ(send(through, request("GET", server->url())).body.view(), "{\"a\": 1}");
        }
        // Each would cost 40 ms.
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1000));
        EXPECT_EQ(server->connections(), 1U);
    }
}

#endif

TEST_F(HttpTest, HeadHasNoBodyAndKeepsTheConnection)
{
    scripted_server server(script().receive().send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").repeat());
    http_transport through = transport();
    for (int i = 0; i < 3; ++i) {
        const response got = send(through, request("HEAD", server.url()));
        EXPECT_EQ(got.headers.find("Content-Length"), "1000");
        EXPECT_TRUE(got.body.empty());
    }
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpTest, SkipsInterimResponses)
{
    scripted_server server(script()
            .receive()
            .send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            .send("HTTP/1.1 100 Continue\r\n\r\n" + ok("{\"n\": 1}"))
            .repeat());
    http_transport through = transport();
    for (int i = 0; i < 2; ++i) {
        const response got = send(through, request("GET", server.url()));
        EXPECT_EQ(got.status, 200U);
        EXPECT_EQ(got.body.view(), "{\"n\": 1}");
    }
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpTest, AServerThatAnswersBeforeItReadsTheBodyIsHeard)
{
    scripted_server server(script()
            .pause(std::chrono::milliseconds(50))
            .send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            .hold());
    http_transport through = transport();
    request r("POST", server.url());
    r.body.assign(4096, 'x');
    EXPECT_EQ(send(through, r).status, 413U);
}

TEST_F(HttpTest, RefusesWhatCouldEndItsPlaceInTheRequest)
{
    scripted_server server(script().receive().send(ok("{}")).repeat());
    http_transport through = transport();
    const std::vector<std::string> targets = {
        "/a\r\nX-Evil: 1", "/a b", "/a\n", std::string("/a\0b", 4), "/\x7f", "/a\tb"};
    for (const std::string& target : targets) {
        EXPECT_EQ(failure(through, request("GET", server.url(target))).kind(), errc::invalid_argument) << target;
    }
    for (const char* method : {"", "GET /evil HTTP/1.1\r\nX: y\r\n\r\nGET", "G ET", "GET\n"}) {
        EXPECT_EQ(failure(through, request(method, server.url())).kind(), errc::invalid_argument) << method;
    }
    request r("GET", server.url());
    EXPECT_THROW(r.headers.set("X-Key", "abc\r\nX-Evil: 1"), error);
    EXPECT_THROW(r.headers.set("X-Key", std::string("a\0b", 3)), error);
    EXPECT_THROW(r.headers.set("X-Key\r\nX-Evil: 1", "abc"), error);
    EXPECT_THROW(r.headers.set("X Key", "abc"), error);
    EXPECT_THROW(r.headers.add("", "abc"), error);
    r.headers.add_parsed("X-Key", "abc\r\nX-Evil: 1"); // as from a careless copy of a response's field
    EXPECT_EQ(failure(through, r).kind(), errc::invalid_argument);
    options.user_agent = "a\r\nX-Evil: 1";
    EXPECT_EQ(failure(server.url()).kind(), errc::invalid_argument);
    EXPECT_TRUE(server.requests().empty());
    EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpTest, RefusesUserInfoInTheUrl)
{
    const error e = failure("http://user:S3CR3T@127.0.0.1:1/");
    EXPECT_EQ(e.kind(), errc::invalid_argument);
    EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos) << e.what();
    EXPECT_NE(e.hint().find("basic"), std::string::npos);
}

TEST_F(HttpTest, AnErrorNamesMethodAndUrlWithoutSecrets)
{
    scripted_server server(script().receive());
    const error e = failure(server.url("/items?api_key=S3CR3T&limit=5"));
    EXPECT_EQ(e.kind(), errc::connection_lost);
    EXPECT_EQ(e.context().method, "GET");
    EXPECT_EQ(e.context().url, server.url("/items?api_key=***&limit=5"));
    EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos);
}

TEST_F(HttpTest, SaysThatNothingListens)
{
    std::string url;
    {
        const scripted_server gone(script().receive());
        url = gone.url();
    }
    const error e = failure(url);
    EXPECT_EQ(e.kind(), errc::connect_failed);
    EXPECT_NE(e.hint().find("Nothing listens at 127.0.0.1:"), std::string::npos) << e.what();
    EXPECT_EQ(e.context().cause, "Connection refused");
}

// --- Framing and content faults, over real sockets

TEST_F(HttpTest, ALostConnectionIsAnErrorWhereverItHappens)
{
    class fault {
    public:
        script plan;
        errc expected;
    };
    std::vector<fault> faults;
    const auto add = [&](script plan, errc expected) { faults.push_back(fault{std::move(plan), expected}); };
    const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":";
    add(script(), errc::connection_lost);
    add(script().reset(), errc::connection_lost);
    add(script().receive().reset(), errc::connection_lost);
    add(script().receive().send("HTTP/1.1 200 OK\r\nCont"), errc::connection_lost);
    add(script().receive().send("HTTP/1.1 200 OK\r\nCont").pause(std::chrono::milliseconds(50)).reset(),
        errc::connection_lost);
    add(script().receive().send(half), errc::connection_lost);
    add(script().receive().send(half).pause(std::chrono::milliseconds(50)).reset(), errc::connection_lost);
    add(script().receive().send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        errc::connection_lost);
    add(script().receive().send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n"),
        errc::protocol_error);
    add(script().receive().send("SSH-2.0-OpenSSH\r\n"), errc::protocol_error);
    add(script().receive().send("HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'x') + "\r\n\r\n"),
        errc::limit_exceeded);
    add(script().receive().send("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"), errc::limit_exceeded);
    for (const fault& f : faults) {
        scripted_server server(f.plan);
        http_transport through = transport();
        const error e = failure(through, request("GET", server.url()));
        EXPECT_EQ(e.kind(), f.expected) << e.what();
        EXPECT_EQ(through.stats().open, 0U);
        EXPECT_EQ(server.connections(), 1U) << "a fresh connection is not retried";
        EXPECT_TRUE(server.all_closed());
    }
}

TEST_F(HttpTest, SaysHowMuchOfTheBodyCame)
{
    scripted_server server(script().receive().send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789"));
    const error e = failure(server.url());
    EXPECT_NE(e.message().find("after 10 of 100 bytes"), std::string::npos) << e.what();
    EXPECT_EQ(e.context().status, 200U);
}

TEST_F(HttpTest, ALargeHeaderIsReadUpToTheLimit)
{
    scripted_server server(script().receive().send(ok("{}", "X: " + std::string(90'000, 'x') + "\r\n")));
    EXPECT_EQ(get(server.url()).headers.find("X")->size(), 90'000U);
}

// --- Redirects

TEST_F(HttpTest, FollowsRedirectsOverTheSameConnection)
{
    scripted_server server(script()
            .receive()
            .send("HTTP/1.1 302 Found\r\nLocation: b?x=1\r\nContent-Length: 4\r\n\r\nbody")
            .receive()
            .send("HTTP/1.1 308 Permanent Redirect\r\nLocation: /c\r\nContent-Length: 0\r\n\r\n")
            .receive()
            .send(ok("{}")));
    http_transport through = transport();
    request r("GET", server.url("/a"));
    r.headers.set("Authorization", "Bearer S3CR3T");
    const response got = send(through, r);
    EXPECT_EQ(got.url, server.url("/c"));
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(through.stats().sent, 3U);
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(server.requests()[1].substr(0, 11), "GET /b?x=1 ");
    EXPECT_EQ(field(server.requests()[2], "Authorization"), "Bearer S3CR3T");
}

TEST_F(HttpTest, ARedirectLoopEnds)
{
    scripted_server server(
        script().receive().send("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n").repeat());
    const error e = failure(server.url("/a"));
    EXPECT_EQ(e.kind(), errc::redirect_refused);
    EXPECT_EQ(server.requests().size(), 11U);
}

TEST_F(HttpTest, HandsOutARedirectOnRequest)
{
    scripted_server server(script().receive().send("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"));
    http_transport through = transport();
    request r("GET", server.url("/a"));
    r.follow_redirects = false;
    EXPECT_EQ(send(through, r).status, 302U);
}

TEST_F(HttpTest, SendsNoCredentialsToAnotherOriginAndOnlyIfItIsAllowed)
{
    scripted_server other(script().receive().send(ok("{}")).repeat());
    scripted_server server(script()
            .receive()
            .send("HTTP/1.1 307 Go\r\nLocation: " + other.url("/x") + "\r\nContent-Length: 0\r\n\r\n")
            .repeat());
    request r("GET", server.url("/a"));
    r.headers.set("Authorization", "Bearer S3CR3T");
    r.headers.set("Cookie", "S3CR3T");
    r.headers.set("X-Api-Key", "S3CR3T", true);
    r.headers.set("X-Other", "kept");
    EXPECT_EQ(failure(r).kind(), errc::redirect_refused);
    EXPECT_EQ(other.connections(), 0U);

    options.allowed_origins.push_back(other.url("/"));
    http_transport through = transport();
    EXPECT_EQ(send(through, r).url, other.url("/x"));
    EXPECT_EQ(other.requests().at(0).find("S3CR3T"), std::string::npos) << other.requests()[0];
    EXPECT_NE(server.requests().at(0).find("S3CR3T"), std::string::npos);
    EXPECT_EQ(field(other.requests()[0], "X-Other"), "kept");
    EXPECT_EQ(field(other.requests()[0], "Host"), "127.0.0.1:" + std::to_string(other.port()));
}

// --- Compression

#if COREST_WITH_LIBDEFLATE

std::string gzip(const std::string& text)
{
    libdeflate_compressor* native = libdeflate_alloc_compressor(6);
    std::string out(libdeflate_gzip_compress_bound(native, text.size()), '\0');
    out.resize(libdeflate_gzip_compress(native, text.data(), text.size(), out.data(), out.size()));
    libdeflate_free_compressor(native);
    return out;
}

TEST_F(HttpTest, DecodesACompressedBody)
{
    const std::string text = "{\"data\": \"" + std::string(100'000, 'x') + "\"}";
    scripted_server server(script().receive().send(ok(gzip(text), "Content-Encoding: gzip\r\n")).repeat());
    const response got = get(server.url());
    EXPECT_TRUE(got.body.view() == text);
    EXPECT_FALSE(got.headers.contains("Content-Encoding"));
}

TEST_F(HttpTest, DoesNotAskForCompressionIfTold)
{
    options.accept_gzip = false;
    scripted_server server(script().receive().send(ok("{}")));
    get(server.url());
    EXPECT_EQ(field(server.requests().at(0), "Accept-Encoding"), "(none)");
}

TEST_F(HttpTest, FourBombsAtOnceTakeNoMemory)
{
    const std::string bomb = gzip(std::string(64 << 20, '\0'));
    scripted_server server(script().receive().send(ok(bomb, "Content-Encoding: gzip\r\n")).repeat());
    const std::size_t before = detail::memory_block::held();
    http_transport through = transport();
    int refused = 0;
    std::size_t most = before;
    for (int i = 0; i < 4; ++i) {
        net::co_spawn(context, through.send(request("GET", server.url())), [&](std::exception_ptr e, const response&) {
            most = std::max(most, detail::memory_block::held());
            refused += e && describe(e).find("decoded_ratio") != std::string::npos ? 1 : 0;
        });
    }
    context.run();
    EXPECT_EQ(refused, 4);
    EXPECT_LT(most - before, std::size_t{16} << 20U);
}

#endif

TEST_F(HttpTest, AllBodiesTogetherAreBounded)
{
    const std::string half(600'000, ' ');
    scripted_server server(script().receive().send(ok(half + "{}")).repeat());
    options.memory_limit = detail::memory_block::held() + (1 << 20);
    http_transport through = transport();
    const response first = send(through, request("GET", server.url()));
    const error second = failure(through, request("GET", server.url()));
    EXPECT_EQ(second.kind(), errc::limit_exceeded);
    EXPECT_EQ(second.remedy(), remedy::memory_limit);
    scripted_server without_length(script().receive().send("HTTP/1.1 200 OK\r\n\r\n" + half + "{}"));
    EXPECT_EQ(failure(through, request("GET", without_length.url())).remedy(), remedy::memory_limit);
    scripted_server chunked(script().receive().send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n927c2\r\n" + half + "{}\r\n0\r\n\r\n"));
    EXPECT_EQ(failure(through, request("GET", chunked.url())).remedy(), remedy::memory_limit);
}

#if COREST_WITH_LIBDEFLATE

TEST_F(HttpTest, ADecompressionBombEndsAtTheLimitAlsoAsARedirectOrAnError)
{
    options.decoded_limit = 1 << 20;
    const std::string bomb = gzip(std::string(32 << 20, '\0'));
    const std::string length =
        "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bomb.size()) + "\r\n\r\n" + bomb;
    scripted_server plain(script().receive().send("HTTP/1.1 200 OK\r\n" + length));
    EXPECT_EQ(failure(plain.url()).kind(), errc::limit_exceeded);
    scripted_server fault(script().receive().send("HTTP/1.1 500 Oh\r\n" + length));
    EXPECT_EQ(failure(fault.url()).kind(), errc::limit_exceeded);
    scripted_server redirect(
        script().receive().send("HTTP/1.1 302 Found\r\nLocation: /x\r\n" + length).receive().send(ok("{}")));
    EXPECT_EQ(get(redirect.url()).status, 200U) << "the body of a redirect that is followed is not decoded";
}

#endif

// --- The client around it

TEST(HttpClient, RefusesABaseUrlThatIsNotAbsolute)
{
    net::io_context context;
    for (const char* url : {"api.example.com", "", "/v1", "https://user:S3CR3T@h/"}) {
        EXPECT_THROW((void)http_client(context.get_executor(), url), error) << url;
    }
}

TEST(HttpClient, AllowsItsOwnOriginAndTheListedOnes)
{
    net::io_context context;
    http_options options;
    options.allowed_origins.push_back("https://Files.example.com/ignored/path");
    const client api = http_client(context.get_executor(), "https://api.example.com/v1", options);
    EXPECT_EQ(api.base_url(), "https://api.example.com/v1");
    EXPECT_TRUE(api.allows("https://API.example.com:443/v2/x"));
    EXPECT_TRUE(api.allows("https://files.example.com/x"));
    EXPECT_FALSE(api.allows("http://api.example.com/v1"));
    EXPECT_FALSE(api.allows("https://api.example.com:8443/v1"));
    EXPECT_FALSE(api.allows("https://api.example.com.evil.example/"));
    EXPECT_FALSE(api.allows("https://user@api.example.com/"));
    EXPECT_FALSE(api.allows("/v1"));
}

TEST_F(HttpTest, ARequestOutlivesTheClientThatSentIt)
{
    scripted_server server(script().receive().send(ok("{}")));
    auto sending = [&] {
        http_transport through = transport();
        return through.send(request("GET", server.url()));
    }();
    EXPECT_EQ(run(context, std::move(sending)).status, 200U);
    EXPECT_TRUE(server.all_closed());
}

} // namespace

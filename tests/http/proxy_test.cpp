#include "http/http_test.hpp"

#include "support/certificates.hpp"
#include "support/tunnel_proxy.hpp"

#include <corest/http/proxy.hpp>

#include <map>
#include <string>

namespace {

using namespace corest;
using detail::proxy_choice;

// --- Which proxy

class ProxyChoice : public ::testing::Test {
protected:
    /// "host:port" of the proxy for a URL; "direct".
    std::string chosen(const std::string& url)
    {
        const proxy_choice choice(options, [&](const char* name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
        });
        const auto proxy = choice.for_url(detail::split_url(url));
        authorization = proxy ? proxy->authorization : "";
        return proxy ? proxy->host + ':' + proxy->port : "direct";
    }

    http_options options;
    std::map<std::string, std::string> variables;
    std::string authorization;
};

TEST_F(ProxyChoice, IsDirectWithoutSettings)
{
    EXPECT_EQ(chosen("https://h/"), "direct");
    variables["https_proxy"] = "";
    EXPECT_EQ(chosen("https://h/"), "direct");
}

TEST_F(ProxyChoice, TheOptionIsForEverything)
{
    variables["no_proxy"] = "*";
    options.proxy = "http://us%20er:p%40ss+@Proxy:3128/";
    for (const char* url : {"https://h/", "http://h/", "http://localhost/", "http://127.0.0.1/"}) {
        EXPECT_EQ(chosen(url), "proxy:3128");
        EXPECT_EQ(authorization, "Basic dXMgZXI6cEBzcys="); // us er:p@ss+
    }
}

TEST_F(ProxyChoice, TheEnvironmentIsReadInBothCases)
{
    variables["https_proxy"] = "secure:1";
    variables["HTTPS_PROXY"] = "not-me:1";
    variables["HTTP_PROXY"] = "http://plain:2";
    EXPECT_EQ(chosen("https://h/"), "secure:1");
    EXPECT_EQ(chosen("http://h/"), "plain:2");
    options.use_environment_proxy = false;
    EXPECT_EQ(chosen("https://h/"), "direct");
}

TEST_F(ProxyChoice, AllProxyFillsTheGaps)
{
    variables["ALL_PROXY"] = "all:3";
    variables["http_proxy"] = "plain:2";
    EXPECT_EQ(chosen("https://h/"), "all:3");
    EXPECT_EQ(chosen("http://h/"), "plain:2");
}

TEST_F(ProxyChoice, ACgiProgramDoesNotBelieveHttpProxy)
{
    variables["HTTP_PROXY"] = "http://attacker:2";
    variables["REQUEST_METHOD"] = "GET";
    EXPECT_EQ(chosen("http://h/"), "direct");
    variables["http_proxy"] = "plain:2";
    EXPECT_EQ(chosen("http://h/"), "plain:2");
}

TEST_F(ProxyChoice, NoProxyNamesHostsAndDomains)
{
    variables["http_proxy"] = variables["https_proxy"] = "proxy:3128";
    variables["no_proxy"] = "example.com, .internal ,*.star.test,10.0.0.1,special:8080";
    for (const char* url : {"http://example.com/", "https://API.Example.com/", "http://a.internal/", "http://internal/",
             "http://x.star.test/", "http://10.0.0.1/", "http://special:8080/", "http://localhost:99/",
             "http://127.0.0.1/", "http://[::1]/"})
    {
        EXPECT_EQ(chosen(url), "direct") << url;
    }
    for (const char* url :
        {"http://badexample.com/", "http://example.com.evil/", "http://110.0.0.1/", "http://special/", "http://other/"})
    {
        EXPECT_EQ(chosen(url), "proxy:3128") << url;
    }
    variables["no_proxy"] = "*";
    EXPECT_EQ(chosen("http://other/"), "direct");
}

TEST_F(ProxyChoice, RefusesAProxyThatItCannotUse)
{
    for (const char* url : {"https://proxy:3128", "socks5://user:S3CR3T@proxy:1080", "http://", "http://proxy:port"}) {
        options.proxy = url;
        try {
            ADD_FAILURE() << chosen("http://h/");
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos);
        }
    }
}

// --- Through a proxy

class Proxy : public HttpTest {
protected:
    /// A proxy that answers itself: it is enough to see what it is sent.
    void use(const scripted_server& proxy, const std::string& user = "user:S3CR3T@")
    {
        options.proxy = "http://" + user + "127.0.0.1:" + std::to_string(proxy.port());
    }
};

TEST_F(Proxy, AsksForAnHttpUrlInAbsoluteForm)
{
    scripted_server proxy(script().receive().send(ok("{}")).repeat());
    use(proxy);
    http_transport through = transport();
    for (const char* url : {"http://api.test/items?limit=1", "http://api.test:8080/", "http://api.test/items"}) {
        EXPECT_EQ(send(through, request("GET", url)).status, 200U);
    }
    EXPECT_EQ(proxy.requests()[0].substr(0, 43), "GET http://api.test/items?limit=1 HTTP/1.1\r");
    EXPECT_EQ(proxy.requests()[1].substr(0, 37), "GET http://api.test:8080/ HTTP/1.1\r\nH");
    EXPECT_NE(proxy.requests()[0].find("\r\nProxy-Authorization: Basic dXNlcjpTM0NSM1Q=\r\n"), std::string::npos);
    EXPECT_NE(proxy.requests()[0].find("\r\nHost: api.test\r\n"), std::string::npos);
    EXPECT_EQ(proxy.connections(), 2U) << "one for each origin";
}

TEST_F(Proxy, SaysWhyThereIsNoTunnel)
{
    class row {
    public:
        const char* answer;
        const char* hint;
    };
    for (const row& r : {row{"HTTP/1.1 407 Who are you\r\nContent-Length: 5\r\n\r\nlogin", "user:password"},
             row{"HTTP/1.1 502 Bad Gateway\r\n\r\n", "no_proxy"}})
    {
        scripted_server proxy(script().receive().send(r.answer).repeat());
        use(proxy);
        const error e = failure("https://api.test/");
        EXPECT_EQ(e.kind(), errc::connect_failed);
        EXPECT_NE(e.hint().find(r.hint), std::string::npos) << e.what();
        EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos);
        EXPECT_EQ(proxy.requests()[0].substr(0, 33), "CONNECT api.test:443 HTTP/1.1\r\nHo");
    }
}

TEST_F(Proxy, RefusesBytesBetweenTheTunnelAndTls)
{
    scripted_server proxy(script().receive().send("HTTP/1.1 200 OK\r\n\r\n\x15\x03\x03").hold());
    use(proxy);
    EXPECT_EQ(failure("https://api.test/").kind(), errc::protocol_error);
}

TEST_F(Proxy, LosesAProxyThatHangsUp)
{
    scripted_server proxy(script().receive());
    use(proxy);
    EXPECT_EQ(failure("https://api.test/").kind(), errc::connection_lost);
    EXPECT_EQ(proxy.connections(), 1U);
}

TEST_F(Proxy, TalksTlsToTheOriginThroughATunnelAndKeepsIt)
{
    certificate_wish origin_wish;
    origin_wish.alternative_names = "DNS:api.test";
    const certificate_chain chain(origin_wish);
    const temporary_directory directory;
    options.ca_file = directory.write("root.pem", chain.root.pem());
    scripted_server origin(script().receive().send(ok("{\"tunnel\": true}")).repeat(), tls_wish(chain.own));

    tunnel_proxy proxy(origin.port());
    options.proxy = "http://user:S3CR3T@127.0.0.1:" + std::to_string(proxy.port());
    http_transport through = transport();
    for (int i = 0; i < 3; ++i) {
        request r("GET", "https://api.test/items");
        r.headers.set("Authorization", "Bearer T0K3N");
        EXPECT_EQ(send(through, r).body.view(), "{\"tunnel\": true}");
    }
    EXPECT_EQ(origin.connections(), 1U);
    EXPECT_EQ(origin.server_names().at(0), "api.test");
    EXPECT_EQ(origin.requests().at(0).find("Proxy-Authorization"), std::string::npos);
    EXPECT_EQ(origin.requests().at(0).substr(0, 21), "GET /items HTTP/1.1\r\n");
    ASSERT_EQ(proxy.requests().size(), 1U);
    EXPECT_EQ(proxy.requests()[0].find("T0K3N"), std::string::npos);
    EXPECT_NE(proxy.requests()[0].find("Proxy-Authorization: Basic"), std::string::npos);

    // The name that counts is the origin's.
    EXPECT_EQ(failure(through, request("GET", "https://other.test/")).kind(), errc::tls_failed);
}

} // namespace

#include "http/http_test.hpp"

#include "support/full_port.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace corest;
using std::chrono::milliseconds;

/// The addresses of a host as a test has them.
class addresses {
public:
    net::awaitable<std::vector<std::string>> operator()(std::string, std::string) const
    {
        ++*calls;
        co_return *now;
    }

    std::shared_ptr<std::vector<std::string>> now = std::make_shared<std::vector<std::string>>(1, "127.0.0.1");
    std::shared_ptr<int> calls = std::make_shared<int>(0);
};

/// A server on 127.0.0.1 that closes each connection, so that each request needs a new one.
class Dial : public HttpTest {
protected:
    Dial() : server(script().receive().send(ok("{}", "Connection: close\r\n"))) { options.resolver = names; }

    [[nodiscard]] std::string url() const { return "http://api.test:" + std::to_string(server.port()) + "/"; }

    /// Sends a request, which must succeed.
    milliseconds time(http_transport& through)
    {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(send(through, request("GET", url())).status, 200U);
        return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    }

    scripted_server server;
    addresses names;
};

TEST_F(Dial, KeepsTheAddressesOfAHost)
{
    http_transport through = transport();
    for (int i = 0; i < 3; ++i) {
        time(through);
    }
    EXPECT_EQ(*names.calls, 1);
    EXPECT_EQ(server.connections(), 3U);
}

TEST_F(Dial, LooksThemUpAgainInTime)
{
    options.dns_cache = milliseconds(1);
    http_transport through = transport();
    time(through);
    std::this_thread::sleep_for(milliseconds(5));
    time(through);
    EXPECT_EQ(*names.calls, 2);

    options.dns_cache = milliseconds(0);
    http_transport forgetful = transport();
    time(forgetful);
    time(forgetful);
    EXPECT_EQ(*names.calls, 4);
}

TEST_F(Dial, LooksThemUpAgainWhereNoneCanBeConnectedTo)
{
    http_transport through = transport();
    *names.now = {"127.0.0.2", "127.0.0.3"}; // nothing listens there
    EXPECT_EQ(failure(through, request("GET", url())).kind(), errc::connect_failed);
    *names.now = {"127.0.0.1"};
    time(through);
    EXPECT_EQ(*names.calls, 2);

    *names.now = {"127.0.0.2"};
    const full_port silent("127.0.0.2", server.port());
    options.limits.connect = milliseconds(50);
    http_transport hasty = transport();
    EXPECT_EQ(failure(hasty, request("GET", url())).kind(), errc::timeout);
    *names.now = {"127.0.0.1"};
    time(hasty);
    EXPECT_EQ(*names.calls, 4);
}

TEST_F(Dial, AnErrorNamesEachAddress)
{
    *names.now = {"127.0.0.2", "127.0.0.3"};
    const error e = failure(url());
    EXPECT_EQ(e.kind(), errc::connect_failed);
    EXPECT_EQ(e.context().cause, "127.0.0.2: Connection refused; 127.0.0.3: Connection refused");
    EXPECT_NE(e.hint().find("Nothing listens at api.test:"), std::string::npos) << e.what();
}

TEST_F(Dial, AnAddressThatDoesNotAnswerIsNotWaitedFor)
{
    *names.now = {"127.0.0.2", "127.0.0.1"};
    const full_port silent("127.0.0.2", server.port());
    http_transport through = transport();
    const milliseconds first = time(through);
    EXPECT_GE(first, milliseconds(250));
    EXPECT_LT(first, milliseconds(1000));
    // It is not even tried for the next connection.
    EXPECT_LT(time(through), milliseconds(250));
    EXPECT_EQ(*names.calls, 1);
}

TEST_F(Dial, ARefusalIsFollowedAtOnceWhileAnotherAddressIsWaitedFor)
{
    *names.now = {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.1"};
    const full_port silent("127.0.0.2", server.port());
    http_transport through = transport();
    EXPECT_LT(time(through), milliseconds(1000));
}

} // namespace

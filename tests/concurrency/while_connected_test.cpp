#include <corest/concurrency/while_connected.hpp>

#include "support/coroutine_test.hpp"

#include COREST_ASIO(connect.hpp)
#include COREST_ASIO(write.hpp)

#include <stdexcept>
#include <string>

using namespace corest;
using namespace corest::test;
using namespace std::chrono_literals;

namespace {

net::awaitable<int> five()
{
    const counted here;
    co_await turns(3);
    co_return 5;
}

net::awaitable<int> stuck()
{
    const counted here;
    co_await never();
    co_return 0;
}

net::awaitable<int> failing()
{
    const counted here;
    co_await turn();
    throw std::runtime_error("the operation's own");
}

net::awaitable<void> await_while_connected(net::ip::tcp::socket& socket, net::awaitable<int> operation, int& value)
{
    value = co_await while_connected(socket, std::move(operation));
}

/// Two ends of a connection over loopback.
class WhileConnected : public CoroutineTest {
protected:
    void SetUp() override
    {
        CoroutineTest::SetUp();
        net::ip::tcp::acceptor acceptor(context(), {net::ip::address_v4::loopback(), 0});
        peer.connect(acceptor.local_endpoint());
        socket = acceptor.accept();
    }

    void TearDown() override
    {
        socket.close();
        peer.close();
        CoroutineTest::TearDown();
    }

    error_code code_of(const std::exception_ptr& failure)
    {
        try {
            std::rethrow_exception(failure);
        } catch (const system_error& e) {
            return e.code();
        }
    }

    net::ip::tcp::socket socket{executor()};
    net::ip::tcp::socket peer{executor()};
    int value = 0;
};

TEST_F(WhileConnected, GivesTheValueAndStopsWatching)
{
    run(await_while_connected(socket, five(), value));
    EXPECT_EQ(value, 5);
}

TEST_F(WhileConnected, ThrowsTheOperationsFailure)
{
    EXPECT_THROW(run(await_while_connected(socket, failing(), value)), std::runtime_error);
}

TEST_F(WhileConnected, CancelsTheOperationWhenThePeerHangsUp)
{
    const outcome& result = start(await_while_connected(socket, stuck(), value));
    EXPECT_FALSE(result.done);
    EXPECT_EQ(counted::live(), 1);
    peer.close();
    run();
    ASSERT_TRUE(result.done);
    EXPECT_EQ(code_of(result.error), net::error::eof);
    EXPECT_EQ(counted::live(), 0);
}

TEST_F(WhileConnected, NoticesAReset)
{
    const outcome& result = start(await_while_connected(socket, stuck(), value));
    peer.set_option(net::socket_base::linger(true, 0));
    peer.close();
    run();
    ASSERT_TRUE(result.done);
    EXPECT_EQ(code_of(result.error), net::error::connection_reset);
}

TEST_F(WhileConnected, LeavesWhatThePeerHasSentAndNoticesAResetBehindIt)
{
    net::write(peer, net::buffer("GET", 3));
    const outcome& result = start(await_while_connected(socket, stuck(), value));
    context().restart();
    context().run_for(20ms);
    EXPECT_FALSE(result.done);
    EXPECT_EQ(socket.available(), 3U);
    peer.set_option(net::socket_base::linger(true, 0));
    peer.close();
    run();
    ASSERT_TRUE(result.done);
    EXPECT_EQ(code_of(result.error), net::error::connection_reset);
}

TEST_F(WhileConnected, GivesTheValueThoughThePeerHasSentMore)
{
    net::write(peer, net::buffer("GET", 3));
    run(await_while_connected(socket, five(), value));
    EXPECT_EQ(value, 5);
    EXPECT_EQ(socket.available(), 3U);
}

TEST_F(WhileConnected, IsCancelledWithItsCaller)
{
    const outcome& result = start(await_while_connected(socket, stuck(), value));
    cancel();
    run();
    EXPECT_TRUE(result.aborted());
    EXPECT_EQ(counted::live(), 0);
    net::write(peer, net::buffer("x", 1)); // the socket is as good as before
    char byte = 0;
    EXPECT_EQ(socket.receive(net::buffer(&byte, 1)), 1U);
}

TEST_F(WhileConnected, EndsWithTheContext)
{
    start(await_while_connected(socket, stuck(), value));
    socket.close();
    peer.close();
    run();
}

} // namespace

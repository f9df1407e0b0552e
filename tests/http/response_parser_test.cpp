#include <corest/http/response_parser.hpp>

#include <corest/error.hpp>

#include <support/read_response.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace corest;
using detail::response_limits;
using detail::response_parser;

using read_response::failure_to_parse;
using read_response::generous;
using read_response::read;
using read_response::reading;

TEST(ResponseParser, GivesTheSameHoweverTheBytesArrive)
{
    const std::string body = "{\"data\": [1, 2, 3]}";
    const std::string messages[] = {
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n" + body,
        "HTTP/1.1 200\r\nContent-Length: 19\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=\"x\"\r\n" + body.substr(0, 5) + "\r\nE\r\n"
            + body.substr(5) + "\r\n0\r\nX-Trailer: 1\r\nContent-Type: text/evil\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
        "19\r\n\r\n"
            + body,
        "HTTP/1.1 200 OK\r\n\r\n" + body, // until the end of the stream
        "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n" + body};
    // An empty chunked body byte by byte fails an assertion of Beast 1.81 unless its parser is spared the first four.
    EXPECT_EQ(
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {1}, generous).got.body.view(), "");
    std::mt19937 random(7);
    std::uniform_int_distribution<std::size_t> piece(1, 40);
    for (const std::string& message : messages) {
        for (int i = 0; i < 40; ++i) {
            std::vector<std::size_t> sizes;
            if (i == 0) {
                sizes.push_back(message.size());
            } else if (i == 1) {
                sizes.push_back(1);
            }
            while (i > 1 && sizes.size() < 100) {
                sizes.push_back(piece(random));
            }
            const reading r = read(message, sizes, generous);
            EXPECT_TRUE(r.done);
            EXPECT_EQ(r.got.status, 200U);
            EXPECT_EQ(r.got.body.view(), body);
            EXPECT_EQ(r.left_over, "");
            EXPECT_FALSE(r.got.headers.contains("Link"));
            EXPECT_FALSE(r.got.headers.contains("X-Trailer"));
            EXPECT_NE(r.got.headers.find("Content-Type"), "text/evil");
            EXPECT_EQ(std::string(r.got.body.data() + r.got.body.size(), padded_buffer::padding),
                std::string(padded_buffer::padding, '\0'));
        }
    }
}

TEST(ResponseParser, StopsAtTheEndOfTheMessage)
{
    for (const char* text : {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 smuggled\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 500 smuggled\r\n\r\n",
             "HTTP/1.1 204 No Content\r\nContent-Length: 25\r\n\r\nHTTP/1.1 500 smuggled\r\n\r\n",
             "HTTP/1.1 304 Not Modified\r\nContent-Length: 25\r\n\r\nHTTP/1.1 500 smuggled\r\n\r\n"})
    {
        const reading r = read(text);
        EXPECT_NE(r.got.status, 500U);
        EXPECT_EQ(r.left_over, "HTTP/1.1 500 smuggled\r\n\r\n");
    }
}

TEST(ResponseParser, ExpectsNoBodyAfterHeadOrConnect)
{
    const response_limits bodiless(true, 1024, 16);
    for (const char* text : {"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"})
    {
        const reading r = read(text, bodiless);
        EXPECT_EQ(r.got.status, 200U);
        EXPECT_TRUE(r.got.body.empty());
        EXPECT_TRUE(r.keep_alive);
    }
}

TEST(ResponseParser, TellsWhetherTheConnectionMayBeUsedAgain)
{
    const auto keeps = [](const std::string& start) { return read(start + "Content-Length: 0\r\n\r\n").keep_alive; };
    EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\n"));
    EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
    EXPECT_FALSE(read("HTTP/1.1 200 OK\r\n\r\nuntil the end").keep_alive);
    // Chunked in HTTP/1.0: RFC 9112, section 6.1.
    EXPECT_FALSE(
        read("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").keep_alive);
}

TEST(ResponseParser, ReadsHowLongTheServerKeepsTheConnection)
{
    const auto timeout = [](const std::string& field) {
        response_parser parser(generous);
        parser.put("HTTP/1.1 200 OK\r\n" + field + "Content-Length: 0\r\n\r\n");
        return parser.keep_alive_timeout();
    };
    EXPECT_EQ(timeout("Keep-Alive: timeout=5, max=100\r\n"), std::chrono::seconds(5));
    EXPECT_EQ(timeout("Keep-Alive: max=100\r\n"), std::nullopt);
    EXPECT_EQ(timeout(""), std::nullopt);
    EXPECT_EQ(timeout("Keep-Alive: timeout=99999999999999999999\r\n"), std::chrono::seconds(86'400));
}

TEST(ResponseParser, AnEarlyEndIsALostConnection)
{
    for (const char* text : {"", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "HTTP/1.1 100 Continue\r\n\r\n"})
    {
        EXPECT_EQ(failure_to_parse(text), errc::connection_lost) << text;
    }
}

TEST(ResponseParser, SaysHowMuchCame)
{
    response_parser parser(generous);
    EXPECT_EQ(parser.progress(), "before the end of the response's header");
    parser.put("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    EXPECT_EQ(parser.progress(), "after 3 of 5 bytes of the body");

    response_parser chunked(generous);
    chunked.put("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n");
    EXPECT_EQ(chunked.progress(), "after 1 byte of the body, before its end");
}

TEST(ResponseParser, LimitsTheHeaderHoweverItIsMadeLarge)
{
    const response_limits small(false, 1000, 1000);
    const std::string begin = "HTTP/1.1 200 OK\r\n";
    std::string interim;
    for (int i = 0; i < 100; ++i) {
        interim += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    EXPECT_EQ(failure_to_parse(begin + "X: " + std::string(2000, 'x') + "\r\n\r\n", small), errc::limit_exceeded);
    EXPECT_EQ(failure_to_parse(begin + "X: " + std::string(2000, 'x'), small), errc::limit_exceeded);
    EXPECT_EQ(failure_to_parse(interim, small), errc::limit_exceeded);
    EXPECT_EQ(failure_to_parse("HTTP/1.1 200 " + std::string(2000, 'x'), small), errc::limit_exceeded);
    std::string lines;
    for (int i = 0; i < 300; ++i) {
        lines += "X: y\r\n";
    }
    EXPECT_EQ(failure_to_parse(begin + lines + "\r\n", small), errc::limit_exceeded);
    // A trailer is not kept; it is limited where it does not come at once.
    EXPECT_THROW(read(begin + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + lines + "\r\n", {7}, small), error);
    // And within the limit it goes through: real servers send 18 KB.
    EXPECT_EQ(read(begin + "X: " + std::string(18'000, 'x') + "\r\nContent-Length: 0\r\n\r\n").got.status, 200U);
}

TEST(ResponseParser, LimitsTheBodyInEveryFraming)
{
    const response_limits small(false, 1000, 10);
    const std::string begin = "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(failure_to_parse(begin + "Content-Length: 11\r\n\r\n", small), errc::limit_exceeded);
    EXPECT_EQ(failure_to_parse(begin + "Content-Length: 99999999999\r\n\r\n", small), errc::limit_exceeded);
    EXPECT_EQ(failure_to_parse(begin + "Transfer-Encoding: chunked\r\n\r\nB\r\nhello world\r\n0\r\n\r\n", small),
        errc::limit_exceeded);
    EXPECT_EQ(
        failure_to_parse(begin + "Transfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n", small),
        errc::limit_exceeded);
    EXPECT_EQ(failure_to_parse(begin + "\r\nhello world", small), errc::limit_exceeded);
    EXPECT_EQ(read(begin + "Content-Length: 10\r\n\r\n0123456789", small).got.body.view(), "0123456789");
    EXPECT_EQ(read(begin + "\r\n0123456789", small).got.body.view(), "0123456789");
}

#if defined(__linux__)
TEST(ResponseParser, ABodyOfUnknownLengthThatGrowsLargeLiesInAFile)
{
    const std::string text(5U << 20U, 'x');
    const std::string message =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500000\r\n" + text + "\r\n0\r\n\r\n";
    const response_limits large(false, 64 * 1024, 64U << 20U);
    const reading spilled = read(message, {65536}, large);
    EXPECT_TRUE(spilled.got.body.is_spilled());
    EXPECT_TRUE(spilled.got.body.view() == text);
    // Where the 16 MiB of a file are more than bodies may take, it grows as others do.
    response_limits little = large;
    little.held_bytes = detail::memory_block::held() + (15U << 20U);
    EXPECT_FALSE(read(message, {65536}, little).got.body.is_spilled());
}
#endif

} // namespace

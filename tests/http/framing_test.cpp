/// \file
/// How the framing of responses is read: each leniency and each refusal is a row, with the section of the standard that
/// it rests on (9110: HTTP, 9112: HTTP/1.1). Stricter or more lenient than that is nothing.

#include <corest/error.hpp>
#include <corest/http/content_coding.hpp>
#include <corest/http/redirect.hpp>

#include <support/read_response.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {
namespace framing_test {

using corest::errc;
using read_response::failure_to_parse;
using read_response::read;
using read_response::reading;

/// A response that is read, and what it comes to.
struct accepted_row {
    const char* section;
    const char* why;
    std::string text;
    unsigned status;
    std::string body;
};

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string two = "Content-Length: 2\r\n\r\nok";

std::vector<accepted_row> accepted_rows()
{
    return {
        {"9112, 2.2", "LF alone ends the lines of a header", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok"},
        {"9112, 2.2", "LF alone, without a reason", "HTTP/1.1 200\nContent-Length: 2\n\nok", 200, "ok"},
        {"9112, 2.2", "LF alone in one line", ok + "X: y\nContent-Length: 2\r\n\r\nok", 200, "ok"},
        {"9112, 2.2", "LF alone at the end of the header", ok + "Content-Length: 2\r\n\nok", 200, "ok"},
        {"9112, 2.2", "LF alone before chunks", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\r\nok\r\n0\r\n\r\n",
            200, "ok"},
        {"9112, 2.2", "LF alone in interim responses", "HTTP/1.1 103 Hints\nLink: </s>\n\nHTTP/1.1 200 OK\n" + two, 200,
            "ok"},
        {"9112, 4", "a status that nobody has defined", "HTTP/1.1 999 Request denied\r\n" + two, 999, "ok"},
        {"9112, 4", "an empty reason", "HTTP/1.1 200 \r\n" + two, 200, "ok"},
        {"9112, 4", "no space where there is no reason", "HTTP/1.1 200\r\n" + two, 200, "ok"},
        {"9112, 4", "bytes beyond ASCII in the reason", "HTTP/1.1 200 O\xC3\x96K\r\n" + two, 200, "ok"},
        {"9112, 2.3", "a server of HTTP/1.0", "HTTP/1.0 200 OK\r\n" + two, 200, "ok"},
        {"9112, 5.1", "a field without a value", ok + "X-Empty:\r\n" + two, 200, "ok"},
        {"9112, 5.2", "a field's value that goes on in the next line", ok + "X: a\r\n b\r\n" + two, 200, "ok"},
        {"9110, 8.6", "the same Content-Length twice", ok + "Content-Length: 2\r\n" + two, 200, "ok"},
        {"9110, 5.6.2", "Chunked, in any case", ok + "Transfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200,
            "ok"},
        {"9112, 7.1.1", "a chunk's extension", ok + "Transfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\nok\r\n0\r\n\r\n",
            200, "ok"},
        {"9112, 7.1.2", "a trailer, which is not kept",
            ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Late: 9\r\n\r\n", 200, "ok"},
        {"9112, 6.3, 8", "no length: up to the end of the connection", ok + "\r\nok", 200, "ok"},
        {"9112, 6.3, 1", "no body after 204, whatever the header says", "HTTP/1.1 204 No Content\r\n" + two, 204, ""},
        {"9112, 6.3, 1", "no body after 304, whatever the header says", "HTTP/1.1 304 Not Modified\r\n" + two, 304, ""},
        {"9110, 15.2", "interim responses are passed over", "HTTP/1.1 100 Continue\r\n\r\n" + ok + two, 200, "ok"},
        {"9112, 5.2", "18 KB of header, as real servers send it", ok + "X: " + std::string(18'000, 'x') + "\r\n" + two,
            200, "ok"},
    };
}

TEST(Framing, WhatIsReadLeniently)
{
    for (const accepted_row& row : accepted_rows()) {
        SCOPED_TRACE(std::string(row.section) + ": " + row.why);
        for (const std::size_t size : {row.text.size(), std::size_t{1}, std::size_t{7}}) {
            try {
                const reading r = read(row.text, {size}, read_response::generous);
                EXPECT_EQ(r.got.status, row.status);
                EXPECT_EQ(r.got.body.view(), row.body);
                EXPECT_FALSE(r.got.headers.contains("Link")) << "of an interim response";
            } catch (const corest::error& e) {
                ADD_FAILURE() << "in pieces of " << size << ": " << e.what();
            }
        }
    }
}

/// A response that is refused. \see accepted_row
struct refused_row {
    const char* section;
    const char* why;
    std::string text;
    errc kind = errc::protocol_error;
};

std::vector<refused_row> refused_rows()
{
    std::vector<refused_row> rows = {
        {"9112, 2.3", "no HTTP", "<html>"},
        {"9112, 2.3", "another protocol", "SSH-2.0-OpenSSH_9.2\r\n"},
        {"9112, 2.3", "TLS where none was asked for", "\x15\x03\x01\x02"},
        {"9112, 2.3", "HTTP/0.9", "HTTP/0.9 200 OK\r\n\r\n"},
        {"9112, 2.3", "a version that does not exist", "HTTP/1.2 200 OK\r\n\r\n"},
        {"9112, 2.3", "HTTP/2 in text", "HTTP/2 200 OK\r\n\r\n"},
        {"9112, 4", "a status of one digit", "HTTP/1.1 2 OK\r\n\r\n"},
        {"9112, 4", "a status below zero", "HTTP/1.1 -1 OK\r\n\r\n"},
        {"9112, 4", "a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"},
        {"9112, 4", "a status below 100", "HTTP/1.1 099 OK\r\n\r\n"},
        {"9112, 4", "a status that is no number", "HTTP/1.1 2x0\r\n\r\n"},
        {"9112, 4", "no status", "HTTP/1.1\r\n\r\n"},
        {"9110, 15.2.2", "another protocol that nobody asked for", "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n"},
        {"9112, 5", "a line of the header without a colon", ok + "no colon\r\n\r\n"},
        {"9112, 5.1", "a space before the colon", ok + "Content-Length : 5\r\n\r\n"},
        {"9112, 2.2", "CR within a line", ok + "X: a\rb\r\n\r\n"},
        {"9112, 2.2", "CR within a line, LF alone at its end", ok + "X: a\rb\n\n"},
        {"9112, 2.2", "CR twice at the end of a line", ok + "X: a\r\r\n\r\n"},
        {"9110, 5.5", "NUL in a value", ok + std::string("X: a\0b\r\n\r\n", 10)},
        {"9112, 6.3, 4", "Content-Length that is cut by the connection's end", ok + "Content-Length: 5\r\n\r\nhell",
            errc::connection_lost},
        {"9112, 8", "chunks without the last one", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            errc::connection_lost},
        {"9112, 7.1", "chunks whose lines end with LF alone: their ends are never found",
            ok + "Transfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n", errc::connection_lost},
        {"9110, 6.5.1", "a length in the trailer",
            ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 9\r\n\r\n"},
        {"9110, 15.2", "an interim response and no other", "HTTP/1.1 100 Continue\r\n\r\n", errc::connection_lost},
        {"9110, 5.4", "100 KB of header", ok + "X: " + std::string(100'000, 'x') + "\r\n\r\n", errc::limit_exceeded},
        {"9110, 5.4", "too many lines of a header",
            ok +
                [] {
                    std::string lines;
                    for (int i = 0; i < 20'000; ++i) {
                        lines += "X: y\r\n";
                    }
                    return lines;
                }()
                + "\r\n",
            errc::limit_exceeded},
    };
    // The lengths say two things, or none: another reader would find another message behind this one.
    const std::pair<const char*, const char*> fields[] = {
        {"9112, 6.3, 3", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"},
        {"9112, 6.3, 3", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"},
        {"9112, 6.3, 5", "Content-Length: 5\r\nContent-Length: 6\r\n"}, {"9112, 6.3, 5", "Content-Length: 5, 6\r\n"},
        {"9110, 8.6", "Content-Length: -1\r\n"}, {"9110, 8.6", "Content-Length: +5\r\n"},
        {"9110, 8.6", "Content-Length: 5 5\r\n"}, {"9110, 8.6", "Content-Length: 0x5\r\n"},
        {"9110, 8.6", "Content-Length: \r\n"}, {"9110, 8.6", "Content-Length: 99999999999999999999999\r\n"},
        {"9112, 6.1", "Transfer-Encoding: gzip, chunked\r\n"}, {"9112, 6.1", "Transfer-Encoding: chunked, gzip\r\n"},
        {"9112, 7", "Transfer-Encoding: identity\r\n"}, {"9112, 6.1", "Transfer-Encoding: xchunked\r\n"},
        {"9112, 6.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
        {"9112, 6.1", "Transfer-Encoding: \r\n"}};
    for (const auto& [section, field] : fields) {
        rows.push_back({section, field, ok + field + "\r\n5\r\nhello\r\n0\r\n\r\n"});
    }
    for (const char* chunks : {"zz\r\nok\r\n0\r\n\r\n", "-2\r\nok\r\n0\r\n\r\n", "fffffffffffffffff\r\nok",
             "2\r\nokX\r\n0\r\n\r\n", "\r\n\r\n\r\n", " 2\r\nok\r\n0\r\n\r\n"})
    {
        rows.push_back({"9112, 7.1", chunks, ok + "Transfer-Encoding: chunked\r\n\r\n" + chunks});
    }
    return rows;
}

TEST(Framing, WhatIsRefused)
{
    for (const refused_row& row : refused_rows()) {
        SCOPED_TRACE(std::string(row.section) + ": " + row.why);
        EXPECT_EQ(failure_to_parse(row.text), row.kind);
    }
}

TEST(Framing, TransferEncodingBesideContentLengthIsNamed)
{
    for (const char* field :
        {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"})
    {
        try {
            (void)read(ok + field + "\r\n0\r\n\r\n");
            ADD_FAILURE() << field;
        } catch (const corest::error& e) {
            EXPECT_NE(std::string(e.what()).find("Transfer-Encoding"), std::string::npos) << e.what();
            EXPECT_NE(std::string(e.what()).find("Content-Length"), std::string::npos) << e.what();
        }
    }
}

TEST(Framing, CodingsThatAreNoneAreTakenAsTheyAre) // 9110, 8.4.1
{
    for (const char* coding : {"identity", "none", "UTF-8", "utf-8", ""}) {
        corest::response got = read(ok + "Content-Encoding: " + coding + "\r\n" + two).got;
        corest::decode_content(got, 1000);
        EXPECT_EQ(got.body.view(), "ok") << coding;
    }
}

TEST(Framing, AnEmptyLocationIsNoneAndTwoThatDifferAreRefused) // 9110, 10.2.2
{
    const corest::request sent("GET", "http://api.test/a");
    const auto next = [&](const std::string& fields) {
        const corest::response got = read("HTTP/1.1 302 Found\r\n" + fields + "Content-Length: 0\r\n\r\n").got;
        return corest::next_request(sent, got, corest::redirect_policy());
    };
    EXPECT_FALSE(next("Location:\r\n"));
    EXPECT_FALSE(next(""));
    EXPECT_EQ(next("Location: /b\r\nLocation: /b\r\n")->url, "http://api.test/b");
    EXPECT_THROW((void)next("Location: /b\r\nLocation: /c\r\n"), corest::error);
}

} // namespace framing_test
} // namespace

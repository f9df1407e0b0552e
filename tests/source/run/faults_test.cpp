/// \file
/// A server with a fault for each thing that servers and networks have been seen to do wrong: what comes of a run.
///
/// The first page of a resource, with two rows, comes well; the second one, with two more, meets the fault. Each row of
/// the tables below is a fault and what comes of it: how many rows are in the table, what the resource fails with, and
/// how many requests were sent.
///
/// Faults that need more than a script of bytes have tests of their own:
/// - names: TimeLimit.SaysThatANameHasNoAddress, TimeLimit.ResolveIsLimited, tried again by
///   Backoff.RetriesFailuresOfTheNetworkAndNoOther;
/// - IPv6 dead and IPv4 live: Dial.ARefusalIsFollowedAtOnceWhileAnotherAddressIsWaitedFor,
///   Dial.AnAddressThatDoesNotAnswerIsNotWaitedFor;
/// - TLS, a certificate each: Tls.RefusesAnExpiredCertificate, Tls.RefusesACertificateThatIsNotValidYet,
///   Tls.RefusesACertificateForAnotherHost, Tls.RefusesAnUntrustedRoot, Tls.RefusesASelfSignedCertificate,
///   Tls.RefusesACertificateForClientsOnly, Tls.RefusesACommonNameWithoutAlternativeName,
///   Tls.RefusesAnIncompleteChainAndAcceptsTheWholeOne, Tls.RefusesTls10AndTls11,
///   Tls.RefusesACipherThatEncryptsNothing, Tls.AcceptsTls12AndTls13,
///   Tls.GivesItsCertificateWhereTheServerDemandsOne, Tls.ABodyWithoutLengthMustEndWithCloseNotify,
///   Tls.AnAddressIsNoNameAndANameIsNoAddress, RetryLayer.NeverRetriesACertificateThatIsRefused; https to http:
///   NextRequest.NeverGoesFromHttpsToHttp;
/// - a proxy's answer to CONNECT: Proxy.SaysWhyThereIsNoTunnel.

#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>

#include <api_server/gzip.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using corest::errc;
using namespace std::chrono_literals;

namespace {

namespace faults {

/// The last attempt is the third one.
constexpr std::size_t attempts = 3;

constexpr const char* second_page = R"({"d": [{"id": 3}, {"id": 4}], "next": null})";

std::string answer(const std::string& status, const std::string& fields, const std::string& body)
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size())
        + "\r\nConnection: close\r\n" + fields + "\r\n" + body;
}
std::string good(const std::string& body)
{
    return answer("200 OK", "", body);
}
/// With fields that say how long the body is.
std::string framed(const std::string& fields, const std::string& body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n" + fields + "\r\n" + body;
}

script send(const std::string& bytes)
{
    return script().receive().send(bytes);
}
script status(const std::string& line, const std::string& fields = {}, const std::string& body = R"({"error": "no"})")
{
    return send(answer(line, fields, body));
}

/// A fault, and what comes of it.
class row {
public:
    /// \param met what the second page's connections meet; where it is tried again more often, the page comes well
    row(const char* of_what, std::vector<script> met, std::size_t in_table, std::optional<errc> failure,
        std::size_t sent)
        : what(of_what),
          faults(std::move(met)),
          rows(in_table),
          kind(failure),
          requests(sent)
    {
    }
    row(const char* of_what, script met, std::size_t in_table, std::optional<errc> failure, std::size_t sent)
        : row(of_what, std::vector<script>(1, std::move(met)), in_table, failure, sent)
    {
    }

    /// Further keys of the client; SERVER stands for the server's address.
    row client(std::string keys) &&
    {
        client_keys = ", " + std::move(keys);
        return std::move(*this);
    }
    /// Another endpoint than that of pages with the URL of the next one.
    row endpoint(std::string keys) &&
    {
        endpoint_keys = std::move(keys);
        return std::move(*this);
    }
    /// From its first request on the server listens no more.
    row deaf() &&
    {
        is_deaf = true;
        return std::move(*this);
    }
    /// What every request begins with.
    row sent_as(std::string begin) &&
    {
        request_line = std::move(begin);
        return std::move(*this);
    }
    /// Another first page. With a fault for each attempt it is the only thing that the server answers.
    row first(std::string body) &&
    {
        first_page = std::move(body);
        return std::move(*this);
    }

    const char* what;
    std::vector<script> faults;
    std::size_t rows;
    std::optional<errc> kind; ///< none: all is well
    std::size_t requests;
    bool is_deaf = false;
    std::string request_line;
    std::string client_keys;
    std::string endpoint_keys = R"("data_selector": "d", "paginator": {"type": "json_link", "next_url_path": "next"})";
    std::string first_page = R"({"d": [{"id": 1}, {"id": 2}], "next": "/things?page=2"})";
};

/// A fault that is gone at the second attempt.
row passes(const char* what, script met)
{
    return row(what, std::move(met), 4, std::nullopt, 3);
}
/// A fault after which nothing is sent again.
row ends(const char* what, script met, errc kind)
{
    return row(what, std::move(met), 2, kind, 2);
}
/// A fault that every attempt meets.
row stays(const char* what, const script& met, errc kind)
{
    return row(what, std::vector<script>(attempts, met), 2, kind, 1 + attempts);
}
/// What is no fault for us.
row is_read(const char* what, script met)
{
    return row(what, std::move(met), 4, std::nullopt, 2);
}

corest::net::awaitable<corest::source::run_report> load(corest::source::planned_source source, std::string file)
{
    co_return co_await source.run(corest::sqlite_destination(std::move(file)), corest::source::secret_store());
}

std::optional<errc> kind_of(const std::exception_ptr& failure)
{
    if (!failure) {
        return std::nullopt;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const corest::error& e) {
        return e.kind();
    }
}

std::string text_of(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        return e.what();
    }
}

void expect(const row& r)
{
    SCOPED_TRACE(r.what);
    std::vector<script> scripts = {
        r.is_deaf ? script().receive().refuse().send(good(r.first_page)) : script().receive().send(good(r.first_page))};
    scripts.insert(scripts.end(), r.faults.begin(), r.faults.end());
    scripts.push_back(send(good(second_page)));
    scripted_server server(std::move(scripts));
    const temporary_folder folder;
    std::string client_keys = r.client_keys;
    if (const auto place = client_keys.find("SERVER"); place != std::string::npos) {
        client_keys.replace(place, 6, server.url(""));
    }
    const std::string text = R"({"client": {"base_url": ")" + server.url("")
        + R"(", "retry": {"max_retries": 2, "backoff_factor": 0.01}, "concurrency": 1)" + client_keys
        + R"(}, "resources": [{"name": "things", "endpoint": {"path": "things", )" + r.endpoint_keys
        + R"(}, "write_disposition": "merge", "primary_key": "id"}]})";
    corest::net::io_context context;
    const auto report = run(context, load(corest::source::load_text(text, "source.json").plan(), folder.file("db")));
    const auto& things = report.resources.at(0);
    EXPECT_EQ(kind_of(things.failure), r.kind) << (things.failure ? text_of(things.failure) : "no failure");
    EXPECT_EQ(database(folder.file("db")).count("things"), r.rows);
    EXPECT_EQ(server.requests().size(), r.requests);
    for (const std::string& each : server.requests()) {
        EXPECT_EQ(each.substr(0, r.request_line.size()), r.request_line);
    }
}

void expect_all(const std::vector<row>& rows)
{
    for (const row& r : rows) {
        expect(r);
    }
}

TEST(Faults, OfTheConnection)
{
    const std::string quick = R"("timeout": {"first_byte": 0.5})";
    const std::string all = R"("timeout": {"total": 2})";
    const std::string whole = good(second_page);
    expect_all({
        row("refused: nobody listens any more", std::vector<script>(), 2, errc::connect_failed, 1).deaf(),
        passes("reset before the header", script().receive().reset()),
        passes("reset after the header", send(whole.substr(0, whole.find("{\"d\""))).reset()),
        passes("reset in the middle of the body", send(whole.substr(0, whole.size() - 5)).reset()),
        passes("an end without a byte", script().receive()),
        passes("silence", script().receive().hold()).client(quick),
        passes("a header byte by byte", script().receive().trickle(whole, 50ms)).client(all),
        passes("a body byte by byte", send(whole.substr(0, whole.find("{\"d\""))).trickle(second_page, 100ms))
            .client(all),
        stays("a connection that is lost each time", script().receive(), errc::connection_lost),
    });
}

TEST(Faults, ConnectionsThatEndBetweenPagesAreNone)
{
    scripted_server server(
        {send(ok(R"({"d": [{"id": 1}, {"id": 2}], "next": "/things?page=2"})")), send(ok(second_page))});
    const temporary_folder folder;
    const std::string text = R"({"client": {"base_url": ")" + server.url("")
        + R"(", "retry": {"max_retries": 0}}, "resources": [{"name": "things", "endpoint": {"path": "things",
          "data_selector": "d", "paginator": {"type": "json_link", "next_url_path": "next"}}}]})";
    corest::net::io_context context;
    const auto report = run(context, load(corest::source::load_text(text, "source.json").plan(), folder.file("db")));
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.resources.at(0).rows, 4U);
    EXPECT_EQ(report.resources.at(0).retries, 0U);
}

TEST(Faults, OfTheFraming)
{
    const std::string body = second_page;
    const std::string size = std::to_string(body.size());
    const std::string chunk = "2b\r\n" + body + "\r\n";
    ASSERT_EQ(body.size(), 0x2bU);
    expect_all({
        passes("a body that is shorter than stated", send(framed("Content-Length: 1000\r\n", body))),
        passes("chunks without their end", send(framed("Transfer-Encoding: chunked\r\n", chunk))),
        ends("a chunk's size that is none", send(framed("Transfer-Encoding: chunked\r\n", "xyz\r\n" + body)),
            errc::protocol_error),
        ends("a chunk's size that no number holds",
            send(framed("Transfer-Encoding: chunked\r\n", "ffffffffffffffff0\r\n" + body)), errc::protocol_error),
        ends("a negative length", send(framed("Content-Length: -5\r\n", body)), errc::protocol_error),
        ends("a length that is none", send(framed("Content-Length: many\r\n", body)), errc::protocol_error),
        ends("two lengths", send(framed("Content-Length: " + size + "\r\nContent-Length: 7\r\n", body)),
            errc::protocol_error),
        is_read("the same length twice",
            send(framed("Content-Length: " + size + "\r\nContent-Length: " + size + "\r\n", body))),
        ends("a NUL in the header",
            send(framed(std::string("X-Field: a\0b\r\nContent-Length: ", 31) + size + "\r\n", body)),
            errc::protocol_error),
        ends("a header of 100 KB", send(answer("200 OK", "X-Field: " + std::string(100'000, 'x') + "\r\n", body)),
            errc::limit_exceeded),
        ends("interim responses without an end", send([] {
            std::string all;
            for (int i = 0; i < 20000; ++i) {
                all += "HTTP/1.1 100 Continue\r\nX-Number: " + std::to_string(i) + "\r\n\r\n";
            }
            return all;
        }()),
            errc::limit_exceeded),
        passes("an interim response and no other", send("HTTP/1.1 100 Continue\r\n\r\n")),
        is_read("an interim response and then the final one", send("HTTP/1.1 100 Continue\r\n\r\n" + good(body))),
        ends("HTTP/0.9", send(body), errc::protocol_error),
        ends("HTTP/1.2", send("HTTP/1.2" + good(body).substr(8)), errc::protocol_error),
        ends("HTTP/2.0", send("HTTP/2.0" + good(body).substr(8)), errc::protocol_error),
        ends("a negative status", send("HTTP/1.1 -200 OK\r\n\r\n"), errc::protocol_error),
        ends("a status of one digit", send("HTTP/1.1 2 OK\r\n\r\n"), errc::protocol_error),
        ends("a status of a hundred digits", send("HTTP/1.1 2" + std::string(99, '0') + " OK\r\n\r\n"),
            errc::protocol_error),
        row("204, whose body is none: the end of the walk",
            send("HTTP/1.1 204 No Content\r\nConnection: close\r\nContent-Length: " + size + "\r\n\r\n" + body), 2,
            std::nullopt, 2),
        ends("304 with a body",
            send("HTTP/1.1 304 Not Modified\r\nConnection: close\r\nContent-Length: " + size + "\r\n\r\n" + body),
            errc::unexpected_status),
        is_read("bytes behind the body", send(good(body) + good(R"({"d": [{"id": 99}], "next": null})"))),
        ends("a length and chunks",
            send(framed("Content-Length: " + size + "\r\nTransfer-Encoding: chunked\r\n", chunk + "0\r\n\r\n")),
            errc::protocol_error),
        ends("gzip in chunks, as a coding of the transfer",
            send(framed("Transfer-Encoding: gzip, chunked\r\n", chunk + "0\r\n\r\n")), errc::protocol_error),
        ends("gzip behind chunked", send(framed("Transfer-Encoding: chunked, gzip\r\n", chunk + "0\r\n\r\n")),
            errc::protocol_error),
    });
}

/// A page whose bytes are compressed, or should be.
script coded(const std::string& coding, const std::string& bytes, const std::string& line = "200 OK")
{
    return send(answer(line, "Content-Encoding: " + coding + "\r\nLocation: /elsewhere\r\n", bytes));
}

TEST(Faults, OfTheContent)
{
    const std::string gzipped = example_api::gzip_compressed(second_page);
    std::string damaged = gzipped;
    damaged[gzipped.size() / 2] = static_cast<char>(damaged[gzipped.size() / 2] ^ 0x55);
    const std::string bomb = example_api::gzip_compressed(std::string(100'000'000, '0'));
    const std::string twice = example_api::gzip_compressed(bomb);
    const std::string bounded = R"("limits": {"body": 1000000, "decoded": 10000000})";
    expect_all({
        is_read("gzip", coded("gzip", gzipped)),
        ends("gzip that is damaged", coded("gzip", damaged), errc::protocol_error),
        ends("gzip that ends early", coded("gzip", gzipped.substr(0, gzipped.size() / 2)), errc::protocol_error),
        ends("deflate that is none", coded("deflate", "this is no deflate, nor zlib"), errc::protocol_error),
        ends("brotli, which nobody has asked for, and which is none", coded("br", "\x8b\x02"), errc::protocol_error),
        ends("a coding that nobody knows", coded("x-shrunk", second_page), errc::protocol_error),
        ends("zstd that is damaged, or was not asked for", coded("zstd", "\x28\xb5\x2f\xfd\x04"), errc::protocol_error),
        ends("six codings", coded("gzip, gzip, gzip, gzip, gzip, gzip", gzipped), errc::limit_exceeded),
        ends("a bomb", coded("gzip", bomb), errc::limit_exceeded).client(bounded),
        ends("a bomb in a bomb", coded("gzip, gzip", twice), errc::limit_exceeded).client(bounded),
        ends("a bomb as a redirect", coded("gzip", bomb, "302 Found"), errc::limit_exceeded).client(bounded),
        ends("a bomb as an error", coded("gzip", bomb, "400 Bad Request"), errc::limit_exceeded).client(bounded),
        ends("10 GB by their length", send(framed("Content-Length: 10000000000\r\n", std::string(100, ' '))),
            errc::limit_exceeded),
        ends("more than a body may have, in chunks",
            send(framed("Transfer-Encoding: chunked\r\n", "1e8480\r\n" + std::string(2'000'000, ' '))),
            errc::limit_exceeded)
            .client(bounded),
        ends("JSON that is cut off", send(good(R"({"d": [{"id": 3}, {"id")")), errc::not_json),
        ends("a page of HTML with 200",
            send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: "
                 "close\r\n\r\n<html><body>Login</body></html>"),
            errc::not_json),
        ends("an empty body with 200", send(good("")), errc::not_json),
        is_read("a byte order mark", send(good(std::string("\xEF\xBB\xBF") + second_page))),
        ends("bytes that are no UTF-8", send(good("{\"d\": [{\"id\": 3, \"name\": \"\xff\xfe\"}], \"next\": null}")),
            errc::not_json),
        is_read("a name twice in a record: the last one counts",
            send(good(R"({"d": [{"id": 99, "id": 3}, {"id": 4}], "next": null})"))),
        is_read("a name twice in the page: the last one counts",
            send(good(R"({"d": [], "d": [{"id": 3}, {"id": 4}], "next": "/things", "next": null})"))),
        is_read("a number beyond 2^53", send(good(R"({"d": [{"id": 3}, {"id": 9007199254740993}], "next": null})"))),
        ends("NaN", send(good(R"({"d": [{"id": 3}, {"id": NaN}], "next": null})")), errc::not_json),
        ends("an error with 200", send(good(R"({"error": {"message": "try later"}})")), errc::selector_missing),
    });
}

TEST(Faults, OfTheStatus)
{
    const auto redirect = [](const std::string& where, const std::string& line = "302 Found") {
        return status(line, "Location: " + where + "\r\n");
    };
    const std::string post = R"("method": "POST", "json": {"kind": "thing"}, "data_selector": "d",
        "paginator": {"type": "json_link", "next_url_path": "next"})";
    const std::string token = R"({"access_token": "t0ken", "expires_in": 3600})";
    const std::string renewable = R"("auth": {"type": "oauth2_client_credentials", "access_token_url": "SERVER/token",
        "client_id": "me", "client_secret": "s"})";
    const script first = send(good(R"({"d": [{"id": 1}, {"id": 2}], "next": "/things?page=2"})"));
    const std::vector<script> ten(10, redirect("/elsewhere"));
    const std::vector<script> eleven(11, redirect("/elsewhere"));
    expect_all({
        stays("429 without an end", status("429 Too Many Requests"), errc::unexpected_status),
        stays("429 without an end, with Retry-After", status("429 Too Many Requests", "Retry-After: 0\r\n"),
            errc::unexpected_status),
        ends("429 for longer than is waited", status("429 Too Many Requests", "Retry-After: 86400\r\n"),
            errc::unexpected_status),
        passes("503 once", status("503 Service Unavailable")),
        row("503 twice", std::vector<script>(2, status("503 Service Unavailable")), 4, std::nullopt, 4),
        stays("503 each time", status("503 Service Unavailable"), errc::unexpected_status),
        row("500, then 429, then a page", {status("500 Internal Server Error"), status("429 Too Many Requests")}, 4,
            std::nullopt, 4),
        ends("401 in the middle, without a token to renew", status("401 Unauthorized"), errc::unauthorized),
        row("401 in the middle, with a token to renew", {first, status("401 Unauthorized"), send(good(token))}, 4,
            std::nullopt, 5)
            .first(token)
            .client(renewable),
        row("401 with each token: the second one in a row ends it",
            {first, status("401 Unauthorized"), send(good(token)), status("401 Unauthorized")}, 2, errc::unauthorized,
            5)
            .first(token)
            .client(renewable),
        ends("403", status("403 Forbidden"), errc::unauthorized),
        passes("403 that is a rate limit",
            status("403 Forbidden", "X-RateLimit-Remaining: 0\r\nRetry-After: 0\r\n",
                R"({"message": "API rate limit exceeded"})")),
        ends("407 of a proxy", status("407 Proxy Authentication Required"), errc::unexpected_status)
            .client(R"("proxy": "SERVER")"),
        ends("401 of a proxy", status("401 Unauthorized"), errc::unauthorized).client(R"("proxy": "SERVER")"),
        passes("502 of a proxy", status("502 Bad Gateway")).client(R"("proxy": "SERVER")"),
        ends("404", status("404 Not Found"), errc::unexpected_status),
        passes("501 once", status("501 Not Implemented")),
        row("ten redirects", ten, 4, std::nullopt, 12),
        row("eleven redirects", eleven, 2, errc::redirect_refused, 12),
        ends("a redirect where none is allowed", redirect("/elsewhere"), errc::redirect_refused)
            .client(R"("limits": {"redirects": 0})"),
        ends("a redirect to a file", redirect("file:///etc/passwd"), errc::redirect_refused),
        ends("a redirect to ftp", redirect("ftp://127.0.0.1/things"), errc::redirect_refused),
        ends("a redirect to gopher", redirect("gopher://127.0.0.1/things"), errc::redirect_refused),
        ends("a redirect to another host", redirect("http://other.example.com/things"), errc::redirect_refused),
        ends("a redirect to another port", redirect("http://127.0.0.1:1/things"), errc::redirect_refused),
        passes("307 on a POST, which is sent again as it was", redirect("/elsewhere", "307 Temporary Redirect"))
            .endpoint(post)
            .sent_as("POST "),
        passes("308 on a POST, likewise", redirect("/elsewhere", "308 Permanent Redirect"))
            .endpoint(post)
            .sent_as("POST "),
        ends("302 on a POST, whose body would be lost", redirect("/elsewhere"), errc::redirect_refused)
            .endpoint(post)
            .sent_as("POST "),
        ends("two places at once", status("302 Found", "Location: /a\r\nLocation: /b\r\n"), errc::redirect_refused),
    });
}

TEST(Faults, OfPaging)
{
    const auto page = [](const std::string& rows, const std::string& next) {
        return send(good(R"({"d": [)" + rows + R"(], "next": )" + next + "}"));
    };
    const std::string one_two = R"({"id": 1}, {"id": 2})";
    const std::string three_four = R"({"id": 3}, {"id": 4})";
    const std::string offset =
        R"("data_selector": "d", "paginator": {"type": "offset", "limit": 2, "total_path": "total", "concurrency": 1})";
    const std::string cursor =
        R"("data_selector": "d", "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "c"})";
    const std::string first_cursor = R"({"d": [{"id": 1}, {"id": 2}], "next": "abc"})";
    const auto counted = [](const std::string& rows, int total) {
        return send(good(R"({"d": [)" + rows + R"(], "total": )" + std::to_string(total) + "}"));
    };
    // A page whose next one cannot be asked for is no page that came well: it is not stored.
    expect_all({
        row("a page that comes twice", {page(one_two, "\"/things?page=3\"")}, 2, errc::no_progress, 2),
        row("pages that overlap", {page(R"({"id": 2}, {"id": 3})", "\"/things?page=3\"")}, 4, std::nullopt, 3),
        row("a page without an end", {page(one_two, "\"/things?page=2\""), page(one_two, "\"/things?page=2\"")}, 2,
            errc::no_progress, 2),
        row("two pages in a circle",
            {page(three_four, "\"/things\""), page(one_two, "\"/things?page=2\""), page(three_four, "\"/things\""),
                page(one_two, "\"/things?page=2\""), page(three_four, "\"/things\"")},
            4, errc::no_progress, 3),
        row("an empty page in the middle", {page("", "\"/things?page=3\"")}, 4, std::nullopt, 3),
        row("a next page on another host", {page(three_four, "\"http://other.example.com/things?page=3\"")}, 2,
            errc::origin_refused, 2),
        row("a next page on another port", {page(three_four, "\"http://127.0.0.1:1/things?page=3\"")}, 2,
            errc::origin_refused, 2),
        row("a next page of another scheme", {page(three_four, "\"file:///etc/passwd\"")}, 2, errc::pagination_failed,
            2),
        row("a next page relative to this one", {page(R"({"id": 5})", "\"?page=3\"")}, 5, std::nullopt, 3),
        row("a next page that is no text", {page(three_four, "[1]")}, 2, errc::pagination_failed, 2),
        row("a server that takes no notice of the limit", {counted(R"({"id": 5}, {"id": 6}, {"id": 7})", 7)}, 7,
            std::nullopt, 2)
            .endpoint(offset)
            .first(R"({"d": [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}], "total": 7})"),
        row("a server that lowers the limit", {counted(R"({"id": 2})", 3), counted(R"({"id": 3})", 3)}, 3, std::nullopt,
            3)
            .endpoint(offset)
            .first(R"({"d": [{"id": 1}], "total": 3})"),
        row("a total that grows", {counted(three_four, 6), counted(R"({"id": 5}, {"id": 6})", 6)}, 6, std::nullopt, 3)
            .endpoint(offset)
            .first(R"({"d": [{"id": 1}, {"id": 2}], "total": 4})"),
        row("a total that shrinks", {counted(R"({"id": 3})", 3)}, 3, std::nullopt, 2)
            .endpoint(offset)
            .first(R"({"d": [{"id": 1}, {"id": 2}], "total": 5})"),
        row("a row that is inserted between pages", {counted(R"({"id": 2}, {"id": 3})", 5), counted(R"({"id": 4})", 5)},
            4, std::nullopt, 3)
            .endpoint(offset)
            .first(R"({"d": [{"id": 1}, {"id": 2}], "total": 4})"),
        row("a row that is deleted between pages: the one that moved up is not seen",
            {counted(R"({"id": 4}, {"id": 5})", 4)}, 4, std::nullopt, 2)
            .endpoint(offset)
            .first(R"({"d": [{"id": 1}, {"id": 2}], "total": 5})"),
        row("a cursor that is empty", {page(three_four, "\"\"")}, 4, std::nullopt, 2)
            .endpoint(cursor)
            .first(first_cursor),
        row("a cursor that is null", {page(three_four, "null")}, 4, std::nullopt, 2)
            .endpoint(cursor)
            .first(first_cursor),
        row("a cursor that is missing", {send(good(R"({"d": [{"id": 3}, {"id": 4}]})"))}, 4, std::nullopt, 2)
            .endpoint(cursor)
            .first(first_cursor),
        row("a cursor that is 0, which is an end as in dlt", {page(three_four, "0")}, 4, std::nullopt, 2)
            .endpoint(cursor)
            .first(first_cursor),
    });
}

} // namespace faults

} // namespace

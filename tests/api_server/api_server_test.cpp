/// \file
/// The example API does what it says, as seen by a client that is not corest.

#include <api_server/server.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;
using example_api::rule;
using testing::HasSubstr;

constexpr const char* bearer_field = "Bearer 0f1e2d3c4b5a69788796";
constexpr const char* basic_field = "Basic N2MxZjA5OnDDpHNzOndvcmQ="; // 7c1f09:päss:word
constexpr const char* api_key_query = "api_key=key%2Bwith%2Fodd%3Dsigns%26more";
constexpr const char* client_form = "client_id=example+client&client_secret=s3cr3t%2F%2B+%26%3D%25";

struct reply {
    unsigned status = 0;
    std::string body;
    std::map<std::string, std::string, std::less<>> headers;

    [[nodiscard]] json::value content() const { return json::parse(body); }
};

/// A connection that sends what it is told to.
class raw_client {
public:
    explicit raw_client(const example_api::server& server) : socket_(context_), port_(server.port()) { connect(); }

    void connect()
    {
        socket_ = boost::asio::ip::tcp::socket(context_);
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port_});
        buffer_.clear();
    }

    /// \throws boost::system::system_error if the connection ends before the response does
    reply send(http::verb method, const std::string& target, const std::string& authorization = {},
        const std::string& form = {}, bool accept_gzip = false)
    {
        http::request<http::string_body> request(method, target, 11);
        request.set(http::field::host, "127.0.0.1:" + std::to_string(port_));
        if (!authorization.empty()) {
            request.set(http::field::authorization, authorization);
        }
        if (method == http::verb::post) {
            request.set(http::field::content_type, "application/x-www-form-urlencoded");
        } else if (method == http::verb::patch) {
            request.set(http::field::content_type, "application/merge-patch+json");
        }
        if (accept_gzip) {
            request.set(http::field::accept_encoding, "gzip, deflate");
        }
        request.body() = form;
        request.prepare_payload();
        http::write(socket_, request);
        http::response<http::string_body> response;
        http::read(socket_, buffer_, response);
        reply r;
        r.status = response.result_int();
        r.body = response.body();
        for (const auto& field : response) {
            r.headers[std::string(field.name_string())] = std::string(field.value());
        }
        return r;
    }

    reply get(const std::string& target, const std::string& authorization = {})
    {
        return send(http::verb::get, target, authorization);
    }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    std::uint16_t port_;
    boost::beast::flat_buffer buffer_;
};

std::string encoded(std::string_view segment)
{
    std::string text;
    for (const char c : segment) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        if (plain) {
            text.push_back(c);
        } else {
            text += {'%', "0123456789ABCDEF"[byte >> 4U], "0123456789ABCDEF"[byte & 0xfU]};
        }
    }
    return text;
}

/// The header with a fresh access token of seed000.
std::string token_of(raw_client& c)
{
    const std::string form = std::string(client_form) + "&grant_type=client_credentials";
    const reply r = c.send(http::verb::post, "/seed000/oauth/token", "", form);
    EXPECT_EQ(r.status, 200U) << r.body;
    return "Bearer " + std::string(r.content().at("access_token").as_string());
}

TEST(ApiServer, PagesByOffsetHoldEveryRecordOnce)
{
    example_api::server_options options;
    options.api.data.sizes["projects"] = 23;
    const example_api::server server(std::move(options));
    raw_client c(server);
    std::set<std::int64_t> ids;
    for (std::size_t offset = 0; offset < 30; offset += 10) {
        const auto page =
            c.get("/seed003/users/current/projects?Offset=" + std::to_string(offset) + "&limit=10", bearer_field)
                .content();
        EXPECT_EQ(page.at("Response").at("TotalCount").to_number<int>(), 23);
        for (const auto& item : page.at("Response").at("Items").as_array()) {
            ids.insert(item.at("id").as_int64());
        }
    }
    EXPECT_EQ(ids.size(), 23U);
    const auto beyond = c.get("/seed003/users/current/projects?Offset=30&limit=10", bearer_field).content();
    EXPECT_TRUE(beyond.at("Response").at("Items").as_array().empty());
}

TEST(ApiServer, TakesNoMoreThanTheCapForALimit)
{
    example_api::server_options options;
    options.api.limit_caps["runs"] = 3;
    const example_api::server server(std::move(options));
    raw_client c(server);
    const auto page = c.get("/seed003/users/current/runs?limit=1024", bearer_field).content();
    EXPECT_EQ(page.at("Response").at("Items").as_array().size(), 3U);
    EXPECT_EQ(page.at("Response").at("Limit").to_number<int>(), 3);
}

TEST(ApiServer, SaysTheTotalForSomeCollectionsOnly)
{
    const example_api::server server;
    raw_client c(server);
    const std::string key = std::string("?") + api_key_query;
    EXPECT_TRUE(c.get("/seed001/v1/customers" + key).content().as_object().contains("total"));
    EXPECT_FALSE(c.get("/seed001/v1/items" + key).content().as_object().contains("total"));
}

TEST(ApiServer, RecordsHaveEveryKindOfValue)
{
    const example_api::server server;
    raw_client c(server);
    const auto page = c.get(std::string("/seed001/v1/items?limit=1&") + api_key_query).content();
    const json::object& record = page.at("data").at(0).as_object();
    EXPECT_TRUE(record.at("id").is_int64());
    EXPECT_TRUE(record.at("name").is_string());
    EXPECT_TRUE(record.at("details").is_object());
    EXPECT_TRUE(record.at("tags").is_array());
    EXPECT_TRUE(record.at("active").is_bool());
    EXPECT_TRUE(record.at("deleted_at").is_null());
    EXPECT_TRUE(record.at("score").is_double());
    EXPECT_GT(record.at("size_bytes").as_int64(), std::int64_t{1} << 53U);
}

TEST(ApiServer, DataDependOnTheSeedAlone)
{
    example_api::dataset_options other;
    other.data_seed = 2;
    const example_api::dataset one;
    const example_api::dataset same;
    const example_api::dataset different(other);
    const auto files = one.find("seed003", "sample_files");
    ASSERT_GT(one.size(files), 0U);
    EXPECT_EQ(one.record(files, 0), same.record(files, 0));
    EXPECT_NE(one.record(files, 0), different.record(files, 0));
}

TEST(ApiServer, RefusesWrongCredentials)
{
    const example_api::server server;
    raw_client c(server);
    for (const char* target : {"/seed000/v1/resource", "/seed001/v1/items?api_key=wrong", "/seed002/v1/customers",
             "/seed003/users/current/runs", "/seed004/acme/spaces"})
    {
        for (const char* authorization : {"", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "Basic !"}) {
            const reply r = c.get(target, authorization);
            EXPECT_EQ(r.status, 401U) << target << ' ' << authorization;
            EXPECT_EQ(r.content().at("error").at("code").to_number<int>(), 401);
        }
    }
}

TEST(ApiServer, GivesTokensForTheSecretInTheFormOrInABasicHeader)
{
    const example_api::server server;
    raw_client c(server);
    EXPECT_EQ(c.get("/seed000/v1/resource", token_of(c)).status, 200U);

    const char* in_header = "Basic ZXhhbXBsZStjbGllbnQ6czNjcjN0JTJGJTJCKyUyNiUzRCUyNQ==";
    const reply r = c.send(http::verb::post, "/seed000/oauth/token", in_header, "grant_type=client_credentials");
    EXPECT_EQ(r.status, 200U);
    EXPECT_EQ(r.content().at("expires_in").to_number<int>(), 3600);

    EXPECT_EQ(c.send(http::verb::post, "/seed000/oauth/token", "", "grant_type=client_credentials").status, 401U);
    EXPECT_EQ(
        c.send(http::verb::post, "/seed000/oauth/token", "", std::string(client_form) + "&grant_type=password").status,
        400U);
    EXPECT_EQ(server.token_requests(), 4U);
}

TEST(ApiServer, RefusesExpiredTokensAndThoseOfAnotherApi)
{
    example_api::server_options options;
    options.api.token_lifetime = std::chrono::milliseconds(0);
    options.api.announced_lifetime = std::chrono::seconds(60);
    example_api::server short_lived(options);
    raw_client at_short_lived(short_lived);
    EXPECT_EQ(at_short_lived.get("/seed000/v1/resource", token_of(at_short_lived)).status, 401U);

    example_api::server server;
    raw_client c(server);
    const std::string token = token_of(c);
    EXPECT_EQ(c.get("/seed002/v1/customers", token).status, 401U);
    EXPECT_EQ(c.get("/seed000/v1/resource", token).status, 200U);
    server.expire_tokens();
    EXPECT_EQ(c.get("/seed000/v1/resource", token).status, 401U);
    EXPECT_EQ(c.get("/seed000/v1/resource", token_of(c)).status, 200U);
}

TEST(ApiServer, DecodesKeysInPathsSegmentBySegment)
{
    const example_api::server server;
    raw_client c(server);
    const auto spaces = server.data().find("seed004", "spaces");
    const auto datasets = server.data().find("seed004", "datasets");
    std::size_t seen = 0;
    for (std::size_t i = 0; i != server.data().size(spaces); ++i) {
        const std::string key = server.data().key(spaces, i);
        const reply r = c.get("/seed004/acme/spaces/" + encoded(key) + "/datasets", basic_field);
        ASSERT_EQ(r.status, 200U) << key;
        const json::value content = r.content();
        for (const auto& record : content.at("_embedded").at("reports").as_array()) {
            EXPECT_EQ(record.at("details").at("parent").as_string(), key);
            ++seen;
        }
    }
    EXPECT_EQ(seen, server.data().size(datasets));
    EXPECT_EQ(c.get("/seed004/acme/spaces/unknown/datasets", basic_field).status, 404U);
    EXPECT_EQ(c.get("/seed004/elsewhere/spaces", basic_field).status, 404U);
    EXPECT_EQ(c.get("/seed004/acme/spaces/%zz/datasets", basic_field).status, 400U);
    EXPECT_EQ(c.get("/seed004/acme/spaces/\xC5\x81/datasets", basic_field).status, 400U);
}

TEST(ApiServer, KnowsWhichRecordBelongsToWhich)
{
    example_api::server_options options;
    options.api.data.exact_sizes = true;
    const example_api::server server(std::move(options));
    raw_client c(server);
    const auto& data = server.data();
    const auto reports = data.find("seed004", "reports");
    const auto runs = data.find("seed004", "report_runs");
    const std::string run = encoded(data.key(runs, data.first_child(runs, 1)));
    const auto path = [&](std::size_t report) {
        return "/seed004/acme/reports/" + encoded(data.key(reports, report)) + "/runs/" + run + "/query_runs";
    };
    EXPECT_EQ(c.get(path(1), basic_field).status, 200U);
    EXPECT_EQ(c.get(path(0), basic_field).status, 404U);
}

TEST(ApiServer, LinksToTheNextPageRelativeAndAbsolute)
{
    example_api::server_options options;
    options.api.page_size = 10;
    const example_api::server server(std::move(options));
    raw_client c(server);
    std::set<std::string> tokens;
    std::vector<std::string> links;
    std::string target = "/seed004/acme/definitions";
    while (!target.empty()) {
        const auto page = c.get(target, basic_field).content();
        for (const auto& record : page.at("_embedded").at("definitions").as_array()) {
            tokens.insert(std::string(record.at("token").as_string()));
        }
        const auto* next = page.at("_links").as_object().if_contains("next");
        if (next == nullptr) {
            break;
        }
        links.emplace_back(next->at("href").as_string());
        target = links.back();
        if (target.starts_with(server.origin())) {
            target.erase(0, server.origin().size());
        }
    }
    EXPECT_EQ(tokens.size(), 35U);
    EXPECT_EQ(links,
        (std::vector<std::string>{"/seed004/acme/definitions?page=2",
            server.origin() + "/seed004/acme/definitions?page=3", "/seed004/acme/definitions?page=4"}));
}

TEST(ApiServer, PagesByNumberEndWithAnEmptyPage)
{
    example_api::server_options options;
    options.api.data.exact_sizes = true;
    options.api.page_size = 3;
    const example_api::server server(std::move(options));
    raw_client c(server);
    const auto& data = server.data();
    const std::string path =
        "/seed004/acme/reports/" + encoded(data.key(data.find("seed004", "reports"), 0)) + "/runs?page=";
    std::vector<std::size_t> counts;
    for (const char* number : {"1", "2", "3"}) {
        counts.push_back(
            c.get(path + number, basic_field).content().at("_embedded").at("report_runs").as_array().size());
    }
    EXPECT_EQ(counts, (std::vector<std::size_t>{3, 1, 0}));
    EXPECT_EQ(c.get(path + "0", basic_field).status, 400U);
}

TEST(ApiServer, MisbehavesAsOftenAsItIsToldTo)
{
    example_api::server server;
    raw_client c(server);
    const std::string runs = "/seed003/users/current/runs";
    const std::string projects = "/seed003/users/current/projects";
    server.misbehave(rule::status("/seed003/users/*", 503).skip(1).times(2).each());
    for (const std::string& path : {runs, projects}) {
        std::vector<unsigned> statuses;
        for (int i = 0; i != 4; ++i) {
            statuses.push_back(c.get(path, bearer_field).status);
        }
        EXPECT_EQ(statuses, (std::vector<unsigned>{200, 503, 503, 200})) << path;
    }
    server.misbehave(rule::status("*", 500));
    EXPECT_EQ(c.get(runs, bearer_field).status, 500U);
    server.behave();
    EXPECT_EQ(c.get(runs, bearer_field).status, 200U);
}

TEST(ApiServer, AsksToComeBackLaterInSecondsOrByDate)
{
    example_api::server server;
    raw_client c(server);
    server.misbehave(rule::too_many_requests("/seed000/*", std::chrono::seconds(7)));
    server.misbehave(rule::too_many_requests("/seed001/*", std::chrono::seconds(7), true));
    const reply in_seconds = c.get("/seed000/v1/resource");
    EXPECT_EQ(in_seconds.status, 429U);
    EXPECT_EQ(in_seconds.headers.at("Retry-After"), "7");
    const reply by_date = c.get("/seed001/v1/items");
    EXPECT_EQ(by_date.status, 429U);
    EXPECT_THAT(by_date.headers.at("Retry-After"), testing::MatchesRegex("..., .. ... .... ..:..:.. GMT"));
    EXPECT_EQ(
        example_api::http_date(std::chrono::system_clock::from_time_t(784'111'777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(ApiServer, EndsConnectionsEarly)
{
    example_api::server server;
    raw_client c(server);
    server.misbehave(rule::cut("/seed003/users/current/runs").times(1));
    server.misbehave(rule::drop("/seed003/users/current/projects").times(1));
    EXPECT_THROW(c.get("/seed003/users/current/runs", bearer_field), boost::system::system_error);
    c.connect();
    EXPECT_EQ(c.get("/seed003/users/current/runs", bearer_field).status, 200U);
    EXPECT_THROW(c.get("/seed003/users/current/projects", bearer_field), boost::system::system_error);
    EXPECT_EQ(server.log().back().status, 0U);
}

TEST(ApiServer, CompressesForThoseWhoAccept)
{
    example_api::server server;
    raw_client c(server);
    server.misbehave(rule::gzip("*"));
    const std::string path = "/seed003/users/current/runs";
    const reply plain = c.get(path, bearer_field);
    EXPECT_FALSE(plain.headers.contains("Content-Encoding"));
    const reply packed = c.send(http::verb::get, path, bearer_field, "", true);
    EXPECT_EQ(packed.headers.at("Content-Encoding"), "gzip");
    EXPECT_LT(packed.body.size(), plain.body.size() / 2);
    ASSERT_TRUE(packed.body.starts_with("\x1f\x8b"));
    const std::string_view size = std::string_view(packed.body).substr(packed.body.size() - 4);
    EXPECT_EQ(
        static_cast<unsigned char>(size[0]) + 256U * static_cast<unsigned char>(size[1]), plain.body.size() % 65'536);
}

TEST(ApiServer, AnswersHtmlLateElsewhereOrTheLastPageAgain)
{
    example_api::server server;
    raw_client c(server);
    const std::string path = "/seed003/users/current/runs";
    server.misbehave(rule::html(path).times(1));
    const reply html = c.get(path, bearer_field);
    EXPECT_EQ(html.status, 200U);
    EXPECT_THAT(html.body, HasSubstr("<html>"));

    server.behave();
    server.misbehave(rule::redirect(path, "/elsewhere", 307).times(1));
    const reply moved = c.get(path, bearer_field);
    EXPECT_EQ(moved.status, 307U);
    EXPECT_EQ(moved.headers.at("Location"), "/elsewhere");

    server.behave();
    server.misbehave(rule::refuse_token(path).times(1));
    EXPECT_EQ(c.get(path, bearer_field).status, 401U);

    server.behave();
    server.misbehave(rule::latency(path, std::chrono::milliseconds(30)));
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(c.get(path, bearer_field).status, 200U);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(30));

    server.behave();
    server.misbehave(rule::repeat_last_page(path));
    const auto items = [&](const std::string& query) {
        return c.get(path + query, bearer_field).content().at("Response").at("Items");
    };
    EXPECT_EQ(items("?Offset=15&limit=5"), items("?Offset=10&limit=5"));
}

TEST(ApiServer, CountsWhatItGets)
{
    example_api::server server;
    {
        raw_client c(server);
        c.get("/seed001/v1/items?offset=1");
        c.get("/seed001/v1/items?offset=1");
        c.get("/seed001/v1/items?offset=2", bearer_field);
        EXPECT_EQ(server.open_connections(), 1U);
    }
    EXPECT_TRUE(server.wait_for_connections(0));
    EXPECT_EQ(server.accepted_connections(), 1U);
    EXPECT_EQ(server.counts().at({"GET", "/seed001/v1/items?offset=1"}), 2U);
    EXPECT_EQ(server.max_concurrent_requests(), 1U);
    ASSERT_EQ(server.log().size(), 3U);
    EXPECT_EQ(server.log()[2].header("AUTHORIZATION"), bearer_field);
    EXPECT_EQ(server.log()[2].path(), "/seed001/v1/items");
    EXPECT_EQ(server.log()[2].status, 401U);
    server.clear_log();
    EXPECT_TRUE(server.log().empty());
}

TEST(ApiServer, NoticesClientsThatGoAwayWhileTheyWait)
{
    example_api::server server;
    server.misbehave(rule::latency("*", std::chrono::hours(1)));
    {
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket socket(context);
        socket.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
        boost::asio::write(socket, boost::asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
        EXPECT_TRUE(server.wait_for_requests(1));
    }
    EXPECT_TRUE(server.wait_for_connections(0));
}

TEST(ApiServer, ChangesRecordsOnRequest)
{
    example_api::server server;
    raw_client c(server);
    const auto revision = [&] {
        const auto page = c.get("/seed003/users/current/runs", bearer_field).content();
        return page.at("Response").at("Items").at(0).at("revision").to_number<int>();
    };
    EXPECT_EQ(revision(), 0);
    server.set_revision(2);
    EXPECT_EQ(revision(), 2);
}

TEST(ApiServer, TakesAPatchOfARecord)
{
    example_api::server server;
    raw_client c(server);
    const std::string list = "/seed003/users/current/projects";
    const auto first = [&] { return c.get(list, bearer_field).content().at("Response").at("Items").at(0); };
    const std::string record = list + '/' + std::to_string(first().at("id").to_number<int>());
    const auto changed = c.send(http::verb::patch, record, bearer_field, R"({"revision":7,"note":"new"})");
    EXPECT_EQ(changed.status, 200U);
    EXPECT_EQ(changed.content().at("note"), "new");
    EXPECT_EQ(c.get(record, bearer_field).content(), first());
    EXPECT_EQ(first().at("revision").to_number<int>(), 7);
    const auto without = c.send(http::verb::patch, record, bearer_field, R"({"note":null})").content();
    EXPECT_EQ(without, first());
    EXPECT_FALSE(first().as_object().contains("note"));

    EXPECT_EQ(c.send(http::verb::patch, record, bearer_field, "[]").status, 400U);
    EXPECT_EQ(c.send(http::verb::post, record, bearer_field, "{}").status, 405U);
    EXPECT_EQ(c.send(http::verb::patch, list, bearer_field, "{}").status, 405U);
    EXPECT_EQ(c.send(http::verb::patch, record, {}, "{}").status, 401U);
}

TEST(ApiServer, RunsOnAGivenContext)
{
    boost::asio::io_context context;
    example_api::server server(context);
    EXPECT_NE(server.port(), 0);
    context.poll();
    server.stop();
    context.run();
    EXPECT_EQ(server.open_connections(), 0U);
}

TEST(ApiServerRule, IsReadFromWords)
{
    example_api::rulebook rules;
    rules.add(rule::parse("503 /a/*/b times=1 skip=1"));
    rules.add(rule::parse("latency=20 *"));
    rules.add(rule::parse("redirect=http://x/y?z=1 /r"));
    EXPECT_EQ(rules.apply("/a/1/b").status, 0U);
    EXPECT_EQ(rules.apply("/a/2/c/b").status, 503U);
    EXPECT_EQ(rules.apply("/a/1/b").status, 0U);
    EXPECT_EQ(rules.apply("/a/1/bc").latency, std::chrono::milliseconds(20));
    EXPECT_EQ(rules.apply("/r").location, "http://x/y?z=1");
    for (const char* wrong : {"", "503", "600 /a", "nonsense /a", "503 /a times=x", "503 /a sometimes", "latency /a"}) {
        EXPECT_THROW(rule::parse(wrong), std::invalid_argument) << wrong;
    }
}

} // namespace

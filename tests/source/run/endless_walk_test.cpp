/// \file
/// Servers without an end: a walk ends with an error that names what came again, and a walk that only looks so goes on.

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/source/source.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

using corest::request;
using corest::response;

namespace {

namespace endless {

constexpr int page_size = 10;

/// A row of a server that has, or has not, a clock.
std::string row(int id, int clock)
{
    return "{\"id\":" + std::to_string(id) + ",\"name\":\"thing\""
        + (clock == 0 ? "" : ",\"seen\":" + std::to_string(clock)) + "}";
}

std::string rows(const std::vector<int>& ids, int clock)
{
    std::string out;
    for (const int id : ids) {
        out += (out.empty() ? "[" : ",") + row(id, clock);
    }
    return out.empty() ? "[]" : out + "]";
}

std::vector<int> count_from(int first)
{
    std::vector<int> ids(page_size);
    std::iota(ids.begin(), ids.end(), first);
    return ids;
}

/// What a server answers to its n-th page, from 0; a body.
using page_server = std::function<std::string(int page)>;

/// What came of a walk.
class outcome {
public:
    std::string error = "no error";
    std::size_t requests = 0;
    std::size_t records = 0;
};

corest::net::awaitable<void> read(corest::async_generator<corest::source::source_page> pages, outcome& out)
{
    try {
        while (auto one = co_await pages.next()) {
            out.records += one->page().size();
        }
    } catch (const corest::error& e) {
        out.error = e.kind() == corest::errc::no_progress ? e.message() : std::string("another error: ") + e.what();
    }
}

/// Walks over a server's pages, by offset unless something else is said.
/// \param table write_disposition and primary_key
outcome walk(const page_server& server, const std::string& table,
    const std::string& paginator = R"({"type": "offset", "limit": 10, "concurrency": 1})")
{
    int page = 0;
    const auto transport = std::make_shared<scripted_transport>([&](const request&) {
        if (page == 2000) {
            throw corest::error(corest::errc::limit_exceeded, "the walk does not end");
        }
        return respond(200, server(page++));
    });
    corest::source::load_options options;
    options.transport = corest::any_transport(transport);
    const corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
    corest::net::io_context context;
    outcome out;
    run(context,
        read(corest::source::load_text(R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "things")"
                 + table + R"(, "endpoint": {"path": "things", "paginator": )" + paginator + "}}]}")
                 .plan()
                 .pages(context.get_executor(), secrets, options),
            out));
    out.requests = transport->sent.size();
    return out;
}

constexpr const char* appended = "";
constexpr const char* merged = R"(, "write_disposition": "merge", "primary_key": "id")";

std::string cycle(int page)
{
    return rows(count_from(page % 2 * page_size), 0);
}

std::string clocked(int page)
{
    return rows(count_from(page % 2 * page_size), 1000 + page);
}

TEST(EndlessWalk, PagesInACircle)
{
    const outcome out = walk(cycle, appended);
    EXPECT_EQ(
        out.error, "page 5 and the 2 before it brought the same records as earlier pages (page 5 those of page 3)");
    EXPECT_EQ(out.requests, 5U);
}

TEST(EndlessWalk, RowsInAnotherOrderEachTime)
{
    std::mt19937 engine(1);
    const outcome out = walk(
        [&](int) {
            std::vector<int> ids = count_from(0);
            std::shuffle(ids.begin(), ids.end(), engine);
            return rows(ids, 0);
        },
        appended);
    EXPECT_NE(out.error.find("page 33 brought the records of page 25 in another order"), out.error.npos) << out.error;
}

TEST(EndlessWalk, AClockInEachRecordOfAMerge)
{
    const outcome out = walk(clocked, merged);
    EXPECT_EQ(out.error,
        "the last 8 pages, up to page 10, have brought no record whose id had not come before (its last one came on "
        "page 8)");
}

TEST(EndlessWalk, RandomRowsOfAMerge)
{
    std::mt19937 engine(1);
    const outcome out = walk(
        [&](int page) {
            std::vector<int> ids(100);
            std::iota(ids.begin(), ids.end(), 0);
            std::shuffle(ids.begin(), ids.end(), engine);
            ids.resize(page_size);
            return rows(ids, page);
        },
        merged);
    EXPECT_NE(out.error.find("have brought no record whose id had not come before"), out.error.npos) << out.error;
    EXPECT_LT(out.requests, 200U);
}

TEST(EndlessWalk, BehindTheTotalThatTheServerStates)
{
    const outcome out = walk(
        [](int page) {
            return R"({"total": 20, "next": "/things?c=)" + std::to_string(page) + R"(", "data": )" + cycle(page) + "}";
        },
        appended, R"({"type": "json_link", "next_url_path": "next"})");
    EXPECT_NE(out.error.find("more records have come than the server says there are"), out.error.npos) << out.error;
    EXPECT_EQ(out.requests, 4U);
}

TEST(EndlessWalk, RowsThatAreNewGoOn)
{
    const auto finite = [](int page) { return page == 300 ? "[]" : rows(count_from(page * page_size), 7); };
    for (const char* table : {appended, merged}) {
        const outcome out = walk(finite, table);
        EXPECT_EQ(out.error, "no error");
        EXPECT_EQ(out.records, 3000U);
    }
}

TEST(EndlessWalk, ALogOfChangesIsReadWhereTheServerStatesItsEnd)
{
    // The last row of a key wins: here each of a few things has changed some hundred times.
    const auto by_link = [](int page) {
        return R"({"next": )" + (page == 299 ? "null" : "\"/things?c=" + std::to_string(page) + "\"") + R"(, "data": )"
            + clocked(page) + "}";
    };
    const outcome linked = walk(by_link, merged, R"({"type": "json_link", "next_url_path": "next"})");
    EXPECT_EQ(linked.error, "no error");
    EXPECT_EQ(linked.records, 3000U);
    const auto counted = [](int page) { return R"({"total": 3000, "data": )" + clocked(page) + "}"; };
    EXPECT_EQ(walk(counted, merged).error, "no error");
    const outcome bounded = walk(clocked, merged, R"({"type": "offset", "limit": 10, "max_pages": 300})");
    EXPECT_EQ(bounded.error, "no error");
    EXPECT_EQ(bounded.records, 3000U);
}

TEST(EndlessWalk, WithoutAKeyRowsThatDifferAreRows)
{
    const auto finite = [](int page) { return page == 300 ? "[]" : clocked(page); };
    EXPECT_EQ(walk(finite, appended).records, 3000U);
}

} // namespace endless

} // namespace

/// \file
/// What a run keeps while it goes on does not grow with the number of parents.

#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

namespace {

namespace net = corest::net;

constexpr std::size_t records_on_a_page = 40;
constexpr std::size_t walks_at_once = 8;
constexpr std::size_t queued_walks = 2 * walks_at_once;

/// Forty tops on a page, forty middles of each, and a leaf of each of those.
corest::response page_of(const corest::request& r)
{
    const std::string path = r.url.substr(std::string("http://api.test").size());
    const std::size_t rows = path.find("/leaves") != std::string::npos ? 1 : records_on_a_page;
    const std::size_t slash = path.find('/', 1);
    const std::string above =
        slash == std::string::npos ? "" : path.substr(slash + 1, path.rfind('/') - slash - 1) + ".";
    std::string body = "[";
    for (std::size_t i = 0; i < rows; ++i) {
        body += (i == 0 ? R"({"id":")" : R"(,{"id":")") + above + std::to_string(i) + "\"}";
    }
    return respond(200, body + "]");
}

} // namespace

TEST(StateSize, WhatIsOpenOfAResourceIsAPageAQueueAndWhatRuns)
{
    const temporary_folder folder;
    const std::string file = folder.file("state.db");
    std::size_t requests = 0;
    std::size_t most = 0;
    const auto server = std::make_shared<scripted_transport>([&](const corest::request& r) {
        if (++requests % 7 == 0) {
            const database db(file);
            most = std::max(most,
                static_cast<std::size_t>(std::stoul(db.value(
                    "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM _corest_walks GROUP BY resource)"))));
        }
        return page_of(r);
    });
    const auto source =
        corest::source::load_text(R"({"client": {"base_url": "http://api.test", "paginator": "single_page"},
        "resource_defaults": {"write_disposition": "append"},
        "resources": [{"name": "tops", "endpoint": {"path": "/tops"}},
                      {"name": "middles", "endpoint": {"path": "/tops/{top_id}/middles"}},
                      {"name": "leaves", "endpoint": {"path": "/middles/{middle_id}/leaves"}}]})")
            .plan();
    corest::source::load_options options;
    options.transport = corest::any_transport(server);
    options.concurrency = walks_at_once;
    net::io_context context;
    net::co_spawn(context, source.run(corest::sqlite_destination(file), corest::source::secret_store(), options),
        [&](const std::exception_ptr& failure, const corest::source::run_report& report) {
            EXPECT_FALSE(failure) << corest::describe(failure);
            EXPECT_TRUE(report.complete());
        });
    context.run();
    EXPECT_EQ(database(file).count("leaves"), records_on_a_page * records_on_a_page);
    EXPECT_GT(most, records_on_a_page) << "the state was looked at while there was one";
    EXPECT_LE(most, records_on_a_page + queued_walks + 2 * walks_at_once);
    EXPECT_EQ(database(file).count("_corest_walks"), 0U);
}

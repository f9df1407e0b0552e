/// \file
/// Nested flows over real connections: complete, bounded, and gone at once when cancelled.

#include <api_server/server.hpp>

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

#include <support/run.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)

#include <gtest/gtest.h>

#include <chrono>
#include <set>

using namespace std::chrono_literals;
using corest::expand;
using corest::paginate;
using corest::resource;

namespace {

example_api::server_options many_projects(std::size_t projects, std::size_t samples)
{
    example_api::server_options options;
    options.api.data.sizes = {{"seed003/projects", projects}, {"seed003/samples", samples}};
    return options;
}

corest::net::awaitable<std::set<std::string>> ids(resource of)
{
    std::set<std::string> all;
    auto records = of.records();
    while (auto r = co_await records.next()) {
        const bool is_new = all.insert(r->get<std::string>("id")).second;
        EXPECT_TRUE(is_new) << "a record came twice";
    }
    co_return all;
}

class NestedFlow : public testing::Test {
protected:
    static resource samples(corest::net::io_context& context, const example_api::server& api, std::size_t width)
    {
        return samples(context, api, width, corest::offset(100).offset_param("Offset"));
    }

    static resource samples(corest::net::io_context& context, const example_api::server& api, std::size_t width,
        const corest::offset& paging)
    {
        return corest::get(corest::http_client(context.get_executor(), api.base_url("seed003"))
                       | corest::authorize(corest::bearer(api.secrets().access_token))
                       | corest::retry(corest::backoff().factor(10ms)),
                   "/users/current/projects")
            | paginate(paging) | corest::select("Response.Items") | expand("/projects/<id>/samples").concurrency(width)
            | paginate(paging) | corest::select("Response.Items");
    }
};

TEST_F(NestedFlow, BringsEveryRecordOnce)
{
    example_api::server api(many_projects(200, 3));
    corest::net::io_context context;
    // Without reading ahead the requests at once are the children's, and one for the parents.
    const auto paging = corest::offset(100).offset_param("Offset").concurrency(1);
    const auto all = run(context, ids(samples(context, api, 8, paging)));
    EXPECT_EQ(all.size(), api.data().size(api.data().find("seed003", "samples")));
    EXPECT_LE(api.max_concurrent_requests(), 9U);
    for (const auto& [what, n] : api.counts()) {
        EXPECT_EQ(n, 1U) << what.second;
    }
}

TEST_F(NestedFlow, SurvivesLostConnectionsAndBursts)
{
    example_api::server api(many_projects(50, 3));
    api.misbehave(example_api::rule::cut("/seed003/projects/*").times(1).each());
    api.misbehave(example_api::rule::status("/seed003/projects/*", 503).skip(1).times(1).each());
    corest::net::io_context context;
    EXPECT_EQ(
        run(context, ids(samples(context, api, 8))).size(), api.data().size(api.data().find("seed003", "samples")));
}

TEST_F(NestedFlow, CancelledAmongAThousandChildrenItEndsAtOnceAndClosesItsSockets)
{
    example_api::server api(many_projects(1000, 3));
    api.misbehave(example_api::rule::latency("/seed003/projects/*", 5s));
    corest::net::io_context context;
    corest::net::cancellation_signal stop;
    std::exception_ptr ended;
    corest::net::co_spawn(context, ids(samples(context, api, 16)),
        corest::net::bind_cancellation_slot(
            stop.slot(), [&](std::exception_ptr e, const std::set<std::string>&) { ended = e; }));
    while (api.log().size() < 17) {
        context.run_for(5ms);
    }
    const auto before = std::chrono::steady_clock::now();
    stop.emit(corest::net::cancellation_type::terminal);
    context.run();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s) << "the answers would have taken 5 s";
    EXPECT_TRUE(corest::is_cancellation(ended));
    EXPECT_TRUE(api.wait_for_connections(0));
}

TEST_F(NestedFlow, DroppedHalfWayItLeavesNothingBehind)
{
    example_api::server api(many_projects(1000, 3));
    corest::net::io_context context;
    const auto some = [](resource of) -> corest::net::awaitable<int> {
        int n = 0;
        auto records = of.records();
        while (auto r = co_await records.next()) {
            if (++n == 100) {
                break;
            }
        }
        co_return n;
    };
    EXPECT_EQ(run(context, some(samples(context, api, 16))), 100);
    EXPECT_LT(api.log().size(), 400U);
    EXPECT_TRUE(api.wait_for_connections(0));
}

TEST_F(NestedFlow, TheIoContextMayGoAwayInTheMiddle)
{
    example_api::server api(many_projects(1000, 3));
    {
        corest::net::io_context context;
        corest::net::co_spawn(
            context, ids(samples(context, api, 16)), [](std::exception_ptr, const std::set<std::string>&) {});
        while (api.log().size() < 100) {
            context.run_for(5ms);
        }
    }
    EXPECT_TRUE(api.wait_for_connections(0));
}

} // namespace

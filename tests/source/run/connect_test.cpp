#include <corest/source/run/connect.hpp>

#include <corest/clock.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/source_config.hpp>

#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(post.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

using testing::Pair;

namespace {
namespace connect_test {

/// Says that somebody waits before the time moves on.
class watched_clock final : public corest::clock_source {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return now_; }
    [[nodiscard]] std::chrono::system_clock::time_point date() const override { return {}; }
    [[nodiscard]] corest::net::awaitable<void> sleep_until(std::chrono::steady_clock::time_point when) override
    {
        on_wait();
        const auto executor = co_await corest::net::this_coro::executor;
        for (int turns = 0; turns < 20; ++turns) { // others come before it
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        now_ = std::max(now_, when);
    }

    std::function<void()> on_wait;

private:
    std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

/// Asks for a resource's path.
corest::net::awaitable<void> ask(corest::client api, std::string path)
{
    corest::request asked("GET", "http://api.test/" + path);
    const corest::response got = co_await api.exchange(std::move(asked));
    EXPECT_EQ(got.status, 200U);
}

TEST(Connect, AWaitThatStopsAllResourcesIsReportedOfEachThatWaits)
{
    const corest::source::plan plan =
        corest::source::make_plan(corest::source::check_source(corest::source::read_source(
            R"({"client": {"base_url": "http://api.test"}, "resources": ["limited", "other", "idle"]})")));
    const auto report = corest::source::make_report(plan);
    bool is_limited = true;
    const auto answer = [&](const corest::request&) {
        return std::exchange(is_limited, false) ? respond(429, "", {{"Retry-After", "30"}}) : respond(200, "[]");
    };
    const auto clock = std::make_shared<watched_clock>();
    corest::source::connect_options how;
    how.clock = clock;
    how.transport = corest::any_transport(std::make_shared<scripted_transport>(answer));
    corest::net::io_context context;
    const auto connected = corest::source::connect(context.get_executor(), plan, how, report);
    int waits = 0;
    const auto told = [&](std::size_t resource) {
        const corest::source::resource_report& one = report->resources[resource];
        return std::pair(one.waits_for, one.in_flight);
    };
    clock->on_wait = [&] {
        if (++waits == 1) {
            corest::net::co_spawn(context, ask(connected.clients[1], "other"), corest::net::detached);
        } else {
            EXPECT_THAT(told(0), Pair("Retry-After of api.test", 1U));
            EXPECT_THAT(told(1), Pair("Retry-After of api.test", 1U));
            EXPECT_GT(report->resources[1].waits_until, std::chrono::steady_clock::now() + std::chrono::seconds(20));
            EXPECT_THAT(told(2), Pair("", 0U)) << "asks for nothing";
        }
    };
    corest::net::co_spawn(context, ask(connected.clients[0], "limited"), corest::net::detached);
    context.run();
    EXPECT_EQ(waits, 2);
}

} // namespace connect_test
} // namespace

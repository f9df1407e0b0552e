#include <corest/retry/retry.hpp>

#include <corest/error.hpp>
#include <corest/http/response_status.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using corest::backoff;
using corest::client;
using corest::errc;
using corest::error;
using corest::request;
using corest::response;

namespace {

/// A client whose server answers from a list, with retry on a clock that jumps.
class RetryLayer : public testing::Test {
protected:
    client api(corest::any_retry_policy policy = backoff().jitter(false))
    {
        auto how = corest::retry(std::move(policy)).clock(clock).on_retry([this](const corest::retry_event& e) {
            events.push_back(e);
        });
        return client(context.get_executor(), corest::any_transport(server), "http://api.test") | how;
    }

    response send(const client& to, request r = request("GET", "http://api.test/things"))
    {
        return run(context, to.transport().send(std::move(r)));
    }

    corest::net::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
    std::deque<std::function<response()>> script;
    std::shared_ptr<scripted_transport> server = std::make_shared<scripted_transport>([this](const request&) {
        auto next = script.front();
        if (script.size() > 1) {
            script.pop_front();
        }
        return next();
    });
    std::vector<corest::retry_event> events;
};

TEST_F(RetryLayer, ASpeculativeRequestIsSentOnceAndNotAtAllWhileARateLimitHolds)
{
    request ahead("GET", "http://api.test/things?page=9");
    ahead.speculative = true;
    script = {[] { return respond(503); }, []() -> response { throw error(errc::connection_lost, "lost"); },
        [] { return respond(429, "", {{"Retry-After", "7"}}); }, [] { return respond(200, "[]"); }};
    const client one = api();
    EXPECT_EQ(send(one, ahead).status, 503U);
    EXPECT_THROW(send(one, ahead), error);
    EXPECT_EQ(send(one, ahead).attempts, 1U);
    const response unsent = send(one, ahead);
    EXPECT_EQ(unsent.status, 429U);
    EXPECT_EQ(unsent.attempts, 0U);
    EXPECT_EQ(server->sent.size(), 3U);
    EXPECT_TRUE(clock->waits.empty());
    EXPECT_TRUE(events.empty());

    EXPECT_EQ(send(one).status, 200U); // what is wanted waits for the end of the limit
    ASSERT_EQ(clock->waits.size(), 1U);
    EXPECT_EQ(clock->waits[0], 7s);
    EXPECT_EQ(send(one, ahead).status, 200U);
}

TEST_F(RetryLayer, SucceedsAfterTwoFailures)
{
    script = {[] { return respond(503); }, [] { return respond(503); }, [] { return respond(200, "[]"); }};
    const response got = send(api());
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(got.attempts, 3U);
    EXPECT_EQ(got.waited, 6s);
    EXPECT_EQ(got.elapsed, 6s);
    EXPECT_EQ(clock->waits, (std::vector<std::chrono::milliseconds>{2s, 4s}));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].reason, "status 503");
    EXPECT_EQ(events[1].attempt, 2U);
}

TEST_F(RetryLayer, HandsOutTheLastFailure)
{
    script = {[] { return respond(503); }};
    const response got = send(api());
    EXPECT_EQ(got.status, 503U);
    EXPECT_EQ(got.attempts, 4U);
    EXPECT_EQ(server->sent.size(), 4U);
}

TEST_F(RetryLayer, DoesNotRetryOtherStatuses)
{
    for (const unsigned status : {200U, 400U, 401U, 403U, 404U, 409U, 422U}) {
        server->sent.clear();
        script = {[status] { return respond(status); }};
        EXPECT_EQ(send(api()).status, status);
        EXPECT_EQ(server->sent.size(), 1U) << status;
    }
}

TEST_F(RetryLayer, WaitsAsLongAsTheServerAsks)
{
    script = {[] { return respond(429, "", {{"Retry-After", "7"}}); }, [] { return respond(200); }};
    EXPECT_EQ(send(api()).status, 200U);
    EXPECT_EQ(clock->waits, (std::vector<std::chrono::milliseconds>{7s}));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].asked_by, "Retry-After of api.test");
}

TEST_F(RetryLayer, TellsWhatAsksForAWait)
{
    script = {[] { return respond(503, "", {{"Retry-After", "1"}}); },
        [] { return respond(429, "", {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "9"}}); },
        [] { return respond(200); }};
    EXPECT_EQ(send(api()).status, 200U);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].asked_by, "") << "the policy's own wait is longer";
    EXPECT_EQ(events[0].wait, 2s);
    EXPECT_EQ(events[1].asked_by, "the rate limit of api.test");
    EXPECT_EQ(events[1].wait, 9s);
}

TEST_F(RetryLayer, WaitsUntilTheDateThatTheServerGives)
{
    script = {[] { return respond(503, "", {{"Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"}}); },
        [] { return respond(200); }};
    EXPECT_EQ(send(api()).status, 200U);
    EXPECT_EQ(clock->waits, (std::vector<std::chrono::milliseconds>{30s}));
}

TEST_F(RetryLayer, SaysWhenToComeBackIfTheWaitIsTooLong)
{
    script = {[] { return respond(429, "", {{"Retry-After", "3600"}}); }};
    try {
        send(api());
        FAIL();
    } catch (const error& e) {
        EXPECT_STREQ(e.what(),
            "the server asks to wait 3600 s (Retry-After), which is longer than the limit of 300 s "
            "(GET http://api.test/things, status 429). Come back after Sun, 06 Nov 1994 09:49:37 GMT, or raise "
            "backoff::retry_after_limit.");
    }
    EXPECT_TRUE(clock->waits.empty());
}

TEST_F(RetryLayer, PausesAllRequestsAfterA429)
{
    script = {[] { return respond(429, "", {{"Retry-After", "9"}}); }, [] { return respond(200); }};
    const client c = api();
    corest::net::co_spawn(context, c.transport().send(request("GET", "http://api.test/a")), [](auto&&...) {});
    corest::net::co_spawn(context, c.transport().send(request("GET", "http://api.test/b")), [](auto&&...) {});
    context.run();
    EXPECT_EQ(server->sent.size(), 3U);
    // The second request was under way already; a third one, later, need not wait any more.
    EXPECT_EQ(send(c).status, 200U);
    EXPECT_EQ(clock->waits.front(), 9s);
}

TEST_F(RetryLayer, RetriesALostConnection)
{
    script = {[]() -> response { throw error(errc::connection_lost, "the connection was closed"); },
        [] { return respond(200); }};
    EXPECT_EQ(send(api()).attempts, 2U);
    EXPECT_EQ(events.at(0).reason, "the connection was closed");
}

TEST_F(RetryLayer, AddsTheNumberOfAttemptsAndTheirTimeToTheLastError)
{
    script = {[]() -> response { throw error(errc::connect_failed, "nobody there"); }};
    try {
        send(api());
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.context().attempts, 4U);
        EXPECT_EQ(e.context().elapsed, 14s); // 2, 4 and 8 seconds between them, on a clock that jumps
        EXPECT_EQ(e.kind(), errc::connect_failed);
    }
}

TEST_F(RetryLayer, NeverRetriesACertificateThatIsRefused)
{
    script = {[]() -> response { throw error(errc::tls_failed, "certificate has expired"); }};
    EXPECT_THROW(send(api()), error);
    EXPECT_EQ(server->sent.size(), 1U);
}

TEST_F(RetryLayer, RepeatsAPostOnlyIfItIsDeclaredHarmless)
{
    script = {[] { return respond(503); }};
    request once("POST", "http://api.test/search");
    EXPECT_EQ(send(api(), once).attempts, 1U);
    request harmless = once;
    harmless.idempotent = true;
    EXPECT_EQ(send(api(), harmless).attempts, 4U);
}

TEST_F(RetryLayer, CancellationEndsTheWait)
{
    script = {[] { return respond(503); }};
    const client c = client(context.get_executor(), corest::any_transport(server), "http://api.test")
        | corest::retry(backoff().factor(1h).jitter(false));
    corest::net::cancellation_signal stop;
    std::exception_ptr ended;
    corest::net::co_spawn(context, c.transport().send(request("GET", "http://api.test/a")),
        corest::net::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, const response&) { ended = e; }));
    while (server->sent.empty() || server->in_flight > 0) {
        context.run_one();
    }
    context.poll();
    corest::net::post(context, [&] { stop.emit(corest::net::cancellation_type::terminal); });
    context.run();
    EXPECT_TRUE(corest::is_cancellation(ended));
    EXPECT_EQ(server->sent.size(), 1U);
}

/// A walk of a page for each of 400 children, which fail so often before they answer. \return how many were read
unsigned read_children(corest::net::io_context& context, const client& c, std::string& last_hint)
{
    unsigned read = 0;
    for (int child = 0; child < 400; ++child) {
        const response got =
            run(context, c.transport().send(request("GET", "http://api.test/child/" + std::to_string(child))));
        read += got.ok() ? 1 : 0;
        if (!got.ok()) {
            last_hint = corest::status_error(got).hint();
        }
    }
    return read;
}

TEST_F(RetryLayer, TheBudgetBoundsWhatAServerIsAskedThatFailsForLong)
{
    int sent = 0;
    const auto failing =
        std::make_shared<scripted_transport>([&sent](const request&) { return respond(++sent % 4 == 0 ? 200 : 503); });
    const client bounded = client(context.get_executor(), corest::any_transport(failing), "http://api.test")
        | corest::retry().clock(clock);
    std::string hint;
    EXPECT_LT(read_children(context, bounded, hint), 150U);
    EXPECT_LT(sent, 520) << "1600 without a budget";
    EXPECT_EQ(hint,
        "So many requests have failed that the budget for retries is spent, and it was not sent again: run again "
        "later, lower the concurrency, or raise retry::budget");

    sent = 0;
    const client unbounded = client(context.get_executor(), corest::any_transport(failing), "http://api.test")
        | corest::retry().clock(clock).budget(nullptr);
    EXPECT_EQ(read_children(context, unbounded, hint), 400U);
    EXPECT_EQ(sent, 1600);
}

TEST_F(RetryLayer, AStormOfRateLimitsEnds)
{
    int sent = 0;
    const auto limiting = std::make_shared<scripted_transport>(
        [&sent](const request&) { return ++sent, respond(429, "", {{"Retry-After", "1"}}); });
    const client c = client(context.get_executor(), corest::any_transport(limiting), "http://api.test")
        | corest::retry(backoff().max_retries(10'000)).clock(clock);
    EXPECT_EQ(send(c).status, 429U);
    EXPECT_EQ(sent, 101);
}

TEST_F(RetryLayer, OneFailureInTwentyNeverSpendsTheBudget)
{
    int sent = 0;
    const auto wavering =
        std::make_shared<scripted_transport>([&sent](const request&) { return respond(++sent % 20 == 0 ? 503 : 200); });
    const client c = client(context.get_executor(), corest::any_transport(wavering), "http://api.test")
        | corest::retry().clock(clock);
    for (int i = 0; i < 5000; ++i) {
        ASSERT_TRUE(send(c).ok()) << i;
    }
}

TEST_F(RetryLayer, ManyRequestsThatFailTwiceSpendNoBudget)
{
    int sent = 0;
    const auto failing =
        std::make_shared<scripted_transport>([&sent](const request&) { return respond(++sent % 3 == 0 ? 200 : 503); });
    const client c = client(context.get_executor(), corest::any_transport(failing), "http://api.test")
        | corest::retry().clock(clock);
    std::string hint;
    EXPECT_EQ(read_children(context, c, hint), 400U);
}

TEST_F(RetryLayer, WhoIsNotDoneHasNotFailed)
{
    const auto tokens = std::make_shared<corest::retry_budget>(0);
    script = {[] { return respond(202); }, [] { return respond(202); }, [] { return respond(200); }};
    const client c = client(context.get_executor(), corest::any_transport(server), "http://api.test")
        | corest::retry(backoff().jitter(false)).clock(clock).budget(tokens);
    EXPECT_EQ(send(c).attempts, 3U);
    script = {[] { return respond(503); }};
    EXPECT_EQ(send(c).attempts, 1U);
}

TEST_F(RetryLayer, AFailureWithoutAResponseSaysThatTheBudgetIsSpent)
{
    script = {[]() -> response { throw error(errc::connection_lost, "the connection was closed", "Ask them"); }};
    const client c = client(context.get_executor(), corest::any_transport(server), "http://api.test")
        | corest::retry().clock(clock).budget(std::make_shared<corest::retry_budget>(14));
    try {
        send(c);
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::connection_lost);
        EXPECT_EQ(e.context().attempts, 2U);
        EXPECT_EQ(e.remedy(), corest::remedy::retry_budget);
    }
}

/// Grants three retries in all, at once, to all requests of its copies together.
class budget {
public:
    explicit budget(unsigned retries) : left_(std::make_shared<unsigned>(retries)) {}

    [[nodiscard]] corest::retry_decision decide(unsigned, const corest::attempt_outcome& outcome, double) const
    {
        using action = corest::retry_decision::action;
        const bool granted = (outcome.failure || outcome.status == 418) && *left_ != 0;
        *left_ -= granted ? 1 : 0;
        return {granted ? action::again : action::finish, 1ms};
    }

private:
    std::shared_ptr<unsigned> left_;
};

static_assert(corest::retry_policy<budget> && corest::retry_policy<backoff> && !corest::retry_policy<corest::retry>);

TEST_F(RetryLayer, TakesAPolicyOfTheUsersOwn)
{
    script = {[] { return respond(418); }, [] { return respond(418); }, [] { return respond(200); },
        [] { return respond(418); }};
    const client c = api(budget(3));
    EXPECT_EQ(send(c).attempts, 3U);
    const response exhausted = send(c);
    EXPECT_EQ(exhausted.status, 418U);
    EXPECT_EQ(exhausted.attempts, 2U);
    EXPECT_EQ(server->sent.size(), 5U);
}

TEST_F(RetryLayer, NoPolicyRepeatsWhatMayNotBeRepeated)
{
    script = {[] { return respond(418); }};
    EXPECT_EQ(send(api(budget(3)), request("POST", "http://api.test/things")).attempts, 1U);
    script = {[]() -> response { throw std::runtime_error("no error of ours"); }};
    EXPECT_THROW(send(api(budget(3))), std::runtime_error);
    EXPECT_EQ(server->sent.size(), 2U);
}

TEST_F(RetryLayer, APolicyMaySayThatTheWaitIsTooLong)
{
    class impatient {
    public:
        [[nodiscard]] corest::retry_decision decide(unsigned, const corest::attempt_outcome&, double) const
        {
            return {corest::retry_decision::action::too_long, 60s, 5s};
        }
    };
    script = {[] { return respond(503); }};
    try {
        send(api(impatient()));
        FAIL() << "expected an error";
    } catch (const error& e) {
        EXPECT_NE(e.message().find("asks to wait 60 s (Retry-After), which is longer than the limit of 5 s"),
            std::string::npos)
            << e.message();
    }
}

} // namespace

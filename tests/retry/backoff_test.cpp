#include <corest/retry/backoff.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>

using namespace std::chrono_literals;
using corest::attempt_outcome;
using corest::backoff;
using corest::errc;
using action = corest::retry_decision::action;

namespace {

TEST(Backoff, RetriesTheUsualStatusesAndNoOther)
{
    const backoff policy;
    for (unsigned status = 100; status < 600; ++status) {
        const bool expected = status == 408 || status == 425 || status == 429 || status >= 500;
        const auto next = policy.decide(1, attempt_outcome(status, std::nullopt, true), 0.5);
        EXPECT_EQ(next.next == action::again, expected) << status;
    }
}

TEST(Backoff, StatusesOfTheUsersTakeThePlaceOfTheUsualOnes)
{
    const backoff policy = backoff().statuses({404, 501});
    EXPECT_FALSE(backoff().statuses());
    for (const unsigned status : {404U, 501U, 429U, 503U}) {
        const auto next = policy.decide(1, attempt_outcome(status, std::nullopt, true), 0.5);
        EXPECT_EQ(next.next == action::again, status == 404 || status == 501) << status;
    }
}

TEST(Backoff, RetriesFailuresOfTheNetworkAndNoOther)
{
    const backoff policy;
    for (const errc kind : {errc::resolve_failed, errc::connect_failed, errc::timeout, errc::connection_lost}) {
        EXPECT_EQ(policy.decide(1, attempt_outcome(kind, 0, true), 0.5).next, action::again);
    }
    for (const errc kind : {errc::tls_failed, errc::limit_exceeded, errc::not_json, errc::redirect_refused,
             errc::origin_refused, errc::invalid_argument, errc::protocol_error})
    {
        EXPECT_EQ(policy.decide(1, attempt_outcome(kind, 0, true), 0.5).next, action::finish);
    }
}

TEST(Backoff, RetriesATokenEndpointByItsStatus)
{
    const backoff policy;
    EXPECT_EQ(policy.decide(1, attempt_outcome(errc::token_failed, 503, true), 0.5).next, action::again);
    EXPECT_EQ(policy.decide(1, attempt_outcome(errc::token_failed, 400, true), 0.5).next, action::finish);
    EXPECT_EQ(policy.decide(1, attempt_outcome(errc::token_failed, 0, true), 0.5).next, action::finish);
}

TEST(Backoff, NeverRepeatsWhatMayNotBeRepeated)
{
    EXPECT_EQ(backoff().decide(1, attempt_outcome(503, std::nullopt, false), 0.5).next, action::finish);
}

TEST(Backoff, StopsAfterTheGivenNumberOfRetries)
{
    const auto policy = backoff().max_retries(2);
    const attempt_outcome failed(503, std::nullopt, true);
    EXPECT_EQ(policy.decide(1, failed, 0).next, action::again);
    EXPECT_EQ(policy.decide(2, failed, 0).next, action::again);
    EXPECT_EQ(policy.decide(3, failed, 0).next, action::finish);
    EXPECT_EQ(backoff().max_retries(0).decide(1, failed, 0).next, action::finish);
}

TEST(Backoff, BoundsDoubleUpToTheLongestWait)
{
    const auto policy = backoff().max_retries(10).factor(2s).max_wait(20s).jitter(false);
    const attempt_outcome failed(503, std::nullopt, true);
    const std::array<std::chrono::seconds, 6> expected = {2s, 4s, 8s, 16s, 20s, 20s};
    for (unsigned n = 1; n <= expected.size(); ++n) {
        EXPECT_EQ(policy.decide(n, failed, 0.1).wait, expected[n - 1]) << n;
    }
}

TEST(Backoff, JitterIsUniformBelowTheBound)
{
    const auto policy = backoff().factor(2s);
    const attempt_outcome failed(503, std::nullopt, true);
    std::mt19937_64 engine(7);
    std::uniform_real_distribution<double> chance(0, 1);
    std::array<int, 10> buckets{};
    for (int i = 0; i < 10'000; ++i) {
        const auto wait = policy.decide(2, failed, chance(engine)).wait;
        ASSERT_GE(wait, 0s);
        ASSERT_LE(wait, 4s);
        ++buckets[std::min<std::size_t>(9, static_cast<std::size_t>(wait.count() / 400))];
    }
    for (const int n : buckets) {
        EXPECT_NEAR(n, 1000, 200);
    }
}

TEST(Backoff, RetryAfterIsAFloor)
{
    const auto policy = backoff().factor(2s).jitter(false);
    EXPECT_EQ(policy.decide(1, attempt_outcome(429, 10s, true), 0).wait, 10s);
    EXPECT_EQ(policy.decide(1, attempt_outcome(429, 1s, true), 0).wait, 2s);
}

TEST(Backoff, TooLongARetryAfterIsNotWaitedFor)
{
    const auto policy = backoff().retry_after_limit(300s);
    EXPECT_EQ(policy.decide(1, attempt_outcome(429, 300s, true), 0).next, action::again);
    EXPECT_EQ(policy.decide(1, attempt_outcome(429, 301s, true), 0).next, action::too_long);
    EXPECT_EQ(policy.decide(4, attempt_outcome(429, 301s, true), 0).next, action::finish);
}

} // namespace

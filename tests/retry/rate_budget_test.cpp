#include <corest/retry/rate_budget.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace rate_budget_tests {

namespace {

using namespace std::chrono_literals;
using corest::rate_budget;
using corest::rate_statement;
using corest::rate_window;

const rate_budget::time_point start{1h};

/// Sends a request as soon as it may be. \return when, from the start
std::chrono::milliseconds send(rate_budget& budget, rate_budget::time_point& now, std::uint64_t weight = 1,
    const rate_statement& said = rate_statement())
{
    auto one = budget.enter(weight, now);
    while (const auto until = budget.try_send(one, now)) {
        now = *until;
    }
    budget.finish(one, said, now);
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - start);
}

rate_statement left(std::uint64_t remaining, std::chrono::milliseconds reset)
{
    rate_statement said;
    said.remaining = remaining;
    said.reset = reset;
    return said;
}

TEST(RateBudget, AllowsNoMoreThanTheWindowHasInAnySpan)
{
    rate_budget budget({rate_window(2, 500ms)});
    auto now = start;
    std::vector<std::chrono::milliseconds> sent;
    for (int i = 0; i < 6; ++i) {
        sent.push_back(send(budget, now));
        now += 100ms;
    }
    EXPECT_EQ(sent, (std::vector<std::chrono::milliseconds>{0ms, 100ms, 525ms, 625ms, 1050ms, 1150ms}));
}

TEST(RateBudget, EachOfSeveralWindowsHolds)
{
    rate_budget budget({rate_window(1, 100ms), rate_window(3, 1s)});
    auto now = start;
    std::vector<std::chrono::milliseconds> sent;
    for (int i = 0; i < 4; ++i) {
        sent.push_back(send(budget, now));
    }
    EXPECT_EQ(sent, (std::vector<std::chrono::milliseconds>{0ms, 105ms, 210ms, 1050ms}));
}

TEST(RateBudget, Case110ARequestOfWeightFiveTakesFivePlaces)
{
    rate_budget budget({rate_window(10, 1s)});
    auto now = start;
    EXPECT_EQ(send(budget, now, 5), 0ms);
    EXPECT_EQ(send(budget, now, 5), 0ms);
    EXPECT_EQ(send(budget, now, 5), 1050ms);
    EXPECT_EQ(send(budget, now, 50), 2100ms) << "more than there is room for is all there is room for";
}

TEST(RateBudget, ThoseWhoWaitGoOutInTurnAndOneThatIsLateHoldsItsPlaceFromThenOn)
{
    rate_budget budget({rate_window(1, 100ms)});
    auto first = budget.enter(1, start);
    auto second = budget.enter(1, start);
    auto third = budget.enter(1, start);
    EXPECT_EQ(budget.try_send(first, start), std::nullopt);
    EXPECT_EQ(budget.try_send(second, start), start + 105ms);
    EXPECT_EQ(budget.try_send(third, start), start + 210ms);
    EXPECT_EQ(budget.try_send(third, start + 210ms), start + 315ms) << "the second has not been sent";
    EXPECT_EQ(budget.try_send(second, start + 220ms), std::nullopt);
    EXPECT_EQ(budget.try_send(third, start + 315ms), start + 325ms);
    EXPECT_EQ(budget.try_send(third, start + 325ms), std::nullopt);
}

TEST(RateBudget, OneThatGivesUpHoldsNobodyForEver)
{
    rate_budget budget({rate_window(1, 100ms)});
    auto first = budget.enter(1, start);
    auto second = budget.enter(1, start);
    auto third = budget.enter(1, start);
    EXPECT_EQ(budget.try_send(first, start), std::nullopt);
    budget.leave(second);
    EXPECT_EQ(budget.try_send(third, start + 210ms), std::nullopt);
    budget.finish(first, rate_statement(), start + 210ms);
    budget.leave(third); // no response came
    EXPECT_FALSE(budget.has_room(1, start + 300ms));
    EXPECT_TRUE(budget.has_room(1, start + 315ms));
}

TEST(RateBudget, Case109AfterTheServersLastWordNothingIsSentUntilItsReset)
{
    rate_budget budget;
    auto now = start;
    EXPECT_EQ(send(budget, now, 1, left(1, 30s)), 0ms);
    EXPECT_EQ(send(budget, now, 1, left(0, 30s)), 0ms);
    EXPECT_EQ(send(budget, now), 30s);
    EXPECT_EQ(send(budget, now), 30s) << "what it said is over, and it has said nothing new";
}

TEST(RateBudget, RequestsUnderWayAreTakenForNotYetCounted)
{
    rate_budget budget;
    auto first = budget.enter(1, start);
    auto second = budget.enter(1, start);
    EXPECT_EQ(budget.try_send(first, start), std::nullopt);
    EXPECT_EQ(budget.try_send(second, start), std::nullopt);
    budget.finish(first, left(2, 10s), start);
    auto third = budget.enter(1, start);
    EXPECT_EQ(budget.try_send(third, start), std::nullopt);
    EXPECT_FALSE(budget.has_room(1, start)) << "two are left, and two under way";
    budget.finish(third, left(1, 10s), start);
    budget.finish(second, left(2, 10s), start); // an older answer
    EXPECT_TRUE(budget.has_room(1, start));
    EXPECT_FALSE(budget.has_room(2, start));
    EXPECT_TRUE(budget.has_room(2, start + 10s));
}

TEST(RateBudget, ABucketThatFillsUpAgainIsBelieved)
{
    rate_budget budget;
    auto now = start;
    (void)send(budget, now, 1, left(1, 1s));
    (void)send(budget, now, 1, left(5, 1s));
    EXPECT_TRUE(budget.has_room(5, now));
}

TEST(RateBudget, AfterAResetThereIsAsMuchAsTheStatedLimit)
{
    rate_budget budget;
    auto now = start;
    rate_statement said = left(0, 10s);
    said.limit = 2;
    (void)send(budget, now, 1, said);
    auto first = budget.enter(1, now);
    auto second = budget.enter(1, now);
    auto third = budget.enter(1, now);
    EXPECT_EQ(budget.try_send(first, now), start + 10s);
    now += 10s;
    EXPECT_EQ(budget.try_send(first, now), std::nullopt);
    EXPECT_EQ(budget.try_send(second, now), std::nullopt);
    EXPECT_EQ(budget.try_send(third, now), start + 20s);
    EXPECT_EQ(budget.try_send(third, start + 20s), start + 30s) << "the first two are still under way";
    budget.finish(first, rate_statement(), start + 20s);
    EXPECT_EQ(budget.try_send(third, start + 30s), std::nullopt);
}

TEST(RateBudget, StatedPoliciesAreKeptTo)
{
    rate_budget budget;
    auto now = start;
    rate_statement said;
    said.policies = {rate_window(2, 1s)};
    EXPECT_EQ(send(budget, now, 1, said), 0ms);
    EXPECT_EQ(send(budget, now, 1, said), 0ms);
    EXPECT_EQ(send(budget, now, 1, said), 1050ms);
}

} // namespace

} // namespace rate_budget_tests

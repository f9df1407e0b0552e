#include <corest/retry/aimd_limit.hpp>
#include <corest/retry/latency_watch.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace aimd_limit_tests {

namespace {

using namespace std::chrono_literals;
using corest::aimd_limit;
using corest::latency_watch;

/// Sends so many requests at once.
std::vector<aimd_limit::ticket> send(aimd_limit& limit, std::size_t count)
{
    std::vector<aimd_limit::ticket> sent;
    for (std::size_t i = 0; i < count; ++i) {
        limit.enter();
        sent.push_back(limit.send());
    }
    return sent;
}

void succeed(aimd_limit& limit, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        limit.enter();
        limit.succeed(limit.send());
        limit.leave();
    }
}

/// As many at once as the limit allows, all answered after that time. \return whether it has shrunk
bool answer_round(aimd_limit& limit, latency_watch& watch, latency_watch::duration latency)
{
    bool shrunk = false;
    for (std::size_t done = 0; done < std::max<std::size_t>(limit.allowed(), 4);) {
        const auto sent = send(limit, limit.allowed());
        for (const auto& one : sent) {
            ++done;
            limit.succeed(one);
            shrunk = watch.take(limit, one, latency) || shrunk;
            limit.leave();
        }
        if (shrunk) {
            break;
        }
    }
    return shrunk;
}

} // namespace

TEST(AimdLimit, BeginsAtItsMost)
{
    const aimd_limit limit(8);
    EXPECT_EQ(limit.allowed(), 8U);
    EXPECT_TRUE(limit.is_full());
    EXPECT_TRUE(limit.has_room());
    EXPECT_EQ(aimd_limit(0).allowed(), 1U);
}

TEST(AimdLimit, ARefusalHalvesWhatWasUnderWay)
{
    aimd_limit limit(8);
    EXPECT_TRUE(limit.shrink(send(limit, 8).back()));
    EXPECT_EQ(limit.allowed(), 4U);
    EXPECT_FALSE(limit.has_room()) << "eight are under way";

    aimd_limit hardly_used(64);
    EXPECT_TRUE(hardly_used.shrink(send(hardly_used, 6).back()));
    EXPECT_EQ(hardly_used.allowed(), 3U) << "six were too many";
}

TEST(AimdLimit, TheLastOneOfManyTellsOfAllOfThem)
{
    aimd_limit limit(8);
    const auto sent = send(limit, 8);
    for (int i = 0; i < 7; ++i) {
        limit.leave();
    }
    EXPECT_TRUE(limit.shrink(sent.back()));
    EXPECT_EQ(limit.allowed(), 4U);
}

TEST(AimdLimit, ABurstOfRefusalsCountsOnce)
{
    aimd_limit limit(16);
    const auto sent = send(limit, 16);
    EXPECT_TRUE(limit.shrink(sent[0]));
    for (std::size_t i = 1; i < sent.size(); ++i) {
        EXPECT_FALSE(limit.shrink(sent[i])) << "it was sent when there were sixteen";
    }
    EXPECT_EQ(limit.allowed(), 8U);
    EXPECT_EQ(limit.times_shrunk(), 1U);
    EXPECT_TRUE(limit.shrink(send(limit, 1).back()));
    EXPECT_EQ(limit.allowed(), 4U);
}

TEST(AimdLimit, NeverBelowOneNorAboveItsMost)
{
    aimd_limit limit(3);
    for (int i = 0; i < 5; ++i) {
        limit.shrink(send(limit, 1).back());
        limit.leave();
    }
    EXPECT_EQ(limit.allowed(), 1U);
    succeed(limit, 100);
    EXPECT_EQ(limit.allowed(), 3U);
    EXPECT_TRUE(limit.is_full());
}

TEST(AimdLimit, AsManySuccessesAsAreAllowedRaiseItByOne)
{
    aimd_limit limit(8);
    limit.shrink(send(limit, 8).back());
    for (int i = 0; i < 8; ++i) {
        limit.leave();
    }
    succeed(limit, 3);
    EXPECT_EQ(limit.allowed(), 4U);
    succeed(limit, 1);
    EXPECT_EQ(limit.allowed(), 5U);
    succeed(limit, 4);
    EXPECT_EQ(limit.allowed(), 5U);
    succeed(limit, 1);
    EXPECT_EQ(limit.allowed(), 6U);
}

TEST(AimdLimit, WhatWasSentBeforeItShrankDoesNotRaiseIt)
{
    aimd_limit limit(8);
    const auto sent = send(limit, 8);
    limit.shrink(sent[0]);
    for (const auto& one : sent) {
        limit.succeed(one);
    }
    EXPECT_EQ(limit.allowed(), 4U);
}

TEST(LatencyWatch, ShrinksWhereResponsesComeTwiceAsLate)
{
    aimd_limit limit(8);
    latency_watch watch;
    EXPECT_FALSE(answer_round(limit, watch, 200ms));
    EXPECT_FALSE(answer_round(limit, watch, 399ms));
    EXPECT_TRUE(answer_round(limit, watch, 500ms));
    EXPECT_EQ(limit.allowed(), 4U);
    EXPECT_FALSE(answer_round(limit, watch, 250ms)) << "it has helped";
    EXPECT_GE(limit.allowed(), 4U);
    EXPECT_LT(limit.allowed(), 8U);
}

TEST(LatencyWatch, AFewMillisecondsAreNothing)
{
    aimd_limit limit(8);
    latency_watch watch;
    EXPECT_FALSE(answer_round(limit, watch, 1ms));
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(answer_round(limit, watch, 90ms));
    }
    EXPECT_TRUE(limit.is_full());
}

TEST(LatencyWatch, OneThatIsLateIsNotARound)
{
    aimd_limit limit(8);
    latency_watch watch;
    for (int i = 0; i < 50; ++i) {
        const auto sent = send(limit, 8);
        for (std::size_t n = 0; n < sent.size(); ++n) {
            EXPECT_FALSE(watch.take(limit, sent[n], n == 3 ? 10s : 50ms));
            limit.leave();
        }
    }
    EXPECT_TRUE(limit.is_full());
}

TEST(LatencyWatch, WhereFewerAreNoSoonerItTakesItBack)
{
    aimd_limit limit(8);
    latency_watch watch;
    EXPECT_FALSE(answer_round(limit, watch, 100ms));
    EXPECT_TRUE(answer_round(limit, watch, 1s));
    EXPECT_EQ(limit.allowed(), 4U);
    EXPECT_FALSE(answer_round(limit, watch, 1s)) << "deep offsets: fewer at once are as late";
    EXPECT_EQ(limit.allowed(), 8U);
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(answer_round(limit, watch, 1s)) << "that is what is usual now";
    }
    EXPECT_TRUE(limit.is_full());
}

TEST(LatencyWatch, MistakesBecomeRarer)
{
    aimd_limit limit(8);
    latency_watch watch;
    int mistakes = 0;
    for (int i = 0; i < 400; ++i) { // now these, now those, whatever is under way
        mistakes += answer_round(limit, watch, i % 10 < 5 ? 50ms : 2s) ? 1 : 0;
    }
    EXPECT_GT(mistakes, 0);
    EXPECT_LT(mistakes, 20) << "of 40 times that they became late";
    EXPECT_GE(limit.allowed(), 4U);
}

TEST(LatencyWatch, ASingleRequestAtATimeIsNotToBlame)
{
    aimd_limit limit(8);
    latency_watch watch;
    for (int i = 0; i < 40; ++i) {
        const auto sent = send(limit, 1);
        EXPECT_FALSE(watch.take(limit, sent.front(), i < 10 ? 50ms : 2s));
        limit.leave();
    }
    EXPECT_TRUE(limit.is_full());
}

/// A server that works on two at a time.
TEST(LatencyWatch, SettlesWhereTheServerKeepsUp)
{
    aimd_limit limit(16);
    latency_watch watch;
    const auto latency = [](std::size_t at_once) { return 100ms * static_cast<int>((at_once + 1) / 2); };
    std::size_t most_later = 0;
    EXPECT_FALSE(answer_round(limit, watch, latency(1))); // the first pages come one by one
    for (int i = 0; i < 100; ++i) {
        answer_round(limit, watch, latency(limit.allowed()));
        most_later = i < 20 ? 0 : std::max(most_later, limit.allowed());
    }
    EXPECT_LE(most_later, 5U);
    EXPECT_GE(limit.allowed(), 1U);
}

} // namespace aimd_limit_tests

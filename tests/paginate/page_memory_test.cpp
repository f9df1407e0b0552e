#include <corest/paginate/page_memory.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

using corest::detail::page_memory;

namespace {

TEST(PageMemory, KnowsThePageAndTheRequest)
{
    page_memory seen;
    EXPECT_FALSE(seen.see(7, 1ULL << 40U, 1).is_known);
    const auto again = seen.see(7, 1ULL << 40U, 5);
    EXPECT_TRUE(again.is_known);
    EXPECT_EQ(again.page, 1U);
    EXPECT_TRUE(again.is_same_request);
    const auto other = seen.see(7, 2ULL << 40U, 6);
    EXPECT_EQ(other.page, 5U);
    EXPECT_FALSE(other.is_same_request);
    EXPECT_EQ(seen.longest_error(), 0U);
}

TEST(PageMemory, AFilterForgetsNothingAndErrsAsOftenAsItSays)
{
    constexpr int most_exact = 1000;
    constexpr int contents = 1'500'000;
    page_memory seen(most_exact);
    std::mt19937_64 engine(3);
    for (int i = 0; i < contents; ++i) {
        static_cast<void>(seen.see(engine(), 0, 1));
    }
    engine.seed(3);
    for (int i = 0; i < 20'000; ++i) {
        ASSERT_TRUE(seen.see(engine(), 0, 2).is_known);
    }
    const double expected = seen.error_rate();
    EXPECT_GT(expected, 0.001);
    EXPECT_LT(expected, 0.01);
    engine.seed(4);
    constexpr int trials = 20'000;
    int wrong = 0;
    for (int i = 0; i < trials; ++i) {
        wrong += seen.see(engine(), 0, 3).is_known ? 1 : 0;
    }
    EXPECT_NEAR(wrong / double{trials}, expected, expected / 2);
    EXPECT_GE(seen.longest_error(), 6U);
    EXPECT_LE(seen.longest_error(), 8U);
}

} // namespace

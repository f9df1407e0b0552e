#include <corest/retry/retry_budget.hpp>

#include <gtest/gtest.h>

using corest::retry_budget;

namespace {

TEST(RetryBudget, GivesNoMoreThanItHas)
{
    retry_budget tokens(30);
    EXPECT_TRUE(tokens.take(14));
    EXPECT_TRUE(tokens.take(14));
    EXPECT_FALSE(tokens.take(14));
    EXPECT_EQ(tokens.left(), 2U);
    EXPECT_TRUE(tokens.take(2));
    EXPECT_TRUE(tokens.take(0));
    EXPECT_FALSE(tokens.take(1));
}

TEST(RetryBudget, HoldsNoMoreThanAtFirst)
{
    retry_budget tokens;
    EXPECT_EQ(tokens.left(), retry_budget::usual);
    tokens.give(1);
    EXPECT_EQ(tokens.left(), retry_budget::usual);
    EXPECT_TRUE(tokens.take(10));
    tokens.give(4);
    EXPECT_EQ(tokens.left(), retry_budget::usual - 6);
    tokens.give(100);
    EXPECT_EQ(tokens.left(), retry_budget::usual);
}

} // namespace

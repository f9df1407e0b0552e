#include <corest/retry/retry_after.hpp>

#include <gtest/gtest.h>

#include <chrono>

using namespace std::chrono_literals;

namespace {

const std::chrono::system_clock::time_point rfc_example{std::chrono::seconds(784111777)};

TEST(RetryAfter, IsSecondsOrADate)
{
    EXPECT_EQ(corest::parse_retry_after("120", rfc_example), 120s);
    EXPECT_EQ(corest::parse_retry_after(" 0 ", rfc_example), 0s);
    EXPECT_EQ(corest::parse_retry_after("2.0", rfc_example), 2s);
    EXPECT_EQ(corest::parse_retry_after("1.5", rfc_example), 2s);
    EXPECT_EQ(corest::parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", rfc_example), 30s);
    EXPECT_EQ(corest::parse_retry_after("Sunday, 06-Nov-94 08:50:07 GMT", rfc_example), 30s);
    EXPECT_EQ(corest::parse_retry_after("Sun Nov  6 08:50:07 1994", rfc_example), 30s);
}

TEST(RetryAfter, InThePastIsNow)
{
    EXPECT_EQ(corest::parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", rfc_example), 0s);
}

TEST(RetryAfter, MoreThanFitsIsLongAndGarbageIsNothing)
{
    EXPECT_GT(corest::parse_retry_after("99999999999999999999", rfc_example), 24h * 365);
    EXPECT_GT(corest::parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", rfc_example), 24h * 365);
    EXPECT_EQ(corest::parse_retry_after("Fri, 31 Dec 0001 23:59:59 GMT", rfc_example), 0ms);
    for (const char* text : {"", "-1", "1.", ".5", "1.5.0", "1.x", "soon", "1 day"}) {
        EXPECT_FALSE(corest::parse_retry_after(text, rfc_example)) << text;
    }
}

} // namespace

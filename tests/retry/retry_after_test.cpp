#include <corest/retry/retry_after.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

using namespace std::chrono_literals;

namespace {

const std::chrono::system_clock::time_point rfc_example{std::chrono::seconds(784111777)};

TEST(HttpDate, ReadsAllThreeForms)
{
    EXPECT_EQ(corest::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), rfc_example);
    EXPECT_EQ(corest::parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), rfc_example);
    EXPECT_EQ(corest::parse_http_date("Sun Nov  6 08:49:37 1994"), rfc_example);
    EXPECT_EQ(corest::parse_http_date("  Sun, 06 Nov 1994 08:49:37 GMT "), rfc_example);
}

TEST(HttpDate, DoesNotDependOnTheTimeZone)
{
    const char* old = std::getenv("TZ");
    const std::string saved = old ? old : "";
    setenv("TZ", "America/New_York", 1);
    tzset();
    EXPECT_EQ(corest::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), rfc_example);
    old ? setenv("TZ", saved.c_str(), 1) : unsetenv("TZ");
    tzset();
}

TEST(HttpDate, RefusesWhatIsNone)
{
    for (const char* text : {"", "tomorrow", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nox 1994 08:49:37 GMT", "1994-11-06T08:49:37Z",
             "Sun, 06 Nov 1994 08:49:37 GMT and more"})
    {
        EXPECT_FALSE(corest::parse_http_date(text)) << text;
    }
}

TEST(HttpDate, IsWrittenAsItIsRead)
{
    EXPECT_EQ(corest::format_http_date(rfc_example), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(RetryAfter, IsSecondsOrADate)
{
    EXPECT_EQ(corest::parse_retry_after("120", rfc_example), 120s);
    EXPECT_EQ(corest::parse_retry_after(" 0 ", rfc_example), 0s);
    EXPECT_EQ(corest::parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", rfc_example), 30s);
}

TEST(RetryAfter, InThePastIsNow)
{
    EXPECT_EQ(corest::parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", rfc_example), 0s);
}

TEST(RetryAfter, MoreThanFitsIsLongAndGarbageIsNothing)
{
    EXPECT_GT(corest::parse_retry_after("99999999999999999999", rfc_example), 24h * 365);
    for (const char* text : {"", "-1", "1.5", "soon", "1 day"}) {
        EXPECT_FALSE(corest::parse_retry_after(text, rfc_example)) << text;
    }
}

} // namespace

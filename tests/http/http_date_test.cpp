#include <corest/http/http_date.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

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

TEST(HttpDate, ADateBeyondTheClockIsItsLast)
{
    EXPECT_EQ(corest::parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT"),
        corest::parse_http_date("Wed, 31 Dec 2200 23:59:59 GMT"));
}

TEST(HttpDate, ThatOfACookieMayBeWrittenInManyWays)
{
    for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
             "Sun Nov  6 08:49:37 1994", "Sun, 06-Nov-1994 08:49:37 GMT", "6 nov 1994 8:49:37",
             "08:49:37 1994 6 November", "Sun, 06-NOV-94 08:49:37 +0200"})
    {
        EXPECT_EQ(corest::parse_cookie_date(text), rfc_example) << text;
    }
    EXPECT_EQ(corest::parse_cookie_date("Fri, 31-Dec-9999 23:59:59 GMT"),
        corest::parse_http_date("Wed, 31 Dec 2200 23:59:59 GMT"));
    for (const char* text : {"", "0", "tomorrow", "06 Nov 1994", "08:49:37 Nov 1994", "06 1994 08:49:37",
             "06 Nov 08:49:37", "31 Feb 1994 08:49:37", "06 Nov 1994 24:00:00", "06 Nov 1994 08:60:00",
             "06 Nov 1994 08:49", "06 Nov 1600 08:49:37"})
    {
        EXPECT_FALSE(corest::parse_cookie_date(text)) << text;
    }
}

TEST(HttpDate, IsWrittenAsItIsRead)
{
    EXPECT_EQ(corest::format_http_date(rfc_example), "Sun, 06 Nov 1994 08:49:37 GMT");
}

} // namespace

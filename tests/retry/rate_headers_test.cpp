#include <corest/retry/rate_headers.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace rate_headers {

namespace {

using namespace std::chrono_literals;

const std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};

corest::rate_statement said(const std::vector<std::pair<std::string, std::string>>& fields)
{
    corest::headers all;
    for (const auto& [name, value] : fields) {
        all.add(name, value);
    }
    return corest::read_rate_headers(all, now);
}

TEST(RateHeaders, AreReadInEachSpelling)
{
    EXPECT_EQ(said({{"RateLimit", "limit=100, remaining=7, reset=50"}}).remaining, 7U);
    EXPECT_EQ(said({{"RateLimit", "limit=100, remaining=7, reset=50"}}).reset, 50s);
    EXPECT_EQ(said({{"RateLimit", "\"default\";r=0;t=9"}}).reset, 9s);
    EXPECT_TRUE(said({{"RateLimit", "\"default\";r=0;t=9"}}).is_spent());
    for (const std::string name : {"RateLimit-", "X-RateLimit-", "x-ratelimit-", "X-Rate-Limit-"}) {
        const auto statement = said({{name + "Remaining", "0"}, {name + "Reset", "12"}});
        EXPECT_TRUE(statement.is_spent()) << name;
        EXPECT_EQ(statement.reset, 12s) << name;
    }
    EXPECT_FALSE(said({}).is_spent());
    EXPECT_FALSE(said({{"X-RateLimit-Remaining", "many"}}).is_spent());
}

TEST(RateHeaders, OfSeveralLimitsTheTightestCounts)
{
    const auto statement =
        said({{"RateLimit", R"("hour";r=90;t=3000, "minute";r=0;t=9;pk=:cHsdf:, "second";r=0;t=1)"}});
    EXPECT_EQ(statement.remaining, 0U);
    EXPECT_EQ(statement.reset, 9s);
    EXPECT_EQ(said({{"RateLimit", "\"a\";r=5;t=1"}, {"RateLimit", "\"b\";r=3;t=2"}}).reset, 2s);
}

TEST(RateHeaders, LimitsAndPoliciesAreRead)
{
    using corest::rate_window;
    EXPECT_EQ(said({{"X-RateLimit-Limit", "60"}}).limit, 60U);
    EXPECT_EQ(said({{"RateLimit", "limit=100, remaining=7, reset=50"}}).limit, 100U);
    const std::vector<rate_window> both = {rate_window(10, 1s), rate_window(50, 60s)};
    EXPECT_EQ(said({{"RateLimit-Policy", R"("burst";q=10;w=1, "minute";q=50;w=60)"}}).policies, both);
    EXPECT_EQ(said({{"RateLimit-Policy", "10;w=1, 50;w=60;comment=\"sliding window\""}}).policies, both);
    EXPECT_EQ(said({{"RateLimit-Limit", "10, 10;w=1, 50;w=60"}}).policies, both);
    EXPECT_EQ(said({{"RateLimit-Limit", "10, 10;w=1"}}).limit, 10U);
    EXPECT_EQ(said({{"RateLimit-Policy", R"("bytes";q=65535;qu="content-bytes";w=10, "day";q=9)"}}).policies,
        std::vector<rate_window>());
}

TEST(RateHeaders, AResetIsSecondsAMomentOrADate)
{
    EXPECT_EQ(corest::parse_reset("1.5", now), 1500ms);
    EXPECT_EQ(corest::parse_reset("1700000030", now), 30s);
    EXPECT_EQ(corest::parse_reset("1700000030000", now), 30s);
    EXPECT_EQ(corest::parse_reset("1600000000", now), 0s);
    EXPECT_EQ(corest::parse_reset("Tue, 14 Nov 2023 22:13:50 GMT", now), 30s);
    EXPECT_EQ(corest::parse_reset("2023-11-14T22:13:50Z", now), 30s);
    EXPECT_EQ(corest::parse_reset(" 2023-11-14T23:13:50.5+01:00 ", now), 30'500ms);
    EXPECT_EQ(corest::parse_reset("2023-11-14T22:13:00Z", now), 0s);
    EXPECT_EQ(said({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2023-11-14T22:13:50Z"}}).reset, 30s);
    EXPECT_EQ(corest::parse_reset("2023-11-14T25:13:50Z", now), std::nullopt);
    EXPECT_EQ(corest::parse_reset("soon", now), std::nullopt);
    EXPECT_EQ(corest::parse_reset("-1", now), std::nullopt);
}

} // namespace

} // namespace rate_headers

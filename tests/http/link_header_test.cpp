#include <corest/http/link_header.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

std::string next_of(const std::string& header)
{
    return corest::find_link(header, "next").value_or("(none)");
}

TEST(LinkHeader, FindsALinkByItsRelation)
{
    EXPECT_EQ(next_of(R"(<https://x/2>; rel="next", <https://x/9>; rel="last")"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/0>; rel=prev, <https://x/2>; rel=next)"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/0>; rel="back",<https://x/2>;rel="start next")"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/2> ; title="a, b; rel=no" ; REL = "NEXT")"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/0>; rel='prev', <https://x/2>; rel='next')"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/0>; rel="prev")"), "(none)");
    EXPECT_EQ(next_of(""), "(none)");
}

TEST(LinkHeader, TargetsMayHoldCommasAndSemicolons)
{
    EXPECT_EQ(next_of(R"(<https://x/?a=1,2;b=3>; rel="next")"), "https://x/?a=1,2;b=3");
}

TEST(LinkHeader, OnlyTheFirstRelCounts)
{
    EXPECT_EQ(next_of(R"(<https://x/2>; rel="prev"; rel="next")"), "(none)");
}

TEST(LinkHeader, ALinkAboutAnotherPageIsPassedOver)
{
    EXPECT_EQ(next_of(R"(<https://x/2>; rel="next"; anchor="/other")"), "(none)");
}

TEST(LinkHeader, KeepsParametersWithoutQuotesAndEscapes)
{
    const auto links = corest::parse_link_header(R"(<a>; Title="x \"y\""; flag; empty=)");
    ASSERT_THAT(links, SizeIs(1));
    EXPECT_THAT(links[0].parameters, ElementsAre(Pair("title", "x \"y\""), Pair("flag", ""), Pair("empty", "")));
}

TEST(LinkHeader, ValuesMayStandInApostrophes)
{
    EXPECT_EQ(next_of("<https://x/2>; rel='next'"), "https://x/2");
    EXPECT_EQ(
        next_of("<https://x/0>; title='a, b; c'; rel='prev', <https://x/2> ; rel='last next' ; x=y"), "https://x/2");
    const auto links = corest::parse_link_header("<a>; x='tis; y='a'b; z='");
    ASSERT_THAT(links, SizeIs(1));
    EXPECT_THAT(links[0].parameters, ElementsAre(Pair("x", "'tis"), Pair("y", "'a'b"), Pair("z", "'")));
}

TEST(LinkHeader, MalformedPartsArePassedOver)
{
    EXPECT_EQ(next_of(R"(nonsense; rel="next", <https://x/2>; rel="next")"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/0>garbage, <https://x/2>; rel=next)"), "https://x/2");
    EXPECT_EQ(next_of(R"(<https://x/2)"), "(none)");
    EXPECT_EQ(next_of(R"(<https://x/2>; rel="next)"), "https://x/2");
    EXPECT_EQ(next_of(R"(<a>; x="\)"), "(none)");
    EXPECT_EQ(next_of(",,;;==\"\"<>"), "(none)");
}

} // namespace

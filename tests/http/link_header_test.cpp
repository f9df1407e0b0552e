#include <corest/http/headers.hpp>
#include <corest/http/link_header.hpp>
#include <corest/http/url.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(LinkHeader, IsReadAsRfc8288HasIt)
{
    struct row {
        std::vector<std::string> lines; ///< Link fields
        std::string next;
    };
    const std::string page = "https://api.test/items?page=1";
    const std::vector<row> rows = {
        {{"<https://x/2>; rel='next'"}, "https://x/2"},
        {{R"(<https://x/2>; rel="last next")"}, "https://x/2"},
        {{R"(<https://x/2>; rel="last  NEXT  self")"}, "https://x/2"},
        {{R"(<https://x/9>; rel="last")", R"(<https://x/2>; rel="next")"}, "https://x/2"},
        {{R"(<https://x/9>; rel="last", <https://x/8>; rel="first")", "<https://x/2>; rel=next"}, "https://x/2"},
        {{R"(<https://x/2>; rel="next")", R"(<https://x/3>; rel="next")"}, "https://x/2"},
        {{R"(<?page=2>; rel="next")"}, "https://api.test/items?page=2"},
        {{R"(</items?page=2>; rel="next")"}, "https://api.test/items?page=2"},
        {{R"(<more>; rel="next")"}, "https://api.test/more"},
        {{R"(<//other.test/2>; rel="next")"}, "https://other.test/2"},
        {{R"(< https://x/2 >; rel="next")"}, "https://x/2"},
        {{R"(<https://x/2>; rel*=UTF-8''next)"}, "(none)"},
        {{R"(<https://x/2>; rel*=UTF-8''prev; rel=next)"}, "https://x/2"},
        {{R"(<https://x/2>; title*=UTF-8''n%C3%A4chste%2C%3B; rel=next)"}, "https://x/2"},
        {{R"(<https://x/2>; title*=UTF-8'de'n%c3%a4chste; rel="next"; title="a")"}, "https://x/2"},
        {{R"(<https://x/2>; rel="next"; anchor="https://api.test/other")"}, "(none)"},
        {{R"(<https://x/2>; rel="next"; anchor="#part")"}, "(none)"},
        {{R"(<https://x/2>; rel="next"; anchor="")"}, "https://x/2"},
        {{R"(<https://x/2>; rel="next"; anchor="https://api.test/items?page=1")"}, "https://x/2"},
        {{R"(<https://x/2>; rel="next"; Anchor="?page=1")"}, "https://x/2"},
        {{R"(<https://x/2>; rel="next"; anchor="/other", <https://x/3>; rel="next")"}, "https://x/3"},
        {{R"(<https://x/?a=1,2;b=3>; rel="next")"}, "https://x/?a=1,2;b=3"},
        {{R"(<https://x/0>; title="a, <https://y>; rel=\"next\""; rel=prev, <https://x/2>; rel=next)"}, "https://x/2"},
        {{R"(<https://x/2>; ReL=NeXt)"}, "https://x/2"},
        {{R"(<https://x/2> ; rel = "next" )"}, "https://x/2"},
        {{R"(<https://x/2>;rel="prev";rel="next")"}, "(none)"},
        {{R"(<https://x/2>;rel="next";rel="prev")"}, "https://x/2"},
        {{R"(<https://x/2>; rel="nextpage")"}, "(none)"},
        {{R"(<https://x/2>; rel="https://rels.test/next")"}, "(none)"},
        {{R"(<https://x/2>; rel)"}, "(none)"},
        {{R"(<https://x/2>)"}, "(none)"},
        {{""}, "(none)"},
    };
    for (const row& one : rows) {
        corest::headers fields;
        std::string shown;
        for (const std::string& line : one.lines) {
            fields.add("Link", line);
            shown += line + "\n";
        }
        const auto found = corest::find_link(fields.joined("link"), "next", page);
        EXPECT_EQ(found ? corest::resolve_url(page, *found) : "(none)", one.next) << shown;
    }
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

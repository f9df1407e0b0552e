#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/offset.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using corest::offset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::int64_t number_in(const corest::request& r, const char* name)
{
    return std::stoll(corest::find_query(r.url, name).value());
}

/// A server with so many records, which sends at most `cap` of them, and further members.
simulated_walk::server records(std::int64_t count, std::string more = "", std::int64_t cap = 1000000)
{
    return [=](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + numbers(from, from + std::min(cap, number_in(r, "limit")), count) + more + "}";
    };
}

simulated_walk walk(const offset& paging, const simulated_walk::server& serve, std::size_t largest_page_before = 0)
{
    return {paging, "items", serve, corest::request("GET", "https://api.example.com/items"), largest_page_before};
}

std::vector<std::int64_t> offsets(const simulated_walk& w)
{
    std::vector<std::int64_t> all;
    for (const std::string& url : w.urls) {
        all.push_back(std::stoll(corest::find_query(url, "offset").value()));
    }
    return all;
}

TEST(Offset, StopsAtTheTotal)
{
    const auto w = walk(offset(10).total_path("total"), records(25, R"(,"total":25)"));
    EXPECT_THAT(offsets(w), ElementsAre(0, 10, 20));
    EXPECT_EQ(w.records, count_up(25));
    EXPECT_THAT(w.targets()[1], "/items?offset=10&limit=10");
}

TEST(Offset, WithoutATotalAShortPageAfterALongerOneEnds)
{
    const auto w = walk(offset(10), records(25));
    EXPECT_THAT(offsets(w), ElementsAre(0, 10, 20));
    EXPECT_EQ(w.records, count_up(25));
}

TEST(Offset, AFullLastPageCostsOneMoreRequest)
{
    const auto w = walk(offset(10), records(20));
    EXPECT_THAT(offsets(w), ElementsAre(0, 10, 20));
    EXPECT_EQ(w.records, count_up(20));
}

TEST(Offset, AShortFirstPageIsFollowedByOneMoreRequest)
{
    EXPECT_THAT(offsets(walk(offset(10), records(5))), ElementsAre(0, 5));
}

TEST(Offset, AShortFirstPageEndsWhereTheResourceHadLongerOnes)
{
    EXPECT_THAT(offsets(walk(offset(10), records(5), 10)), ElementsAre(0));
    EXPECT_THAT(offsets(walk(offset(10), records(5), 5)), ElementsAre(0, 5));
}

TEST(Offset, AServerThatCapsTheLimitLosesNoRow)
{
    const auto w = walk(offset(10), records(25, "", 5));
    EXPECT_EQ(w.records, count_up(25));
    EXPECT_THAT(offsets(w), ElementsAre(0, 5, 10, 15, 20, 25));
    EXPECT_EQ(walk(offset(10).total_path("total"), records(25, R"(,"total":25)", 5)).records, count_up(25));
}

TEST(Offset, AServerThatSendsMoreThanTheLimitLosesNoRow)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + numbers(from, from + 20, 50) + "}";
    };
    const auto w = walk(offset(10), serve);
    EXPECT_EQ(w.records, count_up(50));
}

TEST(Offset, MaximumOffsetIsExclusiveAndBeatsEverything)
{
    EXPECT_THAT(offsets(walk(offset(50).maximum_offset(100), records(1000000))), ElementsAre(0, 50));
    EXPECT_THAT(
        offsets(walk(offset(10).maximum_offset(10).has_more_path("has_more"), records(100, R"(,"has_more":true)"))),
        ElementsAre(0));
}

TEST(Offset, HasMoreDecides)
{
    EXPECT_THAT(
        offsets(walk(offset(10).has_more_path("has_more"), records(25, R"(,"has_more":false)"))), ElementsAre(0));
    const auto text = [](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + numbers(from, from + 10, 20) + R"(,"has_more":")" + (from == 0 ? "true" : "False")
            + "\"}";
    };
    EXPECT_THAT(offsets(walk(offset(10).has_more_path("has_more"), text)), ElementsAre(0, 10));
}

TEST(Offset, HasMoreThatMakesNoSenseIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed,
                  [] { walk(offset(10).has_more_path("has_more"), records(25, R"(,"has_more":"maybe")")); }),
        "expected true or false at $.has_more, found \"maybe\" on page 1. Correct has_more_path, or remove it if this "
        "API does "
        "not say whether there is more.");
    EXPECT_EQ(
        error_of(corest::errc::pagination_failed, [] { walk(offset(10).has_more_path("has_more"), records(25)); }),
        "expected true or false at $.has_more, which is not in the body on page 1. Correct has_more_path, or remove it "
        "if this "
        "API does not say whether there is more.");
}

TEST(Offset, AnEmptyListIsOneRequest)
{
    const auto w = walk(offset(10).total_path("total"), records(0, R"(,"total":0)"));
    EXPECT_EQ(w.urls.size(), 1u);
    EXPECT_THAT(w.records, IsEmpty());
}

TEST(Offset, ANumericTextIsATotal)
{
    EXPECT_THAT(offsets(walk(offset(10).total_path("total"), records(20, R"(,"total":"20")"))), ElementsAre(0, 10));
}

TEST(Offset, ATotalThatMakesNoSenseIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed,
                  [] { walk(offset(10).total_path("total"), records(20, R"(,"total":"abc")")); }),
        "expected a total at $.total, found \"abc\" on page 1. Correct total_path, or remove it if this API states no "
        "total.");
    EXPECT_THAT(error_of(corest::errc::pagination_failed,
                    [] { walk(offset(10).total_path("total"), records(20, R"(,"total":{})")); }),
        HasSubstr("found an object"));
}

TEST(Offset, AMissingTotalIsAnErrorOnPageOne)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed, [] { walk(offset(10).total_path("meta.total"), records(20)); }),
        "expected the total at $.meta.total, which is not in the body on page 1. Correct total_path, or remove it if "
        "this API "
        "states no total.");
    EXPECT_THAT(error_of(corest::errc::pagination_failed,
                    [] { walk(offset(10).total_path("total"), records(20, R"(,"total":null)")); }),
        HasSubstr("which is null on page 1"));
}

TEST(Offset, ATotalOfAnEarlierPageHolds)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + numbers(from, from + 10, 30) + (from == 0 ? R"(,"total":30})" : "}");
    };
    EXPECT_THAT(offsets(walk(offset(10).total_path("total"), serve)), ElementsAre(0, 10, 20));
}

TEST(Offset, TheDefaultTotalIsUsedWhereItAgrees)
{
    EXPECT_THAT(offsets(walk(offset(10), records(20, R"(,"total":20)"))), ElementsAre(0, 10));
    EXPECT_THAT(offsets(walk(offset(10), records(20, R"(,"total":"many")"))), ElementsAre(0, 10, 20));
}

TEST(Offset, ADefaultTotalThatCountsPagesIsNotBelieved)
{
    EXPECT_EQ(walk(offset(10), records(25, R"(,"total":3)")).records, count_up(25));
}

TEST(Offset, AChangedTotalIsReported)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + numbers(from, from + 10, 30) + ",\"total\":" + (from == 0 ? "29}" : "30}");
    };
    EXPECT_THAT(walk(offset(10).total_path("total"), serve).warnings,
        ElementsAre("the server's total changed from 29 to 30 on page 2: the data changed during the walk, rows may be "
                    "missing or repeated"));
}

TEST(Offset, StopOnShortPageIsTheUsersWord)
{
    EXPECT_THAT(offsets(walk(offset(10).stop_on_short_page(), records(5))), ElementsAre(0));
    EXPECT_THAT(offsets(walk(offset(10).stop_on_short_page(), records(25))), ElementsAre(0, 10, 20));
    EXPECT_THAT(offsets(walk(offset(10).stop_on_short_page(false), records(25))), ElementsAre(0, 10, 20, 25));
}

TEST(Offset, AnEmptyPageNeedNotEnd)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + (from == 10 ? "[]" : numbers(from, from + 10, 30)) + R"(,"more":)"
            + (from < 20 ? "true}" : "false}");
    };
    EXPECT_THAT(
        offsets(walk(offset(10).stop_after_empty_page(false).has_more_path("more"), serve)), ElementsAre(0, 10, 20));
    const auto stopped = walk(offset(10).has_more_path("more"), serve);
    EXPECT_THAT(offsets(stopped), ElementsAre(0, 10));
    EXPECT_THAT(stopped.incomplete, ElementsAre(HasSubstr(": $.more says that there is more, in GET ")));
}

TEST(Offset, ATotalThatIsNotReachedIsReported)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_in(r, "offset");
        return R"({"items":)" + numbers(from, from + 10, 10) + R"(,"total":25,"rows":25})";
    };
    for (const auto& paging : {offset(10), offset(10).total_path("rows"), offset(10).no_total()}) {
        EXPECT_THAT(walk(paging, serve).incomplete, ElementsAre(HasSubstr(" is 25, and 10 records came")));
    }
    EXPECT_THAT(walk(offset(10).maximum_offset(10), serve).incomplete, IsEmpty());
    EXPECT_THAT(walk(offset(10).start(5), serve).incomplete, IsEmpty());
}

TEST(Offset, ParametersMayHaveOtherNames)
{
    corest::request r("GET", "https://api.example.com/items?Offset=7&sort=a");
    auto paging = offset(1024).offset_param("Offset").limit_param("Limit").start(5);
    paging.prepare(r);
    EXPECT_EQ(r.url, "https://api.example.com/items?Offset=5&sort=a&Limit=1024");
}

TEST(Offset, WritesIntoTheBody)
{
    std::int64_t at = 0;
    const auto serve = [&](const corest::request&) -> answer {
        const std::int64_t from = at;
        at += 10;
        return R"({"items":)" + numbers(from, at, 25) + R"(,"total":25})";
    };
    corest::request post("POST", "https://api.example.com/search");
    post.body = R"({"f":1})";
    const simulated_walk w(offset(10).offset_body_path("p.from").limit_body_path("p.size"), "items", serve, post);
    EXPECT_THAT(w.bodies,
        ElementsAre(R"({"f":1,"p":{"from":0,"size":10}})", R"({"f":1,"p":{"from":10,"size":10}})",
            R"({"f":1,"p":{"from":20,"size":10}})"));
    EXPECT_THAT(w.targets(), ElementsAre("/search", "/search", "/search"));

    corest::request plain("POST", "https://api.example.com/search");
    auto paging = offset(10).offset_body_path("from");
    paging.prepare(plain);
    EXPECT_EQ(plain.headers.find("Content-Type"), "application/json") << "the body is the paginator's own";
    corest::request own("POST", "https://api.example.com/search");
    own.headers.set("Content-Type", "application/vnd.api+json");
    paging.prepare(own);
    EXPECT_EQ(own.headers.find("Content-Type"), "application/vnd.api+json");
}

TEST(Offset, ImpossibleSettingsAreRefused)
{
    const auto why = [](const offset& paging) {
        return error_of(corest::errc::invalid_argument, [&] { paging.check(); });
    };
    EXPECT_EQ(error_of(corest::errc::invalid_argument, [] { const offset none(0); }),
        "paginator offset: the limit is 0, expected 1 or more.");
    EXPECT_EQ(why(offset(10).offset_param("")),
        "paginator offset: offset_param is empty, expected the name of a query parameter. To "
        "write into the body, set offset_body_path instead.");
    EXPECT_EQ(why(offset(10).offset_param("o").offset_body_path("p.o")),
        "paginator offset: offset_param and offset_body_path are both set. The position is written to one place: "
        "remove one of "
        "them.");
    EXPECT_EQ(why(offset(10).limit_body_path("p[0]")),
        "paginator offset: limit_body_path is $.p[0], expected names only, as in page.after.");
    EXPECT_EQ(why(offset(10).start(-1)), "paginator offset: the start is -1, expected 0 or more.");
    EXPECT_EQ(why(offset(10).stop_after_empty_page(false)),
        "paginator offset: nothing would end the walk. Set total_path, has_more_path, maximum_offset, "
        "stop_on_short_page or "
        "stop_after_empty_page.");
    EXPECT_EQ(why(offset(10)), "no error");
}

TEST(Offset, WalksDoNotDisturbOneAnother)
{
    const offset paging(10);
    EXPECT_EQ(walk(paging, records(25)).records, count_up(25));
    EXPECT_EQ(walk(paging, records(25)).records, count_up(25));
}

TEST(Offset, AServerThatIgnoresTheOffsetIsNoticed)
{
    const auto serve = [](const corest::request&) -> answer { return R"({"items":[1,2,3]})"; };
    EXPECT_THAT(error_of(corest::errc::no_progress, [&] { walk(offset(10), serve); }),
        HasSubstr("page 2 brought the same 3 records as the page before it"));
}

} // namespace

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/page_number.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using corest::page_number;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A server with `pages` pages of 5 records whose first page is number `base`; beyond them pages are empty.
simulated_walk::server pages(std::int64_t count, std::int64_t base, std::string more = "")
{
    return [=](const corest::request& r) -> answer {
        const std::int64_t page = std::stoll(corest::find_query(r.url, "page").value()) - base;
        return R"({"items":)" + numbers(page * 5, page * 5 + 5, count * 5) + more + "}";
    };
}

simulated_walk walk(const page_number& paging, const simulated_walk::server& serve)
{
    return {paging, "items", serve};
}

std::vector<std::int64_t> numbers_asked(const simulated_walk& w)
{
    std::vector<std::int64_t> all;
    for (const std::string& url : w.urls) {
        all.push_back(std::stoll(corest::find_query(url, "page").value()));
    }
    return all;
}

TEST(PageNumber, StopsAtTheTotalOfPages)
{
    const auto from_one = walk(page_number(1).total_path("total_pages"), pages(5, 1, R"(,"total_pages":5)"));
    EXPECT_THAT(numbers_asked(from_one), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(from_one.records, count_up(25));
    const auto from_zero = walk(page_number(0).total_path("total_pages"), pages(5, 0, R"(,"total_pages":5)"));
    EXPECT_THAT(numbers_asked(from_zero), ElementsAre(0, 1, 2, 3, 4));
    EXPECT_EQ(from_zero.records, count_up(25));
}

TEST(PageNumber, MayStartAtALaterPage)
{
    const auto w = walk(page_number(1).start(3).total_path("total_pages"), pages(5, 1, R"(,"total_pages":5)"));
    EXPECT_THAT(numbers_asked(w), ElementsAre(3, 4, 5));
    EXPECT_EQ(w.records.size(), 15u);
}

TEST(PageNumber, WithoutATotalAnEmptyPageEnds)
{
    const auto w = walk(page_number(1), pages(3, 1));
    EXPECT_THAT(numbers_asked(w), ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(w.records, count_up(15));
}

TEST(PageNumber, MaximumPageIsExclusiveAndMaxPagesIsACount)
{
    EXPECT_THAT(numbers_asked(walk(page_number(1).maximum_page(3), pages(50, 1))), ElementsAre(1, 2));
    EXPECT_THAT(numbers_asked(walk(page_number(1).max_pages(3), pages(50, 1))), ElementsAre(1, 2, 3));
    EXPECT_THAT(numbers_asked(walk(page_number(1).max_pages(1).has_more_path("m"), pages(50, 1, R"(,"m":true)"))),
        ElementsAre(1));
}

TEST(PageNumber, ANumericTextIsATotal)
{
    EXPECT_THAT(
        numbers_asked(walk(page_number(1).total_path("total"), pages(3, 1, R"(,"total":"3")"))), ElementsAre(1, 2, 3));
}

TEST(PageNumber, ATotalThatMakesNoSenseIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed,
                  [] { walk(page_number(1).total_path("total"), pages(3, 1, R"(,"total":"abc")")); }),
        "expected a total at $.total, found \"abc\" on page 1. Correct total_path, or remove it if this API states no "
        "total.");
    EXPECT_THAT(
        error_of(corest::errc::pagination_failed, [] { walk(page_number(1).total_path("total"), pages(3, 1)); }),
        HasSubstr("which is not in the body on page 1"));
}

TEST(PageNumber, ATotalOnlyOnTheFirstPageHolds)
{
    const auto serve = [](const corest::request& r) -> answer {
        const bool first = corest::find_query(r.url, "page") == "1";
        return pages(3, 1, first ? R"(,"pagination":{"total":3})" : "")(r);
    };
    EXPECT_EQ(walk(page_number(1).total_path("pagination.total"), serve).records, count_up(15));
}

TEST(PageNumber, TheDefaultTotalMayBeMissing)
{
    EXPECT_THAT(numbers_asked(walk(page_number(1), pages(3, 1, R"(,"total":3)"))), ElementsAre(1, 2, 3));
    EXPECT_THAT(numbers_asked(walk(page_number(1).no_total(), pages(3, 1, R"(,"total":3)"))), ElementsAre(1, 2, 3, 4));
}

TEST(PageNumber, HasMoreDecides)
{
    const auto serve = [](const corest::request& r) -> answer {
        return pages(3, 1, corest::find_query(r.url, "page") == "3" ? R"(,"m":false)" : R"(,"m":true)")(r);
    };
    EXPECT_THAT(numbers_asked(walk(page_number(1).has_more_path("m"), serve)), ElementsAre(1, 2, 3));
}

TEST(PageNumber, AContradictionIsReported)
{
    EXPECT_THAT(walk(page_number(1).has_more_path("m").total_path("t"), pages(3, 1, R"(,"m":false,"t":3)")).incomplete,
        ElementsAre(HasSubstr(": $.t is 3, and 1 page came, in GET ")));
}

TEST(PageNumber, APartThatWasAskedForIsNotIncomplete)
{
    const auto serve = pages(3, 1, R"(,"t":3)");
    EXPECT_THAT(walk(page_number(1).total_path("t"), serve).incomplete, IsEmpty());
    EXPECT_THAT(walk(page_number(1).total_path("t").max_pages(2), serve).incomplete, IsEmpty());
    EXPECT_THAT(walk(page_number(1).total_path("t").maximum_page(2), serve).incomplete, IsEmpty());
    EXPECT_THAT(walk(page_number(1).total_path("t").start(2), serve).incomplete, IsEmpty());
}

TEST(PageNumber, WritesIntoTheBody)
{
    std::int64_t page = 0;
    const auto serve = [&](const corest::request&) -> answer {
        const std::int64_t from = page++ * 5;
        return R"({"items":)" + numbers(from, from + 5, 10) + "}";
    };
    corest::request post("POST", "https://api.example.com/search?a=1");
    post.body = R"({"q":"x"})";
    const simulated_walk w(page_number(1).page_body_path("paging.page"), "items", serve, post);
    EXPECT_THAT(w.bodies,
        ElementsAre(R"({"q":"x","paging":{"page":1}})", R"({"q":"x","paging":{"page":2}})",
            R"({"q":"x","paging":{"page":3}})"));
    EXPECT_THAT(w.targets(), ElementsAre("/search?a=1", "/search?a=1", "/search?a=1"));
}

TEST(PageNumber, ThePaginatorsPageWinsOverTheResources)
{
    corest::request r("GET", "https://api.example.com/items?page=100&sort=desc");
    page_number(1).prepare(r);
    EXPECT_EQ(r.url, "https://api.example.com/items?page=1&sort=desc");
}

TEST(PageNumber, ARepeatedLastPageIsAnErrorBeforeItIsHandedOut)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t page = std::min<std::int64_t>(3, std::stoll(corest::find_query(r.url, "page").value()));
        return R"({"page":)" + *corest::find_query(r.url, "page") + R"(,"items":)"
            + numbers(page * 5, page * 5 + 5, 1000) + "}";
    };
    EXPECT_EQ(error_of(corest::errc::no_progress, [&] { walk(page_number(1).page_size(5), serve); }),
        "page 4 brought the same 5 records as the page before it. The server repeats its last page or ignores the "
        "position: check "
        "the names of the paginator's parameters, or tell it where the end is (total, has_more, a maximum).");
}

TEST(PageNumber, WithAPageSizeAShortPageAfterALongerOneEnds)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t page = std::stoll(corest::find_query(r.url, "page").value()) - 1;
        return R"({"items":)" + numbers(page * 5, page * 5 + 5, 13) + "}";
    };
    EXPECT_THAT(numbers_asked(walk(page_number(1).page_size(5), serve)), ElementsAre(1, 2, 3));
    EXPECT_THAT(numbers_asked(walk(page_number(1), serve)), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(numbers_asked(walk(page_number(1).page_size(10), serve)), ElementsAre(1, 2, 3));
    EXPECT_THAT(numbers_asked(walk(page_number(1).page_size(10).stop_on_short_page(), serve)), ElementsAre(1));
}

TEST(PageNumber, ImpossibleSettingsAreRefused)
{
    const auto why = [](const page_number& paging) {
        return error_of(corest::errc::invalid_argument, [&] { paging.check(); });
    };
    EXPECT_EQ(why(page_number(1).no_total().stop_after_empty_page(false)),
        "paginator page_number: nothing would end the walk. Set total_path, has_more_path, maximum_page, max_pages, "
        "stop_on_short_page or stop_after_empty_page.");
    EXPECT_EQ(why(page_number(1).start(0)), "paginator page_number: the start is page 0, before the first page, 1.");
    EXPECT_EQ(why(page_number(1).page_param("p").page_body_path("p")),
        "paginator page_number: page_param and page_body_path are both set. The position is written to one place: "
        "remove one of "
        "them.");
    EXPECT_EQ(why(page_number(1).stop_on_short_page()),
        "paginator page_number: stop_on_short_page needs page_size. Set page_size to the number of records of a full "
        "page.");
    EXPECT_EQ(why(page_number(1).max_pages(0)), "paginator page_number: max_pages is 0, expected 1 or more.");
    EXPECT_EQ(why(page_number(1).page_size(0)), "paginator page_number: page_size is 0, expected 1 or more.");
    EXPECT_THAT(error_of(corest::errc::invalid_argument,
                    [] {
                        corest::request r;
                        page_number().page_param("").prepare(r);
                    }),
        HasSubstr("page_param is empty"));
}

} // namespace

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_cursor.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

/// The paginator within, of which every position is written down.
class logged {
public:
    logged(corest::any_paginator paging, std::shared_ptr<std::vector<std::string>> positions)
        : paging_(std::move(paging)),
          positions_(std::move(positions))
    {
    }

    void prepare(corest::request& r) { paging_.prepare(r); }
    [[nodiscard]] bool advance(const corest::page_info& page)
    {
        const bool more = paging_.advance(page);
        if (more) {
            positions_->push_back(paging_.position().value());
        }
        return more;
    }
    [[nodiscard]] std::vector<corest::json_path> paths() const { return paging_.paths(); }

private:
    corest::any_paginator paging_;
    std::shared_ptr<std::vector<std::string>> positions_;
};

/// Checks that a walk which is interrupted after any page and gone on with by a fresh copy sends what a walk does that
/// nothing interrupts. \return the position after each page but the last
std::vector<std::string> check_resuming(
    const corest::any_paginator& paging, const simulated_walk::server& serve, const corest::request& base)
{
    // Of a resource whose longer pages are known: what is known of the resource is no part of a walk's position.
    constexpr std::size_t known = 1000;
    const auto positions = std::make_shared<std::vector<std::string>>();
    const simulated_walk whole(logged(paging, positions), "items", serve, base, known);
    EXPECT_THAT(paging.position(), Optional(std::string()));
    EXPECT_EQ(positions->size() + 1, whole.urls.size());
    for (std::size_t i = 0; i < positions->size(); ++i) {
        corest::any_paginator fresh = paging;
        EXPECT_TRUE(fresh.resume((*positions)[i]));
        EXPECT_THAT(fresh.position(), Optional((*positions)[i]));
        const simulated_walk rest(fresh, "items", serve, base, known);
        const auto gone = static_cast<std::ptrdiff_t>(i) + 1;
        EXPECT_THAT(rest.urls, ElementsAreArray(whole.urls.begin() + gone, whole.urls.end())) << (*positions)[i];
        EXPECT_THAT(rest.bodies, ElementsAreArray(whole.bodies.begin() + gone, whole.bodies.end())) << (*positions)[i];

        EXPECT_TRUE(fresh.resume(""));
        const simulated_walk again(fresh, "items", serve, base, known);
        EXPECT_EQ(again.urls, whole.urls);
    }
    return *positions;
}

std::vector<std::string> check_resuming(const corest::any_paginator& paging, const simulated_walk::server& serve)
{
    return check_resuming(paging, serve, corest::request("GET", "https://api.example.com/items?kind=a"));
}

/// Of 25 records, ten from the place that a query parameter names.
std::string ten_from(std::int64_t first)
{
    return R"({"items":)" + numbers(first, first + 10, 25);
}

std::int64_t number_within(const corest::request& r, const char* name, std::int64_t otherwise = 0)
{
    const std::optional<std::string> text = corest::find_query(r.url, name);
    return text ? std::stoll(*text) : otherwise;
}

std::string refusal_to_resume(corest::any_paginator paging, const std::string& position)
{
    return error_of(corest::errc::invalid_argument, [&] { (void)paging.resume(position); });
}

TEST(Resume, AnOffset)
{
    const auto serve = [](const corest::request& r) -> answer { return ten_from(number_within(r, "offset")) + "}"; };
    EXPECT_THAT(check_resuming(corest::offset(10), serve), ElementsAre("10", "20"));
    EXPECT_THAT(check_resuming(corest::offset(10).start(5), serve), ElementsAre("15", "25"));
    EXPECT_THAT(check_resuming(corest::offset(10).maximum_offset(20), serve), ElementsAre("10"));
}

TEST(Resume, AnOffsetWhoseTotalIsStatedOnEachPage)
{
    const auto serve = [](const corest::request& r) -> answer {
        return ten_from(number_within(r, "offset")) + R"(,"count":25})";
    };
    EXPECT_THAT(check_resuming(corest::offset(10).total_path("count"), serve), ElementsAre("10 of 25", "20 of 25"));
}

TEST(Resume, AnOffsetWhoseTotalIsStatedOnTheFirstPageOnly)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_within(r, "offset");
        return R"({"items":)" + numbers(from, from + 5, 20) + (from == 0 ? R"(,"count":20})" : "}");
    };
    const auto paging = corest::offset(5).total_path("count").stop_after_empty_page(false);
    EXPECT_THAT(check_resuming(paging, serve), ElementsAre("5 of 20", "10 of 20", "15 of 20"));
}

TEST(Resume, AnOffsetInTheBody)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::size_t found = r.body.find("\"from\":");
        return ten_from(std::stoll(r.body.substr(found + 7))) + "}";
    };
    corest::request base("POST", "https://api.example.com/items");
    base.body = R"({"kind":"a"})";
    EXPECT_THAT(
        check_resuming(corest::offset(10).offset_body_path("page.from").limit_body_path("page.size"), serve, base),
        ElementsAre("10", "20"));
}

TEST(Resume, APageNumber)
{
    const auto serve = [](const corest::request& r) -> answer { return ten_from(10 * number_within(r, "page")) + "}"; };
    EXPECT_THAT(check_resuming(corest::page_number(), serve), ElementsAre("1", "2", "3"));
    EXPECT_THAT(check_resuming(corest::page_number().page_size(10), serve), ElementsAre("1", "2"));
    EXPECT_THAT(check_resuming(corest::page_number(0).start(1), serve), ElementsAre("2", "3"));
}

TEST(Resume, MaxPagesCountsFromTheStart)
{
    const auto serve = [](const corest::request& r) -> answer {
        return ten_from(10 * number_within(r, "page") - 10) + "}";
    };
    EXPECT_THAT(check_resuming(corest::page_number(1).max_pages(2), serve), ElementsAre("2"));
}

TEST(Resume, ACursorStaysTextOrNumber)
{
    const auto serve = [](const char* quote) {
        return [quote](const corest::request& r) -> answer {
            const std::int64_t from = number_within(r, "after");
            return ten_from(from)
                + (from < 20 ? R"(,"next":)" + (quote + std::to_string(from + 10)) + quote + "}" : std::string("}"));
        };
    };
    EXPECT_THAT(check_resuming(corest::cursor("next").param("after"), serve("\"")), ElementsAre("\"10\"", "\"20\""));
    EXPECT_THAT(check_resuming(corest::cursor("next").param("after"), serve("")), ElementsAre("10", "20"));

    const auto body_server = [](const corest::request& r) -> answer {
        const bool first = r.body.find("after") == std::string::npos;
        return ten_from(first ? 0 : 10) + (first ? R"(,"next":"a\"b"})" : "}");
    };
    EXPECT_THAT(check_resuming(corest::cursor("next").body_path("after"), body_server), ElementsAre(R"("a\"b")"));
}

TEST(Resume, ACursorInAHeader)
{
    const auto serve = [](const corest::request& r) -> answer {
        const std::int64_t from = number_within(r, "cursor");
        return from < 20 ? answer(ten_from(from) + "}", "next", std::to_string(from + 10))
                         : answer(ten_from(from) + "}");
    };
    EXPECT_THAT(check_resuming(corest::header_cursor(), serve), ElementsAre("10", "20"));
}

TEST(Resume, LinksByTheirUrls)
{
    const auto target = [](std::int64_t from) { return "/items?from=" + std::to_string(from); };
    const auto in_header = [&](const corest::request& r) -> answer {
        const std::int64_t from = number_within(r, "from");
        return from < 20 ? answer(ten_from(from) + "}", "Link", "<" + target(from + 10) + ">; rel=next")
                         : answer(ten_from(from) + "}");
    };
    const auto in_body = [&](const corest::request& r) -> answer {
        const std::int64_t from = number_within(r, "from");
        return ten_from(from) + (from < 20 ? R"(,"next":")" + target(from + 10) + "\"}" : "}");
    };
    const auto urls = ElementsAre("https://api.example.com/items?from=10", "https://api.example.com/items?from=20");
    EXPECT_THAT(check_resuming(corest::header_link(), in_header), urls);
    EXPECT_THAT(check_resuming(corest::json_link(), in_body), urls);
    EXPECT_THAT(check_resuming(corest::standard_links(), in_header), urls);
    EXPECT_THAT(check_resuming(corest::standard_links(), in_body), urls);
}

TEST(Resume, ASinglePageHasNoPosition)
{
    EXPECT_THAT(
        check_resuming(corest::single_page(), [](const corest::request&) -> answer { return ten_from(0) + "}"; }),
        IsEmpty());
    EXPECT_THAT(refusal_to_resume(corest::single_page(), "10"), HasSubstr("paginator single_page: cannot go on"));
}

TEST(Resume, WhatIsNoPositionIsRefused)
{
    for (const char* text : {"ten", "-1", "10 ", "10 of", "10 of many", "10 of 20 or so", "99999999999999999999"}) {
        EXPECT_THAT(refusal_to_resume(corest::offset(10), text), HasSubstr("paginator offset: cannot go on at '"))
            << text;
    }
    EXPECT_THAT(refusal_to_resume(corest::page_number(1), "0"), HasSubstr("expected a number from 1 on"));
    for (const char* text : {"abc", "{}", "null", "\"a", "1 2"}) {
        EXPECT_THAT(refusal_to_resume(corest::cursor(), text), HasSubstr("expected a cursor as JSON text")) << text;
    }
    EXPECT_THAT(refusal_to_resume(corest::header_cursor(), "a\r\nb"), HasSubstr("found a control character"));
    for (const corest::any_paginator& links : {corest::any_paginator(corest::header_link()),
             corest::any_paginator(corest::json_link()), corest::any_paginator(corest::standard_links())})
    {
        for (const char* text : {"10", "/items", "ftp://api.example.com/"}) {
            EXPECT_THAT(refusal_to_resume(links, text), HasSubstr("expected the absolute URL of a page")) << text;
        }
    }
    EXPECT_THAT(refusal_to_resume(corest::json_link(), "10?token=s3cret"), testing::Not(HasSubstr("s3cret")));
}

/// Has no position.
class once_more {
public:
    void prepare(corest::request&) {}
    [[nodiscard]] bool advance(const corest::page_info& page) { return page.page_number == 1; }
};

TEST(Resume, APaginatorNeedNotHaveAPosition)
{
    static_assert(corest::paginator<once_more> && !corest::resumable_paginator<once_more>);
    static_assert(corest::resumable_paginator<corest::offset> && corest::resumable_paginator<corest::standard_links>);
    corest::any_paginator paging = once_more();
    EXPECT_EQ(paging.position(), std::nullopt);
    EXPECT_FALSE(paging.resume("2"));
}

} // namespace

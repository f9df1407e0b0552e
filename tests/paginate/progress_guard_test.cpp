#include <corest/error.hpp>
#include <corest/paginate/progress_guard.hpp>
#include <corest/select/page.hpp>
#include <corest/paginate/statements.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// Shows a guard a page whose records are the letters of `content`.
void show(corest::progress_guard& guard, const std::string& url, std::string_view content, std::string body = "")
{
    corest::request r("GET", "https://api.example.com" + url);
    r.body = std::move(body);
    std::vector<corest::detail::slice> slices;
    for (std::size_t i = 0; i < content.size(); ++i) {
        slices.push_back({i, 1});
    }
    guard.check(r, content, slices);
}

bool stops(corest::progress_guard& guard, const std::string& url, std::string_view content, std::string body = "")
{
    return error_of(corest::errc::no_progress, [&] { show(guard, url, content, std::move(body)); }) != "no error";
}

TEST(ProgressGuard, LetsDifferentPagesPass)
{
    corest::progress_guard guard;
    EXPECT_FALSE(stops(guard, "/1", "abc"));
    EXPECT_FALSE(stops(guard, "/2", "abd"));
    EXPECT_FALSE(stops(guard, "/3", "bac"));
}

TEST(ProgressGuard, StopsAtTheSameRecordsOnTwoPagesInARow)
{
    corest::progress_guard guard;
    show(guard, "/1", "abc");
    EXPECT_TRUE(stops(guard, "/2", "abc"));
}

TEST(ProgressGuard, TheSameRecordsLaterAtAnotherPositionMayBeChance)
{
    corest::progress_guard guard;
    show(guard, "/1", "abc");
    show(guard, "/2", "x");
    EXPECT_FALSE(stops(guard, "/3", "abc"));
}

TEST(ProgressGuard, StopsWhereTheServerBeginsAgain)
{
    corest::progress_guard guard;
    int page = 0;
    for (const char* content : {"ab", "cd", "ef", "ab", "cd"}) {
        EXPECT_FALSE(stops(guard, "/" + std::to_string(++page), content)) << page;
    }
    EXPECT_TRUE(stops(guard, "/6", "ef"));
}

TEST(ProgressGuard, WhatIsNewInBetweenIsProgress)
{
    corest::progress_guard guard;
    int page = 0;
    for (const char* content : {"ab", "cd", "ab", "cd", "xy", "ab", "cd", "zz"}) {
        EXPECT_FALSE(stops(guard, "/" + std::to_string(++page), content)) << page;
    }
    for (const char* content : {"1", "2", "1", "2", "1", "2", "1", "2"}) {
        EXPECT_FALSE(stops(guard, "/" + std::to_string(++page), content)) << "pages of one record may well be alike";
    }
}

TEST(ProgressGuard, StopsAtACycleHoweverLong)
{
    corest::progress_guard guard;
    for (const char* at : {"/1", "/2", "/3", "/4"}) {
        show(guard, at, std::string(1, at[1]));
    }
    EXPECT_TRUE(stops(guard, "/1", "1"));
}

TEST(ProgressGuard, TheBodyIsPartOfThePosition)
{
    corest::progress_guard guard;
    show(guard, "/search", "a", R"({"page":1})");
    show(guard, "/search", "b", R"({"page":2})");
    EXPECT_FALSE(stops(guard, "/search", "a", R"({"page":3})"));
    EXPECT_TRUE(stops(guard, "/search", "b", R"({"page":2})"));
}

TEST(ProgressGuard, EmptyPagesNeverCount)
{
    corest::progress_guard guard;
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(stops(guard, "/1", ""));
    }
    show(guard, "/2", "a");
    EXPECT_FALSE(stops(guard, "/3", ""));
}

TEST(ProgressGuard, NamesThePageThatComesAgain)
{
    corest::progress_guard guard;
    int page = 0;
    for (const char* content : {"ab", "cd", "ef", "ab", "cd"}) {
        show(guard, "/" + std::to_string(++page), content);
    }
    EXPECT_EQ(error_of(corest::errc::no_progress, [&] { show(guard, "/6", "ef"); }),
        "page 6 and the 2 before it brought the same records as earlier pages (page 6 those of page 3). The server "
        "begins again behind its last page: tell the paginator where the end is (total, has_more, a maximum).");
}

TEST(ProgressGuard, StopsWhereTheServerBeginsAgainAfterThousandsOfPages)
{
    corest::progress_guard guard;
    constexpr int length = 20'000;
    int pages = 0;
    while (pages < 3 * length) {
        const std::string content = std::to_string(100'000 + pages % length);
        if (stops(guard, "/" + std::to_string(pages++), content)) {
            break;
        }
    }
    EXPECT_EQ(pages, length + 3);
}

TEST(ProgressGuard, PagesOfOneRecordThatComeAgainAreACircleAtLast)
{
    corest::progress_guard guard;
    int pages = 0;
    while (pages < 1000 && !stops(guard, "/" + std::to_string(pages), pages % 2 == 0 ? "1" : "2")) {
        ++pages;
    }
    EXPECT_EQ(pages, 64);
}

TEST(ProgressGuard, StopsAtRecordsInAnotherOrder)
{
    corest::progress_guard guard;
    std::mt19937 engine(7);
    std::string content = "abcdefghijklmnopqrstuvwxyz";
    int pages = 0;
    std::string said = "no error";
    while (pages < 1000 && said == "no error") {
        std::shuffle(content.begin(), content.end(), engine);
        said = error_of(corest::errc::no_progress, [&] { show(guard, "/" + std::to_string(++pages), content); });
    }
    EXPECT_EQ(pages, 33);
    EXPECT_NE(said.find("page 33 brought the records of page 25 in another order"), std::string::npos) << said;
}

TEST(ProgressGuard, BeyondTheServersTotalOnePageIsEnough)
{
    const auto at_third = [](std::string_view content, bool is_beyond_total) {
        corest::progress_guard guard;
        show(guard, "/1", "abc");
        show(guard, "/2", "xyz");
        const std::vector<corest::detail::slice> slices{{0, 1}, {1, 1}, {2, 1}};
        return error_of(corest::errc::no_progress,
            [&] { guard.check(corest::request("GET", "http://a/3"), content, slices, is_beyond_total); });
    };
    EXPECT_EQ(at_third("abc", false), "no error");
    EXPECT_EQ(at_third("new", true), "no error") << "the total may count something else";
    EXPECT_NE(at_third("abc", true)
                  .find("page 3 brought the same records as earlier pages (page 3 those of page 1), "
                        "and more records have come than the server says there are"),
        std::string::npos);
}

/// Shows a guard as many pages as it takes, each of two keys.
int pages_until_stopped(bool may_end, const std::function<std::uint64_t(std::uint64_t page)>& key)
{
    corest::progress_guard guard;
    for (std::uint64_t page = 1; page <= 1000; ++page) {
        show(guard, "/" + std::to_string(page), std::to_string(page));
        const std::uint64_t keys[] = {key(page), key(page) + 1};
        if (error_of(corest::errc::no_progress, [&] { guard.check_keys(keys, may_end, "id"); }) != "no error") {
            return static_cast<int>(page);
        }
    }
    return 0;
}

TEST(ProgressGuard, AsManyPagesWithoutANewKeyAsBeforeThemAreNoProgress)
{
    const auto cycle = [](std::uint64_t length) {
        return [length](std::uint64_t page) { return 1000 + 10 * (page % length); };
    };
    EXPECT_EQ(pages_until_stopped(true, cycle(1)), 9);
    EXPECT_EQ(pages_until_stopped(true, cycle(3)), 11);
    EXPECT_EQ(pages_until_stopped(true, cycle(50)), 100);
    EXPECT_EQ(pages_until_stopped(false, cycle(50)), 0);
    EXPECT_EQ(pages_until_stopped(true, [](std::uint64_t page) { return 10 * page; }), 0);
    EXPECT_EQ(pages_until_stopped(true, [](std::uint64_t page) { return page % 8 == 0 ? 10 * page : 7; }), 0);
}

TEST(ProgressGuard, WhereRecordsEndMakesADifference)
{
    corest::progress_guard guard;
    const corest::request r("GET", "https://api.example.com/");
    const corest::detail::slice one{0, 2};
    const std::vector<corest::detail::slice> two{{0, 1}, {1, 1}};
    guard.check(r, "ab", {&one, 1});
    EXPECT_NO_THROW(guard.check(r, "ab", two));
}

TEST(ProgressGuard, ManyPagesKeepItsMemoryBounded)
{
    corest::progress_guard guard;
    for (int i = 0; i < 70000; ++i) {
        const std::string content = std::to_string(i);
        ASSERT_NO_THROW(show(guard, "/" + content, content));
    }
    EXPECT_THROW(show(guard, "/69998", "69998"), corest::error);
}

TEST(ProgressGuard, StopsAtACycleThatIsLongerThanItsMemory)
{
    corest::progress_guard guard;
    constexpr int length = 10'000;
    int pages = 0;
    while (pages < 4 * length) {
        const std::string content = std::to_string(pages++ % length);
        if (stops(guard, "/" + content, content)) {
            break;
        }
    }
    EXPECT_LE(pages, 3 * length);
    EXPECT_GT(pages, length);
}

TEST(ProgressGuard, SeesEachByteOfTheRecords)
{
    const std::string content = std::string(300, 'x') + "," + std::string(45, 'y');
    const std::vector<corest::detail::slice> records{{0, 300}, {301, 45}};
    const corest::request r("GET", "https://api.example.com/");
    for (std::size_t i = 0; i < content.size(); ++i) {
        if (i == 300) {
            continue; // the comma between them
        }
        corest::progress_guard guard;
        guard.check(r, content, records);
        std::string other = content;
        other[i] ^= 1;
        EXPECT_NO_THROW(guard.check(r, other, records)) << i;
        EXPECT_THROW(guard.check(r, other, records), corest::error) << i;
    }
}

std::string with(std::string body, const corest::json_path& path, std::string_view json)
{
    corest::detail::set_json_path(body, path, json);
    return body;
}

TEST(SetJsonPath, SetsAndReplacesAndKeepsTheRest)
{
    EXPECT_EQ(with("", "a.b", "1"), R"({"a":{"b":1}})");
    EXPECT_EQ(with("{ }", "a", "1"), R"({ "a":1})");
    EXPECT_EQ(with(R"({"x":4737.0400000000003 })", "a", "1"), R"({"x":4737.0400000000003 ,"a":1})");
    EXPECT_EQ(with(R"({"a":{"b": "old" ,"c":2}})", "a.b", "7"), R"({"a":{"b": 7 ,"c":2}})");
    EXPECT_EQ(with(R"({"a":{"c":2}})", "a.b.d", "7"), R"({"a":{"c":2,"b":{"d":7}}})");
    EXPECT_EQ(with("{}", "['x \"y']", "1"), R"({"x \"y":1})");
}

TEST(SetJsonPath, RefusesWhatIsNoObject)
{
    const auto why = [](const char* body) {
        return error_of(corest::errc::invalid_argument, [&] { with(body, "a.b", "1"); });
    };
    EXPECT_EQ(why(R"({"a":[1]})"), "cannot write $.a.b into the request's body: 'a' is an array, expected an object.");
    EXPECT_EQ(why("[1]"), "cannot write $.a.b into the request's body: the body is an array, expected an object.");
    EXPECT_EQ(why("q=x"),
        "the request's body is not valid JSON: expected a value at offset 0, found 'q'. A paginator with a body path "
        "needs a JSON body.");
}

} // namespace

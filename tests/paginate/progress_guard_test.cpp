#include <corest/error.hpp>
#include <corest/paginate/progress_guard.hpp>
#include <corest/select/page.hpp>
#include <corest/paginate/statements.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

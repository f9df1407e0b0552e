#include <corest/incremental/cursor_format.hpp>
#include <corest/incremental/cursor_value.hpp>
#include <corest/incremental/row_hash.hpp>
#include <corest/incremental/window_step.hpp>

#include <support/what_of.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using corest::cursor_format;
using corest::cursor_value;
using corest::errc;
using corest::window_step;

namespace {

int compared_as_cursors(const std::string& a, const std::string& b)
{
    const int order = cursor_value(a).compare(cursor_value(b));
    EXPECT_EQ(cursor_value(b).compare(cursor_value(a)), -order) << a << " and " << b;
    return order;
}

std::string moved_by(const std::string& value, const std::string& amount, bool in_days = false, bool to_end = false)
{
    return cursor_value(value).moved(amount, in_days, to_end).json();
}

} // namespace

TEST(CursorValue, AnIntegerBeyond64BitsInQuotesIsThatNumber)
{
    const cursor_value quoted(R"("20000000000000000000")");
    EXPECT_LT(cursor_value("18446744073709551615").compare(quoted), 0);
    EXPECT_EQ(cursor_value("20000000000000000000").compare(quoted), 0);
    EXPECT_EQ(quoted.compare(cursor_value("20000000000000000000")), 0);
    EXPECT_GT(quoted.compare(cursor_value("-20000000000000000001")), 0);
    EXPECT_GT(cursor_value("-1").compare(cursor_value(R"("-9223372036854775809")")), 0);
    EXPECT_THROW(static_cast<void>(cursor_value("1").compare(cursor_value(R"("18446744073709551615")"))), corest::error)
        << "a number that fits is written as one";
}

TEST(CursorValue, NumbersAreComparedByValueWhateverTheirSize)
{
    EXPECT_EQ(compared_as_cursors("1", "2"), -1);
    EXPECT_EQ(compared_as_cursors("9", "10"), -1);
    EXPECT_EQ(compared_as_cursors("1", "1.0"), 0);
    EXPECT_EQ(compared_as_cursors("100", "1e2"), 0);
    EXPECT_EQ(compared_as_cursors("1.5E+1", "15"), 0);
    EXPECT_EQ(compared_as_cursors("0", "-0"), 0);
    EXPECT_EQ(compared_as_cursors("0.0", "0e9"), 0);
    EXPECT_EQ(compared_as_cursors("-2", "-1"), -1);
    EXPECT_EQ(compared_as_cursors("-2", "1"), -1);
    EXPECT_EQ(compared_as_cursors("0.1", "0.09999999999999999999999999"), 1);
    EXPECT_EQ(compared_as_cursors("9007199254740993", "9007199254740992"), 1);
    EXPECT_EQ(compared_as_cursors("123456789012345678901234567890", "123456789012345678901234567891"), -1);
    EXPECT_EQ(compared_as_cursors("1e999999999999999999999", "1"), 1);
    EXPECT_EQ(compared_as_cursors("-1e999999999999999999999", "1e-999999999999999999999"), -1);
    EXPECT_EQ(compared_as_cursors("1e-400", "0"), 1);
}

TEST(CursorValue, MomentsAreComparedWhereverTheirZonesAre)
{
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28T00:00:00Z")", R"("2024-01-28T01:00:00+01:00")"), 0);
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28T00:00:00Z")", R"("2024-01-28T00:30:00+01:00")"), 1);
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28T00:00:00")", R"("2024-01-28T00:00:00Z")"), 0)
        << "without a zone it is UTC";
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28 00:00:00")", R"("2024-01-28T00:00:00Z")"), 0);
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28T02:00:00+0200")", R"("2024-01-28T00:00:00Z")"), 0);
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28T00:00Z")", R"("2024-01-28T00:00:00.000Z")"), 0);
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28T00:00:00.5Z")", R"("2024-01-28T00:00:00.25Z")"), 1);
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28")", R"("2024-01-28T00:00:00Z")"), 0) << "a date is its midnight";
    EXPECT_EQ(compared_as_cursors(R"("2024-01-28")", R"("2024-01-27T23:59:59Z")"), 1);
}

TEST(CursorValue, OtherTextsAreComparedByCodePoints)
{
    EXPECT_EQ(compared_as_cursors(R"("a")", R"("b")"), -1);
    EXPECT_EQ(compared_as_cursors(R"("Z")", R"("a")"), -1);
    EXPECT_EQ(compared_as_cursors(R"("2024-02-30")", R"("2024-02-29")"), 1) << "the calendar has no such day: a text";
    EXPECT_EQ(compared_as_cursors(R"("\u00e9")", R"("z")"), 1);
    EXPECT_EQ(compared_as_cursors(R"("10")", R"("9")"), -1);
    EXPECT_EQ(compared_as_cursors(R"("")", R"("a")"), -1);
}

TEST(CursorValue, WhatCannotBeComparedIsAnErrorThatNamesBoth)
{
    EXPECT_EQ(what_of(errc::wrong_type, [] { (void)cursor_value("5").compare(cursor_value(R"("2024-01-01")")); }),
        "cursors cannot be compared: the number 5 and the text '2024-01-01'. Give initial_value in the form in "
        "which the records have it; where it is what an earlier run has kept, forget that with `corest state "
        "DESTINATION --reset RESOURCE`.");
    for (const char* json : {"true", "null", "[1]", "{}"}) {
        EXPECT_NE(what_of(errc::wrong_type, [&] { (void)cursor_value(json); }).find("a cursor is a number or a text"),
            std::string::npos)
            << json;
    }
    EXPECT_NE(what_of(errc::not_json, [] { (void)cursor_value("1 2"); }), "no error");
    EXPECT_NE(what_of(errc::not_json, [] { (void)cursor_value("\"a"); }), "no error");
}

TEST(CursorValue, ALagKeepsTheFormOfTheValue)
{
    EXPECT_EQ(moved_by("10", "-3"), "7");
    EXPECT_EQ(moved_by("10", "-0.5"), "9") << "an integer stays one, as in dlt";
    EXPECT_EQ(moved_by("1.5", "-0.25"), "1.25");
    EXPECT_EQ(moved_by("3", "-5"), "-2");
    EXPECT_EQ(moved_by("123456789012345678901234567890", "-1"), "123456789012345678901234567889");
    EXPECT_EQ(moved_by(R"("2024-01-04")", "-3"), R"("2024-01-01")");
    EXPECT_EQ(moved_by(R"("2024-03-01")", "-1"), R"("2024-02-29")");
    EXPECT_EQ(moved_by(R"("2024-01-01T00:00:10Z")", "-20"), R"("2023-12-31T23:59:50Z")");
    EXPECT_EQ(moved_by(R"("2024-01-01T00:00:10+02:00")", "-20"), R"("2023-12-31T23:59:50+02:00")");
    EXPECT_EQ(moved_by(R"("2024-01-01T00:00:10.500Z")", "-1"), R"("2024-01-01T00:00:09.500Z")");
    EXPECT_EQ(moved_by(R"("2024-01-01T00:00:10.500Z")", "-0.75"), R"("2024-01-01T00:00:09.750Z")");
    EXPECT_EQ(moved_by(R"("2024-01-01 00:00:10")", "5"), R"("2024-01-01 00:00:15")");
    EXPECT_EQ(moved_by(R"("2024-01-05T10:20:30Z")", "-1", true), R"("2024-01-04T00:00:00Z")");
    EXPECT_EQ(moved_by(R"("2024-01-05T10:20:30Z")", "1", true, true), R"("2024-01-06T23:59:59Z")");
    EXPECT_NE(what_of(errc::wrong_type, [] { (void)moved_by(R"("abc")", "1"); }).find("cannot be moved by a lag"),
        std::string::npos);
    EXPECT_NE(what_of(errc::invalid_argument, [] { (void)moved_by(R"("2024-01-01")", "-1e9"); }).find("calendar"),
        std::string::npos);
    EXPECT_NE(what_of(errc::invalid_argument, [] { (void)moved_by(R"("2024-01-01")", "-1e99"); }).find("calendar"),
        std::string::npos);
    EXPECT_NE(
        what_of(errc::invalid_argument, [] { (void)moved_by("1e9999999999", "1"); }).find("4096"), std::string::npos);
}

TEST(CursorFormat, ConvertsByName)
{
    const cursor_value moment(R"("2023-11-14T23:13:20.125+01:00")");
    EXPECT_EQ(cursor_format().json(moment), moment.json());
    EXPECT_EQ(cursor_format("epoch_seconds").json(moment), "1700000000");
    EXPECT_EQ(cursor_format("epoch_milliseconds").json(moment), "1700000000125");
    EXPECT_EQ(cursor_format("iso8601").json(moment), R"("2023-11-14T22:13:20.125Z")");
    EXPECT_EQ(cursor_format("%Y-%m-%d %H:%M:%S").json(moment), R"("2023-11-14 22:13:20")");
    EXPECT_EQ(cursor_format("%a %d %b %y, %I:%M %p, %j, %%").json(moment), R"("Tue 14 Nov 23, 10:13 PM, 318, %")");
    EXPECT_EQ(cursor_format("%F%T.%f").json(moment), R"("2023-11-1422:13:20.125000")");
    EXPECT_EQ(cursor_format("iso8601").json(cursor_value("1700000000")), R"("2023-11-14T22:13:20Z")");
    EXPECT_EQ(cursor_format("iso8601").json(cursor_value("1700000000125")), R"("2023-11-14T22:13:20.125Z")");
    EXPECT_EQ(cursor_format("%Y").json(cursor_value(R"("2024-02-29")")), R"("2024")");
    EXPECT_NE(what_of(errc::wrong_type, [] { (void)cursor_format("%Y").json(cursor_value(R"("x")")); }), "no error");
    EXPECT_NE(what_of(errc::wrong_type, [] { (void)cursor_format("iso8601").json(cursor_value("1e99")); }), "no error");
    for (const char* name : {"epoch", "%", "%Q", "%Y%", "lambda x: x"}) {
        EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)cursor_format(name); }).find("unknown conversion"),
            std::string::npos)
            << name;
    }
}

TEST(WindowStep, MovesAlongTheCalendar)
{
    const auto from = [](const char* step, const char* start, bool back = false) {
        return window_step(step).from(cursor_value(start), back).json();
    };
    EXPECT_EQ(from("P1D", R"("2024-02-28T00:00:00Z")"), R"("2024-02-29T00:00:00Z")");
    EXPECT_EQ(from("P1D", R"("2024-02-28")"), R"("2024-02-29")");
    EXPECT_EQ(from("P1M", R"("2024-01-31")"), R"("2024-02-29")");
    EXPECT_EQ(from("P1Y2M1W", R"("2024-01-01")"), R"("2025-03-08")");
    EXPECT_EQ(from("PT1H30M5S", R"("2024-01-01T00:00:00Z")"), R"("2024-01-01T01:30:05Z")");
    EXPECT_EQ(from("PT1S", R"("2024-01-01T00:00:00Z")", true), R"("2023-12-31T23:59:59Z")");
    EXPECT_EQ(from("1000", "5"), "1005");
    EXPECT_EQ(from("1", "5", true), "4");
    for (const char* text : {"", "P", "PT", "P1", "1D", "P1H", "PT1D", "P0D", "P1DT", "P-1D", "0", "-1", "P1M1Y",
             "P9999999999D", "P1.5D", "nothing"})
    {
        EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)window_step(text); }), "no error") << text;
    }
    EXPECT_NE(what_of(errc::wrong_type, [&] { (void)from("P1D", "5"); }), "no error");
    EXPECT_NE(what_of(errc::wrong_type, [&] { (void)from("5", R"("2024-01-01")"); }), "no error");
    EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)from("P99999M", R"("2024-01-01")"); }), "no error");
}

TEST(RowHash, DependsOnContentAlone)
{
    using corest::detail::canonical_json;
    using corest::detail::row_hash;
    EXPECT_EQ(canonical_json(R"( { "b" : [ 1 , {"z":0,"a":null} ], "a" : "\u0041", "b2":true } )"),
        R"({"a":"A","b":[1,{"a":null,"z":0}],"b2":true})");
    EXPECT_EQ(canonical_json(R"({"a":1,"a":2})"), R"({"a":2})");
    EXPECT_EQ(row_hash(R"({"a":1,"b":2})", {}), row_hash(R"({"b":2, "a":1})", {}));
    EXPECT_NE(row_hash(R"({"a":1,"b":2})", {}), row_hash(R"({"a":1,"b":3})", {}));
    const std::optional<std::vector<corest::json_path>> key = std::vector<corest::json_path>{"id", "owner.id"};
    EXPECT_EQ(row_hash(R"({"id":1,"owner":{"id":2},"x":1})", key), row_hash(R"({"id":1,"owner":{"id":2},"x":2})", key));
    EXPECT_NE(row_hash(R"({"id":1,"owner":{"id":2}})", key), row_hash(R"({"id":12,"owner":{"id":""}})", key));
    EXPECT_EQ(row_hash("{}", {}).size(), 32U);
    EXPECT_NE(what_of(errc::field_missing, [&] { (void)row_hash(R"({"id":1})", key); }).find("$.owner.id"),
        std::string::npos);
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    EXPECT_EQ(canonical_json(deep), deep);
    EXPECT_NE(what_of(errc::not_json, [] { (void)canonical_json(std::string(2000, '[')); }), "no error");
}

#include <corest/error.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/encode.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <support/make_page.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace decode_test {

struct owner {
    std::string login;
    std::optional<int> age;
    bool operator==(const owner&) const = default;
};
BOOST_DESCRIBE_STRUCT(owner, (), (login, age))

struct base {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(base, (), (id))

/// A type with a decoder of its own: "12.50" as cents.
struct money {
    std::int64_t cents = 0;
};

struct sample : base {
    std::string name;
    bool ok = false;
    std::optional<double> score;
    owner by;
    std::vector<owner> others;
    std::vector<std::uint8_t> tags;
    corest::json_text extra;
    money price;
};
BOOST_DESCRIBE_STRUCT(sample, (base), (name, ok, score, by, others, tags, extra, price))

struct node {
    std::vector<node> children;
};
BOOST_DESCRIBE_STRUCT(node, (), (children))

} // namespace decode_test

template <>
struct corest::decoder<decode_test::money> {
    static decode_test::money decode(corest::json_reader& in)
    {
        std::string scratch;
        std::string digits(in.string(scratch));
        std::erase(digits, '.');
        decode_test::money m;
        m.cents = std::stoll(digits);
        return m;
    }
    static void encode(std::string& out, const decode_test::money& m)
    {
        const std::string cents = std::to_string(m.cents % 100);
        corest::append_json(out, std::to_string(m.cents / 100) + "." + std::string(2 - cents.size(), '0') + cents);
    }
};

namespace decode_test {
namespace {

constexpr const char* whole = R"({"id":7,"name":"a\nb","ok":true,"score":null,"by":{"login":"x","more":[{}]},
    "others":[{"login":"y","age":3},{"login":"z"}],"tags":[1,255],"extra":{"q": 1.50},
    "price":"12.50","unknown":{"deep":[1]}})";

std::string why_not_decoded(std::string json)
{
    try {
        static_cast<void>(make_page({std::move(json)})[0].as<sample>());
    } catch (const corest::error& e) {
        return e.message();
    }
    return "decoded";
}

std::string replaced(std::string_view from, std::string_view to)
{
    std::string json(whole);
    return json.replace(json.find(from), from.size(), to);
}

TEST(Decode, FillsADescribedStruct)
{
    const auto s = make_page({whole})[0].as<sample>();
    EXPECT_EQ(s.id, 7);
    EXPECT_EQ(s.name, "a\nb");
    EXPECT_TRUE(s.ok);
    EXPECT_EQ(s.score, std::nullopt);
    EXPECT_EQ(s.by.login, "x");
    EXPECT_EQ(s.by.age, std::nullopt);
    ASSERT_EQ(s.others.size(), 2u);
    EXPECT_EQ(s.others[0].age, 3);
    EXPECT_EQ(s.tags, (std::vector<std::uint8_t>{1, 255}));
    EXPECT_EQ(s.extra.json, R"({"q": 1.50})");
    EXPECT_EQ(s.price.cents, 1250);
}

TEST(Decode, TheOrderOfFieldsDoesNotMatter)
{
    const auto o = corest::decode<owner>(R"({"age":5,"x":0,"login":"a"})");
    EXPECT_EQ(o.login, "a");
    EXPECT_EQ(o.age, 5);
}

TEST(Decode, ReadsPlainTypesToo)
{
    EXPECT_EQ(corest::decode<std::vector<int>>("[1, 2]"), (std::vector<int>{1, 2}));
    EXPECT_EQ(corest::decode<std::optional<std::string>>("null"), std::nullopt);
    EXPECT_EQ(corest::decode<corest::json_text>(" [1 ] ").json, "[1 ]");
}

TEST(Decode, AMissingMemberIsAnErrorThatNamesWhatIsThere)
{
    EXPECT_EQ(why_not_decoded(R"({"id":7,"nam":"x"})"), "field 'name' is missing: the record has id, nam");
    EXPECT_EQ(why_not_decoded(replaced(R"("login":"z")", R"("logn":"z")")),
        "field 'others[1].login' is missing: 'others[1]' has logn");
}

TEST(Decode, AWrongTypeGivesThePath)
{
    EXPECT_EQ(
        why_not_decoded(replaced("\"id\":7", "\"id\":\"7\"")), "field 'id' is the string \"7\", expected an integer");
    EXPECT_EQ(why_not_decoded(replaced("255", "256")),
        "field 'tags[1]' is the number 256, expected an integer from 0 to 255");
    EXPECT_EQ(why_not_decoded(replaced(R"("age":3)", R"("age":"3")")),
        "field 'others[0].age' is the string \"3\", expected an integer");
    EXPECT_EQ(why_not_decoded(replaced(R"("12.50")", "12.50")), "field 'price' is the number 12.50, expected a string");
    EXPECT_EQ(why_not_decoded("[]"), "the record is an array, expected an object");
}

TEST(Decode, ChecksWhatItPassesOver)
{
    EXPECT_EQ(why_not_decoded(replaced(R"({"deep":[1]})", R"({"deep":[1,]})"))
                  .find("the record is not valid JSON: expected a value at offset"),
        0u);
}

TEST(Decode, TheLastOfARepeatedKeyCounts)
{
    EXPECT_EQ(corest::decode<owner>(R"({"login":"a","login":"b"})").login, "b");
}

TEST(Decode, NestingIsBounded)
{
    std::string json = "{\"children\":[]}";
    for (int i = 0; i < 600; ++i) {
        json = "{\"children\":[" + json + "]}";
    }
    EXPECT_THROW(static_cast<void>(corest::decode<node>(json)), corest::error);
}

TEST(Decode, NothingMayFollow)
{
    EXPECT_THROW(static_cast<void>(corest::decode<int>("1 2")), corest::error);
}

// What is read into enums, times and variants, and by other names.

BOOST_DEFINE_ENUM_CLASS(state, open, in_progress, closed)
constexpr auto corest_names(const state*)
{
    return corest::rename(state::in_progress, "in-progress");
}

struct issue {
    std::int64_t id = 0;
    std::string class_;
    std::optional<std::string> html_url;
    state is = state::closed;
};
BOOST_DESCRIBE_STRUCT(issue, (), (id, class_, html_url, is))
constexpr auto corest_names(const issue*)
{
    return corest::camel_case().rename(&issue::class_, "class").rename(&issue::is, "\"state\"");
}

template <class T>
std::string refusal_to_decode(std::string_view json)
{
    try {
        static_cast<void>(corest::decode<T>(json));
    } catch (const corest::error& e) {
        return e.message();
    }
    return "decoded";
}

TEST(Decode, EnumsAreReadByTheNamesOfTheirEnumerators)
{
    EXPECT_EQ(corest::decode<state>(R"("open")"), state::open);
    EXPECT_EQ(corest::decode<state>(R"("in-progress")"), state::in_progress);
    EXPECT_EQ(corest::decode<state>(R"("cl\u006fsed")"), state::closed);
    EXPECT_EQ(refusal_to_decode<state>(R"("in_progress")"),
        R"(the text is the string "in_progress", expected "open", "in-progress" or "closed")");
    EXPECT_EQ(refusal_to_decode<state>("1"), "the text is the number 1, expected a string");
}

BOOST_DEFINE_ENUM_CLASS(phase, open, in_progress, unknown)
constexpr auto corest_names(const phase*)
{
    return corest::otherwise(phase::unknown).rename(phase::in_progress, "in-progress");
}

TEST(Decode, AnEnumeratorMayStandForNamesThatNoneHas)
{
    EXPECT_EQ(corest::decode<phase>(R"("in-progress")"), phase::in_progress);
    EXPECT_EQ(corest::decode<phase>(R"("open")"), phase::open);
    EXPECT_EQ(corest::decode<phase>(R"("added later")"), phase::unknown);
    EXPECT_EQ(refusal_to_decode<phase>("1"), "the text is the number 1, expected a string");
    std::string json;
    corest::append_json(json, phase::unknown);
    EXPECT_EQ(json, R"("unknown")");
}

TEST(Decode, MembersMayHaveOtherNamesInJson)
{
    const auto i = corest::decode<issue>(R"({"id":1,"class":"x","htmlUrl":"/y","\"state\"":"open"})");
    EXPECT_EQ(i.class_, "x");
    EXPECT_EQ(i.html_url, "/y");
    EXPECT_EQ(i.is, state::open);
    EXPECT_EQ(
        refusal_to_decode<issue>(R"({"id":1,"class_":"x"})"), "field 'class' is missing: the record has id, class_");
}

TEST(Decode, MomentsAreReadInAnyOffsetAndRoundedDown)
{
    using namespace std::chrono;
    using namespace std::chrono_literals;
    constexpr sys_days day = 2026y / 11 / 26;
    EXPECT_EQ(corest::decode<sys_seconds>(R"("2026-11-26T09:30:00Z")"), day + 9h + 30min);
    EXPECT_EQ(corest::decode<sys_seconds>(R"("2026-11-26t01:30:00.999+02:00")"), day - 30min);
    EXPECT_EQ(corest::decode<sys_time<milliseconds>>(R"("2026-11-26 09:30:00.1239-00:30")"), day + 10h + 123ms);
    EXPECT_EQ(corest::decode<sys_time<nanoseconds>>(R"("2026-11-26T00:00:00.1234567891Z")"), day + 123456789ns);
    EXPECT_EQ(corest::decode<sys_time<hours>>(R"("2026-11-26T09:30:00Z")"), day + 9h);
    EXPECT_EQ(corest::decode<sys_seconds>(R"("1969-12-31T23:59:59.5Z")"), sys_seconds(-1s));
    EXPECT_EQ(corest::decode<sys_time<milliseconds>>(R"("1969-12-31T23:59:59.5Z")"), sys_time<milliseconds>(-500ms));
    EXPECT_EQ(corest::decode<sys_seconds>(R"("2016-12-31T23:59:60Z")"), sys_days(2017y / 1 / 1));
    EXPECT_EQ(corest::decode<sys_seconds>(R"("0000-01-01T00:00:00Z")"), sys_days(0y / 1 / 1));
}

TEST(Decode, WhatIsNoMomentIsRefused)
{
    using std::chrono::sys_seconds;
    for (const char* json : {R"("2026-11-26T09:30:00")", R"("2026-11-26T09:30Z")", R"("2026-11-26")",
             R"("2026-02-29T00:00:00Z")", R"("2026-11-26T24:00:00Z")", R"("2026-11-26T09:30:60Z")",
             R"("2026-11-26T09:30:00.Z")", R"("2026-11-26T09:30:00+0100")", R"("2026-11-26T09:30:00Z ")", R"("")"})
    {
        EXPECT_EQ(refusal_to_decode<sys_seconds>(json),
            "the text is the string " + std::string(json)
                + R"(, expected a date and time with its offset from UTC, as "2026-11-26T09:30:00Z" (RFC 3339))");
    }
    EXPECT_EQ(refusal_to_decode<std::chrono::sys_time<std::chrono::nanoseconds>>(R"("2262-04-12T00:00:00Z")"),
        R"(the text is the string "2262-04-12T00:00:00Z", expected a time between 1677-09-21 and 2262-04-11)");
}

TEST(Decode, DatesAreDates)
{
    using namespace std::chrono;
    EXPECT_EQ(corest::decode<year_month_day>(R"("2024-02-29")"), year_month_day(2024y / 2 / 29));
    EXPECT_EQ(corest::decode<sys_days>(R"("1970-01-02")"), sys_days(days(1)));
    EXPECT_EQ(refusal_to_decode<sys_days>(R"("2023-02-29")"),
        R"(the text is the string "2023-02-29", expected a date as "2026-11-26" (RFC 3339))");
}

TEST(Decode, AVariantTakesItsFirstAlternativeOfThatKind)
{
    using value =
        std::variant<std::monostate, std::int8_t, std::int64_t, double, bool, std::string, std::vector<int>, owner>;
    EXPECT_EQ(corest::decode<value>("null").index(), 0u);
    EXPECT_EQ(std::get<1>(corest::decode<value>("-5")), -5);
    EXPECT_EQ(std::get<2>(corest::decode<value>("300")), 300);
    EXPECT_EQ(std::get<3>(corest::decode<value>("1.5")), 1.5);
    EXPECT_EQ(std::get<4>(corest::decode<value>("true")), true);
    EXPECT_EQ(std::get<5>(corest::decode<value>(R"("x")")), "x");
    EXPECT_EQ(std::get<6>(corest::decode<value>("[1]")), (std::vector<int>{1}));
    EXPECT_EQ(std::get<7>(corest::decode<value>(R"({"login":"x"})")).login, "x");
    EXPECT_EQ((std::get<1>(corest::decode<std::variant<int, corest::json_text>>("[ 1]")).json), "[ 1]");
    EXPECT_EQ((std::get<1>(corest::decode<std::variant<int, money>>(R"("0.05")")).cents), 5);
    EXPECT_EQ((refusal_to_decode<std::variant<int, std::optional<std::string>>>("true")),
        "the text is true, expected an integer or a string");
    EXPECT_EQ((refusal_to_decode<std::variant<std::int8_t, bool>>("300")),
        "the text is the number 300, expected an integer or a bool");
}

TEST(Decode, TheOffendingValueIsCutAndASecretIsMasked)
{
    const std::string cut = why_not_decoded(replaced("\"id\":7", "\"id\":\"" + std::string(50, 'x') + "\""));
    EXPECT_EQ(cut, "field 'id' is the string \"" + std::string(39, 'x') + "..., expected an integer");
    const auto masked = [](std::string json, const char* path) {
        try {
            static_cast<void>(make_page({std::move(json)})[0].get<bool>(path));
        } catch (const corest::error& e) {
            return e.message();
        }
        return std::string("read");
    };
    EXPECT_EQ(masked(R"({"api_token":12345})", "api_token"), "field 'api_token' is the number ***, expected a bool");
    EXPECT_EQ(
        masked(R"({"o":{"Password":"p"}})", "o.Password"), "field 'o.Password' is the string ***, expected a bool");
}

// ---- and back: what append_json writes is what decode reads

struct task {
    std::int64_t id = 0;
    std::string group_id;
    state is = state::open;
    std::chrono::sys_seconds created_at;
    std::optional<std::chrono::year_month_day> due_on;
    std::variant<std::monostate, std::int64_t, std::string, owner> label;
    bool operator==(const task&) const = default;
};
BOOST_DESCRIBE_STRUCT(task, (), (id, group_id, is, created_at, due_on, label))
constexpr auto corest_names(const task*)
{
    return corest::camel_case();
}

template <class T>
std::string encoded(const T& value)
{
    std::string text;
    corest::append_json(text, value);
    return text;
}

/// Writes a value, reads that and writes it once more.
template <class T>
std::string encoded_twice(const T& value)
{
    const std::string once = encoded(value);
    EXPECT_EQ(encoded(corest::decode<T>(once)), once);
    return once;
}

template <class T>
std::string refusal_to_encode(const T& value)
{
    try {
        return encoded(value);
    } catch (const corest::error& e) {
        EXPECT_EQ(e.kind(), corest::errc::invalid_argument);
        return e.message();
    }
}

TEST(Encode, WritesMembersAndEnumeratorsByTheNamesThatAreRead)
{
    issue i;
    i.id = 1;
    i.class_ = "x";
    i.is = state::in_progress;
    const std::string json = encoded(i);
    EXPECT_EQ(json, R"({"id":1,"class":"x","htmlUrl":null,"\"state\"":"in-progress"})");
    const auto back = corest::decode<issue>(json);
    EXPECT_EQ(back.id, 1);
    EXPECT_EQ(back.class_, "x");
    EXPECT_EQ(back.html_url, std::nullopt);
    EXPECT_EQ(back.is, state::in_progress);
}

TEST(Encode, WritesAStructOfAllKindsAsItIsRead)
{
    using namespace std::chrono_literals;
    task t;
    t.id = 7;
    t.group_id = "g";
    t.created_at = std::chrono::sys_days(2026y / 11 / 26) + 9h + 5min + 7s;
    t.due_on = 2024y / 2 / 29;
    t.label = "x";
    EXPECT_EQ(encoded(t),
        R"({"id":7,"groupId":"g","is":"open","createdAt":"2026-11-26T09:05:07Z","dueOn":"2024-02-29","label":"x"})");
    for (const auto& label : {decltype(t.label)(), decltype(t.label)(std::int64_t(-3)), decltype(t.label)("y"),
             decltype(t.label)(owner{"me", 3})})
    {
        t.label = label;
        EXPECT_EQ(corest::decode<task>(encoded(t)), t);
    }
}

TEST(Encode, WritesBasesMembersAndWhatSaysItself)
{
    sample s = corest::decode<sample>(whole);
    EXPECT_EQ(encoded_twice(s),
        R"({"id":7,"name":"a\u000ab","ok":true,"score":null,"by":{"login":"x","age":null},)"
        R"("others":[{"login":"y","age":3},{"login":"z","age":null}],"tags":[1,255],"extra":{"q": 1.50},"price":"12.50"})");
}

TEST(Encode, WritesMomentsInUtcAsTheyAreRead)
{
    using namespace std::chrono;
    using namespace std::chrono_literals;
    constexpr sys_days day = 2026y / 11 / 26;
    EXPECT_EQ(encoded_twice(sys_seconds(day + 9h + 30min)), R"("2026-11-26T09:30:00Z")");
    EXPECT_EQ(encoded_twice(sys_time<hours>(day + 9h)), R"("2026-11-26T09:00:00Z")");
    EXPECT_EQ(encoded_twice(sys_time<milliseconds>(day + 120ms)), R"("2026-11-26T00:00:00.12Z")");
    EXPECT_EQ(encoded_twice(sys_time<nanoseconds>(day + 1ns)), R"("2026-11-26T00:00:00.000000001Z")");
    EXPECT_EQ(encoded_twice(sys_time<milliseconds>(-500ms)), R"("1969-12-31T23:59:59.5Z")");
    EXPECT_EQ(encoded_twice(sys_seconds(sys_days(0y / 1 / 1))), R"("0000-01-01T00:00:00Z")");
    EXPECT_EQ(encoded_twice(sys_seconds(sys_days(9999y / 12 / 31) + 86399s)), R"("9999-12-31T23:59:59Z")");
    using thirds = sys_time<duration<std::int64_t, std::ratio<1, 3>>>;
    EXPECT_EQ(encoded_twice(thirds(thirds::duration(2))), R"("1970-01-01T00:00:00.666666667Z")");
    using nanos = sys_time<nanoseconds>;
    EXPECT_EQ(encoded(nanos::min()), R"("1677-09-21T00:12:43.145224192Z")");
    EXPECT_EQ(encoded(nanos::max()), R"("2262-04-11T23:47:16.854775807Z")");
    EXPECT_EQ(encoded_twice(sys_days(1970y / 1 / 2)), R"("1970-01-02")");
}

TEST(Encode, RefusesWhatJsonDoesNotHave)
{
    using namespace std::chrono;
    using namespace std::chrono_literals;
    const std::string no_time = "the time is none that JSON has: RFC 3339 has those of the years 0 to 9999";
    EXPECT_EQ(refusal_to_encode(sys_seconds(sys_days(0y / 1 / 1)) - 1s), no_time);
    EXPECT_EQ(refusal_to_encode(sys_seconds(sys_days(10000y / 1 / 1))), no_time);
    EXPECT_EQ(refusal_to_encode(sys_seconds::min()), no_time);
    EXPECT_EQ(refusal_to_encode(sys_seconds::max()), no_time);
    EXPECT_EQ(refusal_to_encode(sys_time<hours>::min()), no_time);
    EXPECT_EQ(refusal_to_encode(sys_time<hours>::max()), no_time);
    const std::string no_date = "the date is none that JSON has: RFC 3339 has the days of the years 0 to 9999";
    EXPECT_EQ(refusal_to_encode(2023y / 2 / 29), no_date);
    EXPECT_EQ(refusal_to_encode(-1y / 2 / 1), no_date);
    EXPECT_EQ(refusal_to_encode(static_cast<state>(77)),
        "an enum's value is none of its enumerators, so it has no name in JSON");
}

} // namespace
} // namespace decode_test

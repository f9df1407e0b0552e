#include <corest/error.hpp>
#include <corest/select/decode.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <support/make_page.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decode_test {

struct owner {
    std::string login;
    std::optional<int> age;
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
};

namespace decode_test {
namespace {

constexpr const char* whole = R"({"id":7,"name":"a\nb","ok":true,"score":null,"by":{"login":"x","more":[{}]},
    "others":[{"login":"y","age":3},{"login":"z"}],"tags":[1,255],"extra":{"q": 1.50},
    "price":"12.50","unknown":{"deep":[1]}})";

std::string why_not(std::string json)
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
    EXPECT_EQ(why_not(R"({"id":7,"nam":"x"})"), "field 'name' is missing: the record has id, nam");
    EXPECT_EQ(why_not(replaced(R"("login":"z")", R"("logn":"z")")),
        "field 'others[1].login' is missing: 'others[1]' has logn");
}

TEST(Decode, AWrongTypeGivesThePath)
{
    EXPECT_EQ(why_not(replaced("\"id\":7", "\"id\":\"7\"")), "field 'id' is a string, expected an integer");
    EXPECT_EQ(why_not(replaced("255", "256")), "field 'tags[1]' is an integer out of range, expected an integer");
    EXPECT_EQ(
        why_not(replaced(R"("age":3)", R"("age":"3")")), "field 'others[0].age' is a string, expected an integer");
    EXPECT_EQ(why_not(replaced(R"("12.50")", "12.50")), "field 'price' is a number, expected a string");
    EXPECT_EQ(why_not("[]"), "the record is an array, expected an object");
}

TEST(Decode, ChecksWhatItPassesOver)
{
    EXPECT_EQ(why_not(replaced(R"({"deep":[1]})", R"({"deep":[1,]})"))
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

} // namespace
} // namespace decode_test

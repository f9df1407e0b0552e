#include <corest/error.hpp>
#include <corest/select/field.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using corest::field;
using corest::field_kind;
using testing::ElementsAre;

std::vector<std::string> keys_of(std::string_view json)
{
    std::vector<std::string> keys;
    corest::for_each_field(json, [&](const field& f) { keys.push_back(std::string(f.key) + (f.repeated ? "!" : "")); });
    return keys;
}

field only_field(std::string_view json)
{
    field only;
    corest::for_each_field(json, [&](const field& f) { only = f; });
    return only;
}

TEST(ForEachField, GivesEveryKindOfValue)
{
    EXPECT_EQ(only_field(R"({"a":null})").kind, field_kind::null);
    EXPECT_TRUE(only_field(R"({"a":true})").boolean);
    EXPECT_EQ(only_field(R"({"a":-7})").kind, field_kind::integer);
    EXPECT_EQ(only_field(R"({"a":-7})").integer, -7);
    EXPECT_EQ(only_field(R"({"a":9223372036854775807})").integer, INT64_MAX);
    EXPECT_EQ(only_field(R"({"a":1.0})").kind, field_kind::real);
    EXPECT_EQ(only_field(R"({"a":0.1})").real, 0.1);
    EXPECT_EQ(only_field(R"({"a":"x"})").text, "x");
    EXPECT_EQ(only_field(R"({"a": [1, 2] })").kind, field_kind::array);
    EXPECT_EQ(only_field(R"({"a": [1, 2] })").text, "[1, 2]");
    EXPECT_EQ(only_field(R"({"a":{"b":{}}})").text, R"({"b":{}})");
}

TEST(ForEachField, NumbersThatNoTypeHoldsAreGivenAsText)
{
    for (const char* number : {"9223372036854775808", "-123456789012345678901234567890", "1e400"}) {
        const std::string json = std::string("{\"a\":") + number + "}";
        const field f = only_field(json);
        EXPECT_EQ(f.kind, field_kind::big_number) << number;
        EXPECT_EQ(f.text, number);
    }
}

TEST(ForEachField, StringsAndKeysAreDecoded)
{
    std::string seen;
    corest::for_each_field(R"({ "k\u00e9y" : "a\"b\\\n" , "x": "\/" })", [&](const field& f) {
        seen += std::string(f.key) + "=" + std::string(f.text) + "|" + std::string(f.json) + ";";
    });
    EXPECT_EQ(seen, "k\xC3\xA9y=a\"b\\\n|\"a\\\"b\\\\\\n\";x=/|\"\\/\";");
}

TEST(ForEachField, TextWithoutEscapesIsNotCopied)
{
    const std::string json = R"({"key":"plain"})";
    corest::for_each_field(json, [&](const field& f) {
        EXPECT_EQ(f.key.data(), json.data() + 2);
        EXPECT_EQ(f.text.data(), json.data() + 8);
    });
}

TEST(ForEachField, ReportsRepeatedKeys)
{
    EXPECT_THAT(keys_of(R"({"a":1,"b":2,"a":3,"\u0061":4})"), ElementsAre("a", "b", "a!", "a!"));
    EXPECT_EQ(corest::for_each_field(R"({"a":1,"b":2,"a":3})", [](const field&) {}), 1u);
    EXPECT_THAT(keys_of(R"({"\u0061":1,"a":2})"), ElementsAre("a", "a!"));
}

TEST(ForEachField, KnowsRepeatedKeysInWideObjects)
{
    std::string json = "{";
    for (int i = 0; i < 200; ++i) {
        json += "\"k" + std::to_string(i) + "\":0,";
    }
    json += "\"k3\":1,\"k199\":1}";
    EXPECT_EQ(corest::for_each_field(json, [](const field&) {}), 2u);
}

TEST(ForEachField, AnEmptyObjectHasNone)
{
    EXPECT_EQ(corest::for_each_field(" { } ", [](const field&) { FAIL(); }), 0u);
}

TEST(ForEachField, ChecksWhatItHandsOutInFull)
{
    const auto why = [](std::string_view json) {
        try {
            corest::for_each_field(json, [](const field&) {});
        } catch (const corest::error& e) {
            return std::string(e.what());
        }
        return std::string("valid");
    };
    EXPECT_EQ(why(R"({"a":{"b":[1,tru]}})"), "the record is not valid JSON: expected true at offset 16, found ']'.");
    EXPECT_EQ(why("{\"a\":[\"\xff\"]}"), "the record is not valid JSON: the string at offset 6 is not UTF-8.");
    EXPECT_EQ(why(R"({"a":1} x)"), "the record is not valid JSON: expected the end at offset 8, found 'x'.");
    EXPECT_EQ(
        why(R"({"a":1,"b")"), "the record is not complete JSON: it breaks off after 10 bytes, where ':' was expected.");
    EXPECT_EQ(why("[1]"), "the record is an array, expected an object.");
}

TEST(ForEachField, WhatTheVisitorThrowsPasses)
{
    EXPECT_THROW(corest::for_each_field(R"({"a":1})", [](const field&) { throw 7; }), int);
}

TEST(ForEachField, TheVisitorMayReadNestedFields)
{
    std::vector<std::string> inner;
    corest::for_each_field(R"({"a":{"x\n":1},"b":{"y":"\t"}})",
        [&](const field& f) { corest::for_each_field(f.text, [&](const field& g) { inner.emplace_back(g.key); }); });
    EXPECT_THAT(inner, ElementsAre("x\n", "y"));
}

} // namespace

#include <corest/error.hpp>
#include <corest/select/json_condition.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using corest::json_path;
using testing::ElementsAre;
using testing::HasSubstr;

std::string message_of(std::string_view path)
{
    try {
        const json_path parsed(path);
    } catch (const corest::error& e) {
        EXPECT_EQ(e.kind(), corest::errc::invalid_argument);
        return e.what();
    }
    return "accepted";
}

TEST(JsonPath, ShortAndLongFormsAreTheSamePath)
{
    EXPECT_EQ(json_path("a.b.c"), json_path("$.a.b.c"));
    EXPECT_EQ(json_path("a.b"), json_path(R"($['a']["b"])"));
    EXPECT_EQ(json_path("['a'].b"), json_path("$.a.b"));
    EXPECT_EQ(json_path("*"), json_path("$[*]"));
    EXPECT_EQ(json_path("items[*].tags[-1]"), json_path("$.items[*].tags[-1]"));
    EXPECT_EQ(json_path(), json_path("$"));
    EXPECT_TRUE(json_path("$").is_root());
}

TEST(JsonPath, KeysAreTakenLiterally)
{
    const std::vector<std::string> keys{"Response", "It.ems", "[0]"};
    EXPECT_EQ(json_path::of_keys(keys).text(), R"($.Response["It.ems"]["[0]"])");
}

TEST(JsonPath, NormalFormReadsBackAsTheSamePath)
{
    for (const char* text : {"$", "a.b", "$['a b']['c\\'d']", "x[0][*]", "$['\\u00e4\\n']", "next-page", "@odata"}) {
        const json_path path(text);
        EXPECT_EQ(json_path(path.text()), path) << text;
    }
}

TEST(JsonPath, ShortNamesMayHoldWhatApisUse)
{
    EXPECT_EQ(json_path("next-page").text(), R"($["next-page"])");
    EXPECT_EQ(json_path("dc:title.@id").text(), R"($["dc:title"]["@id"])");
    EXPECT_EQ(json_path("$ref").text(), R"($["$ref"])");
}

TEST(JsonPath, KnowsItsWildcards)
{
    EXPECT_TRUE(json_path("a[*].b").has_wildcard());
    EXPECT_FALSE(json_path("a[0].b").has_wildcard());
}

TEST(JsonPath, MayBeWrittenAsJsonpathNgHasIt)
{
    EXPECT_EQ(json_path("'a.b'").text(), R"($["a.b"])");
    EXPECT_EQ(json_path(R"("a")"), json_path("$.a"));
    EXPECT_EQ(json_path("data.[*]"), json_path("$.data[*]"));
    EXPECT_EQ(json_path(R"(a."b.c".d)").text(), R"($.a["b.c"].d)");
    EXPECT_THAT(message_of("$.'a'"), HasSubstr("expected a name")); // what begins with $ is as RFC 9535 has it
}

TEST(JsonPath, WhatJsonpathNgHasBesidesIsRefusedWithTheRightSpelling)
{
    EXPECT_EQ(message_of("a|b"),
        "the path 'a|b' is not understood at position 2: unexpected '|'; expected '.' or '['. Several members are "
        "written as ['a','b'], a name with | in it as ['a|b'].");
    EXPECT_EQ(message_of("a.`parent`"),
        "the path 'a.`parent`' is not understood at position 3: unexpected '`'; expected a name. What jsonpath-ng has "
        "between backticks, as `parent`, is not supported.");
    EXPECT_EQ(message_of("a[?x > 5]"),
        "the path 'a[?x > 5]' is not understood at position 4: 'x' is no value. A field of the value is written @.x, a "
        "text in quotes.");
    EXPECT_EQ(message_of("a[?@.x =~ 'b']"),
        "the path 'a[?@.x =~ 'b']' is not understood at position 8: unexpected '='; expected ]. A regular expression "
        "is "
        "written search(@.name, 'pattern'), or match for the whole text.");
    EXPECT_EQ(json_path("['a|b']").steps().front().name, "a|b");
}

TEST(JsonPath, SegmentsReadBackAsTheSamePath)
{
    for (const char* text : {"$..a", "$..['a', 'b']", "$..*", "$.a[1:2]", "$[::-1]", "$.a[?@.b == 'x' && !(@.c > 1)].d",
             "items[?@.a-b]", "a..next-page"})
    {
        const std::string message = message_of(text);
        if (message != "accepted") {
            EXPECT_EQ(std::string_view(text), "items[?@.a-b]") << message; // in a filter names are as the RFC has them
            continue;
        }
        const json_path path(text);
        EXPECT_EQ(json_path(path.text()), path) << text;
        EXPECT_TRUE(path.has_wildcard()) << text;
    }
    EXPECT_NE(json_path("$[?@.a]"), json_path("$[?@.b]"));
}

TEST(JsonPath, FaultsOfFiltersAreNamed)
{
    EXPECT_EQ(
        message_of("$[?(@.a]"), "the path '$[?(@.a]' is not understood at position 8: unexpected ']'; expected ).");
    EXPECT_THAT(message_of("$[?size > 1]"), HasSubstr("A field of the value is written @.size, a text in quotes"));
    EXPECT_THAT(message_of("$[?@.* == 1]"), HasSubstr("several values"));
    EXPECT_THAT(message_of("$[?len(@.a) == 1]"), HasSubstr("There are length, count, match, search and value"));
    EXPECT_THAT(message_of("$[?length(@.a, 1) == 1]"), HasSubstr("takes one argument, not 2"));
    EXPECT_THAT(message_of("$[?1]"), HasSubstr("no condition"));
    EXPECT_THAT(message_of("$[?" + std::string(1000, '(')), HasSubstr("stand in one another"));
}

TEST(JsonPath, ErrorsGiveThePosition)
{
    EXPECT_EQ(message_of(""), "the path '' is not understood at position 1: it is empty. Write $ for the whole body.");
    EXPECT_EQ(message_of("a."), "the path 'a.' is not understood at position 3: it ends after a dot.");
    EXPECT_NE(message_of("$[?@.a == '\xED']").find("is not understood at position 12: it is not UTF-8 there"),
        std::string::npos);
    EXPECT_EQ(message_of("a[b]"),
        "the path 'a[b]' is not understood at position 3: unexpected 'b'; expected a quoted name, an "
        "index, a slice, a filter or *.");
    EXPECT_EQ(message_of("$.a-b"),
        "the path '$.a-b' is not understood at position 4: unexpected '-'; expected '.' or '['. Write "
        "a name with other characters than letters, digits and _ as ['name'].");
    EXPECT_THAT(message_of("a[01]"), HasSubstr("'01' is no index"));
    EXPECT_THAT(message_of("a['b"), HasSubstr("the quoted name has no end"));
    EXPECT_THAT(message_of("a[0"), HasSubstr("it ends too early; expected ]"));
    EXPECT_THAT(message_of("a b"), HasSubstr("at position 3"));
}

TEST(FindAll, GivesMatchesInTheOrderOfTheText)
{
    const std::string_view json = R"({"g":[{"i":[1, 2]},{"x":0},{"i":[{"a":3} ]}]})";
    EXPECT_THAT(corest::find_all(json, "g[*].i[*]"), ElementsAre("1", "2", R"({"a":3})"));
    EXPECT_THAT(corest::find_all(json, "g[-1].i[0].a"), ElementsAre("3"));
    EXPECT_THAT(corest::find_all(json, "nope"), ElementsAre());
}

TEST(FindAll, TheLastOfARepeatedNameCounts)
{
    EXPECT_THAT(corest::find_all(R"({"a":1,"a":{"b":2}})", "a.b"), ElementsAre("2"));
}

TEST(FindAll, ChecksTheWholeText)
{
    EXPECT_THROW((void)corest::find_all(R"({"a":1,"b":tru})", "a"), corest::error);
}

TEST(FindAll, FiltersCompareLargeNumbersExactly)
{
    EXPECT_THAT(corest::find_all("[9007199254740992,9007199254740993]", "$[?@ == 9007199254740993]"),
        ElementsAre("9007199254740993"));
    EXPECT_THAT(corest::find_all("[1,1.0,1e0,1.5]", "$[?@ == 1]"), ElementsAre("1", "1.0", "1e0"));
}

TEST(FindAll, TakesTheWholeTextForTheRootInAFilter)
{
    EXPECT_THAT(
        corest::find_all(R"({"least":2,"items":[{"n":1},{"n":3}]})", "$.items[?@.n >= $.least].n"), ElementsAre("3"));
}

TEST(FindAll, ExpressionsThatRepeatMuchTakeNoLongTime)
{
    const std::string text = "[\"" + std::string(2000, 'a') + "\"]";
    EXPECT_THAT(corest::find_all(text, "$[?match(@, '(a*)*(a*)*b')]"), ElementsAre());
    EXPECT_THAT(corest::find_all(R"(["aaaa"])", "$[?match(@, 'a{3,4}')]"), ElementsAre("\"aaaa\""));
    EXPECT_THAT(corest::find_all(R"(["aaaa"])", "$[?match(@, 'a{99999999}')]"), ElementsAre());
}

/// The JSONPath compliance suite.
TEST(JsonPathSuite, EveryTestHolds)
{
    const std::filesystem::path file = std::filesystem::path(COREST_SUITES_DIR) / "jsonpath/cts.json";
    std::ifstream in(file);
    if (!in) {
        GTEST_SKIP() << "no conformance suite at " << file;
    }
    const std::string suite((std::istreambuf_iterator<char>(in)), {});

    std::size_t held = 0;
    std::size_t count = 0;
    for (const std::string_view test : corest::find_all(suite, "tests[*]")) {
        const auto text = [&](const char* name) {
            const auto found = corest::find_all(test, name);
            return found.empty() ? std::string() : corest::to_text(found[0]);
        };
        const std::string selector = text("selector");
        SCOPED_TRACE(text("name") + ": " + selector);
        ++count;
        const bool invalid = text("invalid_selector") == "true";
        bool right = false;
        try {
            const json_path path(selector);
            std::string result;
            const auto document = corest::find_all(test, "document");
            for (const std::string_view match : document.empty() ? document : corest::find_all(document[0], path)) {
                result += (result.empty() ? "[" : ",") + std::string(match);
            }
            result += result.empty() ? "[]" : "]";
            for (const char* place : {"result", "results[*]"}) {
                for (const std::string_view expected : corest::find_all(test, place)) {
                    right = right || boost::json::parse(result) == boost::json::parse(std::string(expected));
                }
            }
            EXPECT_TRUE(right) << (invalid ? "accepted" : result);
        } catch (const corest::error& e) {
            right = invalid && e.kind() == corest::errc::invalid_argument;
            EXPECT_TRUE(right) << e.what();
        }
        held += right ? 1 : 0;
    }
    std::cout << "JSONPath compliance suite: " << held << " of " << count << " hold\n";
    EXPECT_EQ(held, count);
    EXPECT_GE(count, 703U);
}

} // namespace

TEST(JsonCondition, HoldsOfARecordAndItsBody)
{
    const corest::json_condition large("@.n >= $.least && search(@.name, '^a')");
    EXPECT_TRUE(large.holds(R"({"n":3,"name":"ab"})", R"({"least":2})"));
    EXPECT_FALSE(large.holds(R"({"n":3,"name":"ba"})", R"({"least":2})"));
    EXPECT_FALSE(large.holds(R"({"n":3,"name":"ab"})", R"({"least":4})"));
    EXPECT_TRUE(corest::json_condition(" $.status == 'failure' ").holds(R"({"status":"failure"})"));
    EXPECT_THROW(corest::json_condition("@.a == "), corest::error);
    EXPECT_THROW(corest::json_condition("@.a, @.b"), corest::error);
}

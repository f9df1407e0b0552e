#include <corest/error.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
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

TEST(JsonPath, RefusesByName)
{
    EXPECT_EQ(message_of("$..a"),
        "the path '$..a' is not understood at position 3: descendants (..) are not supported. "
        "Paths are made of names, indices and [*].");
    EXPECT_THAT(message_of("a[?(@.b)]"), HasSubstr("at position 3: filters ([?...]) are not supported"));
    EXPECT_THAT(message_of("a[1:2]"), HasSubstr("slices ([from:to]) are not supported"));
    EXPECT_THAT(message_of("a[:2]"), HasSubstr("slices ([from:to]) are not supported"));
    EXPECT_THAT(message_of("a['b','c']"), HasSubstr("lists of selectors ([a,b]) are not supported"));
}

TEST(JsonPath, ErrorsGiveThePosition)
{
    EXPECT_EQ(message_of(""), "the path '' is not understood at position 1: it is empty. Write $ for the whole body.");
    EXPECT_EQ(message_of("a."), "the path 'a.' is not understood at position 3: it ends after a dot.");
    EXPECT_EQ(message_of("a[b]"),
        "the path 'a[b]' is not understood at position 3: unexpected 'b'; expected a quoted name, an "
        "index or *.");
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

/// The JSONPath compliance suite: what is in the subset must give its results, all else must be refused.
TEST(JsonPathSuite, AgreesOrRefusesByName)
{
    const std::filesystem::path file = std::filesystem::path(COREST_SUITES_DIR) / "jsonpath/cts.json";
    std::ifstream in(file);
    if (!in) {
        GTEST_SKIP() << "no conformance suite at " << file;
    }
    const std::string suite((std::istreambuf_iterator<char>(in)), {});

    std::size_t agreed = 0;
    for (const std::string_view test : corest::find_all(suite, "tests[*]")) {
        const auto text = [&](const char* name) {
            const auto found = corest::find_all(test, name);
            return found.empty() ? std::string() : corest::to_text(found[0]);
        };
        const std::string selector = text("selector");
        SCOPED_TRACE(text("name") + ": " + selector);
        const bool invalid = text("invalid_selector") == "true";
        if (selector.substr(0, 1) != "$") {
            EXPECT_TRUE(invalid); // here our short form begins
            continue;
        }
        try {
            const json_path path(selector);
            EXPECT_FALSE(invalid) << "accepted";
            if (invalid) {
                continue;
            }
            std::string result;
            const auto document = corest::find_all(test, "document");
            for (const std::string_view match : corest::find_all(document.at(0), path)) {
                result += (result.empty() ? "[" : ",") + std::string(match);
            }
            result += result.empty() ? "[]" : "]";
            bool right = false;
            for (const char* place : {"result", "results[*]"}) {
                for (const std::string_view expected : corest::find_all(test, place)) {
                    right = right || boost::json::parse(result) == boost::json::parse(std::string(expected));
                }
            }
            EXPECT_TRUE(right) << result;
            ++agreed;
        } catch (const corest::error& e) {
            EXPECT_EQ(e.kind(), corest::errc::invalid_argument) << e.what();
            EXPECT_TRUE(invalid || std::string_view(e.what()).find("not supported") != std::string_view::npos)
                << e.what();
        }
    }
    EXPECT_GE(agreed, 80u);
}

} // namespace

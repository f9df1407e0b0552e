#include <corest/error.hpp>
#include <corest/resource/path_template.hpp>

#include <support/what_of.hpp>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using corest::errc;
using corest::path_template;
using testing::ElementsAre;

std::vector<std::string> names(const path_template& t)
{
    std::vector<std::string> out;
    for (const auto& gap : t.placeholders()) {
        out.push_back(gap.name);
    }
    return out;
}

std::string filled(const path_template& t, std::vector<std::optional<std::string>> values)
{
    return t.expand(values);
}

std::string why_no_template(std::string_view text, path_template::kind how = path_template::kind::path)
{
    return what_of(errc::invalid_argument, [&] { (void)path_template(text, how); });
}

std::string why_no_value(
    const path_template& t, std::vector<std::optional<std::string>> values, errc kind = errc::field_missing)
{
    return what_of(kind, [&] { (void)t.expand(values); });
}

constexpr auto text_kind = path_template::kind::text;

TEST(PathTemplate, TheFourSpellingsMeanTheSame)
{
    for (const char* spelling : {"/a/<id>/b", "/a/{id}/b", "/a/{{ stream_partition['id'] }}/b",
             "/a/{{stream_partition[\"id\"]}}/b", "/a/{{ stream_partition.id }}/b", "/a/{{ stream_slice['id'] }}/b"})
    {
        const path_template t(spelling);
        EXPECT_THAT(names(t), ElementsAre("id")) << spelling;
        EXPECT_EQ(t.text(), "/a/{id}/b") << spelling;
        EXPECT_EQ(t.source(), spelling);
        EXPECT_FALSE(t.placeholders()[0].is_explicit());
        EXPECT_EQ(filled(t, {"7"}), "/a/7/b") << spelling;
    }
}

TEST(PathTemplate, AnExplicitPlaceholderNamesParentAndField)
{
    const path_template t("/samples/{resources.samples.owner.ids[0]}/files");
    ASSERT_EQ(t.placeholders().size(), 1U);
    const auto& gap = t.placeholders()[0];
    EXPECT_TRUE(gap.is_explicit());
    EXPECT_EQ(gap.resource, "samples");
    EXPECT_EQ(gap.field, "owner.ids[0]");
    EXPECT_EQ(gap.name, "resources.samples.owner.ids[0]");
    EXPECT_EQ(filled(t, {"x"}), "/samples/x/files");
}

TEST(PathTemplate, APlaceholderKnowsTheTextBeforeIt)
{
    const path_template t("/<workspace>/reports/{{ stream_partition['report_token'] }}/runs/{run_token}/x");
    ASSERT_THAT(names(t), ElementsAre("workspace", "report_token", "run_token"));
    EXPECT_EQ(t.placeholders()[0].prefix, "/");
    EXPECT_EQ(t.placeholders()[1].prefix, "/{workspace}/reports/");
    EXPECT_EQ(t.placeholders()[2].prefix, "/{workspace}/reports/{report_token}/runs/");
}

TEST(PathTemplate, ANameThatStandsTwiceIsTwoPlaceholders)
{
    const path_template t("/a/{id}/b/{id}");
    EXPECT_THAT(names(t), ElementsAre("id", "id"));
    EXPECT_EQ(filled(t, {"1", "2"}), "/a/1/b/2");
}

TEST(PathTemplate, DoubledBracesStandForBraces) // acceptance case 78
{
    const path_template t("x/{{y}}/{id}");
    EXPECT_THAT(names(t), ElementsAre("id"));
    EXPECT_EQ(filled(t, {"1"}), "x/%7By%7D/1");
    EXPECT_EQ(t.text(), "x/{{y}}/{id}") << "reading the normal form gives the same template";
    EXPECT_EQ(path_template(t.text()).text(), t.text());
}

TEST(PathTemplate, APathWithoutPlaceholdersIsKeptAsItIs)
{
    for (const char* text : {"", "/", "posts", "/v1/a%20b?x=1&y=<", "https://other.example.com/v1//a/../b"}) {
        if (std::string(text).find('<') != std::string::npos) {
            continue;
        }
        const path_template t(text);
        EXPECT_FALSE(t.has_placeholders());
        EXPECT_EQ(filled(t, {}), text);
    }
}

TEST(PathTemplate, ValuesAreEncodedAsOneSegment) // acceptance case 75
{
    const path_template t("/samples/{id}/files");
    EXPECT_EQ(filled(t, {"a/b c?d#e"}), "/samples/a%2Fb%20c%3Fd%23e/files");
    EXPECT_EQ(filled(t, {"50%2F"}), "/samples/50%252F/files");
    EXPECT_EQ(filled(t, {"M\xC3\xBCnchen"}), "/samples/M%C3%BCnchen/files");
    EXPECT_EQ(filled(t, {"a-b._~"}), "/samples/a-b._~/files");
    EXPECT_EQ(filled(t, {"null"}), "/samples/null/files") << "a text, which the record has";
    EXPECT_EQ(filled(t, {std::string("a\0b\r\n", 5)}), "/samples/a%00b%0D%0A/files");
    EXPECT_EQ(filled(t, {"{x}"}), "/samples/%7Bx%7D/files") << "values are not templates";
    EXPECT_EQ(filled(t, {"@evil.example.com"}), "/samples/%40evil.example.com/files");
}

TEST(PathTemplate, PlaceholdersMayBeInTheQuery)
{
    const path_template t("/comments?post_id={post_id}&all=true");
    EXPECT_EQ(t.placeholders()[0].prefix, "/comments?post_id=");
    EXPECT_EQ(filled(t, {"a b&c=d"}), "/comments?post_id=a%20b%26c%3Dd&all=true");
    EXPECT_EQ(filled(t, {".."}), "/comments?post_id=..&all=true") << "dots mean nothing in a query";
}

TEST(PathTemplate, AValueCannotClimbInThePath)
{
    const path_template t("/a/{id}/b");
    const std::string hint =
        ", which servers take for another path. Filter out records with that value, or take another field.";
    EXPECT_EQ(why_no_value(t, {".."}, errc::invalid_argument),
        "the placeholder {id} of '/a/{id}/b' would make the path segment '..'" + hint);
    EXPECT_EQ(why_no_value(t, {"."}, errc::invalid_argument),
        "the placeholder {id} of '/a/{id}/b' would make the path segment '.'" + hint);
    EXPECT_EQ(why_no_value("{id}", {".."}, errc::invalid_argument),
        "the placeholder {id} of '{id}' would make the path segment '..'" + hint);
    EXPECT_EQ(why_no_value("/a/{x}{y}?q=1", {".", "."}, errc::invalid_argument),
        "the placeholder {x} of '/a/{x}{y}?q=1' would make the path segment '..'" + hint);
    EXPECT_EQ(why_no_value("/a/.{x}", {"."}, errc::invalid_argument),
        "the placeholder {x} of '/a/.{x}' would make the path segment '..'" + hint);
    EXPECT_EQ(why_no_value("/a/%2e{x}", {"."}, errc::invalid_argument),
        "the placeholder {x} of '/a/%2e{x}' would make the path segment '%2e.'" + hint);
    EXPECT_EQ(filled(t, {"..."}), "/a/.../b");
    EXPECT_EQ(filled(t, {"%2e%2e"}), "/a/%252e%252e/b");
    EXPECT_EQ(filled("/a/v{x}", {".."}), "/a/v..");
    EXPECT_EQ(filled("/a/../{x}", {"b"}), "/a/../b") << "the dictionary's own dots are its own affair";
}

TEST(PathTemplate, AMissingOrEmptyValueNeverMakesAPath)
{
    const path_template t("/a/{id}/b");
    EXPECT_EQ(why_no_value(t, {std::nullopt}),
        "the placeholder {id} of '/a/{id}/b' has no value. Filter out records without it, or take another field.");
    EXPECT_EQ(why_no_value(t, {""}),
        "the placeholder {id} of '/a/{id}/b' has an empty value. Filter out records without it, or take another "
        "field.");
    EXPECT_EQ(why_no_value(t, {}, errc::invalid_argument),
        "the template '/a/{id}/b' has 1 placeholder, but 0 values were given.");
}

TEST(PathTemplate, ValuesAreLookedUpByPlaceholder)
{
    const path_template t("/a/{x}/{resources.p.id}");
    const std::string got = t.expand([](const corest::placeholder& gap) -> std::optional<std::string> {
        return gap.is_explicit() ? gap.resource + "-" + gap.field : gap.name;
    });
    EXPECT_EQ(got, "/a/x/p-id");
}

TEST(PathTemplate, SaysWhereAPathIsNotUnderstood)
{
    const std::string spellings =
        "A placeholder is <name>, {name}, {{ stream_partition['name'] }} or {resources.parent.field}";
    EXPECT_EQ(why_no_template("/a/{"),
        "the path '/a/{' has a '{' that begins no placeholder at position 4. " + spellings
            + "; {{ stands for a brace.");
    EXPECT_EQ(why_no_template("/a/{}"),
        "the path '/a/{}' has a '{' that begins no placeholder at position 4. " + spellings
            + "; {{ stands for a brace.");
    EXPECT_EQ(why_no_template("/a/{x y}"),
        "the path '/a/{x y}' has a '{' that begins no placeholder at position 4. " + spellings
            + "; {{ stands for a brace.");
    EXPECT_EQ(why_no_template("/a/x}"),
        "the path '/a/x}' has a '}' that ends no placeholder at position 5. "
        "Write }} for a brace that is meant literally.");
    EXPECT_EQ(why_no_template("/a/<x"),
        "the path '/a/<x' has a '<' that begins no placeholder at position 4. " + spellings
            + "; %3C stands for the character.");
    EXPECT_EQ(why_no_template("/a/{posts.id}"),
        "the path '/a/{posts.id}' has '{posts.id}', but a dotted placeholder begins with "
        "'resources' at position 4. "
            + spellings + ".");
    EXPECT_EQ(why_no_template("/a/{resources.posts}"),
        "the path '/a/{resources.posts}' has '{resources.posts}', which does not name a "
        "parent and a field at position 4. Write {resources.parent.field}.");
    EXPECT_EQ(why_no_template("/a/{incremental.value}"),
        "the path '/a/{incremental.value}' has '{incremental.value}', which is no value of a cursor at position 4. "
        "There "
        "are {incremental.start_value}, {incremental.initial_value}, {incremental.last_value} and "
        "{incremental.end_value}.");
    EXPECT_EQ(why_no_template("/a/{{ config['x'] }}"),
        "the path '/a/{{ config['x'] }}' has an expression in {{ }} that is not understood at position 4. Only {{ "
        "stream_partition['name'] }} is; a placeholder is written {name}.");
    EXPECT_EQ(why_no_template("/a/{{ stream_partition[x] }}"),
        "the path '/a/{{ stream_partition[x] }}' has an expression that is not understood at position 4. Write {{ "
        "stream_partition['name'] }}.");
    EXPECT_EQ(why_no_template("/a/{{ stream_partition['x']"),
        "the path '/a/{{ stream_partition['x']' has an expression that is not understood at position 4. Write {{ "
        "stream_partition['name'] }}.");
}

TEST(PathTemplate, ATextKeepsBracesThatAreNoPlaceholders)
{
    for (const char* text : {"a < b > c", "{\"a\":{\"b\":1}}", "query { viewer { login } }", "{", "}", "}}", "{}",
             "{ x }", "{\"a\": \"x.y\"}"})
    {
        const path_template t(text, text_kind);
        EXPECT_FALSE(t.has_placeholders()) << text;
        EXPECT_EQ(filled(t, {}), text);
    }
    EXPECT_EQ(filled(path_template("query {{ viewer {{ id }} }}", text_kind), {}), "query { viewer { id } }");
    EXPECT_EQ(filled(path_template("{\"id\":{resources.p.id}}", text_kind), {"7"}), "{\"id\":7}");
    EXPECT_EQ(filled(path_template("Bearer {resources.p.token}", text_kind), {"a b/c"}), "Bearer a b/c")
        << "a text is not percent-encoded";
    EXPECT_TRUE(path_template("{resources.p.id}", text_kind).is_one_placeholder());
    EXPECT_FALSE(path_template("-{resources.p.id}", text_kind).is_one_placeholder());
    EXPECT_FALSE(path_template("{a}{b}", text_kind).is_one_placeholder());
}

TEST(PathTemplate, WhatNoUrlHoldsIsEncoded)
{
    EXPECT_EQ(filled(path_template("a b/{{x}}/\"|\"/\xC3\xBC?q=c d"), {}), "a%20b/%7Bx%7D/%22%7C%22/%C3%BC?q=c%20d");
    EXPECT_EQ(filled(path_template("a%20b/(c);d=1,2/{x} y"), {"v w"}), "a%20b/(c);d=1,2/v%20w%20y");
    EXPECT_EQ(filled(path_template("a b {{x}} {x}", text_kind), {"v"}), "a b {x} v") << "a text stays as it is";
}

TEST(PathTemplate, ATextThatIsNotUnderstoodIsNotShown)
{
    EXPECT_EQ(why_no_template("CANARY {posts.id}", text_kind),
        "the text has '{posts.id}', but a dotted placeholder begins with 'resources' at position 8. A placeholder is "
        "<name>, {name}, {{ stream_partition['name'] }} or {resources.parent.field}.");
}

/// The examples of RFC 6570 for what path templates have of it: `{name}` (level 1) and `{+name}` (level 2).
TEST(UriTemplateSuite, NamesAndReservedNamesAreFilledAsInTheRfc)
{
    std::ifstream in(std::string(COREST_SUITES_DIR) + "/uritemplate/spec-examples.json");
    if (!in) {
        GTEST_SKIP() << "the suite of URI templates is not there";
    }
    const std::string suite((std::istreambuf_iterator<char>(in)), {});
    std::size_t count = 0;
    for (const char* level : {"Level 1 Examples", "Level 2 Examples"}) {
        const auto group = boost::json::parse(suite).as_object().at(level).as_object();
        for (const auto& each : group.at("testcases").as_array()) {
            const std::string text(each.as_array()[0].as_string());
            if (text.find("{#") != std::string::npos) { // fragments are no part of a request
                continue;
            }
            ++count;
            EXPECT_EQ(corest::path_template(text).expand([&](const corest::placeholder& gap) {
                return std::string(group.at("variables").as_object().at(gap.name).as_string());
            }),
                std::string_view(each.as_array()[1].as_string()))
                << text;
        }
    }
    EXPECT_GE(count, 6U);
    std::cout << "URI templates of the suite: " << count << " hold\n";
}
} // namespace

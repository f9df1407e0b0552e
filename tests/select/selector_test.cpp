#include <corest/error.hpp>
#include <corest/select/selector.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What `cut_page` makes of a body.
class cut {
public:
    cut(std::string_view body, const corest::selector& where, const std::vector<corest::json_path>& probes = {})
    {
        const corest::padded_buffer bytes(body);
        std::vector<corest::detail::slice> slices;
        std::vector<std::optional<std::string_view>> found;
        corest::cut_page(bytes, where, probes, slices, found, &warnings);
        for (const corest::detail::slice s : slices) {
            records.emplace_back(bytes.view().substr(s.offset, s.size));
        }
        for (const auto& value : found) {
            values.push_back(value ? std::string(*value) : "(missing)");
        }
    }

    std::vector<std::string> records;
    std::vector<std::string> values;
    std::vector<std::string> warnings;
};

std::string why_not_selected(std::string_view body, const corest::selector& where, corest::errc kind)
{
    try {
        const cut page(body, where);
    } catch (const corest::error& e) {
        EXPECT_EQ(e.code(), corest::make_error_code(kind)) << e.what();
        return e.what();
    }
    return "cut";
}

TEST(CutPage, AnArrayGivesItsElements)
{
    EXPECT_THAT(cut(R"({"data":{"items":[{"a":1}, {"b":2} ]}})", "data.items").records,
        ElementsAre(R"({"a":1})", R"({"b":2})"));
    EXPECT_THAT(cut(R"({"Response":{"Items":[1]}})", "Response.Items").records, ElementsAre("1"));
}

TEST(CutPage, AnObjectIsOneRecord)
{
    EXPECT_THAT(cut(R"({"data":{"id":1}})", "data").records, ElementsAre(R"({"id":1})"));
}

TEST(CutPage, TheRootIsTheArrayOrTheRecord)
{
    EXPECT_THAT(
        cut(R"([{"id":1},[2],3,"x",null])", "$").records, ElementsAre(R"({"id":1})", "[2]", "3", "\"x\"", "null"));
    EXPECT_THAT(cut(" {\"id\":1} \n", "$").records, ElementsAre(R"({"id":1})"));
    EXPECT_THAT(cut("[]", "$").records, IsEmpty());
}

TEST(CutPage, NullGivesNoRecordsAndAWarning)
{
    const cut page(R"({"data":null})", "data");
    EXPECT_THAT(page.records, IsEmpty());
    EXPECT_THAT(page.warnings, ElementsAre("the selector $.data leads to null: taken as no records"));
    EXPECT_THAT(cut("null", "$").records, IsEmpty());
}

TEST(CutPage, WildcardsGiveEveryMatchInOrder)
{
    EXPECT_THAT(cut(R"({"groups":[{"items":[1,2]},{"items":[3,4]}]})", "groups[*].items[*]").records,
        ElementsAre("1", "2", "3", "4"));
    EXPECT_THAT(cut(R"({"groups":[{"items":[1,2]},{"items":[3,4]}]})", "groups[*].items").records,
        ElementsAre("1", "2", "3", "4"));
    EXPECT_THAT(cut(R"({"a":{"x":[1]},"b":{"x":[2]}})", "*.x").records, ElementsAre("1", "2"));
}

TEST(CutPage, OneMatchHasTheShapeOfMany)
{
    EXPECT_THAT(cut(R"({"groups":[{"items":[[1,2]]}]})", "groups[*].items[*]").records, ElementsAre("[1,2]"));
    EXPECT_THAT(cut(R"({"data":[[1,2],[3]]})", "data[*]").records, ElementsAre("[1,2]", "[3]"));
    EXPECT_THAT(cut(R"({"data":[[1,2],[3]]})", "data").records, ElementsAre("[1,2]", "[3]"));
}

TEST(CutPage, ElementsWithoutTheRestOfAWildcardPathArePassedOverUnlessAllAre)
{
    EXPECT_THAT(cut(R"({"g":[{"x":0},{"i":[1]}]})", "g[*].i").records, ElementsAre("1"));
    EXPECT_THAT(cut(R"({"g":[]})", "g[*].i").records, IsEmpty());
    EXPECT_EQ(why_not_selected(R"({"g":[{"x":0},{"y":0}]})", "g[*].i", corest::errc::selector_missing),
        "the selector $.g[*].i matches nothing: 'g[0]' has x. Set the selector to where the records are: "
        "select(\"path\").");
}

TEST(CutPage, IndicesCountFromBothEnds)
{
    EXPECT_THAT(cut(R"([{"d":[1]},{"d":[2]}])", "[0].d").records, ElementsAre("1"));
    EXPECT_THAT(cut(R"([{"d":[1]},{"d":[2]}])", "[-1].d").records, ElementsAre("2"));
    EXPECT_THAT(cut(R"({"a":[[1],[2,3]]})", "a[-1]").records, ElementsAre("2", "3"));
}

TEST(CutPage, AMissingPathNamesTheKeysThatAreThere)
{
    EXPECT_EQ(why_not_selected(R"({"other":[],"count":0})", "data", corest::errc::selector_missing),
        "the selector $.data matches nothing: the body has other, count. Set the selector to where the records are: "
        "select(\"path\").");
    EXPECT_EQ(why_not_selected(R"({"Response":{"Itemz":[]}})", "Response.Items", corest::errc::selector_missing),
        "the selector $.Response.Items matches nothing: 'Response' has Itemz. Set the selector to where the records "
        "are: select(\"path\").");
    EXPECT_EQ(why_not_selected(R"({"Response":null})", "Response.Items", corest::errc::selector_missing),
        "the selector $.Response.Items matches nothing: 'Response' is null. Set the selector to where the records "
        "are: select(\"path\").");
    EXPECT_EQ(why_not_selected("[1,2]", "data", corest::errc::selector_missing),
        "the selector $.data matches nothing: the body is an array of 2 elements. Set the selector to where the "
        "records are: select(\"path\").");
    EXPECT_EQ(why_not_selected("{}", "data", corest::errc::selector_missing),
        "the selector $.data matches nothing: the body is an empty object. Set the selector to where the records are: "
        "select(\"path\").");
}

TEST(CutPage, AMissingPathMayBeAllowed)
{
    corest::selector where("data");
    where.missing_is_empty = true;
    EXPECT_THAT(cut(R"({"other":[]})", where).records, IsEmpty());
}

TEST(CutPage, AScalarIsNoRecord)
{
    EXPECT_EQ(why_not_selected(R"({"data":"secret"})", "data", corest::errc::wrong_type),
        "the selector $.data leads to a string, expected an array of records or an object. Set the selector to where "
        "the "
        "records are: select(\"path\").");
    EXPECT_EQ(why_not_selected("17", "$", corest::errc::wrong_type),
        "the selector $ leads to a number, expected an array of records or an object. Set the selector to where the "
        "records are: select(\"path\").");
}

TEST(CutPage, BrokenBodiesAreErrors)
{
    const auto why = [](std::string_view body) { return why_not_selected(body, "data", corest::errc::not_json); };
    EXPECT_EQ(why(""), "expected JSON, but the body is empty.");
    EXPECT_EQ(why(" \n"), "expected JSON, but the body is empty.");
    EXPECT_EQ(why(R"({"data":[{"id":1},{"id":)"),
        "the body is not complete JSON: it breaks off after 24 bytes, where a value was expected.");
    EXPECT_EQ(why(R"({"data":[{"id":1})"),
        "the body is not complete JSON: it breaks off after 17 bytes, where ',' or ']' was expected.");
    EXPECT_EQ(
        why(R"({"data":[1]} {"data":[2]})"), "the body is not valid JSON: expected the end at offset 13, found '{'.");
    EXPECT_EQ(why(R"({"data":[1]}})"), "the body is not valid JSON: expected the end at offset 12, found '}'.");
    EXPECT_EQ(why(R"({"data":[1],"x" 2})"), "the body is not valid JSON: expected ':' at offset 16, found '2'.");
    EXPECT_EQ(why("{\"data\":[\"\xff\"]}"), "the body is not valid JSON: the string at offset 9 is not UTF-8.");
    EXPECT_EQ(why(R"({"data":[1,tru]})"), "the body is not valid JSON: expected true at offset 14, found ']'.");
}

TEST(CutPage, BodiesThatAreNoJsonAreRecognised)
{
    const auto why = [](std::string_view body) { return why_not_selected(body, "data", corest::errc::not_json); };
    EXPECT_EQ(why("<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"),
        "expected JSON, but the body is an HTML page: \"<!DOCTYPE html> <html><head><title>Sign...\". Check the URL "
        "and the "
        "credentials: this is a page for people, often a login or error page.");
    EXPECT_EQ(why("<?xml version=\"1.0\"?><a/>"),
        "expected JSON, but the body is XML: \"<?xml version=\"1.0\"?><a/>\". Check whether the "
        "API must be asked for JSON (header Accept: application/json).");
    EXPECT_EQ(why("Internal Server \x1b[31mError"),
        "expected JSON, but the body begins with \"Internal Server ?[31mError\". Check the "
        "URL, and whether the API must be asked for JSON.");
    EXPECT_EQ(why("not found"),
        "expected JSON, but the body begins with \"not found\". Check the URL, and whether the API must be asked "
        "for JSON.");
    EXPECT_EQ(why(std::string_view("\x1f\x8b\x08", 3)),
        "expected JSON, but the body is compressed (gzip). Its Content-Encoding is "
        "not stated, or this build lacks libdeflate.");
    EXPECT_EQ(why(std::string_view("\x28\xb5\x2f\xfd", 4)),
        "expected JSON, but the body is compressed (zstd). Its Content-Encoding is "
        "not stated, or this build lacks libzstd.");
}

TEST(CutPage, ABrokenDocumentIsNotQuoted)
{
    EXPECT_EQ(why_not_selected(R"({"access_token":"s3cret" "x")", "data", corest::errc::not_json).find("s3cret"),
        std::string::npos);
}

TEST(CutPage, AByteOrderMarkIsSkipped)
{
    EXPECT_THAT(cut("\xEF\xBB\xBF{\"data\":[1]}", "data").records, ElementsAre("1"));
}

TEST(CutPage, RecordsLoseSurroundingSpaceOnly)
{
    EXPECT_THAT(
        cut("{\"data\": [\n  {\"a\": [ 1 ]}\n ,\r\n\t2\n]\n}\n", "data").records, ElementsAre("{\"a\": [ 1 ]}", "2"));
}

TEST(CutPage, ProbesGiveJsonText)
{
    const cut page(R"({"total": 25 ,"data":[{"id":7},{"id":8}],"links":{"next":"\/x","none":null},"a":[1,{"b":true}]})",
        "data",
        {"total", "links.next", "links.none", "links", "nope", "a[1].b", "a[-1]", "data[0].id", "data[*].id", "$"});
    EXPECT_THAT(page.records, ElementsAre(R"({"id":7})", R"({"id":8})"));
    EXPECT_EQ(page.values.back().front(), '{');
    EXPECT_THAT(std::vector<std::string>(page.values.begin(), page.values.end() - 1),
        ElementsAre(
            "25", R"("\/x")", "null", R"({"next":"\/x","none":null})", "(missing)", "true", R"({"b":true})", "7", "7"));
}

TEST(CutPage, ProbesMayStandOnEitherSideOfTheRecords)
{
    EXPECT_THAT(cut(R"({"before":1,"data":[1],"after":2})", "data", {"after", "before"}).values, ElementsAre("2", "1"));
    EXPECT_THAT(cut(R"({"next":"x","id":1})", "$", {"next"}).values, ElementsAre("\"x\""));
    EXPECT_THAT(cut(R"([{"next":"x"}])", "$", {"next", "[0].next"}).values, ElementsAre("(missing)", "\"x\""));
}

TEST(CutPage, TheLastOfARepeatedKeyCounts)
{
    const cut page(R"({"data":[1],"t":1,"data":[2,3],"t":2})", "data", {"t"});
    EXPECT_THAT(page.records, ElementsAre("2", "3"));
    EXPECT_THAT(page.values, ElementsAre("2"));
}

TEST(CutPage, KeysAreComparedDecoded)
{
    EXPECT_THAT(cut(R"({"d\u0061ta":[1]})", "data").records, ElementsAre("1"));
    EXPECT_THAT(cut(R"({"a\"b":[1]})", R"(['a"b'])").records, ElementsAre("1"));
}

TEST(CutPage, BracketsAndQuotesInStringsAreText)
{
    EXPECT_THAT(cut(R"({"data":[{"a":"]}\"{["},{"b":"\\"}]})", "data").records,
        ElementsAre(R"({"a":"]}\"{["})", R"({"b":"\\"})"));
}

TEST(CutPage, OutputsOfAnEarlierPageAreReplaced)
{
    const corest::padded_buffer first(R"({"data":[1,2],"t":5})");
    const corest::padded_buffer second(R"({"data":[3]})");
    const std::vector<corest::json_path> probes{"t"};
    std::vector<corest::detail::slice> slices;
    std::vector<std::optional<std::string_view>> values;
    corest::cut_page(first, "data", probes, slices, values);
    corest::cut_page(second, "data", probes, slices, values);
    ASSERT_EQ(slices.size(), 1u);
    EXPECT_EQ(second.view().substr(slices[0].offset, slices[0].size), "3");
    EXPECT_FALSE(values.at(0));
}

TEST(CutPage, LargePagesAreCutLikeSmallOnes)
{
    std::string body = R"({"data":[)";
    while (body.size() < (std::size_t{9} << 20)) {
        body += R"({"id":12345,"name":"some text, to fill the page"},)";
    }
    body += R"({"id":0}],"total":7})";
    const cut page(body, "data", {"total"});
    EXPECT_EQ(page.records.back(), R"({"id":0})");
    EXPECT_THAT(page.values, ElementsAre("7"));
}

/// Every file of the parsing suite as a body: what is valid must be cut; what is not may be cut (inside a record it is
/// not looked at), but never crash; a truncated array or object never passes.
TEST(CutPageSuite, TakesValidDocumentsAndSurvivesTheRest)
{
    const std::filesystem::path directory = std::filesystem::path(COREST_SUITES_DIR) / "json_parsing";
    if (!std::filesystem::exists(directory)) {
        GTEST_SKIP() << "no conformance suite at " << directory;
    }
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".json") {
            continue;
        }
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string json((std::istreambuf_iterator<char>(in)), {});
        std::string error;
        try {
            const cut page(json, "$", {"a", "a.b", "[0]", "[-1].a"});
        } catch (const corest::error& e) {
            error = e.what();
            EXPECT_TRUE(e.kind() == corest::errc::not_json || e.kind() == corest::errc::wrong_type)
                << name << ": " << error;
            EXPECT_FALSE(name[0] == 'y' && e.kind() == corest::errc::not_json) << name << ": " << error;
        }
        if (name[0] == 'n'
            && (name.find("unclosed") != std::string::npos || name.find("incomplete") != std::string::npos))
        {
            EXPECT_FALSE(error.empty()) << name;
        }
    }
}

} // namespace

/// \file
/// Where records are found without a selector.

#include <corest/error.hpp>
#include <corest/select/record_detection.hpp>

#include <support/what_of.hpp>

#include <gtest/gtest.h>

#include <string>

using corest::record_detection;

namespace {

/// Where the first page's records are found; "undecided: PATH" where another page may say otherwise.
std::string found_in(const std::string& body)
{
    record_detection detection;
    bool decided = false;
    try {
        const std::string path = detection.records_in(body, decided).path.text();
        EXPECT_EQ(detection.path().has_value(), decided);
        return (decided ? "" : "undecided: ") + path;
    } catch (const corest::error& e) {
        EXPECT_EQ(e.kind(), corest::errc::selector_missing);
        return e.message();
    }
}

} // namespace

TEST(RecordDetection, TheFirstPageDecides)
{
    struct row {
        const char* body;
        const char* path;
    };
    const row table[] = {
        {R"([{"id":1}])", "$"},
        {R"([])", "$"},
        {"\xEF\xBB\xBF {\"items\":[{\"id\":1}]}", "$.items"},
        {R"({"id":1})", "$"},
        {R"({"id":1,"tags":["a"]})", "$"},
        {R"({"next":"/x","results":[{"id":1}]})", "$.results"},
        {R"({"_links":{"next":{"href":"/x"}},"_embedded":{"items":[{"id":1}]}})", "$._embedded.items"},
        {R"({"projects":[{"id":1}],"total":1})", "$.projects"},
        {R"({"a":{"b":{"c":[{"id":1}]}}})", "$.a.b.c"},
        {R"({"a":{"b":{"c":{"d":[{"id":1}]}}}})", "$"},
        {R"({"list":[{"data":[{"id":1}]}]})", "$.list"},
        {R"({"data":[{"id":1}],"included":[{"id":2}]})", "$.data"},
        {R"({"data":[],"included":[{"id":2}]})", "$.data"},
        {R"({"meta":{"items":[{"id":1}]},"items":[{"id":2}]})", "$.items"},
        {R"({"errors":[{"m":1}],"rows":[]})", "$.rows"},
        {R"({"errors":[{"m":1}]})", "$"},
        {R"({"items":[]})", "$.items"},
        {R"({"projects":[],"total":0})", "undecided: $.projects"},
        {R"({"id":1,"name":"q","tags":[]})", "undecided: $"},
        {R"({"hash":"abc","tags":[]})", "undecided: $"},
        {R"({"id":1,"name":"q","links":{"tags":[]}})", "undecided: $"},
        {R"({"user":{"id":1},"tags":[]})", "undecided: $"},
        {R"({"data":{"user":{"id":1,"tags":[]}}})", "undecided: $"},
        {R"({"total_price":3,"tags":[]})", "undecided: $"},
        {R"({"first":"Ann","last":"Lee","tags":[]})", "undecided: $"},
        {R"({"orders":[],"total_orders":0})", "undecided: $.orders"},
        {R"({"response":{"projects":[],"total":0},"status":"ok"})", "undecided: $.response.projects"},
        {R"({"type":"x","url":"u","tags":[]})", "undecided: $.tags"},
        {R"({"items":null,"total":9})", "undecided: $.items"},
        {R"({"id":1,"name":"q","data":null})", "$"},
        {R"({"count":0,"next":null})", "undecided: $[\"no records are looked for\"]"},
        {R"({"total":9,"limit":10,"offset":0})", "undecided: $[\"no records are looked for\"]"},
        {R"({"count":9})", "$"},
        {R"({"first":"Ann","last":"Lee"})", "$"},
        {R"({"title":"A","pages":320})", "$"},
        {R"({"total":2,"items":["a","b"]})", "$.items"},
        {R"({"items":["a","b"],"tags":[]})", "$.items"},
        {R"({"name":"x","items":["a","b"]})", "$"},
        {R"({"type":"x","items":["a","b"]})", "$"},
        {R"({"repositories":["a","b"]})", "$"},
        {R"({"values":[[1,2]]})", "$"},
        {R"({"items":[],"rows":["a"]})", "the body has several lists that could be the records: $.items, $.rows"},
        {R"({"items":[null,{"id":1}]})", "$.items"},
        {R"({"widgets":[],"facets":[{"id":1}]})", "undecided: $.facets"},
        {R"({"data":[{"id":1}],"facets":[]})", "$.data"},
        {R"({"features":[],"links":[{"rel":"self"}]})", "undecided: $.features"},
        {R"({"lists":[{"id":1}],"_links":[{"rel":"self"}]})", "$.lists"},
        {R"({"data":{"id":1},"included":[{"id":2}]})", "$"},
        {R"({"data":[[1,2]],"columns":[{"n":"a"}]})",
            "the body has several lists that could be the records: $.columns, $.data"},
        {R"({"expand":"names","startAt":0,"maxResults":50,"total":0,"issues":[]})", "undecided: $.issues"},
        {R"({"@odata.context":"x","value":[]})", "undecided: $.value"},
        {R"({"kind":"PodList","apiVersion":"v1","metadata":{"continue":""},"items":null})", "undecided: $.items"},
        {R"({"repositories":null})", "undecided: $[\"no records are looked for\"]"},
        {R"({"id":null,"name":"x"})", "$"},
        {R"({"a":[{}],"b":[{}]})", "the body has several lists that could be the records: $.a, $.b"},
        {R"({"items":[{}],"rows":[{}]})", "the body has several lists that could be the records: $.items, $.rows"},
        {R"({"x":{"items":[{}]},"a":[{}],"b":[{}]})", "$.x.items"},
        {R"({"a b":[{"id":1}]})", "$[\"a b\"]"},
        {"", "undecided: $"},
        {"<html>", "undecided: $"},
        {R"({"broken)", "undecided: $"},
    };
    for (const row& r : table) {
        EXPECT_EQ(found_in(r.body), r.path) << r.body;
    }
}

TEST(RecordDetection, AnEmptyListInWhatLooksLikeARecordIsSaid)
{
    const auto said_of = [](const std::string& body) {
        record_detection detection;
        bool decided = false;
        std::vector<std::string> warnings;
        static_cast<void>(detection.records_in(body, decided, &warnings));
        return warnings;
    };
    EXPECT_EQ(said_of(R"({"id":1,"name":"q","tags":[]})"),
        std::vector<std::string>{
            "a page is an object with values of its own and an empty list, $.tags: it was taken for "
            "a record; if that list is where the records are, it is the selector"});
    EXPECT_EQ(said_of(R"({"id":1,"name":"q","items":[]})"),
        std::vector<std::string>{
            "a page is an object with values of its own and an empty list, $.items: it was taken for "
            "a page without records; if the object is the record, $ is the selector"});
    EXPECT_EQ(said_of(R"({"type":"x","url":"u","tags":[]})"),
        std::vector<std::string>{
            "a page is an object with values that may be its own and an empty list, $.tags: it was taken for a page "
            "without records; if the object is the record, $ is the selector"});
    EXPECT_EQ(said_of(R"({"type":"x","items":["a"]})"),
        std::vector<std::string>{
            "a page is an object with values that may be its own and a list of values, $.items: it was taken for a "
            "record; if that list is where the records are, it is the selector"});
    EXPECT_EQ(said_of(R"({"message":"slow down","items":null})"),
        std::vector<std::string>{
            "a page is an object with values that may be its own and null at $.items: it was taken for a page without "
            "records; if the object is the record, $ is the selector"});
    EXPECT_EQ(said_of(R"({"widgets":[],"facets":[{"id":1}]})"),
        std::vector<std::string>{
            "a page is an object with a list of objects, $.facets, and an empty one, $.widgets: the first was taken "
            "for the records; if that is wrong, the other is the selector"});
    EXPECT_EQ(said_of(R"({"repositories":["a","b"]})"),
        std::vector<std::string>{
            "a page is an object of a list of values, $.repositories: it was taken for a record; if that list is where "
            "the records are, it is the selector"});
    EXPECT_EQ(said_of(R"({"expand":"names","total":0,"issues":[]})"),
        std::vector<std::string>{
            "a page is an object with values of its own and an empty list, $.issues: it was taken for a page without "
            "records; if the object is the record, $ is the selector"});
    EXPECT_EQ(said_of(R"({"count":0,"next":null})"),
        std::vector<std::string>{
            "a page is an object that has no list and says only how one goes on: it was taken for a page without "
            "records; if the object is the record, $ is the selector"});
    for (const char* const body :
        {R"({"incomplete_results":false,"total_count":0,"items":[]})", R"({"data":[{"id":1}],"facets":[]})",
            R"({"items":null,"total":9})", R"({"total":2,"items":["a","b"]})", R"({"count":9})",
            R"({"orders":[],"orders_count":0})",
            R"({"projects":[],"total_count":0,"next":"x","has_more":false,"per_page":9,"success":true})",
            R"({"projects":[],"meta":{"id":1},"error":null})", R"({"items":[],"total":0})", R"({"id":1,"tags":["a"]})"})
    {
        EXPECT_TRUE(said_of(body).empty()) << body;
    }
}

TEST(RecordDetection, WhatWasDecidedHoldsForAllPages)
{
    bool decided = false;
    record_detection detection;
    EXPECT_EQ(detection.records_in(R"({"projects":[]})", decided).path.text(), "$.projects");
    EXPECT_FALSE(decided);
    EXPECT_EQ(detection.records_in(R"({"samples":[{"id":1}]})", decided).path.text(), "$.samples");
    EXPECT_TRUE(decided);
    EXPECT_EQ(detection.records_in(R"({"samples":[],"others":[{"id":1}]})", decided).path.text(), "$.samples");
    EXPECT_FALSE(decided);
    EXPECT_EQ(detection.records_in(R"({"message":"none"})", decided).path.text(), "$.samples") << "cutting it fails";
}

TEST(RecordDetection, APageOfAnotherFormIsAnError)
{
    bool decided = false;
    record_detection object;
    static_cast<void>(object.records_in(R"({"message":"wait","next_cursor":"x"})", decided));
    EXPECT_EQ(what_of(corest::errc::selector_missing,
                  [&] { static_cast<void>(object.records_in(R"({"results":[{"id":1}]})", decided)); }),
        "the page has a list at $.results, which the first page had not. Set the selector to where the records are: "
        "select(\"path\").");
    EXPECT_EQ(object.records_in(R"({"message":"done"})", decided).path.text(), "$");
    EXPECT_EQ(object.records_in(R"({"message":"none","tags":[]})", decided).path.text(), "$");
    EXPECT_EQ(object.records_in(R"({"tags":[]})", decided).path.text(), "$");

    record_detection list;
    static_cast<void>(list.records_in("[]", decided));
    EXPECT_EQ(what_of(corest::errc::selector_missing,
                  [&] { static_cast<void>(list.records_in(R"({"message":"slow down"})", decided)); })
                  .substr(0, 39),
        "the page is no list, as the first one w");
}

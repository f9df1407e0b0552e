#include <corest/error.hpp>
#include <corest/select/record.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <support/make_page.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using testing::ElementsAre;

corest::record make_record(const std::string& json)
{
    return make_page({json})[0];
}

template <class T>
std::string why_no_field(const corest::record& r, std::string_view path, corest::errc kind)
{
    try {
        static_cast<void>(r.get<T>(path));
    } catch (const corest::error& e) {
        EXPECT_EQ(e.code(), corest::make_error_code(kind)) << e.what();
        return e.message() + (e.hint().empty() ? "" : ". " + e.hint());
    }
    return "read";
}

TEST(Record, GivesValuesByPath)
{
    const auto r =
        make_record(R"({"id":7,"name":"a\nb","ok":true,"score":1.5,"owner":{"login":"x"},"tags":["p","q"],"a.b":9})");
    EXPECT_EQ(r.get<int>("id"), 7);
    EXPECT_EQ(r.get<std::int64_t>("id"), 7);
    EXPECT_EQ(r.get<std::uint8_t>("id"), 7);
    EXPECT_EQ(r.get<double>("id"), 7.0);
    EXPECT_EQ(r.get<std::string>("name"), "a\nb");
    EXPECT_TRUE(r.get<bool>("ok"));
    EXPECT_EQ(r.get<double>("score"), 1.5);
    EXPECT_EQ(r.get<float>("score"), 1.5f);
    EXPECT_EQ(r.get<std::string_view>("owner.login"), "x");
    EXPECT_EQ(r.get<std::string>("tags[-1]"), "q");
    EXPECT_EQ(r.get<int>("['a.b']"), 9);
}

TEST(Record, OptionalIsEmptyWhereMissingOrNull)
{
    const auto r = make_record(R"({"a":null,"b":1,"o":null})");
    EXPECT_EQ(r.get<std::optional<int>>("a"), std::nullopt);
    EXPECT_EQ(r.get<std::optional<int>>("b"), 1);
    EXPECT_EQ(r.get<std::optional<std::string>>("c"), std::nullopt);
    EXPECT_EQ(r.get<std::optional<bool>>("o.deeper"), std::nullopt);
    EXPECT_EQ(why_no_field<std::optional<bool>>(r, "b", corest::errc::wrong_type),
        "field 'b' is the number 1, expected a bool");
}

TEST(Record, AMissingFieldNamesTheOnesThatAreThere)
{
    const auto r = make_record(R"({"id":1,"name":"x","owner":{"login":"y"}})");
    EXPECT_EQ(why_no_field<int>(r, "nam", corest::errc::field_missing),
        "field 'nam' is missing: the record has id, name, owner. Read it as std::optional where it may be missing");
    EXPECT_EQ(why_no_field<int>(r, "owner.logn", corest::errc::field_missing),
        "field 'owner.logn' is missing: 'owner' has login. Read it as std::optional where it may be missing");
    EXPECT_EQ(why_no_field<int>(r, "id.x", corest::errc::field_missing),
        "field 'id.x' is missing: 'id' is a number. Read it as std::optional where it may be missing");
}

TEST(Record, AWrongTypeSaysWhatWasFound)
{
    const auto r = make_record(R"({"s":"7","n":null,"big":300,"o":{"d":1.5}})");
    EXPECT_EQ(
        why_no_field<int>(r, "s", corest::errc::wrong_type), "field 's' is the string \"7\", expected an integer");
    EXPECT_EQ(why_no_field<int>(r, "n", corest::errc::wrong_type),
        "field 'n' is null, expected an integer. Read it as std::optional where it may be null");
    EXPECT_EQ(why_no_field<std::int8_t>(r, "big", corest::errc::wrong_type),
        "field 'big' is the number 300, expected an integer from -128 to 127");
    EXPECT_EQ(
        why_no_field<int>(r, "o.d", corest::errc::wrong_type), "field 'o.d' is the number 1.5, expected an integer");
    EXPECT_EQ(
        why_no_field<std::string_view>(r, "o", corest::errc::wrong_type), "field 'o' is an object, expected a string");
}

TEST(Record, ErrorsSayWhere)
{
    const corest::page p = make_page({R"({"id":1})", R"({"id":"x"})"}, 3);
    try {
        static_cast<void>(p[1].get<int>("id"));
        FAIL();
    } catch (const corest::error& e) {
        EXPECT_STREQ(e.what(),
            "resource 'samples', page 3: field 'id' is the string \"x\", expected an integer (record 2 of the page) "
            "(GET "
            "https://api.example.com/items).");
    }
}

TEST(Record, AnAmbiguousPathIsRefused)
{
    EXPECT_EQ(why_no_field<int>(make_record(R"({"a":[1]})"), "a[*]", corest::errc::invalid_argument),
        "the path '$.a[*]' may match several values, expected one value. Replace * by an index, or use "
        "find_all(record.json(), path)");
}

TEST(Record, BrokenTextIsAnErrorWhereItIsRead)
{
    const auto r = make_record(R"({"id":1,"x":tru})");
    EXPECT_EQ(r.get<int>("id"), 1);
    EXPECT_EQ(why_no_field<bool>(r, "x", corest::errc::not_json),
        "the record is not valid JSON: expected true at offset 15, found '}'");
    EXPECT_THROW(r.validate(), corest::error);
    EXPECT_NO_THROW(make_record(R"({"id":1,"x":true})").validate());
}

TEST(Record, ADecodedViewLivesAsLongAsThePage)
{
    std::string_view view;
    std::string_view again;
    corest::page kept;
    {
        const auto r = make_record(R"({"a":"x\ty"})");
        view = r.get<std::string_view>("a");
        again = r.get<std::string_view>("a");
        kept = r.page();
    }
    EXPECT_EQ(view, "x\ty");
    EXPECT_EQ(view.data(), again.data());
}

TEST(Record, RawTextIsExact)
{
    const auto r = make_record(R"({"n":1.50 ,"big":123456789012345678901234567890,"o":{ "a":1 } ,"z":null})");
    EXPECT_EQ(r.raw("n"), "1.50");
    EXPECT_EQ(r.raw("big"), "123456789012345678901234567890");
    EXPECT_EQ(r.raw("o"), R"({ "a":1 })");
    EXPECT_EQ(r.raw("z"), "null");
    EXPECT_EQ(r.raw("nope"), std::nullopt);
}

TEST(Record, TheFirstOfARepeatedKeyCounts)
{
    EXPECT_EQ(make_record(R"({"a":1,"a":2})").get<int>("a"), 1);
}

TEST(Record, KnowsItsParent)
{
    auto child = std::make_shared<corest::detail::page_data>();
    child->body.append("[{}]");
    child->records.push_back({1, 2});
    child->parent_page = make_page({R"({"id":1})", R"({"id":2})"}).data();
    child->parent_index = 1;
    const corest::page page(child);
    ASSERT_TRUE(page[0].has_parent());
    EXPECT_EQ(page[0].parent().get<int>("id"), 2);
    EXPECT_FALSE(page[0].parent().has_parent());
}

TEST(Record, ADetachedRecordKeepsOnlyItsOwnText)
{
    corest::record alone;
    std::weak_ptr<const corest::detail::page_data> page;
    {
        const corest::page p = make_page({R"({"id":1})", R"({"id":2,"s":"a\nb"})"}, 4);
        page = p.data();
        alone = p[1].detach();
    }
    EXPECT_TRUE(page.expired());
    EXPECT_EQ(alone.json(), R"({"id":2,"s":"a\nb"})");
    EXPECT_EQ(alone.get<std::string_view>("s"), "a\nb");
    EXPECT_EQ(alone.page().number(), 4u);
    EXPECT_EQ(alone.page().first_record(), 7u);
    EXPECT_FALSE(alone.has_parent());
}

TEST(Page, IteratesOverItsRecords)
{
    std::vector<int> ids;
    const corest::page p = make_page({R"({"id":1})", R"({"id":2})"});
    for (const corest::record& r : p) {
        ids.push_back(r.get<int>("id"));
    }
    EXPECT_THAT(ids, ElementsAre(1, 2));
    EXPECT_EQ(corest::page().begin(), corest::page().end());
}

} // namespace

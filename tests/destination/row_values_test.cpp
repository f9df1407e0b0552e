#include <corest/destination/row_values.hpp>

#include <corest/error.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

using corest::detail::row_value;
using corest::detail::row_values;

namespace {

corest::page page_of(const std::vector<std::string>& records)
{
    auto data = std::make_shared<corest::detail::page_data>();
    for (const std::string& record : records) {
        data->records.push_back({data->body.size(), record.size()});
        data->body.append(record);
        data->body.append(",");
    }
    return corest::page(std::move(data));
}

std::string show(const row_value& value)
{
    switch (value.kind()) {
    case row_value::type::integer:
        return "i" + std::to_string(value.integer());
    case row_value::type::real:
        return "r" + std::to_string(value.real());
    case row_value::type::text:
        return "t" + std::string(value.text());
    default:
        return "null";
    }
}

std::string show(const row_values& rows, std::size_t index)
{
    std::string all = rows.is_like_previous(index) ? "like " : "";
    for (const auto& f : rows[index]) {
        all += std::string(f.key) + "=" + show(f.value) + ";";
    }
    return all;
}

TEST(RowValues, ValuesAreAsADatabaseStoresThem)
{
    const row_values rows(
        page_of({R"({"n":null,"t":true,"f":false,"i":-7,"r":1.5,"big":18446744073709551616,"huge":1e999,)"
                 R"("s":"plain","e":"a\nb\u00e9","o":{"a":"x y"},"l":[1, {"b" : 2} ]})"}));
    EXPECT_EQ(show(rows, 0),
        "n=null;t=i1;f=i0;i=i-7;r=r1.500000;big=t18446744073709551616;huge=t1e999;s=tplain;"
        "e=ta\nb\xC3\xA9;o=t{\"a\":\"x y\"};l=t[1,{\"b\":2}];");
}

TEST(RowValues, TellsRecordsWithTheFieldsOfTheOneBefore)
{
    const row_values rows(page_of({R"({"a":1,"b":2})", R"({"a":3,"b":4})", R"( { "a" : 5 , "b" : 6 } )", R"({"a":7})",
        R"({"a":8,"b":9})", R"({"b":1,"a":2})", R"({"b":1,"a":2,"c":3})", R"({"b":1,"a":2,"c":3})", "{}", "{}"}));
    EXPECT_EQ(show(rows, 0), "a=i1;b=i2;");
    EXPECT_EQ(show(rows, 1), "like a=i3;b=i4;");
    EXPECT_EQ(show(rows, 2), "like a=i5;b=i6;");
    EXPECT_EQ(show(rows, 3), "a=i7;");
    EXPECT_EQ(show(rows, 4), "a=i8;b=i9;");
    EXPECT_EQ(show(rows, 5), "b=i1;a=i2;");
    EXPECT_EQ(show(rows, 6), "b=i1;a=i2;c=i3;");
    EXPECT_EQ(show(rows, 7), "like b=i1;a=i2;c=i3;");
    EXPECT_EQ(show(rows, 8), "");
    EXPECT_EQ(show(rows, 9), "like ");
}

TEST(RowValues, KeysWithEscapesAreDecodedAndComparedDecoded)
{
    const row_values rows(
        page_of({R"({"a\"b":1,"x":2})", R"({"a\"b":3,"x":4})", R"({"a\u0022b":5,"\u0078":6})", R"({"a":7,"x":8})"}));
    EXPECT_EQ(show(rows, 0), "a\"b=i1;x=i2;");
    EXPECT_EQ(show(rows, 1), "like a\"b=i3;x=i4;");
    EXPECT_EQ(show(rows, 2), "like a\"b=i5;x=i6;");
    EXPECT_EQ(show(rows, 3), "a=i7;x=i8;");
}

TEST(RowValues, AFieldThatComesTwiceIsThereTwice)
{
    const row_values rows(page_of({R"({"a":1,"a":2})", R"({"a":3,"a":4})"}));
    EXPECT_EQ(show(rows, 0), "a=i1;a=i2;");
    EXPECT_EQ(show(rows, 1), "like a=i3;a=i4;");
}

TEST(RowValues, DecodedTextsStayWhereTheyAreHoweverManyThereAre)
{
    std::vector<std::string> records;
    for (int i = 0; i < 500; ++i) {
        records.push_back(
            R"({"k\u0065y":"line\n)" + std::to_string(i) + R"(","nested":[ 1 , ")" + std::string(50, 'x') + R"(" ]})");
    }
    const row_values rows(page_of(records));
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(show(rows, static_cast<std::size_t>(i)),
            (i > 0 ? "like key=tline\n" : "key=tline\n") + std::to_string(i) + ";nested=t[1,\"" + std::string(50, 'x')
                + "\"];");
    }
}

TEST(RowValues, WhatIsWrongNamesTheRecord)
{
    for (const char* broken : {R"({"a":1,"b":tru})", R"({"a":1,"b":2)", R"({"a":1,"b" 2})", R"(["a"])", R"({"a":1} 2)"})
    {
        try {
            const row_values rows(page_of({R"({"a":1,"b":2})", broken}));
            FAIL() << broken;
        } catch (const corest::error& e) {
            EXPECT_NE(e.message().find("record 2: "), std::string::npos) << e.message();
        }
    }
}

} // namespace

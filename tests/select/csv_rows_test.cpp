/// \file
/// Comma-separated values as JSON lines (RFC 4180).

#include <corest/error.hpp>
#include <corest/select/csv_rows.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

std::string rows_of(std::string_view text, const corest::csv_rows& how = corest::csv_rows())
{
    return std::string(how.to_json_lines(text).view());
}

std::string refusal_of(std::string_view text)
{
    try {
        return "nothing, but " + rows_of(text);
    } catch (const corest::error& e) {
        EXPECT_EQ(e.kind(), corest::errc::not_json);
        return e.what();
    }
}

} // namespace

TEST(CsvRows, EachRecordBehindTheHeaderIsARow)
{
    const std::string expected = "{\"id\":\"1\",\"name\":\"a\"}\n{\"id\":\"2\",\"name\":\"\"}\n";
    EXPECT_EQ(rows_of("id,name\r\n1,a\r\n2,\r\n"), expected);
    EXPECT_EQ(rows_of("id,name\n1,a\n2,"), expected) << "without the last line's end";
    EXPECT_EQ(rows_of("\xEF\xBB\xBFid,name\n1,a\n\n2,\n\n"), expected) << "a byte order mark, empty lines";
    EXPECT_EQ(rows_of("id,name\n"), "");
    EXPECT_EQ(rows_of(""), "");
}

TEST(CsvRows, QuotesHoldDelimitersQuotesAndLineBreaks)
{
    EXPECT_EQ(rows_of("a,\"b,c\"\n\"x \"\"y\"\"\",\"1\r\n2\"\n"), "{\"a\":\"x \\\"y\\\"\",\"b,c\":\"1\\r\\n2\"}\n");
    EXPECT_EQ(rows_of("a\n\"\"\n"), "{\"a\":\"\"}\n");
}

TEST(CsvRows, TheDelimiterAndWhatIsNullAreOptions)
{
    const corest::csv_rows how = corest::csv_rows().delimiter(';').null_values({"", "NA"});
    EXPECT_EQ(rows_of("a;b;c;d\n1,5;;NA;\"NA\"\n", how), "{\"a\":\"1,5\",\"b\":null,\"c\":null,\"d\":\"NA\"}\n");
    EXPECT_EQ(how.text(), "csv, delimiter ';', null: '', 'NA'");
    EXPECT_THROW(corest::csv_rows().delimiter('"'), corest::error);
}

TEST(CsvRows, NoColumnIsLostForItsName)
{
    EXPECT_EQ(rows_of("a,a,,a_2,a\n1,2,3,4,5\n"),
        "{\"a\":\"1\",\"a_2\":\"2\",\"column_3\":\"3\",\"a_2_2\":\"4\",\"a_3\":\"5\"}\n");
}

TEST(CsvRows, WhatIsNoTableIsRefusedWithItsLine)
{
    EXPECT_EQ(refusal_of("a,b\n1,2\n\"x\ny\",2,3\n"),
        "the body cannot be read as CSV: the row at line 3 has 3 values, and the header 2. Check the delimiter, and "
        "whether the body is CSV.");
    EXPECT_NE(refusal_of("a,b\n1\n").find("the row at line 2 has 1 value, and the header 2"), std::string::npos);
    EXPECT_NE(
        refusal_of("a\nx\"y\n").find("expected a value with a quote in it to stand in quotes"), std::string::npos);
    EXPECT_NE(refusal_of("a\n\"x\n").find("expected a value with a quote in it to stand in quotes"), std::string::npos);
    EXPECT_NE(
        refusal_of("a\n\"x\"y\n").find("expected a value with a quote in it to stand in quotes"), std::string::npos);
}

TEST(CsvRows, WhatIsNotUtf8IsRefusedWithItsLine)
{
    EXPECT_EQ(refusal_of("a\nx\n\xE9t\xE9\n"),
        "the body cannot be read as CSV: the row at line 3 is not UTF-8. Ask the server for UTF-8: with an "
        "Accept-Charset header, or a parameter of the export.");
    EXPECT_NE(refusal_of("\xE9t\xE9\nx\n").find("the row at line 1 is not UTF-8"), std::string::npos);
}

TEST(CsvRows, MediaTypesAreThoseOfCsv)
{
    EXPECT_TRUE(corest::is_csv("text/csv"));
    EXPECT_TRUE(corest::is_csv("Text/CSV ; charset=utf-8"));
    EXPECT_TRUE(corest::is_csv("application/csv"));
    EXPECT_FALSE(corest::is_csv("application/json"));
    EXPECT_FALSE(corest::is_csv("text/csv-schema"));
    EXPECT_FALSE(corest::is_csv(""));
}

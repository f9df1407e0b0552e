/// \file
/// Rows of JSON, as a destination of a user's own takes them.

#include <corest/destination/json_rows.hpp>
#include <corest/error.hpp>

#include <support/make_page.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using corest::errc;
using corest::error;
using corest::json_key;
using corest::json_row;
using corest::json_rows;
using corest::table;
using corest::write_disposition;

/// What rows cannot be made for.
error failure_of_rows(const table& t, const corest::page& p)
{
    try {
        static_cast<void>(json_rows(t, p));
    } catch (const error& e) {
        return e;
    }
    return error(errc::limit_exceeded, "nothing failed");
}

TEST(JsonRows, AreLinesWithWhatThePageTookOver)
{
    const std::vector<json_row> rows = json_rows(
        table("samples"), make_page({R"({"id":1})", "{\n\"_p_id\": 2\n}"}, 1, {make_binding("p", "id", "7")}));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].text, R"({"id":1,"_p_id":7})");
    EXPECT_EQ(rows[1].text, R"({"_p_id_2":2,"_p_id":7})");
    EXPECT_EQ(rows[0].key + rows[1].key, "") << "an append takes nobody's place";
}

TEST(JsonRows, HaveTheKeyThatTheirTextHas)
{
    const table t("samples", write_disposition::merge, {"_p_id", "id"});
    const std::vector<json_row> rows = json_rows(
        t, make_page({R"({"id":"a\/b"})", R"({"x":1,"id":"a/b"})", R"({"id":1})"}, 1, {make_binding("p", "id", "7")}));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].key, rows[1].key);
    EXPECT_NE(rows[0].key, rows[2].key);
    for (const json_row& row : rows) {
        EXPECT_EQ(json_key(row.text, t.primary_key), row.key);
    }
    EXPECT_EQ(json_key(R"({"id":1,"_p_id":null})", t.primary_key), std::nullopt);
}

TEST(JsonRows, ErrorsNameTableAndPage)
{
    const table t("samples", write_disposition::merge, {"id"});
    const error lacking = failure_of_rows(t, make_page({R"({"id":1})", R"({"n":1})"}, 3));
    EXPECT_EQ(lacking.kind(), errc::field_missing);
    EXPECT_EQ(std::string(lacking.what()).find("resource 'samples', page 3: record 2: no field 'id'"), 0U)
        << lacking.what();
    EXPECT_EQ(failure_of_rows(t, make_page({R"({"id":tru})"})).kind(), errc::not_json);
    const error twice = failure_of_rows(
        t, make_page({R"({"id":1})"}, 1, {make_binding("a", "b_c", "1"), make_binding("a_b", "c", "2")}));
    EXPECT_STREQ(twice.what(),
        "resource 'samples', page 1: two different values from the parents would be stored in the same column "
        "'_a_b_c', "
        "the second being the field 'c' of 'a_b'. Give one of the parent resources another name.");
    const std::vector<corest::binding> inferred = {
        {"a_id", "items", "id", R"("AA")", "AA"}, {"b_id", "items", "id", R"("BB")", "BB"}};
    EXPECT_STREQ(failure_of_rows(t, make_page({R"({"id":1})"}, 1, inferred)).what(),
        "resource 'samples', page 1: two different values from the parent 'items' would be stored in the same column "
        "'_items_id', that of placeholder 'a_id' and that of placeholder 'b_id'. Name the field of each placeholder: "
        "its column is called after that field.");
}

} // namespace

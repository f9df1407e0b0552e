/// \file
/// Names by dlt's convention snake_case. What is expected is what dlt 1.26 makes of them (`normalize_path`).

#include <corest/schema/naming.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace naming_test {

using corest::schema::find_naming;
using corest::schema::name_by;
using corest::schema::naming;
using corest::schema::snake_case_name;

class named_case {
public:
    std::string name;
    std::string column;
    std::size_t longest = 0;
};

TEST(SnakeCase, NamesAreThoseThatDltMakes)
{
    const std::vector<named_case> cases = {
        {"id", "id"},
        {"ID", "id"},
        {"userID", "user_id"},
        {"HTTPServer", "http_server"},
        {"getHTTPResponseCode", "get_http_response_code"},
        {"createdAt", "created_at"},
        {"Created At", "created_at"},
        {"ALL_CAPS", "all_caps"},
        {"MIXeD", "mi_xe_d"},
        {"123MoNey", "_123_mo_ney"},
        {"iOS", "i_os"},
        {"value1Of2", "value1_of2"},
        {"2ndPlace", "_2nd_place"},
        {"+1", "x1"},
        {"-1", "_1"},
        {"price+", "pricex"},
        {"a*b", "axb"},
        {"e-mail", "e_mail"},
        {"user@home", "userahome"},
        {"a|b", "alb"},
        {"a.:b", "a_b"},
        {"100%", "_100x"},
        {"$", "x"},
        {"stra\xC3\x9F"
         "e",
            "stra_e"},
        {" padded\t", "padded"},
        {"\xC2\xA0nbsp\xE3\x80\x80", "nbsp"},
        {"_private", "_private"},
        {"trailing_", "trailingx"},
        {"trailing___", "trailing__x"},
        {"a__B", "a__b"},
        {"camelCase__Nested", "camel_case__nested"},
        {"__dunder__", "dunder"},
        {"a___b____c", "a___b__c"},
        {"x__ __y", "x__y"},
        {"", "_empty"},
        {" ", "_empty"},
        {"_dlt_id", "_dlt_id"},
    };
    for (const named_case& c : cases) {
        EXPECT_EQ(snake_case_name(c.name), c.column) << "'" << c.name << "'";
        EXPECT_EQ(snake_case_name(c.column), c.column) << "a name that is one stays";
    }
}

TEST(SnakeCase, TheMiddleOfALongNameIsATagOfAllOfIt)
{
    const std::vector<named_case> cases = {
        {"averyLongNameOfAFieldThatGoesOnAndOnAndHasMoreThanSixtyThreeBytesInIt",
            "avery_long_name_of_a_field_thqnjltgthan_sixty_three_bytes_in_it", 63},
        {"Total Amount Of The Order", "total_a7m6ovge_order", 20},
        {"customer__billingAddress__city", "custome8bk5was__city", 20},
        {"\xE2\x82\xACuro price per month", "_ur4eopkath", 11},
        {"short", "short", 11},
    };
    for (const named_case& c : cases) {
        EXPECT_EQ(snake_case_name(c.name, c.longest), c.column);
    }
}

TEST(SnakeCase, ConventionsHaveNames)
{
    EXPECT_EQ(find_naming("snake_case"), naming::snake_case);
    EXPECT_EQ(find_naming("direct"), naming::direct);
    EXPECT_EQ(find_naming("Snake_Case"), std::nullopt);
    EXPECT_EQ(to_string(naming::snake_case), "snake_case");
    EXPECT_EQ(name_by(naming::direct, "createdAt"), "createdAt");
    EXPECT_EQ(name_by(naming::snake_case, "createdAt"), "created_at");
}

} // namespace naming_test

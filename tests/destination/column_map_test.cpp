/// \file
/// Names of columns where the database does not tell upper from lower case.

#include <corest/destination/column_map.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using corest::detail::column_map;
using enum column_map::origin;

const std::string& name_for(column_map& map, column_map::origin kind, std::string_view source)
{
    std::size_t c = map.find(kind, source);
    if (c == column_map::none) {
        c = map.add(kind, source);
    }
    return map[c].name;
}

TEST(ColumnMap, NamesColumnsExactlyAsFields)
{
    column_map map;
    for (const char* name : {"id", "Name", "with space", "quo\"ted", "select", "", "größe"}) {
        EXPECT_EQ(name_for(map, column_map::origin::field, name), name);
    }
}

TEST(ColumnMap, FieldsThatDifferInCaseGetASuffixInTheOrderInWhichTheyCome)
{
    column_map map;
    EXPECT_EQ(name_for(map, field, "id"), "id");
    EXPECT_EQ(name_for(map, field, "ID"), "ID_2");
    EXPECT_EQ(name_for(map, field, "Id"), "Id_3");
    EXPECT_EQ(name_for(map, field, "ID"), "ID_2");
    EXPECT_EQ(name_for(map, field, "id"), "id");
}

TEST(ColumnMap, OnlyAsciiLettersAreFolded)
{
    column_map map;
    EXPECT_EQ(name_for(map, field, "größe"), "größe");
    EXPECT_EQ(name_for(map, field, "grÖße"), "grÖße");
}

TEST(ColumnMap, AFieldThatIsNamedLikeASuffixedColumnGetsOneOfItsOwn)
{
    column_map map;
    (void)name_for(map, field, "id");
    (void)name_for(map, field, "ID");
    EXPECT_EQ(name_for(map, field, "ID_2"), "ID_2_2");
}

TEST(ColumnMap, ABindingAndAFieldOfOneNameHaveAColumnEach)
{
    column_map map;
    EXPECT_EQ(name_for(map, binding, "_projects_id"), "_projects_id");
    EXPECT_EQ(name_for(map, field, "_projects_id"), "_projects_id_2");
}

TEST(ColumnMap, AnExistingColumnIsTakenByTheFieldOfExactlyItsName)
{
    column_map map;
    map.add_existing("ID");
    EXPECT_EQ(name_for(map, field, "id"), "id_2");
    EXPECT_EQ(name_for(map, field, "ID"), "ID");
}

TEST(ColumnMap, RecalledChoicesHoldWhateverComesFirst)
{
    column_map map;
    map.add_existing("id");
    map.add_existing("ID_2");
    map.recall(field, "ID", "ID_2");
    EXPECT_EQ(name_for(map, field, "ID_2"), "ID_2_2");
    EXPECT_EQ(name_for(map, field, "ID"), "ID_2");
}

TEST(ColumnMap, ARecalledChoiceWhoseColumnIsGoneIsMadeAgain)
{
    column_map map;
    map.recall(field, "ID", "ID_2");
    EXPECT_EQ(map.find(field, "ID"), column_map::none);
    EXPECT_EQ(name_for(map, field, "id_2"), "id_2_2");
    EXPECT_EQ(name_for(map, field, "ID"), "ID_2");
}

TEST(ColumnMap, ANulIsSpeltOut)
{
    column_map map;
    EXPECT_EQ(name_for(map, field, std::string_view("a\0b", 3)), "a\\u0000b");
    EXPECT_EQ(name_for(map, field, "a\\u0000b"), "a\\u0000b_2");
}

} // namespace

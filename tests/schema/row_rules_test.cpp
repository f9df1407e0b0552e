#include <corest/schema/row_rules.hpp>

#include <corest/error.hpp>
#include <corest/schema/declaration.hpp>

#include <destination/contract_support.hpp>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

using corest::schema::row_rules;
using corest::schema::table_schema;
using corest::test::make_page;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

table_schema schema_from(std::string_view columns, std::string_view contract = "\"evolve\"")
{
    corest::schema::declaration d;
    d.add_columns(boost::json::parse(columns));
    d.add_contract(boost::json::parse(contract));
    EXPECT_TRUE(d.problems().empty());
    return d.schema();
}

/// The records of a page as they are by the rules.
std::vector<std::string> apply(row_rules& rules, const std::vector<std::string>& records)
{
    const corest::page made = rules.apply(make_page(records))->to_page();
    std::vector<std::string> out;
    for (std::size_t i = 0; i < made.size(); ++i) {
        out.emplace_back(made.json(i));
    }
    return out;
}

std::string failure_of(const std::function<void()>& call)
{
    try {
        call();
    } catch (const corest::error& e) {
        return std::string(e.what());
    }
    return "none";
}

std::string failure_of(row_rules& rules, const std::vector<std::string>& records)
{
    return failure_of([&] { apply(rules, records); });
}

TEST(RowRules, ValuesAreOfTheirColumnsTypes)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}, "at": {"data_type": "timestamp"},
        "price": {"data_type": "decimal"}, "tags": {"data_type": "json"}})"));
    EXPECT_THAT(apply(rules, {R"({"id":"7","at":"2026-11-26T10:30:00+01:00","price":"1.50","tags":"[1]","x":1.0})"}),
        ElementsAre(R"({"id":7,"at":"2026-11-26T09:30:00Z","price":1.5,"tags":[1],"x":1.0})"));
}

TEST(RowRules, APageThatIsRightStaysAsItCame)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}, "price": {"data_type": "double"}})"));
    const corest::page given = make_page({R"({ "id": 7, "price": 1.50, "b": "\u0061" })", R"({"id":8})"});
    EXPECT_EQ(rules.apply(given)->to_page().data(), given.data());
}

TEST(RowRules, ValuesStayAsTheyAreWrittenBesideOnesThatDoNot)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}, "price": {"data_type": "double"}})"));
    EXPECT_THAT(apply(rules, {R"({ "id": "7", "price": 1.50, "b": "\u0061", "c": {"d": 1} })"}),
        ElementsAre(R"({"id":7,"price":1.50,"b":"\u0061","c":{"d":1}})"));
}

TEST(RowRules, OfAFieldThatComesTwiceTheLastOneCounts)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}})"));
    EXPECT_THAT(apply(rules, {R"({"id":"x","a":1,"id":2,"a":3})"}), ElementsAre(R"({"id":2,"a":3})"));
}

TEST(RowRules, WhatIsNoneOfTheTypeGoesIntoAColumnOfItsOwn)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}})"));
    EXPECT_THAT(apply(rules,
                    {R"({"id":1})", R"({"id":"one"})", R"({"id":1.5})", R"({"id":true})", R"({"id":[1]})",
                        R"({"id":18446744073709551616})", R"({"id":"2026-11-26T09:30:00Z"})", R"({"id":"two"})"}),
        ElementsAre(R"({"id":1})", R"({"id__v_text":"one"})", R"({"id__v_double":1.5})", R"({"id__v_bool":true})",
            R"({"id__v_json":[1]})", R"({"id__v_decimal":18446744073709551616})",
            R"({"id__v_timestamp":"2026-11-26T09:30:00Z"})", R"({"id__v_text":"two"})"));
    EXPECT_EQ(rules.report().size(), 6U);
    EXPECT_EQ(rules.report().front(),
        "the field 'id' is to be bigint, and the text 'one' is not: such values are in the column 'id__v_text'");
    EXPECT_EQ(rules.schema()->columns_json(),
        R"({"id":{"data_type":"bigint"},"id__v_text":{"data_type":"text"},"id__v_double":{"data_type":"double"},)"
        R"("id__v_bool":{"data_type":"bool"},"id__v_json":{"data_type":"json"},)"
        R"("id__v_decimal":{"data_type":"decimal"},"id__v_timestamp":{"data_type":"timestamp"}})");
    apply(rules, {R"({"id":"three"})"});
    EXPECT_EQ(rules.report().size(), 6U) << "each once";
}

TEST(RowRules, FrozenTypesNameTheValue)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}})", R"({"data_type": "freeze"})"));
    EXPECT_EQ(failure_of(rules, {R"({"id":1})", R"({"id":"one"})"}),
        "resource 'samples', page 1: the field 'id' is to be bigint, found the text 'one' (record 2 of the page) "
        "(GET https://api.example.com/items). If such values are right, declare another type in table::schema.");
}

TEST(RowRules, RowsAndValuesAreDiscardedAndCounted)
{
    row_rules rows(schema_from(R"({"id": {"data_type": "bigint"}})", R"({"data_type": "discard_row"})"));
    EXPECT_THAT(apply(rows, {R"({"id":1,"a":1})", R"({"a":2,"id":"one","b":3})", R"({"id":3})"}),
        ElementsAre(R"({"id":1,"a":1})", R"({"id":3})"));
    EXPECT_EQ(rows.discarded_rows(), 1U);
    EXPECT_THAT(rows.report(), ElementsAre("1 row was left out, as schema_contract says"));

    row_rules values(schema_from(R"({"id": {"data_type": "bigint"}})", R"({"data_type": "discard_value"})"));
    EXPECT_THAT(apply(values, {R"({"id":1})", R"({"id":"one","b":3})", R"({"id":"two"})"}),
        ElementsAre(R"({"id":1})", R"({"b":3})", "{}"));
    EXPECT_EQ(values.discarded_values(), 2U);
}

TEST(RowRules, NullAndMissingAreTheSameToAColumnThatMayNotBeNull)
{
    row_rules rules(schema_from(R"({"id": {"nullable": false}, "b": {}})"));
    EXPECT_THAT(
        failure_of(rules, {R"({"id":null})"}), testing::HasSubstr("null in the field 'id', which may not be null"));
    EXPECT_THAT(failure_of(rules, {R"({"b":1})"}),
        testing::HasSubstr("no field 'id', which may not be null; the record has b"));
    row_rules rows(schema_from(R"({"id": {"nullable": false}})", R"({"data_type": "discard_row"})"));
    EXPECT_THAT(apply(rows, {R"({"b":1})", R"({"b":1,"id":1})", R"({"id":null})"}), ElementsAre(R"({"b":1,"id":1})"));
    EXPECT_EQ(rows.discarded_rows(), 2U);
    // A value that is left out leaves null behind.
    row_rules values(
        schema_from(R"({"id": {"nullable": false, "data_type": "bigint"}})", R"({"data_type": "discard_value"})"));
    EXPECT_THAT(failure_of(values, {R"({"id":"one"})"}), testing::HasSubstr("no field 'id'"));
}

TEST(RowRules, ColumnsAreFrozenOrDiscarded)
{
    const auto schema = [](std::string_view mode) {
        return schema_from(R"({"id": {"data_type": "bigint"}})", R"({"columns": ")" + std::string(mode) + "\"}");
    };
    row_rules frozen(schema("freeze"));
    EXPECT_THAT(failure_of(frozen, {R"({"id":1,"b":2})"}),
        testing::HasSubstr("the field 'b' has no column, and the schema's columns are frozen"));
    EXPECT_THAT(apply(frozen, {R"({"id":1,"b":null})"}), ElementsAre(R"({"id":1})"));
    row_rules rows(schema("discard_row"));
    EXPECT_THAT(apply(rows, {R"({"id":1,"b":2})", R"({"id":2})"}), ElementsAre(R"({"id":2})"));
    row_rules values(schema("discard_value"));
    EXPECT_THAT(apply(values, {R"({"b":2,"id":1,"c":3})", R"({"id":2})"}), ElementsAre(R"({"id":1})", R"({"id":2})"));
    EXPECT_EQ(values.discarded_values(), 2U);
    EXPECT_EQ(values.schema()->columns_json(), R"({"id":{"data_type":"bigint"}})");
    // A column of another type's values is no new field.
    EXPECT_THAT(apply(values, {R"({"id":"one","d":1})"}), ElementsAre(R"({"id__v_text":"one"})"));
}

TEST(RowRules, HowManyColumnsThereAreIsNotForTheServerToSay)
{
    const auto record = [](int fields) {
        std::string text = "{\"id\":1";
        for (int i = 1; i < fields; ++i) {
            text += ",\"c" + std::to_string(i) + "\":1";
        }
        return text + "}";
    };
    row_rules free{table_schema()};
    EXPECT_THAT(failure_of(free, {R"({"id":0})", record(10'001)}),
        testing::HasSubstr(
            "the table would need more than 10000 columns; the next is 'c10000' (record 2 of the page)"));
    EXPECT_EQ(apply(free, {record(10'000)}).size(), 1U);
    row_rules values(schema_from(R"({"id": {"data_type": "bigint"}})", R"({"columns": "discard_value"})"));
    EXPECT_THAT(apply(values, {record(10'001)}), ElementsAre(R"({"id":1})")) << "what is no column does not count";
}

TEST(RowRules, AFirstRunBringsItsColumns)
{
    row_rules rules(schema_from(R"({"id": {"nullable": false}})", R"({"columns": "freeze"})"));
    rules.begin(false, {});
    EXPECT_THAT(apply(rules, {R"({"id":1,"b":2})"}), ElementsAre(R"({"id":1,"b":2})"));
    row_rules again(schema_from(R"({"id": {"nullable": false}})", R"({"columns": "freeze"})"));
    again.begin(true, {"id", "b"});
    EXPECT_THAT(apply(again, {R"({"id":1,"b":2})"}), ElementsAre(R"({"id":1,"b":2})"));
    EXPECT_NE(failure_of(again, {R"({"id":1,"c":2})"}), "none");
    row_rules declared(schema_from(R"({"id": {"data_type": "bigint"}})", R"({"columns": "freeze"})"));
    declared.begin(false, {});
    EXPECT_NE(failure_of(declared, {R"({"id":1,"b":2})"}), "none") << "with types, a table is not new";
}

TEST(RowRules, ATableThatIsNewMayBeRefused)
{
    row_rules frozen(schema_from("{}", R"({"tables": "freeze"})"));
    frozen.begin(false, {});
    EXPECT_THAT(failure_of(frozen, {R"({"id":1})"}), testing::HasSubstr("the destination does not have the table"));
    row_rules rows(schema_from("{}", R"({"tables": "discard_row"})"));
    rows.begin(false, {});
    EXPECT_THAT(apply(rows, {R"({"id":1})", R"({"id":2})"}), IsEmpty());
    EXPECT_EQ(rows.discarded_rows(), 2U);
    row_rules known(schema_from("{}", R"({"tables": "freeze"})"));
    known.begin(true, {"id"});
    EXPECT_THAT(apply(known, {R"({"id":1})"}), ElementsAre(R"({"id":1})"));
}

TEST(RowRules, FoundColumnsGetTheTypeOfTheirFirstPage)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}})"));
    rules.type_found_columns();
    apply(rules, {R"({"id":1,"n":1,"late":null})", R"({"id":2,"n":1.5})"});
    EXPECT_EQ(rules.schema()->columns_json(), R"({"id":{"data_type":"bigint"},"n":{"data_type":"double"},"late":{}})");
    EXPECT_THAT(apply(rules, {R"({"n":"x","late":true})"}), ElementsAre(R"({"n__v_text":"x","late":true})"));
    EXPECT_EQ(rules.schema()->columns_json(),
        R"({"id":{"data_type":"bigint"},"n":{"data_type":"double"},"late":{"data_type":"bool"},)"
        R"("n__v_text":{"data_type":"text"}})");
}

TEST(RowRules, APageThatFailsChangesNothing)
{
    row_rules rules(schema_from(R"({"id": {"nullable": false}})"));
    EXPECT_NE(failure_of(rules, {R"({"id":1,"new":1})", R"({"new":1})"}), "none");
    EXPECT_EQ(rules.schema()->columns_json(), R"({"id":{"nullable":false}})");
}

TEST(RowRules, ChangesSinceTheStoredVersionAreReported)
{
    row_rules rules(schema_from(R"({"id": {"data_type": "bigint"}, "b": {"data_type": "text"}})"));
    rules.begin(true, {"id", "c"}, schema_from(R"({"id": {"data_type": "text"}, "c": {"data_type": "json"}})"));
    apply(rules, {R"({"id":1,"d":1})"});
    EXPECT_THAT(rules.report(), ElementsAre("the column 'id' was text and is bigint now"))
        << "that columns are new is told by the destination";
    EXPECT_EQ(rules.schema()->columns_json(),
        R"({"id":{"data_type":"bigint"},"b":{"data_type":"text"},"c":{"data_type":"json"},"d":{}})");
}

TEST(RowRules, BindingsAreOfTheirColumnsTypes)
{
    row_rules rules(schema_from(R"({"_projects_id": {"data_type": "bigint", "nullable": false}})"), {"_projects_id"});
    const auto page =
        rules.apply(make_page({R"({"a":1})"}, 1, {corest::test::make_binding("projects", "id", "\"7\"")}))->to_page();
    EXPECT_EQ(page.bindings().front().json, "7");
    EXPECT_EQ(page.json(0), R"({"a":1})");
    EXPECT_THAT(failure_of([&] {
        static_cast<void>(rules.apply(make_page({"{}"}, 1, {corest::test::make_binding("projects", "id", "\"x\"")})));
    }),
        testing::HasSubstr("the field '_projects_id' is to be bigint, found the text 'x'"));
}

} // namespace

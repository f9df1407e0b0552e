/// \file
/// Columns and contracts as dictionaries spell them, and a schema as text.

#include <corest/schema/declaration.hpp>

#include <corest/error.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

using corest::schema::column;
using corest::schema::contract_mode;
using corest::schema::data_type;
using corest::schema::declaration;
using corest::schema::remark;
using corest::schema::table_schema;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

declaration declare(std::string_view columns, std::string_view contract = {})
{
    declaration out;
    out.add_columns(boost::json::parse(columns));
    if (!contract.empty()) {
        out.add_contract(boost::json::parse(contract));
    }
    return out;
}

std::vector<std::string> texts(const std::vector<remark>& remarks)
{
    std::vector<std::string> out;
    for (const remark& one : remarks) {
        std::string line;
        for (const std::string& key : one.keys) {
            line += key + "/";
        }
        out.push_back(line + " " + one.text);
    }
    return out;
}

std::string columns_of(std::string_view columns)
{
    const declaration d = declare(columns);
    EXPECT_THAT(texts(d.problems()), IsEmpty());
    return d.schema().columns_json();
}

TEST(Declaration, TakesAMappingOfHints)
{
    const declaration d = declare(R"({"id": {"data_type": "bigint", "nullable": false},
        "price": {"data_type": "decimal", "precision": 18, "scale": 4},
        "created": {"data_type": "timestamp", "timezone": false, "precision": 3},
        "note": {}})");
    EXPECT_THAT(texts(d.problems()), IsEmpty());
    EXPECT_THAT(d.schema().columns,
        ElementsAre(column("id", data_type::bigint).not_null(),
            column("price", data_type::decimal).with_precision(18, 4),
            column("created", data_type::timestamp).without_timezone().with_precision(3), column("note")));
}

TEST(Declaration, TakesAListOfHints)
{
    EXPECT_EQ(columns_of(R"([{"name": "b", "data_type": "text"}, {"name": "a", "unique": true}])"),
        R"({"b":{"data_type":"text"},"a":{"unique":true}})");
}

TEST(Declaration, ALaterLayerWinsHintByHint)
{
    declaration d =
        declare(R"({"id": {"data_type": "text", "nullable": false}, "x": {"precision": 3}})", R"("freeze")");
    d.add_columns(boost::json::parse(R"([{"name": "id", "data_type": "bigint"}, {"name": "x", "precision": null}])"));
    d.add_contract(boost::json::parse(R"({"columns": "evolve"})"));
    EXPECT_EQ(d.schema().columns_json(), R"({"id":{"data_type":"bigint","nullable":false},"x":{}})");
    EXPECT_EQ(d.schema().contract.tables, contract_mode::freeze);
    EXPECT_EQ(d.schema().contract.columns, contract_mode::evolve);
    EXPECT_EQ(d.schema().contract.data_type, contract_mode::freeze);
}

TEST(Declaration, KeysAreNotNullable)
{
    EXPECT_EQ(columns_of(R"({"id": {"primary_key": true, "nullable": true}, "day": {"merge_key": true}})"),
        R"({"id":{"nullable":false,"primary_key":true},"day":{"nullable":false,"merge_key":true}})");
    table_schema named = declare(R"({"a": {"data_type": "text"}})").schema();
    add_key_columns(named, {"id", "a"}, &column::primary_key);
    EXPECT_EQ(named.columns_json(),
        R"({"a":{"data_type":"text","nullable":false,"primary_key":true},"id":{"nullable":false,"primary_key":true}})");
}

TEST(Declaration, SaysWhatIsWrong)
{
    const declaration d = declare(R"({"a": {"data_type": "int"}, "b": {"nulable": true}, "c": 7,
        "d": {"precision": "3"}, "e": {"nullable": "no"}, "f": {"name": "g"}, "g": {"dedup_sort": "up"}})",
        R"({"columns": "thaw", "rows": "freeze"})");
    EXPECT_THAT(texts(d.problems()),
        ElementsAre(
            "a/data_type/ expected text, double, bool, timestamp, bigint, binary, json, decimal, wei, date or time, "
            "found 'int'",
            HasSubstr("b/nulable/ unknown hint; those of a column are data_type, nullable"),
            R"(c/ expected an object such as {"data_type": "bigint"}, found a number)",
            "d/precision/ expected a whole number, found text", "e/nullable/ expected true or false, found text",
            "f/name/ expected 'f', the name of the column", "g/dedup_sort/ expected asc or desc, found 'up'",
            "columns/ expected evolve, freeze, discard_row or discard_value, found 'thaw'",
            "rows/ unknown key; expected tables, columns or data_type"));
    EXPECT_THAT(texts(declare(R"([{"data_type": "text"}])").problems()),
        ElementsAre("[0]/ expected an object with the name of the column"));
    EXPECT_THAT(
        texts(declare("7").problems()), ElementsAre(" expected an object, a list or a JSON Schema, found a number"));
}

TEST(Declaration, WarnsOfHintsWithoutEffect)
{
    const declaration d = declare(R"({"a": {"partition": true, "x-annotation": 1, "sort": true}})");
    EXPECT_THAT(texts(d.problems()), IsEmpty());
    EXPECT_THAT(texts(d.warnings()),
        ElementsAre("a/partition/ accepted, but has no effect", "a/x-annotation/ accepted, but has no effect",
            "a/sort/ accepted, but has no effect"));
}

TEST(JsonSchemaOfColumns, TypesAreThoseOfTheTable)
{
    EXPECT_EQ(columns_of(R"({"type": "object", "required": ["i", "s", "x"], "properties": {
        "i": {"type": "integer"}, "n": {"type": "number"}, "b": {"type": "boolean"}, "o": {"type": "object"},
        "l": {"type": "array", "items": {"type": "string"}}, "s": {"type": "string", "maxLength": 9},
        "at": {"type": "string", "format": "date-time"}, "d": {"type": "string", "format": "date"},
        "t": {"type": "string", "format": "time"}, "u": {"type": "string", "format": "uuid"},
        "y": {"type": "string", "contentEncoding": "base64"}, "x": true}})"),
        R"({"i":{"data_type":"bigint","nullable":false},"n":{"data_type":"double"},"b":{"data_type":"bool"},)"
        R"("o":{"data_type":"json"},"l":{"data_type":"json"},)"
        R"("s":{"data_type":"text","nullable":false,"precision":9},"at":{"data_type":"timestamp"},)"
        R"("d":{"data_type":"date"},"t":{"data_type":"time"},"u":{"data_type":"text"},"y":{"data_type":"binary"},)"
        R"("x":{"nullable":false}})");
}

TEST(JsonSchemaOfColumns, NullIsAType)
{
    EXPECT_EQ(columns_of(R"({"type": "object", "required": ["a", "b", "c", "d"], "properties": {
        "a": {"type": ["string", "null"]}, "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "c": {"type": "string", "nullable": true}, "d": {"type": "string", "description": "what it is"}}})"),
        R"({"a":{"data_type":"text"},"b":{"data_type":"bigint"},"c":{"data_type":"text"},)"
        R"("d":{"data_type":"text","nullable":false,"description":"what it is"}})");
}

TEST(JsonSchemaOfColumns, AdditionalPropertiesAreTheContractForColumns)
{
    const std::string closed = R"({"type": "object", "properties": {}, "additionalProperties": false})";
    EXPECT_EQ(declare(closed).schema().contract.columns, contract_mode::freeze);
    EXPECT_EQ(declare(closed, R"({"tables": "freeze"})").schema().contract.columns, contract_mode::freeze);
    EXPECT_EQ(
        declare(closed, R"({"columns": "discard_value"})").schema().contract.columns, contract_mode::discard_value);
    EXPECT_EQ(declare(R"({"type": "object", "additionalProperties": true})").schema().contract.columns,
        contract_mode::evolve);
}

TEST(JsonSchemaOfColumns, ReferencesAreFollowed)
{
    EXPECT_EQ(columns_of(R"({"$ref": "#/$defs/row", "$defs": {
        "row": {"type": "object", "properties": {"id": {"$ref": "#/$defs/id"}}}, "id": {"type": "integer"}}})"),
        R"({"id":{"data_type":"bigint"}})");
    EXPECT_THAT(texts(declare(R"({"type": "object", "properties": {"a": {"$ref": "#/$defs/no"}}})").problems()),
        ElementsAre("$ref/ there is no schema at '#/$defs/no'"));
    EXPECT_THAT(texts(declare(R"({"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}})").problems()),
        ElementsAre("properties/a/$ref/ the references lead in a circle, or too deep"));
}

TEST(JsonSchemaOfColumns, AnUnknownKeywordIsAProblem)
{
    const declaration d = declare(R"({"type": "object", "propertys": {}, "properties": {"a": {"typ": "string"},
        "b": {"type": ["string", "integer"]}, "c": {"type": "text"}, "d": {"type": "integer", "minimum": 1}}})");
    EXPECT_THAT(texts(d.problems()),
        ElementsAre(HasSubstr("propertys/ unknown keyword of JSON Schema"),
            "properties/a/typ/ unknown keyword of JSON Schema",
            "properties/b/type/ expected one type besides null: a column has one",
            "properties/c/type/ expected string, integer, number, boolean, object, array or null, found 'text'"));
    EXPECT_THAT(texts(d.warnings()),
        ElementsAre("properties/d/minimum/ accepted, but has no effect: values are not checked for it"));
}

TEST(JsonSchemaOfColumns, IsToldFromAMapping)
{
    EXPECT_EQ(columns_of(R"({"type": {"data_type": "text"}, "properties": {"data_type": "json"}})"),
        R"({"type":{"data_type":"text"},"properties":{"data_type":"json"}})");
    EXPECT_EQ(columns_of(R"({"properties": {"a": {"type": "integer"}}})"), R"({"a":{"data_type":"bigint"}})");
}

TEST(TableSchema, IsATextAndBack)
{
    table_schema made = declare(R"({"id": {"data_type": "bigint", "primary_key": true}, "a \"b\"": {"description": "é"},
        "d": {"data_type": "decimal", "precision": 18, "scale": 4, "dedup_sort": "desc", "hard_delete": true}})",
        R"({"columns": "discard_row"})")
                            .schema();
    const table_schema back = corest::schema::read_schema(made.to_json());
    EXPECT_EQ(back, made);
    EXPECT_EQ(back.version_hash(), made.version_hash());
    EXPECT_EQ(made.version_hash().size(), 64U);
    made.columns[0].type = data_type::text;
    EXPECT_NE(back.version_hash(), made.version_hash());
    EXPECT_THROW(static_cast<void>(corest::schema::read_schema("[]")), corest::error);
    EXPECT_THROW(static_cast<void>(corest::schema::read_schema("{")), corest::error);
}

TEST(TableSchema, SaysWhatHasChanged)
{
    const table_schema before =
        declare(R"({"a": {"data_type": "bigint"}, "b": {"data_type": "text"}, "c": {}})").schema();
    const table_schema after = declare(R"({"a": {"data_type": "decimal", "precision": 9, "scale": 2},
        "b": {"data_type": "text", "nullable": false}, "d": {"data_type": "json"}})",
        R"({"columns": "freeze"})")
                                   .schema();
    EXPECT_THAT(after.changes_since(before),
        ElementsAre("the column 'a' was bigint and is decimal(9, 2) now", "the column 'b' may not be null any more",
            "the column 'd' is new, json", "the column 'c' is gone",
            "the contract for columns was evolve and is freeze now"));
    EXPECT_THAT(after.changes_since(after), IsEmpty());
}

} // namespace

/// \file
/// Tables with a schema, in each destination: every type with each kind of value, contracts, and what is kept of it.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/schema/change_log.hpp>
#include <corest/schema/declaration.hpp>
#include <corest/schema/row_rules.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using corest::page;
using corest::sqlite_destination;
using corest::table;
using corest::write_disposition;
using corest::schema::column;
using corest::schema::contract_mode;
using corest::schema::data_type;
using corest::schema::schema_contract;
using corest::schema::table_schema;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using texts = std::vector<std::string>;

/// A value of a type, and what destinations make of it: empty where it is refused.
class stored_case {
public:
    data_type type;
    const char* kind;
    std::string json; ///< of the record's field; empty: it is missing
    std::string in_sqlite;
    std::string in_json; ///< the whole line
};

std::ostream& operator<<(std::ostream& out, const stored_case& c)
{
    return out << to_string(c.type) << " " << c.kind;
}

class StoredBySchema : public testing::TestWithParam<stored_case> {
protected:
    static table frozen()
    {
        table t("samples", write_disposition::replace);
        t.schema = table_schema({column("x", GetParam().type)}, schema_contract(contract_mode::freeze));
        return t;
    }
    static std::vector<page> pages()
    {
        return {make_page({GetParam().json.empty() ? "{}" : "{\"x\":" + GetParam().json + "}"})};
    }
    template <class Load>
    static std::string failure_of(Load&& load)
    {
        try {
            load();
            return {};
        } catch (const corest::error& e) {
            return e.what();
        }
    }
    static void expect_refusal(const std::string& failure)
    {
        EXPECT_THAT(
            failure, HasSubstr("the field 'x' is to be " + std::string(to_string(GetParam().type)) + ", found "));
        EXPECT_THAT(failure, HasSubstr("resource 'samples', page 1"));
        EXPECT_THAT(failure, HasSubstr("declare another type in table::schema"));
    }

    temporary_folder folder;
};

TEST_P(StoredBySchema, InSqlite)
{
    const std::string file = folder.file("data.db");
    const std::string failure = failure_of([&] { load(sqlite_destination(file), frozen(), pages()); });
    if (GetParam().in_sqlite.empty()) {
        expect_refusal(failure);
    } else {
        EXPECT_EQ(failure, "");
        EXPECT_EQ(
            database(file).rows("SELECT iif(typeof(x) = 'blob', hex(x), x) FROM samples"), texts{GetParam().in_sqlite});
    }
}

TEST_P(StoredBySchema, InNdjson)
{
    const std::string failure =
        failure_of([&] { load(corest::ndjson_destination(folder.file("out")), frozen(), pages()); });
    if (GetParam().in_json.empty()) {
        expect_refusal(failure);
    } else {
        EXPECT_EQ(failure, "");
        std::ifstream in(folder.file("out") + "/samples.ndjson");
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), GetParam().in_json + "\n");
    }
}

std::vector<stored_case> cases_of_all_types()
{
    std::vector<stored_case> all;
    for (const data_type type : corest::schema::data_types) {
        all.push_back({type, "null", "null", "NULL", R"({"x":null})"});
        all.push_back({type, "missing", "", "NULL", "{}"});
    }
    const auto add = [&](data_type type, const char* kind, std::string json, std::string sqlite, std::string line) {
        all.push_back({type, kind, std::move(json), std::move(sqlite), std::move(line)});
    };
    using std::string_literals::operator""s;
    add(data_type::text, "value", R"("a")", "'a'", R"({"x":"a"})");
    add(data_type::text, "unicode", R"("gr\u00f6\u00dfe 😀")", "'größe 😀'", R"({"x":"gr\u00f6\u00dfe 😀"})");
    add(data_type::text, "NUL", R"("a\u0000b")", "'a\0b'"s, R"({"x":"a\u0000b"})");
    add(data_type::text, "other type", "[1]", "'[1]'", R"({"x":"[1]"})");
    add(data_type::floating, "value", "1.5", "1.5r", R"({"x":1.5})");
    add(data_type::floating, "other type", R"("1.5")", "1.5r", R"({"x":1.5})");
    add(data_type::floating, "wrong type", R"("a")", "", "");
    add(data_type::floating, "too large", "1e400", "", "");
    add(data_type::boolean, "value", "true", "1", R"({"x":true})");
    add(data_type::boolean, "other type", R"("no")", "0", R"({"x":false})");
    add(data_type::boolean, "wrong type", "[]", "", "");
    add(data_type::timestamp, "value", R"("2026-11-26T09:30:00Z")", "'2026-11-26T09:30:00Z'",
        R"({"x":"2026-11-26T09:30:00Z"})");
    add(data_type::timestamp, "other offset", R"("2026-11-26T10:30:00+01:00")", "'2026-11-26T09:30:00Z'",
        R"({"x":"2026-11-26T09:30:00Z"})");
    add(data_type::timestamp, "other type", "0", "'1970-01-01T00:00:00Z'", R"({"x":"1970-01-01T00:00:00Z"})");
    add(data_type::timestamp, "wrong type", R"("soon")", "", "");
    add(data_type::timestamp, "too large", "99999999999999", "", "");
    add(data_type::bigint, "value", "9223372036854775807", "9223372036854775807", R"({"x":9223372036854775807})");
    add(data_type::bigint, "other type", R"("0x10")", "16", R"({"x":16})");
    add(data_type::bigint, "wrong type", "1.5", "", "");
    add(data_type::bigint, "too large", "9223372036854775808", "", "");
    add(data_type::binary, "value", R"("aGk=")", "'6869'", R"({"x":"aGk="})");
    add(data_type::binary, "NUL", R"("AA==")", "'00'", R"({"x":"AA=="})");
    add(data_type::binary, "wrong type", R"("?")", "", "");
    add(data_type::json, "value", R"({"a":[1]})", R"('{"a":[1]}')", R"({"x":{"a":[1]}})");
    add(data_type::json, "lone surrogate", R"(["\ud800"])", R"('["\ud800"]')", R"({"x":["\ud800"]})");
    add(data_type::json, "wrong type", "7", "", "");
    add(data_type::decimal, "value", "12345678901234567890.12345", "'12345678901234567890.12345'",
        R"({"x":12345678901234567890.12345})");
    add(data_type::decimal, "other type", R"("0.10")", "'0.1'", R"({"x":0.1})");
    add(data_type::decimal, "wrong type", R"("a")", "", "");
    add(data_type::decimal, "too large", "1e999999", "", "");
    add(data_type::wei, "value", "18446744073709551616", "'18446744073709551616'", R"({"x":18446744073709551616})");
    add(data_type::wei, "wrong type", "0.5", "", "");
    add(data_type::date, "value", R"("2026-11-26")", "'2026-11-26'", R"({"x":"2026-11-26"})");
    add(data_type::date, "wrong type", R"("26.11.2026")", "", "");
    add(data_type::time, "value", R"("09:30:00.5")", "'09:30:00.5'", R"({"x":"09:30:00.5"})");
    add(data_type::time, "wrong type", "930", "", "");
    return all;
}

INSTANTIATE_TEST_SUITE_P(Values, StoredBySchema, testing::ValuesIn(cases_of_all_types()));

class SqliteSchema : public testing::Test {
protected:
    texts rows(const std::string& sql) const { return database(file).rows(sql); }
    void load_table(const table& t, std::vector<page> pages) const
    {
        load(sqlite_destination(file), t, std::move(pages));
    }
    static table with_schema(table_schema schema, write_disposition mode = write_disposition::replace)
    {
        table t("samples", mode, mode == write_disposition::merge ? texts{"id"} : texts());
        t.schema = std::move(schema);
        return t;
    }

    temporary_folder folder;
    std::string file = folder.file("data.db");
};

TEST_F(SqliteSchema, DeclaredColumnsHaveTheirTypesAndOthersNone)
{
    const table_schema declared(
        {column("id", data_type::bigint).not_null(), column("price", data_type::decimal).with_precision(12, 2),
            column("exact", data_type::decimal), column("at", data_type::timestamp), column("any")});
    for (const write_disposition mode :
        {write_disposition::append, write_disposition::replace, write_disposition::merge})
    {
        std::filesystem::remove(file);
        load_table(
            with_schema(declared, mode), {make_page({R"({"new":1,"id":"1","price":1.50})", R"({"id":2,"new":"x"})"})});
        EXPECT_EQ(rows("SELECT name, type, \"notnull\" FROM pragma_table_info('samples')"),
            (texts{"'id'|'BIGINT'|1", "'price'|'DECIMAL(12,2)'|0", "'exact'|'TEXT'|0", "'at'|'TIMESTAMP'|0",
                "'any'|''|0", "'new'|''|0"}));
        EXPECT_EQ(rows("SELECT id, price, new FROM samples"), (texts{"1|1.5r|1", "2|NULL|'x'"}));
    }
}

TEST_F(SqliteSchema, AColumnThatIsDeclaredLaterHasItsType)
{
    load_table(with_schema(table_schema({column("id", data_type::bigint)})), {make_page({R"({"id":1})"})});
    load_table(with_schema(table_schema({column("id", data_type::bigint), column("b", data_type::text).not_null()})),
        {make_page({R"({"id":1,"b":2})"})});
    EXPECT_EQ(rows("SELECT name, type, \"notnull\" FROM pragma_table_info('samples')"),
        (texts{"'id'|'BIGINT'|0", "'b'|'TEXT'|0"}));
    EXPECT_EQ(rows("SELECT b FROM samples"), texts{"'2'"});
}

TEST_F(SqliteSchema, EachVersionIsKept)
{
    const table first = with_schema(table_schema({column("id", data_type::bigint)}));
    load_table(first, {make_page({R"({"id":1})"})});
    load_table(first, {make_page({R"({"id":2})"})});
    EXPECT_EQ(rows("SELECT resource, version, schema FROM _corest_schema"),
        texts{R"('samples'|1|'{"columns":{"id":{"data_type":"bigint"}},"schema_contract":{"tables":"evolve",)"
              R"("columns":"evolve","data_type":"evolve"}}')"});
    table second = first;
    second.rules = std::make_shared<corest::schema::row_rules>(*second.schema);
    second.changes = std::make_shared<corest::schema::change_log>();
    load_table(second, {make_page({R"({"id":"x","b":true})", R"({"id":"y","b":true})"})});
    EXPECT_EQ(rows("SELECT version, json_extract(schema, '$.columns') FROM _corest_schema"),
        (texts{R"(1|'{"id":{"data_type":"bigint"}}')",
            R"(2|'{"id":{"data_type":"bigint"},"b":{},"id__v_text":{"data_type":"text"}}')"}));
    EXPECT_THAT(second.rules->report(),
        ElementsAre(
            "the field 'id' is to be bigint, and the text 'x' is not: such values are in the column 'id__v_text'"));
    EXPECT_THAT(second.changes->sentences(),
        ElementsAre("the column 'id__v_text' is new, text", "the column 'b' is new, any type"));
    EXPECT_EQ(rows("SELECT id, id__v_text, b FROM samples"), (texts{"NULL|'x'|1", "NULL|'y'|1"}));
}

TEST_F(SqliteSchema, EachVersionOfATableWithoutASchemaIsKept)
{
    const table plain("samples", write_disposition::append);
    load_table(plain, {make_page({R"({"a":1})", R"({"b":1})"}), make_page({R"({"a":2})"})});
    load_table(plain, {make_page({R"({"a":3})"})});
    load_table(plain, {make_page({R"({"c":3})"})});
    EXPECT_EQ(rows("SELECT version, json_extract(schema, '$.columns') FROM _corest_schema"),
        (texts{R"(1|'{"a":{},"b":{}}')", R"(2|'{"a":{},"b":{},"c":{}}')"}));
}

TEST_F(SqliteSchema, RowsThatAreDiscardedAreNotThere)
{
    const table t =
        with_schema(table_schema({column("id", data_type::bigint).not_null(), column("at", data_type::timestamp)},
                        schema_contract(contract_mode::discard_row)),
            write_disposition::merge);
    load_table(t,
        {make_page({R"({"id":1,"at":"2026-11-26T10:30:00.25+01:00"})", R"({"id":"x"})", R"({"at":0,"id":3})",
            R"({"id":4,"b":1})"})});
    EXPECT_EQ(rows("SELECT id, at FROM samples"), (texts{"1|'2026-11-26T09:30:00.25Z'", "3|'1970-01-01T00:00:00Z'"}));
}

TEST_F(SqliteSchema, WhatATableHasIsNotNew)
{
    load_table(table("samples", write_disposition::replace), {make_page({R"({"id":1,"b":2})"})});
    const table frozen = with_schema(table_schema({}, schema_contract(contract_mode::freeze)));
    load_table(frozen, {make_page({R"({"id":1,"b":3})"})});
    EXPECT_EQ(rows("SELECT id, b FROM samples"), texts{"1|3"});
    try {
        load_table(frozen, {make_page({R"({"id":1,"c":2})"})});
        FAIL();
    } catch (const corest::error& e) {
        EXPECT_THAT(e.what(), HasSubstr("the field 'c' has no column, and the schema's columns are frozen"));
    }
    EXPECT_EQ(rows("SELECT id, b FROM samples"), texts{"1|3"});
}

TEST_F(SqliteSchema, BindingsHaveTheirTypesToo)
{
    table t = with_schema(table_schema({column("_projects_id", data_type::bigint).not_null()}));
    t.binding_columns = {"_projects_id"};
    load_table(t, {make_page({R"({"a":1})"}, 1, {corest::binding("projects_id", "projects", "id", "\"7\"", "7")})});
    EXPECT_EQ(rows("SELECT _projects_id, a FROM samples"), texts{"7|1"});
}

TEST(NdjsonSchema, LinesAreAsDeclared)
{
    const temporary_folder folder;
    table t("samples", write_disposition::append);
    t.schema = table_schema({column("id", data_type::bigint)}, schema_contract(contract_mode::evolve));
    t.schema->contract.columns = contract_mode::discard_value;
    load(corest::ndjson_destination(folder.file("out")), t,
        {make_page({R"({"id":"1"})", R"({"id":"one","b":1})", R"({ "id": 3 })"})});
    std::ifstream in(folder.file("out") + "/samples.ndjson");
    EXPECT_EQ(
        std::string(std::istreambuf_iterator<char>(in), {}), "{\"id\":1}\n{\"id__v_text\":\"one\"}\n{\"id\":3}\n");
}

} // namespace

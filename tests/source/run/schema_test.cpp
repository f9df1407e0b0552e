/// \file
/// `columns` and `schema_contract` of a dictionary, from the plan to the tables and the report.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using corest::request;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

using texts = std::vector<std::string>;

class SourceSchema : public testing::Test {
protected:
    static std::string dictionary(const std::string& keys)
    {
        return R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "things", )" + keys + "}]}";
    }

    corest::source::load_options options() const
    {
        corest::source::load_options out;
        out.transport = corest::any_transport(server);
        out.clock = std::make_shared<manual_clock>();
        return out;
    }

    corest::source::run_report load(const std::string& keys)
    {
        return run(context,
            corest::source::load_text(dictionary(keys))
                .plan()
                .run(corest::sqlite_destination(file), secrets, options()));
    }

    texts rows(const std::string& sql) const { return database(file).rows(sql); }

    corest::net::io_context context;
    const corest::source::secret_store secrets{[](const std::string&) { return std::optional<std::string>(); }};
    std::string body = R"([{"id":"1","price":1.50,"at":"2026-11-26T10:30:00+01:00"},{"id":"x","price":2}])";
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request&) { return respond(200, body); });
    temporary_folder folder;
    std::string file = folder.file("data.db");
};

TEST_F(SourceSchema, TypesAreThoseDeclared)
{
    const auto report = load(
        R"("endpoint": {"paginator": "single_page"}, "columns": {"type": "object", "properties": {
            "id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}}})");
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(rows("SELECT name, type FROM pragma_table_info('things')"),
        (texts{"'id'|'BIGINT'", "'at'|'TIMESTAMP'", "'price'|''", "'id__v_text'|''"}));
    EXPECT_EQ(rows("SELECT id, at, price, id__v_text FROM things"),
        (texts{"1|'2026-11-26T09:30:00Z'|1.5r|NULL", "NULL|NULL|2|'x'"}));
    EXPECT_THAT(report.resources[0].warnings(),
        ElementsAre(
            "the field 'id' is to be bigint, and the text 'x' is not: such values are in the column 'id__v_text'"));
}

TEST_F(SourceSchema, WhatIsDiscardedIsCounted)
{
    const auto report = load(R"("endpoint": {"paginator": "single_page"}, "columns": {"id": {"data_type": "bigint"}},
        "schema_contract": {"data_type": "discard_row", "columns": "discard_value"})");
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.resources[0].rows, 1U);
    EXPECT_EQ(report.resources[0].discarded_rows, 1U);
    EXPECT_EQ(rows("SELECT * FROM things"), texts{"1"});
    EXPECT_THAT(report.resources[0].warnings(),
        ElementsAre("1 row was left out, as schema_contract says", HasSubstr("left out, as schema_contract says")));
}

TEST_F(SourceSchema, AFailureNamesTheKeysOfTheDictionary)
{
    const auto report = load(R"("endpoint": {"paginator": "single_page"}, "columns": {"id": {"data_type": "bigint"}},
        "schema_contract": "freeze")");
    ASSERT_EQ(report.failures().size(), 1U);
    EXPECT_THAT(report.failures()[0],
        HasSubstr("the field 'price' has no column, and the schema's columns are frozen (record 1 of the page)"));
    EXPECT_THAT(
        report.failures()[0], HasSubstr("Declare it, or let columns evolve or be discarded in schema_contract."));
}

TEST_F(SourceSchema, ChangesOfALaterRunAreReported)
{
    const std::string keys = R"("endpoint": {"paginator": "single_page"}, "write_disposition": "replace",
        "columns": {"id": {"data_type": "text"}})";
    const auto first = load(keys);
    EXPECT_THAT(first.resources[0].warnings(), IsEmpty());
    EXPECT_THAT(first.resources[0].table_changes, ElementsAre("the table is new: id text, price, at"));
    body = R"([{"id":"1","new":true}])";
    const auto second = load(keys);
    EXPECT_THAT(second.resources[0].warnings(), IsEmpty());
    EXPECT_EQ(corest::source::to_json(second).at("resources").at(0).at("table_changes"),
        boost::json::array({"the column 'new' is new, any type"}));
    EXPECT_EQ(rows("SELECT count(*) FROM _corest_schema"), texts{"3"});
}

TEST_F(SourceSchema, WhatADestinationDoesNotSeeToIsSaid)
{
    const auto report = load(R"("endpoint": {"paginator": "single_page"}, "write_disposition": "merge",
        "primary_key": "id", "columns": {"id": {"unique": true}, "at": {"unique": true}})");
    EXPECT_THAT(report.resources[0].warnings(),
        ElementsAre("the destination does not see to it that the column 'at' is unique"))
        << "the key is";
}

TEST_F(SourceSchema, RowsThatTookTheirPlacesByAKeyThatIsNotUniqueAreSaid)
{
    const std::string endpoint = R"("endpoint": {"paginator": "single_page"}, "primary_key": "id", )";
    const auto said = [&](const std::string& disposition, const std::string& rows_sent) {
        body = rows_sent;
        const auto report = load(endpoint + R"("write_disposition": ")" + disposition + '"');
        EXPECT_TRUE(report.complete());
        return report.resources[0].warnings();
    };
    const std::string twice = R"([{"id":1,"at":"a"},{"id":1,"at":"b"},{"id":2,"at":"c"}])";
    const std::string text = "the run has stored 3 rows, and the table has 2: of those with the same primary key (id) "
                             "the last one is kept; if they are different records, the key lacks a field";
    EXPECT_THAT(said("merge", twice), ElementsAre(text));
    EXPECT_THAT(said("merge", twice), IsEmpty()) << "the rows of the first run are there, too";
    EXPECT_THAT(said("replace", twice), ElementsAre(text));
    EXPECT_THAT(said("replace", R"([{"id":1},{"id":2}])"), IsEmpty());
}

TEST_F(SourceSchema, ChecksWhetherTheRecordsOfTheFirstPageFit)
{
    const auto faults = [&](const std::string& keys) {
        corest::source::connect_options how;
        how.transport = corest::any_transport(server);
        const auto plan = corest::source::load_text(dictionary(keys)).plan();
        return run(context, plan.check(secrets, how)).at(0).faults;
    };
    const std::string endpoint = R"("endpoint": {"paginator": "single_page"}, )";
    EXPECT_THAT(faults(endpoint + R"("columns": {"at": {"data_type": "timestamp"}})"), IsEmpty());
    EXPECT_THAT(faults(endpoint + R"("columns": {"id": {"data_type": "bigint"}})"),
        ElementsAre(
            "the field 'id' is to be bigint, and the text 'x' is not: such values are in the column 'id__v_text'"));
    EXPECT_THAT(faults(endpoint + R"("columns": {"id": {"data_type": "bigint"}}, "schema_contract": "freeze")"),
        ElementsAre(HasSubstr("the field 'price' has no column, and the schema's columns are frozen")));
    body = R"({"total":5,"items":[{"id":1}]})";
    EXPECT_THAT(
        faults(R"("endpoint": {})"), ElementsAre(HasSubstr("the server says that there is more than was read: ")));
}

TEST_F(SourceSchema, AFileMayHoldTheColumns)
{
    std::ofstream(folder.file("things.json")) << R"({"type": "object", "properties": {"id": {"type": "integer"}}})";
    std::ofstream(folder.file("source.json")) << dictionary(R"("columns": {"$ref": "things.json"})");
    const auto plan = corest::source::load(folder.file("source.json")).plan();
    EXPECT_EQ(plan.resources()[0].config.schema->columns_json(), R"({"id":{"data_type":"bigint"}})");
    std::ofstream(folder.file("source.json")) << dictionary(R"("columns": {"$ref": "others.json"})");
    try {
        static_cast<void>(corest::source::load(folder.file("source.json")));
        FAIL();
    } catch (const corest::error& e) {
        EXPECT_THAT(e.what(), HasSubstr("resources[0].columns: "));
        EXPECT_THAT(e.what(), HasSubstr("others.json"));
    }
}

TEST_F(SourceSchema, ThePlanShowsIt)
{
    const auto plan = corest::source::load_text(dictionary(R"("primary_key": "id", "columns":
        {"price": {"data_type": "decimal", "precision": 18, "scale": 4}, "id": {"data_type": "bigint"}},
        "schema_contract": {"columns": "freeze"})"))
                          .plan();
    EXPECT_THAT(plan.to_text(),
        HasSubstr("columns: price decimal(18, 4), id bigint not null\n   "
                  "contract: tables evolve, columns freeze, data_type evolve\n"));
    EXPECT_EQ(plan.to_json().at("resources").at(0).at("schema_contract").at("columns"), "freeze");
}

TEST_F(SourceSchema, IsFoundInTheFirstRows)
{
    const auto found = run(context,
        corest::source::load_text(dictionary(R"("endpoint": {"paginator": "single_page"},
            "columns": {"price": {"data_type": "decimal"}, "id": {"nullable": false}})"))
            .plan()
            .find_schemas(secrets, options()));
    EXPECT_EQ(to_text(found),
        "{\n  \"things\": {\"columns\": {\n"
        "    \"price\":{\"data_type\":\"decimal\"},\n"
        "    \"id\":{\"data_type\":\"text\",\"nullable\":false},\n"
        "    \"at\":{\"data_type\":\"timestamp\"}\n  }}\n}\n");
}

} // namespace

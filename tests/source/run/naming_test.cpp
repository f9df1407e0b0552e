/// \file
/// `naming: snake_case`: rows go into tables that dlt has made.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/source/run/row_naming.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/make_page.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace row_naming_test {

using corest::request;
using corest::schema::naming;
using corest::source::detail::row_naming;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using texts = std::vector<std::string>;

class Naming : public testing::Test {
protected:
    static std::string dictionary(const std::string& keys)
    {
        return R"({"client": {"base_url": "http://api.test"}, "resource_defaults": {"endpoint": {"paginator":
            "single_page"}, "naming": "snake_case", )"
            + keys + R"(}, "resources": [{"name": "orderItems", "endpoint": "items"}, {"name": "orderItemNotes",
            "endpoint": "items/{resources.orderItems.itemId}/notes", "primary_key": ["noteId"]}]})";
    }
    corest::source::run_report load(corest::any_destination into, const std::string& keys)
    {
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        return run(context,
            corest::source::load_text(dictionary(keys)).plan().run(std::move(into), secrets, std::move(options)));
    }
    texts rows(const std::string& sql) const { return database(file).rows(sql); }

    std::string items = R"([{"itemId":1,"Unit Price":2.5,"__typename":"Item","details":{"someKey":1}}])";
    corest::net::io_context context;
    const corest::source::secret_store secrets{[](const std::string&) { return std::optional<std::string>(); }};
    std::shared_ptr<scripted_transport> server = std::make_shared<scripted_transport>([this](const request& r) {
        return respond(200, r.url.ends_with("notes") ? R"([{"noteId":7,"text":"x"}])" : items);
    });
    temporary_folder folder;
    std::string file = folder.file("data.db");
};

TEST_F(Naming, RowsAreAppendedToTheTablesOfDlt)
{
    database(file).execute("CREATE TABLE order_items (item_id BIGINT, unit_price DOUBLE, typename TEXT, details TEXT, "
                           "_dlt_load_id TEXT NOT NULL, _dlt_id TEXT NOT NULL)");
    database(file).execute("INSERT INTO order_items VALUES(0, 1.0, 'Item', NULL, '1.0', 'a')");
    const auto report =
        load(corest::sqlite_destination(file), R"("load_columns": true, "write_disposition": "append")");
    ASSERT_TRUE(report.complete());
    EXPECT_EQ(rows("SELECT item_id, unit_price, typename, details FROM order_items ORDER BY 1"),
        (texts{"0|1r|'Item'|NULL", R"(1|2.5r|'Item'|'{"someKey":1}')"}));
    EXPECT_THAT(report.resources[0].table_changes, ElementsAre("the column '_corest_loaded_at' is new, timestamp"));
    EXPECT_EQ(rows("SELECT note_id, text, _order_items_item_id FROM order_item_notes"), texts{"7|'x'|1"});
}

TEST_F(Naming, KeysAndDeclaredColumnsAreNamedToo)
{
    const std::string keys = R"("write_disposition": "merge", "primary_key": "itemId",
        "columns": {"Unit Price": {"data_type": "decimal", "precision": 8, "scale": 2}}, "merge_key": [])";
    ASSERT_TRUE(load(corest::sqlite_destination(file), keys).complete());
    items = R"([{"itemId":1,"unitPrice":"3.5"},{"itemId":2}])";
    ASSERT_TRUE(load(corest::sqlite_destination(file), keys).complete()) << "other spellings of a name are the same";
    EXPECT_EQ(rows("SELECT item_id, unit_price FROM order_items ORDER BY 1"), (texts{"1|3.5r", "2|NULL"}));
    EXPECT_EQ(
        rows("SELECT type FROM pragma_table_info('order_items') WHERE name = 'unit_price'"), texts{"'DECIMAL(8,2)'"});
}

TEST_F(Naming, FilesHaveTheNamesToo)
{
    ASSERT_TRUE(load(corest::ndjson_destination(folder.file("out")), R"("write_disposition": "append")").complete());
    EXPECT_EQ(read_file(folder.file("out") + "/order_items.ndjson"),
        "{\"item_id\":1,\"unit_price\":2.5,\"typename\":\"Item\",\"details\":{\"someKey\":1}}\n");
}

TEST_F(Naming, TwoFieldsOfARecordAreNotOneColumn)
{
    items = R"([{"itemId":1},{"itemId":2,"item_id":3}])";
    const auto report = load(corest::sqlite_destination(file), R"("write_disposition": "append")");
    ASSERT_EQ(report.failures().size(), 1U);
    EXPECT_THAT(report.failures()[0],
        testing::AllOf(HasSubstr("the fields 'itemId' and 'item_id' of a record would both be the column 'item_id'"),
            HasSubstr("record 2 of the page"), HasSubstr("orderItems")));
}

TEST_F(Naming, ThePlanSaysWhatWouldCollide)
{
    const auto why = [](const std::string& text) {
        try {
            static_cast<void>(corest::source::load_text(text).plan());
        } catch (const corest::error& e) {
            return std::string(e.what());
        }
        return std::string("nothing");
    };
    EXPECT_THAT(why(dictionary(R"("columns": {"itemID": {"data_type": "text"}, "item_id": {"nullable": false}})")),
        HasSubstr("the fields 'itemID' and 'item_id' would both be the column 'item_id'; declare one of them"));
    EXPECT_THAT(why(R"({"client": {"base_url": "http://api.test"}, "resource_defaults": {"naming": "snake_case"},
        "resources": ["myThings", "my_things"]})"),
        HasSubstr("the table 'my_things' is that of the resource 'myThings' too"));
    EXPECT_THAT(
        why(R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "x", "naming": "snakecase"}]})"),
        HasSubstr("unknown naming convention 'snakecase'; the nearest known one is 'snake_case'"));
}

TEST_F(Naming, ThePlanShowsIt)
{
    const auto plan = corest::source::load_text(dictionary(R"("primary_key": "itemId")")).plan();
    EXPECT_THAT(
        plan.to_text(), testing::AllOf(HasSubstr("table: order_items, append"), HasSubstr("names: snake_case")));
    const boost::json::value shown = plan.to_json();
    const boost::json::value& resource = shown.at("resources").at(0);
    EXPECT_EQ(resource.at("naming"), "snake_case");
    EXPECT_EQ(resource.at("primary_key").at(0), "item_id");
}

TEST(RowNaming, APageWhoseNamesStayIsTheSame)
{
    row_naming names(naming::snake_case);
    const corest::page plain = make_page({R"({"id":1})", "{}"});
    EXPECT_EQ(names.apply(plain).data(), plain.data());
    EXPECT_EQ(row_naming(naming::direct).apply(make_page({R"({"aB":1})"})).json(0), R"({"aB":1})");
    EXPECT_FALSE(names.apply(corest::page()));
}

TEST(RowNaming, ValuesStayAsTheyCame)
{
    row_naming names(naming::snake_case, 11);
    const corest::page made = names.apply(make_page(
        {R"({ "aB" : 1.50, "c\u0044" : [ {"aB":"\u00e9"} ],"aB":2})", R"({"\u20acuro price per month":null})"}));
    EXPECT_EQ(made.json(0), R"({"a_b":1.50,"c_d":[ {"aB":"\u00e9"} ],"a_b":2})");
    EXPECT_EQ(made.json(1), R"({"_ur4eopkath":null})");
    EXPECT_EQ(made.size(), 2U);
}

} // namespace row_naming_test

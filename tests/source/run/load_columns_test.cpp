/// \file
/// `load_columns`: which load has brought a row, the row's own id, and when it came.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/source/run/load_stamp.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/make_page.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace load_columns_test {

using corest::request;
using corest::source::detail::load_stamp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

using texts = std::vector<std::string>;

class LoadColumns : public testing::Test {
protected:
    static std::string dictionary(const std::string& defaults)
    {
        return R"({"client": {"base_url": "http://api.test"}, "resource_defaults": {"endpoint": {"paginator":
            "single_page"}, "load_columns": true, )"
            + defaults + R"(}, "resources": [{"name": "things"}, {"name": "parts", "endpoint": {"path":
            "things/{things_id}/parts"}}, {"name": "plain", "load_columns": false}]})";
    }
    bool load(corest::any_destination into, const std::string& defaults = R"("write_disposition": "append")")
    {
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        return run(context,
            corest::source::load_text(dictionary(defaults)).plan().run(std::move(into), secrets, std::move(options)))
            .complete();
    }
    texts rows(const std::string& sql) const { return database(file).rows(sql); }

    corest::net::io_context context;
    const corest::source::secret_store secrets{[](const std::string&) { return std::optional<std::string>(); }};
    std::shared_ptr<scripted_transport> server = std::make_shared<scripted_transport>(
        [](const request&) { return respond(200, R"([{"id":1}, {"id":2} ,{"id":3 }])"); });
    temporary_folder folder;
    std::string file = folder.file("data.db");
};

TEST_F(LoadColumns, SayWhichLoadHasBroughtARow)
{
    ASSERT_TRUE(load(corest::sqlite_destination(file)));
    ASSERT_TRUE(load(corest::sqlite_destination(file)));
    EXPECT_EQ(
        rows("SELECT count(*), count(DISTINCT _dlt_load_id), count(DISTINCT _dlt_id) FROM things"), texts{"6|2|6"});
    EXPECT_EQ(
        rows("SELECT count(*), count(DISTINCT _dlt_id), count(DISTINCT _things_id) FROM parts"), texts{"18|18|3"});
    EXPECT_EQ(rows("SELECT DISTINCT _dlt_load_id FROM things ORDER BY 1"),
        rows("SELECT DISTINCT _dlt_load_id FROM parts ORDER BY 1"))
        << "all tables of a run have the same";
    EXPECT_EQ(database(file).column_list("plain"), texts{"id"});
    for (const std::string& id : rows("SELECT _dlt_load_id FROM things")) {
        EXPECT_THAT(id, MatchesRegex("'[0-9]{10}\\.[0-9]{6}'"));
    }
    for (const std::string& id : rows("SELECT _dlt_id FROM things")) {
        EXPECT_THAT(id, MatchesRegex("'[A-Za-z0-9+/]{14}'"));
    }
    for (const std::string& moment : rows("SELECT _corest_loaded_at FROM parts")) {
        EXPECT_THAT(moment, MatchesRegex("'20[0-9]{2}-.*T.*Z'"));
    }
}

TEST_F(LoadColumns, ArePartOfLinesOfJson)
{
    ASSERT_TRUE(load(corest::ndjson_destination(folder.file("out"))));
    EXPECT_THAT(read_file(folder.file("out") + "/things.ndjson"),
        MatchesRegex("(.\"id\":[123] ?,\"_dlt_id\":\"[^\"]{14}\",\"_dlt_load_id\":\"[0-9.]{17}\","
                     "\"_corest_loaded_at\":\"[^\"]*Z\".\n){3}"));
}

TEST_F(LoadColumns, GoWithAContractThatFreezes)
{
    ASSERT_TRUE(load(corest::sqlite_destination(file), R"("schema_contract": {"columns": "freeze"})"));
    ASSERT_TRUE(load(corest::sqlite_destination(file), R"("schema_contract": {"columns": "freeze"})"));
    EXPECT_EQ(rows("SELECT count(*), count(DISTINCT _dlt_id) FROM things"), texts{"6|6"});
}

TEST_F(LoadColumns, AreShownByThePlan)
{
    EXPECT_THAT(corest::source::load_text(dictionary(R"("write_disposition": "append")")).plan().to_text(),
        testing::AllOf(HasSubstr("table: things, append, with _dlt_load_id, _corest_loaded_at, _dlt_id\n"),
            HasSubstr("table: plain, append\n")));
}

TEST_F(LoadColumns, MayBeAskedForFromOutside)
{
    auto source = corest::source::load_text(R"({"client": {"base_url": "http://api.test"}, "resources": ["things"]})");
    EXPECT_THAT(source.set("resource_defaults.load_columns=true").plan().to_text(),
        HasSubstr("table: things, append, with _dlt_load_id, _corest_loaded_at, _dlt_id\n"));
}

TEST(LoadStamp, AddsToRecordsOfAnyForm)
{
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1764234567));
    const corest::page made = load_stamp("7.000001").add_to(make_page({"{}", "{ }", "{\"a\":{}\n}"}), now);
    ASSERT_EQ(made.size(), 3U);
    EXPECT_THAT(std::string(made.json(0)), MatchesRegex("\\{\"_dlt_id\":\"[^\"]{14}\"}"));
    EXPECT_THAT(std::string(made.json(1)), MatchesRegex("\\{ \"_dlt_id\":\"[^\"]{14}\"}"));
    EXPECT_THAT(std::string(made.json(2)), MatchesRegex("\\{\"a\":\\{}\n,\"_dlt_id\":\"[^\"]{14}\"}"));
    texts bound;
    for (const corest::binding& b : made.bindings()) {
        bound.push_back(b.column() + "=" + b.json);
    }
    EXPECT_THAT(
        bound, ElementsAre("_dlt_load_id=\"7.000001\"", "_corest_loaded_at=\"" + corest::format_date_time(now) + "\""));
}

TEST(LoadStamp, AnIdHasSixDigitsBehindThePoint)
{
    const auto began = std::chrono::system_clock::time_point(std::chrono::milliseconds(1764234567890));
    EXPECT_EQ(load_stamp::id_of(began, 42), "1764234567.000042");
    EXPECT_EQ(load_stamp::id_of(began, 999'999), "1764234567.999999");
}

} // namespace load_columns_test

/// \file
/// Several resources with the same `table_name` load into one table.

#include <corest/destination/csv.hpp>
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

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace shared_table_test {

using corest::request;
using corest::source::resource_state;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

using texts = std::vector<std::string>;

/// People of two lists, and the friends of those of the first one: all of them into the table `people`.
class SharedTable : public testing::Test {
protected:
    /// \param keys of all resources
    static std::string dictionary(const std::string& keys, const std::string& of_first = "{}")
    {
        return R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0}},
            "resource_defaults": {"table_name": "people", )"
            + keys + R"(, "endpoint": {"paginator": "single_page"}}, "resources": [
            {"name": "members", "endpoint": {"path": "members", "incremental": )"
            + of_first + R"(}},
            {"name": "guests", "endpoint": "guests"},
            {"name": "friends", "endpoint": "members/{resources.members.id}/friends"},
            {"name": "places", "table_name": "places", "endpoint": "places"}]})";
    }
    corest::source::run_report load(
        corest::any_destination into, const std::string& text, corest::source::load_options options = {})
    {
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        std::string all = text;
        if (const auto none = all.find(R"(, "incremental": {})"); none != std::string::npos) {
            all.erase(none, 19);
        }
        return run(context, corest::source::load_text(all).plan().run(std::move(into), secrets, std::move(options)));
    }
    corest::source::run_report load(const std::string& keys)
    {
        return load(corest::sqlite_destination(file), dictionary(keys));
    }
    texts people() const { return database(file).rows("SELECT id, name, _members_id FROM people ORDER BY 1, 2"); }
    static const corest::source::resource_report& of(const corest::source::run_report& report, const std::string& name)
    {
        return *std::find_if(
            report.resources.begin(), report.resources.end(), [&](const auto& one) { return one.name == name; });
    }
    corest::response answer(const request& r) const
    {
        const auto found = lists.find(r.url.substr(r.url.find(".test/") + 6));
        return found == lists.end() ? respond(200, "[]")
            : found->second == ""   ? respond(404, "{}")
                                    : respond(200, found->second);
    }

    std::map<std::string, std::string> lists = {{"members", R"([{"id":1,"name":"a"},{"id":2,"name":"b"}])"},
        {"guests", R"([{"id":3,"name":"c"}])"}, {"members/1/friends", R"([{"id":4,"name":"d"},{"id":5,"name":"e"}])"},
        {"places", R"([{"id":9}])"}};
    corest::net::io_context context;
    const corest::source::secret_store secrets{[](const std::string&) { return std::optional<std::string>(); }};
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
    temporary_folder folder;
    std::string file = folder.file("data.db");
};

const char* const append = R"("write_disposition": "append")";
const char* const replace = R"("write_disposition": "replace")";
const char* const merge = R"("write_disposition": "merge", "primary_key": "id")";

const texts all_people = {"1|'a'|NULL", "2|'b'|NULL", "3|'c'|NULL", "4|'d'|1", "5|'e'|1"};

TEST_F(SharedTable, RowsOfAllAreAppended)
{
    const auto report = load(append);
    ASSERT_TRUE(report.complete());
    EXPECT_EQ(people(), all_people);
    EXPECT_EQ(of(report, "members").rows, 2U);
    EXPECT_EQ(of(report, "guests").rows, 1U);
    EXPECT_EQ(of(report, "friends").rows, 2U);
    EXPECT_EQ(of(report, "members").table_changes.size(), 1U);
    EXPECT_TRUE(of(report, "guests").table_changes.empty()) << "the table is told of once";
    load(append);
    EXPECT_EQ(people().size(), 10U);
}

TEST_F(SharedTable, AReplaceIsOneOfAllTogether)
{
    load(replace);
    EXPECT_EQ(people(), all_people);
    lists["guests"] = "[]";
    lists["members/1/friends"] = R"([{"id":6,"name":"f"}])";
    load(replace);
    EXPECT_EQ(people(), (texts{"1|'a'|NULL", "2|'b'|NULL", "6|'f'|1"}));
}

TEST_F(SharedTable, AMergeKnowsTheKeysOfAll)
{
    load(merge);
    lists["guests"] = R"([{"id":1,"name":"x"},{"id":7,"name":"g"}])";
    lists["members"] = "[]";
    const auto report = load(merge);
    EXPECT_EQ(people(), (texts{"1|'x'|NULL", "2|'b'|NULL", "3|'c'|NULL", "4|'d'|1", "5|'e'|1", "7|'g'|NULL"}));
    EXPECT_EQ(of(report, "guests").rows, 2U);
}

TEST_F(SharedTable, OldRowsStayUntilAllNewOnesAreThereAndNothingIsReadTwice)
{
    load(replace);
    const texts before = people();
    lists["members"] = R"([{"id":8,"name":"h"}])";
    lists["guests"] = ""; // fails
    auto report = load(replace);
    EXPECT_EQ(people(), before);
    EXPECT_EQ(of(report, "guests").state, resource_state::failed);
    EXPECT_EQ(of(report, "members").state, resource_state::staged);
    EXPECT_EQ(of(report, "friends").state, resource_state::staged);
    EXPECT_EQ(of(report, "places").state, resource_state::done) << "another table";
    EXPECT_FALSE(report.complete());

    lists["guests"] = R"([{"id":3,"name":"c"}])";
    const std::size_t asked = server->sent.size();
    report = load(replace);
    EXPECT_EQ(server->sent.size() - asked, 1U) << "only what is missing";
    ASSERT_TRUE(report.complete());
    EXPECT_EQ(people(), (texts{"3|'c'|NULL", "8|'h'|NULL"}));
    EXPECT_EQ(of(report, "members").rows, 1U) << "those of the process before";
}

TEST_F(SharedTable, MergedRowsAreThereThoughAnotherResourceFails)
{
    lists["guests"] = "";
    const auto report = load(merge);
    EXPECT_EQ(of(report, "members").state, resource_state::done);
    EXPECT_EQ(of(report, "guests").state, resource_state::failed);
    EXPECT_EQ(people(), (texts{"1|'a'|NULL", "2|'b'|NULL", "4|'d'|1", "5|'e'|1"}));
}

TEST_F(SharedTable, ACursorIsThatOfItsResource)
{
    const std::string text = dictionary(merge, R"({"cursor_path": "id", "initial_value": 0, "start_param": "since"})");
    lists["members?since=0"] = lists["members"];
    lists["members?since=2"] = R"([{"id":2,"name":"b"},{"id":6,"name":"f"}])";
    load(corest::sqlite_destination(file), text);
    const auto report = load(corest::sqlite_destination(file), text);
    EXPECT_EQ(people(), (texts{"1|'a'|NULL", "2|'b'|NULL", "3|'c'|NULL", "4|'d'|1", "5|'e'|1", "6|'f'|NULL"}));
    EXPECT_FALSE(of(report, "members").new_rows) << "nobody knows whose rows are new";
}

TEST_F(SharedTable, WhatASchemaLeavesOutIsCountedOfItsResource)
{
    lists["guests"] = R"([{"id":3,"name":"c"},{"id":"no","name":"d"}])";
    const auto report = load(std::string(append)
        + R"(, "columns": {"id": {"data_type": "bigint"}}, "schema_contract": {"data_type": "discard_row"})");
    ASSERT_TRUE(report.complete());
    EXPECT_EQ(of(report, "guests").discarded_rows, 1U);
    EXPECT_EQ(of(report, "guests").rows, 1U);
    EXPECT_EQ(of(report, "members").discarded_rows, 0U);
    EXPECT_EQ(of(report, "members").rows, 2U);
    EXPECT_EQ(people().size(), 5U);
}

TEST_F(SharedTable, WhatIsVerifiedIsTheRowsOfAll)
{
    corest::source::load_options options;
    options.verify = true;
    const auto report = load(corest::sqlite_destination(file), dictionary(replace), options);
    EXPECT_TRUE(report.agrees());
    EXPECT_EQ(of(report, "guests").verified->rows, 5U);
    EXPECT_EQ(of(report, "guests").verified->not_compared, "rows of other resources are in the table too");
}

TEST_F(SharedTable, FilesHaveTheRowsOfAllToo)
{
    for (const char* const keys : {append, replace, merge}) {
        const std::string path = folder.file(std::string("files") + std::to_string(std::string(keys).size()));
        load(corest::ndjson_destination(path), dictionary(keys));
        load(corest::ndjson_destination(path), dictionary(keys));
        std::istringstream lines(read_file(path + "/people.ndjson"));
        texts all;
        for (std::string line; std::getline(lines, line);) {
            all.push_back(line);
        }
        EXPECT_EQ(all.size(), keys == append ? 10U : 5U) << keys;
        EXPECT_EQ(std::count(all.begin(), all.end(), R"({"id":4,"name":"d","_members_id":1})"), keys == append ? 2 : 1);
    }
    load(corest::csv_destination(folder.file("csv")), dictionary(append));
    EXPECT_THAT(read_file(folder.file("csv") + "/people.csv"), HasSubstr("_members_id"));
}

} // namespace shared_table_test
} // namespace

#pragma once

/// \file
/// `max_table_nesting`: the rows of lists in the tables of a destination, whatever the write disposition. Used as
/// contract_test.hpp is, with destinations that nest tables:
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, NestedTables, my_tables);

#include <corest/source/source.hpp>

#include <destination/contract_support.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace corest::test {

/// \tparam Tables see contract_test.hpp
template <class Tables>
class NestedTables : public testing::Test {
protected:
    using texts = std::vector<std::string>;

    /// Loads the resource `things`. \param keys of the resource, after its name
    /// \param pages the arrays of records; of "500" the request fails
    source::run_report load(const std::string& keys, const texts& pages)
    {
        const auto answer = [pages](const request& r) {
            const std::size_t query = r.url.find("page=");
            const std::size_t page = query == r.url.npos ? 0 : std::stoul(r.url.substr(query + 5));
            if (pages[page] == "500") {
                return respond(500, "{}");
            }
            const bool is_last = page + 1 == pages.size();
            return respond(200,
                "{\"data\":" + pages[page]
                    + (is_last ? "}" : ",\"next\":\"/things?page=" + std::to_string(page + 1) + "\"}"));
        };
        source::load_options how;
        how.clock = std::make_shared<manual_clock>();
        how.transport = any_transport(std::make_shared<scripted_transport>(answer));
        const std::string dictionary =
            R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0}}, "resources": [{"name": "things",
            "endpoint": {"data_selector": "data", "paginator": {"type": "json_link", "next_url_path": "next"}}, )"
            + keys + "}]}";
        net::io_context context;
        return run(context, source::load_text(dictionary).plan().run(tables_.destination(), {}, how));
    }

    /// The same, for loads that must succeed.
    testing::AssertionResult loads(const std::string& keys, const texts& pages)
    {
        const source::run_report report = load(keys, pages);
        return report.complete() ? testing::AssertionSuccess()
                                 : testing::AssertionFailure() << testing::PrintToString(report.failures());
    }

    /// The rows of a table, each with where it stands: "1 a=x" of the thing with the id 1, "1[0] n=p" of the first
    /// element of its list; sorted. "none" where there is no table.
    texts lines(const std::string& table)
    {
        const auto rows = tables_.rows(table);
        if (!rows) {
            return {"none"};
        }
        const std::size_t name = table.rfind("__");
        const auto parents = name == table.npos ? std::map<std::string, std::string>() : places_[table.substr(0, name)];
        texts all;
        for (const row& r : *rows) {
            std::string place = "?";
            if (table == "things") {
                place = r.at("id");
            } else if (const auto known = parents.find(r.at("_dlt_parent_id")); known != parents.end()) {
                place = known->second + "[" + r.at("_dlt_list_idx") + "]";
            }
            EXPECT_TRUE(places_[table].emplace(r.at("_dlt_id"), place).second) << "two rows have the same id";
            std::string line = place;
            for (const auto& [column, value] : r) {
                if (column.find("_dlt_") != 0 && column != "id") {
                    line += " " + column + "=" + value;
                }
            }
            all.push_back(line);
        }
        std::sort(all.begin(), all.end());
        return all;
    }

    /// What the tables have: those of the things, their labels, and the tags of these.
    texts all_lines()
    {
        places_.clear();
        texts all = lines("things");
        for (const char* const table : {"things__labels", "things__labels__tags"}) {
            for (const std::string& line : lines(table)) {
                all.push_back(line);
            }
        }
        return all;
    }

    /// Loads a row, and then two pages by two processes. The table of the tags has rows of the first one only.
    void stop_and_go_on(const std::string& keys)
    {
        ASSERT_TRUE(loads(keys, {R"([{"id":7,"labels":[{"n":7}]}])"}));
        ASSERT_FALSE(loads(keys, {R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]}])", "500"}));
        places_.clear();
        ASSERT_THAT(lines("things"), testing::ElementsAre("7")) << "nothing is visible";
        ASSERT_THAT(lines("things__labels"), testing::ElementsAre("7[0] n=7"));
        const auto report = load(keys, {"500", R"([{"id":2,"labels":[{"n":2}]},{"id":1,"labels":[{"n":3}]}])"});
        ASSERT_TRUE(report.complete()) << testing::PrintToString(report.failures());
        EXPECT_EQ(report.resources.at(0).resumed_rows, 1U);
        ASSERT_EQ(report.resources[0].nested.size(), 2U);
        EXPECT_EQ(report.resources[0].nested[0].rows, 3U);
        EXPECT_EQ(report.resources[0].nested[1].rows, 1U);
    }

    static std::string merge(const std::string& more = {})
    {
        return R"("write_disposition": "merge", "primary_key": "id", "max_table_nesting": 3)" + more;
    }

    Tables tables_;

private:
    std::map<std::string, std::map<std::string, std::string>> places_; ///< by table and `_dlt_id`
};

TYPED_TEST_SUITE_P(NestedTables);

TYPED_TEST_P(NestedTables, AListIsATableAndAnObjectColumns)
{
    const auto report = this->load(R"("max_table_nesting": 2)",
        {R"([{"id":1,"user":{"name":"a","plan":{"x":[1]}},"labels":[{"n":"p","deep":{"z":[1]}},{"n":"q"}]}])",
            R"([{"id":2,"labels":["t",{"n":"r"}]},{"id":3,"labels":[]}])"});
    ASSERT_TRUE(report.complete()) << testing::PrintToString(report.failures());
    EXPECT_THAT(this->lines("things"), testing::ElementsAre(R"(1 user__name=a user__plan__x=[1])", "2", "3"));
    EXPECT_THAT(this->lines("things__labels"),
        testing::ElementsAre(R"(1[0] deep__z=[1] n=p)", "1[1] n=q", "2[0] value=t", "2[1] n=r"));
    ASSERT_EQ(report.resources.at(0).nested.size(), 1U);
    EXPECT_EQ(report.resources[0].nested[0].table, "things__labels");
    EXPECT_EQ(report.resources[0].nested[0].rows, 4U);
    EXPECT_EQ(report.resources[0].rows, 3U);
    EXPECT_EQ(summary(report.resources[0]), "things: done, 3 rows, 4 rows in things__labels");
}

TYPED_TEST_P(NestedTables, AnAppendAddsRowsToAll)
{
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(this->loads(R"("max_table_nesting": 9)", {R"([{"id":1,"labels":[{"n":1,"tags":["a","b"]}]}])"}));
    }
    EXPECT_THAT(this->all_lines(),
        testing::ElementsAre("1", "1", "1[0] n=1", "1[0] n=1", "1[0][0] value=a", "1[0][0] value=a", "1[0][1] value=b",
            "1[0][1] value=b"));
}

TYPED_TEST_P(NestedTables, AReplaceReplacesAllAlsoWhereNothingComes)
{
    const std::string keys = R"("write_disposition": "replace", "max_table_nesting": 3)";
    ASSERT_TRUE(this->loads(keys, {R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]},{"id":2,"labels":[{"n":2}]}])"}));
    ASSERT_TRUE(this->loads(keys, {R"([{"id":3,"labels":[{"n":3}]}])"}));
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("3", "3[0] n=3"));
    ASSERT_TRUE(this->loads(keys, {R"([{"id":4}])"}));
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("4"));
}

TYPED_TEST_P(NestedTables, OfAReplaceWithAKeyTheLastRowCounts)
{
    ASSERT_TRUE(this->loads(R"("write_disposition": "replace", "primary_key": "id", "max_table_nesting": 3)",
        {R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]},{"id":2,"labels":[{"n":2}]}])",
            R"([{"id":1,"labels":[{"n":9}]}])"}));
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("1", "2", "1[0] n=9", "2[0] n=2"));
}

TYPED_TEST_P(NestedTables, AMergeReplacesWhatIsNestedInTheRowsThatItReplaces)
{
    ASSERT_TRUE(this->loads(this->merge(),
        {R"([{"id":1,"labels":[{"n":1,"tags":["a","b"]},{"n":2}]}])",
            R"([{"id":2,"labels":[{"n":3,"tags":["c"]}]}])"}));
    EXPECT_THAT(this->all_lines(),
        testing::ElementsAre(
            "1", "2", "1[0] n=1", "1[1] n=2", "2[0] n=3", "1[0][0] value=a", "1[0][1] value=b", "2[0][0] value=c"));
    ASSERT_TRUE(
        this->loads(this->merge(), {R"([{"id":1,"labels":[{"n":5,"tags":["d"]}]},{"id":3,"labels":[{"n":6}]}])"}));
    EXPECT_THAT(this->all_lines(),
        testing::ElementsAre("1", "2", "3", "1[0] n=5", "2[0] n=3", "3[0] n=6", "1[0][0] value=d", "2[0][0] value=c"));
    ASSERT_TRUE(this->loads(this->merge(), {R"([{"id":2},{"id":1,"labels":[]}])"}));
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("1", "2", "3", "3[0] n=6"))
        << "rows go also where none come in their place";
}

TYPED_TEST_P(NestedTables, OfSeveralMergedRowsWithTheSameKeyTheLastOnesListsStay)
{
    ASSERT_TRUE(this->loads(this->merge(),
        {R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]},{"id":1,"labels":[{"n":2}]}])",
            R"([{"id":1,"labels":[{"n":3,"tags":["b"]}]}])"}));
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("1", "1[0] n=3", "1[0][0] value=b"));
}

TYPED_TEST_P(NestedTables, ADeletedRowTakesWhatIsNestedInItAlong)
{
    const std::string keys = this->merge(
        R"(, "columns": {"gone": {"data_type": "bool", "hard_delete": true}, "day": {"data_type": "text"}})");
    ASSERT_TRUE(this->loads(keys, {R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]},{"id":2,"labels":[{"n":2}]}])"}));
    ASSERT_TRUE(this->loads(keys, {R"([{"id":1,"gone":true,"labels":[{"n":3}]}])"}));
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("2", "2[0] n=2"));
}

TYPED_TEST_P(NestedTables, AMergeKeyRemovesWhatIsNestedToo)
{
    const std::string keys = R"("write_disposition": "merge", "merge_key": "day", "max_table_nesting": 3)";
    ASSERT_TRUE(
        this->loads(keys, {R"([{"id":1,"day":"mo","labels":[{"n":1}]},{"id":2,"day":"tu","labels":[{"n":2}]}])"}));
    ASSERT_TRUE(this->loads(keys, {R"([{"id":3,"day":"mo","labels":[{"n":3}]}])"}));
    EXPECT_THAT(this->lines("things"), testing::ElementsAre("2 day=tu", "3 day=mo"));
    EXPECT_THAT(this->lines("things__labels"), testing::ElementsAre("2[0] n=2", "3[0] n=3"));
}

TYPED_TEST_P(NestedTables, AMergeWithoutNestingIntoTablesWithNestedRowsIsRefused)
{
    ASSERT_TRUE(this->loads(this->merge(), {R"([{"id":1,"labels":[{"n":1}]}])"}));
    const auto report =
        this->load(R"("write_disposition": "merge", "primary_key": "id")", {R"([{"id":1,"labels":[{"n":2}]}])"});
    EXPECT_THAT(report.failures(), testing::ElementsAre(testing::HasSubstr("Set max_table_nesting")));
    EXPECT_THAT(this->lines("things"), testing::ElementsAre("1"));
    EXPECT_THAT(this->lines("things__labels"), testing::ElementsAre("1[0] n=1"));
}

TYPED_TEST_P(NestedTables, AContractHoldsForThemToo)
{
    const std::string list = R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]}])";
    const std::string frozen = R"("max_table_nesting": 3, "schema_contract": {"tables": ")";
    ASSERT_TRUE(this->loads(R"("max_table_nesting": 3)", {R"([{"id":1,"labels":[{"n":1}]}])"}));
    const auto failed = this->load(frozen + R"(freeze"})", {list});
    EXPECT_THAT(failed.failures(),
        testing::ElementsAre(testing::AllOf(
            testing::HasSubstr("things__labels__tags"), testing::HasSubstr("the schema's tables are frozen"))));
    EXPECT_THAT(this->lines("things__labels__tags"), testing::ElementsAre("none"));
    const auto report = this->load(frozen + R"(discard_row"})", {list});
    ASSERT_TRUE(report.complete()) << testing::PrintToString(report.failures());
    EXPECT_THAT(this->lines("things"), testing::ElementsAre("1", "1"));
    EXPECT_THAT(this->lines("things__labels"), testing::ElementsAre("1[0] n=1", "1[0] n=1"));
    EXPECT_THAT(this->lines("things__labels__tags"), testing::ElementsAre("none"));
    ASSERT_EQ(report.resources.at(0).nested.size(), 2U);
    EXPECT_EQ(report.resources[0].nested[1].rows, 0U);
    EXPECT_EQ(report.resources[0].nested[1].discarded_rows, 1U);
    const auto column = this->load(R"("max_table_nesting": 3, "schema_contract": {"columns": "freeze"})",
        {R"([{"id":1,"labels":[{"n":1,"new":2}]}])"});
    EXPECT_THAT(column.failures(),
        testing::ElementsAre(
            testing::AllOf(testing::HasSubstr("things__labels"), testing::HasSubstr("the field 'new' has no column"))));
}

TYPED_TEST_P(NestedTables, RowsThatAContractLeavesOutTakeTheirListsAlong)
{
    const auto report = this->load(R"("max_table_nesting": 3, "columns": {"id": {"data_type": "bigint"}},
        "schema_contract": {"data_type": "discard_row"})",
        {R"([{"id":1,"labels":[{"n":1,"tags":["a"]}]},{"id":"x","labels":[{"n":2,"tags":["b","c"]},{"n":3}]},
            {"id":4,"labels":[{"n":4,"tags":["d"]}]}])",
            R"([{"id":5,"labels":[{"n":"y","tags":["e"]},{"n":5,"tags":["f"]}]}])"});
    ASSERT_TRUE(report.complete()) << testing::PrintToString(report.failures());
    EXPECT_THAT(this->all_lines(),
        testing::ElementsAre("1", "4", "5", "1[0] n=1", "4[0] n=4", "5[1] n=5", "1[0][0] value=a", "4[0][0] value=d",
            "5[1][0] value=f"));
    const auto& nested = report.resources.at(0).nested;
    ASSERT_EQ(nested.size(), 2U);
    EXPECT_EQ(nested[0].rows, 3U);
    EXPECT_EQ(nested[0].discarded_rows, 3U);
    EXPECT_EQ(nested[1].rows, 3U);
    EXPECT_EQ(nested[1].discarded_rows, 3U);
}

TYPED_TEST_P(NestedTables, AnAppendThatIsGoneOnWithHasTheRowsOfBothProcesses)
{
    this->stop_and_go_on(R"("max_table_nesting": 3)");
    EXPECT_THAT(this->all_lines(),
        testing::ElementsAre("1", "1", "2", "7", "1[0] n=1", "1[0] n=3", "2[0] n=2", "7[0] n=7", "1[0][0] value=a"));
}

TYPED_TEST_P(NestedTables, AReplaceThatIsGoneOnWithHasTheRowsOfBothProcesses)
{
    this->stop_and_go_on(R"("max_table_nesting": 3, "write_disposition": "replace")");
    EXPECT_THAT(
        this->all_lines(), testing::ElementsAre("1", "1", "2", "1[0] n=1", "1[0] n=3", "2[0] n=2", "1[0][0] value=a"));
}

TYPED_TEST_P(NestedTables, AMergeThatIsGoneOnWithHasTheLastRowsOfBothProcesses)
{
    this->stop_and_go_on(this->merge());
    EXPECT_THAT(this->all_lines(), testing::ElementsAre("1", "2", "7", "1[0] n=3", "2[0] n=2", "7[0] n=7"));
}

REGISTER_TYPED_TEST_SUITE_P(NestedTables, AListIsATableAndAnObjectColumns, AnAppendAddsRowsToAll,
    AReplaceReplacesAllAlsoWhereNothingComes, OfAReplaceWithAKeyTheLastRowCounts,
    AMergeReplacesWhatIsNestedInTheRowsThatItReplaces, OfSeveralMergedRowsWithTheSameKeyTheLastOnesListsStay,
    ADeletedRowTakesWhatIsNestedInItAlong, AMergeKeyRemovesWhatIsNestedToo,
    AMergeWithoutNestingIntoTablesWithNestedRowsIsRefused, AContractHoldsForThemToo,
    RowsThatAContractLeavesOutTakeTheirListsAlong, AnAppendThatIsGoneOnWithHasTheRowsOfBothProcesses,
    AReplaceThatIsGoneOnWithHasTheRowsOfBothProcesses, AMergeThatIsGoneOnWithHasTheLastRowsOfBothProcesses);

} // namespace corest::test

#pragma once

/// \file
/// Merges that are made of all rows together (`table::merges_together`), as dlt makes them: `hard_delete`, `dedup_sort`
/// and `merge_key`. Used as contract_test.hpp is, with destinations that a run can be gone on with:
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, MergeHints, my_tables);

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include "contract_support.hpp"
#include "merge_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// \tparam Tables see contract_test.hpp
template <class Tables>
class MergeHints : public testing::Test {
protected:
    using records = std::vector<std::string>;

    void begin_process() { destination_ = any_destination(), destination_ = tables_.destination(); }
    void open(table t) { calls_.run(destination_.open(std::move(t))); }
    void write(const records& rows) { calls_.run(destination_.write("samples", make_page(rows))); }
    void close() { calls_.run(destination_.close("samples")); }
    void abandon() { calls_.run(destination_.abandon("samples")); }

    /// A run of its own. \param pages the records of each page
    void load(const table& t, const std::vector<records>& pages)
    {
        begin_process();
        open(t);
        for (const records& rows : pages) {
            write(rows);
        }
        close();
    }

    /// The values of some columns in each row, "-" where there is none, sorted: "1 a".
    std::vector<std::string> read(const std::vector<std::string>& columns)
    {
        std::vector<std::string> all;
        for (const row& r : tables_.rows("samples").value_or(std::vector<row>())) {
            std::string text;
            for (const std::string& name : columns) {
                const auto found = r.find(name);
                text += (text.empty() ? "" : " ") + (found == r.end() ? "-" : found->second);
            }
            all.push_back(text);
        }
        std::sort(all.begin(), all.end());
        return all;
    }

    static run_identity run_of_samples()
    {
        run_identity run("https://api.example.com", "plan");
        run.roots.emplace_back(1, "samples");
        run.date = std::chrono::system_clock::time_point(std::chrono::seconds(1800000000));
        return run;
    }
    stored_run begin_run()
    {
        std::optional<stored_run> begun;
        calls_.run(keep(destination_.begin(run_of_samples()), begun));
        return std::move(*begun);
    }
    /// A page of walk 1 of such a run.
    void write_in_run(std::uint64_t before, const records& rows, bool last = false, bool restarted = false)
    {
        walk_position position;
        position.pages = before + 1;
        position.records = (before + 1) * rows.size();
        position.largest_page = rows.size();
        if (!last) {
            position.paginator = "page " + std::to_string(before + 1);
        }
        position.is_end = last;
        walk_progress progress("samples", 1, before, position, last);
        progress.records = rows.size();
        progress.is_restarted = restarted;
        calls_.run(destination_.write("samples", make_page(rows, before + 1), std::move(progress)));
    }
    void finish(bool whole) { calls_.run(destination_.finish(whole)); }

    Tables tables_;
    any_destination destination_ = tables_.destination();
    calls calls_;
};

TYPED_TEST_SUITE_P(MergeHints);

TYPED_TEST_P(MergeHints, TrueDeletesTheRowWithTheKey)
{
    for (const auto type : {std::optional<data_type>(), std::optional(data_type::boolean)}) {
        const table t = merge_with({deleting("gone", type)});
        this->load(t, {{R"({"id":1,"v":"a","gone":false})", R"({"id":2,"v":"b","gone":null})", R"({"id":3,"v":"c"})"}});
        EXPECT_EQ(this->read({"id", "v"}), (std::vector<std::string>{"1 a", "2 b", "3 c"}));
        this->load(t, {{R"({"id":1,"gone":true})", R"({"id":2,"v":"B","gone":false})", R"({"id":9,"gone":true})"}});
        EXPECT_EQ(this->read({"id", "v"}), (std::vector<std::string>{"2 B", "3 c"}));
    }
}

TYPED_TEST_P(MergeHints, AnyValueOfAnotherTypeDeletes)
{
    const table t = merge_with({deleting("gone_at")});
    this->load(t, {{R"({"id":1,"gone_at":null})", R"({"id":2})", R"({"id":3})"}});
    this->load(t, {{R"({"id":1,"gone_at":0})", R"({"id":2,"gone_at":7})", R"({"id":3,"gone_at":null})"}});
    EXPECT_EQ(this->read({"id"}), std::vector<std::string>{"3"});
}

TYPED_TEST_P(MergeHints, TheLastRowOfAKeySaysWhetherItIsDeleted)
{
    const table t = merge_with({deleting("gone", data_type::boolean)});
    this->load(t,
        {{R"({"id":1,"gone":true})", R"({"id":2,"v":"b"})"},
            {R"({"id":2,"gone":true})", R"({"id":1,"v":"a","gone":false})"}});
    EXPECT_EQ(this->read({"id", "v"}), std::vector<std::string>{"1 a"});
}

TYPED_TEST_P(MergeHints, ALoadThatOnlyDeletesLeavesNothing)
{
    const table t = merge_with({deleting("gone", data_type::boolean)});
    this->load(t, {{R"({"id":1,"gone":true})"}});
    EXPECT_TRUE(this->read({"id"}).empty());
    EXPECT_TRUE(this->tables_.rows("samples").has_value());
}

TYPED_TEST_P(MergeHints, TheGreatestOrLeastValueDecidesWhichRowStays)
{
    const std::vector<std::vector<std::string>> pages = {
        {R"({"id":1,"v":"old","seq":1})", R"({"id":1,"v":"new","seq":10})", R"({"id":1,"v":"mid","seq":9})"},
        {R"({"id":2,"v":"none"})", R"({"id":2,"v":"some","seq":5})", R"({"id":2,"v":"null","seq":null})"},
        {R"({"id":3,"v":"first","seq":4})", R"({"id":3,"v":"last","seq":4})"}};
    this->load(merge_with({sorting("seq", "desc")}), pages);
    EXPECT_EQ(this->read({"id", "v"}), (std::vector<std::string>{"1 new", "2 some", "3 last"}));
    this->load(merge_with({sorting("seq", "asc")}), pages);
    EXPECT_EQ(this->read({"id", "v"}), (std::vector<std::string>{"1 old", "2 some", "3 last"}));
}

TYPED_TEST_P(MergeHints, ObjectsAreSortedAsTheirTexts)
{
    this->load(merge_with({sorting("v", "desc")}),
        {{R"({"id":1,"v":{"a":1}})", R"({"id":1,"v":{"a":3}})"}, {R"({"id":1,"v":{"a":2}})"}});
    EXPECT_EQ(this->read({"v"}), std::vector<std::string>{R"({"a":3})"});
}

TYPED_TEST_P(MergeHints, RowsThatWereThereAreNotSortedWithNewOnes)
{
    const table t = merge_with({sorting("seq", "desc")});
    this->load(t, {{R"({"id":1,"v":"a","seq":9})"}});
    this->load(t, {{R"({"id":1,"v":"b","seq":2})"}});
    EXPECT_EQ(this->read({"id", "v"}), std::vector<std::string>{"1 b"});
}

TYPED_TEST_P(MergeHints, TheRowThatStaysSaysWhetherItIsDeleted)
{
    const table t = merge_with({sorting("seq", "desc"), deleting("gone", data_type::boolean)});
    this->load(t, {{R"({"id":1})", R"({"id":2})"}});
    this->load(t,
        {{R"({"id":1,"seq":2,"gone":true})", R"({"id":1,"seq":1})", R"({"id":2,"seq":1,"gone":true})",
            R"({"id":2,"seq":2})"}});
    EXPECT_EQ(this->read({"id", "seq"}), std::vector<std::string>{"2 2"});
}

TYPED_TEST_P(MergeHints, RowsOfTheMergeKeysOfNewOnesGo)
{
    this->load(merge_by_day(), {{R"({"day":1,"v":"a"})", R"({"day":1,"v":"b"})", R"({"day":2,"v":"c"})"}});
    EXPECT_EQ(this->read({"day", "v"}), (std::vector<std::string>{"1 a", "1 b", "2 c"}));
    this->load(merge_by_day(), {{R"({"day":1,"v":"d"})"}, {R"({"day":3,"v":"e"})", R"({"day":3,"v":"e"})"}});
    EXPECT_EQ(this->read({"day", "v"}), (std::vector<std::string>{"1 d", "2 c", "3 e", "3 e"}));
}

TYPED_TEST_P(MergeHints, AMergeKeyOfSeveralFieldsIsComparedAsAWhole)
{
    table t("samples", write_disposition::merge);
    t.merge_key = {"day", "shop"};
    this->load(
        t, {{R"({"day":1,"shop":"x","v":1})", R"({"day":1,"shop":"y","v":2})", R"({"day":2,"shop":"x","v":3})"}});
    this->load(t, {{R"({"day":1,"shop":"x","v":4})", R"({"day":2,"shop":"y","v":5})"}});
    EXPECT_EQ(this->read({"day", "shop", "v"}), (std::vector<std::string>{"1 x 4", "1 y 2", "2 x 3", "2 y 5"}));
}

TYPED_TEST_P(MergeHints, BothKeysDelete)
{
    table t("samples", write_disposition::merge, {"id"});
    t.merge_key = {"day"};
    this->load(t, {{R"({"id":1,"day":1})", R"({"id":2,"day":1})", R"({"id":3,"day":2})", R"({"id":4,"day":3})"}});
    this->load(t, {{R"({"id":3,"day":1,"v":"x"})", R"({"id":3,"day":1,"v":"y"})"}});
    EXPECT_EQ(this->read({"id", "day", "v"}), (std::vector<std::string>{"3 1 y", "4 3 -"}));
}

TYPED_TEST_P(MergeHints, ByAMergeKeyRowsAreDeletedTooThatAreNotInserted)
{
    table t = merge_by_day();
    t.schema = schema::table_schema({column("day").not_null(), deleting("gone", data_type::boolean)});
    this->load(t, {{R"({"day":1,"v":"a"})", R"({"day":2,"v":"b"})"}});
    this->load(t, {{R"({"day":1,"gone":true})"}});
    EXPECT_EQ(this->read({"day", "v"}), std::vector<std::string>{"2 b"});
}

TYPED_TEST_P(MergeHints, ARowWithoutItsMergeKeyIsRefused)
{
    this->open(merge_by_day());
    try {
        this->write({R"({"v":1})"});
        ADD_FAILURE() << "a row without the merge key was taken";
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::field_missing);
        EXPECT_NE(std::string(e.what()).find("no field 'day', which may not be null"), std::string::npos) << e.what();
    }
    this->abandon();
}

TYPED_TEST_P(MergeHints, NothingIsVisibleBeforeTheEndAndNothingOfWhatIsGivenUp)
{
    this->load(merge_by_day(), {{R"({"day":1,"v":"a"})"}});
    this->begin_process();
    this->open(merge_by_day());
    this->write({R"({"day":1,"v":"b"})"});
    EXPECT_EQ(this->read({"v"}), std::vector<std::string>{"a"});
    this->abandon();
    EXPECT_EQ(this->read({"v"}), std::vector<std::string>{"a"});
}

TYPED_TEST_P(MergeHints, ARunThatIsGoneOnWithMergesWhatBothProcessesHaveRead)
{
    for (const table& t : {merge_by_day(), merge_with({sorting("v", "desc"), deleting("gone", data_type::boolean)})}) {
        static_cast<void>(this->begin_run());
        this->open(t);
        this->write_in_run(0, {R"({"id":1,"day":1,"v":"b","gone":false})", R"({"id":2,"day":2,"v":"c","gone":true})"});
        this->abandon();
        this->finish(false);
        EXPECT_TRUE(this->read({"id"}).empty());

        this->begin_process();
        EXPECT_TRUE(this->begin_run().is_resumed);
        this->open(t);
        this->write_in_run(1, {R"({"id":1,"day":1,"v":"a"})"}, true);
        this->close();
        this->finish(true);
        EXPECT_EQ(this->read({"id", "day", "v"}),
            t.is_keyed() ? std::vector<std::string>{"1 1 b"} : (std::vector<std::string>{"1 1 a", "1 1 b", "2 2 c"}));
        table emptied("samples", write_disposition::replace);
        this->load(emptied, {});
    }
}

TYPED_TEST_P(MergeHints, AWalkThatBeginsAnewBringsNoRowTwice)
{
    static_cast<void>(this->begin_run());
    this->open(merge_by_day());
    this->write_in_run(0, {R"({"day":1,"v":"a"})"});
    this->write_in_run(0, {R"({"day":1,"v":"b"})"}, true, true);
    this->close();
    this->finish(true);
    EXPECT_EQ(this->read({"day", "v"}), std::vector<std::string>{"1 b"});
}

TYPED_TEST_P(MergeHints, AfterAndBeforeAMergePageByPage)
{
    const table plain("samples", write_disposition::merge, {"id"});
    const table t = merge_with({deleting("gone", data_type::boolean)});
    this->load(plain, {{R"({"id":1,"v":"a"})", R"({"id":2,"v":"b"})"}});
    this->load(t, {{R"({"id":1,"gone":true})", R"({"id":3,"v":"c"})"}});
    this->load(plain, {{R"({"id":2,"v":"B"})", R"({"id":3,"v":"C"})"}});
    EXPECT_EQ(this->read({"id", "v"}), (std::vector<std::string>{"2 B", "3 C"}));
}

REGISTER_TYPED_TEST_SUITE_P(MergeHints, TrueDeletesTheRowWithTheKey, AnyValueOfAnotherTypeDeletes,
    TheLastRowOfAKeySaysWhetherItIsDeleted, ALoadThatOnlyDeletesLeavesNothing,
    TheGreatestOrLeastValueDecidesWhichRowStays, ObjectsAreSortedAsTheirTexts, RowsThatWereThereAreNotSortedWithNewOnes,
    TheRowThatStaysSaysWhetherItIsDeleted, RowsOfTheMergeKeysOfNewOnesGo, AMergeKeyOfSeveralFieldsIsComparedAsAWhole,
    BothKeysDelete, ByAMergeKeyRowsAreDeletedTooThatAreNotInserted, ARowWithoutItsMergeKeyIsRefused,
    NothingIsVisibleBeforeTheEndAndNothingOfWhatIsGivenUp, ARunThatIsGoneOnWithMergesWhatBothProcessesHaveRead,
    AWalkThatBeginsAnewBringsNoRowTwice, AfterAndBeforeAMergePageByPage);

} // namespace corest::test

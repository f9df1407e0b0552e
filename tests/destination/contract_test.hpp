#pragma once

/// \file
/// The contract of destinations (corest/destination/destination.hpp) as tests that any destination can be run against,
/// one of your own too. Needs corest and GoogleTest, and contract_support.hpp beside it.
///
/// A class says how to make the destination and how to read its tables back:
///
///     class my_tables {
///     public:
///         /// A destination for a run of its own. All that are made load into the same tables, empty at first.
///         corest::any_destination destination();
///         /// The rows that a reader of the table sees now, in any order; nothing where there is no such table.
///         std::optional<std::vector<corest::test::row>> rows(const std::string& table);
///     };
///
/// It may say how its tables differ from JSON:
///
///         /// The name of a field's column, where it is not the field's.
///         static std::string column_of(const std::string& field);
///
/// and one line of a test program runs the suite:
///
///     namespace corest::test {
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, DestinationContract, my_tables);
///     }
///
/// Each test has an object of that class to itself.

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/net.hpp>
#include <corest/select/json_reader.hpp>

#include "contract_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// What the tests of a destination share. \tparam Tables see the file
template <class Tables>
class DestinationContract : public testing::Test {
protected:
    static constexpr write_disposition append = write_disposition::append;
    static constexpr write_disposition replace = write_disposition::replace;
    static constexpr write_disposition merge = write_disposition::merge;

    /// A table with the primary key "id", which an append takes no notice of.
    static table samples(write_disposition mode) { return table("samples", mode, {"id"}); }

    /// Begins another run.
    void begin_run() { destination_ = tables_.destination(); }

    void open(table t) { calls_.run(destination_.open(std::move(t))); }
    void write(const std::string& name, page rows) { calls_.run(destination_.write(name, std::move(rows))); }
    void write(const std::string& name, const std::vector<std::string>& records)
    {
        write(name, make_page(records, 1, {}, name));
    }
    void close(const std::string& name) { calls_.run(destination_.close(name)); }
    void abandon(const std::string& name) { calls_.run(destination_.abandon(name)); }

    /// One table in a run of its own.
    void load_pages(const table& t, std::vector<page> pages)
    {
        begin_run();
        open(t);
        for (page& p : pages) {
            write(t.name, std::move(p));
        }
        close(t.name);
    }
    void load(const table& t, const std::vector<std::string>& records) { load_pages(t, {make_page(records)}); }

    /// What a call fails with.
    error failure_of(net::awaitable<void> call)
    {
        try {
            calls_.run(std::move(call));
        } catch (const error& e) {
            return e;
        }
        ADD_FAILURE() << "the call did not fail";
        return error(errc::limit_exceeded, "nothing failed");
    }

    /// The rows of a table, in an order that depends on their values only.
    std::vector<row> read(const std::string& name)
    {
        std::optional<std::vector<row>> found = tables_.rows(name);
        EXPECT_TRUE(found.has_value()) << "there is no table '" << name << "'";
        std::vector<row> all = found.value_or(std::vector<row>());
        std::sort(all.begin(), all.end());
        return all;
    }

    Tables tables_;

    /// The column that a field is read back from.
    static std::string column_of(const std::string& field)
    {
        if constexpr (requires { Tables::column_of(field); }) {
            return Tables::column_of(field);
        } else {
            return field;
        }
    }

    any_destination destination_ = tables_.destination();
    calls calls_;
};

TYPED_TEST_SUITE_P(DestinationContract);

// ---- tables ----

TYPED_TEST_P(DestinationContract, ATableExistsOnceItIsOpen)
{
    for (const auto mode : {this->append, this->replace, this->merge}) {
        const std::string name(to_string(mode));
        table t(name, mode, {"id"});
        t.binding_columns = {"_projects_id"};
        this->begin_run();
        this->open(t);
        EXPECT_EQ(this->read(name), (std::vector<row>{}));
        this->close(name);
        EXPECT_EQ(this->read(name), (std::vector<row>{}));
    }
}

TYPED_TEST_P(DestinationContract, SeveralTablesAreLoadedInterleaved)
{
    this->open(table("a"));
    this->open(table("b", this->merge, {"id"}));
    this->write("a", {R"({"id":1})"});
    this->write("b", {R"({"id":2})"});
    this->open(table("c", this->replace));
    this->write("a", {R"({"id":3})"});
    this->write("c", {R"({"id":4})"});
    this->write("b", {R"({"id":5})"});
    this->close("b");
    this->close("a");
    this->close("c");
    EXPECT_EQ(this->read("a"), (std::vector<row>{{{"id", "1"}}, {{"id", "3"}}}));
    EXPECT_EQ(this->read("b"), (std::vector<row>{{{"id", "2"}}, {{"id", "5"}}}));
    EXPECT_EQ(this->read("c"), (std::vector<row>{{{"id", "4"}}}));
}

TYPED_TEST_P(DestinationContract, TablesAndFieldsMayHaveAnyName)
{
    const std::vector<std::string> names = {
        "select", "with space", "a \"quote\" and 'another'", "größe", "a.b/c", "x;y --", "100%", "[z]", "{id}", "?1"};
    std::vector<std::string> fields = names;
    fields.insert(fields.end(), {"", "rowid", "a\nb"});
    std::string record = "{";
    row expected;
    for (const std::string& name : fields) {
        record += record == "{" ? "" : ",";
        append_quoted(record, name);
        record += ":1";
        expected[this->column_of(name)] = "1";
    }
    record += "}";
    for (const std::string& name : names) {
        for (const auto mode : {this->append, this->replace, this->merge}) {
            this->load(table(name, mode, {"select", "größe", ""}), {record});
        }
        EXPECT_EQ(this->read(name), (std::vector<row>{expected})) << name;
    }
}

TYPED_TEST_P(DestinationContract, AClosedTableMayBeOpenedAgain)
{
    this->open(table("other"));
    for (int i = 0; i < 3; ++i) {
        this->open(table("samples"));
        this->write("samples", {R"({"id":1})"});
        this->close("samples");
    }
    this->close("other");
    EXPECT_EQ(this->read("samples"), (std::vector<row>(3, row{{"id", "1"}})));
}

TYPED_TEST_P(DestinationContract, AnAbandonedTableMayBeOpenedAgain)
{
    for (const auto mode : {this->append, this->replace, this->merge}) {
        const std::string name(to_string(mode));
        this->open(table(name, mode, {"id"}));
        this->write(name, {R"({"id":1,"n":1})"});
        this->abandon(name);
        this->open(table(name, mode, {"id"}));
        this->write(name, {R"({"id":1,"n":2})"});
        this->close(name);
        EXPECT_EQ(this->read(name), (std::vector<row>{{{"id", "1"}, {"n", "2"}}})) << name;
    }
}

TYPED_TEST_P(DestinationContract, TheOrderOfCallsIsChecked)
{
    EXPECT_EQ(this->failure_of(this->destination_.write("samples", make_page({"{}"}))).kind(), errc::invalid_argument);
    EXPECT_EQ(this->failure_of(this->destination_.close("samples")).kind(), errc::invalid_argument);
    this->open(table("samples"));
    EXPECT_EQ(this->failure_of(this->destination_.open(table("samples"))).kind(), errc::invalid_argument);
    this->close("samples");
    EXPECT_EQ(this->failure_of(this->destination_.write("samples", make_page({"{}"}))).kind(), errc::invalid_argument);
    this->open(table("other"));
    this->open(table("samples"));
    this->close("samples");
    EXPECT_EQ(this->failure_of(this->destination_.close("samples")).kind(), errc::invalid_argument);
}

TYPED_TEST_P(DestinationContract, AMergeNeedsAPrimaryKey)
{
    EXPECT_EQ(this->failure_of(this->destination_.open(table("samples", this->merge))).kind(), errc::invalid_argument);
}

TYPED_TEST_P(DestinationContract, AbandoningWhatIsNotOpenDoesNothing)
{
    this->abandon("samples");
    this->open(table("samples"));
    this->open(table("other"));
    this->write("samples", {R"({"id":1})"});
    this->close("samples");
    this->abandon("samples"); // is complete, and waits for the other one
    this->close("other");
    this->abandon("samples");
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"id", "1"}}}));
}

// ---- append, replace, merge ----

TYPED_TEST_P(DestinationContract, AnAppendAddsRowsWhateverTheirKey)
{
    for (int run = 0; run < 2; ++run) {
        this->load(this->samples(this->append), {R"({"id":1})", R"({"id":1})", R"({"n":2})"});
    }
    EXPECT_EQ(this->read("samples"),
        (std::vector<row>{{{"id", "1"}}, {{"id", "1"}}, {{"id", "1"}}, {{"id", "1"}}, {{"n", "2"}}, {{"n", "2"}}}));
}

TYPED_TEST_P(DestinationContract, AReplaceTakesTheOldRowsPlace)
{
    this->load(table("samples", this->append), {R"({"id":1})", R"({"id":2})"});
    this->load(table("samples", this->replace), {R"({"id":3})", R"({"id":3})"});
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"id", "3"}}, {{"id", "3"}}}));
    this->load_pages(table("samples", this->replace), {});
    EXPECT_EQ(this->read("samples"), (std::vector<row>{}));
}

TYPED_TEST_P(DestinationContract, AReplaceWithAPrimaryKeyKeepsTheLastRowOfEach)
{
    for (int run = 0; run < 2; ++run) {
        this->load_pages(this->samples(this->replace),
            {make_page({R"({"id":1,"a":1})", R"({"id":2,"a":2})", R"({"id":2,"a":3})"}),
                make_page({R"({"id":1,"b":4})"}, 2)});
        EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"a", "3"}, {"id", "2"}}, {{"b", "4"}, {"id", "1"}}}));
    }
}

TYPED_TEST_P(DestinationContract, InAMergeTheLastRowOfAKeyWinsAsAWhole)
{
    this->load_pages(this->samples(this->merge),
        {make_page({R"({"id":1,"a":"old","b":1})", R"({"id":2,"a":"x"})", R"({"id":1,"a":"page"})"}),
            make_page({R"({"id":2,"b":5})", R"({"id":3})"}, 2)});
    EXPECT_EQ(this->read("samples"),
        (std::vector<row>{{{"a", "page"}, {"id", "1"}}, {{"b", "5"}, {"id", "2"}}, {{"id", "3"}}}));
    this->load(this->samples(this->merge), {R"({"b":6,"id":1})", R"({"id":3,"a":"new"})", R"({"id":4})"});
    EXPECT_EQ(this->read("samples"),
        (std::vector<row>{
            {{"a", "new"}, {"id", "3"}}, {{"b", "5"}, {"id", "2"}}, {{"b", "6"}, {"id", "1"}}, {{"id", "4"}}}));
}

TYPED_TEST_P(DestinationContract, ASecondMergeOfTheSameRowsChangesNothing)
{
    table t("samples", this->merge, {"_projects_id", "id"});
    t.binding_columns = {"_projects_id"};
    const std::vector<page> pages = {
        make_page({R"({"id":1})", R"({"id":2})"}, 1, {make_binding("projects", "id", "1")}),
        make_page({R"({"id":1})", R"({"id":2})"}, 1, {make_binding("projects", "id", "2")})};
    for (int run = 0; run < 2; ++run) {
        this->load_pages(t, pages);
        EXPECT_EQ(this->read("samples"),
            (std::vector<row>{{{"_projects_id", "1"}, {"id", "1"}}, {{"_projects_id", "1"}, {"id", "2"}},
                {{"_projects_id", "2"}, {"id", "1"}}, {{"_projects_id", "2"}, {"id", "2"}}}));
    }
}

TYPED_TEST_P(DestinationContract, ATableMayChangeItsDisposition)
{
    this->load(this->samples(this->append), {R"({"id":1,"n":1})", R"({"id":2,"n":1})"});
    this->load(this->samples(this->merge), {R"({"id":2,"n":2})"});
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"id", "1"}, {"n", "1"}}, {{"id", "2"}, {"n", "2"}}}));
    this->load(this->samples(this->replace), {R"({"id":3,"n":3})"});
    this->load(this->samples(this->merge), {R"({"id":3,"n":4})", R"({"id":4,"n":4})"});
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"id", "3"}, {"n", "4"}}, {{"id", "4"}, {"n", "4"}}}));
}

// ---- what is visible when ----

TYPED_TEST_P(DestinationContract, StagedRowsAreInvisibleUntilTheTableIsClosed)
{
    const row old = {{"id", "0"}};
    for (const auto mode : {this->append, this->replace}) {
        const std::string name(to_string(mode));
        this->load(table(name, this->append), {R"({"id":0})"});
        this->begin_run();
        this->open(table(name, mode));
        this->write(name, {R"({"id":1,"new":2})"});
        EXPECT_EQ(this->read(name), (std::vector<row>{old})) << name;
        this->close(name);
        const row fresh = {{"id", "1"}, {"new", "2"}};
        EXPECT_EQ(this->read(name), mode == this->append ? (std::vector<row>{old, fresh}) : (std::vector<row>{fresh}));
    }
}

TYPED_TEST_P(DestinationContract, StagedRowsAreDroppedWhereTheTableIsAbandoned)
{
    for (const auto mode : {this->append, this->replace}) {
        const std::string name(to_string(mode));
        this->load(table(name, this->append), {R"({"id":0})"});
        this->begin_run();
        this->open(table(name, mode));
        this->write(name, {R"({"id":1,"new":2})"});
        this->abandon(name);
        EXPECT_EQ(this->read(name), (std::vector<row>{{{"id", "0"}}})) << name;
    }
}

TYPED_TEST_P(DestinationContract, MergedRowsStayWhereTheTableIsAbandoned)
{
    this->open(this->samples(this->merge));
    this->write("samples", {R"({"id":1})"});
    this->abandon("samples");
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"id", "1"}}}));
}

TYPED_TEST_P(DestinationContract, AppendedRowsOfARunBecomeVisibleTogether)
{
    this->open(table("a"));
    this->open(table("b"));
    this->open(table("c", this->replace));
    for (const char* name : {"a", "b", "c"}) {
        this->write(name, {R"({"id":1})"});
    }
    this->close("a");
    EXPECT_EQ(this->read("a"), (std::vector<row>{}));
    this->close("c");
    EXPECT_EQ(this->read("a"), (std::vector<row>{}));
    EXPECT_EQ(this->read("c"), (std::vector<row>{{{"id", "1"}}})) << "a replace waits for nobody";
    this->close("b");
    EXPECT_EQ(this->read("a"), (std::vector<row>{{{"id", "1"}}}));
    EXPECT_EQ(this->read("b"), (std::vector<row>{{{"id", "1"}}}));
}

TYPED_TEST_P(DestinationContract, TheLastTableOfARunMayBeAbandoned)
{
    for (const auto mode : {this->append, this->replace, this->merge}) {
        const std::string added = "beside " + std::string(to_string(mode));
        this->begin_run();
        this->open(table(added));
        this->open(this->samples(mode));
        this->write(added, {R"({"id":1})"});
        this->close(added);
        EXPECT_EQ(this->read(added), (std::vector<row>{}));
        this->abandon("samples");
        EXPECT_EQ(this->read(added), (std::vector<row>{{{"id", "1"}}}));
    }
}

// ---- records ----

TYPED_TEST_P(DestinationContract, LaterRecordsMayHaveNewFields)
{
    for (const auto mode : {this->append, this->merge}) {
        const std::string name(to_string(mode));
        this->load_pages(table(name, mode, {"id"}),
            {make_page({R"({"id":1,"a":1})", R"({"id":2,"b":2})"}), make_page({R"({"id":3,"c":3,"a":4})"}, 2)});
        this->load(table(name, mode, {"id"}), {R"({"id":4,"d":5})"});
        EXPECT_EQ(this->read(name),
            (std::vector<row>{{{"a", "1"}, {"id", "1"}}, {{"a", "4"}, {"c", "3"}, {"id", "3"}},
                {{"b", "2"}, {"id", "2"}}, {{"d", "5"}, {"id", "4"}}}))
            << name;
    }
}

TYPED_TEST_P(DestinationContract, ValuesAreKept)
{
    this->load(this->samples(this->replace),
        {R"({"id":1,"null":null,"text":"a\"b\\ \u00e9\n","empty":"","digits":"007","integer":-9007199254740993,"real":1.5})"});
    EXPECT_EQ(this->read("samples"),
        (std::vector<row>{{{"id", "1"}, {"text", "a\"b\\ é\n"}, {"empty", ""}, {"digits", "007"},
            {"integer", "-9007199254740993"}, {"real", "1.5"}}}));
}

TYPED_TEST_P(DestinationContract, NestedValuesAreJson)
{
    this->load(this->samples(this->merge),
        {"{\"id\":1,\"o\":{ \"a\" : [1, 2.50, \"x y\"],\n\"b\": {} },\"l\":[ ],\"c\":[1,\"\\u00e9 \"]}"});
    EXPECT_EQ(this->read("samples"),
        (std::vector<row>{
            {{"id", "1"}, {"o", R"({"a":[1,2.50,"x y"],"b":{}})"}, {"l", "[]"}, {"c", R"([1,"\u00e9 "])"}}}));
}

TYPED_TEST_P(DestinationContract, OfTwoMembersOfOneNameTheLastCounts)
{
    this->load(table("samples", this->append), {R"({"a":1,"b":2,"a":3})", R"({"a":4,"a":null,"b":5})"});
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"a", "3"}, {"b", "2"}}, {{"b", "5"}}}));
}

TYPED_TEST_P(DestinationContract, RecordsWithoutFieldsAreRowsToo)
{
    this->load(table("samples", this->append), {"{}", "{ }"});
    EXPECT_EQ(this->read("samples"), (std::vector<row>(2)));
    this->load(table("samples", this->append), {"{}", R"({"a":1})"});
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{}, {}, {}, {{"a", "1"}}}));
}

TYPED_TEST_P(DestinationContract, ARecordWithoutItsPrimaryKeyIsAnError)
{
    for (const auto mode : {this->replace, this->merge}) {
        const std::string name(to_string(mode));
        this->begin_run();
        this->open(table(name, mode, {"project", "uuid"}));
        this->write(name, {R"({"project":1,"uuid":1})"});
        for (const char* broken : {R"({"project":1,"name":"x"})", R"({"project":null,"uuid":2})"}) {
            const error e =
                this->failure_of(this->destination_.write(name, make_page({R"({"project":2,"uuid":2})", broken}, 7)));
            EXPECT_EQ(e.kind(), errc::field_missing);
            EXPECT_EQ(e.context().resource, name);
            EXPECT_EQ(e.context().page, 7U);
            EXPECT_NE(e.message().find("record 2"), std::string::npos) << e.what();
        }
        this->write(name, {R"({"project":3,"uuid":3})"});
        this->close(name);
        EXPECT_EQ(
            this->read(name), (std::vector<row>{{{"project", "1"}, {"uuid", "1"}}, {{"project", "3"}, {"uuid", "3"}}}))
            << "nothing of the page is stored";
    }
}

TYPED_TEST_P(DestinationContract, ABrokenRecordIsAnErrorAndItsPageIsNotStored)
{
    for (const auto mode : {this->append, this->replace, this->merge}) {
        const std::string name(to_string(mode));
        this->begin_run();
        this->open(table(name, mode, {"id"}));
        this->write(name, {R"({"id":1})"});
        const error e = this->failure_of(
            this->destination_.write(name, make_page({R"({"id":2,"new":1})", R"({"id":3,"x":tru})"}, 4, {}, name)));
        EXPECT_EQ(e.kind(), errc::not_json);
        EXPECT_EQ(e.context().resource, name);
        EXPECT_EQ(e.context().page, 4U);
        EXPECT_NE(e.message().find("record 2"), std::string::npos) << e.what();
        this->write(name, {R"({"id":4,"other":2})"});
        this->close(name);
        EXPECT_EQ(this->read(name), (std::vector<row>{{{"id", "1"}}, {{"id", "4"}, {"other", "2"}}})) << name;
    }
}

// ---- what is taken over from the parents ----

TYPED_TEST_P(DestinationContract, BindingsAreColumns)
{
    for (const bool announced : {true, false}) {
        for (const auto mode : {this->append, this->replace, this->merge}) {
            const std::string name =
                std::string(announced ? "announced " : "not announced ") + std::string(to_string(mode));
            table t(name, mode, {"id"});
            if (announced) {
                t.binding_columns = {"_projects_id", "_spaces_token", "_a_b"};
            }
            this->load_pages(t,
                {make_page({R"({"id":1})", R"({"id":2})"}, 1,
                     {make_binding("projects", "id", "7"), make_binding("spaces", "token", R"("a\/b \u00e9")")}),
                    make_page({R"({"id":3})"}, 2,
                        {make_binding("projects", "id", "null"), make_binding("a", "b", R"({"x": 1})")})});
            EXPECT_EQ(this->read(name),
                (std::vector<row>{{{"_a_b", R"({"x":1})"}, {"id", "3"}},
                    {{"_projects_id", "7"}, {"_spaces_token", "a/b é"}, {"id", "1"}},
                    {{"_projects_id", "7"}, {"_spaces_token", "a/b é"}, {"id", "2"}}}))
                << name;
        }
    }
}

TYPED_TEST_P(DestinationContract, ABindingHasItsColumnAndAFieldOfThatNameAnother)
{
    table t("samples");
    t.binding_columns = {"_projects_id"};
    for (std::size_t run = 1; run <= 2; ++run) {
        this->load_pages(
            t, {make_page({R"({"_projects_id":"own","id":1})"}, 1, {make_binding("projects", "id", "7")})});
        const std::vector<row> found = this->read("samples");
        ASSERT_EQ(found.size(), run);
        for (const row& r : found) {
            EXPECT_EQ(r, found[0]) << "the field has the same column in every run";
            EXPECT_EQ(r.size(), 3U);
            EXPECT_EQ(r.at("_projects_id"), "7");
            EXPECT_TRUE(std::any_of(r.begin(), r.end(), [](const auto& c) { return c.second == "own"; }));
        }
    }
}

TYPED_TEST_P(DestinationContract, TwoValuesForOneColumnAreRefused)
{
    this->open(table("samples"));
    this->write(
        "samples", make_page({R"({"id":1})"}, 1, {make_binding("a", "b_c", "1"), make_binding("a_b", "c", "1")}));
    const error e = this->failure_of(this->destination_.write(
        "samples", make_page({R"({"id":2})"}, 2, {make_binding("a", "b_c", "1"), make_binding("a_b", "c", "2")})));
    EXPECT_EQ(e.kind(), errc::destination_failed);
    EXPECT_EQ(e.context().resource, "samples");
    EXPECT_EQ(e.context().page, 2U);
    EXPECT_NE(e.message().find("'_a_b_c'"), std::string::npos) << e.what();
    this->close("samples");
    EXPECT_EQ(this->read("samples"), (std::vector<row>{{{"_a_b_c", "1"}, {"id", "1"}}}));
}

// ---- calls at the same time ----

TYPED_TEST_P(DestinationContract, WritesMayOverlap)
{
    constexpr int pages = 20;
    this->open(table("a"));
    this->open(table("b", this->merge, {"id"}));
    std::vector<calls::outcome*> outcomes;
    for (int i = 0; i < pages; ++i) {
        const std::string record = "{\"id\":" + std::to_string(i) + ",\"f" + std::to_string(i % 3) + "\":1}";
        for (const char* name : {"a", "b"}) {
            outcomes.push_back(&this->calls_.start(this->destination_.write(name, make_page({record, record}))));
        }
    }
    this->calls_.run();
    for (const calls::outcome* o : outcomes) {
        EXPECT_TRUE(o->done && !o->failure);
    }
    this->close("a");
    this->close("b");
    EXPECT_EQ(this->read("a").size(), std::size_t{2} * pages);
    EXPECT_EQ(this->read("b").size(), std::size_t{pages});
}

TYPED_TEST_P(DestinationContract, APageAtFaultDoesNotTakeOthersAlong)
{
    this->open(this->samples(this->merge));
    std::vector<calls::outcome*> outcomes;
    for (int i = 0; i < 6; ++i) {
        const std::string record = i == 3 ? R"({"x":3})" : "{\"id\":" + std::to_string(i) + "}";
        outcomes.push_back(&this->calls_.start(this->destination_.write("samples", make_page({record}))));
    }
    this->calls_.run();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        EXPECT_EQ(outcomes[i]->failure != nullptr, i == 3) << i;
    }
    this->close("samples");
    EXPECT_EQ(this->read("samples"),
        (std::vector<row>{{{"id", "0"}}, {{"id", "1"}}, {{"id", "2"}}, {{"id", "4"}}, {{"id", "5"}}}));
}

TYPED_TEST_P(DestinationContract, ACallThatIsCancelledEndsAndTheTableGoesOn)
{
    this->open(this->samples(this->merge));
    calls::outcome& cancelled = this->calls_.start(this->destination_.write("samples", make_page({R"({"id":1})"})));
    this->calls_.poll();
    cancelled.cancellation.emit(net::cancellation_type::terminal);
    this->calls_.run();
    EXPECT_TRUE(cancelled.done);
    if (cancelled.failure) { // else it had ended before
        EXPECT_THROW(std::rethrow_exception(cancelled.failure), system_error);
    }
    this->write("samples", {R"({"id":2})"});
    this->close("samples");
    std::vector<row> found = this->read("samples");
    std::erase(found, row{{"id", "1"}}); // what was asked for may be done all the same
    EXPECT_EQ(found, (std::vector<row>{{{"id", "2"}}}));
}

REGISTER_TYPED_TEST_SUITE_P(DestinationContract, ATableExistsOnceItIsOpen, SeveralTablesAreLoadedInterleaved,
    TablesAndFieldsMayHaveAnyName, AClosedTableMayBeOpenedAgain, AnAbandonedTableMayBeOpenedAgain,
    TheOrderOfCallsIsChecked, AMergeNeedsAPrimaryKey, AbandoningWhatIsNotOpenDoesNothing,
    AnAppendAddsRowsWhateverTheirKey, AReplaceTakesTheOldRowsPlace, AReplaceWithAPrimaryKeyKeepsTheLastRowOfEach,
    InAMergeTheLastRowOfAKeyWinsAsAWhole, ASecondMergeOfTheSameRowsChangesNothing, ATableMayChangeItsDisposition,
    StagedRowsAreInvisibleUntilTheTableIsClosed, StagedRowsAreDroppedWhereTheTableIsAbandoned,
    MergedRowsStayWhereTheTableIsAbandoned, AppendedRowsOfARunBecomeVisibleTogether, TheLastTableOfARunMayBeAbandoned,
    LaterRecordsMayHaveNewFields, ValuesAreKept, NestedValuesAreJson, OfTwoMembersOfOneNameTheLastCounts,
    RecordsWithoutFieldsAreRowsToo, ARecordWithoutItsPrimaryKeyIsAnError, ABrokenRecordIsAnErrorAndItsPageIsNotStored,
    BindingsAreColumns, ABindingHasItsColumnAndAFieldOfThatNameAnother, TwoValuesForOneColumnAreRefused,
    WritesMayOverlap, APageAtFaultDoesNotTakeOthersAlong, ACallThatIsCancelledEndsAndTheTableGoesOn);

} // namespace corest::test

/// \file
/// Which tables of a run become visible when, and which calls are refused.

#include <corest/destination/table_ledger.hpp>
#include <corest/error.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using corest::errc;
using corest::error;
using corest::table;
using corest::write_disposition;
using ledger = corest::table_ledger<int>;
using names = std::vector<std::string>;

/// A ledger, and the names of the tables that its endings make visible.
class TableLedger : public testing::Test {
protected:
    void open(const std::string& name, write_disposition mode = write_disposition::append)
    {
        open(table(name, mode, {"id"}));
    }
    void open(const table& t)
    {
        tables.check(t);
        tables.add(t, std::make_unique<int>(++opened));
    }
    names close(const std::string& name)
    {
        const ledger::ending end = tables.end_by_close(name);
        names visible = names_of(end);
        tables.conclude(end);
        return visible;
    }
    names abandon(const std::string& name)
    {
        const auto end = tables.end_by_abandon(name);
        if (!end) {
            return {"not open"};
        }
        names visible = names_of(*end);
        tables.conclude(*end);
        return visible;
    }
    static names names_of(const ledger::ending& end)
    {
        names all;
        for (const ledger::entry* e : end.visible) {
            all.push_back(e->definition().name);
        }
        return all;
    }
    error refusal(const table& t) const
    {
        try {
            tables.check(t);
        } catch (const error& e) {
            return e;
        }
        return error(errc::invalid_argument, "it is not refused");
    }

    ledger tables{"nobody here tells apart"};
    int opened = 0;
};

TEST_F(TableLedger, ATableThatIsAloneIsVisibleWhenItIsClosed)
{
    for (const auto mode : {write_disposition::append, write_disposition::replace, write_disposition::merge}) {
        open("a", mode);
        EXPECT_EQ(close("a"), names{"a"});
        EXPECT_TRUE(tables.is_empty());
    }
}

TEST_F(TableLedger, AppendedTablesWaitForTheLastOne)
{
    open("b");
    open("a");
    open("c");
    EXPECT_EQ(close("c"), names{});
    EXPECT_EQ(close("a"), names{});
    EXPECT_EQ(close("b"), (names{"b", "a", "c"}));
    EXPECT_TRUE(tables.is_empty());
}

TEST_F(TableLedger, ReplacedAndMergedTablesWaitForNobody)
{
    open("added");
    open("merged", write_disposition::merge);
    open("replaced", write_disposition::replace);
    EXPECT_EQ(close("replaced"), names{"replaced"});
    EXPECT_EQ(close("added"), names{}) << "merged is still open";
    EXPECT_EQ(close("merged"), (names{"merged", "added"}));
}

TEST_F(TableLedger, TheLastOneMayBeAbandoned)
{
    open("a");
    open("b");
    EXPECT_EQ(close("a"), names{});
    EXPECT_EQ(abandon("b"), names{"a"});
    EXPECT_TRUE(tables.is_empty());
}

TEST_F(TableLedger, AnAbandonedTableIsForgottenAndNotVisible)
{
    open("a");
    open("b");
    EXPECT_EQ(abandon("a"), names{});
    EXPECT_EQ(abandon("a"), names{"not open"});
    EXPECT_EQ(abandon("never opened"), names{"not open"});
    EXPECT_EQ(close("b"), names{"b"});
}

TEST_F(TableLedger, ACompleteTableCannotBeAbandoned)
{
    open("a");
    open("b");
    EXPECT_EQ(close("a"), names{});
    EXPECT_EQ(abandon("a"), names{"not open"});
    EXPECT_EQ(close("b"), (names{"b", "a"}));
}

TEST_F(TableLedger, AnEndingThatIsNotConcludedChangesNothing)
{
    open("a");
    open("b");
    EXPECT_EQ(close("b"), names{});
    EXPECT_EQ(names_of(tables.end_by_close("a")), (names{"a", "b"}));
    EXPECT_EQ(names_of(*tables.end_by_abandon("a")), names{"b"});
    EXPECT_EQ(tables.open_entry("a").target(), 1);
    EXPECT_EQ(close("a"), (names{"a", "b"}));
}

TEST_F(TableLedger, TheTablesOfAnEndingMayBeForgottenOneByOne)
{
    open("a");
    open("b");
    close("a");
    const ledger::ending end = tables.end_by_close("b");
    tables.remove(*end.visible[0]);
    EXPECT_FALSE(tables.end_by_abandon("b").has_value());
    EXPECT_NE(tables.complete_entry("a"), nullptr);
    tables.remove(*end.visible[1]);
    EXPECT_TRUE(tables.is_empty());
}

TEST_F(TableLedger, ACompleteTableMayBeOpenedAgain)
{
    open("a");
    open("b");
    close("a");
    ASSERT_NE(tables.complete_entry("a"), nullptr);
    EXPECT_EQ(tables.complete_entry("a")->target(), 1);
    open("a");
    EXPECT_EQ(tables.complete_entry("a"), nullptr);
    EXPECT_EQ(tables.open_entry("a").target(), 3);
}

TEST_F(TableLedger, RefusesATableThatIsOpen)
{
    open("a");
    EXPECT_STREQ(refusal(table("a")).what(), "the table 'a' is open already.");
    EXPECT_EQ(refusal(table("a")).kind(), errc::invalid_argument);
}

TEST_F(TableLedger, RefusesAMergeWithoutAKeyAndATableWithoutAName)
{
    EXPECT_STREQ(refusal(table("m", write_disposition::merge)).what(),
        "the table 'm' cannot be merged without a primary key. Name its primary_key or merge_key, or use append or "
        "replace.");
    EXPECT_STREQ(refusal(table("")).what(), "a table needs a name.");
}

TEST_F(TableLedger, RefusesNamesThatDifferOnlyInCaseWhereThatIsTheSame)
{
    open("samples");
    EXPECT_STREQ(refusal(table("Samples")).what(),
        "the tables 'samples' and 'Samples' differ only in upper and lower case, which nobody here tells apart. Give "
        "one of the resources another name.");
    open("other");
    close("samples");
    EXPECT_EQ(refusal(table("Samples")).kind(), errc::destination_failed) << "complete tables have their name too";
    tables = ledger();
    open("samples");
    open("Samples");
    EXPECT_EQ(close("Samples"), names{});
}

TEST_F(TableLedger, OnlyAnOpenTableIsWrittenToOrClosed)
{
    open("a");
    open("b");
    close("a");
    for (const char* name : {"a", "c"}) {
        EXPECT_THROW(static_cast<void>(tables.open_entry(name)), error);
        EXPECT_THROW(static_cast<void>(tables.end_by_close(name)), error);
    }
    try {
        static_cast<void>(tables.open_entry("c"));
    } catch (const error& e) {
        EXPECT_STREQ(e.what(), "the table 'c' is not open.");
        EXPECT_EQ(e.kind(), errc::invalid_argument);
    }
}

} // namespace

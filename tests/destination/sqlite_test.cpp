/// \file
/// The SQLite destination: what is in the tables after a load, in real files.

#include <corest/destination/sqlite.hpp>
#include <corest/select/json_reader.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using corest::any_destination;
using corest::binding;
using corest::errc;
using corest::error;
using corest::page;
using corest::sqlite_destination;
using corest::table;
using corest::write_disposition;
namespace net = corest::net;

using lines = std::vector<std::string>;
using namespace std::string_literals;

class Sqlite : public testing::Test {
protected:
    /// Loads one table in a run of its own.
    void load_table(const table& t, std::vector<page> pages) { load(sqlite_destination(file), t, std::move(pages)); }

    temporary_folder folder;
    std::string file = folder.file("data.db");
    const table append{"samples", write_disposition::append};
    const table replace{"samples", write_disposition::replace};
    const table merge{"samples", write_disposition::merge, {"id"}};
};

table with_bindings(table t, std::vector<std::string> columns)
{
    t.binding_columns = std::move(columns);
    return t;
}

// ---- options ----

TEST_F(Sqlite, TheJournalIsTheOneThatIsAskedFor)
{
    corest::sqlite_options options;
    for (const char* journal : {"delete", "wal"}) {
        options.journal = journal;
        load(sqlite_destination(file, options), append, std::vector<page>{make_page({R"({"id":1})"})});
        EXPECT_EQ(
            database(file).value("SELECT journal_mode FROM pragma_journal_mode"), journal == "wal"s ? "wal" : "delete");
    }
    options.journal = "off";
    EXPECT_THROW(sqlite_destination(file, options), error);
}

// ---- values ----

TEST_F(Sqlite, KeepsEveryValueAsItIs)
{
    load_table(append,
        {make_page({
            R"({"n": null, "t": true, "f": false, "i": -7, "z": 0, "d": 1.5, "s": "text", "e": ""})",
            R"({"i": 9223372036854775807, "z": -9223372036854775808, "d": 0.1, "s": "1", "e": 1e3})",
            R"({"i": 9223372036854775808, "z": 123456789012345678901234567890, "d": 1e400, "e": 1.0})",
            R"({"d": 2.2250738585072014e-308, "e": -0.0, "i": 1E+2, "z": 4.35})",
        })});
    EXPECT_EQ(database(file).rows("SELECT n, t, f, i, z, d, s, e FROM samples"),
        (lines{"NULL|1|0|-7|0|1.5r|'text'|''",
            "NULL|NULL|NULL|9223372036854775807|-9223372036854775808|0.10000000000000001r|'1'|1000r",
            "NULL|NULL|NULL|'9223372036854775808'|'123456789012345678901234567890'|'1e400'|NULL|1r",
            "NULL|NULL|NULL|100r|4.3499999999999996r|2.2250738585072014e-308r|NULL|-0r"}));
}

TEST_F(Sqlite, DecodesStrings)
{
    load_table(append, {make_page({R"({"s": "a\u0000b\n\"\\\/ \u00e9\ud83d\ude00", "k\u0065y": "größe", "t": "7"})"})});
    EXPECT_EQ(database(file).rows("SELECT s, \"key\", t FROM samples"), (lines{"'a\0b\n\"\\/ é😀'|'größe'|'7'"s}));
}

// ---- columns ----

TEST_F(Sqlite, ColumnsAreInTheOrderInWhichFieldsAppear)
{
    load_table(append,
        {make_page({R"({"b": 1, "a": 2})", R"({"c": 3, "a": 4, "b": 5})"}),
            make_page({R"({"d": 6})", R"({"a": 7, "b": 8, "c": 9, "d": 10})"}, 2)});
    const database db(file);
    EXPECT_EQ(db.content(), (lines{"samples: b a c d", "1|2|NULL|NULL", "5|4|3|NULL", "NULL|NULL|NULL|6", "8|7|9|10"}));
}

TEST_F(Sqlite, FieldsThatDifferOnlyInCaseSurviveInEveryRun)
{
    const page both = make_page({R"({"id": 1, "ID": 2, "Id": 3, "ID_2": 4})"});
    load_table(append, {both});
    const lines once = {"samples: id ID_2 Id_3 ID_2_2", "1|2|3|4"};
    EXPECT_EQ(database(file).content(), once);
    load_table(replace, {make_page({R"({"ID_2": 4, "Id": 3, "ID": 2, "id": 1})"})});
    EXPECT_EQ(database(file).content(), once) << "the choice of names holds, whatever comes first";
    load_table(merge, {make_page({R"({"Id": 30, "ID_2": 40, "id": 1, "ID": 20})"})});
    EXPECT_EQ(database(file).content(), (lines{once[0], "1|20|30|40"}));
}

TEST_F(Sqlite, AResourceWithoutRowsHasItsTable)
{
    load_table(with_bindings(merge, {"_projects_id"}), {});
    EXPECT_EQ(database(file).content(), (lines{"samples: id _projects_id"}));
}

TEST_F(Sqlite, AResourceWithoutRowsAndKeyHasATableThatGetsItsColumnsLater)
{
    for (const table& t : {append, replace}) {
        std::filesystem::remove(file);
        load_table(t, {make_page({})});
        EXPECT_EQ(database(file).count("samples"), 0U);
        load_table(t, {make_page({R"({"a": 1})"})});
        EXPECT_EQ(database(file).content(), (lines{"samples: a", "1"}));
    }
}

TEST_F(Sqlite, MoreColumnsThanSqliteHasAreRefused)
{
    std::string record = "{\"id\": 1";
    for (int i = 0; i < 2000; ++i) {
        record += ",\"f" + std::to_string(i) + "\":1";
    }
    const error e = failure_of_load(sqlite_destination(file), merge, std::vector<page>{make_page({record + "}"}, 3)});
    EXPECT_EQ(e.kind(), errc::destination_failed);
    EXPECT_STREQ(e.what(),
        "resource 'samples', page 3: record 1: the table 'samples' would need more than the 2000 columns that it "
        "may have in SQLite; the next is 'f1999'. Are the names of fields data here, as in a map by id? Select what is "
        "inside instead, or load into ndjson.");
    EXPECT_EQ(database(file).content(), (lines{"samples: id"})) << "nothing of the page stays";
}

// ---- bindings ----

TEST_F(Sqlite, BindingsAreColumnsWithTheTypeOfTheirValue)
{
    const table t = with_bindings(append, {"_projects_id", "_spaces_token", "_a_b"});
    load_table(t,
        {make_page({R"({"id": 1})", R"({"id": 2})"}, 1,
             {make_binding("projects", "id", "7"), make_binding("spaces", "token", R"("a\/b \u00e9")")}),
            make_page(
                {R"({"id": 3})"}, 2, {make_binding("projects", "id", "null"), make_binding("a", "b", R"({"x": 1})")})});
    EXPECT_EQ(database(file).content(),
        (lines{"samples: _projects_id _spaces_token _a_b id", "7|'a/b é'|NULL|1", "7|'a/b é'|NULL|2",
            R"(NULL|NULL|'{"x":1}'|3)"}));
}

// ---- merge ----

TEST_F(Sqlite, AKeyMayBeCompositeAndNameAFieldTwice)
{
    const table t =
        with_bindings(table("samples", write_disposition::merge, {"_projects_id", "id", "id"}), {"_projects_id"});
    for (const char* name : {"old", "new"}) {
        const std::string record = std::string(R"({"id": 1, "name": ")") + name + "\"}";
        load_table(t, {make_page({record}, 1, {make_binding("projects", "id", "1")})});
    }
    EXPECT_EQ(database(file).content(), (lines{"samples: _projects_id id name", "1|1|'new'"}));
}

TEST_F(Sqlite, ATableOfKeysOnlyCanBeMerged)
{
    load_table(merge, {make_page({R"({"id": 1})", R"({"id": 1})", R"({"id": 2})"})});
    EXPECT_EQ(database(file).content(), (lines{"samples: id", "1", "2"}));
}

TEST_F(Sqlite, AMergedTableIsMadeWithTheColumnsOfItsFirstRecords)
{
    load_table(merge,
        {make_page({R"({"a": 1, "id": 1, "b": 2})", R"({"id": 2, "c": 3})"}), make_page({R"({"id": 3, "d": 4})"}, 2)});
    EXPECT_EQ(database(file).content(),
        (lines{"samples: id a b c d", "1|1|2|NULL|NULL", "2|NULL|NULL|3|NULL", "3|NULL|NULL|NULL|4"}));
    const std::string made = database(file).value("SELECT sql FROM sqlite_master WHERE name = 'samples'");
    EXPECT_LT(made.find("\"b\""), made.find("PRIMARY KEY")) << "it was not there, and added later: " << made;
}

TEST_F(Sqlite, RowsThatHaveNothingButTheirKeyStayWhereFieldsComeUp)
{
    load_table(merge, {make_page({R"({"id": 1})", R"({"id": 2, "a": 3})"}), make_page({R"({"id": 4, "b": 5})"}, 2)});
    EXPECT_EQ(database(file).content(), (lines{"samples: id a b", "1|NULL|NULL", "2|3|NULL", "4|NULL|5"}));
}

TEST_F(Sqlite, ATableOfAnAppendGetsItsKeyWhenItIsMerged)
{
    load_table(append, {make_page({R"({"a": 1, "id": 1})", R"({"a": 2, "id": 2})"})});
    for (int i = 0; i < 2; ++i) {
        load_table(merge, {make_page({R"({"a": 3, "id": 2})"})});
    }
    EXPECT_EQ(database(file).content(), (lines{"samples: a id", "1|1", "3|2"}));
    load_table(table("samples", write_disposition::merge, {"a", "id"}), {make_page({R"({"a": 3, "id": 2, "b": 1})"})});
    EXPECT_EQ(database(file).content(), (lines{"samples: a id b", "1|1|NULL", "3|2|1"})) << "the key may change";
}

TEST_F(Sqlite, AMergeMakesAnIndexOnlyWhereNoneServes)
{
    const auto indexes_made = [&](const std::string& table_as_made) {
        std::filesystem::remove(file);
        database(file).execute("PRAGMA journal_mode = WAL");
        for (std::size_t begin = 0; begin < table_as_made.size();) { // one statement after the other
            const std::size_t end = std::min(table_as_made.find(';', begin), table_as_made.size());
            database(file).execute(table_as_made.substr(begin, end - begin));
            begin = end + 1;
        }
        const table t("samples", write_disposition::merge, {"id", "a"});
        load_table(t, {make_page({R"({"id": 1, "a": 1, "n": 1})", R"({"id": 1, "a": 1, "n": 2})"})});
        EXPECT_EQ(database(file).rows("SELECT id, a, n FROM samples"), (lines{"1|1|2"})) << table_as_made;
        return database(file).value("SELECT count(*) FROM sqlite_master WHERE name LIKE '%corest_key%'");
    };
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n, PRIMARY KEY(a, id))"), "0");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n, PRIMARY KEY(a, id)) WITHOUT ROWID"), "0");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n, UNIQUE(id, a))"), "0");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n); CREATE UNIQUE INDEX mine ON samples(a, id)"), "0");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n)"), "1");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n PRIMARY KEY)"), "1");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n); CREATE INDEX mine ON samples(a, id)"), "1");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n); CREATE UNIQUE INDEX mine ON samples(a, id, n)"), "1");
    EXPECT_EQ(
        indexes_made("CREATE TABLE samples(id, a, n); CREATE UNIQUE INDEX mine ON samples(a, id) WHERE n > 0"), "1");
    EXPECT_EQ(indexes_made("CREATE TABLE samples(id, a, n); CREATE UNIQUE INDEX mine ON samples(id, abs(a))"), "1");
}

TEST_F(Sqlite, ARowIdCanBeTheKeyOfAMerge)
{
    database(file).execute("CREATE TABLE samples(id INTEGER PRIMARY KEY, n)");
    load_table(merge, {make_page({R"({"id": 1, "n": 1})", R"({"id": 1, "n": 2})"})});
    EXPECT_EQ(database(file).content(), (lines{"samples: id n", "1|2"}));
    EXPECT_EQ(database(file).rows("SELECT name FROM sqlite_master WHERE name LIKE '%corest_key%'"), lines{});
}

TEST_F(Sqlite, ATableWithDuplicatesCannotBeMerged)
{
    load_table(append, {make_page({R"({"id": 1})", R"({"id": 1})"})});
    const error e = failure_of_load(sqlite_destination(file), merge, std::vector<page>{});
    EXPECT_EQ(e.what(),
        "resource 'samples': the table 'samples' in '" + file
            + "' has several rows with the same primary key (\"id\"), so nothing can be merged into it. Load "
              "it once with the write disposition replace, or remove the duplicate rows, or drop the table.");
    load_table(
        table("samples", write_disposition::replace, {"id"}), {make_page({R"({"id": 1})", R"({"id": 1, "a": 2})"})});
    load_table(merge, {make_page({R"({"id": 1, "a": 3})"})});
    EXPECT_EQ(database(file).content(), (lines{"samples: id a", "1|3"}));
}

TEST_F(Sqlite, RowsWithoutTheirKeyAreNoDuplicates)
{
    load_table(append, {make_page({R"({"a": 1})", R"({"a": 2})", R"({"a": 3, "id": 1})"})});
    load_table(merge, {make_page({R"({"a": 4, "id": 1})"})});
    EXPECT_EQ(database(file).content(), (lines{"samples: a id", "1|NULL", "2|NULL", "4|1"}));
}

// ---- append and replace ----

TEST_F(Sqlite, NoTableIsLeftOfTheRowsThatWereCollected)
{
    for (const table& t : {append, replace}) {
        for (const bool closed : {true, false}) {
            net::io_context context;
            const any_destination d = sqlite_destination(file);
            run(context, open_and_write(d, t, make_page({R"({"id": 2, "new": 3})"})));
            run(context, closed ? close(d, "samples") : abandon(d, "samples"));
            EXPECT_EQ(database(file).rows("SELECT name FROM sqlite_master WHERE name LIKE '%staging%'"), lines{});
        }
    }
}

TEST_F(Sqlite, AReplaceKeepsWhatTheUserMadeOfTheTable)
{
    load_table(replace, {make_page({R"({"id": 1, "name": "x", "gone": 1})"})});
    {
        const database db(file);
        db.execute("CREATE INDEX by_name ON samples(name)");
        db.execute("CREATE VIEW names AS SELECT name, gone FROM samples");
        db.execute("CREATE VIEW broken AS SELECT * FROM nowhere");
    }
    load_table(replace, {make_page({R"({"id": 2, "name": "y", "new": 2})"})});
    const database db(file);
    EXPECT_EQ(db.content(), (lines{"samples: id name gone new", "2|'y'|NULL|2"}));
    EXPECT_EQ(db.rows("SELECT * FROM names"), (lines{"'y'|NULL"}));
    EXPECT_EQ(db.value("SELECT count(*) FROM sqlite_master WHERE name = 'by_name'"), "1");
}

TEST_F(Sqlite, ColumnsThatRowsDoNotFillHaveTheirDefaults)
{
    for (const table& t : {append, table("samples", write_disposition::replace, {"id"}), merge}) {
        const database db(file);
        db.execute("DROP TABLE IF EXISTS samples");
        db.execute("CREATE TABLE samples(number INTEGER PRIMARY KEY, id BIGINT UNIQUE, state TEXT NOT NULL DEFAULT "
                   "'new', twice BIGINT AS (id * 2), plain TEXT)");
        load_table(t, {make_page({R"({"id":5})", R"({"id":6,"extra":"x"})"})});
        EXPECT_EQ(db.rows("SELECT number, id, state, twice, plain, extra FROM samples ORDER BY id"),
            (lines{"1|5|'new'|10|NULL|NULL", "2|6|'new'|12|NULL|'x'"}))
            << to_string(t.disposition);
    }
}

TEST_F(Sqlite, AMergedRowKeepsWhatTheDatabaseHasGivenIt)
{
    const database db(file);
    db.execute("CREATE TABLE samples(number INTEGER PRIMARY KEY, id BIGINT UNIQUE, state TEXT DEFAULT 'new', plain)");
    db.execute("INSERT INTO samples VALUES(7, 5, 'seen', 'mine')");
    load_table(merge, {make_page({R"({"id":5,"v":2})", R"({"id":6,"v":3})"})});
    EXPECT_EQ(db.rows("SELECT number, id, state, plain, v FROM samples ORDER BY id"),
        (lines{"7|5|'seen'|NULL|2", "8|6|'new'|NULL|3"}));
}

TEST_F(Sqlite, ARowWithoutAnyFieldIsARowOfAUsersOwnTable)
{
    const database db(file);
    db.execute("CREATE TABLE samples(id INTEGER PRIMARY KEY, state TEXT DEFAULT 'new')");
    load_table(append, {make_page({"{}", "{}"})});
    EXPECT_EQ(db.rows("SELECT id, state FROM samples"), (lines{"1|'new'", "2|'new'"}));
}

TEST_F(Sqlite, ReadersSeeTheOldRowsOrTheNewOnes)
{
    load_table(replace, {make_page({R"({"id": 1})"})});
    const database reader(file);
    reader.execute("BEGIN");
    EXPECT_EQ(reader.rows("SELECT id FROM samples"), (lines{"1"}));
    load_table(replace, {make_page({R"({"id": 2})"})});
    EXPECT_EQ(reader.rows("SELECT id FROM samples"), (lines{"1"})) << "it goes on reading what it began with";
    reader.execute("COMMIT");
    EXPECT_EQ(reader.rows("SELECT id FROM samples"), (lines{"2"}));
}

TEST_F(Sqlite, RowsThatATablesConstraintRefusesLeaveItAndTheOthersAsTheyWere)
{
    load_table(merge, {make_page({R"({"id": 1})"})});
    net::io_context context;
    const any_destination d = sqlite_destination(file);
    run(context, open_and_write(d, append, make_page({R"({"id": 2})", R"({"id": 1})"})));
    run(context, open_and_write(d, table("other"), make_page({R"({"id": 5})"})));
    run(context, close(d, "other"));
    try {
        run(context, close(d, "samples"));
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.what(),
            "resource 'samples': the rows could not be moved into the table 'samples' in '" + file
                + "': UNIQUE constraint failed: samples.id. The table has a primary key or another constraint "
                  "that the new rows break, and keeps its old rows: use the write disposition merge, or drop "
                  "the table.");
    }
    EXPECT_EQ(database(file).content(), (lines{"other: id", "5", "samples: id", "1"}));
    EXPECT_EQ(database(file).value("SELECT state FROM _corest_progress WHERE resource = 'samples'"), "failed");
}

TEST_F(Sqlite, ATableThatCannotTakeItsRowsForWhateverReasonLeavesTheOthersAsTheyWere)
{
    load_table(merge, {make_page({R"({"id": 1})"})});
    database(file).execute("CREATE TRIGGER broken AFTER INSERT ON samples BEGIN INSERT INTO nowhere VALUES(1); END");
    net::io_context context;
    const any_destination d = sqlite_destination(file);
    run(context, open_and_write(d, append, make_page({R"({"id": 2})"})));
    run(context, open_and_write(d, table("other"), make_page({R"({"id": 5})"})));
    run(context, close(d, "samples"));
    try {
        run(context, close(d, "other"));
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.context().resource, "samples");
        EXPECT_EQ(e.context().cause, "no such table: main.nowhere");
    }
    EXPECT_EQ(database(file).content(), (lines{"other: id", "5", "samples: id", "1"}));
}

// ---- progress and transactions ----

TEST_F(Sqlite, ProgressCountsPagesAndRows)
{
    load_table(merge, {make_page({R"({"id": 1})", R"({"id": 2})"}), make_page({R"({"id": 3})"}, 2)});
    const database db(file);
    EXPECT_EQ(
        db.rows("SELECT resource, pages, rows, state, length(run_id), finished_at >= started_at FROM _corest_progress"),
        (lines{"'samples'|2|3|'done'|32|1"}));
}

TEST_F(Sqlite, ProgressSaysHowATableEnded)
{
    net::io_context context;
    const any_destination d = sqlite_destination(file);
    const auto states = [&] { return database(file).rows("SELECT resource, state FROM _corest_progress"); };
    run(context, open_and_write(d, table("a"), make_page({R"({"id": 1})"})));
    run(context, open_and_write(d, table("b", write_disposition::merge, {"id"}), make_page({R"({"id": 2})"})));
    EXPECT_EQ(states(), (lines{"'a'|'loading'", "'b'|'loading'"}));
    run(context, close(d, "a"));
    EXPECT_EQ(states(), (lines{"'a'|'staged'", "'b'|'loading'"}));
    run(context, abandon(d, "b"));
    EXPECT_EQ(states(), (lines{"'a'|'done'", "'b'|'abandoned'"}));
}

/// How many transactions are in the write-ahead log: frames that tell the size of the database (SQLite's file format,
/// 4.1).
std::size_t commits(const std::string& file)
{
    const std::string log = read_file(file + "-wal");
    const auto number = [&](std::size_t at) {
        std::uint32_t n = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            n = n << 8 | static_cast<unsigned char>(log.at(at + i));
        }
        return n;
    };
    std::size_t found = 0;
    const std::size_t page_size = log.empty() ? 0 : number(8);
    for (std::size_t frame = 32; frame + 24 + page_size <= log.size(); frame += 24 + page_size) {
        found += number(frame + 4) != 0 ? 1 : 0;
    }
    return found;
}

net::awaitable<void> write(any_destination d, std::string name, page p, std::vector<std::string>& failures)
{
    try {
        co_await d.write(name, std::move(p));
    } catch (const error& e) {
        failures.push_back(e.message());
    }
}

TEST_F(Sqlite, PagesThatWaitTogetherShareATransaction)
{
    net::io_context context;
    const any_destination d = sqlite_destination(file);
    std::vector<std::string> failures;
    for (const char* name : {"a", "b"}) {
        run(context, open_and_write(d, table(name, write_disposition::merge, {"id"}), make_page({R"({"id": 0})"})));
    }
    const database other(file);
    other.execute("BEGIN IMMEDIATE");
    const std::size_t before = commits(file);
    for (int i = 1; i <= 10; ++i) {
        net::co_spawn(context,
            write(d, i % 2 ? "a" : "b", make_page({R"({"id": )" + std::to_string(i) + "}"}), failures),
            [](const std::exception_ptr&) {});
    }
    net::steady_timer release(context, std::chrono::milliseconds(100));
    release.async_wait([&](auto) { other.execute("COMMIT"); });
    context.restart();
    context.run();
    EXPECT_EQ(failures, std::vector<std::string>{});
    EXPECT_EQ(other.count("a") + other.count("b"), 12U);
    EXPECT_LE(commits(file) - before, 3U) << "ten pages, at most: the one that began first, then the rest";
}

TEST_F(Sqlite, PagesOfATransactionThatFailedAreStoredOneByOne)
{
    net::io_context context;
    const any_destination d = sqlite_destination(file);
    std::vector<std::string> failures;
    for (const char* name : {"a", "b"}) {
        run(context, open_and_write(d, table(name, write_disposition::merge, {"id"}), make_page({R"({"id": 0})"})));
    }
    const database other(file);
    other.execute("BEGIN IMMEDIATE");
    for (int i = 1; i <= 6; ++i) {
        const std::string record =
            i == 3 ? R"({"x": 3})" : R"({"id": )" + std::to_string(i) + R"(, "c)" + std::to_string(i) + "\": 1}";
        net::co_spawn(
            context, write(d, i % 2 ? "a" : "b", make_page({record}), failures), [](const std::exception_ptr&) {});
    }
    net::steady_timer release(context, std::chrono::milliseconds(100));
    release.async_wait([&](auto) { other.execute("COMMIT"); });
    context.restart();
    context.run();
    EXPECT_EQ(failures.size(), 1U);
    EXPECT_EQ(other.content(),
        (lines{"a: id c1 c5", "0|NULL|NULL", "1|1|NULL", "5|NULL|1", "b: id c2 c4 c6", "0|NULL|NULL|NULL",
            "2|1|NULL|NULL", "4|NULL|1|NULL", "6|NULL|NULL|1"}));
    EXPECT_EQ(other.rows("SELECT resource, pages, rows FROM _corest_progress"), (lines{"'a'|3|3", "'b'|4|4"}));
}

TEST_F(Sqlite, ReadersAreNotKeptWaiting)
{
    load_table(merge, {make_page({R"({"id": 1})"})});
    const database reader(file);
    EXPECT_EQ(reader.value("PRAGMA journal_mode"), "wal");
}

} // namespace

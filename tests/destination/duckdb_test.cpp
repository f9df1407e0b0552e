/// \file
/// What is particular to the DuckDB destination: types, what DuckDB does not take, who has the file.

#include <corest/destination/duckdb.hpp>
#include <corest/destination/impl/duckdb_database.ipp>
#include <corest/source/plan/load_columns.hpp>
#include <corest/source/run/load_stamp.hpp>

#include COREST_ASIO(io_context.hpp)

#include <support/command.hpp>
#include <support/duckdb_tables.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace duckdb_test {

using corest::any_destination;
using corest::duckdb_destination;
using corest::errc;
using corest::error;
using corest::page;
using corest::table;
using corest::write_disposition;
using corest::schema::column;
using corest::schema::data_type;
using corest::schema::table_schema;
using testing::HasSubstr;

using page_list = std::vector<page>;
using rows = std::vector<std::map<std::string, std::string>>;

class Duckdb : public testing::Test {
protected:
    void load_table(const table& t, page_list p) { load(duckdb_destination(file), t, std::move(p)); }
    [[nodiscard]] rows read(const std::string& name = "samples") const
    {
        return duckdb_reader(file).rows(name).value_or(rows());
    }

    temporary_folder folder;
    std::string file = folder.file("data.duckdb");
    const table append{"samples", write_disposition::append};
    const table merge{"samples", write_disposition::merge, {"id"}};
};

TEST_F(Duckdb, SaysWhichLibraryItWorksWith)
{
    EXPECT_THAT(
        any_destination(duckdb_destination("unused.duckdb")).library_version(), testing::StartsWith("DuckDB v1."));
}

TEST_F(Duckdb, TheFirstPageWithValuesDecidesTypes)
{
    load_table(append,
        {make_page({R"({"id":1,"n":null,"d":1.5,"b":true,"t":"x","o":{"a":[1]},"big":18446744073709551616})"}),
            make_page({R"({"id":2,"n":7,"when":"2026-01-02T03:04:05+01:00"})"}, 2)});
    EXPECT_EQ(duckdb_reader(file).types("samples"),
        "id BIGINT, d DOUBLE, b BOOLEAN, t VARCHAR, o JSON, big DECIMAL(38,9), n BIGINT, when TIMESTAMP WITH TIME "
        "ZONE");
    EXPECT_EQ(read(),
        (rows{{{"id", "1"}, {"d", "1.5"}, {"b", "true"}, {"t", "x"}, {"o", R"({"a":[1]})"},
                  {"big", "18446744073709551616.000000000"}},
            {{"id", "2"}, {"n", "7"}, {"when", "2026-01-02 02:04:05+00"}}}));
}

TEST_F(Duckdb, DeclaredTypesAreTheTables)
{
    table t = append;
    t.schema = table_schema({column("price", data_type::decimal).with_precision(10, 2), column("day", data_type::date),
        column("at", data_type::time), column("local", data_type::timestamp).without_timezone(),
        column("raw", data_type::binary), column("wei", data_type::wei), column("id", data_type::bigint).not_null()});
    load_table(t,
        {make_page(
            {R"({"id":"5","price":"12.5","day":"2026-02-03","at":"04:05:06.7","local":"2026-01-02T03:04:05+01:00",)"
             R"("raw":"AAEC","wei":99999999999999999999999999999999999999})"})});
    EXPECT_EQ(duckdb_reader(file).types("samples"),
        "price DECIMAL(10,2), day DATE, at TIME, local TIMESTAMP, raw BLOB, wei DECIMAL(38,0), id BIGINT");
    EXPECT_EQ(read(),
        (rows{{{"id", "5"}, {"price", "12.50"}, {"day", "2026-02-03"}, {"at", "04:05:06.7"},
            {"local", "2026-01-02 02:04:05"}, {"raw", "\\x00\\x01\\x02"},
            {"wei", "99999999999999999999999999999999999999"}}}));
}

TEST_F(Duckdb, LoadColumnsHaveTheirTypes)
{
    table t = append;
    corest::source::detail::load_column::add_to(t);
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1764234567));
    load_table(t, {corest::source::detail::load_stamp("1764234567.000001").add_to(make_page({R"({"id":1})"}), now)});
    EXPECT_EQ(duckdb_reader(file).types("samples"),
        "_dlt_load_id VARCHAR, _corest_loaded_at TIMESTAMP WITH TIME ZONE, id BIGINT, _dlt_id VARCHAR");
    EXPECT_EQ(read().at(0).at("_corest_loaded_at"), "2025-11-27 09:09:27+00");
}

TEST_F(Duckdb, AValueOfAnotherTypeHasAColumnOfItsOwn)
{
    load_table(append, {make_page({R"({"id":1})"}), make_page({R"({"id":"one"})"}, 2)});
    EXPECT_EQ(read(), (rows{{{"id", "1"}}, {{"id__v_text", "one"}}}));
}

TEST_F(Duckdb, WhatDuckdbDoesNotTakeIsNamedAndItsPageIsNotStored)
{
    table t = append;
    t.schema = table_schema({column("big", data_type::decimal)});
    corest::net::io_context context;
    const any_destination d = duckdb_destination(file);
    run(context, open(d, t));
    const std::string digits(35, '9');
    const error e = failure_of(write(d, "samples", make_page({R"({"big":1})", "{\"big\":" + digits + "}"}, 3)));
    EXPECT_EQ(e.kind(), errc::wrong_type);
    EXPECT_EQ(e.what(),
        "resource 'samples', page 3: record 2: the field 'big' is to be decimal(38, 9), found the number " + digits
            + ". If such values are right, declare another type in table::schema.");
    const error rounded = failure_of(write(d, "samples", make_page({R"({"big":0.1234567891})"}, 3)));
    EXPECT_THAT(rounded.what(), HasSubstr("record 1: the field 'big' is to be decimal(38, 9), found the number 0.12"));
    run(context, write(d, "samples", make_page({R"({"big":2})"}, 4)));
    run(context, close(d, "samples"));
    EXPECT_EQ(read(), (rows{{{"big", "2.000000000"}}}));
}

TEST_F(Duckdb, ALimitOfMemoryThatIsNoneIsNamed)
{
    corest::duckdb_options options;
    options.memory_limit = "plenty";
    const error e = failure_of_load(duckdb_destination(file, options), append, page_list());
    EXPECT_EQ(e.kind(), errc::invalid_argument);
    EXPECT_THAT(e.what(), HasSubstr("no memory_limit of 'plenty': expected a size with its unit. Write 2GB"));
}

TEST_F(Duckdb, AUsersOwnTableKeepsItsTypesAndConstraints)
{
    duckdb_reader(file).execute("CREATE TABLE samples(id INTEGER PRIMARY KEY, uuid UUID, note VARCHAR DEFAULT 'none')");
    duckdb_reader(file).execute("INSERT INTO samples VALUES(1, NULL, 'old'), (2, NULL, 'stays')");
    load_table(merge, {make_page({R"({"id":1,"uuid":"eeccb8c5-9943-b2bb-bb5e-222f4e14b687","extra":true})"})});
    EXPECT_EQ(duckdb_reader(file).types("samples"), "id INTEGER, uuid UUID, note VARCHAR, extra BOOLEAN");
    EXPECT_THAT(read(),
        testing::UnorderedElementsAre(rows::value_type{{"id", "1"}, {"uuid", "eeccb8c5-9943-b2bb-bb5e-222f4e14b687"},
                                          {"note", "old"}, {"extra", "true"}},
            rows::value_type{{"id", "2"}, {"note", "stays"}}));
}

TEST_F(Duckdb, ColumnsThatRowsDoNotFillHaveTheirDefaults)
{
    duckdb_reader(file).execute("CREATE SEQUENCE numbers");
    const page_list pages = {make_page({R"({"id":5})", R"({"id":6,"extra":"x"})"})};
    for (const table& t : {append, table("samples", write_disposition::replace, {"id"}), merge}) {
        duckdb_reader(file).execute("DROP TABLE IF EXISTS samples");
        duckdb_reader(file).execute("CREATE TABLE samples(number BIGINT DEFAULT nextval('numbers'), id BIGINT, state "
                                    "VARCHAR NOT NULL DEFAULT 'new', twice BIGINT AS (id * 2), plain VARCHAR)");
        load_table(t, pages);
        rows found = read();
        for (rows::value_type& row : found) {
            EXPECT_EQ(row.erase("number"), 1U) << to_string(t.disposition);
        }
        EXPECT_THAT(found,
            testing::UnorderedElementsAre(rows::value_type{{"id", "5"}, {"state", "new"}, {"twice", "10"}},
                rows::value_type{{"id", "6"}, {"state", "new"}, {"twice", "12"}, {"extra", "x"}}))
            << to_string(t.disposition);
    }
}

TEST_F(Duckdb, AMergedRowKeepsWhatTheDatabaseHasGivenIt)
{
    duckdb_reader(file).execute(
        "CREATE TABLE samples(id BIGINT UNIQUE, state VARCHAR DEFAULT 'new', plain VARCHAR, v BIGINT)");
    duckdb_reader(file).execute("INSERT INTO samples VALUES(5, 'seen', 'mine', 1)");
    load_table(merge, {make_page({R"({"id":5,"v":2})", R"({"id":6,"v":3})", R"({"id":5,"v":4})"})});
    EXPECT_THAT(read(),
        testing::UnorderedElementsAre(rows::value_type{{"id", "5"}, {"state", "seen"}, {"v", "4"}},
            rows::value_type{{"id", "6"}, {"state", "new"}, {"v", "3"}}));
}

TEST_F(Duckdb, NamesThatDifferInTheCaseOfOtherLettersAreTwoTables)
{
    for (const char* const name : {"\xC3\x84pfel", "\xC3\xA4pfel"}) { // U+00C4 and U+00E4
        load_table(table(name), {make_page({std::string("{\"") + name + "\":1}"})});
    }
    EXPECT_EQ(read("\xC3\x84pfel"), (rows{{{"\xC3\x84pfel", "1"}}}));
    EXPECT_EQ(read("\xC3\xA4PFEL"), (rows{{{"\xC3\xA4pfel", "1"}}}));
}

TEST_F(Duckdb, ATableThatWasMadeForWantOfColumnsHasOnlyThoseOfItsRows)
{
    load_table(merge, {});
    load_table(merge, {make_page({R"({"id":5,"v":2})"})});
    EXPECT_EQ(duckdb_reader(file).types("samples"), "id BIGINT, v BIGINT");
}

TEST_F(Duckdb, MoreRowsThanAChunkHas)
{
    for (int run = 0; run < 2; ++run) {
        std::vector<page> pages;
        for (int p = 0; p < 3; ++p) {
            std::vector<std::string> records;
            for (int i = 0; i < 1500; ++i) {
                const std::string id = std::to_string(p * 1000 + i); // a third of each page is on the next one, too
                records.push_back("{\"id\":" + id + ",\"run\":" + std::to_string(run * 10 + p) + "}");
            }
            pages.push_back(make_page(records, static_cast<std::uint64_t>(p + 1)));
        }
        load_table(merge, std::move(pages));
        std::map<std::string, int> by_run;
        for (const auto& row : read()) {
            ++by_run[row.at("run")];
        }
        const std::string tens = run == 0 ? "" : "1";
        EXPECT_EQ(by_run, (std::map<std::string, int>{{tens + "0", 1000}, {tens + "1", 1000}, {tens + "2", 1500}}));
    }
}

TEST_F(Duckdb, AServerDoesNotDecideHowManyColumnsThereAre)
{
    const auto record = [](int fields) {
        std::string text = "{\"id\":1";
        for (int i = 1; i < fields; ++i) {
            text += ",\"f" + std::to_string(i) + "\":1";
        }
        return text + "}";
    };
    const error e = failure_of_load(duckdb_destination(file), append, page_list{make_page({record(2001)}, 3)});
    EXPECT_THAT(
        e.what(), HasSubstr("would need more than the 2000 columns that it may have in DuckDB; the next is 'f2000'"));
    for (const table* t : {&append, &merge}) {
        load_table(*t, {make_page({R"({"id":0})"}), make_page({record(300)}), make_page({R"({"f3":7,"id":2})"})});
        EXPECT_EQ(duckdb_reader(file).columns("samples").size(), 300U);
    }
    EXPECT_EQ(read().size(), 3U) << "merged rows have taken the place of those that were appended";
}

TEST_F(Duckdb, AnotherProcessThatLoadsIsRefusedByTheHoldersName)
{
    corest::net::io_context context;
    const any_destination d = duckdb_destination(file);
    const auto begin = [](const any_destination& into, std::string program) -> corest::net::awaitable<void> {
        corest::run_identity run("https://api.example.com", "plan");
        run.program = std::move(program);
        static_cast<void>(co_await into.begin(std::move(run)));
    };
    run(context, begin(d, "the first"));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const error e = failure_of(begin(duckdb_destination(file), "the second"));
        const bool is_refused =
            std::string(e.what()).find("is being loaded by another run: the first, process") != std::string::npos;
        _exit(is_refused ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(Duckdb, AStatementThatTakesLongIsInterrupted)
{
    const auto breaker = std::make_shared<corest::detail::duckdb_breaker>();
    corest::detail::duckdb_database_file db(file, {}, corest::detail::duckdb_file::access::write, breaker);
    std::atomic<bool> has_ended{false};
    std::thread other([&] {
        while (!has_ended) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            breaker->interrupt();
        }
    });
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THROW(
        db.execute("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE a.range + b.range < 0", "long"),
        corest::detail::sql::refusal);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20)); // else it takes an hour
    has_ended = true;
    other.join();
    db.execute("SELECT 1", "another one");
}

TEST_F(Duckdb, AFileThatIsNoneAndOptionsThatAreNoneAreSaid)
{
    folder.write("data.duckdb", "no database at all, but some text that is long enough to be looked at");
    const error none = failure_of_load(duckdb_destination(file), append, page_list{});
    EXPECT_THAT(none.what(), HasSubstr("the database '" + file + "' could not be opened: "));
    corest::duckdb_options options;
    options.memory_limit = "much";
    const error memory = failure_of_load(duckdb_destination(folder.file("other"), options), append, page_list{});
    EXPECT_EQ(memory.kind(), errc::invalid_argument);
    EXPECT_THAT(memory.what(), HasSubstr("DuckDB takes no memory_limit of 'much': expected a size with its unit"));
    options.memory_limit = "1GB";
    options.threads = 1;
    load(duckdb_destination(folder.file("other"), options), append, page_list{make_page({R"({"id":1})"})});
    EXPECT_EQ(duckdb_reader(folder.file("other")).rows("samples"), (rows{{{"id", "1"}}}));
}

} // namespace duckdb_test

/// \file
/// The SQLite destination when something is wrong: what it says, and what stays.

#include <corest/destination/sqlite.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/file_size_limit.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using corest::any_destination;
using corest::errc;
using corest::error;
using corest::page;
using corest::sqlite_destination;
using corest::table;
using corest::write_disposition;
namespace net = corest::net;

using page_list = std::vector<page>;

/// Options with which a lock of others is waited for so long.
corest::sqlite_options waiting(std::chrono::milliseconds patience)
{
    corest::sqlite_options options;
    options.busy_timeout = patience;
    return options;
}

class SqliteFailure : public testing::Test {
protected:
    temporary_folder folder;
    std::string file = folder.file("data.db");
    const table merge{"samples", write_disposition::merge, {"id"}};
};

// ---- names and order of calls ----

TEST_F(SqliteFailure, ReservedNamesAreRefused)
{
    for (const char* name : {"sqlite_stat1", "SQLITE_x", "_corest_progress", "_Corest"}) {
        const error e = failure_of_load(sqlite_destination(file), table(name), page_list{});
        EXPECT_EQ(e.what(),
            "resource '" + std::string(name) + "': no table can be called '" + name
                + "': names that begin with 'sqlite_' or '_corest' are reserved. Give the resource another "
                  "name.");
    }
}

TEST_F(SqliteFailure, TablesThatDifferOnlyInCaseAreRefused)
{
    const any_destination d = sqlite_destination(file);
    EXPECT_EQ(failure_of(open(d, table("samples"))).message(), "nothing failed");
    EXPECT_STREQ(failure_of(open(d, table("Samples"))).what(),
        "resource 'Samples': the tables 'samples' and 'Samples' differ only in upper and lower case, which SQLite does "
        "not tell apart. Give one of the resources another name.");
}

TEST_F(SqliteFailure, TwoRunsCannotCollectRowsForOneTable)
{
    const any_destination first = sqlite_destination(file);
    const any_destination second = sqlite_destination(file);
    EXPECT_EQ(failure_of(open(first, table("samples"))).message(), "nothing failed");
    EXPECT_EQ(failure_of(open(second, table("samples"))).message(), "nothing failed");
    EXPECT_EQ(failure_of(write(second, "samples", make_page({R"({"id": 2})"}))).message(), "nothing failed");
    EXPECT_EQ(failure_of(write(first, "samples", make_page({R"({"id": 1})"}))).what(),
        "resource 'samples', page 1: another run has begun to load the table 'samples' in '" + file
            + "'. Let only one run at a time load a table.");
    EXPECT_EQ(failure_of(close(first, "samples")).kind(), errc::destination_failed);
    EXPECT_EQ(failure_of(close(second, "samples")).message(), "nothing failed");
    EXPECT_EQ(database(file).rows("SELECT id FROM samples"), (std::vector<std::string>{"2"}));
}

// ---- records ----

TEST_F(SqliteFailure, ARecordThatIsNoObjectIsAnError)
{
    const error e =
        failure_of_load(sqlite_destination(file), merge, page_list{make_page({R"({"id": 1})", "[1, 2]"}, 7)});
    EXPECT_EQ(e.kind(), errc::wrong_type);
    EXPECT_STREQ(e.what(), "resource 'samples', page 7: record 2: the record is an array, expected an object.");
}

// ---- the file ----

TEST_F(SqliteFailure, AFileThatIsNoDatabaseIsLeftAlone)
{
    const std::string text =
        "This is a letter to a friend, and longer than the header of a database, which has 100 bytes. "
        "It goes on for some time.";
    folder.write("data.db", text);
    const error e = failure_of_load(sqlite_destination(file), merge, page_list{});
    EXPECT_EQ(e.kind(), errc::destination_failed);
    EXPECT_EQ(e.what(),
        "resource 'samples': the database '" + file
            + "' could not be opened: file is not a database. The file is something else: name another one, or "
              "move it away.");
    EXPECT_EQ(read_file(file), text);
}

TEST_F(SqliteFailure, AMissingDirectoryIsNamed)
{
    const std::string nowhere = folder.file("no/data.db");
    const error e = failure_of_load(sqlite_destination(nowhere), merge, page_list{});
    EXPECT_EQ(e.what(),
        "resource 'samples': the database '" + nowhere
            + "' could not be opened: unable to open database file. Its directory must exist, and be writable.");
}

TEST_F(SqliteFailure, ALockIsWaitedFor)
{
    load(sqlite_destination(file), merge, page_list{make_page({R"({"id": 1})"})});
    const database other(file);
    other.execute("BEGIN IMMEDIATE");
    std::thread release([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        other.execute("COMMIT");
    });
    load(sqlite_destination(file), merge, page_list{make_page({R"({"id": 2})"})});
    release.join();
    EXPECT_EQ(database(file).count("samples"), 2U);
}

TEST_F(SqliteFailure, ALockThatStaysIsAnError)
{
    load(sqlite_destination(file), merge, page_list{make_page({R"({"id": 1})"})});
    const database other(file);
    other.execute("BEGIN IMMEDIATE");
    const error e = failure_of_load(sqlite_destination(file, waiting(std::chrono::milliseconds(1100))), merge,
        page_list{make_page({R"({"id": 2})"})});
    EXPECT_EQ(e.kind(), errc::destination_failed);
    EXPECT_STREQ(e.what(),
        ("resource 'samples': the table 'samples' could not be opened in '" + file
            + "': database is locked. Another process has held a lock on it for 1 s: end that process or its "
              "transaction, or load into another file.")
            .c_str());
}

TEST_F(SqliteFailure, ALockEndsAWriteWithoutHarmAndTheNextOneSucceeds)
{
    net::io_context context;
    const any_destination d = sqlite_destination(file, waiting(std::chrono::milliseconds(50)));
    run(context, open(d, merge));
    {
        const database other(file);
        other.execute("BEGIN IMMEDIATE");
        EXPECT_EQ(failure_of(write(d, "samples", make_page({R"({"id": 1})"}))).context().cause, "database is locked");
    }
    run(context, write(d, "samples", make_page({R"({"id": 1})"})));
    EXPECT_EQ(database(file).count("samples"), 1U);
}

TEST_F(SqliteFailure, ADestinationThatGoesAwayDoesNotWaitForALock)
{
    load(sqlite_destination(file), merge, page_list{});
    const database other(file);
    other.execute("BEGIN IMMEDIATE");
    const auto began = std::chrono::steady_clock::now();
    {
        net::io_context context;
        net::co_spawn(context, open(sqlite_destination(file), merge), [](const std::exception_ptr&) {});
        context.run_for(std::chrono::milliseconds(50));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST_F(SqliteFailure, AFullDiskLosesNoCommittedRowAndIsSurvived)
{
    net::io_context context;
    const any_destination d = sqlite_destination(file);
    run(context, open(d, merge));
    run(context, write(d, "samples", make_page({R"({"id": 1})"})));
    const page large = make_page({R"({"id": 2, "x": ")" + std::string(1000000, 'x') + "\"}"}, 2);
    {
        const file_size_limit limit(200000);
        const error e = failure_of(write(d, "samples", large));
        EXPECT_EQ(e.kind(), errc::destination_failed);
        EXPECT_NE(std::string(e.what()).find("resource 'samples', page 2: "), std::string::npos) << e.what();
        EXPECT_NE(std::string(e.what()).find("'" + file + "': disk I/O error"), std::string::npos) << e.what();
        EXPECT_EQ(database(file).content(), (std::vector<std::string>{"samples: id", "1"}));
    }
    run(context, write(d, "samples", large));
    EXPECT_EQ(database(file).count("samples"), 2U);
    EXPECT_EQ(database(file).value("PRAGMA integrity_check"), "ok");
}

} // namespace

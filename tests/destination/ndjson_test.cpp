/// \file
/// The NDJSON destinations: what is in the files, and what comes down the stream.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/ndjson_line.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <support/command.hpp>
#include <support/file_size_limit.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using corest::any_destination;
using corest::errc;
using corest::error;
using corest::ndjson_destination;
using corest::ndjson_stream;
using corest::page;
using corest::table;
using corest::write_disposition;
using corest::detail::bound_column;
namespace ndjson_line = corest::detail::ndjson_line;
namespace net = corest::net;

using page_list = std::vector<page>;

// ---- lines ----

std::string line(std::string_view record, const std::vector<bound_column>& members = {})
{
    std::string out;
    ndjson_line::append(out, record, members);
    return out;
}

TEST(NdjsonLine, KeepsARecordAsItCame)
{
    const std::string record = R"({"id" : 12345678901234567890.10, "e":1E+2, "s":"\u00e9 \n", "o":{ "x":[1, 2] }})";
    EXPECT_EQ(line(record), record + "\n");
    EXPECT_EQ(line("[1]"), "[1]\n");
}

TEST(NdjsonLine, BringsARecordOfSeveralLinesIntoOne)
{
    EXPECT_EQ(line("{\n  \"a b\": [1,\r\n 2.50 ],\n\t\"c\": \"x \\n y\"\n}"),
        R"({"a b":[1,2.50],"c":"x \n y"})"
        "\n");
}

TEST(NdjsonLine, AppendsMembers)
{
    const std::vector<bound_column> members = {bound_column("_projects_id", "7"), bound_column("q\"", "{\"x\":\n 1}")};
    EXPECT_EQ(line(R"({"id":1})", members),
        R"({"id":1,"_projects_id":7,"q\"":{"x":1}})"
        "\n");
    EXPECT_EQ(line("{ }", members),
        R"({ "_projects_id":7,"q\"":{"x":1}})"
        "\n");
    EXPECT_EQ(line("{\n\"id\": 1\n}", members),
        R"({"id":1,"_projects_id":7,"q\"":{"x":1}})"
        "\n");
}

TEST(NdjsonLine, RenamesAMemberOfTheRecordsOwn)
{
    const std::vector<bound_column> members = {bound_column("_id", "7")};
    EXPECT_EQ(line(R"({"_id": 1.10, "x": [ 2 ]})", members),
        R"({"_id_2":1.10,"x":[2],"_id":7})"
        "\n");
    EXPECT_EQ(line(R"({"\u005fid_2": "a", "\u005fid": 1, "_id_3": 2})", members),
        R"({"_id_2":"a","_id_4":1,"_id_3":2,"_id":7})"
        "\n");
}

TEST(NdjsonLine, ChecksEveryRecordInFull)
{
    std::string out = "before\n";
    for (const char* broken : {R"({"id":1,"x":tru})", "{\n\"a\":1", R"({"id":1}})", ""}) {
        EXPECT_THROW(ndjson_line::append(out, broken, {}), error);
        EXPECT_THROW(ndjson_line::append(out, broken, {bound_column("a", "1")}), error);
    }
    EXPECT_THROW(ndjson_line::append(out, "[1]", {bound_column("a", "1")}), error) << "there is no place for a member";
    EXPECT_EQ(out, "before\n");
}

std::string key(
    std::string_view record, const std::vector<std::string>& names, const std::vector<bound_column>& members = {})
{
    std::string lacking;
    return ndjson_line::key(record, names, members, lacking).value_or("lacks " + lacking);
}

TEST(NdjsonLine, KeysAreEqualWhereTheirValuesAre)
{
    EXPECT_EQ(key(R"({"id":"a\/b\u00e9"})", {"id"}), key(R"({"x":1,"id":"a/bé"})", {"id"}));
    EXPECT_EQ(key(R"({"id":{"a": [1]}})", {"id"}), key(R"({"id":{"a":[1]}})", {"id"}));
    EXPECT_EQ(key(R"({"b":2,"a":1})", {"a", "b"}), key(R"({"a":1,"b":2})", {"a", "b"}));
    EXPECT_EQ(
        key(R"({"b":2})", {"_p_id", "b"}, {bound_column("_p_id", "1")}), key(R"({"_p_id":1,"b":2})", {"_p_id", "b"}));
    const std::set<std::string> different = {key(R"({"a":1,"b":"2"})", {"a", "b"}), key(R"({"a":1,"b":2})", {"a", "b"}),
        key(R"({"a":12,"b":""})", {"a", "b"}), key(R"({"a":"x","b":"yz"})", {"a", "b"}),
        key(R"({"a":"xy","b":"z"})", {"a", "b"}), key(R"({"a":true,"b":"true"})", {"a", "b"})};
    EXPECT_EQ(different.size(), 6U);
    EXPECT_EQ(key(R"({"a":1})", {"a", "b"}), "lacks b");
    EXPECT_EQ(key(R"({"a":null,"b":1})", {"a", "b"}), "lacks a");
}

// ---- files ----

class Ndjson : public testing::Test {
protected:
    void load_table(const table& t, page_list p) { load(ndjson_destination(directory), t, std::move(p)); }
    [[nodiscard]] std::string content(const std::string& name = "samples.ndjson") const
    {
        return read_file(directory + "/" + name);
    }
    /// The names of all files, hidden ones too.
    [[nodiscard]] std::set<std::string> files() const
    {
        std::set<std::string> names;
        for (const auto& found : std::filesystem::directory_iterator(directory)) {
            names.insert(found.path().filename().string());
        }
        return names;
    }
    void write_file(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories(directory);
        std::ofstream(directory + "/" + name, std::ios::binary) << text;
    }

    temporary_folder folder;
    std::string directory = folder.file("made/for it");
    const table append{"samples", write_disposition::append};
    const table replace{"samples", write_disposition::replace};
    const table merge{"samples", write_disposition::merge, {"id"}};
};

TEST_F(Ndjson, WritesAFileForEachResource)
{
    std::vector<table_load> tables;
    tables.emplace_back(table("a"), page_list{make_page({R"({"x":1})", R"({"x":2})"}), make_page({R"({"x":3})"}, 2)});
    tables.emplace_back(table("b"), page_list{make_page({R"({"y":1})"}, 1, {make_binding("a", "x", "1")})});
    tables.emplace_back(table("empty"));
    load(ndjson_destination(directory), std::move(tables));
    EXPECT_EQ(content("a.ndjson"), "{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n");
    EXPECT_EQ(content("b.ndjson"), "{\"y\":1,\"_a_x\":1}\n");
    EXPECT_EQ(content("empty.ndjson"), "");
    EXPECT_EQ(files(), (std::set<std::string>{"a.ndjson", "b.ndjson", "empty.ndjson"}));
}

TEST_F(Ndjson, MakesNamesSafe)
{
    std::vector<table_load> tables;
    for (const char* name : {"../up", "a/b", "a%2Fb", ".hidden", "größe", "dot.ted", "with space"}) {
        tables.emplace_back(table(name));
    }
    load(ndjson_destination(directory), std::move(tables));
    EXPECT_EQ(files(),
        (std::set<std::string>{"%2E.%2Fup.ndjson", "a%2Fb.ndjson", "a%252Fb.ndjson", "%2Ehidden.ndjson", "größe.ndjson",
            "dot.ted.ndjson", "with%20space.ndjson"}));
}

TEST_F(Ndjson, FilesThatDifferOnlyInCaseAreRefused)
{
    const any_destination d = ndjson_destination(directory);
    EXPECT_EQ(failure_of(open(d, table("samples"))).message(), "nothing failed");
    EXPECT_STREQ(failure_of(open(d, table("Samples"))).what(),
        "resource 'Samples': the tables 'samples' and 'Samples' differ only in upper and lower case, which not every "
        "file system tells apart. Give one of the resources another name.");
}

TEST_F(Ndjson, AnAppendAddsLines)
{
    write_file("samples.ndjson", "{\"id\":0}"); // without a line feed at its end
    load_table(append, {make_page({R"({"id":1})"})});
    load_table(append, {make_page({R"({"id":1})"})});
    EXPECT_EQ(content(), "{\"id\":0}\n{\"id\":1}\n{\"id\":1}\n");
}

TEST_F(Ndjson, AMergeWritesTheOldLinesThatStayAndThenTheNewOnes)
{
    load_table(merge,
        {make_page({R"({"id":1,"v":1})", R"({"id":2,"v":1})", R"({"id":1,"v":2})"}),
            make_page({R"({"id":3,"v":1})", R"({"id":5,"v":1})"}, 2)});
    EXPECT_EQ(content(), "{\"id\":2,\"v\":1}\n{\"id\":1,\"v\":2}\n{\"id\":3,\"v\":1}\n{\"id\":5,\"v\":1}\n");
    load_table(merge, {make_page({R"({"id":4})", R"({"v":9,"id":2})", R"({"id":4,"v":1})"})});
    EXPECT_EQ(content(),
        "{\"id\":1,\"v\":2}\n{\"id\":3,\"v\":1}\n{\"id\":5,\"v\":1}\n{\"v\":9,\"id\":2}\n{\"id\":4,\"v\":1}\n")
        << "first the old lines that stay, then the new ones";
}

TEST_F(Ndjson, AMergeKeepsOldLinesWithoutAKeyAndDropsOldDuplicates)
{
    write_file("samples.ndjson", "{\"id\":1}\n\n{\"x\":5}\n{\"id\":2,\"a\":1}\n{\"id\":2,\"a\":2}\n{\"id\":null}\n");
    load_table(merge, {make_page({R"({"id":1,"new":1})"})});
    EXPECT_EQ(content(), "{\"x\":5}\n{\"id\":2,\"a\":2}\n{\"id\":null}\n{\"id\":1,\"new\":1}\n");
}

TEST_F(Ndjson, AMergeWithABrokenFileNamesTheLineAndChangesNothing)
{
    const std::string old = "{\"id\":1}\n{\"id\":2,\n";
    write_file("samples.ndjson", old);
    const error e =
        failure_of_load(ndjson_destination(directory), merge, page_list{make_page({R"({"id":1,"new":1})"})});
    EXPECT_EQ(e.what(),
        "resource 'samples': line 2 of '" + directory
            + "/samples.ndjson' cannot be merged with: the record is not complete JSON: it breaks off after 8 "
              "bytes, where a key was expected. Mend or remove that line, or load with the write disposition "
              "replace.");
    EXPECT_EQ(content(), old);
}

TEST_F(Ndjson, NoFilesAreLeftOfAnAbandonedTable)
{
    for (const table& t : {append, replace, merge}) {
        write_file("samples.ndjson", "{\"id\":0}\n");
        net::io_context context;
        const any_destination d = ndjson_destination(directory);
        run(context, open_and_write(d, t, make_page({R"({"id":0})"})));
        run(context, abandon(d, "samples"));
        EXPECT_EQ(content(), "{\"id\":0}\n");
        EXPECT_EQ(files(), (std::set<std::string>{"samples.ndjson"}));
    }
}

TEST_F(Ndjson, WhatARunThatWasKilledHasLeftIsRemoved)
{
    // Killed when one of two files had been replaced.
    write_file("a.ndjson", "{\"old\":1}\n{\"new\":1}\n");
    write_file("b.ndjson", "{\"old\":2}\n");
    write_file(".corest-b.ndjson.rows", "{\"old\":2}\n{\"new\":2}\n");
    write_file(".corest-gone.ndjson.result", "x");
    write_file(".corest-before-a.ndjson", "{\"old\":1}\n");
    write_file(".corest-before-b.ndjson", "{\"old\":2}\n");
    write_file(".corest-journal", "\"a.ndjson\"\n\"b.ndjson\"\n");
    std::vector<table_load> tables;
    tables.emplace_back(table("a"), page_list{make_page({R"({"new":1})"})});
    tables.emplace_back(table("b"), page_list{make_page({R"({"new":2})"})});
    load(ndjson_destination(directory), std::move(tables));
    EXPECT_EQ(content("a.ndjson"), "{\"old\":1}\n{\"new\":1}\n");
    EXPECT_EQ(content("b.ndjson"), "{\"old\":2}\n{\"new\":2}\n");
    EXPECT_EQ(files(), (std::set<std::string>{"a.ndjson", "b.ndjson"}));
}

TEST_F(Ndjson, OnlyOneRunAtATimeWritesIntoADirectory)
{
    const any_destination first = ndjson_destination(directory);
    const any_destination second = ndjson_destination(directory);
    EXPECT_EQ(failure_of(open(first, append)).message(), "nothing failed");
    EXPECT_EQ(failure_of(open(second, append)).what(),
        "resource 'samples': another run is writing into the directory '" + directory
            + "'. Wait until it has ended, or load into another directory.");
    EXPECT_EQ(failure_of(close(first, "samples")).message(), "nothing failed");
    EXPECT_EQ(failure_of(open(second, append)).message(), "nothing failed");
}

TEST_F(Ndjson, APathThatIsNoDirectoryIsAnError)
{
    folder.write("file", "x");
    const error e = failure_of_load(ndjson_destination(folder.file("file/below")), append, page_list{});
    EXPECT_EQ(e.what(),
        "resource 'samples': the directory '" + folder.file("file/below")
            + "' could not be made: Not a directory. Each folder of the path must exist, and be a folder.");
}

TEST_F(Ndjson, AFullDiskLosesNothingThatWasThere)
{
    // The file of collected rows is a link to a device that is always full.
    write_file("samples.ndjson", "{\"id\":0}\n");
    net::io_context context;
    const any_destination d = ndjson_destination(directory);
    run(context, open(d, table("lock")));
    std::filesystem::create_symlink("/dev/full", directory + "/.corest-samples.ndjson.rows");
    run(context, open(d, replace));
    const error e = failure_of(write(d, "samples", make_page({"{\"id\":\"" + std::string(100000, 'x') + "\"}"}, 4)));
    EXPECT_EQ(e.what(),
        "resource 'samples', page 4: the file '" + directory
            + "/.corest-samples.ndjson.rows' could not be written: No space left on device. Make room on the "
              "disk, or write elsewhere.");
    EXPECT_EQ(failure_of(write(d, "samples", make_page({"{}"}))).context().cause, "No space left on device")
        << "it stays failed";
    EXPECT_EQ(failure_of(close(d, "samples")).context().cause, "No space left on device");
    run(context, abandon(d, "samples"));
    EXPECT_EQ(content(), "{\"id\":0}\n");
}

TEST_F(Ndjson, ATableThatCannotBeOpenedAgainDoesNotKeepOthersFromBecomingVisible)
{
    net::io_context context;
    const any_destination d = ndjson_destination(directory);
    run(context, open(d, table("other")));
    run(context, open_and_write(d, append, make_page({"{\"id\":\"" + std::string(100000, 'x') + "\"}"})));
    run(context, close(d, "samples"));
    {
        const file_size_limit limit(1000); // too small for a copy of the lines that are there
        EXPECT_EQ(failure_of(open(d, append)).kind(), errc::destination_failed);
    }
    run(context, write(d, "other", make_page({R"({"id":1})"})));
    run(context, close(d, "other"));
    EXPECT_EQ(content("other.ndjson"), "{\"id\":1}\n");
    EXPECT_EQ(content().size(), 100010U);
}

// ---- the stream ----

/// A pipe whose both ends the test holds.
class test_pipe {
public:
    test_pipe()
    {
        if (pipe(ends_) != 0) {
            throw std::runtime_error("no pipe");
        }
    }
    test_pipe(const test_pipe&) = delete;
    test_pipe& operator=(const test_pipe&) = delete;
    ~test_pipe()
    {
        close_reader();
        close_writer();
    }
    [[nodiscard]] int writer() const { return ends_[1]; }
    void close_reader() { close_end(ends_[0]); }
    void close_writer() { close_end(ends_[1]); }
    [[nodiscard]] std::string read_all()
    {
        close_writer();
        std::string all;
        char some[4096];
        for (ssize_t n = 0; (n = read(ends_[0], some, sizeof(some))) > 0;) {
            all.append(some, static_cast<std::size_t>(n));
        }
        return all;
    }

private:
    static void close_end(int& end)
    {
        if (end >= 0) {
            ::close(std::exchange(end, -1));
        }
    }
    int ends_[2] = {-1, -1};
};

TEST(NdjsonStream, WritesTheRecordsOfAllResourcesAsTheyCome)
{
    test_pipe out;
    std::vector<table_load> tables;
    tables.emplace_back(
        table("a", write_disposition::merge, {"x"}), page_list{make_page({R"({"x":1})", R"({"x":1})"})});
    tables.emplace_back(
        table("b", write_disposition::replace), page_list{make_page({R"({"y":1})"}, 1, {make_binding("a", "x", "1")})});
    load(ndjson_stream(out.writer()), std::move(tables));
    EXPECT_EQ(out.read_all(), "{\"x\":1}\n{\"x\":1}\n{\"y\":1,\"_a_x\":1}\n");
}

TEST(NdjsonStream, NamesResourcesOnRequest)
{
    test_pipe out;
    load(ndjson_stream(out.writer(), true), table("a \"b\""),
        page_list{make_page({R"({"x":1})"}, 1, {make_binding("p", "id", "1")})});
    EXPECT_EQ(out.read_all(),
        R"({"x":1,"_p_id":1,"_resource":"a \"b\""})"
        "\n");
}

TEST(NdjsonStream, AReaderThatHasGoneIsAnErrorNotASignal)
{
    test_pipe out;
    out.close_reader();
    const error e =
        failure_of_load(ndjson_stream(out.writer()), table("samples"), page_list{make_page({R"({"x":1})"}, 3)});
    EXPECT_EQ(e.what(),
        "resource 'samples', page 3: the records could not be written to the file descriptor "
            + std::to_string(out.writer()) + ": Broken pipe. The program that reads the output has ended.");
}

TEST(NdjsonStream, AFullDeviceIsAnError)
{
    const int full = ::open("/dev/full", O_WRONLY);
    ASSERT_GE(full, 0);
    const error e = failure_of_load(ndjson_stream(full), table("samples"), page_list{make_page({R"({"x":1})"})});
    ::close(full);
    EXPECT_EQ(e.context().cause, "No space left on device");
}

TEST(NdjsonStream, AReaderThatSleepsDoesNotKeepTheProgramFromEnding)
{
    const test_pipe out;
    const auto began = std::chrono::steady_clock::now();
    {
        net::io_context context;
        const any_destination d = ndjson_stream(out.writer());
        net::co_spawn(context, write(d, "samples", make_page({"\"" + std::string(1000000, 'x') + "\""})),
            [](const std::exception_ptr&) {});
        context.run_for(std::chrono::milliseconds(50));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

} // namespace

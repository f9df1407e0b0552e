/// \file
/// What an NDJSON directory keeps of its runs: the files, and what is left of them where the system or another program
/// has had a hand in them. What every destination keeps is in resumable_contract_test.hpp.

#include <corest/destination/ndjson.hpp>
#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/text.hpp>

#include <destination/contract_support.hpp>
#include <support/command.hpp>
#include <support/file_size_limit.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using corest::any_destination;
using corest::errc;
using corest::error;
using corest::ndjson_destination;
using corest::stored_run;
using corest::table;
using corest::walk_position;
using corest::walk_progress;
using corest::write_disposition;
namespace net = corest::net;

class NdjsonProgress : public testing::Test {
protected:
    /// A run whose walk, number 1, is that of `samples`.
    static corest::run_identity identity()
    {
        corest::run_identity run("https://api.example.com", "plan");
        run.roots.emplace_back(1, "samples");
        return run;
    }
    static walk_progress after_page(std::uint64_t page, bool last = false)
    {
        walk_position position;
        position.pages = page;
        position.records = page;
        position.paginator = std::to_string(page);
        walk_progress progress("samples", 1, page - 1, position, last);
        progress.records = 1;
        return progress;
    }

    stored_run begin()
    {
        stored_run run;
        const auto keep = [](any_destination d, stored_run& to) -> net::awaitable<void> {
            corest::run_identity wanted = identity();
            to = co_await d.begin(std::move(wanted));
        };
        calls_.run(keep(destination_, run));
        return run;
    }
    void open(write_disposition mode) { calls_.run(destination_.open(table("samples", mode, {"id"}))); }
    void write(std::uint64_t page, bool last = false, const std::string& more = {})
    {
        calls_.run(write_call(page, last, more));
    }
    net::awaitable<void> write_call(std::uint64_t page, bool last = false, const std::string& more = {})
    {
        return destination_.write("samples",
            corest::test::make_page({"{\"id\":" + std::to_string(page) + more + "}"}, page), after_page(page, last));
    }
    void close() { calls_.run(destination_.close("samples")); }
    void abandon() { calls_.run(destination_.abandon("samples")); }
    void finish(bool whole) { calls_.run(destination_.finish(whole)); }
    /// The process ends, and another one begins.
    void restart_process()
    {
        destination_ = any_destination();
        destination_ = ndjson_destination(directory);
    }
    error failure_of(net::awaitable<void> call)
    {
        try {
            calls_.run(std::move(call));
        } catch (const error& e) {
            return e;
        }
        return error(errc::invalid_argument, "nothing failed");
    }

    [[nodiscard]] std::string content(const std::string& name = "samples.ndjson") const
    {
        return read_file(directory + "/" + name);
    }
    void write_file(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories(directory);
        std::ofstream(directory + "/" + name, std::ios::binary) << text;
    }
    [[nodiscard]] std::set<std::string> files() const
    {
        std::set<std::string> names;
        for (const auto& found : std::filesystem::directory_iterator(directory)) {
            names.insert(found.path().filename().string());
        }
        return names;
    }
    /// A line of the state, with its checksum.
    static std::string checked(const std::string& line)
    {
        std::string sum;
        const std::uint64_t hash = corest::detail::hash_bytes(line, 0);
        for (int shift = 56; shift >= 0; shift -= 8) {
            corest::detail::append_hex(sum, static_cast<char>((hash >> static_cast<unsigned>(shift)) & 0xffU),
                corest::detail::lower_hex_digits);
        }
        return sum + " " + line;
    }
    /// The file in which the run collects the rows.
    [[nodiscard]] std::string collected() const
    {
        for (const std::string& name : files()) {
            if (name.ends_with(".rows")) {
                return directory + "/" + name;
            }
        }
        return {};
    }
    static std::string lines(std::uint64_t first, std::uint64_t last)
    {
        std::string text;
        for (std::uint64_t i = first; i <= last; ++i) {
            text += "{\"id\":" + std::to_string(i) + "}\n";
        }
        return text;
    }

    temporary_folder folder;
    std::string directory = folder.file("made");
    any_destination destination_ = ndjson_destination(directory);
    corest::test::calls calls_;
};

constexpr write_disposition append = write_disposition::append;
constexpr write_disposition replace = write_disposition::replace;
constexpr write_disposition merge = write_disposition::merge;

TEST_F(NdjsonProgress, ADoneRunLeavesItsStateAndTheFiles)
{
    begin();
    open(append);
    write(1, true);
    EXPECT_EQ(files().size(), 5U) << "the file, the state, the lock, the rows, whose they are";
    close();
    finish(true);
    EXPECT_EQ(files(), (std::set<std::string>{".corest-state", "samples.ndjson"}));
    EXPECT_EQ(content(), lines(1, 1));
}

TEST_F(NdjsonProgress, TheStateIsWholeWhereverItBreaksOff)
{
    for (const write_disposition mode : {append, replace, merge}) {
        std::filesystem::remove_all(directory);
        restart_process();
        begin();
        open(mode);
        const std::size_t least = content(".corest-state").size();
        for (std::uint64_t page = 1; page <= 4; ++page) {
            write(page);
        }
        restart_process();
        std::filesystem::rename(directory, folder.file("whole"));
        const std::size_t size = read_file(folder.file("whole/.corest-state")).size();
        for (std::size_t cut = least; cut <= size; cut += 37) {
            std::filesystem::remove_all(directory);
            std::filesystem::copy(folder.file("whole"), directory, std::filesystem::copy_options::recursive);
            std::filesystem::resize_file(directory + "/.corest-state", cut);
            restart_process();
            const stored_run run = begin();
            ASSERT_TRUE(run.is_resumed);
            ASSERT_EQ(run.walks.size(), 1U);
            open(mode);
            for (std::uint64_t page = run.walks[0].position.pages + 1; page <= 5; ++page) {
                write(page, page == 5);
            }
            close();
            finish(true);
            ASSERT_EQ(content(), lines(1, 5)) << to_string(mode) << ", cut to " << cut << " bytes";
        }
        std::filesystem::remove_all(folder.file("whole"));
    }
}

TEST_F(NdjsonProgress, CursorsThatWereDecidedTakeTheirPlaceInTheNextProcess)
{
    const std::string cursor =
        R"({"source":"https://api.example.com","resource":"samples","field":"updated","partition":"","state":"7"})";
    const std::string decision =
        R"({"publication":{"files":[{"from":".corest-cursors.new","to":".corest-cursors"}],"tables":[],)"
        R"("is_whole":true,"is_done":true}})";
    for (const bool is_decided : {true, false}) {
        std::filesystem::remove_all(directory);
        restart_process();
        const std::string id = begin().id;
        open(merge);
        write(1);
        restart_process(); // killed at its end, before the file was renamed
        write_file(".corest-cursors.new", cursor + "\n");
        if (is_decided) {
            std::ofstream(directory + "/.corest-state", std::ios::app)
                << checked("[{\"in\":\"" + id + "\"}," + decision + "]") << "\n";
        }
        begin();
        std::optional<std::string> kept;
        const auto ask = [](any_destination d, std::optional<std::string>& to) -> net::awaitable<void> {
            to = co_await d.cursor("samples", "updated", "");
        };
        calls_.run(ask(destination_, kept));
        EXPECT_EQ(kept, is_decided ? std::optional<std::string>("7") : std::nullopt);
        EXPECT_FALSE(files().contains(".corest-cursors.new"));
        finish(false);
    }
}

TEST_F(NdjsonProgress, WhatWasNotOnTheDiskDoesNotCountAfterTheSystemHasEnded)
{
    begin();
    open(append);
    write(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    write(2); // is on the disk, since the last time that it was seen to is more than a second ago
    write(3);
    restart_process();
    std::string state = content(".corest-state");
    write_file(".corest-state", checked(R"({"version":1,"boot":"another one"})") + state.substr(state.find('\n')));
    const stored_run run = begin();
    ASSERT_TRUE(run.is_resumed);
    EXPECT_EQ(run.walks[0].position.pages, 2U);
    open(append);
    write(3);
    write(4, true);
    close();
    finish(true);
    EXPECT_EQ(content(), lines(1, 4));
}

TEST_F(NdjsonProgress, WhatCannotBeReadIsNamedWithItsRemedy)
{
    const auto begins = [](any_destination d) -> net::awaitable<void> {
        corest::run_identity wanted = identity();
        static_cast<void>(co_await d.begin(std::move(wanted)));
    };
    write_file(".corest-state", checked(R"({"version":2,"boot":"a"})") + "\n");
    const error other_version = failure_of(begins(destination_));
    EXPECT_EQ(other_version.message(),
        "the state of runs in '" + directory + "/.corest-state' was written by another version of corest");

    std::filesystem::remove(directory + "/.corest-state");
    restart_process();
    write_file(".corest-cursors", "{\"source\":\"a\",\"reso\n");
    const auto reads = [](any_destination d) -> net::awaitable<void> { static_cast<void>(co_await d.read_state()); };
    const error broken = failure_of(reads(destination_));
    EXPECT_NE(broken.message().find("the cursors that earlier runs have kept in '" + directory), std::string::npos)
        << broken.message();
    EXPECT_NE(broken.hint().find("remove it"), std::string::npos);
}

TEST_F(NdjsonProgress, LinesThatOthersHaveAddedMeanwhileStay)
{
    write_file("samples.ndjson", "{\"old\":1}\n");
    begin();
    open(append);
    write(1);
    restart_process();
    std::ofstream(directory + "/samples.ndjson", std::ios::app) << "{\"theirs\":1}"; // without a line feed
    begin();
    open(append);
    write(2, true);
    close();
    finish(true);
    EXPECT_EQ(content(), "{\"old\":1}\n{\"theirs\":1}\n" + lines(1, 2));
}

TEST_F(NdjsonProgress, MergedRowsOfARunThatFailsAreVisible)
{
    write_file("samples.ndjson", "{\"id\":1,\"old\":1}\n{\"id\":9}\n");
    begin();
    open(merge);
    write(1);
    write(2);
    abandon();
    EXPECT_EQ(content(), "{\"id\":9}\n" + lines(1, 2));
    finish(false);
    restart_process();
    EXPECT_EQ(begin().walks[0].position.pages, 2U);
    open(merge);
    write(3, true);
    close();
    finish(true);
    EXPECT_EQ(content(), "{\"id\":9}\n" + lines(1, 3));
    EXPECT_EQ(files(), (std::set<std::string>{".corest-state", "samples.ndjson"}));
}

TEST_F(NdjsonProgress, KeysAreKnownToWhoGoesOn)
{
    begin();
    open(replace); // with a primary key
    write(1);
    write(2);
    restart_process();
    begin();
    open(replace);
    calls_.run(
        destination_.write("samples", corest::test::make_page({R"({"id":1,"later":1})"}, 3), after_page(3, true)));
    close();
    finish(true);
    EXPECT_EQ(content(), "{\"id\":2}\n{\"id\":1,\"later\":1}\n");
}

TEST_F(NdjsonProgress, AFullDiskEndsTheRunWhichIsGoneOnWithWhenThereIsRoom)
{
    begin();
    open(append);
    write(1);
    {
        const file_size_limit limit(20000);
        const error full = failure_of(write_call(2, false, ",\"text\":\"" + std::string(30000, 'x') + "\""));
        EXPECT_EQ(full.kind(), errc::destination_failed);
        EXPECT_NE(full.context().cause.find("File too large"), std::string::npos) << full.what();
        const error later = failure_of(write_call(2));
        EXPECT_EQ(later.kind(), errc::destination_failed);
        abandon();
        finish(false);
    }
    EXPECT_EQ(begin().walks[0].position.pages, 1U);
    open(append);
    write(2, true);
    close();
    finish(true);
    EXPECT_EQ(content(), lines(1, 2));
}

TEST_F(NdjsonProgress, RowsThatAreMissingAreAnError)
{
    begin();
    open(append);
    write(1);
    restart_process();
    const std::string rows = collected();
    std::filesystem::resize_file(rows, 3);
    begin();
    const error cut = failure_of(destination_.open(table("samples", append, {"id"})));
    EXPECT_EQ(cut.message(), "the file '" + rows + "', in which an earlier run has collected rows, is cut off");
    std::filesystem::remove(rows);
    const error missing = failure_of(destination_.open(table("samples", append, {"id"})));
    EXPECT_EQ(missing.message(), "the file '" + rows + "', in which an earlier run has collected rows, is missing");
    EXPECT_EQ(missing.hint(), "Begin anew, with --restart");
    finish(false);
}

TEST_F(NdjsonProgress, APositionMayBeAnyBytes)
{
    begin();
    open(append);
    walk_progress progress = after_page(1);
    progress.position.paginator = "\xff\n\"\0x";
    progress.position.paginator->push_back('\0');
    calls_.run(destination_.write("samples", corest::test::make_page({R"({"id":1})"}), progress));
    restart_process();
    EXPECT_EQ(begin().walks[0].position.paginator, progress.position.paginator);
    finish(false);
}

TEST_F(NdjsonProgress, TheStateDoesNotGrowWithThePages)
{
    begin();
    open(append);
    std::uint64_t page = 0;
    const std::string text(1000, 'x');
    const auto write_many = [&](int count) {
        for (int i = 0; i < count; ++i) {
            walk_progress progress = after_page(++page);
            progress.position.paginator = text;
            calls_.start(destination_.write(
                "samples", corest::test::make_page({"{\"id\":" + std::to_string(page) + "}"}, page), progress));
        }
        calls_.run();
    };
    write_many(1500);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    write_many(1);
    // Of 1.5 MB: what came since the state was last written anew, which is earlier where the machine is busy.
    EXPECT_LE(content(".corest-state").size(), std::size_t{1} << 20U);
    restart_process();
    EXPECT_EQ(begin().walks[0].position.pages, page);
    open(append);
    write(page + 1, true);
    close();
    finish(true);
    EXPECT_EQ(content(), lines(1, page + 1));
}

} // namespace

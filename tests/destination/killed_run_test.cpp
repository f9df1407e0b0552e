/// \file
/// Runs that are killed at any moment, and run again: the tables are those of a run that was not.

#include <corest/destination/csv.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>

#include COREST_ASIO(io_context.hpp)

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using corest::any_destination;
using corest::page;
using corest::table;
using corest::write_disposition;
namespace net = corest::net;

/// What a run loads: tables of every disposition, whose rows, columns and duplicates depend on the run.
std::vector<table_load> run_of(int number)
{
    std::vector<table_load> tables;
    const auto add = [&](const table& t, int id_step) {
        std::vector<page> pages;
        for (int p = 0; p < 3; ++p) {
            std::vector<std::string> records;
            for (int i = 0; i < 25; ++i) {
                const int id = (number * 40 + p * 20 + i * id_step) % 90;
                std::string r = "{\"id\":" + std::to_string(id) + ",\"run\":" + std::to_string(number);
                r += ",\"text\":\"" + std::string(static_cast<std::size_t>(i * 20), 'x') + "\"";
                r += p > 0 ? ",\"page_" + std::to_string(p) + "_" + std::to_string(number) + "\":[1]}" : "}";
                records.push_back(r);
            }
            pages.push_back(
                make_page(records, static_cast<std::uint64_t>(p + 1), {make_binding("projects", "id", "7")}));
        }
        tables.emplace_back(t, std::move(pages));
    };
    add(table("added", write_disposition::append), 1);
    add(table("added_too", write_disposition::append), 2);
    add(table("replaced", write_disposition::replace, {"id"}), 3);
    add(table("merged", write_disposition::merge, {"id"}), 1);
    add(table("merged_by_two", write_disposition::merge, {"_projects_id", "id"}), 2);
    for (table_load& t : tables) {
        t.target.binding_columns = {"_projects_id"};
    }
    return tables;
}

/// A kind of destination: how to make one, and all that its users can see of it, by table.
class kind {
public:
    std::string name;
    std::function<any_destination(const std::string& path)> make;
    std::function<std::map<std::string, std::vector<std::string>>(const std::string& path)> content;
};

std::map<std::string, std::vector<std::string>> tables_of_database(const std::string& path)
{
    std::map<std::string, std::vector<std::string>> all;
    std::string current;
    for (const std::string& line : database(path).content()) {
        if (line.find(": ") != std::string::npos) {
            current = line.substr(0, line.find(':'));
        }
        all[current].push_back(line);
    }
    return all;
}

std::map<std::string, std::vector<std::string>> files_of_directory(const std::string& path)
{
    std::map<std::string, std::vector<std::string>> all;
    for (const auto& found : std::filesystem::directory_iterator(path)) {
        const std::string name = found.path().filename().string();
        if (name[0] != '.') {
            all[name.substr(0, name.find('.'))] = {read_file(found.path().string())};
        }
    }
    return all;
}

const kind& sqlite_kind()
{
    static const kind k = {"Sqlite",
        [](const std::string& path) { return any_destination(corest::sqlite_destination(path)); }, tables_of_database};
    return k;
}

const kind& ndjson_kind()
{
    static const kind k = {"Ndjson",
        [](const std::string& path) { return any_destination(corest::ndjson_destination(path)); }, files_of_directory};
    return k;
}

const kind& csv_kind()
{
    static const kind k = {"Csv",
        [](const std::string& path) { return any_destination(corest::csv_destination(path)); }, files_of_directory};
    return k;
}

class KilledRun : public testing::TestWithParam<const kind*> {
protected:
    using content = std::map<std::string, std::vector<std::string>>;

    KilledRun()
    {
        load(make("start"), run_of(1));
        copy("start", "reference");
        load(make("reference"), run_of(2));
    }

    any_destination make(const std::string& name) const { return GetParam()->make(folder.file(name)); }
    content content_of(const std::string& name) const { return GetParam()->content(folder.file(name)); }

    void copy(const std::string& from, const std::string& to) const
    {
        std::filesystem::remove_all(folder.file(to));
        std::filesystem::remove(folder.file(to + "-wal"));
        std::filesystem::remove(folder.file(to + "-shm"));
        std::filesystem::copy(folder.file(from), folder.file(to), std::filesystem::copy_options::recursive);
    }

    /// Does a run in a process of its own, which is killed. \param action in that process, gets the run's destination
    template <class Action>
    void run_and_kill(Action action) const
    {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            try {
                action(make("killed"));
            } catch (...) {
                _exit(1); // a run fails only by being killed
            }
            _exit(0);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the run failed";
    }

    static void expect_equal(const content& found, const content& expected)
    {
        for (const auto& [name, rows] : expected) {
            EXPECT_TRUE(found.at(name) == rows) << "the table '" << name << "' differs"; // too much to print
        }
        EXPECT_EQ(found.size(), expected.size());
    }

    /// What a run that was killed has left is either nothing or everything, table by table; run again, it is
    /// everything.
    void expect_whole_and_run_again() const
    {
        const content start = content_of("start");
        const content reference = content_of("reference");
        const content killed = content_of("killed");
        for (const char* name : {"added", "added_too", "replaced"}) {
            EXPECT_TRUE(killed.at(name) == start.at(name) || killed.at(name) == reference.at(name)) << name;
        }
        // Killed amid making several files visible, a run is not over: the next one begins by taking that back.
        const bool over = killed.at("added") == reference.at("added")
            && !std::filesystem::exists(folder.file("killed/.corest-journal"))
            && !std::filesystem::exists(folder.file("killed/.corest.csv-journal"));
        if (!over) {
            load(make("killed"), run_of(2));
        }
        expect_equal(content_of("killed"), reference);
    }

    temporary_folder folder;
};

TEST_P(KilledRun, AfterEveryStep)
{
    int steps = 0;
    copy("start", "killed");
    {
        net::io_context context;
        run(context, load(make("killed"), run_of(2), [&] { ++steps; }));
    }
    EXPECT_EQ(steps, 5 + 3 * 5 + 5);
    EXPECT_EQ(content_of("killed"), content_of("reference"));
    for (int last = 1; last <= steps; ++last) {
        SCOPED_TRACE("killed after step " + std::to_string(last));
        copy("start", "killed");
        run_and_kill([&](const any_destination& d) {
            int step = 0;
            net::io_context context;
            run(context, load(d, run_of(2), [&] {
                if (++step == last) {
                    raise(SIGKILL);
                }
            }));
        });
        expect_whole_and_run_again();
        if (HasFailure()) {
            return;
        }
    }
}

TEST_P(KilledRun, AtAnyMoment)
{
    copy("start", "killed");
    const auto began = std::chrono::steady_clock::now();
    run_and_kill([](const any_destination& d) { load(d, run_of(2)); });
    const auto duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    constexpr int times = 30;
    for (int i = 0; i < times; ++i) {
        const auto moment = duration * (i + 1) / times;
        SCOPED_TRACE("killed after " + std::to_string(moment.count()) + " us");
        copy("start", "killed");
        run_and_kill([&](const any_destination& d) {
            std::thread([moment] {
                std::this_thread::sleep_for(moment);
                kill(getpid(), SIGKILL);
            }).detach();
            load(d, run_of(2));
        });
        expect_whole_and_run_again();
        if (HasFailure()) {
            return;
        }
    }
}

TEST_P(KilledRun, AgainAndAgain)
{
    copy("start", "killed");
    for (int last = 3; last < 25; last += 5) {
        run_and_kill([&](const any_destination& d) {
            int step = 0;
            net::io_context context;
            run(context, load(d, run_of(2), [&] {
                if (++step == last) {
                    raise(SIGKILL);
                }
            }));
        });
    }
    expect_whole_and_run_again();
}

INSTANTIATE_TEST_SUITE_P(Destinations, KilledRun, testing::Values(&sqlite_kind(), &ndjson_kind(), &csv_kind()),
    [](const auto& tested) { return tested.param->name; });

} // namespace

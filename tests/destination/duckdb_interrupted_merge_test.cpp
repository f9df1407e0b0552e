/// \file
/// A run into DuckDB that ends in the middle of the statements that merge its rows: the next run leaves what a run that
/// nobody has interrupted leaves.

#include <support/command.hpp>
#include <support/duckdb_tables.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace duckdb_interrupted_merge {

using namespace std::chrono_literals;
using testing::HasSubstr;
using seconds = std::chrono::duration<double>;

class DuckdbInterruptedMerge : public testing::Test {
protected:
    static constexpr int many = 80'000;

    /// One page of records, numbered from 0 on.
    static std::string records()
    {
        std::string text = "[";
        for (int id = 0; id < many; ++id) {
            text += (id == 0 ? "{\"id\":" : ",{\"id\":") + std::to_string(id) + ",\"n\":1}";
        }
        return text + "]";
    }

    /// A file whose table has some of the records in an older state, and one that the server has no longer.
    /// \param default_value of the column that the records lack
    void make(const std::string& file, const std::string& default_value) const
    {
        duckdb_reader db(file);
        db.execute("CREATE TABLE things(id BIGINT, n BIGINT, given BIGINT DEFAULT " + default_value + ")");
        db.execute("INSERT INTO things SELECT range, 0, 7 FROM range(1000) UNION ALL SELECT -1, 0, 7");
    }

    std::vector<std::string> load(const std::string& file) const
    {
        return {COREST_COMMAND, "run", source, "--to", "duckdb:" + file, "--progress", "none"};
    }

    static seconds seconds_of(const timeval& time)
    {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    }
    /// What the processes that have ended have computed.
    static seconds computed_by_children()
    {
        rusage used{};
        ::getrusage(RUSAGE_CHILDREN, &used);
        return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    }
    /// What a process has computed until now.
    static seconds computed_by(pid_t process)
    {
        clockid_t clock{};
        timespec time{};
        if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
            return seconds(0);
        }
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    }

    /// Whether it has ended, by itself.
    static bool has_ended(pid_t process)
    {
        siginfo_t info{};
        return ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
    }

    /// The table: how many rows, how many of them are merged, how many have each value by default.
    static std::vector<std::map<std::string, std::string>> summary(const std::string& file)
    {
        return duckdb_reader(file).rows_of(
            "(SELECT count(*) AS rows, count(DISTINCT id) AS ids, sum(id)::BIGINT AS of_ids, "
            "sum(n)::BIGINT AS of_n, count(given) AS given FROM things)");
    }

    const scripted_server api{script().receive().send(ok(records())).repeat()};
    const temporary_folder folder;
    const std::string source = folder.write("source.json",
        R"({"client": {"base_url": ")" + api.url("") + R"("}, "resources": [{"name": "things", "primary_key": "id",
            "write_disposition": "merge", "endpoint": {"path": "things", "paginator": "single_page"}}]})");
};

TEST_F(DuckdbInterruptedMerge, IsGoneOnWithByTheNextRun)
{
    const std::string undisturbed = folder.file("undisturbed.duckdb");
    make(undisturbed, "NULL");
    const seconds before = computed_by_children();
    const finished_command whole = run_command(load(undisturbed));
    ASSERT_EQ(whole.status, 0) << whole.err;
    const seconds usual = computed_by_children() - before;

    const std::string file = folder.file("data.duckdb");
    // Each row that the merge inserts takes a while, so that it is what a run does for nearly all of its time.
    make(file, "levenshtein(repeat('a', 250), repeat('b', 250 + (random() * 2)::INTEGER))");
    const auto old = summary(file);
    for (const int signal : {SIGKILL, SIGINT, SIGTERM}) {
        SCOPED_TRACE(signal);
        command running(load(file));
        while (computed_by(running.id()) < 1.5 * usual + 300ms && !has_ended(running.id())) {
            std::this_thread::sleep_for(5ms);
        }
        running.signal(signal);
        const finished_command done = running.finish();
        EXPECT_EQ(done.status, signal == SIGKILL ? 128 + SIGKILL : 130) << done.err;
        if (signal != SIGKILL) {
            EXPECT_THAT(done.err, HasSubstr("they are merged by the run that goes on with this one"));
        }
        EXPECT_EQ(summary(file), old) << "all rows or none are merged";
    }
    duckdb_reader(file).execute("ALTER TABLE things ALTER COLUMN given SET DEFAULT NULL");
    const finished_command last = run_command(load(file));
    EXPECT_EQ(last.status, 0) << last.err;
    EXPECT_EQ(summary(file), summary(undisturbed));
    EXPECT_EQ(duckdb_reader(file).rows("_corest_staging_things"), std::nullopt);
    EXPECT_EQ(api.requests().size(), 2U) << "the page was stored, and is not asked for again";
}

} // namespace duckdb_interrupted_merge

/// \file
/// Signals end a run within a second, whatever is under way, and nothing is lost.

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/full_port.hpp>
#include <support/interrupted_command.hpp>
#include <support/scripted_server.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace interrupt {

using example_api::rule;

/// Time for a command to come to a wait.
constexpr auto a_while = 400ms;

class Interrupt : public InterruptedCommand {
protected:
    std::string file() const { return folder.file("out.db"); }

    /// A source without pages, whose server is somewhere else.
    std::vector<std::string> read_from(const std::string& url) const
    {
        return load_into("sqlite:" + folder.file("none.db"), {"--set", "client.base_url=" + url});
    }

    /// Stops a command once it has come to a wait.
    finished_command stop_waiting(const std::vector<std::string>& arguments, int signal)
    {
        command running(arguments, secrets());
        std::this_thread::sleep_for(a_while);
        return stop(running, signal);
    }

    /// Stops a run into `file()` that waits, runs it again without what it waited for, and looks whether all is there.
    /// \param until_waiting called when the run has read eight pages
    void stop_in_the_middle(
        int signal, const std::function<void()>& until_waiting, const std::function<void()>& afterwards)
    {
        const std::vector<std::string> arguments = load_into("sqlite:" + file());
        api.clear_log();
        api.misbehave(rule::latency("/seed003/*", 30ms));
        {
            command running(arguments, secrets());
            ASSERT_TRUE(api.wait_for_requests(8));
            until_waiting();
            std::this_thread::sleep_for(a_while);
            stop(running, signal);
        }
        afterwards();
        api.behave();
        go_on(arguments);
        EXPECT_EQ(database(file()).count("projects"), all_projects());
    }
};

TEST_F(Interrupt, EndsAWaitForALockOfAnotherProcess)
{
    std::unique_ptr<database> other;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        SCOPED_TRACE(signal);
        stop_in_the_middle(
            signal,
            [&] {
                other = std::make_unique<database>(file());
                static_cast<void>(other->query("BEGIN IMMEDIATE"));
            },
            [&] { other.reset(); });
        static_cast<void>(database(file()).query("DELETE FROM projects"));
    }
}

TEST_F(Interrupt, EndsABeginningThatWaitsForALock)
{
    const std::vector<std::string> arguments = load_into("sqlite:" + file());
    auto other = std::make_unique<database>(file());
    static_cast<void>(other->query("CREATE TABLE of_another(id INTEGER)"));
    static_cast<void>(other->query("BEGIN EXCLUSIVE"));
    stop_waiting(arguments, SIGINT);
    EXPECT_TRUE(api.log().empty());
    other.reset();
    go_on(arguments);
    EXPECT_EQ(database(file()).count("projects"), all_projects());
}

TEST_F(Interrupt, EndsAStatementThatTakesLong)
{
    go_on(load_into("sqlite:" + file(), {"--limit", "1"}));
    stop_in_the_middle(
        SIGTERM,
        [&] {
            static_cast<void>(database(file()).query(
                "CREATE TRIGGER slow AFTER INSERT ON projects BEGIN SELECT (WITH RECURSIVE c(x) AS "
                "(SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c); END"));
        },
        [&] { static_cast<void>(database(file()).query("DROP TRIGGER slow")); });
}

TEST_F(Interrupt, EndsAWriteToAReaderThatSleeps)
{
    const std::string pipe = folder.file("pipe");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    std::vector<std::string> arguments = {"/bin/sh", "-c", "exec \"$@\" > '" + pipe + "'", "sh"};
    const std::vector<std::string> load = load_into("-");
    arguments.insert(arguments.end(), load.begin(), load.end());
    command running(arguments, secrets());
    const int reader = ::open(pipe.c_str(), O_RDONLY);
    ASSERT_GE(reader, 0);
    ASSERT_GE(::fcntl(reader, F_SETPIPE_SZ, 4096), 0); // less than all projects
    std::this_thread::sleep_for(2 * a_while);
    stop(running, SIGINT);
    ::close(reader);
}

TEST_F(Interrupt, EndsTheLookUpOfAName)
{
    const std::string library = folder.file("slow_lookup.so");
    const finished_command made =
        run_command({"/usr/bin/cc", "-shared", "-fPIC", "-o", library, COREST_TESTS_DIR "/cli/slow_lookup.c"});
    ASSERT_EQ(made.status, 0) << made.err;
    std::vector<std::string> arguments = {
        "/usr/bin/env", "LD_PRELOAD=" + library, "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"};
    const std::vector<std::string> load = read_from("http://name.example.com/");
    arguments.insert(arguments.end(), load.begin(), load.end());
    stop_waiting(arguments, SIGINT);
}

TEST_F(Interrupt, EndsWhateverTheNetworkIsWaitedFor)
{
    const full_port full;
    scripted_server silent{script().hold()};
    scripted_server no_answer{script().receive().hold()};
    scripted_server half{script().receive().send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").hold()};
    scripted_server later{
        script().receive().send("HTTP/1.1 429 Later\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")};
    class row {
    public:
        row(const char* of_what, std::string its_url, int sent) : what(of_what), url(std::move(its_url)), signal(sent)
        {
        }
        const char* what;
        std::string url;
        int signal;
    };
    const std::string tls = "https" + silent.url().substr(4);
    for (const row& r : {row("a connection", full.url(), SIGINT), row("a TLS handshake", tls, SIGTERM),
             row("the first byte", no_answer.url(), SIGHUP), row("the rest of a body", half.url(), SIGINT),
             row("the time of a Retry-After", later.url(), SIGTERM)})
    {
        SCOPED_TRACE(r.what);
        stop_waiting(read_from(r.url), r.signal);
    }
    EXPECT_EQ(later.requests().size(), 1U);
}

TEST_F(Interrupt, ARunWhoseReaderHasEndedEndsQuietly)
{
    std::vector<std::string> arguments = {"/bin/sh", "-c", "{ \"$@\"; echo \"status $?\" >&2; } | head -n 1", "sh"};
    std::vector<std::string> load = load_into("-");
    load.erase(load.begin() + 5, load.begin() + 7); // --progress none
    arguments.insert(arguments.end(), load.begin(), load.end());
    api.misbehave(rule::latency("/seed003/*", 20ms)); // head has time to end
    const finished_command done = run_command(arguments, secrets());
    EXPECT_EQ(done.status, 0);
    EXPECT_EQ(done.err, "status 141\n");
    EXPECT_EQ(std::count(done.out.begin(), done.out.end(), '\n'), 1);
}

} // namespace interrupt

} // namespace

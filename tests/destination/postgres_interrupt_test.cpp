/// \file
/// Signals end a run into PostgreSQL within a second, whatever the server makes it wait for.

#include <support/command.hpp>
#include <support/interrupted_command.hpp>
#include <support/postgres_server.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace postgres_interrupt {

using example_api::rule;
using namespace std::chrono_literals;

class PostgresInterrupt : public InterruptedCommand {
protected:
    void SetUp() override
    {
        if (postgres_server::find() == nullptr) {
            GTEST_SKIP() << "the server's programs (postgresql-15) are not installed";
        }
    }

    std::string table() const { return schema_ + ".projects"; }
    std::vector<std::string> load() const { return load_into(postgres_server::find()->address(schema_)); }
    void expect_all() const
    {
        EXPECT_EQ(postgres_server::find()->connect().value("SELECT count(*) FROM " + table()),
            std::to_string(all_projects()));
    }

    /// Waits until the server has a connection of the command's wait.
    static void until_waiting(const std::string& wait_event_type)
    {
        const postgres_connection_of_test look = postgres_server::find()->connect();
        for (int i = 0; i < 500; ++i) {
            if (look.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'corest' AND state = "
                           "'active' AND wait_event_type = '"
                    + wait_event_type + "'")
                != "0")
            {
                return;
            }
            std::this_thread::sleep_for(20ms);
        }
        FAIL() << "the command does not wait";
    }
    /// Waits until no connection of the command's is left: the server has let go of all of its locks.
    static void until_left()
    {
        const postgres_connection_of_test look = postgres_server::find()->connect();
        for (int i = 0; i < 100; ++i) {
            if (look.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'corest'") == "0") {
                return;
            }
            std::this_thread::sleep_for(20ms);
        }
        FAIL() << "the server goes on with what the command has left";
    }

    /// Stops a run that waits, and runs it again without what it waited for.
    void stop_in_the_middle(int signal, const std::function<void()>& block, const std::string& wait_event_type,
        const std::function<void()>& afterwards)
    {
        api.clear_log();
        api.misbehave(rule::latency("/seed003/*", 30ms));
        {
            command running(load(), secrets());
            ASSERT_TRUE(api.wait_for_requests(8));
            block();
            until_waiting(wait_event_type);
            stop(running, signal);
        }
        until_left();
        afterwards();
        api.behave();
        go_on(load());
        expect_all();
    }

    std::string schema_ = postgres_server::new_schema();
};

TEST_F(PostgresInterrupt, EndsAWaitForALockOfAnotherSession)
{
    std::unique_ptr<postgres_connection_of_test> other;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        SCOPED_TRACE(signal);
        stop_in_the_middle(
            signal,
            [&] {
                other = std::make_unique<postgres_connection_of_test>(postgres_server::find()->connect());
                other->execute("BEGIN; LOCK TABLE " + table() + " IN ACCESS EXCLUSIVE MODE");
            },
            "Lock", [&] { other.reset(); });
        postgres_server::find()->connect().execute("TRUNCATE " + table());
    }
}

TEST_F(PostgresInterrupt, EndsABeginningThatWaitsForALock)
{
    go_on(load());
    auto other = std::make_unique<postgres_connection_of_test>(postgres_server::find()->connect());
    other->execute("BEGIN; LOCK TABLE " + schema_ + "._corest_lock IN ACCESS EXCLUSIVE MODE");
    {
        command running(load(), secrets());
        until_waiting("Lock");
        stop(running, SIGTERM);
    }
    until_left();
    other.reset();
    go_on(load());
    expect_all();
}

TEST_F(PostgresInterrupt, EndsAStatementThatTakesLong)
{
    go_on(load());
    stop_in_the_middle(
        SIGINT,
        [&] {
            postgres_server::find()->connect().execute("CREATE FUNCTION " + schema_
                + ".slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'; CREATE "
                  "TRIGGER slow BEFORE INSERT ON "
                + table() + " EXECUTE FUNCTION " + schema_ + ".slow()");
        },
        "Timeout", [&] { postgres_server::find()->connect().execute("DROP TRIGGER slow ON " + table()); });
}

} // namespace postgres_interrupt

} // namespace

#pragma once

/// \file
/// A PostgreSQL server of the tests' own, on a unix socket in a temporary folder, and a connection to look into it.

#include <support/command.hpp>

#include <libpq-fe.h>

#include <pwd.h>
#include <sys/stat.h>
#if defined(__linux__)
#    include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// A connection of the test's own.
class postgres_connection_of_test {
public:
    using row = std::vector<std::optional<std::string>>;

    explicit postgres_connection_of_test(const std::string& address)
        : connection_(PQconnectdb(address.c_str()), &PQfinish)
    {
        if (PQstatus(connection_.get()) != CONNECTION_OK) {
            throw std::runtime_error(PQerrorMessage(connection_.get()));
        }
        PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    }

    /// The rows of a query, their values as text. \throws std::runtime_error
    std::vector<row> query(const std::string& sql) const
    {
        const result_pointer result = run(sql);
        std::vector<row> all;
        for (int r = 0; r < PQntuples(result.get()); ++r) {
            row& values = all.emplace_back();
            for (int c = 0; c < PQnfields(result.get()); ++c) {
                values.push_back(value_of(result.get(), r, c));
            }
        }
        return all;
    }
    void execute(const std::string& sql) const { run(sql); }
    /// The first value of a query, as text.
    std::string value(const std::string& sql) const { return query(sql).at(0).at(0).value_or("NULL"); }

    /// The rows of a table: of each column that is not NULL its value as text.
    std::vector<std::map<std::string, std::string>> records(const std::string& table) const
    {
        const result_pointer result = run("SELECT * FROM " + table);
        std::vector<std::map<std::string, std::string>> all;
        for (int r = 0; r < PQntuples(result.get()); ++r) {
            std::map<std::string, std::string>& columns = all.emplace_back();
            for (int c = 0; c < PQnfields(result.get()); ++c) {
                if (const auto value = value_of(result.get(), r, c)) {
                    columns[PQfname(result.get(), c)] = *value;
                }
            }
        }
        return all;
    }

    /// A name in quotes.
    static std::string quoted(const std::string& name)
    {
        std::string text = "\"";
        for (const char c : name) {
            text += c == '"' ? std::string("\"\"") : std::string(1, c);
        }
        return text + "\"";
    }

private:
    using result_pointer = std::unique_ptr<PGresult, decltype(&PQclear)>;

    result_pointer run(const std::string& sql) const
    {
        result_pointer result(PQexec(connection_.get(), sql.c_str()), &PQclear);
        const ExecStatusType status = PQresultStatus(result.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            throw std::runtime_error(PQerrorMessage(connection_.get()));
        }
        return result;
    }
    static std::optional<std::string> value_of(const PGresult* result, int r, int c)
    {
        if (PQgetisnull(result, r, c) != 0) {
            return std::nullopt;
        }
        return std::string(PQgetvalue(result, r, c), static_cast<std::size_t>(PQgetlength(result, r, c)));
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// The server: started when it is first asked for, and stopped when the program ends.
class postgres_server {
public:
    /// Null where the server's programs are not installed.
    static postgres_server* find()
    {
        static const std::unique_ptr<postgres_server> one = start();
        return one.get();
    }

    postgres_server(const postgres_server&) = delete;
    postgres_server& operator=(const postgres_server&) = delete;
    ~postgres_server() { stop(SIGQUIT); }

    /// The address of its database. \param schema "" for the search path's first one
    std::string address(const std::string& schema = {}) const
    {
        return "postgres:host=" + folder_.path() + " user=tester dbname=postgres"
            + (schema.empty() ? "" : "?schema=" + schema);
    }
    /// Where its socket is.
    const std::string& folder() const { return folder_.path(); }
    /// A name that no other schema has.
    static std::string new_schema()
    {
        static std::atomic<int> number{0};
        return "t" + std::to_string(++number);
    }
    postgres_connection_of_test connect() const
    {
        return postgres_connection_of_test("host=" + folder_.path() + " user=tester dbname=postgres");
    }

    /// Ends it as a crash does (SIGQUIT), and starts it again.
    void restart()
    {
        stop(SIGQUIT);
        begin();
    }

private:
    static std::optional<std::filesystem::path> programs()
    {
        for (int version = 20; version >= 13; --version) {
            std::filesystem::path folder = "/usr/lib/postgresql/" + std::to_string(version) + "/bin";
            if (std::filesystem::exists(folder / "initdb")) {
                return folder;
            }
        }
        return std::nullopt;
    }

    static std::unique_ptr<postgres_server> start()
    {
        const auto folder = programs();
        return folder ? std::unique_ptr<postgres_server>(new postgres_server(*folder)) : nullptr;
    }

    explicit postgres_server(std::filesystem::path programs) : programs_(std::move(programs))
    {
        if (::geteuid() == 0) { // PostgreSQL refuses to run as root
            const passwd* user = ::getpwnam("postgres");
            user = user == nullptr ? ::getpwnam("nobody") : user;
            if (user == nullptr || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
                throw std::runtime_error("there is no user that PostgreSQL could run as");
            }
            user_ = user->pw_uid;
            group_ = user->pw_gid;
        }
        const pid_t made = run({"initdb", "-D", data(), "-A", "trust", "-U", "tester", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-sync", "--no-instructions"});
        int status = 0;
        ::waitpid(made, &status, 0);
        if (status != 0) {
            throw std::runtime_error("initdb failed: " + read_file(log()));
        }
        begin();
    }

    void begin()
    {
        server_ = run({"postgres", "-D", data(), "-k", folder_.path(), "-c", "listen_addresses=", "-c", "fsync=off",
            "-c", "max_connections=40", "-c", "shared_buffers=32MB"});
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        const std::string address = "host=" + folder_.path() + " user=tester dbname=postgres";
        while (PQping(address.c_str()) != PQPING_OK) {
            if (std::chrono::steady_clock::now() > deadline) {
                throw std::runtime_error("the server did not start: " + read_file(log()));
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

    void stop(int signal)
    {
        if (server_ > 0) {
            ::kill(server_, signal);
            ::waitpid(server_, nullptr, 0);
            server_ = 0;
        }
    }

    /// Starts one of the server's programs, as a user that it accepts.
    pid_t run(std::vector<std::string> arguments) const
    {
        const std::string program = (programs_ / arguments[0]).string();
        const std::string log_file = log();
        std::vector<char*> pointers;
        for (std::string& a : arguments) {
            pointers.push_back(a.data());
        }
        pointers.push_back(nullptr);
        const pid_t child = ::fork();
        if (child == 0) {
            if (user_ != 0 && (::setgid(group_) != 0 || ::setuid(user_) != 0)) {
                ::_exit(126);
            }
#if defined(__linux__)
            ::prctl(PR_SET_PDEATHSIG, SIGQUIT); // a test program that crashes leaves no server behind
#endif
            if (std::freopen(log_file.c_str(), "a", stdout) == nullptr || ::dup2(1, 2) < 0 || ::chdir("/") != 0) {
                ::_exit(126);
            }
            ::execv(program.c_str(), pointers.data());
            ::_exit(127);
        }
        return child;
    }

    std::string data() const { return folder_.file("data"); }
    std::string log() const { return folder_.file("log"); }

    std::filesystem::path programs_;
    temporary_folder folder_;
    uid_t user_ = 0;
    gid_t group_ = 0;
    pid_t server_ = 0;
};

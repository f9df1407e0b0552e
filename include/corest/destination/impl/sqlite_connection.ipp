#pragma once

// A connection to an SQLite file and its statements: ownership, and errors that say what to do.

#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sql_database.ipp>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace corest::detail {

/// A prepared statement. Values are bound by position, from 1.
class sqlite_statement {
public:
    sqlite_statement() = default;
    explicit sqlite_statement(sqlite3_stmt* statement) : statement_(statement) {}

    [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_.get(); }
    explicit operator bool() const noexcept { return static_cast<bool>(statement_); }
    void reset() noexcept { statement_.reset(); }

private:
    struct finalize {
        void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
    };
    std::unique_ptr<sqlite3_stmt, finalize> statement_;
};

/// A connection, for one thread.
class sqlite_connection {
public:
    /// What a connection is for.
    enum class access {
        write, ///< everything; the file is made where it does not exist
        read   ///< to look at what is there
    };

    /// \param interrupted tells a wait for another process's lock, and a statement that takes long, to end
    sqlite_connection(std::string file, const sqlite_options& options, const std::atomic<bool>& interrupted,
        access mode = access::write)
        : file_(std::move(file)),
          busy_timeout_(options.busy_timeout),
          interrupted_(interrupted)
    {
        sqlite3* db = nullptr;
        const int flags = mode == access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
        const int result = sqlite3_open_v2(file_.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr);
        db_.reset(db);
        if (result != SQLITE_OK) {
            fail("the database '" + file_ + "' could not be opened");
        }
        sqlite3_extended_result_codes(db, 1);
        sqlite3_busy_handler(db, &sqlite_connection::wait_for_lock, this);
        constexpr int steps = 10000; // of SQLite's machine: less than a millisecond, and nothing that can be measured
        sqlite3_progress_handler(db, steps, &sqlite_connection::is_interrupted, this);
        // Without these a misspelt column would be taken for a string.
        sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        if (mode == access::read) {
            return;
        }
        const std::string opening = "the database '" + file_ + "' could not be opened";
        execute("PRAGMA journal_mode = " + options.journal, opening);
        execute(options.journal == "wal" ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", opening);
        execute("PRAGMA cache_size = -16384", opening);
        // Where SQLite is built to overwrite what it deletes (as Debian's is), spare the pages that are freed whole:
        // dropping a table of collected rows would otherwise write all of it once more.
        execute("PRAGMA secure_delete = FAST", opening);
        // Renaming a table must not depend on whether the views of the user are all in order.
        execute("PRAGMA legacy_alter_table = ON", opening);
    }

    /// \throws error (invalid_argument): a journal that there is not, or that could lose what is there
    static void check(const sqlite_options& options)
    {
        constexpr std::array<std::string_view, 4> journals = {"wal", "delete", "truncate", "persist"};
        if (std::find(journals.begin(), journals.end(), options.journal) == journals.end()) {
            throw error(errc::invalid_argument,
                "expected as SQLite's journal wal, delete, truncate or persist, found '" + options.journal + "'");
        }
    }

    sqlite_connection(const sqlite_connection&) = delete;
    sqlite_connection& operator=(const sqlite_connection&) = delete;
    ~sqlite_connection() = default;

    [[nodiscard]] sqlite3* get() const noexcept { return db_.get(); }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }

    /// Whether a transaction is open. Some failures, as of a disk that is full, may end it.
    [[nodiscard]] bool is_in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }

    /// Runs SQL that gives no rows (or whose rows do not matter).
    /// \param message the message of the error if it fails
    void execute(const std::string& sql, const std::string& message)
    {
        if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            fail(message);
        }
    }

    [[nodiscard]] sqlite_statement prepare(std::string_view sql, const std::string& message)
    {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(
                db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr)
            != SQLITE_OK)
        {
            fail(message);
        }
        return sqlite_statement(statement);
    }

    /// Steps to the next row. \returns whether there is one
    bool step(const sqlite_statement& statement, const std::string& message)
    {
        const int result = sqlite3_step(statement.get());
        if (result == SQLITE_ROW) {
            return true;
        }
        if (result != SQLITE_DONE) {
            // The reset forgets the message, so it comes after.
            const on_exit reset(statement.get());
            fail(message);
        }
        sqlite3_reset(statement.get());
        return false;
    }

    [[nodiscard]] static std::string_view text(const sqlite_statement& statement, int column)
    {
        const void* bytes = sqlite3_column_text(statement.get(), column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), column));
        return {static_cast<const char*>(bytes), size};
    }

    [[noreturn]] void fail(const std::string& message) const
    {
        const int code = db_ ? sqlite3_extended_errcode(db_.get()) : SQLITE_NOMEM;
        const char* cause = db_ ? sqlite3_errmsg(db_.get()) : "out of memory";
        const auto why =
            (code & 0xff) == SQLITE_CONSTRAINT ? sql::refusal::reason::constraint : sql::refusal::reason::other;
        throw sql::refusal(why, message, hint(code & 0xff), cause);
    }

private:
    struct close {
        void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
    };
    class on_exit {
    public:
        explicit on_exit(sqlite3_stmt* s) : s_(s) {}
        on_exit(const on_exit&) = delete;
        on_exit& operator=(const on_exit&) = delete;
        ~on_exit() { sqlite3_reset(s_); }

    private:
        sqlite3_stmt* s_;
    };

    static int wait_for_lock(void* self, int times) noexcept
    {
        auto& connection = *static_cast<sqlite_connection*>(self);
        const auto now = std::chrono::steady_clock::now();
        if (times == 0) {
            connection.waiting_since_ = now;
        }
        if (connection.interrupted_ || now - connection.waiting_since_ >= connection.busy_timeout_) {
            return 0;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(std::min(1 + times, 20)));
        return 1;
    }

    static int is_interrupted(void* self) noexcept
    {
        return static_cast<const sqlite_connection*>(self)->interrupted_ ? 1 : 0;
    }

    [[nodiscard]] std::string hint(int primary_code) const
    {
        if (interrupted_) {
            return {}; // it was not waited for as long as the lock's hint says
        }
        switch (primary_code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "Another process has held a lock on it for "
                + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(busy_timeout_).count())
                + " s: end that process or its transaction, or load into another file";
        case SQLITE_NOTADB:
            return "The file is something else: name another one, or move it away";
        case SQLITE_CANTOPEN:
            return "Its directory must exist, and be writable";
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "The file and its directory must be writable";
        case SQLITE_CONSTRAINT:
            return std::string(sql::broken_constraint_hint);
        case SQLITE_FULL:
            return "Make room on the disk, or load into a file elsewhere";
        case SQLITE_CORRUPT:
            return "The file is damaged: restore it from a copy, or load into a new file";
        case SQLITE_TOOBIG:
            return "A value or a list of column names is larger than SQLite can take";
        default:
            return {};
        }
    }

    std::string file_;
    std::chrono::milliseconds busy_timeout_;
    const std::atomic<bool>& interrupted_;
    std::chrono::steady_clock::time_point waiting_since_;
    std::unique_ptr<sqlite3, close> db_;
};

} // namespace corest::detail

#pragma once

// What the thread of an SQLite destination does: transactions, and which tables of the run are open.

#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/destination/worker.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_table.ipp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

class sqlite_store final : public table_store {
public:
    sqlite_store(std::string file, std::chrono::milliseconds busy_timeout)
        : file_(std::move(file)),
          busy_timeout_(busy_timeout)
    {
    }

    void run(const std::vector<table_work*>& waiting) override
    {
        const auto is_write = [](const table_work* w) { return w->action == table_work::operation::write; };
        for (auto next = waiting.begin(); next != waiting.end();) {
            const auto end_of_writes = std::find_if_not(next, waiting.end(), is_write);
            if (next != end_of_writes) {
                write_together({next, end_of_writes});
                next = end_of_writes;
                continue;
            }
            table_work& work = **next++;
            store_error::attempt(work, [&] {
                switch (work.action) {
                case table_work::operation::open:
                    open(work.target);
                    break;
                case table_work::operation::close:
                    close(work.target.name);
                    break;
                case table_work::operation::abandon:
                    abandon(work.target.name);
                    break;
                case table_work::operation::write:
                    break;
                }
            });
        }
    }

    void stop() noexcept override { stopping_ = true; }

private:
    using ledger = table_ledger<sqlite_table>;

    // ---- transactions ----

    template <class Function>
    void in_transaction(const std::string& message, Function&& function)
    {
        db_->execute("BEGIN IMMEDIATE", message);
        try {
            function();
            db_->execute("COMMIT", message);
        } catch (...) {
            // Some errors, as a full disk, have ended the transaction already.
            if (db_->is_in_transaction()) {
                sqlite3_exec(db_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
            }
            tables_.for_each([](const ledger::entry& known) { known.target().schema().forget(); });
            throw;
        }
    }

    [[nodiscard]] std::string in_file() const { return " in '" + file_ + "'"; }

    // ---- rows ----

    /// One transaction for all pages. If one of several is at fault, one for each, so that only that page fails.
    void write_together(const std::vector<table_work*>& works)
    {
        bool at_fault = false;
        try {
            const std::string message = "the rows could not be stored in '" + file_ + "'";
            need_connection();
            in_transaction(message, [&] {
                for (table_work* w : works) {
                    store_error::attempt(*w, [&] {
                        count_progress(*w, works);
                        tables_.open_entry(w->target.name).target().write(*w->values);
                    });
                    if (w->failure) {
                        at_fault = true;
                        std::rethrow_exception(w->failure);
                    }
                }
            });
        } catch (...) {
            for (table_work* w : works) {
                if (at_fault && works.size() > 1) {
                    w->failure = nullptr;
                    write_together({w});
                } else if (!w->failure) {
                    store_error::attempt(*w, [] { throw; });
                }
            }
        }
    }

    /// Adds what a transaction brings a table to the table's progress, before the first page of it is written.
    void count_progress(const table_work& work, const std::vector<table_work*>& works)
    {
        const sqlite_table& target = tables_.open_entry(work.target.name).target();
        const std::string& name = work.target.name;
        sqlite3_int64 pages = 0;
        sqlite3_int64 rows = 0;
        for (const table_work* w : works) {
            if (w->target.name == name) {
                if (pages == 0 && w != &work) {
                    return; // was done for that page
                }
                ++pages;
                rows += static_cast<sqlite3_int64>(w->rows.size());
            }
        }
        sqlite3_bind_int64(count_pages_.get(), 1, pages);
        sqlite3_bind_int64(count_pages_.get(), 2, rows);
        sqlite3_bind_text64(count_pages_.get(), 3, name.data(), name.size(), SQLITE_STATIC, SQLITE_UTF8);
        sqlite3_bind_text64(count_pages_.get(), 4, run_id_.data(), run_id_.size(), SQLITE_STATIC, SQLITE_UTF8);
        db_->step(count_pages_, "the progress could not be stored" + in_file());
        need_own_progress(target);
    }

    // ---- tables ----

    void need_connection()
    {
        if (db_) {
            return;
        }
        auto db = std::make_unique<sqlite_connection>(file_, busy_timeout_, stopping_);
        const std::string message = "the tables '_corest_...' could not be made" + in_file();
        db->execute("CREATE TABLE IF NOT EXISTS _corest_progress("
                    "resource TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, run_id TEXT NOT NULL, pages INTEGER NOT NULL, "
                    "rows INTEGER NOT NULL, state TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT)",
            message);
        db->execute("CREATE TABLE IF NOT EXISTS _corest_columns("
                    "resource TEXT NOT NULL COLLATE NOCASE, origin TEXT NOT NULL, name TEXT NOT NULL, "
                    "column_name TEXT NOT NULL, PRIMARY KEY(resource, origin, name))",
            message);
        count_pages_ = db->prepare(
            "UPDATE _corest_progress SET pages = pages + ?1, rows = rows + ?2 WHERE resource = ?3 AND run_id = ?4",
            message);
        run_id_ = random_id();
        db_ = std::move(db);
    }

    [[nodiscard]] static std::string random_id()
    {
        std::random_device random;
        std::string id;
        for (int i = 0; i < 32; ++i) {
            id += lower_hex_digits[random() % lower_hex_digits.size()];
        }
        return id;
    }

    static void check_name(const std::string& name)
    {
        const std::string folded = lower(name);
        if (name.find('\0') != std::string::npos) {
            throw error(errc::invalid_argument, "the name of a table must not hold NUL characters");
        }
        if (folded.starts_with("sqlite_") || folded.starts_with("_corest")) {
            throw error(errc::destination_failed,
                "no table can be called '" + name + "': names that begin with 'sqlite_' or '_corest' are reserved",
                "Give the resource another name");
        }
    }

    void open(const table& t)
    {
        check_name(t.name);
        tables_.check(t);
        need_connection();
        auto opening = std::make_unique<sqlite_table>(*db_, t);
        in_transaction("the table '" + t.name + "' could not be opened" + in_file(), [&] {
            if (const ledger::entry* const complete = tables_.complete_entry(t.name)) {
                publish(complete->target());
            }
            opening->schema().open();
            const std::string message = "the progress could not be stored" + in_file();
            const auto begin = db_->prepare("INSERT OR REPLACE INTO _corest_progress VALUES(?1, ?2, 0, 0, 'loading', "
                                            "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NULL)",
                message);
            db_->bind(begin, t.name, run_id_);
            db_->step(begin, message);
        });
        tables_.add(t, std::move(opening));
    }

    void close(const std::string& name)
    {
        const ledger::ending end = tables_.end_by_close(name);
        std::exception_ptr refused;
        in_transaction("the table '" + name + "' could not be completed" + in_file(), [&] {
            if (end.waits) {
                set_state(end.subject->target(), "staged");
            }
            for (const ledger::entry* e : end.visible) {
                publish_or_drop(e->target(), refused);
            }
        });
        tables_.conclude(end);
        if (refused) {
            std::rethrow_exception(refused);
        }
    }

    void abandon(const std::string& name)
    {
        const std::optional<ledger::ending> end = tables_.end_by_abandon(name);
        if (!end) {
            return; // was never opened, or has ended
        }
        sqlite_table& target = end->subject->target();
        std::exception_ptr refused;
        const std::string message = "the table '" + name + "' could not be given up" + in_file();
        try {
            in_transaction(message, [&] {
                if (target.definition().is_staged()) {
                    target.schema().drop_staging(message);
                }
                set_state(target, "abandoned");
                for (const ledger::entry* e : end->visible) {
                    publish_or_drop(e->target(), refused);
                }
            });
        } catch (...) {
            tables_.remove(*end->subject);
            throw;
        }
        tables_.conclude(*end);
        if (refused) {
            std::rethrow_exception(refused);
        }
    }

    void publish(sqlite_table& t)
    {
        set_state(t, "done");
        if (t.definition().is_staged()) {
            t.schema().publish();
        }
    }

    /// Publishes a table. If SQLite refuses its rows they are dropped, and the other tables unaffected. A failure that
    /// has ended the whole transaction, as of a disk that is full, is no refusal.
    void publish_or_drop(sqlite_table& t, std::exception_ptr& refused)
    {
        const std::string message = "the table '" + t.definition().name + "' could not be completed" + in_file();
        db_->execute("SAVEPOINT one_table", message);
        try {
            publish(t);
        } catch (const sqlite_error& e) {
            if (!db_->is_in_transaction()) {
                throw;
            }
            db_->execute("ROLLBACK TO one_table", message);
            t.schema().drop_staging(message);
            set_state(t, "failed");
            error copy(e);
            error_context context;
            context.resource = t.definition().name;
            copy.add(context);
            if (e.is_constraint()) {
                copy.set_hint(
                    "The table has a primary key or another constraint that the new rows break, and keeps its "
                    "old rows: use the write disposition merge, or drop the table");
            }
            refused = std::make_exception_ptr(std::move(copy));
        }
        db_->execute("RELEASE one_table", message);
    }

    // ---- progress ----

    void set_state(sqlite_table& t, std::string_view state)
    {
        const std::string message = "the progress could not be stored" + in_file();
        const auto update = db_->prepare("UPDATE _corest_progress SET state = ?1, finished_at = "
                                         "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE resource = ?2 AND run_id = ?3",
            message);
        db_->bind(update, state, t.definition().name, run_id_);
        db_->step(update, message);
        if (state != "abandoned") {
            need_own_progress(t);
        }
    }

    /// After an update of the progress: were rows of two runs collected in one table, both would be wrong.
    void need_own_progress(const sqlite_table& t) const
    {
        if (t.definition().is_staged() && sqlite3_changes(db_->get()) == 0) {
            throw error(errc::destination_failed,
                "another run has begun to load the table '" + t.definition().name + "'" + in_file(),
                "Let only one run at a time load a table");
        }
    }

    std::string file_;
    std::chrono::milliseconds busy_timeout_;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<sqlite_connection> db_;
    std::string run_id_;
    sqlite_statement count_pages_;
    ledger tables_{"SQLite does not tell apart"};
};

} // namespace corest::detail

#pragma once

// What the thread of an SQLite destination does: transactions, and which tables of the run are open.

#include <corest/destination/column_map.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/worker.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_table.ipp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <memory>
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
        const auto is_write = [](const table_work* w) { return w->what == table_work::action::write; };
        for (auto next = waiting.begin(); next != waiting.end();) {
            const auto end_of_writes = std::find_if_not(next, waiting.end(), is_write);
            if (next != end_of_writes) {
                write_together({next, end_of_writes});
                next = end_of_writes;
                continue;
            }
            table_work& work = **next++;
            attempt(work, [&] {
                switch (work.what) {
                case table_work::action::open:
                    open(work.about);
                    break;
                case table_work::action::close:
                    close(work.about.name);
                    break;
                case table_work::action::abandon:
                    abandon(work.about.name);
                    break;
                case table_work::action::write:
                    break;
                }
            });
        }
    }

    void stop() noexcept override { stopping_ = true; }

private:
    /// A table of the run.
    class entry {
    public:
        entry(sqlite_connection& db, const table& about) : target(db, about) {}
        sqlite_table target;
        bool complete = false; ///< closed, and waiting for the run's other tables to become visible with them
    };

    // ---- transactions ----

    template <class Function>
    void in_transaction(const std::string& doing, Function&& function)
    {
        db_->execute("BEGIN IMMEDIATE", doing);
        try {
            function();
            db_->execute("COMMIT", doing);
        } catch (...) {
            // Some errors, as a full disk, have ended the transaction already.
            if (sqlite3_get_autocommit(db_->get()) == 0) {
                sqlite3_exec(db_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
            }
            for (auto& known : tables_) {
                known.second->target.forget();
            }
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
            const std::string doing = "the rows could not be stored in '" + file_ + "'";
            need_connection();
            in_transaction(doing, [&] {
                for (table_work* w : works) {
                    attempt(*w, [&] {
                        count_progress(*w, works);
                        opened(w->about.name).target.write(*w->values);
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
                    attempt(*w, [] { throw; });
                }
            }
        }
    }

    /// Adds what a transaction brings a table to the table's progress, before the first page of it is written.
    void count_progress(const table_work& work, const std::vector<table_work*>& works)
    {
        const sqlite_table& target = opened(work.about.name).target;
        const std::string& name = work.about.name;
        sqlite3_int64 pages = 0;
        sqlite3_int64 rows = 0;
        for (const table_work* w : works) {
            if (w->about.name == name) {
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

    [[nodiscard]] entry& opened(const std::string& name)
    {
        const auto found = tables_.find(name);
        if (found == tables_.end() || found->second->complete) {
            throw error(errc::invalid_argument, "the table '" + name + "' is not open");
        }
        return *found->second;
    }

    void need_connection()
    {
        if (db_) {
            return;
        }
        auto db = std::make_unique<sqlite_connection>(file_, busy_timeout_, stopping_);
        const std::string doing = "the tables '_corest_...' could not be made" + in_file();
        db->execute("CREATE TABLE IF NOT EXISTS _corest_progress("
                    "resource TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, run_id TEXT NOT NULL, pages INTEGER NOT NULL, "
                    "rows INTEGER NOT NULL, state TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT)",
            doing);
        db->execute("CREATE TABLE IF NOT EXISTS _corest_columns("
                    "resource TEXT NOT NULL COLLATE NOCASE, origin TEXT NOT NULL, name TEXT NOT NULL, "
                    "column_name TEXT NOT NULL, PRIMARY KEY(resource, origin, name))",
            doing);
        count_pages_ = db->prepare(
            "UPDATE _corest_progress SET pages = pages + ?1, rows = rows + ?2 WHERE resource = ?3 AND run_id = ?4",
            doing);
        run_id_ = random_id();
        db_ = std::move(db);
    }

    [[nodiscard]] static std::string random_id()
    {
        std::random_device random;
        std::string id;
        for (int i = 0; i < 32; ++i) {
            id += "0123456789abcdef"[random() % 16];
        }
        return id;
    }

    void check(const table& about) const
    {
        const std::string folded = fold_case(about.name);
        if (about.name.empty() || about.name.find('\0') != std::string::npos) {
            throw error(errc::invalid_argument, "a table needs a name, and one without NUL characters");
        }
        if (folded.starts_with("sqlite_") || folded.starts_with("_corest")) {
            throw error(errc::destination_failed,
                "no table can be called '" + about.name
                    + "': names that begin with 'sqlite_' or '_corest' are reserved",
                "Give the resource another name");
        }
        if (about.disposition == write_disposition::merge && about.primary_key.empty()) {
            throw error(errc::invalid_argument, "the table '" + about.name + "' cannot be merged without a primary key",
                "Name its primary_key, or use append or replace");
        }
        for (const auto& [name, known] : tables_) {
            if (name == about.name && !known->complete) {
                throw error(errc::invalid_argument, "the table '" + name + "' is open already");
            }
            if (name != about.name && fold_case(name) == folded) {
                throw error(errc::destination_failed,
                    "the tables '" + name + "' and '" + about.name
                        + "' differ only in upper and lower case, which SQLite does not tell apart",
                    "Give one of the resources another name");
            }
        }
    }

    void open(const table& about)
    {
        check(about);
        need_connection();
        auto opening = std::make_unique<entry>(*db_, about);
        in_transaction("the table '" + about.name + "' could not be opened" + in_file(), [&] {
            if (const auto before = tables_.find(about.name); before != tables_.end()) {
                publish(before->second->target); // still waits for others
            }
            opening->target.open();
            const std::string doing = "the progress could not be stored" + in_file();
            const auto begin = db_->prepare("INSERT OR REPLACE INTO _corest_progress VALUES(?1, ?2, 0, 0, 'loading', "
                                            "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NULL)",
                doing);
            db_->bind(begin, about.name, run_id_);
            db_->step(begin, doing);
        });
        tables_[about.name] = std::move(opening);
    }

    void close(const std::string& name)
    {
        entry& closing = opened(name);
        const bool last = is_last(name);
        const bool waits = closing.target.about().disposition == write_disposition::append && !last;
        std::exception_ptr refused;
        in_transaction("the table '" + name + "' could not be completed" + in_file(), [&] {
            if (waits) {
                set_state(closing.target, "staged");
            } else {
                publish_or_drop(closing.target, refused);
            }
            if (last) {
                publish_complete(refused);
            }
        });
        closing.complete = waits;
        forget_ended(waits ? std::string() : name, last);
        if (refused) {
            std::rethrow_exception(refused);
        }
    }

    void abandon(const std::string& name)
    {
        const auto found = tables_.find(name);
        if (found == tables_.end() || found->second->complete) {
            return; // was never opened, or has ended
        }
        const bool last = is_last(name);
        std::exception_ptr refused;
        const std::string doing = "the table '" + name + "' could not be given up" + in_file();
        try {
            in_transaction(doing, [&] {
                if (found->second->target.staged()) {
                    found->second->target.drop_staging(doing);
                }
                set_state(found->second->target, "abandoned");
                if (last) {
                    publish_complete(refused);
                }
            });
        } catch (...) {
            forget_ended(name, false);
            throw;
        }
        forget_ended(name, last);
        if (refused) {
            std::rethrow_exception(refused);
        }
    }

    /// Whether no other table is open.
    [[nodiscard]] bool is_last(const std::string& name) const
    {
        return std::all_of(tables_.begin(), tables_.end(),
            [&](const auto& known) { return known.first == name || known.second->complete; });
    }

    void forget_ended(const std::string& name, bool complete_ones)
    {
        for (auto known = tables_.begin(); known != tables_.end();) {
            const bool ended = known->first == name || (complete_ones && known->second->complete);
            known = ended ? tables_.erase(known) : std::next(known);
        }
    }

    void publish_complete(std::exception_ptr& refused)
    {
        for (auto& known : tables_) {
            if (known.second->complete) {
                publish_or_drop(known.second->target, refused);
            }
        }
    }

    void publish(sqlite_table& t)
    {
        set_state(t, "done");
        if (t.staged()) {
            t.publish();
        }
    }

    /// Publishes a table. If a constraint of the table refuses its rows they are dropped, and the other tables
    /// unaffected.
    void publish_or_drop(sqlite_table& t, std::exception_ptr& refused)
    {
        const std::string doing = "the table '" + t.about().name + "' could not be completed" + in_file();
        db_->execute("SAVEPOINT one_table", doing);
        try {
            publish(t);
        } catch (const sqlite_error& e) {
            if (e.primary() != SQLITE_CONSTRAINT) {
                throw;
            }
            db_->execute("ROLLBACK TO one_table", doing);
            t.drop_staging(doing);
            set_state(t, "failed");
            error copy(e);
            error_context where;
            where.resource = t.about().name;
            copy.add(where);
            copy.set_hint(
                "The table has a primary key or another constraint that the new rows break, and keeps its old "
                "rows: use the write disposition merge, or drop the table");
            refused = std::make_exception_ptr(std::move(copy));
        }
        db_->execute("RELEASE one_table", doing);
    }

    // ---- progress ----

    void set_state(sqlite_table& t, std::string_view state)
    {
        const std::string doing = "the progress could not be stored" + in_file();
        const auto update = db_->prepare("UPDATE _corest_progress SET state = ?1, finished_at = "
                                         "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE resource = ?2 AND run_id = ?3",
            doing);
        db_->bind(update, state, t.about().name, run_id_);
        db_->step(update, doing);
        if (state != "abandoned") {
            need_own_progress(t);
        }
    }

    /// After an update of the progress: were rows of two runs collected in one table, both would be wrong.
    void need_own_progress(const sqlite_table& t) const
    {
        if (t.staged() && sqlite3_changes(db_->get()) == 0) {
            throw error(errc::destination_failed,
                "another run has begun to load the table '" + t.about().name + "'" + in_file(),
                "Let only one run at a time load a table");
        }
    }

    std::string file_;
    std::chrono::milliseconds busy_timeout_;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<sqlite_connection> db_;
    std::string run_id_;
    sqlite_statement count_pages_;
    std::map<std::string, std::unique_ptr<entry>> tables_;
};

} // namespace corest::detail

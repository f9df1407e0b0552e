#pragma once

// What the thread of an SQLite destination does: transactions, and which tables of the run are open.

#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/destination/worker.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/run_lock.ipp>
#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_progress.ipp>
#include <corest/destination/impl/sqlite_table.ipp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

class sqlite_store final : public resumable_store {
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
                case table_work::operation::call:
                    work.call(*this);
                    break;
                case table_work::operation::write:
                    break;
                }
            });
        }
    }

    void stop() noexcept override { stopping_ = true; }

    // ---- runs, as the concept `resumable_destination` says ----

    [[nodiscard]] stored_run begin(const run_identity& run) override
    {
        if (is_running()) {
            throw error(errc::invalid_argument, "a run has begun already" + in_file(), "Finish it first");
        }
        run_lock lock = make_lock(run);
        need_connection();
        stored_run begun;
        try {
            in_transaction("the run could not begin" + in_file(), [&] { begun = progress_->begin(run, random_id()); });
        } catch (...) {
            progress_->end();
            throw;
        }
        lock_ = std::move(lock);
        return begun;
    }

    void finish(bool whole) override
    {
        if (!is_running()) {
            return; // its begin has failed, or was given up
        }
        try {
            in_transaction("the run could not be completed" + in_file(), [&] {
                if (!whole) {
                    progress_->interrupt();
                    return;
                }
                for (const auto& [complete, blank] : progress_->complete_tables()) {
                    publish_complete(complete, blank);
                }
                progress_->conclude();
            });
        } catch (...) {
            end_run();
            throw;
        }
        end_run();
    }

    [[nodiscard]] std::optional<std::string> cursor(
        const std::string& resource, const std::string& field, const std::string& partition) override
    {
        need_run();
        return progress_->cursor(resource, field, partition);
    }

    [[nodiscard]] std::vector<walk_digest> seen(
        const std::string& resource, const std::optional<walk_digest>& after) override
    {
        need_run();
        return progress_->seen(resource, after);
    }

    [[nodiscard]] destination_state read_state() override
    {
        if (db_) {
            return progress_->read();
        }
        std::error_code failure;
        if (!is_file() || !std::filesystem::exists(file_, failure)) {
            return {};
        }
        sqlite_connection db(file_, busy_timeout_, stopping_, sqlite_connection::access::read);
        return sqlite_progress::has_tables(db) ? sqlite_progress(db).read() : destination_state();
    }

    void reset(const std::optional<std::string>& resource) override
    {
        std::error_code failure;
        if (!db_ && (!is_file() || !std::filesystem::exists(file_, failure))) {
            return;
        }
        if (is_running()) {
            throw error(errc::invalid_argument, "a run goes on" + in_file(), "Finish it first");
        }
        run_identity who("nothing: its state is being reset", {});
        const run_lock lock = make_lock(who);
        need_connection();
        in_transaction("the state could not be reset" + in_file(), [&] { progress_->reset(resource); });
    }

private:
    using ledger = table_ledger<sqlite_table>;
    static constexpr const char* case_rule = "SQLite does not tell apart";

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
            progress_->forget();
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
                    store_error::attempt(*w, [&] { write(*w, works); });
                    if (w->failure) {
                        at_fault = true;
                        std::rethrow_exception(w->failure);
                    }
                }
                if (is_running()) {
                    progress_->flush();
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

    /// Stores a page, and what it means for the run.
    void write(const table_work& work, const std::vector<table_work*>& works)
    {
        if (!work.progress) {
            count_progress(work, works);
            tables_.open_entry(work.target.name).target().write(*work.values);
            return;
        }
        need_run();
        sqlite_table* const target =
            work.target.name.empty() ? nullptr : &tables_.open_entry(work.target.name).target();
        progress_->prepare(*work.progress, target == nullptr ? nullptr : &target->schema());
        std::size_t appended = 0;
        if (target != nullptr && work.values) {
            target->write(*work.values);
            const bool is_unkeyed = target->definition().is_staged() && !target->definition().is_keyed();
            appended = is_unkeyed ? work.rows.size() : 0;
        }
        progress_->record(*work.progress, appended);
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
        sqlite_progress::make_tables(*db);
        count_pages_ = db->prepare(
            "UPDATE _corest_progress SET pages = pages + ?1, rows = rows + ?2 WHERE resource = ?3 AND run_id = ?4",
            message);
        run_id_ = random_id();
        progress_ = std::make_unique<sqlite_progress>(*db);
        db_ = std::move(db);
    }

    // ---- the run ----

    [[nodiscard]] bool is_running() const noexcept { return progress_ && progress_->is_running(); }

    void need_run() const
    {
        if (!is_running()) {
            throw error(errc::invalid_argument, "no run has begun" + in_file(), "Call begin first");
        }
    }

    void end_run()
    {
        tables_ = ledger(case_rule); // none should be open
        progress_->end();
        lock_ = run_lock();
    }

    /// Whether other processes can load into it.
    [[nodiscard]] bool is_file() const noexcept { return !file_.empty() && file_ != ":memory:"; }

    [[nodiscard]] run_lock make_lock(const run_identity& run) const
    {
        if (!is_file()) {
            return {};
        }
        // One lock, by whatever name the file goes.
        std::error_code failure;
        const std::filesystem::path real = std::filesystem::weakly_canonical(file_, failure);
        const std::string path = failure ? file_ : real.string();
        return run_lock(path + ".corest-lock", "the database '" + file_ + "'", run);
    }

    void publish_complete(const table& complete, bool blank)
    {
        try {
            sqlite_schema schema(*db_, complete);
            schema.set_blank(blank);
            schema.publish();
        } catch (const sqlite_error& e) {
            error copy(e);
            error_context context;
            context.resource = complete.resource_name();
            copy.add(context);
            if (e.is_constraint()) {
                copy.set_hint("The table '" + complete.name
                    + "' has a primary key or another constraint that the new rows break: drop that, or the table, and "
                      "run it again, which will read nothing anew");
            }
            throw copy;
        }
    }

    void open_in_run(const table& t)
    {
        auto opening = std::make_unique<sqlite_table>(*db_, t);
        in_transaction("the table '" + t.name + "' could not be opened" + in_file(), [&] {
            const sqlite_progress::kept_table kept = progress_->open(t);
            opening->schema().open(kept.is_known);
            if (kept.is_known) {
                opening->schema().set_blank(kept.is_blank);
            }
            progress_->opened(t, opening->schema().is_blank());
        });
        tables_.add(t, std::move(opening));
    }

    void close_in_run(const std::string& name)
    {
        const ledger::entry& closing = tables_.open_entry(name);
        const table& t = closing.definition();
        const bool is_published = t.disposition != write_disposition::append;
        try {
            in_transaction("the table '" + name + "' could not be completed" + in_file(), [&] {
                if (t.disposition == write_disposition::replace) {
                    closing.target().schema().publish();
                }
                progress_->close(t.resource_name(), is_published);
            });
        } catch (...) {
            tables_.remove(closing);
            throw;
        }
        tables_.remove(closing);
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
        if (is_running()) {
            open_in_run(t);
            return;
        }
        auto opening = std::make_unique<sqlite_table>(*db_, t);
        in_transaction("the table '" + t.name + "' could not be opened" + in_file(), [&] {
            progress_->drop_others(t.name);
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
        if (is_running()) {
            close_in_run(name);
            return;
        }
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
        if (is_running()) { // what is collected stays, for who goes on with the run
            tables_.remove(*end->subject);
            return;
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
    run_lock lock_; ///< while a run goes on; let go of when the connection is closed
    std::unique_ptr<sqlite_connection> db_;
    std::unique_ptr<sqlite_progress> progress_; ///< where there is a connection
    std::string run_id_;
    sqlite_statement count_pages_;
    ledger tables_{case_rule};
};

} // namespace corest::detail

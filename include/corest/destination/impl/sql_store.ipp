#pragma once

// What the thread of an SQL destination does: transactions, and which tables of the run are open.

#include <corest/destination/row_values.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/destination/worker.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include <corest/destination/impl/random_id.ipp>
#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>
#include <corest/destination/impl/sql_names.ipp>
#include <corest/destination/impl/sql_nested_tables.ipp>
#include <corest/destination/impl/sql_progress.ipp>
#include <corest/destination/impl/sql_staged_rows.ipp>
#include <corest/destination/impl/sql_table.ipp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace corest::detail::sql {

/// A row that the database does not take.
class refused_row {
public:
    refused_row(std::size_t its_index, std::string its_field, bool is_a_repetition = false)
        : index(its_index),
          field(std::move(its_field)),
          is_repeated(is_a_repetition)
    {
    }
    std::size_t index; ///< in its page
    std::string field; ///< whose value is why; empty where that is not known
    bool is_repeated;  ///< another row has the same value in the field, which is declared unique
};

/// How rows get into one table: the bulk path of a database. Everything here happens inside a transaction of the
/// store's.
class table_writer : public polymorphic {
public:
    /// Takes the rows of a page, and has the table grow where they bring new fields. They are in the database after it,
    /// or after `flush`.
    /// \param walk whose page it is; 0 without a run
    /// \throws error (field_missing, destination_failed), saying which record
    virtual void write(const row_values& rows, std::uint64_t walk) = 0;
    /// Before the transaction ends: all rows are in the database.
    virtual void flush() {}
    /// After a rollback: rows that were not flushed do not count.
    virtual void forget() noexcept {}
    /// Which of a page's records the database does not take, each stored by itself; for writers that store many at
    /// once. What is stored for that is rolled back.
    [[nodiscard]] virtual std::optional<refused_row> find_refused(const row_values& /*rows*/) { return std::nullopt; }
};

/// A table of the run: what is known of it, and its bulk path.
class open_table {
public:
    open_table(database& db, table definition) : stored(db, std::move(definition)) {}
    open_table(const open_table&) = delete; // the writer refers to the table
    open_table& operator=(const open_table&) = delete;
    ~open_table() = default;

    [[nodiscard]] const table& definition() const noexcept { return stored.definition(); }

    stored_table stored;
    std::unique_ptr<table_writer> writer;
};

/// Held while a run has the destination.
class run_guard : public polymorphic {};

/// A database derives from this class, and says how to connect, to lock and to write rows.
class store : public resumable_store {
public:
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

    void interrupt() noexcept override { interrupted_ = true; }
    void end_interrupt() noexcept override { interrupted_ = false; }

    // ---- runs, as the concept `resumable_destination` says ----

    [[nodiscard]] stored_run begin(const run_identity& run) override
    {
        if (is_running()) {
            throw error(errc::invalid_argument, "a run has begun already" + in_name(), "Finish it first");
        }
        drop_lost_connection();
        std::unique_ptr<run_guard> guard = lock(run);
        need_connection();
        stored_run begun;
        try {
            in_transaction("the run could not begin" + in_name(), [&] {
                begun = progress_->begin(run, random_id(32));
                for (stored_resource& known : begun.resources) {
                    known.nested_in = nested_->root_of(known.name);
                }
            });
        } catch (...) {
            progress_->end();
            throw;
        }
        guard_ = std::move(guard);
        return begun;
    }

    void finish(bool whole) override
    {
        if (!is_running()) {
            return; // its begin has failed, or was given up
        }
        try {
            in_transaction("the run could not be completed" + in_name(), [&] {
                if (!whole) {
                    return; // the run stays as it is, for another process
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
        drop_lost_connection();
        if (db_) {
            return progress_->read();
        }
        const std::unique_ptr<database> db = connect_to_read();
        return db && progress::has_tables(*db) ? progress(*db, make_staged_rows(*db)).read() : destination_state();
    }

    void reset(const std::optional<std::string>& resource) override
    {
        if (is_running()) {
            throw error(errc::invalid_argument, "a run goes on" + in_name(), "Finish it first");
        }
        drop_lost_connection();
        if (!db_ && !connect_to_read()) {
            return;
        }
        const std::unique_ptr<run_guard> guard = lock(run_identity("nothing: its state is being reset", {}));
        need_connection();
        in_transaction("the state could not be reset" + in_name(), [&] { progress_->reset(resource); });
    }

    [[nodiscard]] table_count count(const table& t) override
    {
        table_count found;
        need_connection();
        in_transaction("the rows of the table '" + t.name + "' could not be counted" + in_name(), [&] {
            if (db_->has_table(t.name)) {
                found = stored_table(*db_, t).count();
            }
        });
        return found;
    }

protected:
    /// \param d outlives the store
    explicit store(const dialect& d) : dialect_(d) {}
    /// Set while everything is to be given up.
    [[nodiscard]] const std::atomic<bool>& interrupted() const noexcept { return interrupted_; }
    /// The connection; null where there is none yet.
    [[nodiscard]] database* connected() const noexcept { return db_.get(); }

    // ---- what a database adds ----

    /// For messages, in quotes: as `database::name`, before there is a connection.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::unique_ptr<database> connect() = 0;
    /// A connection to look at what is there; null where nothing has been stored.
    [[nodiscard]] virtual std::unique_ptr<database> connect_to_read() = 0;
    /// Takes the destination for a run; null where nobody else can load into it.
    /// \throws error (destination_failed) naming the holder, where there is another one
    [[nodiscard]] virtual std::unique_ptr<run_guard> lock(const run_identity& run) = 0;
    [[nodiscard]] virtual std::unique_ptr<table_writer> make_writer(database& db, stored_table& target) = 0;
    [[nodiscard]] virtual std::unique_ptr<staged_rows> make_staged_rows(database& db)
    {
        return std::make_unique<staged_rows>(db);
    }

private:
    using ledger = table_ledger<open_table>;

    // ---- transactions ----

    /// Does something in a transaction: again, where another one was in the way or the connection was lost.
    template <class Function>
    void in_transaction(const std::string& message, Function&& function)
    {
        constexpr int most_attempts = 8;
        for (int attempt = 1;; ++attempt) {
            bool is_committing = false;
            if (interrupted_) {
                throw refusal(refusal::reason::other, message, {}, "it was interrupted");
            }
            try {
                tables_.for_each([](const ledger::entry& known) { known.target().stored.forget_changes(); });
                db_->begin(message);
                function();
                is_committing = true;
                db_->commit(message);
                tell_changes();
                return;
            } catch (const refusal& e) {
                undo();
                if (!e.may_pass() || attempt == most_attempts || interrupted_) {
                    throw;
                }
                if (e.why() == refusal::reason::lost) {
                    db_->reconnect(message);
                    if (is_committing && db_->was_committed()) {
                        tell_changes();
                        return;
                    }
                } else if (e.why() == refusal::reason::conflict) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(attempt * attempt * 2));
                }
            } catch (...) {
                undo();
                throw;
            }
        }
    }

    /// After a transaction: what has become of tables is told.
    void tell_changes() const
    {
        tables_.for_each([](const ledger::entry& known) { known.target().stored.tell_changes(); });
    }

    /// Ends a transaction that failed, and forgets what it had changed.
    void undo() noexcept
    {
        // Some errors, as a full disk, have ended the transaction already.
        if (db_->is_in_transaction()) {
            db_->roll_back();
        }
        tables_.for_each([](const ledger::entry& known) {
            known.target().stored.forget();
            known.target().writer->forget();
        });
        progress_->forget();
    }

    [[nodiscard]] std::string in_name() const { return " in " + name(); }

    // ---- rows ----

    /// One transaction for all pages. If one of several is at fault, one for each, so that only that page fails.
    void write_together(const std::vector<table_work*>& works)
    {
        bool at_fault = false;
        try {
            need_connection();
            in_transaction("the rows could not be stored" + in_name(), [&] {
                at_fault = false;
                for (table_work* w : works) {
                    write_one(*w, works, at_fault);
                }
                flush(at_fault);
            });
        } catch (...) {
            for (table_work* w : works) {
                if (at_fault && works.size() > 1) {
                    w->failure = nullptr;
                    write_together({w});
                } else if (!w->failure) {
                    store_error::attempt(*w, [&] { explain(*w, at_fault); });
                }
            }
        }
    }

    /// Stores a page. What it fails with is kept with it, unless trying again may help.
    void write_one(table_work& work, const std::vector<table_work*>& works, bool& at_fault)
    {
        try {
            write(work, works);
        } catch (const std::exception& failure) {
            const auto* const refused = dynamic_cast<const refusal*>(&failure);
            if (refused != nullptr && refused->may_pass()) {
                throw;
            }
            at_fault = true;
            store_error::attempt(work, [] { throw; });
            std::rethrow_exception(work.failure);
        }
    }

    /// Throws why a page could not be stored: the exception that is being handled, said of the record that is why,
    /// where the database does not take one.
    /// \param at_fault it was the page's rows that could not go into the database
    void explain(const table_work& work, bool at_fault)
    {
        const ledger::entry* const target = tables_.find_open(work.target.name);
        std::optional<refused_row> found;
        if (at_fault && target != nullptr && work.values) {
            try {
                throw;
            } catch (const refusal& e) {
                if (e.is_of_rows()) {
                    explain_nested(work, e);
                    found = find_refused(target->target(), *work.values);
                }
                if (found) {
                    const std::string name = in_quotes(found->field);
                    const std::string field = found->field.empty() ? ""
                        : found->is_repeated ? "the field " + name + " is unique, and another row has the same value: "
                                             : "the field " + name + ": ";
                    const std::string hint = found->is_repeated
                        ? "Remove 'unique' of " + name + " in columns, or make it the primary_key of a merge"
                        : e.hint();
                    throw store_error::in_record(found->index, error(e.kind(), field + e.message(), hint, e.context()));
                }
            } catch (...) {
            }
        }
        throw;
    }

    /// Throws why a page could not be stored, where one of the rows that are nested in its rows is why.
    void explain_nested(const table_work& work, const refusal& e)
    {
        for (const table_work& below : work.nested) {
            const ledger::entry* const target = tables_.find_open(below.target.name);
            if (target == nullptr || target->target().stored.is_refused()) {
                continue;
            }
            if (const auto found = find_refused(target->target(), *below.values)) {
                const std::string field = found->field.empty() ? "" : "the field " + in_quotes(found->field) + ": ";
                throw store_error::in_page(below.target.name, below.rows,
                    store_error::in_record(found->index, error(e.kind(), field + e.message(), e.hint(), e.context())));
            }
        }
    }

    /// The record that the database does not take; none where it takes each alone.
    [[nodiscard]] std::optional<refused_row> find_refused(open_table& target, const row_values& rows)
    {
        std::optional<refused_row> found;
        try {
            const std::string message = "the rows could not be looked through" + in_name();
            db_->begin(message);
            found = target.writer->find_refused(rows);
        } catch (const error&) {
            // It is not known which one it is, then.
        }
        undo();
        return found;
    }

    /// Has all rows and progress go into the database. \param at_fault set where one of the pages is why they cannot
    void flush(bool& at_fault)
    {
        try {
            tables_.for_each([](const ledger::entry& known) {
                known.target().writer->flush();
                known.target().stored.keep_found();
            });
            if (is_running()) {
                progress_->flush();
            }
            db_->finish_posted();
        } catch (const refusal& e) {
            at_fault = e.is_of_rows();
            throw;
        } catch (...) {
            at_fault = true;
            throw;
        }
    }

    /// Stores a page, and what it means for the run.
    void write(const table_work& work, const std::vector<table_work*>& works)
    {
        if (!work.progress) {
            count_progress(work, works);
            tables_.open_entry(work.target.name).target().writer->write(*work.values, 0);
            return;
        }
        need_run();
        open_table* const target = work.target.name.empty() ? nullptr : &tables_.open_entry(work.target.name).target();
        progress_->prepare(*work.progress, target == nullptr ? nullptr : &target->stored);
        std::size_t appended = 0;
        write_nested(work);
        if (target != nullptr && work.values) { // the last ones: who numbers rows asks for the number of the last one
            target->writer->write(*work.values, work.progress->walk);
            const bool is_unkeyed = target->definition().is_staged() && !target->definition().is_keyed();
            appended = is_unkeyed ? work.rows.size() : 0;
        }
        progress_->record(*work.progress, appended);
    }

    /// Stores the rows that are nested in those of a page.
    void write_nested(const table_work& work)
    {
        for (const table_work& below : work.nested) {
            const ledger::entry& known = tables_.open_entry(below.target.name);
            if (below.values->size() == 0 || known.target().stored.is_refused()) {
                continue;
            }
            try {
                known.target().writer->write(*below.values, work.progress->walk);
            } catch (const refusal& failure) {
                if (failure.may_pass()) {
                    throw;
                }
                throw store_error::in_page(below.target.name, below.rows, failure);
            } catch (const error& failure) {
                throw store_error::in_page(below.target.name, below.rows, failure);
            }
            progress_->count_nested(below.target.name, below.values->size());
        }
    }

    /// Adds what a transaction brings a table to the table's progress, before the first page of it is written.
    void count_progress(const table_work& work, const std::vector<table_work*>& works)
    {
        const open_table& target = tables_.open_entry(work.target.name).target();
        const std::string& name = work.target.name;
        std::int64_t pages = 0;
        std::int64_t rows = 0;
        for (const table_work* w : works) {
            if (w->target.name == name) {
                if (pages == 0 && w != &work) {
                    return; // was done for that page
                }
                ++pages;
                rows += static_cast<std::int64_t>(w->rows.size());
            }
        }
        need_own_progress(target, count_pages_->run(pages, rows, name, run_id_));
    }

    // ---- tables ----

    void need_connection()
    {
        if (db_) {
            return;
        }
        std::unique_ptr<database> db = connect();
        const std::string message = "the tables '_corest_...' could not be made" + in_name();
        auto known = std::make_unique<progress>(*db, make_staged_rows(*db));
        auto nested = std::make_unique<nested_tables>(*db);
        db->make_tables([&] {
            const std::string collation = db->dialect().name_collation;
            db->execute("CREATE TABLE IF NOT EXISTS _corest_progress(resource TEXT PRIMARY KEY NOT NULL" + collation
                    + ", run_id TEXT NOT NULL, pages BIGINT NOT NULL, rows BIGINT NOT NULL, state TEXT NOT NULL, "
                      "started_at TEXT NOT NULL, finished_at TEXT)",
                message);
            db->execute("CREATE TABLE IF NOT EXISTS _corest_columns(resource TEXT NOT NULL" + collation
                    + ", origin TEXT NOT NULL, name TEXT NOT NULL, column_name TEXT NOT NULL, "
                      "PRIMARY KEY(resource, origin, name))",
                message);
            known->make_tables();
            nested->make_table();
        });
        count_pages_.emplace(*db,
            "UPDATE _corest_progress SET pages = pages + ?1, rows = rows + ?2 WHERE resource = ?3 AND run_id = ?4",
            "the progress could not be stored" + in_name());
        run_id_ = random_id(32);
        progress_ = std::move(known);
        nested_ = std::move(nested);
        db_ = std::move(db);
    }

    /// Lets go of a connection that has ended, as by an interrupt, where no run goes on that would go on with it.
    void drop_lost_connection()
    {
        if (db_ && !is_running() && db_->is_lost()) {
            tables_ = ledger(dialect_.case_blind);
            count_pages_.reset();
            progress_.reset();
            nested_.reset();
            db_.reset();
        }
    }

    // ---- the run ----

    [[nodiscard]] bool is_running() const noexcept { return progress_ && progress_->is_running(); }

    void need_run() const
    {
        if (!is_running()) {
            throw error(errc::invalid_argument, "no run has begun" + in_name(), "Call begin first");
        }
    }

    void end_run()
    {
        tables_ = ledger(dialect_.case_blind); // none should be open
        progress_->end();
        guard_.reset();
    }

    void publish_complete(const table& complete, bool blank)
    {
        try {
            stored_table target(*db_, complete);
            target.set_blank(blank);
            publish_family(target);
        } catch (const refusal& e) {
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

    /// Makes the collected rows of a table visible, and those that are nested in them.
    void publish_family(stored_table& root)
    {
        const std::string message = "the rows that are nested in the table '" + root.definition().name
            + "' could not be moved in " + db_->name();
        std::vector<std::unique_ptr<stored_table>> made; // those that are not open
        std::map<std::string, stored_table*> family = {{root.definition().name, &root}};
        std::vector<std::pair<stored_table*, stored_table*>> nested; // each with its parent, behind that
        for (const table& t : nested_->of(root.definition())) {
            const auto parent = family.find(t.parent_table);
            if (parent == family.end() || !db_->has_table(t.name)) {
                continue; // somebody has dropped it
            }
            const ledger::entry* const known = tables_.find_open(t.name);
            stored_table* child = known == nullptr ? nullptr : &known->target().stored;
            if (child == nullptr) {
                made.push_back(std::make_unique<stored_table>(*db_, t));
                child = made.back().get();
                child->set_blank(progress_->is_blank(t.name));
            }
            nested.emplace_back(child, parent->second);
            family[t.name] = child;
        }
        for (const auto& [child, parent] : nested) {
            child->drop_orphans(*parent, message);
        }
        if (root.definition().disposition == write_disposition::merge) {
            for (const std::string& replaced : root.ids_of_replaced()) {
                delete_nested(root, replaced, nested, message);
            }
        }
        root.publish();
        for (const auto& [child, parent] : nested) {
            child->publish();
        }
    }

    /// Deletes the visible rows that are in some of a table's, those below them first.
    /// \param ids of the table's rows: a query in SQL
    void delete_nested(const stored_table& of, const std::string& ids,
        const std::vector<std::pair<stored_table*, stored_table*>>& nested, const std::string& message)
    {
        for (const auto& [child, parent] : nested) {
            if (parent != &of) {
                continue;
            }
            if (const std::string below = child->ids_of_nested(ids); !below.empty()) {
                delete_nested(*child, below, nested, message);
                child->delete_nested(below, message);
            }
        }
    }

    /// The tables of the run that are nested in one at the top come to an end with it.
    void remove_nested(const std::string& root)
    {
        std::vector<const ledger::entry*> ended;
        tables_.for_each([&](const ledger::entry& known) {
            if (known.definition().root_table == root) {
                ended.push_back(&known);
            }
        });
        for (const ledger::entry* const one : ended) {
            tables_.remove(*one);
        }
    }

    /// \throws error (destination_failed) where rows are nested in those that a merge would replace one by one
    void need_no_nested(const table& t)
    {
        if (t.disposition == write_disposition::merge && !t.merges_together() && !nested_->of(t).empty()) {
            throw error(errc::destination_failed,
                "the table '" + t.name + "' in " + db_->name()
                    + " has rows of other tables nested in its own, which a merge without max_table_nesting would "
                      "leave "
                      "behind",
                "Set max_table_nesting, or load once with the write disposition replace, or drop the tables");
        }
    }

    void open_in_run(const table& t)
    {
        std::unique_ptr<open_table> opening = make_table(t);
        in_transaction("the table '" + t.name + "' could not be opened" + in_name(), [&] {
            need_no_nested(t);
            const progress::kept_table kept = progress_->open(t);
            opening->stored.open(kept.is_known, kept.is_blank);
            if (kept.is_known) {
                opening->stored.set_blank(kept.is_blank);
            }
            progress_->opened(t, opening->stored.is_blank());
            if (t.is_nested() && !opening->stored.is_refused()) {
                nested_->add(t);
            }
        });
        opening->stored.tell_changes();
        tables_.add(t, std::move(opening));
    }

    /// What is collected stays, for who goes on with the run; but that rows are merged is not undone.
    void abandon_in_run(open_table& target)
    {
        const std::string message = "the table '" + target.definition().name + "' could not be given up" + in_name();
        if (!target.definition().is_staged() && target.stored.is_collected()) {
            in_transaction(message, [&] { target.stored.publish_so_far(); });
        }
        if (target.stored.is_new_with_demands()) {
            in_transaction(message, [&] { target.stored.drop_where_never_filled(message); });
        }
    }

    void close_in_run(const std::string& name)
    {
        const ledger::entry& closing = tables_.open_entry(name);
        const table& t = closing.definition();
        const bool is_published = t.disposition != write_disposition::append;
        try {
            in_transaction("the table '" + name + "' could not be completed" + in_name(), [&] {
                if (is_published && closing.target().stored.is_collected()) {
                    publish_family(closing.target().stored);
                }
                for (const std::string& resource : t.resource_names()) {
                    progress_->close(resource, is_published, t.disposition == write_disposition::replace);
                }
                for (const table& below : nested_->of(t)) {
                    progress_->close_nested(below.name, is_published);
                }
            });
        } catch (...) {
            remove_nested(name);
            tables_.remove(closing);
            throw;
        }
        remove_nested(name);
        tables_.remove(closing);
    }

    [[nodiscard]] std::unique_ptr<open_table> make_table(const table& t)
    {
        auto made = std::make_unique<open_table>(*db_, t);
        made->writer = make_writer(*db_, made->stored);
        return made;
    }

    void open(const table& t)
    {
        check_table_name(dialect_, t.name);
        tables_.check(t);
        need_connection();
        if (is_running()) {
            open_in_run(t);
            return;
        }
        if (t.is_nested()) {
            need_run();
        }
        std::unique_ptr<open_table> opening = make_table(t);
        in_transaction("the table '" + t.name + "' could not be opened" + in_name(), [&] {
            progress_->drop_others(t.name);
            if (const ledger::entry* const complete = tables_.complete_entry(t.name)) {
                publish(complete->target());
            }
            opening->stored.open();
            call(*db_,
                "INSERT INTO _corest_progress VALUES(?1, ?2, 0, 0, 'loading', ?3, NULL) ON CONFLICT(resource) DO "
                "UPDATE "
                "SET run_id = excluded.run_id, pages = 0, rows = 0, state = excluded.state, "
                "started_at = excluded.started_at, finished_at = NULL",
                "the progress could not be stored" + in_name())
                .run(t.name, run_id_, format_date_time(std::chrono::system_clock::now()));
        });
        opening->stored.tell_changes();
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
        in_transaction("the table '" + name + "' could not be completed" + in_name(), [&] {
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
        open_table& target = end->subject->target();
        if (is_running()) {
            remove_nested(name);
            try {
                abandon_in_run(target);
            } catch (...) {
                tables_.remove(*end->subject);
                throw;
            }
            tables_.remove(*end->subject);
            return;
        }
        std::exception_ptr refused;
        const std::string message = "the table '" + name + "' could not be given up" + in_name();
        try {
            in_transaction(message, [&] {
                if (target.definition().is_staged()) {
                    target.stored.drop_staging(message);
                } else if (target.stored.is_collected()) {
                    target.stored.publish();
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

    void publish(open_table& t)
    {
        set_state(t, "done");
        if (t.stored.is_collected()) {
            t.stored.publish();
        }
    }

    /// Publishes a table. If the database refuses its rows they are dropped, and the other tables unaffected. A failure
    /// that has ended the whole transaction, as of a disk that is full, is no refusal.
    void publish_or_drop(open_table& t, std::exception_ptr& refused)
    {
        const std::string message = "the table '" + t.definition().name + "' could not be completed" + in_name();
        if (!dialect_.has_savepoints) {
            publish(t);
            return;
        }
        db_->execute("SAVEPOINT one_table", message);
        try {
            publish(t);
        } catch (const refusal& e) {
            if (!db_->is_in_transaction() || e.may_pass()) {
                throw;
            }
            db_->execute("ROLLBACK TO one_table", message);
            t.stored.drop_staging(message);
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

    void set_state(open_table& t, std::string_view state)
    {
        const std::int64_t changed =
            call(*db_, "UPDATE _corest_progress SET state = ?1, finished_at = ?2 WHERE resource = ?3 AND run_id = ?4",
                "the progress could not be stored" + in_name())
                .run(state, format_date_time(std::chrono::system_clock::now()), t.definition().name, run_id_);
        if (state != "abandoned") {
            need_own_progress(t, changed);
        }
    }

    /// After an update of the progress: were rows of two runs collected in one table, both would be wrong.
    void need_own_progress(const open_table& t, std::int64_t changed) const
    {
        if (t.stored.is_collected() && changed == 0) {
            throw error(errc::destination_failed,
                "another run has begun to load the table '" + t.definition().name + "'" + in_name(),
                "Let only one run at a time load a table");
        }
    }

    const dialect& dialect_;
    std::atomic<bool> interrupted_{false}; ///< outlives the connection, which looks at it
    std::unique_ptr<run_guard> guard_;     ///< while a run goes on; let go of when the connection is closed
    std::unique_ptr<database> db_;
    std::unique_ptr<progress> progress_;    ///< where there is a connection
    std::unique_ptr<nested_tables> nested_; ///< the same
    std::string run_id_;
    std::optional<call> count_pages_;
    ledger tables_{dialect_.case_blind};
};

} // namespace corest::detail::sql

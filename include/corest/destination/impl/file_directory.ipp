#pragma once

// What the thread of a directory of files does: a file for each table, and which of them take the old ones' place when.

#include <corest/destination/progress.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/destination/worker.hpp>
#include <corest/detail/lock_file.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/directory_progress.ipp>
#include <corest/destination/impl/file_format.ipp>
#include <corest/destination/impl/file_names.ipp>
#include <corest/destination/impl/posix_file.ipp>
#include <corest/destination/impl/run_lock.ipp>
#include <corest/destination/impl/table_file.ipp>
#include <corest/destination/impl/undo_journal.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace corest::detail {

class file_directory final : public resumable_store {
public:
    /// \param format of its files
    file_directory(std::string directory, std::unique_ptr<const file_format> format)
        : directory_(std::move(directory)),
          format_(std::move(format)),
          names_(*format_),
          journal_(directory_, names_),
          progress_(directory_, names_)
    {
    }

    void run(const std::vector<table_work*>& waiting) override
    {
        std::vector<table_work*> uncommitted; // writes of a run that may be gone on with
        for (table_work* work : waiting) {
            if (work->action != table_work::operation::write) {
                commit(uncommitted);
            }
            store_error::attempt(*work, [&] { do_work(*work); });
            if (work->action == table_work::operation::write && progress_.is_active() && !work->failure) {
                uncommitted.push_back(work);
            }
            if (tables_.is_empty() && !progress_.is_active()) {
                lock_ = {};
            }
        }
        commit(uncommitted);
    }

    void interrupt() noexcept override { format_->interrupt(); }
    void end_interrupt() noexcept override { format_->end_interrupt(); }

    // ---- a run that may be gone on with ----

    [[nodiscard]] stored_run begin(const run_identity& identity) override
    {
        if (progress_.is_active() || !tables_.is_empty()) {
            throw error(
                errc::invalid_argument, "a run has begun already, and has not been finished", "Finish it first");
        }
        try {
            need_directory();
            run_lock_ = run_lock(lock_path(), named(), identity);
            need_lock();
            progress_.begin(identity);
        } catch (...) {
            leave_run();
            throw;
        }
        return progress_.told();
    }

    void finish(bool whole) override
    {
        if (!progress_.is_active()) {
            return; // its begin has failed
        }
        if (whole && !tables_.is_empty()) {
            throw error(errc::invalid_argument, "a table of the run is open still");
        }
        tables_.clear();
        try {
            if (whole) {
                progress_.need_whole();
                publish_run();
            } else if (!progress_.is_broken()) {
                progress_.interrupt();
            }
        } catch (...) {
            leave_run();
            throw;
        }
        leave_run();
    }

    [[nodiscard]] std::optional<std::string> cursor(
        const std::string& resource, const std::string& field, const std::string& partition) override
    {
        need_run();
        return progress_.cursor(resource, field, partition);
    }

    [[nodiscard]] std::vector<walk_digest> seen(
        const std::string& resource, const std::optional<walk_digest>& after) override
    {
        need_run();
        return progress_.seen(resource, after);
    }

    [[nodiscard]] destination_state read_state() override
    {
        check_folder();
        return progress_.read();
    }

    void reset(const std::optional<std::string>& resource) override
    {
        check_folder();
        if (!std::filesystem::exists(directory_)) {
            return;
        }
        if (progress_.is_active()) {
            throw error(errc::invalid_argument, "a run is under way, whose state cannot be reset");
        }
        run_identity nobody("its state", {});
        nobody.program = "corest state --reset";
        run_lock_ = run_lock(lock_path(), named(), nobody);
        try {
            need_lock();
            progress_.reset(resource, lock_);
        } catch (...) {
            leave_run();
            throw;
        }
        leave_run();
    }

    [[nodiscard]] table_count count(const table& t) override
    {
        const std::string file = directory_ + "/" + names_.of_table(t.name);
        return std::filesystem::exists(file) ? format_->count(file, t) : table_count();
    }

private:
    using ledger = table_ledger<table_file>;

    void do_work(table_work& work)
    {
        const std::string& name = work.target.name;
        switch (work.action) {
        case table_work::operation::open:
            open(work.target);
            break;
        case table_work::operation::write:
            write(work);
            break;
        case table_work::operation::close:
            close(name);
            break;
        case table_work::operation::abandon:
            abandon(name);
            break;
        case table_work::operation::call:
            work.call(*this);
            break;
        }
    }

    // ---- tables ----

    void open(const table& t)
    {
        tables_.check(t);
        need_plain_merge(t);
        if (progress_.is_active()) {
            open_in_run(t);
            return;
        }
        need_directory();
        need_lock();
        if (ledger::entry* const complete = tables_.complete_entry(t.name)) {
            publish({complete});
        }
        tables_.add(t, std::make_unique<table_file>(directory_, *format_, t));
    }

    /// \throws error (invalid_argument) where a merge is to do more than to have rows take each other's place
    static void need_plain_merge(const table& t)
    {
        const auto refuse = [&](const std::string& how) {
            throw error(errc::invalid_argument,
                "the table '" + t.name + "' is to be merged " + how + ", which files cannot do",
                "Load into sqlite, postgresql or duckdb, or leave the hint out");
        };
        if (!t.merges_together()) {
            return;
        }
        if (t.hard_delete() != nullptr) {
            refuse("with rows deleted (hard_delete)");
        }
        if (t.dedup_sort() != nullptr) {
            refuse("with rows sorted (dedup_sort)");
        }
        refuse("by a merge_key");
    }

    void write(const table_work& work)
    {
        if (!work.progress) {
            tables_.open_entry(work.target.name).target().write(work);
            return;
        }
        need_run();
        progress_.need_whole();
        const walk_progress& progress = *work.progress;
        progress_.check(progress);
        if (!work.target.name.empty()) {
            table_file& target = tables_.open_entry(work.target.name).target();
            try {
                if (progress.is_restarted) {
                    target.drop_walk(progress.walk);
                }
                target.write(work, progress.walk);
            } catch (...) {
                if (target.failed()) {
                    progress_.set_broken();
                }
                throw;
            }
        }
        progress_.take(progress);
    }

    void close(const std::string& name)
    {
        if (progress_.is_active()) {
            close_in_run(name);
            return;
        }
        const ledger::ending end = tables_.end_by_close(name);
        end.subject->target().finish();
        if (end.waits) {
            tables_.conclude(end);
        } else {
            publish(end.visible);
        }
    }

    void abandon(const std::string& name)
    {
        if (progress_.is_active()) {
            abandon_in_run(name);
            return;
        }
        const std::optional<ledger::ending> end = tables_.end_by_abandon(name);
        if (!end) {
            return; // was never opened, or has ended
        }
        table_file& target = end->subject->target();
        std::exception_ptr failure;
        try {
            if (!target.definition().is_staged() && !target.failed()) {
                target.finish();
                target.publish();
            }
        } catch (...) {
            failure = std::current_exception();
        }
        target.drop();
        tables_.remove(*end->subject);
        publish(end->visible);
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    /// Makes tables visible, and forgets each that is. Appended ones last: the others can be made visible once more by
    /// the next run without harm, should this one be killed in between.
    void publish(std::vector<ledger::entry*> tables)
    {
        const auto grown = std::partition(tables.begin(), tables.end(),
            [](const ledger::entry* e) { return e->definition().disposition != write_disposition::append; });
        std::vector<std::string> files;
        if (tables.end() - grown > 1) {
            std::for_each(
                grown, tables.end(), [&](const ledger::entry* e) { files.push_back(e->target().file_name()); });
            journal_.write(files);
        }
        for (const ledger::entry* e : tables) {
            e->target().publish();
            tables_.remove(*e);
        }
        journal_.remove(files);
        if (::fsync(lock_.number()) != 0) {
            store_error::throw_system("the directory '" + directory_ + "' could not be written", errno);
        }
    }

    // ---- tables of a run that may be gone on with ----

    void open_in_run(const table& t)
    {
        progress_.need_whole();
        const directory_run& run = progress_.run();
        const auto resource = run.resources.find(t.resource_name());
        if (resource != run.resources.end()
            && stored_resource_state_of(resource->second.state) == stored_resource_state::published)
        {
            throw error(
                errc::invalid_argument, "the table '" + t.name + "' of this run is complete and visible already");
        }
        const auto earlier = run.tables.find(t.name);
        auto opened = std::make_unique<table_file>(directory_, *format_, t, run.kept.id,
            earlier == run.tables.end() ? directory_kept::collected() : earlier->second);
        opened->flush();
        progress_.take(opened->kept());
        tables_.add(t, std::move(opened));
        commit_now();
    }

    void close_in_run(const std::string& name)
    {
        progress_.need_whole();
        ledger::entry& entry = tables_.open_entry(name);
        if (entry.definition().disposition == write_disposition::append) {
            for (const std::string& resource : entry.definition().resource_names()) {
                progress_.complete(resource); // becomes visible with the run's other ones
            }
            watched_[name] = entry.definition().changes;
            commit_now();
        } else {
            for (const std::string& resource : entry.definition().resource_names()) {
                progress_.forget_walks(resource);
            }
            publish_in_run(entry.target(), true);
        }
        tables_.remove(entry);
    }

    void abandon_in_run(const std::string& name)
    {
        ledger::entry* const entry = tables_.find_open(name);
        if (entry == nullptr) {
            return; // was never opened, or has ended
        }
        std::exception_ptr failure;
        try {
            if (!entry->definition().is_staged() && !entry->target().failed() && !progress_.is_broken()
                && entry->target().kept().size != 0)
            {
                publish_in_run(entry->target(), false);
            }
        } catch (...) {
            failure = std::current_exception();
        }
        tables_.remove(*entry);
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    /// \param whole no other rows of the table come in this run
    void publish_in_run(table_file& target, bool whole)
    {
        target.finish();
        directory_kept::publication done;
        done.files.push_back(in_place(target));
        done.tables.push_back(target.definition().name);
        done.is_whole = whole;
        sync_rows();
        progress_.publish(std::move(done), lock_);
        target.drop();
    }

    /// All appended rows become visible, and the run is done.
    void publish_run()
    {
        std::vector<std::unique_ptr<table_file>> tables;
        directory_kept::publication done;
        for (const auto& known : progress_.run().tables) {
            if (known.second.disposition == to_string(write_disposition::append)) {
                table t(known.first, write_disposition::append);
                t.resource = known.second.resource;
                t.further_resources = known.second.further_resources.value_or(std::vector<std::string>());
                if (const auto watched = watched_.find(known.first); watched != watched_.end()) {
                    t.changes = watched->second;
                }
                tables.push_back(
                    std::make_unique<table_file>(directory_, *format_, t, progress_.run().kept.id, known.second));
                tables.back()->finish();
                done.files.push_back(in_place(*tables.back()));
                done.tables.push_back(known.first);
            }
        }
        done.is_whole = true;
        done.is_done = true;
        progress_.publish(std::move(done), lock_);
        for (const auto& t : tables) {
            t->drop();
        }
    }

    [[nodiscard]] static directory_kept::renaming in_place(const table_file& target)
    {
        directory_kept::renaming file;
        file.from = target.ready_name();
        file.to = target.file_name();
        return file;
    }

    /// The writes since the last time count from now on, or fail.
    void commit(std::vector<table_work*>& works)
    {
        if (works.empty()) {
            return;
        }
        try {
            commit_now();
        } catch (...) {
            for (table_work* work : works) {
                store_error::attempt(*work, [] { throw; });
            }
        }
        works.clear();
    }

    void commit_now()
    {
        try {
            tables_.for_each([&](const ledger::entry& e) {
                e.target().flush();
                progress_.take_size(e.target().kept());
            });
        } catch (...) {
            progress_.set_broken();
            throw;
        }
        progress_.commit([&] { sync_rows(); });
        tables_.for_each([](const ledger::entry& e) { e.target().drop_obsolete(); });
    }

    void sync_rows()
    {
        tables_.for_each([](const ledger::entry& e) { e.target().sync(); });
    }

    void need_run() const
    {
        if (!progress_.is_active()) {
            throw error(errc::invalid_argument, "no run has begun");
        }
    }

    void leave_run() noexcept
    {
        tables_.clear();
        progress_.leave();
        watched_.clear();
        lock_ = {};
        run_lock_ = {};
    }

    // ---- the directory ----

    [[nodiscard]] std::string named() const { return "the directory '" + directory_ + "'"; }
    [[nodiscard]] std::string lock_path() const { return directory_ + "/" + std::string(file_names::lock); }

    /// What is no directory has no state, and is more likely named by mistake.
    void check_folder() const
    {
        std::error_code none;
        if (std::filesystem::exists(directory_, none) && !std::filesystem::is_directory(directory_, none)) {
            throw error(errc::invalid_argument, "'" + directory_ + "' is a file, and no directory",
                "Name the directory that has a file for each table");
        }
    }

    void need_directory() const
    {
        std::error_code failure;
        std::filesystem::create_directories(directory_, failure);
        if (failure) {
            store_error::throw_system(named() + " could not be made", failure.value());
        }
    }

    /// Locks the directory for as long as tables are open, and removes what a run that was killed has left.
    void need_lock()
    {
        if (lock_) {
            return;
        }
        const std::string message = named() + " could not be opened";
        file_descriptor lock(directory_, O_RDONLY | O_DIRECTORY, message);
        const lock_file::outcome taken = lock_file::lock(lock.number());
        if (taken == lock_file::outcome::held) {
            throw error(errc::destination_failed, "another run is writing into " + named(),
                "Wait until it has ended, or load into another directory");
        }
        if (taken != lock_file::outcome::taken) {
            store_error::throw_system(message, errno);
        }
        journal_.undo();
        std::vector<std::filesystem::path> leftovers;
        for (const auto& found : std::filesystem::directory_iterator(directory_)) {
            const std::string name = found.path().filename().string();
            if (names_.is_leftover(name)) {
                leftovers.push_back(found.path());
            }
        }
        std::error_code failure;
        for (const auto& path : leftovers) {
            std::filesystem::remove_all(path, failure);
        }
        lock_ = std::move(lock);
    }

    std::string directory_;
    std::unique_ptr<const file_format> format_;
    file_names names_;
    undo_journal journal_;
    directory_progress progress_;
    /// Who wants to know what becomes of the tables that this process has closed, and that become visible with the run.
    std::map<std::string, std::shared_ptr<schema::change_log>> watched_;
    file_descriptor lock_; ///< while tables are open, or a run is under way
    run_lock run_lock_;    ///< while a run is under way
    ledger tables_{"not every file system tells apart"};
};

} // namespace corest::detail

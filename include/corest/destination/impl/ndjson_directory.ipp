#pragma once

// What the thread of an NDJSON directory does: a file for each table, and which of them take the old ones' place when.

#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/destination/worker.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/ndjson_journal.ipp>
#include <corest/destination/impl/ndjson_table.ipp>
#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace corest::detail {

class ndjson_directory final : public table_store {
public:
    explicit ndjson_directory(std::string directory) : directory_(std::move(directory)), journal_(directory_) {}

    void run(const std::vector<table_work*>& waiting) override
    {
        for (table_work* work : waiting) {
            store_error::attempt(*work, [&] {
                const std::string& name = work->target.name;
                switch (work->action) {
                case table_work::operation::open:
                    open(work->target);
                    break;
                case table_work::operation::call: // of other stores
                    break;
                case table_work::operation::write:
                    tables_.open_entry(name).target().write(work->rows);
                    break;
                case table_work::operation::close:
                    close(name);
                    break;
                case table_work::operation::abandon:
                    abandon(name);
                    break;
                }
            });
            if (tables_.is_empty()) {
                lock_ = {};
            }
        }
    }

private:
    using ledger = table_ledger<ndjson_table>;

    void open(const table& t)
    {
        tables_.check(t);
        need_lock();
        if (ledger::entry* const complete = tables_.complete_entry(t.name)) {
            publish({complete});
        }
        tables_.add(t, std::make_unique<ndjson_table>(directory_, t));
    }

    void close(const std::string& name)
    {
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
        const std::optional<ledger::ending> end = tables_.end_by_abandon(name);
        if (!end) {
            return; // was never opened, or has ended
        }
        ndjson_table& target = end->subject->target();
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
        if (tables.end() - grown > 1) {
            std::vector<std::string> files;
            std::for_each(
                grown, tables.end(), [&](const ledger::entry* e) { files.push_back(e->target().file_name()); });
            journal_.write(files);
        }
        for (const ledger::entry* e : tables) {
            e->target().publish();
            tables_.remove(*e);
        }
        journal_.remove();
        if (::fsync(lock_.number()) != 0) {
            store_error::throw_system("the directory '" + directory_ + "' could not be written", errno);
        }
    }

    /// Locks the directory for as long as tables are open, and removes what a run that was killed has left.
    void need_lock()
    {
        if (lock_) {
            return;
        }
        const std::string message = "the directory '" + directory_ + "' could not be opened";
        std::error_code failure;
        std::filesystem::create_directories(directory_, failure);
        if (failure) {
            store_error::throw_system("the directory '" + directory_ + "' could not be made", failure.value());
        }
        file_descriptor lock(directory_, O_RDONLY | O_DIRECTORY, message);
        if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) {
                throw error(errc::destination_failed, "another run is writing into the directory '" + directory_ + "'",
                    "Wait until it has ended, or load into another directory");
            }
            store_error::throw_system(message, errno);
        }
        journal_.undo();
        std::vector<std::filesystem::path> leftovers;
        for (const auto& found : std::filesystem::directory_iterator(directory_)) {
            if (found.path().filename().string().starts_with(".corest-")) {
                leftovers.push_back(found.path());
            }
        }
        for (const auto& path : leftovers) {
            std::filesystem::remove(path, failure);
        }
        lock_ = std::move(lock);
    }

    std::string directory_;
    ndjson_journal journal_;
    file_descriptor lock_;
    ledger tables_{"not every file system tells apart"};
};

} // namespace corest::detail

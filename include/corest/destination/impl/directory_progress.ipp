#pragma once

// What a directory of files keeps of its runs, on the disk: the journal, the cursors, and files of digests.

#include <corest/destination/progress.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/directory_state.ipp>
#include <corest/destination/impl/file_names.ipp>
#include <corest/destination/impl/posix_file.ipp>
#include <corest/destination/impl/random_id.ipp>
#include <corest/destination/impl/state_journal.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace corest::detail {

namespace directory_kept {

/// A line of the file of cursors.
struct final_cursor {
    std::string source;
    std::string resource;
    std::string field;
    std::string partition;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(final_cursor, (), (source, resource, field, partition, state))

} // namespace directory_kept

/// The digests of a resource's walks, one behind the other.
class digest_list {
public:
    /// \param size how much of it counts
    digest_list(std::string path, std::uint64_t size)
        : path_(std::move(path)),
          file_(path_, O_RDWR | O_CREAT, message()),
          size_(size)
    {
    }

    void append(const walk_digest& digest) { fresh_ += digest.bytes(); }

    /// Everything is in the file afterwards, for as long as the system runs.
    void flush()
    {
        std::string_view rest = fresh_;
        while (!rest.empty()) {
            const ssize_t written = ::pwrite(file_.number(), rest.data(), rest.size(), static_cast<off_t>(size_));
            if (written >= 0) {
                rest.remove_prefix(static_cast<std::size_t>(written));
                size_ += static_cast<std::uint64_t>(written);
            } else if (errno != EINTR) {
                store_error::throw_system(message(), errno);
            }
        }
        fresh_.clear();
    }

    void sync() const
    {
        if (::fdatasync(file_.number()) != 0) {
            store_error::throw_system(message(), errno);
        }
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Some of them, in the file's order: those behind one; none behind the last.
    [[nodiscard]] std::vector<walk_digest> after(const std::optional<walk_digest>& last)
    {
        if (!last) {
            return some_from(0);
        }
        if (told_ >= walk_digest::size) { // as a rule it is the last one that was told
            const std::vector<walk_digest> before = read(told_ - walk_digest::size, 1);
            if (before.size() == 1 && before.front() == *last) {
                return some_from(told_);
            }
        }
        for (std::uint64_t offset = 0; offset < size_;) {
            const std::vector<walk_digest> some = read(offset, at_once);
            const auto found = std::find(some.begin(), some.end(), *last);
            if (found != some.end()) {
                return some_from(offset + static_cast<std::uint64_t>(found - some.begin() + 1) * walk_digest::size);
            }
            offset += some.size() * walk_digest::size;
        }
        return {};
    }

private:
    static constexpr std::size_t at_once = 4096;

    [[nodiscard]] std::vector<walk_digest> some_from(std::uint64_t offset)
    {
        std::vector<walk_digest> some = read(offset, at_once);
        told_ = offset + some.size() * walk_digest::size;
        return some;
    }

    [[nodiscard]] std::vector<walk_digest> read(std::uint64_t offset, std::size_t count) const
    {
        count = static_cast<std::size_t>(std::min<std::uint64_t>(count, (size_ - offset) / walk_digest::size));
        std::string bytes(count * walk_digest::size, '\0');
        if (::pread(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset))
            != static_cast<ssize_t>(bytes.size()))
        {
            store_error::throw_system(message(), errno);
        }
        std::vector<walk_digest> digests;
        for (std::size_t i = 0; i < count; ++i) {
            digests.push_back(
                walk_digest::of_bytes(std::string_view(bytes).substr(i * walk_digest::size, walk_digest::size)));
        }
        return digests;
    }

    [[nodiscard]] std::string message() const { return "the file '" + path_ + "' could not be read or written"; }

    std::string path_;
    file_descriptor file_;
    std::uint64_t size_;
    std::uint64_t told_ = 0; ///< how far `after` has come
    std::string fresh_;
};

/// The runs of a directory, and the one that is under way. Not for a directory that is not locked, `read` aside.
class directory_progress {
public:
    using cursor_map = std::map<directory_cursor_key, std::string>;

    directory_progress(std::string directory, file_names names)
        : directory_(std::move(directory)),
          names_(std::move(names)),
          journal_(directory_ + "/" + names_.state())
    {
    }

    // ---- which run it is ----

    /// Begins a run, or goes on with an earlier one. \return its id
    void begin(const run_identity& identity)
    {
        load();
        const std::int64_t now = seconds_of(identity.date);
        for (auto& known : state_.runs) {
            const directory_kept::run& run = known.kept;
            if (!run.is_done && run.source == identity.source && run.plan_hash == identity.plan_hash
                && !identity.restart && now - run.active <= identity.expiry.count())
            {
                run_ = &known;
            }
        }
        is_resumed_ = run_ != nullptr;
        std::erase_if(state_.runs,
            [&](const directory_run& r) { return &r != run_ && !r.kept.is_done && r.kept.source == identity.source; });
        if (!is_resumed_) {
            run_ = &state_.runs.emplace_back();
            run_->kept.id = random_id(16);
            run_->kept.source = identity.source;
            run_->kept.plan_hash = identity.plan_hash;
            run_->kept.began = now;
            run_->kept.active = now;
            for (const started_walk& root : identity.roots) {
                std::string unused;
                open_walk(unused, root);
            }
        }
        date_ = identity.date;
        began_ = std::chrono::steady_clock::now();
        is_broken_ = false;
        write_state();
        remove_leftovers();
        for (const auto& [resource, size] : run_->seen) {
            static_cast<void>(digests_of(resource, size));
        }
    }

    [[nodiscard]] bool is_active() const noexcept { return run_ != nullptr; }
    [[nodiscard]] directory_run& run() const { return *run_; }

    [[nodiscard]] stored_run told() const
    {
        stored_run told = run_->told();
        told.is_resumed = is_resumed_;
        return told;
    }

    /// The run stays as it is, to be gone on with.
    void interrupt()
    {
        if (!line_.empty()) {
            append_line();
        }
    }

    /// Keeps nothing more: the run is done, or is gone on with later.
    void leave() noexcept
    {
        run_ = nullptr;
        line_.clear();
        digests_.clear();
        journal_.close();
    }

    // ---- what happens in it ----

    /// Takes in how far a walk has come, or all of a resource's together, where later runs may begin there.
    void take_cursor(const walk_progress& progress)
    {
        if (progress.cursor && progress.cursor->is_final) {
            directory_kept::cursor kept;
            kept.walk = progress.walk;
            kept.resource = progress.resource;
            kept.field = progress.cursor->field;
            kept.partition = progress.cursor->partition;
            kept.state = progress.cursor->state;
            directory_kept::add(line_, "cursor", kept);
            run_->cursors[{kept.resource, kept.field, kept.partition}] = kept;
        }
    }

    /// Takes in what a page means, into memory and the line to come. \pre `check` has passed
    void take(const walk_progress& progress)
    {
        if (progress.walk == 0) {
            take_cursor(progress);
            if (progress.forgets_cursors) {
                run_->forget_cursors(progress.resource);
                directory_kept::add(line_, "forgotten", progress.resource);
            }
            return;
        }
        directory_run::open_walk& walk = run_->walks.at(progress.walk);
        directory_kept::resource& resource = run_->resource(progress.resource);
        if (progress.is_restarted) {
            resource.pages -= std::min(resource.pages, walk.stand.pages);
            resource.rows -= std::min(resource.rows, walk.stand.records);
            std::erase_if(run_->cursors, [&](const auto& c) { return c.second.walk == progress.walk; });
            directory_kept::add(line_, "restarted", progress.walk);
        }
        has_stored_ = true;
        ++resource.pages;
        resource.rows += progress.records;
        resource.walks_done += progress.is_last ? 1 : 0;
        resource.largest_page = std::max(resource.largest_page, progress.position.largest_page);
        if (progress.says_more) {
            resource.incomplete = resource.incomplete.value_or(0) + 1;
        }
        directory_kept::add(line_, "resource", resource);
        take_cursor(progress);
        if (progress.is_last) {
            directory_kept::add(line_, "ended", progress.walk);
            run_->walks.erase(progress.walk);
        } else {
            walk.stand.pages = progress.position.pages;
            walk.stand.records = progress.position.records;
            walk.stand.fingerprint = progress.position.fingerprint;
            walk.stand.position = progress.position.paginator;
            walk.stand.position_bytes.reset();
            if (walk.stand.position && !is_utf8(*walk.stand.position)) {
                walk.stand.position_bytes = hexadecimal(*std::exchange(walk.stand.position, {}));
            }
            walk.stand.cursor = progress.cursor ? std::optional(progress.cursor->state) : std::nullopt;
            directory_kept::add(line_, "stand", walk.stand);
        }
        for (const started_walk& opened : progress.opened) {
            open_walk(line_, opened);
        }
    }

    /// \throws error (destination_failed) where a page is not the next one of its walk
    void check(const walk_progress& progress) const
    {
        if (progress.walk == 0) {
            return; // no page, but a cursor
        }
        const auto walk = run_->walks.find(progress.walk);
        if (walk == run_->walks.end() || (!progress.is_restarted && walk->second.stand.pages != progress.pages_before))
        {
            throw error(errc::destination_failed,
                "the walk " + std::to_string(progress.walk) + " of " + progress.resource
                    + " does not stand where its page " + "goes on: "
                    + (walk == run_->walks.end() ? std::string("it is not open")
                                                 : "it has had " + counted(walk->second.stand.pages, "page")
                                + ", expected " + std::to_string(progress.pages_before)),
                "Let only one run at a time load into the directory");
        }
    }

    /// A table's rows are collected.
    void take(const directory_kept::collected& rows)
    {
        run_->tables[rows.table] = rows;
        directory_kept::add(line_, "collected", rows);
        for (const std::string& resource : rows.resource_names()) {
            directory_kept::add(line_, "resource", run_->resource(resource));
        }
    }

    /// More of a table's rows are collected, and flushed.
    void take_size(const directory_kept::collected& rows)
    {
        directory_kept::collected& known = run_->tables[rows.table];
        if (known.generation != rows.generation || known.types != rows.types) {
            take(rows);
            return;
        }
        if (known.size != rows.size) {
            known.size = rows.size;
            directory_kept::growth grown;
            grown.name = rows.table;
            grown.size = rows.size;
            directory_kept::add(line_, "size", grown);
        }
    }

    /// All rows of a resource are there.
    void complete(const std::string& name)
    {
        directory_kept::resource& resource = run_->resource(name);
        resource.state = to_string(stored_resource_state::complete);
        directory_kept::add(line_, "resource", resource);
        forget_walks(name);
    }

    /// What of a resource's walks is open was not wanted.
    void forget_walks(const std::string& resource)
    {
        for (auto walk = run_->walks.begin(); walk != run_->walks.end();) {
            if (walk->second.kept.resource == resource) {
                directory_kept::add(line_, "ended", walk->first);
                walk = run_->walks.erase(walk);
            } else {
                ++walk;
            }
        }
    }

    /// What was taken in counts from now on, as far as the process is concerned.
    /// \param sync_rows has the rows that were flushed brought to the disk; called about once a second
    void commit(const std::function<void()>& sync_rows)
    {
        if (line_.empty()) {
            return;
        }
        try {
            for (auto& [resource, digests] : digests_) {
                digests->flush();
                std::uint64_t& size = run_->seen[resource];
                if (size != digests->size()) {
                    size = digests->size();
                    directory_kept::growth grown;
                    grown.name = resource;
                    grown.size = size;
                    directory_kept::add(line_, "seen", grown);
                }
            }
            append_line();
            const auto now = std::chrono::steady_clock::now();
            if (now - synced_ >= std::chrono::seconds(1)) {
                sync_rows();
                sync();
                synced_ = std::chrono::steady_clock::now();
            }
        } catch (...) {
            is_broken_ = true;
            throw;
        }
    }

    /// \throws error (destination_failed) where something could not be kept: nothing more can then
    void need_whole() const
    {
        if (is_broken_) {
            throw error(errc::destination_failed,
                "what the run has come to could not be kept in '" + directory_ + "', and nothing more is stored",
                "Mend what the first failure names, and run it again: it goes on from what was kept");
        }
    }
    void set_broken() noexcept { is_broken_ = true; }
    [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }

    /// Decides that files take the places of others, and does it. \param done what is published; its files are on the
    /// disk
    void publish(directory_kept::publication done, const file_descriptor& directory)
    {
        try {
            const std::vector<std::string> replaced = replaced_resources(done);
            const bool has_reached = done.is_done && !run_->cursors.empty();
            if (has_reached || !replaced.empty()) {
                cursor_map all = read_cursors();
                const std::size_t forgotten = forget(all, replaced);
                if (has_reached) {
                    for (const auto& known : run_->cursors) {
                        const directory_kept::cursor& c = known.second;
                        all[{run_->kept.source, c.resource, c.field, c.partition}] = c.state;
                    }
                }
                if (has_reached || forgotten != 0) {
                    done.files.push_back(write_cursors(all));
                }
            }
            if (done.is_done) {
                run_->kept.active = now();
                directory_kept::add(line_, "run", run_->kept);
            }
            directory_kept::add(line_, "publication", done);
            run_->take(done);
            append_line();
            journal_.append_synced();
            put_in_place(done.files, directory.number());
            if (done.is_done) {
                // Not before: who runs it again after a run that was killed adds the same rows to what it had added.
                run_->kept.is_done = true;
                digests_.clear();
                write_state();
                remove_leftovers();
            } else {
                journal_.append("[{\"published\":true}]");
                journal_.append_synced();
            }
        } catch (...) {
            is_broken_ = true;
            throw;
        }
    }

    /// The state that runs of this source have kept last.
    [[nodiscard]] std::optional<std::string> cursor(
        const std::string& resource, const std::string& field, const std::string& partition)
    {
        if (const auto own = run_->cursors.find({resource, field, partition}); own != run_->cursors.end()) {
            return own->second.state;
        }
        if (!cursors_) {
            cursors_ = read_cursors();
        }
        const auto found = cursors_->find({run_->kept.source, resource, field, partition});
        return found == cursors_->end() ? std::nullopt : std::optional(found->second);
    }

    [[nodiscard]] std::vector<walk_digest> seen(const std::string& resource, const std::optional<walk_digest>& after)
    {
        const auto found = digests_.find(resource);
        return found == digests_.end() ? std::vector<walk_digest>() : found->second->after(after);
    }

    // ---- without a run ----

    /// All that is known. Changes nothing.
    [[nodiscard]] destination_state read() const
    {
        destination_state told;
        directory_state state;
        read_into(state);
        for (const directory_run& r : state.runs) {
            told.runs.push_back(r.told());
        }
        std::string file = names_.cursors();
        for (const directory_kept::renaming& left : state.undone) {
            if (left.to == file && std::filesystem::exists(directory_ + "/" + left.from)) {
                file = left.from;
            }
        }
        for (auto& [key, text] : read_cursors(file)) {
            stored_cursor one;
            std::tie(one.source, one.resource, one.field, one.partition) = key;
            one.state = text;
            told.cursors.push_back(std::move(one));
        }
        return told;
    }

    /// Forgets runs that are not done, and cursors. \param resource which they have to do with; none: all
    void reset(const std::optional<std::string>& resource, const file_descriptor& directory)
    {
        load();
        std::erase_if(
            state_.runs, [&](const directory_run& r) { return !r.kept.is_done && (!resource || has(r, *resource)); });
        cursor_map all = read_cursors();
        const auto forgotten =
            std::erase_if(all, [&](const auto& c) { return !resource || std::get<1>(c.first) == *resource; });
        write_state();
        if (forgotten != 0) {
            put_in_place({write_cursors(all)}, directory.number());
        }
        remove_leftovers();
        leave();
    }

private:
    static constexpr std::size_t done_runs = 10; ///< of a source that are remembered

    [[nodiscard]] static std::int64_t seconds_of(std::chrono::system_clock::time_point moment)
    {
        return std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count();
    }

    [[nodiscard]] static bool has(const directory_run& run, const std::string& resource)
    {
        return run.resources.contains(resource) || std::any_of(run.walks.begin(), run.walks.end(), [&](const auto& w) {
            return w.second.kept.resource == resource;
        });
    }

    void open_walk(std::string& line, const started_walk& opened)
    {
        directory_run::open_walk& walk = run_->walks[opened.walk];
        walk.kept.number = opened.walk;
        walk.kept.resource = opened.resource;
        if (opened.bindings) {
            walk.kept.bindings = json_text(bindings_text(*opened.bindings));
        }
        walk.kept.parents = opened.parents;
        walk.stand.walk = opened.walk;
        directory_kept::add(line, "walk", walk.kept);
        for (const walk_digest& digest : opened.digests) {
            digests_of(opened.resource, 0).append(digest);
        }
    }

    [[nodiscard]] digest_list& digests_of(const std::string& resource, std::uint64_t size)
    {
        std::unique_ptr<digest_list>& found = digests_[resource];
        if (!found) {
            found = std::make_unique<digest_list>(directory_ + "/" + names_.digests(run_->kept.id, resource), size);
        }
        return *found;
    }

    /// Seconds since 1970, by the clock of who has begun the run.
    [[nodiscard]] std::int64_t now() const
    {
        const auto passed = std::chrono::steady_clock::now() - began_;
        return seconds_of(date_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(passed));
    }

    void append_line()
    {
        const std::int64_t now = this->now();
        std::string line;
        if (std::exchange(has_stored_, false) && now - run_->kept.active >= 60) {
            run_->kept.active = now;
            directory_kept::add(line, "run", run_->kept);
        } else {
            directory_kept::add(line, "in", run_->kept.id);
        }
        if (!line_.empty()) {
            line_[0] = ',';
            line += line_;
        }
        line_.clear();
        journal_.append(line + "]");
    }

    /// The journal is on the disk. \pre what it tells of is
    void sync()
    {
        for (const auto& known : digests_) {
            known.second->sync();
        }
        if (journal_.is_long()) {
            write_state();
        } else {
            journal_.append_synced();
        }
    }

    void read_into(directory_state& state) const
    {
        journal_.read([&](std::string_view line) { state.take(line); });
    }

    /// What the journal says, and what it says is to be done, done.
    void load()
    {
        state_ = {};
        cursors_.reset();
        run_ = nullptr;
        read_into(state_);
        if (!state_.undone.empty()) {
            const file_descriptor directory(directory_, O_RDONLY | O_DIRECTORY, could_not_be_written());
            put_in_place(std::exchange(state_.undone, {}), directory.number());
        }
    }

    /// All that is known becomes the journal.
    void write_state()
    {
        std::map<std::string, std::size_t> done;
        for (const directory_run& r : state_.runs) {
            done[r.kept.source] += r.kept.is_done ? 1 : 0;
        }
        std::erase_if(state_.runs, [&](const directory_run& r) {
            std::size_t& left = done[r.kept.source];
            const bool is_old = r.kept.is_done && left > done_runs;
            left -= is_old ? 1 : 0;
            return is_old;
        });
        journal_.replace([&](const std::function<void(std::string_view)>& add) { state_.add_all(add); });
        const file_descriptor directory(directory_, O_RDONLY | O_DIRECTORY, could_not_be_written());
        if (::fsync(directory.number()) != 0) {
            store_error::throw_system(could_not_be_written(), errno);
        }
        synced_ = std::chrono::steady_clock::now();
    }

    /// Renames those files that are not renamed yet.
    void put_in_place(const std::vector<directory_kept::renaming>& files, int directory) const
    {
        for (const directory_kept::renaming& file : files) {
            if (std::rename((directory_ + "/" + file.from).c_str(), (directory_ + "/" + file.to).c_str()) != 0
                && errno != ENOENT)
            {
                store_error::throw_system("the file '" + directory_ + "/" + file.to + "' could not be replaced", errno);
            }
        }
        if (::fsync(directory) != 0) {
            store_error::throw_system(could_not_be_written(), errno);
        }
    }

    [[nodiscard]] std::string could_not_be_written() const
    {
        return "the directory '" + directory_ + "' could not be written";
    }

    /// The resources whose tables are replaced: the rows that earlier cursors stand for are gone then.
    [[nodiscard]] std::vector<std::string> replaced_resources(const directory_kept::publication& done) const
    {
        std::vector<std::string> replaced;
        for (const std::string& table : done.tables) {
            const auto known = run_->tables.find(table);
            if (done.is_whole && known != run_->tables.end()
                && known->second.disposition == to_string(write_disposition::replace))
            {
                const std::vector<std::string> names = known->second.resource_names();
                replaced.insert(replaced.end(), names.begin(), names.end());
            }
        }
        return replaced;
    }

    /// Forgets the cursors of resources of this source. \return how many
    std::size_t forget(cursor_map& all, const std::vector<std::string>& resources) const
    {
        return std::erase_if(all, [&](const auto& c) {
            return std::get<0>(c.first) == run_->kept.source
                && std::find(resources.begin(), resources.end(), std::get<1>(c.first)) != resources.end();
        });
    }

    [[nodiscard]] cursor_map read_cursors() const { return read_cursors(names_.cursors()); }

    [[nodiscard]] cursor_map read_cursors(const std::string& name) const
    {
        cursor_map all;
        const std::string path = directory_ + "/" + name;
        if (!std::filesystem::exists(path)) {
            return all;
        }
        line_reader lines(path);
        while (const auto line = lines.next()) {
            directory_kept::final_cursor c;
            try {
                c = decode<directory_kept::final_cursor>(*line);
            } catch (const error& e) {
                throw error(errc::destination_failed,
                    "the cursors that earlier runs have kept in '" + path + "' cannot be read (" + e.message() + ")",
                    "Restore the file, or remove it: the next run then begins at the initial values");
            }
            all[{std::move(c.source), std::move(c.resource), std::move(c.field), std::move(c.partition)}] =
                std::move(c.state);
        }
        return all;
    }

    /// Writes them beside those that are there, and says how to have them take their place.
    [[nodiscard]] directory_kept::renaming write_cursors(const cursor_map& all) const
    {
        directory_kept::renaming file;
        file.to = names_.cursors();
        file.from = names_.fresh_cursors();
        output_file output(directory_ + "/" + file.from, O_TRUNC);
        std::string line;
        for (const auto& [key, text] : all) {
            directory_kept::final_cursor one;
            std::tie(one.source, one.resource, one.field, one.partition) = key;
            one.state = text;
            line.clear();
            append_json(line, one);
            line += '\n';
            output.append(line);
        }
        output.finish();
        return file;
    }

    /// Removes the files of runs that are not known, and what those that are known have done with.
    /// \pre what was decided is done
    void remove_leftovers() const
    {
        std::vector<std::string> wanted;
        for (const directory_run& r : state_.runs) {
            for (const auto& known : r.tables) {
                const std::string rows = names_.rows(r.kept.id, known.second);
                wanted.push_back(rows);
                wanted.push_back(rows + ".walks");
            }
            for (const auto& known : r.seen) {
                wanted.push_back(names_.digests(r.kept.id, known.first));
            }
        }
        std::vector<std::filesystem::path> leftovers;
        for (const auto& found : std::filesystem::directory_iterator(directory_)) {
            const std::string name = found.path().filename().string();
            const bool is_theirs = names_.is_of_run(name) || name == names_.fresh_cursors();
            if (is_theirs && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
                leftovers.push_back(found.path());
            }
        }
        std::error_code ignored; // they are in nobody's way
        for (const auto& path : leftovers) {
            std::filesystem::remove_all(path, ignored);
        }
    }

    std::string directory_;
    file_names names_;
    state_journal journal_;
    directory_state state_;
    directory_run* run_ = nullptr; ///< the one that is under way: of state_.runs
    bool is_resumed_ = false;
    bool is_broken_ = false;
    bool has_stored_ = false;                     ///< a page, of which the journal does not know yet
    std::chrono::system_clock::time_point date_;  ///< when the run was begun or gone on with
    std::chrono::steady_clock::time_point began_; ///< the same, to count from
    std::string line_;                            ///< what has happened and is not in the journal yet: without its end
    std::map<std::string, std::unique_ptr<digest_list>> digests_;
    std::chrono::steady_clock::time_point synced_{};
    std::optional<cursor_map> cursors_; ///< of earlier runs, once they were asked for
};

} // namespace corest::detail

#pragma once

// One table of a directory of files: its file, and the new rows on their way into it.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/worker.hpp>
#include <corest/error.hpp>
#include <corest/schema/change_log.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/schema/table_schema.hpp>

#include <corest/destination/impl/directory_state.ipp>
#include <corest/destination/impl/file_format.ipp>
#include <corest/destination/impl/file_names.ipp>
#include <corest/destination/impl/posix_file.ipp>
#include <corest/destination/impl/walk_ranges.ipp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace corest::detail {

/// A table of the run: its file, and the new rows on their way into it.
class table_file {
public:
    /// Makes the table's file, if it is not there, and is ready for rows.
    /// \param directory is there
    /// \param format outlives it
    /// \param definition of the table
    /// \param run the id of one that may be gone on with; none: the rows are dropped with the process
    /// \param earlier what the run has collected before; nothing: its `size` is 0
    /// \throws error (destination_failed) where that is not there any more
    table_file(const std::string& directory, const file_format& format, table definition,
        const std::optional<std::string>& run = {}, const directory_kept::collected& earlier = {})
        : format_(&format),
          names_(format),
          definition_(std::move(definition)),
          file_name_(names_.of_table(definition_.name)),
          file_(directory + "/" + file_name_),
          hidden_path_(directory + "/" + (run ? names_.of_run(*run) : names_.hidden())),
          in_run_(run),
          kept_(earlier)
    {
        kept_.table = definition_.name;
        kept_.resource = definition_.resource_name();
        kept_.further_resources.reset();
        if (!definition_.further_resources.empty()) {
            kept_.further_resources = definition_.further_resources;
        }
        kept_.disposition = to_string(definition_.disposition);
        name_hidden_files();
        make_columns();
        add_known_columns();
        need_file();
        if (kept_.size == 0) {
            begin();
        } else {
            go_on();
        }
    }

    [[nodiscard]] const table& definition() const noexcept { return definition_; }
    /// The name of its file, in the directory.
    [[nodiscard]] const std::string& file_name() const noexcept { return file_name_; }
    /// Whether a row could not be written, so that no more can.
    [[nodiscard]] bool failed() const noexcept { return rows_->failed(); }
    /// What is collected, to be gone on with: what is in the file as far as it has been flushed.
    [[nodiscard]] const directory_kept::collected& kept() const noexcept { return kept_; }

    /// Collects the rows of a page. \param walk that they are of, in a run that may be gone on with
    void write(const table_work& work, std::uint64_t walk = 0)
    {
        const page& rows = work.rows;
        const std::vector<bound_column> members = bound_columns(rows);
        std::string lines; // a page is written in full or not at all
        std::vector<walk_digest> keys;
        std::unique_ptr<typed_columns> types = types_ ? types_->clone() : nullptr;
        store_error::for_each_record(rows.size(), [&](std::size_t i) {
            const std::string key = types ? types->append_row(lines, definition_, rows.json(i), work.schema, members)
                                          : format_->append_row(lines, definition_, rows.json(i), members);
            if (definition_.is_keyed()) {
                keys.push_back(row_keys::digest_of(key));
            }
        });
        if (ranges_ && !lines.empty()) {
            ranges_->note(walk, kept_.size);
        }
        add_keys(keys);
        rows_->append(lines);
        kept_.size += lines.size();
        if (types && types->is_changed_since(*types_)) {
            kept_.types = types->to_json();
            types_ = std::move(types);
        }
    }

    /// What was collected is in the file afterwards, for as long as the system runs.
    void flush() { rows_->flush(); }

    /// What was flushed is on the disk afterwards.
    void sync()
    {
        rows_->sync();
        if (ranges_) {
            ranges_->sync();
        }
    }

    /// Collects into another file, without the rows of a walk: the one before stays until `drop_obsolete`.
    void drop_walk(std::uint64_t walk)
    {
        if (!ranges_) {
            return; // a row of a table with a key takes the earlier one's place
        }
        flush();
        obsolete_.push_back(collected_);
        obsolete_.push_back(ranges_->path());
        const std::string before = std::move(collected_);
        const std::unique_ptr<walk_ranges> ranges = std::move(ranges_);
        ++kept_.generation;
        name_hidden_files();
        rows_ = std::make_unique<output_file>(collected_, O_TRUNC);
        need_fresh_ranges();
        const std::uint64_t size = std::exchange(kept_.size, 0);
        const file_descriptor input(before, O_RDONLY, "the file '" + before + "' could not be read");
        copy_part(input, before, 0, kept_.first);
        ranges->for_each(size, [&](std::uint64_t owner, const walk_ranges::range& part) {
            if (owner != walk) {
                ranges_->note(owner, kept_.size);
                copy_part(input, before, part.begin, part.end);
            }
        });
        flush();
    }

    /// Removes the files that others have taken the place of.
    void drop_obsolete() noexcept
    {
        for (const std::string& path : obsolete_) {
            ::unlink(path.c_str());
        }
        obsolete_.clear();
    }

    /// Makes the new file ready to take the old one's place.
    void finish()
    {
        rows_->finish();
        const bool append = definition_.disposition == write_disposition::append;
        const bool has_old =
            definition_.disposition != write_disposition::replace && std::filesystem::file_size(file_) != 0;
        const auto is_as_collected = [&] {
            return append ? !has_other_base() : !has_old && keys_.last_of_each().empty();
        };
        if (format_->is_lines() && is_as_collected()) {
            ready_ = collected_;
            return;
        }
        file_contents contents = known_columns();
        contents.old_file = has_old ? file_ : std::string();
        contents.before = was_made_here_ || std::filesystem::file_size(file_) == 0 ? std::string() : file_;
        contents.collected = collected_;
        contents.first = kept_.first;
        contents.keys = definition_.is_keyed() ? &keys_ : nullptr;
        format_->write(result_, contents);
        ready_ = result_;
    }

    /// Puts what `finish` made in the file's place.
    void publish()
    {
        if (std::rename(ready_.c_str(), file_.c_str()) != 0) {
            store_error::throw_system("the file '" + file_ + "' could not be replaced", errno);
        }
        drop();
    }

    /// What `finish` made, as the name of a file in the directory.
    [[nodiscard]] std::string ready_name() const { return ready_.substr(ready_.rfind('/') + 1); }

    /// Removes what was collected.
    void drop() noexcept
    {
        ::unlink(collected_.c_str());
        ::unlink(result_.c_str());
        if (ranges_) {
            ::unlink(ranges_->path().c_str());
        }
        drop_obsolete();
    }

private:
    void name_hidden_files()
    {
        const std::string path = hidden_path_ + names_.collecting(kept_.generation, definition_.name);
        collected_ = path + ".rows";
        result_ = path + ".result";
    }

    /// Where the file has types: the columns as they are, and the rules of the table go on from them.
    void make_columns()
    {
        const bool keeps_old = definition_.disposition != write_disposition::replace && std::filesystem::exists(file_);
        const bool goes_on = kept_.size != 0;
        types_ = format_->make_columns(
            definition_, keeps_old ? file_ : std::string(), goes_on ? kept_.types.value_or(std::string()) : "");
        if (!types_) {
            return;
        }
        kept_.types = types_->to_json();
        if (definition_.rules) {
            const std::shared_ptr<const schema::table_schema> stored = types_->schema();
            definition_.rules->begin(keeps_old, {}, stored ? std::optional(*stored) : std::nullopt);
        }
    }

    /// A file's contents without rows.
    [[nodiscard]] file_contents known_columns() const
    {
        file_contents contents(definition_);
        contents.columns = kept_.columns;
        contents.types = types_.get();
        return contents;
    }

    /// The columns that are known before the first row.
    void add_known_columns()
    {
        const auto add = [&](const std::string& name) {
            if (std::find(kept_.columns.begin(), kept_.columns.end(), name) == kept_.columns.end()) {
                kept_.columns.push_back(name);
            }
        };
        if (format_->is_lines() || types_) {
            return; // each line names its own, or they have types
        }
        if (definition_.schema) {
            for (const schema::column& c : definition_.schema->columns) {
                add(c.name);
            }
        }
        for (const std::string& name : definition_.binding_columns) {
            add(name);
        }
    }

    /// The table exists from now on.
    void need_file()
    {
        if (std::filesystem::exists(file_)) {
            return;
        }
        was_made_here_ = true;
        if (definition_.changes) {
            definition_.changes->table_made();
        }
        if (!format_->write_empty(result_, known_columns())) {
            output_file(file_, 0);
        } else if (std::rename(result_.c_str(), file_.c_str()) != 0) {
            store_error::throw_system("the file '" + file_ + "' could not be made", errno);
        }
    }

    /// Nothing is collected yet.
    void begin()
    {
        const bool append = format_->is_lines() && definition_.disposition == write_disposition::append;
        if (append) {
            std::error_code failure;
            std::filesystem::copy_file(file_, collected_, std::filesystem::copy_options::overwrite_existing, failure);
            if (failure) {
                store_error::throw_system(
                    "the file '" + file_ + "' could not be copied to '" + collected_ + "'", failure.value());
            }
            const struct stat base = status_of_file();
            kept_.base_size = static_cast<std::uint64_t>(base.st_size);
            kept_.base_number = base.st_ino;
            kept_.base_time = time_of(base);
            kept_.first = kept_.base_size;
        }
        rows_ = std::make_unique<output_file>(collected_, append ? 0 : O_TRUNC);
        if (append && !ends_with_line()) {
            rows_->append("\n");
            ++kept_.first;
        }
        kept_.size = kept_.first;
        if (in_run_ && definition_.is_staged() && !definition_.is_keyed()) {
            need_fresh_ranges();
        }
    }

    /// An earlier process has collected rows.
    void go_on()
    {
        std::error_code failure;
        const std::uintmax_t size = std::filesystem::file_size(collected_, failure);
        if (failure || size < kept_.size) {
            throw error(errc::destination_failed,
                "the file '" + collected_ + "', in which an earlier run has collected rows, is "
                    + (failure ? "missing" : "cut off"),
                "Begin anew, with --restart");
        }
        if (::truncate(collected_.c_str(), static_cast<off_t>(kept_.size)) != 0) {
            store_error::throw_system("the file '" + collected_ + "' could not be cut to its length", errno);
        }
        rows_ = std::make_unique<output_file>(collected_, 0);
        if (definition_.is_staged() && !definition_.is_keyed()) {
            ranges_ = std::make_unique<walk_ranges>(collected_ + ".walks", kept_.size);
        }
        if (definition_.is_keyed()) {
            line_reader lines(collected_);
            while (const auto line = lines.next()) {
                keys_.add(types_ ? types_->key(definition_, *line) : format_->key(definition_, *line));
            }
        }
    }

    /// Notes the keys of a page: all of them, or none.
    void add_keys(const std::vector<walk_digest>& keys)
    {
        const std::uint64_t before = keys_.size();
        try {
            for (const walk_digest& key : keys) {
                keys_.add(key);
            }
        } catch (...) {
            keys_.truncate(before);
            throw;
        }
    }

    void need_fresh_ranges() { ranges_ = std::make_unique<walk_ranges>(collected_ + ".walks", 0); }

    /// Appends a part of another file.
    void copy_part(const file_descriptor& input, const std::string& path, std::uint64_t begin, std::uint64_t end)
    {
        std::string some;
        while (begin < end) {
            some.resize(static_cast<std::size_t>(std::min<std::uint64_t>(end - begin, std::uint64_t{1} << 16)));
            const ssize_t size = ::pread(input.number(), some.data(), some.size(), static_cast<off_t>(begin));
            if (size <= 0) {
                store_error::throw_system("the file '" + path + "' could not be read", size < 0 ? errno : EIO);
            }
            some.resize(static_cast<std::size_t>(size));
            rows_->append(some);
            begin += some.size();
            kept_.size += some.size();
        }
    }

    [[nodiscard]] struct stat status_of_file() const
    {
        struct stat status = {};
        if (::stat(file_.c_str(), &status) != 0) {
            store_error::throw_system("the file '" + file_ + "' could not be read", errno);
        }
        return status;
    }

    /// When it was changed, in nanoseconds.
    [[nodiscard]] static std::int64_t time_of(const struct stat& status)
    {
#if defined(__APPLE__)
        const struct timespec time = status.st_mtimespec;
#else
        const struct timespec time = status.st_mtim;
#endif
        return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
    }

    /// Whether the file is another than the one that was copied: another run has added to it meanwhile.
    [[nodiscard]] bool has_other_base() const
    {
        const struct stat now = status_of_file();
        return static_cast<std::uint64_t>(now.st_size) != kept_.base_size || now.st_ino != kept_.base_number
            || time_of(now) != kept_.base_time;
    }

    [[nodiscard]] bool ends_with_line() const
    {
        std::FILE* const file = std::fopen(file_.c_str(), "re");
        const bool broken = file && std::fseek(file, -1, SEEK_END) == 0 && std::fgetc(file) != '\n';
        if (file) {
            std::fclose(file);
        }
        return !broken;
    }

    const file_format* format_;
    file_names names_;
    table definition_;
    std::string file_name_;
    std::string file_;
    std::string hidden_path_;    ///< what the paths of its hidden files begin with
    bool in_run_;                ///< that may be gone on with
    bool was_made_here_ = false; ///< the file was not there before
    directory_kept::collected kept_;
    std::string collected_; ///< the new rows; in an append, after the old ones
    std::string result_;    ///< old and new rows without those that were replaced
    std::string ready_;     ///< which of the two becomes the file
    std::unique_ptr<output_file> rows_;
    std::unique_ptr<typed_columns> types_; ///< where the format has types; else null
    std::unique_ptr<walk_ranges> ranges_;  ///< where rows of a walk may have to be found; else null
    std::vector<std::string> obsolete_;
    row_keys keys_; ///< of the collected lines, where rows take each other's place
};

} // namespace corest::detail

#pragma once

// What the thread of an NDJSON directory does: a file for each table, and how new files take the place of old ones.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/destination/worker.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace corest::detail {

/// An open file or directory.
class file_descriptor {
public:
    file_descriptor() = default;
    /// \param flags as of open(2)
    file_descriptor(const std::string& path, int flags, const std::string& doing)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666))
    {
        if (number_ < 0) {
            file_failed(doing, errno);
        }
    }
    file_descriptor(file_descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    file_descriptor& operator=(file_descriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~file_descriptor()
    {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    [[nodiscard]] int number() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// A file that is written front to back. After a failure it stays failed: part of a line may be in it.
class output_file {
public:
    output_file(std::string path, int flags)
        : path_(std::move(path)),
          file_(path_, O_WRONLY | O_CREAT | O_APPEND | flags, doing())
    {
    }

    void append(std::string_view text)
    {
        buffer_ += text;
        if (buffer_.size() >= enough || failed()) {
            flush();
        }
    }

    /// Everything is on the disk afterwards.
    void finish()
    {
        flush();
        if (::fsync(file_.number()) != 0) {
            failed_ = errno;
            file_failed(doing(), failed_);
        }
    }

    [[nodiscard]] bool failed() const noexcept { return failed_ != 0; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    static constexpr std::size_t enough = std::size_t{64} * 1024;

    [[nodiscard]] std::string doing() const { return "the file '" + path_ + "' could not be written"; }

    void flush()
    {
        std::string_view rest = buffer_;
        while (failed_ == 0 && !rest.empty()) {
            const ssize_t written = ::write(file_.number(), rest.data(), rest.size());
            if (written >= 0) {
                rest.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR) {
                failed_ = errno;
            }
        }
        buffer_.clear();
        if (failed_ != 0) {
            file_failed(doing(), failed_);
        }
    }

    std::string path_;
    file_descriptor file_;
    std::string buffer_;
    int failed_ = 0;
};

/// The lines of a file, one after the other.
class line_reader {
public:
    explicit line_reader(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "re"))
    {
        if (!file_) {
            file_failed("the file '" + path_ + "' could not be read", errno);
        }
    }
    line_reader(const line_reader&) = delete;
    line_reader& operator=(const line_reader&) = delete;
    ~line_reader()
    {
        std::free(line_);
        std::fclose(file_);
    }

    /// The next line, without its line feed; valid until the next call.
    [[nodiscard]] std::optional<std::string_view> next()
    {
        const ssize_t size = ::getline(&line_, &capacity_, file_);
        if (size < 0) {
            if (std::ferror(file_) != 0) {
                file_failed("the file '" + path_ + "' could not be read", errno);
            }
            return std::nullopt;
        }
        std::string_view text(line_, static_cast<std::size_t>(size));
        if (text.ends_with('\n')) {
            text.remove_suffix(1);
        }
        return text;
    }

private:
    std::string path_;
    std::FILE* file_;
    char* line_ = nullptr;
    std::size_t capacity_ = 0;
};

/// A table of the run: its file, and the new rows on their way into it.
class ndjson_table {
public:
    ndjson_table(const std::string& directory, const std::string& file_name, table about)
        : about_(std::move(about)),
          file_(directory + "/" + file_name),
          collected_(directory + "/.corest-" + file_name + ".rows"),
          result_(directory + "/.corest-" + file_name + ".result")
    {
        const bool append = about_.disposition == write_disposition::append;
        output_file(file_, 0); // the table exists from now on
        if (append) {
            std::error_code failure;
            std::filesystem::copy_file(file_, collected_, std::filesystem::copy_options::overwrite_existing, failure);
            if (failure) {
                file_failed("the file '" + file_ + "' could not be copied to '" + collected_ + "'", failure.value());
            }
        }
        rows_ = std::make_unique<output_file>(collected_, append ? 0 : O_TRUNC);
        if (append && !ends_with_line()) {
            rows_->append("\n");
        }
    }

    [[nodiscard]] const table& about() const noexcept { return about_; }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    [[nodiscard]] bool failed() const noexcept { return rows_->failed(); }

    void write(const page& rows)
    {
        const std::vector<bound_column> members = bound_columns(rows);
        std::string lines; // a page is written in full or not at all
        std::vector<std::string> keys;
        for_each_record(rows.size(), [&](std::size_t i) {
            const std::string_view record = rows.json(i);
            append_line(lines, record, members);
            if (about_.is_keyed()) {
                std::string lacking;
                std::optional<std::string> key = key_of(record, about_.primary_key, members, lacking);
                if (!key) {
                    throw lacks_key(about_.name, lacking, record);
                }
                keys.push_back(std::move(*key));
            }
        });
        rows_->append(lines);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            last_[std::move(keys[i])] = lines_ + i;
        }
        lines_ += keys.size();
    }

    /// Makes the new file ready to take the old one's place.
    void finish()
    {
        rows_->finish();
        ready_ = collected_;
        const bool has_old = about_.disposition == write_disposition::merge && std::filesystem::file_size(file_) != 0;
        if (!about_.is_keyed() || (!has_old && last_.size() == lines_)) {
            return;
        }
        output_file result(result_, O_TRUNC);
        if (has_old) {
            copy_lines(result, file_, surviving_old());
        }
        std::vector<bool> surviving(lines_, false);
        for (const auto& known : last_) {
            surviving[known.second] = true;
        }
        copy_lines(result, collected_, surviving);
        result.finish();
        ready_ = result_;
    }

    /// Puts what `finish` made in the file's place.
    void publish()
    {
        if (std::rename(ready_.c_str(), file_.c_str()) != 0) {
            file_failed("the file '" + file_ + "' could not be replaced", errno);
        }
        drop();
    }

    void drop() noexcept
    {
        ::unlink(collected_.c_str());
        ::unlink(result_.c_str());
    }

private:
    [[nodiscard]] bool ends_with_line() const
    {
        std::FILE* const file = std::fopen(file_.c_str(), "re");
        const bool broken = file && std::fseek(file, -1, SEEK_END) == 0 && std::fgetc(file) != '\n';
        if (file) {
            std::fclose(file);
        }
        return !broken;
    }

    /// Of the lines of the old file, which are neither replaced by a new row nor by a later line of their own.
    [[nodiscard]] std::vector<bool> surviving_old() const
    {
        std::vector<bool> surviving;
        std::unordered_map<std::string, std::size_t> last;
        line_reader old(file_);
        while (const auto line = old.next()) {
            const std::size_t number = surviving.size();
            surviving.push_back(!line->empty());
            if (line->empty()) {
                continue;
            }
            std::optional<std::string> key;
            try {
                std::string lacking;
                key = key_of(*line, about_.primary_key, {}, lacking);
            } catch (const error& e) {
                throw error(errc::destination_failed,
                    "line " + std::to_string(number + 1) + " of '" + file_ + "' cannot be merged with: " + e.message(),
                    "Mend or remove that line, or load with the write disposition replace");
            }
            if (!key) {
                continue; // a row without a key, of an earlier append, replaces nothing and is replaced by nothing
            }
            if (last_.contains(*key)) {
                surviving[number] = false;
            } else if (const auto [known, fresh] = last.try_emplace(std::move(*key), number); !fresh) {
                surviving[known->second] = false;
                known->second = number;
            }
        }
        return surviving;
    }

    static void copy_lines(output_file& to, const std::string& from, const std::vector<bool>& surviving)
    {
        line_reader lines(from);
        for (std::size_t i = 0; i < surviving.size(); ++i) {
            const auto line = lines.next();
            if (surviving[i] && line) {
                to.append(*line);
                to.append("\n");
            }
        }
    }

    table about_;
    std::string file_;
    std::string collected_; ///< the new rows; in an append, after the old ones
    std::string result_;    ///< old and new rows without those that were replaced
    std::string ready_;     ///< which of the two becomes the file
    std::unique_ptr<output_file> rows_;
    std::unordered_map<std::string, std::size_t> last_; ///< for each key: the last of the collected lines that has it
    std::size_t lines_ = 0;                             ///< collected lines with a key
};

class ndjson_directory final : public table_store {
public:
    explicit ndjson_directory(std::string directory) : directory_(std::move(directory)) {}

    void run(const std::vector<table_work*>& waiting) override
    {
        for (table_work* work : waiting) {
            attempt(*work, [&] {
                const std::string& name = work->about.name;
                switch (work->what) {
                case table_work::action::open:
                    open(work->about);
                    break;
                case table_work::action::write:
                    tables_.open_entry(name).target().write(work->rows);
                    break;
                case table_work::action::close:
                    close(name);
                    break;
                case table_work::action::abandon:
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

    [[nodiscard]] static std::string file_name(const std::string& table)
    {
        std::string name;
        for (const char c : table) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
                || c == '-' || (c == '.' && !name.empty()) || static_cast<unsigned char>(c) >= 0x80;
            if (plain) {
                name += c;
            } else {
                name += '%';
                name += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
                name += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
            }
        }
        return name + ".ndjson";
    }

    void open(const table& about)
    {
        tables_.check(about);
        need_lock();
        if (const ledger::entry* const before = tables_.complete_entry(about.name)) {
            before->target().publish();
        }
        tables_.add(about, std::make_unique<ndjson_table>(directory_, file_name(about.name), about));
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
            if (!target.about().is_staged() && !target.failed()) {
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
            write_journal({grown, tables.end()});
        }
        for (const ledger::entry* e : tables) {
            e->target().publish();
            tables_.remove(*e);
        }
        ::unlink(journal().c_str());
        if (::fsync(lock_.number()) != 0) {
            file_failed("the directory '" + directory_ + "' could not be written", errno);
        }
    }

    // ---- runs that were killed ----

    [[nodiscard]] std::string journal() const { return directory_ + "/.corest-journal"; }

    /// Writes down how long the files are that are about to grow. Should the run be killed when only some of them have,
    /// the next one cuts them back: otherwise it would add the same rows again.
    void write_journal(const std::vector<ledger::entry*>& grown) const
    {
        const std::string fresh = journal() + ".new";
        output_file file(fresh, O_TRUNC);
        for (const ledger::entry* e : grown) {
            const std::string& path = e->target().file();
            std::string line = "{\"file\":";
            append_quoted(line, path.substr(directory_.size() + 1));
            line += ",\"size\":" + std::to_string(std::filesystem::file_size(path)) + "}\n";
            file.append(line);
        }
        file.finish();
        if (std::rename(fresh.c_str(), journal().c_str()) != 0) {
            file_failed("the file '" + journal() + "' could not be written", errno);
        }
    }

    void undo_journal() const
    {
        line_reader lines(journal());
        while (const auto line = lines.next()) {
            std::string file;
            std::string scratch;
            std::uint64_t size = 0;
            std::string_view key;
            json_reader reader(*line, "the journal");
            reader.begin_object();
            while (reader.next_key(key, scratch)) {
                if (key == "file") {
                    file = directory_ + "/" + std::string(reader.string(scratch));
                } else {
                    size = reader.uint64();
                }
            }
            std::error_code gone;
            if (const auto now = std::filesystem::file_size(file, gone); !gone && now > size) {
                std::filesystem::resize_file(file, size);
            }
        }
    }

    /// Locks the directory for as long as tables are open, and removes what a run that was killed has left.
    void need_lock()
    {
        if (lock_) {
            return;
        }
        const std::string doing = "the directory '" + directory_ + "' could not be opened";
        std::error_code failure;
        std::filesystem::create_directories(directory_, failure);
        if (failure) {
            file_failed("the directory '" + directory_ + "' could not be made", failure.value());
        }
        file_descriptor lock(directory_, O_RDONLY | O_DIRECTORY, doing);
        if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) {
                throw error(errc::destination_failed, "another run is writing into the directory '" + directory_ + "'",
                    "Wait until it has ended, or load into another directory");
            }
            file_failed(doing, errno);
        }
        if (std::filesystem::exists(journal())) {
            undo_journal();
            ::unlink(journal().c_str());
        }
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
    file_descriptor lock_;
    ledger tables_{"not every file system tells apart"};
};

} // namespace corest::detail

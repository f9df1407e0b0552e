#pragma once

// One table of an NDJSON directory: its file, and how new lines take the place of old ones.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
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

/// A table of the run: its file, and the new rows on their way into it.
class ndjson_table {
public:
    /// Makes the table's file, if it is not there, and is ready for rows. \param directory is there
    ndjson_table(const std::string& directory, table definition)
        : definition_(std::move(definition)),
          file_name_(make_file_name(definition_.name)),
          file_(directory + "/" + file_name_),
          collected_(directory + "/.corest-" + file_name_ + ".rows"),
          result_(directory + "/.corest-" + file_name_ + ".result")
    {
        const bool append = definition_.disposition == write_disposition::append;
        output_file(file_, 0); // the table exists from now on
        if (append) {
            std::error_code failure;
            std::filesystem::copy_file(file_, collected_, std::filesystem::copy_options::overwrite_existing, failure);
            if (failure) {
                store_error::throw_system(
                    "the file '" + file_ + "' could not be copied to '" + collected_ + "'", failure.value());
            }
        }
        rows_ = std::make_unique<output_file>(collected_, append ? 0 : O_TRUNC);
        if (append && !ends_with_line()) {
            rows_->append("\n");
        }
    }

    [[nodiscard]] const table& definition() const noexcept { return definition_; }
    /// The name of its file, in the directory.
    [[nodiscard]] const std::string& file_name() const noexcept { return file_name_; }
    /// Whether a row could not be written, so that no more can.
    [[nodiscard]] bool failed() const noexcept { return rows_->failed(); }

    /// Collects the rows of a page.
    void write(const page& rows)
    {
        const std::vector<bound_column> members = bound_columns(rows);
        std::string lines; // a page is written in full or not at all
        std::vector<std::string> keys;
        store_error::for_each_record(rows.size(), [&](std::size_t i) {
            std::string key = ndjson_line::append_row(lines, definition_, rows.json(i), members);
            if (definition_.is_keyed()) {
                keys.push_back(std::move(key));
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
        const bool has_old =
            definition_.disposition == write_disposition::merge && std::filesystem::file_size(file_) != 0;
        if (!definition_.is_keyed() || (!has_old && last_.size() == lines_)) {
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
            store_error::throw_system("the file '" + file_ + "' could not be replaced", errno);
        }
        drop();
    }

    /// Removes what was collected.
    void drop() noexcept
    {
        ::unlink(collected_.c_str());
        ::unlink(result_.c_str());
    }

private:
    /// The name of a table's file: no character of it has a meaning in a path.
    [[nodiscard]] static std::string make_file_name(const std::string& table)
    {
        std::string name;
        for (const char c : table) {
            const bool plain = is_name_character(c) || c == '-' || (c == '.' && !name.empty())
                || static_cast<unsigned char>(c) >= 0x80;
            if (plain) {
                name += c;
            } else {
                name += '%';
                append_hex(name, c);
            }
        }
        return name + ".ndjson";
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
                key = ndjson_line::key(*line, definition_.primary_key, {}, lacking);
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

    static void copy_lines(output_file& output, const std::string& input, const std::vector<bool>& surviving)
    {
        line_reader lines(input);
        for (std::size_t i = 0; i < surviving.size(); ++i) {
            const auto line = lines.next();
            if (surviving[i] && line) {
                output.append(*line);
                output.append("\n");
            }
        }
    }

    table definition_;
    std::string file_name_;
    std::string file_;
    std::string collected_; ///< the new rows; in an append, after the old ones
    std::string result_;    ///< old and new rows without those that were replaced
    std::string ready_;     ///< which of the two becomes the file
    std::unique_ptr<output_file> rows_;
    std::unordered_map<std::string, std::size_t> last_; ///< for each key: the last of the collected lines that has it
    std::size_t lines_ = 0;                             ///< collected lines with a key
};

} // namespace corest::detail

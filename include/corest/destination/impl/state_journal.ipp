#pragma once

// A file of lines that are appended one after the other, of which the whole ones are found again, whatever happens.

#include <corest/destination/store_error.hpp>
#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace corest::detail {

/// Lines, each with a checksum before it. A line that was appended is there where the process has ended, however; where
/// the system has, the lines up to the last one that was synced are: whether it has is told by its boot's id, which the
/// first line holds. What follows a line that is not whole, or was not synced, does not count.
class state_journal {
public:
    explicit state_journal(std::string path) : path_(std::move(path)) {}

    /// Whether there is a file.
    [[nodiscard]] bool exists() const { return std::filesystem::exists(path_); }

    /// Calls a function with each line that counts, in their order.
    /// \throws error (destination_failed) where another version has written it
    void read(const std::function<void(std::string_view)>& take) const
    {
        if (!exists()) {
            return;
        }
        std::size_t whole = 0;
        std::size_t synced = 0;
        bool same_boot = false;
        each_line([&](std::string_view line) {
            ++whole;
            if (whole == 1) {
                if (!line.starts_with(version_mark)) {
                    throw error(errc::destination_failed,
                        "the state of runs in '" + path_ + "' was written by another version of corest",
                        "Use that version, or remove the file: the next run then begins anew");
                }
                same_boot = !boot_id().empty() && line == boot_line();
            }
            synced = line == synced_mark ? whole : synced;
        });
        std::size_t number = 0;
        const std::size_t end = same_boot ? whole : synced;
        each_line([&](std::string_view line) {
            if (++number > 1 && number <= end && line != synced_mark) {
                take(line);
            }
        });
    }

    /// Appends a line: it is there if the process ends from now on. \param line has no line feed
    void append(std::string_view line)
    {
        std::string text;
        add_line(text, line);
        write(text);
    }

    /// Appends that all lines so far are on the disk, and what they tell of too. It is on the disk itself afterwards.
    void append_synced()
    {
        append(synced_mark);
        if (::fdatasync(file_.number()) != 0) {
            fail();
        }
    }

    /// Puts other lines in the place of all: the file has either those or these. They are on the disk afterwards.
    /// \param lines calls its argument with each
    void replace(const std::function<void(const std::function<void(std::string_view)>&)>& lines)
    {
        const std::string fresh = path_ + ".new";
        const std::string message = "the file '" + fresh + "' could not be written";
        file_ = {};
        file_descriptor output(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, message);
        std::swap(file_, output);
        size_ = 0;
        std::string text;
        const auto add = [&](std::string_view line) {
            add_line(text, line);
            if (text.size() >= std::size_t{64} * 1024) {
                write(text);
                text.clear();
            }
        };
        add(boot_line());
        lines(add);
        add(synced_mark);
        write(text);
        if (::fsync(file_.number()) != 0) {
            fail();
        }
        if (std::rename(fresh.c_str(), path_.c_str()) != 0) {
            fail();
        }
        least_size_ = size_;
    }

    /// Whether so much has been appended that `replace` is worth while.
    [[nodiscard]] bool is_long() const noexcept { return size_ > std::max(longest, 2 * least_size_); }

    /// Appends no more.
    void close() noexcept { file_ = {}; }

private:
    static constexpr std::string_view version_mark = "{\"version\":1,"; ///< how the first line begins
    static constexpr std::string_view synced_mark = "\"synced\"";
    static constexpr std::size_t longest = std::size_t{1} << 20;
    static constexpr std::size_t checksum_size = 16;

    /// What is different after each start of the system; empty where it does not tell.
    [[nodiscard]] static const std::string& boot_id()
    {
        static const std::string id = [] {
            std::array<char, 64> text{};
            std::FILE* const file = std::fopen("/proc/sys/kernel/random/boot_id", "re");
            const bool known = file && std::fgets(text.data(), static_cast<int>(text.size()), file);
            if (file) {
                std::fclose(file);
            }
            std::string read(known ? text.data() : "");
            return read.substr(0, read.find('\n'));
        }();
        return id;
    }

    [[nodiscard]] static std::string boot_line()
    {
        return std::string(version_mark) + "\"boot\":\"" + boot_id() + "\"}";
    }

    [[nodiscard]] static std::string checksum(std::string_view line)
    {
        const std::uint64_t hash = hash_bytes(line, 0);
        std::string text;
        for (int shift = 56; shift >= 0; shift -= 8) {
            append_hex(text, static_cast<char>((hash >> static_cast<unsigned>(shift)) & 0xffU), lower_hex_digits);
        }
        return text;
    }

    static void add_line(std::string& text, std::string_view line)
    {
        text += checksum(line);
        text += ' ';
        text += line;
        text += '\n';
    }

    /// Calls a function with each line until one is not whole.
    template <class Function>
    void each_line(Function&& take) const
    {
        line_reader lines(path_);
        while (const auto text = lines.next()) {
            if (text->size() <= checksum_size || (*text)[checksum_size] != ' ') {
                return;
            }
            const std::string_view line = text->substr(checksum_size + 1);
            if (text->substr(0, checksum_size) != checksum(line)) {
                return;
            }
            take(line);
        }
    }

    void write(std::string_view text)
    {
        size_ += text.size();
        while (!text.empty()) {
            const ssize_t written = ::write(file_.number(), text.data(), text.size());
            if (written >= 0) {
                text.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR) {
                fail();
            }
        }
    }

    [[noreturn]] void fail() const
    {
        store_error::throw_system("the file '" + path_ + "' could not be written", errno);
    }

    std::string path_;
    file_descriptor file_;
    std::size_t size_ = 0;
    std::size_t least_size_ = 0; ///< when it was replaced last
};

} // namespace corest::detail

#pragma once

// Files as POSIX has them, with errors that say what to do.

#include <corest/destination/store_error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::detail {

/// An open file or directory.
class file_descriptor {
public:
    file_descriptor() = default;
    /// \param flags as of open(2)
    file_descriptor(const std::string& path, int flags, const std::string& message)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666))
    {
        if (number_ < 0) {
            store_error::throw_system(message, errno);
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
          file_(path_, O_WRONLY | O_CREAT | O_APPEND | flags, message())
    {
    }

    void append(std::string_view text)
    {
        buffer_ += text;
        if (buffer_.size() >= enough || failed()) {
            flush();
        }
    }

    /// Everything is in the file afterwards, for as long as the system runs.
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
            store_error::throw_system(message(), failed_);
        }
    }

    /// What was flushed is on the disk afterwards.
    void sync()
    {
        if (::fdatasync(file_.number()) != 0) {
            failed_ = errno;
            store_error::throw_system(message(), failed_);
        }
    }

    /// Everything is on the disk afterwards.
    void finish()
    {
        flush();
        if (::fsync(file_.number()) != 0) {
            failed_ = errno;
            store_error::throw_system(message(), failed_);
        }
    }

    [[nodiscard]] bool failed() const noexcept { return failed_ != 0; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    static constexpr std::size_t enough = std::size_t{64} * 1024;

    [[nodiscard]] std::string message() const { return "the file '" + path_ + "' could not be written"; }

    std::string path_;
    file_descriptor file_;
    std::string buffer_;
    int failed_ = 0;
};

/// The lines of a file, one after the other.
class line_reader {
public:
    /// \param path of the file
    /// \param offset where the first one begins
    explicit line_reader(const std::string& path, std::uint64_t offset = 0)
        : path_(path),
          file_(std::fopen(path.c_str(), "re"))
    {
        if (!file_) {
            store_error::throw_system("the file '" + path_ + "' could not be read", errno);
        }
        if (::fseeko(file_, static_cast<off_t>(offset), SEEK_SET) != 0) {
            const int failure = errno;
            std::fclose(file_);
            store_error::throw_system("the file '" + path_ + "' could not be read", failure);
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
                store_error::throw_system("the file '" + path_ + "' could not be read", errno);
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

} // namespace corest::detail

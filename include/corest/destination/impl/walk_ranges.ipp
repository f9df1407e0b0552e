#pragma once

// Which parts of a file belong to which walk: kept on the disk, since a walk may have any number of pages.

#include <corest/destination/store_error.hpp>

#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace corest::detail {

/// A file of (walk, offset): from there on the other file belongs to that walk. Written where the walk changes only.
class walk_ranges {
public:
    /// A part of the other file.
    class range {
    public:
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
    };

    walk_ranges() = default;
    /// \param path of the file
    /// \param size of the other file, as far as it counts: what is said of what lies behind is dropped
    walk_ranges(std::string path, std::uint64_t size)
        : path_(std::move(path)),
          file_(path_, O_RDWR | O_CREAT, message())
    {
        for (const std::uint64_t entries = length() / sizeof(entry); count_ < entries; ++count_) {
            const entry next = read(count_);
            if (next[1] >= size) {
                break;
            }
            last_walk_ = next[0];
        }
        if (::ftruncate(file_.number(), static_cast<off_t>(count_ * sizeof(entry))) != 0) {
            fail();
        }
    }

    /// Says that what follows is a walk's. \param offset in the other file
    void note(std::uint64_t walk, std::uint64_t offset)
    {
        if (count_ != 0 && walk == last_walk_) {
            return;
        }
        const entry next = {walk, offset};
        if (::pwrite(file_.number(), next.data(), sizeof next, static_cast<off_t>(count_ * sizeof next))
            != static_cast<ssize_t>(sizeof next))
        {
            fail();
        }
        ++count_;
        last_walk_ = walk;
    }

    /// Calls a function with each part, and the walk that it is of. \param size of the other file
    template <class Function>
    void for_each(std::uint64_t size, Function&& function) const
    {
        for (std::uint64_t i = 0; i < count_; ++i) {
            const entry part = read(i);
            range one;
            one.begin = part[1];
            one.end = i + 1 < count_ ? read(i + 1)[1] : size;
            function(part[0], one);
        }
    }

    /// Everything is on the disk afterwards.
    void sync() const
    {
        if (file_ && ::fdatasync(file_.number()) != 0) {
            fail();
        }
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    using entry = std::array<std::uint64_t, 2>;

    [[nodiscard]] std::uint64_t length() const
    {
        struct stat status = {};
        if (::fstat(file_.number(), &status) != 0) {
            fail();
        }
        return static_cast<std::uint64_t>(status.st_size);
    }

    [[nodiscard]] entry read(std::uint64_t index) const
    {
        entry found{};
        if (::pread(file_.number(), found.data(), sizeof found, static_cast<off_t>(index * sizeof found))
            != static_cast<ssize_t>(sizeof found))
        {
            fail();
        }
        return found;
    }

    [[nodiscard]] std::string message() const { return "the file '" + path_ + "' could not be read or written"; }
    [[noreturn]] void fail() const { store_error::throw_system(message(), errno); }

    std::string path_;
    file_descriptor file_;
    std::uint64_t count_ = 0;
    std::uint64_t last_walk_ = 0;
};

} // namespace corest::detail

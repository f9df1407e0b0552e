#pragma once

/// \file
/// A file for what does not fit into memory. Not for users.

#if defined(__unix__) || defined(__APPLE__)

#    include <corest/error.hpp>

#    include <fcntl.h>
#    include <sys/types.h>
#    include <unistd.h>

#    include <cerrno>
#    include <cstddef>
#    include <cstdint>
#    include <cstdlib>
#    include <string>
#    include <system_error>
#    include <utility>

namespace corest::detail {

/// A file that has no name, and is gone when it is closed: in TMPDIR, else in /var/tmp, else in /tmp.
class temporary_file {
public:
    /// \param holds what it holds, for messages: "the walks that were opened"
    /// \throws error (limit_exceeded) where there can be no such file
    explicit temporary_file(const char* holds) : holds_(holds)
    {
        std::string path = directory() + "/corest-XXXXXX";
        file_ = ::mkostemp(path.data(), O_CLOEXEC);
        if (file_ < 0) {
            fail("made");
        }
        ::unlink(path.c_str());
    }
    temporary_file(temporary_file&& other) noexcept : holds_(other.holds_), file_(std::exchange(other.file_, -1)) {}
    temporary_file& operator=(temporary_file&& other) noexcept
    {
        std::swap(holds_, other.holds_);
        std::swap(file_, other.file_);
        return *this;
    }
    ~temporary_file()
    {
        if (file_ >= 0) {
            ::close(file_);
        }
    }

    /// \param size in bytes; what is new of them is zero
    /// \throws error (limit_exceeded) where there is no room
    void resize(std::uint64_t size)
    {
        if (::ftruncate(file_, static_cast<off_t>(size)) != 0) {
            fail("made");
        }
    }
    /// Reads bytes that are there. \throws error (limit_exceeded)
    void read(std::uint64_t offset, void* to, std::size_t size) const
    {
        transfer(
            offset, static_cast<char*>(to), size,
            [this](char* data, std::size_t n, off_t at) { return ::pread(file_, data, n, at); }, "read");
    }
    /// \throws error (limit_exceeded) where there is no room
    void write(std::uint64_t offset, const void* from, std::size_t size)
    {
        transfer(
            offset, static_cast<const char*>(from), size,
            [this](const char* data, std::size_t n, off_t at) { return ::pwrite(file_, data, n, at); }, "written");
    }

    /// What the system calls it by, while this is there.
    [[nodiscard]] int number() const noexcept { return file_; }

private:
    /// Where such files are.
    [[nodiscard]] static std::string directory()
    {
        const char* const named = std::getenv("TMPDIR");
        if (named != nullptr && *named != '\0') {
            return named;
        }
        return ::access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp"; // /tmp may be memory
    }

    [[noreturn]] void fail(const char* done) const
    {
        const std::string cause = std::generic_category().message(errno);
        throw error(errc::limit_exceeded,
            std::string("the temporary file of ") + holds_ + " could not be " + done + " (" + cause + ")",
            "Make room there, or let TMPDIR name another directory");
    }

    template <class Bytes, class Function>
    void transfer(std::uint64_t offset, Bytes* data, std::size_t size, const Function& function, const char* done) const
    {
        while (size != 0) {
            const ssize_t moved = function(data, size, static_cast<off_t>(offset));
            if (moved > 0) {
                data += moved;
                size -= static_cast<std::size_t>(moved);
                offset += static_cast<std::uint64_t>(moved);
            } else if (moved == 0 || errno != EINTR) {
                errno = moved == 0 ? EIO : errno;
                fail(done);
            }
        }
    }

    const char* holds_;
    int file_ = -1;
};

} // namespace corest::detail

#endif

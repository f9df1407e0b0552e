#pragma once

// A file beside a destination that says who loads into it.

#include <corest/destination/progress.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include <corest/destination/impl/posix_file.ipp>

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace corest::detail {

/// A lock on a destination for one run. It is held by the open file (flock), so it ends with the process, however that
/// ends; what stands in the file is for who is refused.
class run_lock {
public:
    run_lock() = default;

    /// \param path of the file, which is made where it does not exist
    /// \param destination for messages: "the database 'data.db'"
    /// \param run who wants it
    /// \throws error (destination_failed) naming the holder, where there is another one
    run_lock(std::string path, const std::string& destination, const run_identity& run) : path_(std::move(path))
    {
        const std::string message = "the lock file '" + path_ + "' could not be opened";
        for (;;) {
            file_descriptor file(path_, O_RDWR | O_CREAT, message);
            if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
                if (errno != EWOULDBLOCK) {
                    store_error::throw_system(message, errno);
                }
                refuse(destination, content_of(file));
            }
            if (is_the_one(file)) {
                file_ = std::move(file);
                break;
            } // its holder has removed it meanwhile
        }
        const std::string text = describe(run) + "\n";
        if (::ftruncate(file_.number(), 0) != 0
            || ::pwrite(file_.number(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        {
            // The lock counts, not what is said of it.
        }
    }

    run_lock(run_lock&&) noexcept = default;
    run_lock& operator=(run_lock&& other) noexcept
    {
        std::swap(path_, other.path_);
        std::swap(file_, other.file_);
        return *this;
    }
    /// Removes the file, while the lock is still held.
    ~run_lock()
    {
        if (file_) {
            ::unlink(path_.c_str());
        }
    }

    explicit operator bool() const noexcept { return static_cast<bool>(file_); }

    /// Who holds a lock for a run, for who is refused.
    [[nodiscard]] static std::string describe(const run_identity& run)
    {
        std::array<char, 256> host{};
        if (::gethostname(host.data(), host.size() - 1) != 0) {
            host[0] = '?';
        }
        return run.program + ", process " + std::to_string(::getpid()) + " on " + host.data() + ", which loads "
            + run.source + " since " + format_date_time(run.date);
    }

    /// Throws that another run has a destination. \param holder as `describe` says; empty where it is not known
    [[noreturn]] static void refuse(const std::string& destination, const std::string& holder)
    {
        throw error(errc::destination_failed,
            destination
                + " is being loaded by another run: " + (holder.empty() ? std::string("it has just begun") : holder),
            "Wait for it to end, or end it; what it has stored is kept");
    }

private:
    [[nodiscard]] bool is_the_one(const file_descriptor& file) const
    {
        struct stat opened = {};
        struct stat named = {};
        return ::fstat(file.number(), &opened) == 0 && ::stat(path_.c_str(), &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
    }

    [[nodiscard]] static std::string content_of(const file_descriptor& file)
    {
        std::array<char, 1024> bytes{};
        const ssize_t size = ::pread(file.number(), bytes.data(), bytes.size(), 0);
        const std::string_view text(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        return std::string(text.substr(0, text.find('\n')));
    }

    std::string path_;
    file_descriptor file_;
};

} // namespace corest::detail

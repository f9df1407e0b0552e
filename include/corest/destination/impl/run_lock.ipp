#pragma once

// A file beside a destination that says who loads into it.

#include <corest/destination/progress.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/lock_file.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

namespace corest::detail {

/// A lock on a destination for one run. What stands in its file is for who is refused.
class run_lock {
public:
    run_lock() = default;

    /// \param path of the file, which is made where it does not exist
    /// \param destination for messages: "the database 'data.db'"
    /// \param run who wants it
    /// \throws error (destination_failed) naming the holder, where there is another one
    run_lock(const std::string& path, const std::string& destination, const run_identity& run)
    {
        const lock_file::outcome taken = lock_.try_take(path, 0666);
        if (taken == lock_file::outcome::held) {
            refuse(destination, content_of(path));
        }
        if (taken != lock_file::outcome::taken) {
            const int cause = errno;
            store_error::throw_system("the lock file '" + path + "' could not be opened", cause);
        }
        const std::string text = describe(run) + "\n";
        if (::ftruncate(lock_.number(), 0) != 0
            || ::pwrite(lock_.number(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        {
            // The lock counts, not what is said of it.
        }
    }

    explicit operator bool() const noexcept { return static_cast<bool>(lock_); }

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
    /// What stands in the file; empty where its holder has written nothing yet, or has let go of it meanwhile.
    [[nodiscard]] static std::string content_of(const std::string& path)
    {
        const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        std::array<char, 1024> bytes{};
        const ssize_t size = file < 0 ? -1 : ::pread(file, bytes.data(), bytes.size(), 0);
        if (file >= 0) {
            ::close(file);
        }
        const std::string_view text(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        return std::string(text.substr(0, text.find('\n')));
    }

    lock_file lock_;
};

} // namespace corest::detail

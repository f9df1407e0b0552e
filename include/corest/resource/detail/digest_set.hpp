#pragma once

/// \file
/// A set of digests that does not grow in memory: past a number of them it is a table in a temporary file.

#include <corest/error.hpp>
#include <corest/resource/walk_digest.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#    include <unistd.h>
#endif

namespace corest::detail {

#if defined(__unix__) || defined(__APPLE__)

/// A hash table of digests in a file that has no name: open addressing, at most half full. A digest's place is told by
/// its upper bits, so that a table that doubles is written in the order in which the old one is read.
class digest_file {
public:
    /// \param capacity how many places there are, a power of two
    /// \throws error (limit_exceeded) where there can be no such file
    explicit digest_file(std::uint64_t capacity) : capacity_(capacity)
    {
        std::string path = directory() + "/corest-walks-XXXXXX";
        file_ = ::mkstemp(path.data());
        if (file_ < 0) {
            fail("made");
        }
        ::unlink(path.c_str());
        if (::ftruncate(file_, static_cast<off_t>(capacity_ * walk_digest::size)) != 0) {
            const int number = errno;
            ::close(file_);
            errno = number;
            fail("made");
        }
    }
    digest_file(digest_file&& other) noexcept
        : capacity_(other.capacity_),
          count_(other.count_),
          file_(std::exchange(other.file_, -1))
    {
    }
    digest_file& operator=(digest_file&& other) noexcept
    {
        std::swap(capacity_, other.capacity_);
        std::swap(count_, other.count_);
        std::swap(file_, other.file_);
        return *this;
    }
    ~digest_file()
    {
        if (file_ >= 0) {
            ::close(file_);
        }
    }

    /// \pre the digest is not all zero \return false where it is there
    bool insert(const walk_digest& digest)
    {
        if (2 * (count_ + 1) > capacity_) {
            grow();
        }
        std::uint64_t place = home(digest);
        for (;;) {
            const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(block, capacity_ - place));
            std::array<entry, block> entries;
            read(place, entries.data(), length);
            for (std::size_t i = 0; i < length; ++i) {
                if (entries[i].a == 0 && entries[i].b == 0) {
                    const entry fresh{digest.a, digest.b};
                    write(place + i, &fresh, 1);
                    ++count_;
                    return true;
                }
                if (entries[i].a == digest.a && entries[i].b == digest.b) {
                    return false;
                }
            }
            place = place + length == capacity_ ? 0 : place + length;
        }
    }

private:
    /// As it stands in the file, which is never read by another process.
    struct entry {
        std::uint64_t a;
        std::uint64_t b;
    };
    static_assert(sizeof(entry) == walk_digest::size);
    static constexpr std::size_t block = 16;

    [[nodiscard]] static std::string directory()
    {
        const char* const named = std::getenv("TMPDIR");
        if (named != nullptr && *named != '\0') {
            return named;
        }
        return ::access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp"; // /tmp may be memory
    }

    [[noreturn]] static void fail(const char* done)
    {
        const std::string cause = std::generic_category().message(errno);
        throw error(errc::limit_exceeded,
            std::string("the temporary file of the walks that were opened could not be ") + done + " (" + cause + ")",
            "Make room there, or let TMPDIR name another directory");
    }

    [[nodiscard]] std::uint64_t home(const walk_digest& digest) const noexcept
    {
        return digest.a >> (64 - std::bit_width(capacity_ - 1));
    }

    void read(std::uint64_t place, entry* entries, std::size_t count) const
    {
        transfer(
            place, reinterpret_cast<char*>(entries), count * sizeof(entry),
            [this](char* data, std::size_t size, off_t offset) { return ::pread(file_, data, size, offset); }, "read");
    }
    void write(std::uint64_t place, const entry* entries, std::size_t count) const
    {
        transfer(
            place, reinterpret_cast<const char*>(entries), count * sizeof(entry),
            [this](const char* data, std::size_t size, off_t offset) { return ::pwrite(file_, data, size, offset); },
            "written");
    }
    template <class Bytes, class Function>
    static void transfer(std::uint64_t place, Bytes* data, std::size_t size, const Function& function, const char* done)
    {
        auto offset = static_cast<off_t>(place * sizeof(entry));
        while (size != 0) {
            const ssize_t moved = function(data, size, offset);
            if (moved > 0) {
                data += moved;
                size -= static_cast<std::size_t>(moved);
                offset += moved;
            } else if (moved == 0 || errno != EINTR) {
                errno = moved == 0 ? EIO : errno;
                fail(done);
            }
        }
    }

    void grow()
    {
        digest_file larger(2 * capacity_);
        std::vector<entry> entries(4096);
        for (std::uint64_t place = 0; place < capacity_;) {
            const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(entries.size(), capacity_ - place));
            read(place, entries.data(), length);
            for (std::size_t i = 0; i < length; ++i) {
                if (entries[i].a != 0 || entries[i].b != 0) {
                    static_cast<void>(larger.insert(walk_digest(entries[i].a, entries[i].b)));
                }
            }
            place += length;
        }
        *this = std::move(larger);
    }

    std::uint64_t capacity_;
    std::uint64_t count_ = 0;
    int file_ = -1;
};

#endif

/// The set. For one thread.
class digest_set {
public:
    /// \param most_in_memory how many it keeps in memory before it goes to a file (where the system has files as POSIX
    ///        has them; elsewhere all stay in memory)
    explicit digest_set(std::size_t most_in_memory = std::size_t{1} << 19U) : most_(most_in_memory) {}

    /// \return false where it is there
    /// \throws error (limit_exceeded) where there is no room for the file
    bool insert(const walk_digest& digest)
    {
#if defined(__unix__) || defined(__APPLE__)
        if (!file_ && memory_.size() >= most_) {
            digest_file all(std::bit_ceil(std::uint64_t{4} * std::max<std::uint64_t>(most_, block_of_file)));
            const walk_digest zero; // stays: an empty place in the file is all zero
            const bool has_zero = memory_.erase(zero) != 0;
            for (const walk_digest& each : memory_) {
                static_cast<void>(all.insert(each));
            }
            file_.emplace(std::move(all));
            memory_ = {};
            if (has_zero) {
                memory_.insert(zero);
            }
        }
        if (file_ && digest != walk_digest()) {
            const bool fresh = file_->insert(digest);
            size_ += fresh ? 1 : 0;
            return fresh;
        }
#endif
        const bool fresh = memory_.insert(digest).second;
        size_ += fresh ? 1 : 0;
        return fresh;
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    static constexpr std::uint64_t block_of_file = 64;

    struct by_half {
        using is_avalanching = void; // as Boost.Unordered calls a hash that needs no further mixing
        std::size_t operator()(const walk_digest& d) const noexcept { return static_cast<std::size_t>(d.a); }
    };

    std::size_t most_;
    std::size_t size_ = 0;
    boost::unordered_flat_set<walk_digest, by_half> memory_;
#if defined(__unix__) || defined(__APPLE__)
    std::optional<digest_file> file_;
#endif
};

} // namespace corest::detail

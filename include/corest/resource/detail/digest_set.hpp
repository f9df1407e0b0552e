#pragma once

/// \file
/// A set of digests that does not grow in memory: past a number of them it is a table in a temporary file.

#include <corest/detail/temporary_file.hpp>
#include <corest/resource/walk_digest.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace corest::detail {

#if defined(__unix__) || defined(__APPLE__)

/// A hash table of digests in a file that has no name: open addressing, at most half full. A digest's place is told by
/// its upper bits, so that a table that doubles is written in the order in which the old one is read.
class digest_file {
public:
    /// \param capacity how many places there are, a power of two
    /// \throws error (limit_exceeded) where there can be no such file
    explicit digest_file(std::uint64_t capacity) : capacity_(capacity) { file_.resize(capacity_ * walk_digest::size); }

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

    [[nodiscard]] std::uint64_t home(const walk_digest& digest) const noexcept
    {
        return digest.a >> (64 - std::bit_width(capacity_ - 1));
    }

    void read(std::uint64_t place, entry* entries, std::size_t count) const
    {
        file_.read(place * sizeof(entry), entries, count * sizeof(entry));
    }
    void write(std::uint64_t place, const entry* entries, std::size_t count)
    {
        file_.write(place * sizeof(entry), entries, count * sizeof(entry));
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
    temporary_file file_{"the walks that were opened"};
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

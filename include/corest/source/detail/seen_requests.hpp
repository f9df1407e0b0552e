#pragma once

/// \file
/// Which collections were asked for already.

#include <corest/http/request.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace corest::detail {

/// A set of requests, by URL and body. Keeps 128-bit digests only: a run may have millions of parents.
///
/// Two independent 64-bit hashes make a chance collision among ten million requests less likely than one in 10^24.
class seen_requests {
public:
    /// \return false where the same request was inserted before
    bool insert(const request& r)
    {
        return seen_.insert(digest{hash(r.url, r.body, 0xcbf29ce484222325U), hash(r.body, r.url, 0x9e3779b97f4a7c15U)}).second;
    }
    [[nodiscard]] std::size_t size() const noexcept { return seen_.size(); }

private:
    class digest {
    public:
        digest(std::uint64_t first_half, std::uint64_t second_half) : a(first_half), b(second_half) {}
        bool operator==(const digest&) const = default;
        std::uint64_t a;
        std::uint64_t b;
    };
    struct by_half {
        std::size_t operator()(const digest& d) const noexcept { return static_cast<std::size_t>(d.a); }
    };

    /// FNV-1a with a final mix, over both texts and a separator.
    static std::uint64_t hash(std::string_view first, std::string_view second, std::uint64_t seed) noexcept
    {
        std::uint64_t h = seed;
        const auto add = [&h](unsigned char byte) { h = (h ^ byte) * 0x100000001b3U; };
        for (const char c : first) {
            add(static_cast<unsigned char>(c));
        }
        add(0);
        for (const char c : second) {
            add(static_cast<unsigned char>(c));
        }
        h ^= h >> 33U;
        h *= 0xff51afd7ed558ccdU;
        h ^= h >> 33U;
        return h;
    }

    std::unordered_set<digest, by_half> seen_;
};

} // namespace corest::detail

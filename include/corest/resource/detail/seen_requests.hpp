#pragma once

/// \file
/// Which first requests of walks were made already.

#include <corest/detail/hash_bytes.hpp>
#include <corest/http/request.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>

namespace corest::detail {

/// A set of requests, by URL and body. Keeps 128-bit digests only: a run may have millions of parents.
///
/// Two independent 64-bit hashes make a chance collision among ten million requests less likely than one in 10^24.
class seen_requests {
public:
    /// \return false where the same request was inserted before
    bool insert(const request& r)
    {
        return seen_.insert(digest{hash(r, 0xcbf29ce484222325U), hash(r, 0x9e3779b97f4a7c15U)}).second;
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
        using is_avalanching = void; // as Boost.Unordered calls a hash that needs no further mixing
        std::size_t operator()(const digest& d) const noexcept { return static_cast<std::size_t>(d.a); }
    };

    static std::uint64_t hash(const request& r, std::uint64_t seed) noexcept
    {
        return hash_bytes(r.body, hash_bytes(r.url, seed));
    }

    boost::unordered_flat_set<digest, by_half> seen_;
};

} // namespace corest::detail

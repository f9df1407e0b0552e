#pragma once

/// \file
/// Which walks were opened already.

#include <corest/detail/hash_bytes.hpp>
#include <corest/http/request.hpp>
#include <corest/select/page.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corest::detail {

/// A set of walks, by their first request and by what their rows take over from the parent: two parents that lead to
/// one collection open two walks where the rows differ in a taken-over field. Keeps 128-bit digests only: a run may
/// have millions of parents.
///
/// Two independent 64-bit hashes make a chance collision among ten million requests less likely than one in 10^24.
class seen_requests {
public:
    /// \return false where the same request, with the same bindings, was inserted before
    bool insert(const request& r, const std::vector<binding>& bindings)
    {
        return seen_.insert(digest{hash(r, bindings, 0xcbf29ce484222325U), hash(r, bindings, 0x9e3779b97f4a7c15U)})
            .second;
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

    static std::uint64_t hash(const request& r, const std::vector<binding>& bindings, std::uint64_t seed) noexcept
    {
        std::uint64_t all = hash_bytes(r.body, hash_bytes(r.url, hash_bytes(r.method, seed)));
        for (const header& each : r.headers) {
            all = hash_bytes(each.value, hash_bytes(each.name, all));
        }
        for (const binding& each : bindings) {
            all = hash_bytes(each.json, all);
        }
        return all;
    }

    boost::unordered_flat_set<digest, by_half> seen_;
};

} // namespace corest::detail

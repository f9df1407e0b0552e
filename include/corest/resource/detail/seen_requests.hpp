#pragma once

/// \file
/// Which walks were opened already.

#include <corest/detail/hash_bytes.hpp>
#include <corest/http/request.hpp>
#include <corest/resource/detail/digest_set.hpp>
#include <corest/resource/walk_digest.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corest::detail {

/// A set of walks, by their first request and by what their rows take over from the parent: two parents that lead to
/// one collection open two walks where the rows differ in a taken-over field. Keeps 128-bit digests only, past a number
/// of them in a file: a run may have millions of parents.
///
/// Two independent 64-bit hashes make a chance collision among ten million requests less likely than one in 10^24.
class seen_requests {
public:
    /// What a walk is known by.
    [[nodiscard]] static walk_digest digest_of(const request& r, const std::vector<binding>& bindings) noexcept
    {
        return walk_digest(hash(r, bindings, 0xcbf29ce484222325U), hash(r, bindings, 0x9e3779b97f4a7c15U));
    }

    /// \return false where the same walk was inserted before
    /// \throws error (limit_exceeded) where there is no room for the file
    bool insert(const walk_digest& walk) { return seen_.insert(walk); }
    [[nodiscard]] std::size_t size() const noexcept { return seen_.size(); }

private:
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

    digest_set seen_;
};

} // namespace corest::detail

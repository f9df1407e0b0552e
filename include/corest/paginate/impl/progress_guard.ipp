#pragma once

#include <corest/paginate/progress_guard.hpp>

#include <corest/error.hpp>

#include <functional>
#include <string>

namespace corest {

namespace detail {

/// Joins two hashes (splitmix64's finaliser): the order counts.
constexpr std::uint64_t mix_hash(std::uint64_t seed, std::uint64_t value) noexcept
{
    std::uint64_t z = seed * 0x9E3779B97F4A7C15 + value + 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

inline std::uint64_t hash_text(std::uint64_t seed, std::string_view text) noexcept
{
    return mix_hash(mix_hash(seed, text.size()), std::hash<std::string_view>()(text));
}

} // namespace detail

COREST_DECL void progress_guard::check(
    const request& sent, std::string_view body, std::span<const detail::slice> records)
{
    constexpr std::size_t most_remembered = 65536;
    ++pages_;
    if (records.empty()) {
        last_records_ = 0;
        return;
    }
    std::uint64_t content = 1;
    for (const detail::slice& record : records) {
        content = detail::hash_text(content, body.substr(record.offset, record.size));
    }
    const std::string count = std::to_string(records.size()) + (records.size() == 1 ? " record" : " records");
    if (content == last_records_) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " brought the same " + count + " as the page before it",
            "The server repeats its last page or ignores the position: check the names of the paginator's parameters, "
            "or tell it where the end is (total, has_more, a maximum)");
    }
    last_records_ = content;

    std::uint64_t page = detail::hash_text(content, sent.method);
    page = detail::hash_text(page, sent.url);
    page = detail::hash_text(page, sent.body);
    if (seen_.size() == most_remembered) {
        seen_.clear();
    }
    if (!seen_.insert(page).second) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " asks for what an earlier page asked for, and brought the same "
                + count,
            "The server's next links or cursors go round in a circle");
    }
}

} // namespace corest

#pragma once

#include <corest/paginate/progress_guard.hpp>

#include <corest/detail/hash_bytes.hpp>
#include <corest/error.hpp>

#include <string>

namespace corest {

namespace detail {

namespace page_content {

/// A hash of the records and of where each of them ends. What stands between two records is passed over, but for the
/// comma and the few spaces that neighbours have: hashing a page at a stretch is faster.
inline std::uint64_t hash(std::string_view body, std::span<const slice> records) noexcept
{
    constexpr std::size_t most_between = 4;
    std::uint64_t result = records.size();
    std::size_t begin = records.front().offset;
    std::size_t end = begin;
    for (const slice& record : records) {
        if (record.offset < end || record.offset - end > most_between) {
            result = hash_bytes(body.substr(begin, end - begin), result);
            begin = record.offset;
        }
        result = result * 0x9E3779B97F4A7C15U + record.size;
        end = record.offset + record.size;
    }
    return hash_bytes(body.substr(begin, end - begin), result);
}

} // namespace page_content

} // namespace detail

COREST_DECL void progress_guard::check(
    const request& sent, std::string_view body, std::span<const detail::slice> records)
{
    constexpr std::size_t most_remembered = 4096;
    ++pages_;
    if (records.empty()) {
        last_records_ = 0;
        return;
    }
    const std::uint64_t content = detail::page_content::hash(body, records);
    const auto count = [&] { return std::to_string(records.size()) + (records.size() == 1 ? " record" : " records"); };
    if (content == last_records_) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " brought the same " + count() + " as the page before it",
            "The server repeats its last page or ignores the position: check the names of the paginator's parameters, "
            "or tell it where the end is (total, has_more, a maximum)");
    }
    last_records_ = content;

    // One page that comes again may be chance.
    constexpr unsigned most_by_chance = 2;
    if (contents_.size() == most_remembered) {
        contents_.clear();
    }
    const bool is_known = !contents_.insert(content).second && records.size() > 1;
    repeated_in_a_row_ = is_known ? repeated_in_a_row_ + 1 : 0;
    if (repeated_in_a_row_ > most_by_chance) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " and the " + std::to_string(most_by_chance)
                + " before it brought the same records as earlier pages",
            "The server begins again behind its last page: tell the paginator where the end is (total, has_more, a "
            "maximum)");
    }

    std::uint64_t page = detail::hash_bytes(sent.method, content);
    page = detail::hash_bytes(sent.url, page);
    page = detail::hash_bytes(sent.body, page);
    if (seen_.size() == most_remembered) {
        seen_.clear();
    }
    const bool repeats = !seen_.insert(page).second || page == landmark_;
    if (pages_ >= next_landmark_) {
        landmark_ = page;
        next_landmark_ = 2 * pages_;
    }
    if (repeats) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " asks for what an earlier page asked for, and brought the same "
                + count(),
            "The server's next links or cursors go round in a circle");
    }
}

} // namespace corest

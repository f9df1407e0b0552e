#pragma once

#include <corest/paginate/progress_guard.hpp>

#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>

#include <algorithm>
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
    released_behind passed(body);
    for (const slice& record : records) {
        if (record.offset < end || record.offset - end > most_between || end - begin >= spilled_memory::stretch) {
            result = hash_bytes(body.substr(begin, end - begin), result);
            begin = record.offset;
            passed.pass(end);
        }
        result = result * 0x9E3779B97F4A7C15U + record.size;
        end = record.offset + record.size;
    }
    return hash_bytes(body.substr(begin, end - begin), result);
}

/// A hash of the records that is the same in whatever order they stand.
inline std::uint64_t hash_of_set(std::string_view body, std::span<const slice> records) noexcept
{
    constexpr std::uint64_t seed = 0x2545f4914f6cdd1dU;
    std::uint64_t result = records.size();
    released_behind passed(body);
    for (const slice& record : records) {
        result += hash_bytes(body.substr(record.offset, record.size), seed);
        passed.pass(record.offset + record.size);
    }
    return result;
}

/// "page 7", or "an earlier page" where that is not known.
inline std::string name_page(std::uint64_t page)
{
    return page == 0 ? "an earlier page" : "page " + std::to_string(page);
}

inline constexpr const char* begins_again =
    "The server begins again behind its last page: tell the paginator where the end is (total, has_more, a maximum)";

} // namespace page_content

} // namespace detail

COREST_DECL void progress_guard::check(
    const request& sent, std::string_view body, std::span<const detail::slice> records, bool is_beyond_total)
{
    ++pages_;
    if (records.empty()) {
        last_records_ = 0;
        return;
    }
    const std::uint64_t content = detail::page_content::hash(body, records);
    const auto count = [&] { return detail::counted(records.size(), "record"); };
    if (content == last_records_) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " brought the same " + count() + " as the page before it",
            "The server repeats its last page or ignores the position: check the names of the paginator's parameters, "
            "or tell it where the end is (total, has_more, a maximum)");
    }
    last_records_ = content;

    std::uint64_t asked = detail::hash_bytes(sent.method, content);
    asked = detail::hash_bytes(sent.url, asked);
    asked = detail::hash_bytes(sent.body, asked);
    const detail::page_memory::sighting seen = contents_.see(content, asked, pages_);

    // One page that comes again may be chance, and of pages of one record more than one.
    constexpr std::uint64_t most_by_chance = 2;
    constexpr std::uint64_t weight = 21;
    repeated_in_a_row_ = seen.is_known ? repeated_in_a_row_ + 1 : 0;
    repetition_ = !seen.is_known ? 0 : repetition_ + (records.size() > 1 ? weight : 1);
    const std::uint64_t least = is_beyond_total && records.size() > 1 ? weight : (most_by_chance + 1) * weight;
    if (repetition_ >= least && repeated_in_a_row_ > contents_.longest_error()) {
        const std::uint64_t before = repeated_in_a_row_ - 1;
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + (before == 0 ? "" : " and the " + std::to_string(before) + " before it")
                + " brought the same records as earlier pages (page " + std::to_string(pages_) + " those of "
                + detail::page_content::name_page(seen.page) + ")"
                + (is_beyond_total ? ", and more records have come than the server says there are" : ""),
            detail::page_content::begins_again);
    }

    // Of a walk that is too long to be remembered: a page that stays remembered for ever longer (Brent's algorithm).
    const bool repeats = (seen.is_known && seen.is_same_request) || asked == landmark_;
    if (pages_ >= next_landmark_) {
        landmark_ = asked;
        next_landmark_ = 2 * pages_;
    }
    if (repeats) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " asks for what "
                + (seen.page == 0 ? "an earlier page" : detail::page_content::name_page(seen.page))
                + " asked for, and brought the same " + count(),
            "The server's next links or cursors go round in a circle");
    }
    check_order(body, records);
}

/// Hashes record by record, which costs more than a page at a stretch: on one page in eight.
COREST_DECL void progress_guard::check_order(std::string_view body, std::span<const detail::slice> records)
{
    constexpr std::uint64_t one_in = 8;
    constexpr std::uint64_t least = 4;
    constexpr std::size_t fewest = 8; // of fewer records the same ones may well come again
    if (pages_ % one_in != 1 || records.size() < fewest) {
        return;
    }
    const auto seen = contents_.see(detail::page_content::hash_of_set(body, records), 0, pages_);
    ++ordered_;
    reordered_in_a_row_ = seen.is_known ? reordered_in_a_row_ + 1 : 0;
    const std::uint64_t before = ordered_ - reordered_in_a_row_;
    if (reordered_in_a_row_ >= std::max(before, least) && reordered_in_a_row_ > contents_.longest_error()) {
        throw error(errc::no_progress,
            "page " + std::to_string(pages_) + " brought the records of " + detail::page_content::name_page(seen.page)
                + " in another order, as pages before it have brought those of earlier ones",
            "The server ignores the position, and does not keep its order: check the names of the paginator's "
            "parameters, "
            "and ask for an order");
    }
}

COREST_DECL void progress_guard::check_keys(std::span<const std::uint64_t> keys, bool may_end, std::string_view names)
{
    constexpr std::uint64_t least = 8;
    ++pages_with_keys_;
    bool is_new = false;
    std::uint64_t last_page = 0;
    for (const std::uint64_t key : keys) {
        const auto seen = keys_.see(key, 0, pages_);
        is_new = is_new || !seen.is_known;
        last_page = seen.page;
    }
    without_new_key_ = is_new ? 0 : without_new_key_ + 1;
    const std::uint64_t before = pages_with_keys_ - without_new_key_;
    if (may_end && without_new_key_ >= std::max(before, least) && without_new_key_ > keys_.longest_error()) {
        throw error(errc::no_progress,
            "the last " + detail::grouped(without_new_key_) + " pages, up to page " + std::to_string(pages_)
                + ", have brought no record whose " + std::string(names) + " had not come before (its last one came on "
                + detail::page_content::name_page(last_page) + ")",
            detail::page_content::begins_again);
    }
}

} // namespace corest

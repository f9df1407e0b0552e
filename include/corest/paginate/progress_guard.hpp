#pragma once

/// \file
/// Notices that a walk goes round in circles. Pure logic: the walk shows it each page.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/select/page.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_set>

namespace corest {

/// Throws where a walk would repeat rows for ever. Its memory is bounded: hashes of 64 bits, of the last few thousand
/// pages. A longer cycle is found by a landmark (Brent's algorithm), a page that is remembered for ever longer, and so
/// not at the first page that repeats, but before it has gone round three times.
///
/// It is an error if
/// - a page has the very records of the page before it (a server that repeats its last page, or ignores the position);
/// - the same request brings the same records again, however many pages lie between (a cycle of links or cursors);
/// - several pages in a row, of two records or more, each have the very records of an earlier page, whatever asked for
///   them: a server that begins again behind its last page.
///
/// It is none if the same request brings other records (a scroll id that stays the same), or if pages are empty.
class progress_guard {
public:
    progress_guard() = default;

    /// Looks at a page before it is handed out.
    /// \param sent the request that brought it
    /// \param body the page's body
    /// \param records where the records are in it: only they are compared, an envelope may hold a time or page number
    /// \throws error (no_progress)
    COREST_DECL void check(const request& sent, std::string_view body, std::span<const detail::slice> records);

    /// A hash of the last page's records, for `resume`; 0 where it had none.
    [[nodiscard]] std::uint64_t fingerprint() const noexcept { return last_records_; }
    /// Goes on after the pages of an earlier walk, of which the last one alone is remembered.
    void resume(std::uint64_t pages, std::uint64_t fingerprint) noexcept
    {
        pages_ = pages;
        last_records_ = fingerprint;
        next_landmark_ = pages + 1;
    }

private:
    std::uint64_t pages_ = 0;
    std::uint64_t last_records_ = 0; // hash; 0: the page was empty
    std::uint64_t landmark_ = 0;
    std::uint64_t next_landmark_ = 1;            // the number of the page that becomes one
    std::unordered_set<std::uint64_t> seen_;     // requests with their records
    std::unordered_set<std::uint64_t> contents_; // records
    unsigned repeated_in_a_row_ = 0;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/progress_guard.ipp>
#endif

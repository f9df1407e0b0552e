#pragma once

/// \file
/// Notices that a walk goes round in circles. Pure logic: the walk shows it each page.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/paginate/page_memory.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace corest {

/// Throws where a walk would repeat rows for ever. Its memory is bounded (`detail::page_memory`): some 16 bytes a page,
/// and past a million pages a filter, of which it knows how often it errs, and waits for so many more repetitions.
///
/// It is an error if
/// - a page has the very records of the page before it (a server that repeats its last page, or ignores the position);
/// - the same request brings the same records again, however many pages lie between (a cycle of links or cursors);
/// - several pages in a row each have the very records of an earlier page, whatever asked for them: a server that
///   begins again behind its last page. Three of two records or more, 63 of a single one; one is enough where more
///   records have come than there are in all, as the server has stated;
/// - pages of eight records or more have those of earlier ones in another order. That is looked at on one page in
///   eight: four of these in a row, and as many as there were before them;
/// - as many pages in a row as there were before them, eight at least, have no record whose key is new (`check_keys`).
///
/// It is none if the same request brings other records (a scroll id that stays the same), or if pages are empty. In a
/// walk that is gone on with, what the earlier one has seen is not known, but for its last page.
class progress_guard {
public:
    progress_guard() = default;

    /// Looks at a page before it is handed out.
    /// \param sent the request that brought it
    /// \param body the page's body
    /// \param records where the records are in it: only they are compared, an envelope may hold a time or page number
    /// \param is_beyond_total more records have come than the server has stated
    /// \throws error (no_progress)
    COREST_DECL void check(const request& sent, std::string_view body, std::span<const detail::slice> records,
        bool is_beyond_total = false);

    /// Which records of a page `check_keys` is to be shown the keys of: at most eight, the first and the last among
    /// them.
    /// \param sample from 0
    /// \param samples how many there are, at least 1, see `key_samples`
    /// \param records of the page
    [[nodiscard]] static std::size_t sample_at(std::size_t sample, std::size_t samples, std::size_t records) noexcept
    {
        return samples == 1 ? 0 : sample * (records - 1) / (samples - 1);
    }
    /// How many records are looked at. \param records of the page
    [[nodiscard]] static std::size_t key_samples(std::size_t records) noexcept
    {
        constexpr std::size_t most = 8;
        return records < most ? records : most;
    }
    /// Looks at the keys of a page's records, once it was checked. What only differs in a time stamp from what came
    /// before is no progress, where the last row of a key is kept.
    /// \param keys hashes of them
    /// \param may_end false: the server may have its reasons to send a key again; they are remembered only
    /// \param names of the fields that make the key, for the message
    /// \throws error (no_progress)
    COREST_DECL void check_keys(std::span<const std::uint64_t> keys, bool may_end, std::string_view names);

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
    COREST_DECL void check_order(std::string_view body, std::span<const detail::slice> records);

    std::uint64_t pages_ = 0;
    std::uint64_t last_records_ = 0; // hash; 0: the page was empty
    std::uint64_t landmark_ = 0;
    std::uint64_t next_landmark_ = 1; // the number of the page that becomes one
    detail::page_memory contents_;
    std::uint64_t repeated_in_a_row_ = 0; // pages
    std::uint64_t repetition_ = 0;        // how much those weigh
    std::uint64_t ordered_ = 0;           // pages whose order was looked at
    std::uint64_t reordered_in_a_row_ = 0;
    detail::page_memory keys_{most_keys};
    std::uint64_t pages_with_keys_ = 0;
    std::uint64_t without_new_key_ = 0; // pages in a row

    static constexpr std::size_t most_keys = std::size_t{1} << 17U;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/progress_guard.ipp>
#endif

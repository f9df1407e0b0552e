#pragma once

/// \file
/// What the paginators that count (offset, page_number) share: how the end is stated, and which number comes next.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/statements.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// The number that a counting paginator stands at, and what may end its walk.
class counted_walk {
public:
    /// \param first the number that the walk begins at
    /// \param param the query parameter that takes the number, unless another one is named
    counted_walk(std::int64_t first, std::string param)
        : position_(std::move(param)),
          origin_(first),
          first_(first),
          next_(first)
    {
    }

    /// How many pages may be asked for at once. \param usual how many that are where `concurrency` was not called
    [[nodiscard]] std::size_t window(std::size_t usual) const noexcept { return concurrency_.value_or(usual); }
    /// Whether the last page has said, believably, where the collection ends.
    [[nodiscard]] bool end_is_known() const noexcept { return end_is_known_; }
    /// Where the server states the end.
    [[nodiscard]] std::vector<json_path> paths() const { return end_.paths(); }
    /// Whether a bound has ended the walk, or it has not begun at the beginning.
    [[nodiscard]] bool is_partial() const noexcept { return first_ != origin_ || is_bounded_; }

    /// What to go on with, for `resume`: the number that comes next, as in "200"; "200 of 1000" where a page has stated
    /// the total, which the pages that follow need not state again. Empty before the first page.
    [[nodiscard]] COREST_DECL std::string position() const;

protected:
    /// \throws error (invalid_argument) where the settings that both paginators have contradict one another
    COREST_DECL void check_concurrency(const char* name) const;
    /// \param ends whether a setting of the paginator's own ends the walk
    /// \param settings those that would, for the hint
    /// \throws error (invalid_argument) where nothing would end the walk
    COREST_DECL void check_end(const char* name, bool ends, const char* settings) const;
    /// Goes on at a position; at the first page where it is empty.
    /// \throws error (invalid_argument) where it is none, or lies before the first page
    COREST_DECL void resume_at(const char* name, std::string_view position);

    /// Whether the page is empty and that ends the walk.
    [[nodiscard]] COREST_DECL bool ends_at(const page_info& page) const;
    /// At the end of a walk: tells what the server has stated and did not send.
    /// \param reached how many of what the total counts were read
    /// \param noun what it counts, "record" or "page"
    COREST_DECL void tell_unmet(const page_info& page, std::int64_t reached, std::string_view noun) const;
    /// Whether a page that is shorter than a full one is followed by another: where no page of the resource was longer,
    /// the server may cap its pages.
    /// \param full how many records a full page has; none where that is not known
    [[nodiscard]] COREST_DECL bool goes_on_after(const page_info& page, std::optional<std::int64_t> full) const;

    placement position_;
    end_statements end_;
    std::int64_t origin_; ///< the number of what the server has first
    std::int64_t first_;
    std::int64_t next_;
    std::optional<std::int64_t> maximum_;
    std::optional<std::size_t> concurrency_;
    bool end_is_known_ = false;              ///< by the last page
    bool is_bounded_ = false;                ///< the walk has ended because the user has set a bound
    std::optional<bool> stop_on_short_page_; ///< none: where an earlier page was longer
    bool stop_after_empty_page_ = true;
};

/// The settings that both have; each gives the paginator itself.
template <class Paginator>
class counted_paginator : public counted_walk {
public:
    /// Where the body says how many there are in all, records (`offset`) or pages (`page_number`): a number, or a
    /// number as text.
    Paginator& total_path(json_path path) { return end_.total_path(std::move(path)), self(); }
    /// Looks for no total, not even at "total".
    Paginator& no_total() { return end_.no_total(), self(); }
    /// Where the body says whether there is more: true or false, also as text.
    Paginator& has_more_path(json_path path) { return end_.has_more_path(std::move(path)), self(); }
    /// Ends the walk at a page with fewer records than a full one has (the limit, or `page_size`): for servers that are
    /// known to fill their pages. False: no short page ends it, also where an earlier one was longer; only an empty
    /// one does, or what the server says.
    Paginator& stop_on_short_page(bool enabled = true) { return stop_on_short_page_ = enabled, self(); }
    /// Ends the walk at an empty page; true by default. Otherwise an empty page steps as a full one does.
    Paginator& stop_after_empty_page(bool enabled = true) { return stop_after_empty_page_ = enabled, self(); }
    /// Asks for up to this many pages at once, which are handed out in order; by default as many as the collection says
    /// (8), or in a run as many requests as it may have under way. Without a total it begins
    /// with one and goes on to more as long as pages are full; pages beyond the end are then asked for in vain, at most
    /// so many. 1: one after the other.
    Paginator& concurrency(std::size_t requests) { return concurrency_ = requests, self(); }

protected:
    using counted_walk::counted_walk;

private:
    [[nodiscard]] Paginator& self() { return static_cast<Paginator&>(*this); }
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/counted_paginator.ipp>
#endif

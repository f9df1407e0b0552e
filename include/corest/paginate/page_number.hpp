#pragma once

/// \file
/// Paging by page number: `?page=3`.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/statements.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// Asks for one page after another by number.
///
/// The walk ends, whichever comes first:
/// - after an empty page (unless `stop_after_empty_page(false)`);
/// - at `maximum_page` or `max_pages`, or at a page shorter than `page_size` with `stop_on_short_page()`: nothing
///   overrides these;
/// - where `has_more_path` says so; without it, where as many pages as the total were read. The total (of pages) stands
///   at `total_path`, which is an error if no page so far had it; by default it is read from "total" where there is an
///   integer;
/// - without any of these statements, and with `page_size` set, at a page that is shorter than it and than an earlier
///   page of this resource.
///
///     auto paging = corest::page_number(1).page_param("p").total_path("meta.total_pages");
class page_number {
public:
    /// \param base the number that the server gives to its first page, usually 0 or 1; 0 as dlt has it
    explicit page_number(std::int64_t base = 0) : base_(base), next_(base) {}

    /// The query parameter of the page's number; "page" by default.
    page_number& page_param(std::string name) { return position_.param(std::move(name)), *this; }
    /// Writes the page's number into the JSON body instead, at a path of names such as "paging.page".
    page_number& page_body_path(json_path path) { return position_.body_path(std::move(path)), *this; }
    /// The number that the server gives to its first page, which is where the walk starts.
    page_number& base_page(std::int64_t base) { return base_ = base, next_ = base, *this; }
    /// The page to start at, if it is not the first one. Set it after `base_page`.
    page_number& start(std::int64_t page) { return next_ = page, *this; }
    /// Where the body says how many pages there are (a number, or a number as text).
    page_number& total_path(json_path path) { return end_.total_path(std::move(path)), *this; }
    /// Looks for no total, not even at "total".
    page_number& no_total() { return end_.no_total(), *this; }
    /// Where the body says whether there is more: true or false, also as text.
    page_number& has_more_path(json_path path) { return end_.has_more_path(std::move(path)), *this; }
    /// Asks for no page with this number or a higher one: the bound is exclusive, as in dlt.
    page_number& maximum_page(std::int64_t page) { return maximum_ = page, *this; }
    /// Reads this many pages at most.
    page_number& max_pages(std::int64_t count) { return max_pages_ = count, *this; }
    /// How many records a full page has. It is not sent, only compared with.
    page_number& page_size(std::int64_t records) { return page_size_ = records, *this; }
    /// Ends the walk at a page with fewer records than `page_size`: for servers that are known to fill their pages.
    page_number& stop_on_short_page(bool on = true) { return stop_on_short_page_ = on, *this; }
    /// Ends the walk at an empty page; true by default.
    page_number& stop_after_empty_page(bool on = true) { return stop_after_empty_page_ = on, *this; }
    /// Asks for up to this many pages at once, once the total at `total_path` is known; 1 by default. They are handed out
    /// in order.
    page_number& concurrency(std::size_t requests) { return concurrency_ = requests, *this; }

    /// \throws error (invalid_argument) where the settings contradict one another, or nothing would end the walk
    COREST_DECL void check() const;

    /// Writes the page's number. \throws error (invalid_argument) as `check` does
    COREST_DECL void prepare(request& r);
    /// Steps to the next page.
    /// \throws error (pagination_failed) where a statement at a path that was given is missing
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// How many pages may be asked for at once; 0 where it is not known where the collection ends.
    [[nodiscard]] std::size_t window() const noexcept { return end_is_known_ ? concurrency_ : 0; }
    /// Where the server states the end.
    [[nodiscard]] std::vector<json_path> paths() const { return end_.paths(); }

private:
    detail::placement position_{"page"};
    detail::end_statements end_;
    std::int64_t base_;
    std::int64_t next_;
    std::optional<std::int64_t> maximum_;
    std::optional<std::int64_t> max_pages_;
    std::optional<std::int64_t> page_size_;
    std::int64_t pages_ = 0;
    std::size_t concurrency_ = 1;
    bool end_is_known_ = false; ///< by the last page
    bool stop_on_short_page_ = false;
    bool stop_after_empty_page_ = true;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/page_number.ipp>
#endif

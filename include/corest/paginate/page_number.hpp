#pragma once

/// \file
/// Paging by page number: `?page=3`.

#include <corest/config.hpp>
#include <corest/paginate/counted_paginator.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/statements.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
class page_number : public detail::counted_paginator<page_number> {
public:
    /// \param base the number that the server gives to its first page, usually 0 or 1; 0 as dlt has it
    explicit page_number(std::int64_t base = 0) : counted_paginator(base, "page") {}

    /// The query parameter of the page's number; "page" by default.
    page_number& page_param(std::string name) { return position_.param(std::move(name)), *this; }
    /// Writes the page's number into the JSON body instead, at a path of names such as "paging.page".
    page_number& page_body_path(json_path path) { return position_.body_path(std::move(path)), *this; }
    /// The number that the server gives to its first page, which is where the walk starts.
    page_number& base_page(std::int64_t base) { return origin_ = base, start(base); }
    /// The page to start at, if it is not the first one. Set it after `base_page`.
    page_number& start(std::int64_t page) { return first_ = page, next_ = page, *this; }
    /// Asks for no page with this number or a higher one: the bound is exclusive, as in dlt.
    page_number& maximum_page(std::int64_t page) { return maximum_ = page, *this; }
    /// Reads this many pages at most.
    page_number& max_pages(std::int64_t count) { return max_pages_ = count, *this; }
    /// How many records a full page has. It is not sent, only compared with.
    page_number& page_size(std::int64_t records) { return page_size_ = records, *this; }

    /// \throws error (invalid_argument) where the settings contradict one another, or nothing would end the walk
    COREST_DECL void check() const;

    /// Writes the page's number. \throws error (invalid_argument) as `check` does
    COREST_DECL void prepare(request& r);
    /// Steps to the next page.
    /// \throws error (pagination_failed) where a statement at a path that was given is missing
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// Goes on at a page; from the start where it is empty. `max_pages` counts from the start on.
    /// \throws error (invalid_argument) where the position is none of a page_number, or lies before the start
    void resume(std::string_view position) { resume_at("page_number", position); }

private:
    [[nodiscard]] COREST_DECL bool step(const page_info& page);

    std::optional<std::int64_t> max_pages_;
    std::optional<std::int64_t> page_size_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/page_number.ipp>
#endif

#pragma once

/// \file
/// The default paginator: follows only what is a standard statement by the server.

#include <corest/config.hpp>
#include <corest/paginate/next_url.hpp>
#include <corest/paginate/paginator.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// Follows, in this order of precedence: a Link header with rel=next (RFC 8288); `_links.next.href` (HAL; also a plain
/// string at `_links.next`); `links.next` (JSON:API: a string, or an object with href); `next` holding a URL, absolute
/// or beginning with `/`, or such a URL at `next_page_url`, `nextPageUrl`, `info.next`, `paging.next.link`,
/// `meta.pagination.links.next`, `collection.next` or `odata.nextLink`. Where a page has none of these, a walk follows
/// what dlt follows: the first member, at whatever depth beside the records, whose name contains `next` and that holds
/// such a URL (or an object with one as `href` or `url`), if it leads to an origin that is allowed (`find_next_link`).
/// Else the page is the last one: nothing is guessed. (A walk whose server says in another way that there is more -
/// `total_pages`, `has_more`, `next_cursor`, ... - ends incomplete.)
class standard_links {
public:
    standard_links() = default;

    /// Replaces the URL by the link's; leaves it for the first page.
    void prepare(request& r) const { next_.write(r); }
    /// Takes in the page's links. \throws error (pagination_failed) where a standard link is there but is no URL
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// Where the links stand.
    [[nodiscard]] COREST_DECL std::vector<json_path> paths() const;

    /// Where `advance` has found the page that comes next: "the header Link", "$.info.next".
    [[nodiscard]] const std::string& found() const noexcept { return found_; }
    /// Goes on at a URL reference that was found elsewhere on the page.
    void follow(const page_info& page, std::string_view reference) { next_.follow(page.url, reference); }

    /// The URL of the page that comes next; empty before the first page.
    [[nodiscard]] std::string position() const { return next_.position(); }
    /// Goes on at a URL; at the first page where it is empty.
    /// \throws error (invalid_argument) where it is no absolute http(s) URL
    void resume(std::string_view position) { next_.resume("standard_links", position); }

private:
    detail::next_url next_;
    std::string found_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/standard_links.ipp>
#endif

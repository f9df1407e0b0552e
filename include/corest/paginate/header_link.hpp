#pragma once

/// \file
/// Following the Link header field (RFC 8288).

#include <corest/config.hpp>
#include <corest/paginate/next_url.hpp>
#include <corest/paginate/paginator.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// Asks for the target of the link with rel=next in each response's Link header. A relative one is resolved against the
/// page's own URL. Without such a link the walk ends.
class header_link {
public:
    /// \param rel the relation type (dlt's `links_next_key`)
    explicit header_link(std::string rel = "next") : rel_(std::move(rel)) {}

    /// Replaces the URL by the link's; leaves it for the first page.
    void prepare(request& r) const { next_.write(r); }
    /// Takes in the Link header; false where it has no such link.
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);

    /// The URL of the page that comes next; empty before the first page.
    [[nodiscard]] std::string position() const { return next_.position(); }
    /// Goes on at a URL; at the first page where it is empty.
    /// \throws error (invalid_argument) where it is no absolute http(s) URL
    void resume(std::string_view position) { next_.resume("header_link", position); }

private:
    std::string rel_;
    detail::next_url next_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/header_link.ipp>
#endif

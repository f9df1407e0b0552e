#pragma once

/// \file
/// Following the Link header field (RFC 8288).

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>

#include <string>
#include <utility>

namespace corest {

/// Asks for the target of the link with rel=next in each response's Link header. A relative one is resolved against the
/// page's own URL. Without such a link the walk ends.
class header_link {
public:
    /// \param rel the relation type (dlt's `links_next_key`)
    explicit header_link(std::string rel = "next") : rel_(std::move(rel)) {}

    /// Replaces the URL by the link's; leaves it for the first page.
    COREST_DECL void prepare(request& r);
    /// Takes in the Link header; false where it has no such link.
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);

private:
    std::string rel_;
    std::string next_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/header_link.ipp>
#endif

#pragma once

#include <corest/paginate/header_link.hpp>

#include <corest/http/link_header.hpp>

namespace corest {

COREST_DECL bool header_link::advance(const page_info& page)
{
    const auto target = page.headers ? find_link(page.headers->joined("Link"), rel_, page.url) : std::nullopt;
    if (!target || target->empty()) {
        return false;
    }
    next_.follow(page.url, *target);
    return true;
}

} // namespace corest

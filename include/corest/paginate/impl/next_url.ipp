#pragma once

#include <corest/paginate/next_url.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>

namespace corest::detail {

COREST_DECL void next_url::follow(std::string_view page_url, std::string_view reference)
{
    url_ = resolve_url(page_url, reference);
}

COREST_DECL void next_url::write(request& r) const
{
    if (!url_.empty()) {
        r.url = url_;
    }
}

COREST_DECL void next_url::resume(const char* name, std::string_view position)
{
    if (!position.empty()) {
        try {
            (void)split_url(position);
        } catch (const error&) {
            throw error(errc::invalid_argument,
                std::string("paginator ") + name + ": cannot go on at '" + redact_url(position)
                    + "', expected the absolute URL of a page",
                "The position comes from another paginator: start from the beginning");
        }
    }
    url_ = position;
}

} // namespace corest::detail

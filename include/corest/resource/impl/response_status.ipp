#pragma once

#include <corest/resource/response_status.hpp>

#include <corest/error.hpp>
#include <corest/http/response_status.hpp>

#include <algorithm>

namespace corest::detail {

COREST_DECL bool is_page(const response& got, const std::vector<unsigned>& ignored)
{
    if (got.ok()) {
        return true;
    }
    if (std::find(ignored.begin(), ignored.end(), got.status) != ignored.end()) {
        return false;
    }
    error e = status_error(got);
    if (got.status == 404) {
        e.set_hint(e.hint() + "; a child that may be missing can be allowed by", remedy::ignored_statuses);
    }
    throw e;
}

} // namespace corest::detail

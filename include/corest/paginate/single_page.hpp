#pragma once

/// \file
/// No paging: one request, one page.

#include <corest/paginate/paginator.hpp>

namespace corest {

/// Reads one page, and follows nothing.
class single_page {
public:
    single_page() = default;

    /// Leaves the request as it is.
    void prepare(request&) {}
    /// There is no other page.
    [[nodiscard]] bool advance(const page_info&) { return false; }
};

} // namespace corest

#pragma once

/// \file
/// No paging: one request, one page.

#include <corest/paginate/paginator.hpp>

namespace corest {

/// Reads one page, and follows nothing.
class single_page {
public:
    single_page() = default;

    void prepare(request&) {}
    [[nodiscard]] bool advance(const page_info&) { return false; }
};

} // namespace corest

#pragma once

/// \file
/// No paging: one request, one page.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>

#include <string>
#include <string_view>

namespace corest {

/// Reads one page, and follows nothing.
class single_page {
public:
    single_page() = default;

    /// Leaves the request as it is.
    void prepare(request&) {}
    /// There is no other page.
    [[nodiscard]] bool advance(const page_info&) { return false; }
    /// One page is wanted, whatever the server has.
    [[nodiscard]] bool is_partial() const noexcept { return true; }

    /// Always empty: there is only the first page.
    [[nodiscard]] std::string position() const { return {}; }
    /// \throws error (invalid_argument) where the position is not empty
    COREST_DECL void resume(std::string_view position);
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/single_page.ipp>
#endif

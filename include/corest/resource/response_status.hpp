#pragma once

/// \file
/// Which responses are pages.

#include <corest/config.hpp>
#include <corest/http/response.hpp>

#include <vector>

namespace corest::detail {

/// Tells pages from responses that are to be passed over.
/// \param got what the server answered
/// \param ignored statuses that end a walk quietly
/// \return true where it is a page, false where its status is ignored
/// \throws error (unauthorized, unexpected_status) with what the server says, and what to change
[[nodiscard]] COREST_DECL bool is_page(const response& got, const std::vector<unsigned>& ignored);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/response_status.ipp>
#endif

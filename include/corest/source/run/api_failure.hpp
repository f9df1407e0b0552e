#pragma once

/// \file
/// Failures of the API as a whole, beside those of one resource.

#include <corest/config.hpp>

#include <exception>

namespace corest::source::detail {

/// True for failures that every other resource would meet as well (host, TLS, credentials), and for cancellation.
[[nodiscard]] COREST_DECL bool concerns_whole_api(const std::exception_ptr& failure);

/// Adds where in the dictionary the address stands that could not be reached; other failures as they are.
[[nodiscard]] COREST_DECL std::exception_ptr with_base_url_hint(std::exception_ptr failure);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/api_failure.ipp>
#endif

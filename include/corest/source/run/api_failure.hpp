#pragma once

/// \file
/// Failures of the API as a whole, beside those of one resource.

#include <corest/auth/conceal.hpp>
#include <corest/config.hpp>

#include <exception>

namespace corest::source::detail {

/// True for failures that every other resource would meet as well (host, TLS, credentials), and for cancellation.
[[nodiscard]] COREST_DECL bool concerns_whole_api(const std::exception_ptr& failure);

/// A failure as it is told to who wrote a dictionary: settings by their keys, that of the address that could not be
/// reached too, and without secrets.
/// \param failure of a resource; others than `error` stay as they are
/// \param hidden knows the plan's secrets
[[nodiscard]] COREST_DECL std::exception_ptr presentable_failure(
    const std::exception_ptr& failure, const conceal& hidden);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/api_failure.ipp>
#endif

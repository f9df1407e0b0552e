#pragma once

/// \file
/// What a status that is no success means.

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/http/response.hpp>

#include <string_view>

namespace corest {

namespace detail {

/// What to do where no more is sent again; the setting's name ends it.
inline constexpr std::string_view spent_budget_hint =
    "So many requests have failed that the budget for retries is spent, and it was not sent again: run again later, "
    "lower the concurrency, or raise";

} // namespace detail

/// The error for a response whose status is not 200 to 299: unauthorized for 401 and 403, else unexpected_status, with
/// what the server says and what to change.
[[nodiscard]] COREST_DECL error status_error(const response& got);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/response_status.ipp>
#endif

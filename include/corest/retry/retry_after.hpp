#pragma once

/// \file
/// The Retry-After header (RFC 9110, section 10.2.3).

#include <corest/config.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace corest {

/// How long a Retry-After value asks to wait: seconds, or a date relative to `now`. The past is zero; empty where it is
/// neither, and then the usual backoff applies.
[[nodiscard]] COREST_DECL std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::chrono::system_clock::time_point now);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/retry_after.ipp>
#endif

#pragma once

/// \file
/// The Retry-After header (RFC 9110, section 10.2.3) and HTTP dates (section 5.6.7).

#include <corest/config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace corest {

/// Reads an HTTP date in any of its three forms (IMF-fixdate, RFC 850, asctime); always UTC, whatever the time zone.
[[nodiscard]] COREST_DECL std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

/// Writes an HTTP date as IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] COREST_DECL std::string format_http_date(std::chrono::system_clock::time_point when);

/// How long a Retry-After value asks to wait: seconds, or a date relative to `now`. The past is zero; empty where it is
/// neither, and then the usual backoff applies.
[[nodiscard]] COREST_DECL std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::chrono::system_clock::time_point now);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/retry_after.ipp>
#endif

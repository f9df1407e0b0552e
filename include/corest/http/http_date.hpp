#pragma once

/// \file
/// HTTP dates (RFC 9110, section 5.6.7).

#include <corest/config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace corest {

/// Reads an HTTP date in any of its three forms (IMF-fixdate, RFC 850, asctime); always UTC, whatever the time zone. A
/// date before the year 1700 or beyond 2200 is the nearest one from there to there: the clock's type ends soon after.
[[nodiscard]] COREST_DECL std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

/// Reads the date of a cookie's Expires, which may be written in many ways (RFC 6265, section 5.1.1); always UTC.
[[nodiscard]] COREST_DECL std::optional<std::chrono::system_clock::time_point> parse_cookie_date(std::string_view text);

/// Writes an HTTP date as IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] COREST_DECL std::string format_http_date(std::chrono::system_clock::time_point moment);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/http_date.ipp>
#endif

#pragma once

/// \file
/// Dates and times as JSON has them (RFC 3339).

#include <corest/config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace corest {

/// A moment of UTC to the nanosecond, from the year 0 to 9999: more than `std::chrono::sys_time` of nanoseconds holds.
class date_time {
public:
    std::chrono::sys_seconds seconds;     ///< whole seconds
    std::chrono::nanoseconds fraction{0}; ///< since then, less than a second
};

/// Reads a date-time of RFC 3339, section 5.6: `2026-11-26T09:30:00Z`, `2026-11-26T10:30:00.25+01:00`. As the RFC
/// allows, `T` and `Z` may be in lower case and a space may stand for the `T`. Digits behind the ninth of a fraction
/// are dropped. A leap second (`23:59:60` UTC, at the end of a month) is the second after it, as
/// `std::chrono::system_clock` has none.
/// \return nothing where it is none, or is none that the calendar has
[[nodiscard]] COREST_DECL std::optional<date_time> parse_date_time(std::string_view text) noexcept;

/// Reads a full-date of RFC 3339: `2026-11-26`.
/// \return nothing where it is none, or is none that the calendar has
[[nodiscard]] COREST_DECL std::optional<std::chrono::year_month_day> parse_date(std::string_view text) noexcept;

/// Writes a full-date of RFC 3339. \pre the year is from 0 to 9999
[[nodiscard]] COREST_DECL std::string format_date(std::chrono::year_month_day date);

/// Writes a date-time of RFC 3339 in UTC: `2026-11-26T09:30:00Z`, with as many digits of a fraction as it needs.
/// \pre the year is from 0 to 9999, the fraction from 0 to less than a second
[[nodiscard]] COREST_DECL std::string format_date_time(const date_time& moment);
/// The same of a moment of the system's clock, to the second before it. \pre the year is from 0 to 9999
[[nodiscard]] COREST_DECL std::string format_date_time(std::chrono::system_clock::time_point moment);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/rfc3339.ipp>
#endif

#pragma once

/// \file
/// Texts, numbers, dates and times as JSON text: what `append_json` (select/encode.hpp) writes values of any type with.

#include <corest/config.hpp>
#include <corest/select/rfc3339.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace corest::detail {

/// Appends a text in quotes, with the escapes that RFC 8259, section 7, asks for.
COREST_DECL void append_json_string(std::string& out, std::string_view text);
/// Appends a number in the shortest form that gives it back. \throws error (invalid_argument) where JSON has none for
/// it
COREST_DECL void append_json_number(std::string& out, double number);
/// Appends a date in quotes. \throws error (invalid_argument) where the calendar of RFC 3339 has none such
COREST_DECL void append_json_date(std::string& out, std::chrono::year_month_day date);
/// Appends a date-time in quotes. \throws error (invalid_argument) where it is not from the year 0 to 9999
COREST_DECL void append_json_date_time(std::string& out, const date_time& moment);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_writer.ipp>
#endif

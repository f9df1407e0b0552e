#pragma once

#include <corest/select/json_writer.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace corest::detail {

COREST_DECL void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            append_hex(out, c, lower_hex_digits);
        } else {
            out += c;
        }
    }
    out += '"';
}

COREST_DECL void append_json_number(std::string& out, double number)
{
    if (!std::isfinite(number)) {
        throw error(
            errc::invalid_argument, "JSON has no number for infinity and NaN", "Leave the value out, or make it null");
    }
    std::array<char, 32> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), written.ptr);
}

COREST_DECL void append_json_date(std::string& out, std::chrono::year_month_day date)
{
    if (!date.ok() || date.year() < std::chrono::year(0) || date.year() > std::chrono::year(9999)) {
        throw error(errc::invalid_argument,
            "the date is none that JSON has: RFC 3339 has the days of the years 0 to 9999",
            "Leave the date out, or make it null: std::optional");
    }
    out += '"' + format_date(date) + '"';
}

COREST_DECL void append_json_date_time(std::string& out, const date_time& moment)
{
    using namespace std::chrono;
    if (moment.seconds < sys_days(year(0) / January / 1) || moment.seconds >= sys_days(year(10000) / January / 1)) {
        throw error(errc::invalid_argument, "the time is none that JSON has: RFC 3339 has those of the years 0 to 9999",
            "Leave the time out, or make it null: std::optional");
    }
    out += '"' + format_date_time(moment) + '"';
}

} // namespace corest::detail

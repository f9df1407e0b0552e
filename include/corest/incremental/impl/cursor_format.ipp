#pragma once

#include <corest/incremental/cursor_format.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace corest {

namespace detail {

namespace moment_text {

inline constexpr std::string_view letters = "YymdHIMSfjpbBaAszZFT%";

[[nodiscard]] inline std::string padded(std::int64_t value, std::size_t digits)
{
    std::string text = std::to_string(value);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

/// One letter behind a percent sign.
[[nodiscard]] inline std::string conversion(char letter, const date_time& moment)
{
    static constexpr std::array<std::string_view, 12> months = {"January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December"};
    static constexpr std::array<std::string_view, 7> days = {
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    const auto day = std::chrono::floor<std::chrono::days>(moment.seconds);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment.seconds - day);
    const int hour = static_cast<int>(time.hours().count());
    const unsigned month = static_cast<unsigned>(date.month());
    switch (letter) {
    case 'Y':
        return padded(static_cast<int>(date.year()), 4);
    case 'y':
        return padded(static_cast<int>(date.year()) % 100, 2);
    case 'm':
        return padded(month, 2);
    case 'd':
        return padded(static_cast<unsigned>(date.day()), 2);
    case 'H':
        return padded(hour, 2);
    case 'I':
        return padded(hour % 12 == 0 ? 12 : hour % 12, 2);
    case 'M':
        return padded(time.minutes().count(), 2);
    case 'S':
        return padded(time.seconds().count(), 2);
    case 'f':
        return padded(moment.fraction.count() / 1000, 6); // as Python has it
    case 'j':
        return padded((day - std::chrono::sys_days(date.year() / 1 / 1)).count() + 1, 3);
    case 'p':
        return hour < 12 ? "AM" : "PM";
    case 'b':
        return std::string(months[month - 1].substr(0, 3));
    case 'B':
        return std::string(months[month - 1]);
    case 'a':
        return std::string(days[std::chrono::weekday(day).c_encoding()].substr(0, 3));
    case 'A':
        return std::string(days[std::chrono::weekday(day).c_encoding()]);
    case 's':
        return std::to_string(moment.seconds.time_since_epoch().count());
    case 'z':
        return "+0000";
    case 'Z':
        return "UTC";
    case 'F':
        return conversion('Y', moment) + "-" + conversion('m', moment) + "-" + conversion('d', moment);
    case 'T':
        return conversion('H', moment) + ":" + conversion('M', moment) + ":" + conversion('S', moment);
    default:
        return "%";
    }
}

[[nodiscard]] inline std::string formatted(std::string_view format, const date_time& moment)
{
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '%') {
            out += conversion(format[++i], moment);
        } else {
            out += format[i];
        }
    }
    return out;
}

/// A number of seconds or milliseconds since 1970 as a moment.
/// \throws error (wrong_type) where no calendar has it
[[nodiscard]] inline date_time moment_of(const cursor_value& value)
{
    if (value.type() == cursor_value::kind::text) {
        throw error(errc::wrong_type, value.description() + " is no date that could be converted",
            "Remove the conversion, or take a field with dates as RFC 3339 has them");
    }
    if (value.type() != cursor_value::kind::number) {
        return value.moment();
    }
    const decimal& number = value.number();
    const bool in_milliseconds = number >= decimal("1e11") || number <= decimal("-1e11");
    if (number > decimal("253402300799999") || number < decimal("-62167219200000")
        || (!in_milliseconds && number < decimal("-62167219200")))
    {
        throw error(errc::wrong_type, value.description() + " is no moment since 1970 that could be converted",
            "Remove the conversion");
    }
    const std::int64_t whole = std::stoll(number.truncated().text());
    date_time out;
    if (in_milliseconds) {
        const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(whole)};
        out.seconds = std::chrono::floor<std::chrono::seconds>(at);
        out.fraction = at - out.seconds;
    } else {
        out.seconds = std::chrono::sys_seconds(std::chrono::seconds(whole));
    }
    return out;
}

} // namespace moment_text

} // namespace detail

COREST_DECL cursor_format::cursor_format(std::string name) : name_(std::move(name))
{
    if (name_.empty() || name_ == "epoch_seconds" || name_ == "epoch_milliseconds" || name_ == "iso8601") {
        return;
    }
    bool is_format = name_.find('%') != std::string::npos;
    for (std::size_t i = name_.find('%'); i < name_.size() && is_format; i = name_.find('%', i + 2)) {
        is_format = i + 1 < name_.size() && detail::moment_text::letters.find(name_[i + 1]) != std::string_view::npos;
    }
    if (!is_format) {
        throw error(errc::invalid_argument, "unknown conversion " + detail::in_quotes(name_),
            "It is epoch_seconds, epoch_milliseconds, iso8601 or a format such as %Y-%m-%d");
    }
}

COREST_DECL std::string cursor_format::json(const cursor_value& value) const
{
    if (name_.empty()) {
        return value.json();
    }
    const date_time moment = detail::moment_text::moment_of(value);
    const std::int64_t seconds = moment.seconds.time_since_epoch().count();
    if (name_ == "epoch_seconds") {
        return std::to_string(seconds);
    }
    if (name_ == "epoch_milliseconds") {
        return std::to_string(seconds * 1000 + moment.fraction.count() / 1'000'000);
    }
    std::string out;
    append_quoted(out, name_ == "iso8601" ? format_date_time(moment) : detail::moment_text::formatted(name_, moment));
    return out;
}

} // namespace corest

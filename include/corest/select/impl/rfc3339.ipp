#pragma once

#include <corest/select/rfc3339.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <cstddef>

namespace corest {

namespace detail {

namespace rfc3339_text {

/// Takes a number of exactly that many digits off a text's begin. \return -1 where it is none
inline int take_digits(std::string_view& text, std::size_t count) noexcept
{
    if (text.size() < count) {
        return -1;
    }
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (!is_digit(c)) {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

inline bool take(std::string_view& text, std::string_view any_of) noexcept
{
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

inline std::optional<std::chrono::year_month_day> take_date(std::string_view& text) noexcept
{
    const int year = take_digits(text, 4);
    const bool first = take(text, "-");
    const int month = take_digits(text, 2);
    const bool second = take(text, "-");
    const int day = take_digits(text, 2);
    if (year < 0 || !first || month < 0 || !second || day < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day)));
    return date.ok() ? std::optional(date) : std::nullopt;
}

/// `hh:mm`; empty where it is none.
inline std::optional<std::chrono::minutes> take_minutes(std::string_view& text) noexcept
{
    const int hours = take_digits(text, 2);
    const bool colon = take(text, ":");
    const int minutes = take_digits(text, 2);
    if (hours < 0 || hours > 23 || !colon || minutes < 0 || minutes > 59) {
        return std::nullopt;
    }
    return std::chrono::hours(hours) + std::chrono::minutes(minutes);
}

/// `.25`, or nothing; empty where a point has no digits behind it.
inline std::optional<std::chrono::nanoseconds> take_fraction(std::string_view& text) noexcept
{
    if (!take(text, ".")) {
        return std::chrono::nanoseconds(0);
    }
    if (text.empty() || !is_digit(text.front())) {
        return std::nullopt;
    }
    std::chrono::nanoseconds::rep unit = 100'000'000;
    std::chrono::nanoseconds::rep value = 0;
    while (!text.empty() && is_digit(text.front())) {
        value += unit * (text.front() - '0');
        unit /= 10;
        text.remove_prefix(1);
    }
    return std::chrono::nanoseconds(value);
}

/// `Z` or `+hh:mm`: how far local time is ahead of UTC.
inline std::optional<std::chrono::minutes> take_offset(std::string_view& text) noexcept
{
    if (take(text, "Zz")) {
        return std::chrono::minutes(0);
    }
    const bool behind = !text.empty() && text.front() == '-';
    if (!take(text, "+-")) {
        return std::nullopt;
    }
    const auto ahead = take_minutes(text);
    return ahead && behind ? -*ahead : ahead;
}

/// A number that is not negative, with leading zeros up to so many digits.
template <class Integer>
std::string digits_of(Integer value, std::size_t count)
{
    const std::string text = std::to_string(value);
    return std::string(count - std::min(count, text.size()), '0') + text;
}

} // namespace rfc3339_text

} // namespace detail

COREST_DECL std::optional<date_time> parse_date_time(std::string_view text) noexcept
{
    namespace rules = detail::rfc3339_text;
    const auto date = rules::take_date(text);
    if (!date || !rules::take(text, "Tt ")) {
        return std::nullopt;
    }
    const auto minutes = rules::take_minutes(text);
    if (!minutes || !rules::take(text, ":")) {
        return std::nullopt;
    }
    const int seconds = rules::take_digits(text, 2);
    const auto fraction = rules::take_fraction(text);
    const auto offset = rules::take_offset(text);
    if (seconds < 0 || seconds > 60 || !fraction || !offset || !text.empty()) {
        return std::nullopt;
    }
    date_time moment;
    moment.seconds = std::chrono::sys_days(*date) + *minutes - *offset + std::chrono::seconds(seconds);
    moment.fraction = *fraction;
    if (seconds == 60) {
        // A leap second is the last of a month in UTC; the second behind it is the next month's first.
        const auto day = std::chrono::floor<std::chrono::days>(moment.seconds);
        if (moment.seconds != day || std::chrono::year_month_day(day).day() != std::chrono::day(1)) {
            return std::nullopt;
        }
        moment.fraction = std::chrono::nanoseconds(0);
    }
    return moment;
}

COREST_DECL std::optional<std::chrono::year_month_day> parse_date(std::string_view text) noexcept
{
    const auto date = detail::rfc3339_text::take_date(text);
    return text.empty() ? date : std::nullopt;
}

COREST_DECL std::string format_date(std::chrono::year_month_day date)
{
    using detail::rfc3339_text::digits_of;
    return digits_of(static_cast<int>(date.year()), 4) + "-" + digits_of(static_cast<unsigned>(date.month()), 2) + "-"
        + digits_of(static_cast<unsigned>(date.day()), 2);
}

COREST_DECL std::string format_date_time(const date_time& moment)
{
    using detail::rfc3339_text::digits_of;
    const auto day = std::chrono::floor<std::chrono::days>(moment.seconds);
    const std::chrono::hh_mm_ss time(moment.seconds - day);
    std::string text = format_date(day) + "T" + digits_of(time.hours().count(), 2) + ":"
        + digits_of(time.minutes().count(), 2) + ":" + digits_of(time.seconds().count(), 2);
    if (moment.fraction.count() != 0) {
        text += "." + digits_of(moment.fraction.count(), 9);
        text.resize(text.find_last_not_of('0') + 1);
    }
    return text + "Z";
}

COREST_DECL std::string format_date_time(std::chrono::system_clock::time_point moment)
{
    return format_date_time(date_time{std::chrono::floor<std::chrono::seconds>(moment)});
}

} // namespace corest

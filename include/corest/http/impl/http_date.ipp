#pragma once

#include <corest/http/http_date.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace corest {

namespace detail {

namespace http_dates {

inline constexpr std::array<std::string_view, 12> month_names = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// The month whose name a word begins with, in any case.
[[nodiscard]] inline std::optional<unsigned> find_month(std::string_view word)
{
    const std::string name = lower(word.substr(0, 3));
    const auto found =
        std::find_if(month_names.begin(), month_names.end(), [&](std::string_view one) { return lower(one) == name; });
    return found == month_names.end() ? std::nullopt
                                      : std::optional(static_cast<unsigned>(found - month_names.begin()) + 1);
}

/// Takes words off the front of a date; every failure is remembered until the end.
class reader {
public:
    explicit reader(std::string_view text) : rest_(text) {}

    /// Digits, `min` to `max` of them.
    int number(std::size_t min, std::size_t max)
    {
        int value = 0;
        std::size_t n = 0;
        while (n < max && n < rest_.size() && is_digit(rest_[n])) {
            value = value * 10 + (rest_[n] - '0');
            ++n;
        }
        ok_ = ok_ && n >= min;
        rest_.remove_prefix(n);
        return value;
    }
    void text(std::string_view expected)
    {
        ok_ = ok_ && rest_.substr(0, expected.size()) == expected;
        rest_.remove_prefix(std::min(expected.size(), rest_.size()));
    }
    unsigned month()
    {
        const auto found = std::find(month_names.begin(), month_names.end(), rest_.substr(0, 3));
        ok_ = ok_ && found != month_names.end();
        rest_.remove_prefix(std::min<std::size_t>(3, rest_.size()));
        return static_cast<unsigned>(found - month_names.begin()) + 1;
    }
    /// Up to and including a separator.
    void skip_past(char separator)
    {
        const auto found = rest_.find(separator);
        ok_ = ok_ && found != std::string_view::npos;
        rest_.remove_prefix(found == std::string_view::npos ? rest_.size() : found + 1);
    }
    [[nodiscard]] bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
    [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
    /// Whether what was read stands there, and no digit behind it.
    [[nodiscard]] bool ends_number() const { return ok_ && (rest_.empty() || !is_digit(rest_.front())); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

/// The moment, where there is such a date; that nearest to it from the year 1700 to 2200, as the clock counts
/// nanoseconds, which end in 2262: the year 9999, which servers write for "never", is far off all the same.
[[nodiscard]] inline std::optional<std::chrono::system_clock::time_point> moment(
    int year, unsigned month, int day, int hour, int minute, int second)
{
    const std::chrono::year_month_day date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    constexpr std::chrono::sys_seconds first = std::chrono::sys_days(std::chrono::year(1700) / 1 / 1);
    constexpr std::chrono::sys_seconds last = std::chrono::sys_days(std::chrono::year(2200) / 12 / 31);
    const std::chrono::sys_seconds moment = std::chrono::sys_days(date) + std::chrono::hours(hour)
        + std::chrono::minutes(minute) + std::chrono::seconds(second);
    return std::clamp(moment, first, last);
}

} // namespace http_dates

} // namespace detail

COREST_DECL std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text)
{
    text = detail::trimmed(text);
    detail::http_dates::reader input(text);
    int year = 0;
    unsigned month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    const auto time_of_day = [&] {
        hour = input.number(2, 2);
        input.text(":");
        minute = input.number(2, 2);
        input.text(":");
        second = input.number(2, 2);
    };
    const auto comma = text.find(',');
    if (comma == 3) { // Sun, 06 Nov 1994 08:49:37 GMT
        input.skip_past(',');
        input.text(" ");
        day = input.number(2, 2);
        input.text(" ");
        month = input.month();
        input.text(" ");
        year = input.number(4, 4);
        input.text(" ");
        time_of_day();
        input.text(" GMT");
    } else if (comma != std::string_view::npos) { // Sunday, 06-Nov-94 08:49:37 GMT
        input.skip_past(',');
        input.text(" ");
        day = input.number(2, 2);
        input.text("-");
        month = input.month();
        input.text("-");
        // A two-digit year is of this century or the last: such dates are old (RFC 9110, section 5.6.7).
        const int short_year = input.number(2, 2);
        year = short_year + (short_year < 70 ? 2000 : 1900);
        input.text(" ");
        time_of_day();
        input.text(" GMT");
    } else { // Sun Nov  6 08:49:37 1994
        input.skip_past(' ');
        month = input.month();
        input.text(" ");
        if (input.next_is(' ')) {
            input.text(" ");
        }
        day = input.number(1, 2);
        input.text(" ");
        time_of_day();
        input.text(" ");
        year = input.number(4, 4);
    }
    return input.done() ? detail::http_dates::moment(year, month, day, hour, minute, second) : std::nullopt;
}

COREST_DECL std::optional<std::chrono::system_clock::time_point> parse_cookie_date(std::string_view text)
{
    const auto is_delimiter = [](char c) {
        return c == '\t' || (c >= ' ' && c <= '/') || (c >= ';' && c <= '@') || (c >= '[' && c <= '`')
            || (c >= '{' && c <= '~');
    };
    bool has_time = false;
    std::optional<int> day;
    std::optional<unsigned> month;
    std::optional<int> year;
    int hour = 0;
    int minute = 0;
    int second = 0;
    while (!text.empty()) {
        const auto begin = std::find_if_not(text.begin(), text.end(), is_delimiter);
        text.remove_prefix(static_cast<std::size_t>(begin - text.begin()));
        const auto end = std::find_if(text.begin(), text.end(), is_delimiter);
        const std::string_view token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
        text.remove_prefix(token.size());

        detail::http_dates::reader time(token);
        const int h = time.number(1, 2);
        time.text(":");
        const int m = time.number(1, 2);
        time.text(":");
        const int s = time.number(1, 2);
        detail::http_dates::reader short_number(token);
        const int d = short_number.number(1, 2);
        detail::http_dates::reader long_number(token);
        const int y = long_number.number(2, 4);
        if (!has_time && time.ends_number()) {
            has_time = true;
            hour = h;
            minute = m;
            second = s;
        } else if (!day && short_number.ends_number()) {
            day = d;
        } else if (const auto found = month ? std::nullopt : detail::http_dates::find_month(token)) {
            month = found;
        } else if (!year && long_number.ends_number()) {
            year = y + (y < 70 ? 2000 : y < 100 ? 1900 : 0);
        }
    }
    constexpr int first_year = 1601;
    if (!has_time || !day || !month || !year || *year < first_year) {
        return std::nullopt;
    }
    return detail::http_dates::moment(*year, *month, *day, hour, minute, second);
}

COREST_DECL std::string format_http_date(std::chrono::system_clock::time_point moment)
{
    constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(moment - day));
    std::array<char, 64> text{};
    const int n = std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
        detail::http_dates::month_names[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(n)};
}

} // namespace corest

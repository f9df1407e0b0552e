#pragma once

#include <corest/incremental/window_step.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace corest {

namespace detail {

namespace duration_text {

/// Reads `P1Y2M3W4DT5H6M7S`. \return false where it is none
[[nodiscard]] inline bool read(std::string_view text, std::int64_t& months, std::int64_t& seconds)
{
    constexpr std::string_view units = "YMWDTHMS";
    if (text.size() < 3 || text[0] != 'P') {
        return false;
    }
    std::size_t next_unit = 0;
    bool in_time = false;
    bool is_open = false; // a T that nothing follows
    for (std::size_t i = 1; i < text.size();) {
        if (text[i] == 'T' && !in_time) {
            in_time = true;
            is_open = true;
            next_unit = 5;
            ++i;
            continue;
        }
        std::int64_t value = 0;
        const std::size_t begin = i;
        for (; i < text.size() && is_digit(text[i]); ++i) {
            value = value * 10 + (text[i] - '0');
        }
        if (i == begin || i - begin > 9 || i == text.size()) {
            return false;
        }
        const std::size_t unit = units.find(text[i], next_unit);
        if (unit == std::string_view::npos || (!in_time && unit > 3)) {
            return false;
        }
        constexpr std::int64_t day = 86'400;
        switch (unit) {
        case 0:
            months += value * 12;
            break;
        case 1:
            months += value;
            break;
        case 2:
            seconds += value * 7 * day;
            break;
        case 3:
            seconds += value * day;
            break;
        case 5:
            seconds += value * 3600;
            break;
        case 6:
            seconds += value * 60;
            break;
        default:
            seconds += value;
            break;
        }
        next_unit = unit + 1;
        is_open = false;
        ++i;
    }
    return !is_open;
}

} // namespace duration_text

} // namespace detail

COREST_DECL window_step::window_step(std::string text) : text_(std::move(text))
{
    bool good = false;
    if (!text_.empty() && (detail::is_digit(text_[0]) || text_[0] == '-')) {
        try {
            const cursor_value number(text_);
            is_number_ = true;
            good = number.number() > detail::decimal("0");
        } catch (const error&) {
            good = false;
        }
    } else {
        good = detail::duration_text::read(text_, months_, seconds_) && (months_ != 0 || seconds_ != 0);
    }
    if (!good) {
        throw error(errc::invalid_argument, detail::in_quotes(text_) + " is no length of a window",
            "Write a duration such as P1D, P1M or PT1H, or a number where the cursor is one");
    }
}

COREST_DECL cursor_value window_step::from(const cursor_value& start, bool back) const
{
    const bool counts = start.type() == cursor_value::kind::number;
    if (counts != is_number_ || start.type() == cursor_value::kind::text) {
        throw error(errc::wrong_type, "a window of " + text_ + " cannot begin at " + start.description(),
            counts ? "Give the window as a number"
                   : "Give the window as a duration such as P1D, and the cursor as a date");
    }
    if (is_number_) {
        return start.moved((back ? "-" : "") + text_);
    }
    date_time moved = start.moment();
    const std::int64_t sign = back ? -1 : 1;
    if (months_ != 0) {
        const auto day = std::chrono::floor<std::chrono::days>(moved.seconds);
        const auto rest = moved.seconds - day;
        const std::chrono::year_month_day date(day);
        if (months_ > 120'000) {
            throw error(errc::invalid_argument, "a window of " + text_ + " leaves the calendar");
        }
        const auto month = date.year() / date.month() + std::chrono::months(static_cast<int>(sign * months_));
        const auto last = (month / std::chrono::last).day();
        if (month.year() < std::chrono::year(0) || month.year() > std::chrono::year(9999)) {
            throw error(errc::invalid_argument, "a window of " + text_ + " leaves the calendar");
        }
        moved.seconds = std::chrono::sys_days(month / std::min(date.day(), last)) + rest;
    }
    moved.seconds += std::chrono::seconds(sign * seconds_);
    return start.at(moved);
}

} // namespace corest

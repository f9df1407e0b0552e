#pragma once

#include <corest/incremental/cursor_value.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <optional>

namespace corest {

namespace detail {

namespace cursor_text {

/// The zone at the end of a date-time, as it is written; empty where there is none.
[[nodiscard]] inline std::string_view zone_of(std::string_view text) noexcept
{
    const std::size_t time = std::min<std::size_t>(text.size(), 11);
    const std::size_t found = text.find_first_of("Zz+-", time);
    return found == std::string_view::npos ? std::string_view() : text.substr(found);
}

/// A zone as RFC 3339 writes it: `+0100` is `+01:00`, none is `Z`.
[[nodiscard]] inline std::string usual_zone(std::string_view zone)
{
    if (zone.empty()) {
        return "Z";
    }
    std::string out(zone);
    if (zone.size() == 5 && (zone[0] == '+' || zone[0] == '-')) {
        out.insert(3, ":");
    }
    return out;
}

[[nodiscard]] inline bool is_before(const date_time& a, const date_time& b) noexcept
{
    return a.seconds != b.seconds ? a.seconds < b.seconds : a.fraction < b.fraction;
}

/// The whole and the broken part of a number of seconds or days.
/// \throws error (invalid_argument) where it is beyond what a calendar has
inline void split(const decimal& amount, std::int64_t& whole, std::int64_t& billionths)
{
    const decimal truncated = amount.truncated();
    const decimal largest("1e12");
    if (amount > largest || amount < -largest) {
        throw error(errc::invalid_argument, "a cursor would be moved by " + amount.text() + ", out of the calendar");
    }
    whole = std::stoll(truncated.text());
    std::string rest = (amount + -truncated).text(); // -0.25
    const bool negative = rest.starts_with('-');
    const std::size_t point = rest.find('.');
    rest = point == std::string::npos ? std::string() : rest.substr(point + 1, 9);
    rest.resize(9, '0');
    billionths = std::stoll(rest) * (negative ? -1 : 1);
}

} // namespace cursor_text

} // namespace detail

COREST_DECL cursor_value::cursor_value(std::string_view json)
{
    json_reader reader(json, "the cursor");
    switch (reader.kind()) {
    case json_kind::number:
        text_ = std::string(reader.number_text());
        json_ = text_;
        kind_ = kind::number;
        number_ = detail::decimal(text_);
        break;
    case json_kind::string: {
        std::string scratch;
        text_ = std::string(reader.string(scratch));
        append_quoted(json_, text_);
        recognise();
        break;
    }
    default:
        throw error(errc::wrong_type,
            "a cursor is a number or a text, and this is " + std::string(describe(reader.kind())),
            "Take another field, or say what is done with records that have none");
    }
    reader.finish();
}

COREST_DECL cursor_value cursor_value::from(const date_time& moment)
{
    std::string json;
    append_quoted(json, format_date_time(moment));
    return cursor_value(json);
}

COREST_DECL void cursor_value::recognise()
{
    if (const auto date = parse_date(text_)) {
        kind_ = kind::date;
        moment_.seconds = std::chrono::sys_days(*date);
        return;
    }
    if (text_.size() < 16 || text_.size() > 64) {
        return;
    }
    const std::string_view zone = detail::cursor_text::zone_of(text_);
    const std::string_view local = std::string_view(text_).substr(0, text_.size() - zone.size());
    const bool has_seconds = local.size() > 16;
    const std::string usual = detail::cursor_text::usual_zone(zone);
    const std::string whole = std::string(local) + (has_seconds ? "" : ":00");
    const auto read = parse_date_time(whole + usual);
    const auto at_utc = parse_date_time(whole + "Z");
    if (!read || !at_utc) {
        return;
    }
    kind_ = kind::moment;
    moment_ = *read;
    offset_ = std::chrono::duration_cast<std::chrono::minutes>(at_utc->seconds - read->seconds);
    zone_ = std::string(zone);
    separator_ = text_[10];
    fraction_digits_ = local.size() > 20 ? local.size() - 20 : 0;
}

COREST_DECL std::string cursor_value::description() const
{
    return kind_ == kind::number ? "the number " + detail::printable(text_) : "the text " + detail::in_quotes(text_);
}

COREST_DECL int cursor_value::compare(const cursor_value& other) const
{
    if ((kind_ == kind::number) != (other.kind_ == kind::number)) {
        const cursor_value& text = kind_ == kind::number ? other : *this;
        if (detail::is_long_integer(text.text_)) { // dictionaries have such a number in quotes
            const detail::decimal number(text.text_);
            const auto order = kind_ == kind::number ? number_ <=> number : number <=> other.number_;
            return order < 0 ? -1 : order > 0 ? 1 : 0;
        }
        throw error(errc::wrong_type, "cursors cannot be compared: " + description() + " and " + other.description(),
            "Give initial_value in the form in which the records have it; where it is what an earlier run has kept, "
            "forget that with `corest state DESTINATION --reset RESOURCE`");
    }
    if (kind_ == kind::number) {
        const auto order = number_ <=> other.number_;
        return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    if (kind_ == kind::text || other.kind_ == kind::text) {
        const int order = text_.compare(other.text_); // of UTF-8 that is the order of code points
        return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    return detail::cursor_text::is_before(moment_, other.moment_) ? -1
        : detail::cursor_text::is_before(other.moment_, moment_)  ? 1
                                                                  : 0;
}

COREST_DECL cursor_value cursor_value::at(const date_time& other) const
{
    const date_time least{std::chrono::sys_days(std::chrono::year(0) / 1 / 2), {}};
    const date_time most{std::chrono::sys_days(std::chrono::year(9999) / 12 / 31), {}};
    if (detail::cursor_text::is_before(other, least) || detail::cursor_text::is_before(most, other)) {
        throw error(errc::invalid_argument, description() + " would be moved out of the calendar");
    }
    std::string text;
    if (kind_ == kind::date && std::chrono::floor<std::chrono::days>(other.seconds) != other.seconds) {
        return from(other); // a date says no more than the day
    }
    if (kind_ == kind::date) {
        text = format_date(std::chrono::floor<std::chrono::days>(other.seconds));
    } else {
        date_time local = other;
        local.seconds += offset_;
        text = format_date_time(local);
        text.pop_back();
        text[10] = separator_;
        const std::size_t digits = text.size() > 20 ? text.size() - 20 : 0;
        if (digits < fraction_digits_) {
            text += (digits == 0 ? "." : "") + std::string(fraction_digits_ - digits, '0');
        }
        text += zone_;
    }
    std::string json;
    append_quoted(json, text);
    return cursor_value(json);
}

COREST_DECL cursor_value cursor_value::moved(std::string_view amount, bool in_days, bool to_end) const
{
    const detail::decimal by(amount);
    if (kind_ == kind::number) {
        const bool is_integer = text_.find_first_of(".eE") == std::string::npos;
        const detail::decimal sum = number_ + by;
        return cursor_value(is_integer ? sum.truncated().text() : sum.text());
    }
    if (kind_ == kind::text) {
        throw error(errc::wrong_type, description() + " cannot be moved by a lag: it is neither a number nor a date",
            "Remove the lag, or take a field with dates as RFC 3339 has them");
    }
    std::int64_t whole = 0;
    std::int64_t billionths = 0;
    detail::cursor_text::split(by, whole, billionths);
    date_time moved = moment_;
    if (kind_ == kind::date || in_days) {
        const auto day = std::chrono::floor<std::chrono::days>(moment_.seconds);
        moved.seconds = day + std::chrono::days(whole);
        moved.fraction = std::chrono::nanoseconds(0);
        if (kind_ == kind::moment && to_end) {
            moved.seconds += std::chrono::days(1) - std::chrono::seconds(1);
        }
    } else {
        moved.seconds += std::chrono::seconds(whole);
        moved.fraction += std::chrono::nanoseconds(billionths);
        if (moved.fraction < std::chrono::nanoseconds(0)) {
            moved.fraction += std::chrono::seconds(1);
            moved.seconds -= std::chrono::seconds(1);
        } else if (moved.fraction >= std::chrono::seconds(1)) {
            moved.fraction -= std::chrono::seconds(1);
            moved.seconds += std::chrono::seconds(1);
        }
    }
    return at(moved);
}

} // namespace corest

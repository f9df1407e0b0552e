#pragma once

#include <corest/retry/rate_headers.hpp>

#include <corest/detail/text.hpp>
#include <corest/retry/retry_after.hpp>
#include <corest/select/rfc3339.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

namespace corest {

namespace detail {

namespace rate_texts {

inline std::optional<double> number(std::string_view text)
{
    text = trimmed(text);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size() && value >= 0
        ? std::optional(value)
        : std::nullopt;
}

/// The text of a parameter such as `r=0`, by its names; `separators` end it.
inline std::optional<std::string_view> parameter(
    std::string_view text, std::string_view name, std::string_view short_name, const char* separators)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        const std::string_view part = trimmed(text.substr(0, end));
        const std::size_t equals = part.find('=');
        if (equals != std::string_view::npos
            && (iequals(part.substr(0, equals), name) || part.substr(0, equals) == short_name))
        {
            return trimmed(part.substr(equals + 1));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::nullopt;
}

/// Its number.
inline std::optional<double> numeric_parameter(
    std::string_view text, std::string_view name, std::string_view short_name, const char* separators = ";")
{
    const auto value = parameter(text, name, short_name, separators);
    return value ? number(*value) : std::nullopt;
}

inline std::uint64_t count_of(double number)
{
    return static_cast<std::uint64_t>(std::min(number, 1e15));
}

inline std::chrono::milliseconds span_of(double seconds)
{
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(std::min(seconds, 1e8)));
}

/// Takes `RateLimit` over: `limit=10, remaining=0, reset=5`, or `"minute";r=0;t=5, "hour";r=9;t=100`.
inline void read_combined(const std::string& field, rate_statement& said)
{
    const auto take = [&](std::string_view item, const char* separators) {
        const auto remaining = numeric_parameter(item, "remaining", "r", separators);
        const auto reset = numeric_parameter(item, "reset", "t", separators);
        const bool is_tighter = remaining && (!said.remaining || count_of(*remaining) < *said.remaining);
        const bool is_longer =
            remaining && said.remaining == count_of(*remaining) && reset && span_of(*reset) > said.reset;
        if (!is_tighter && !is_longer && (remaining || said.remaining)) {
            return;
        }
        if (remaining) {
            said.remaining = count_of(*remaining);
        }
        if (reset) {
            said.reset = span_of(*reset);
        }
        if (const auto limit = numeric_parameter(item, "limit", "limit", separators)) {
            said.limit = count_of(*limit);
        }
    };
    if (field.find(';') == std::string::npos) {
        take(field, ",");
        return;
    }
    for (const std::string& item : split_list(field)) {
        take(item, ";");
    }
}

/// Takes `RateLimit-Policy` over, or what `RateLimit-Limit` says of windows: `"minute";q=10;w=60` or `10;w=60`.
inline void read_policies(const std::string& field, rate_statement& said)
{
    for (const std::string& item : split_list(field)) {
        const auto unit = parameter(item, "qu", "qu", ";");
        const auto length = numeric_parameter(item, "w", "w");
        auto quota = numeric_parameter(item, "q", "q");
        if (!quota) {
            quota = number(std::string_view(item).substr(0, item.find(';')));
        }
        const bool counts_requests = !unit || *unit == "\"requests\"";
        if (counts_requests && quota && length && *quota >= 1 && *length > 0) {
            said.policies.emplace_back(count_of(*quota), span_of(*length));
        }
    }
}

/// The field of that name in one of its spellings.
inline std::optional<std::string> find(const headers& got, const char* suffix)
{
    constexpr std::array<std::string_view, 4> spellings = {
        "RateLimit-", "X-RateLimit-", "X-Rate-Limit-", "Rate-Limit-"};
    for (const std::string_view spelling : spellings) {
        if (const auto value = got.find(std::string(spelling) + suffix)) {
            return std::string(*value);
        }
    }
    return std::nullopt;
}

} // namespace rate_texts

} // namespace detail

COREST_DECL std::optional<std::chrono::milliseconds> parse_reset(
    std::string_view value, std::chrono::system_clock::time_point now)
{
    const auto number = detail::rate_texts::number(value);
    if (!number) {
        if (const auto wait = parse_retry_after(value, now)) {
            return wait;
        }
        const auto moment = parse_date_time(detail::trimmed(value));
        if (!moment) {
            return std::nullopt;
        }
        const std::chrono::duration<double> left =
            std::chrono::duration<double>(moment->seconds - now) + moment->fraction;
        return detail::rate_texts::span_of(std::max(left.count(), 0.0));
    }
    constexpr double least_moment = 1e9; // seconds since 1970: 2001; as a wait, 31 years
    constexpr double least_in_millis = 1e11;
    double seconds = *number;
    if (*number >= least_moment) {
        const double moment = *number >= least_in_millis ? *number / 1000 : *number;
        const double today = std::chrono::duration_cast<std::chrono::duration<double>>(now.time_since_epoch()).count();
        seconds = std::max(moment - today, 0.0);
    }
    return detail::rate_texts::span_of(seconds);
}

COREST_DECL rate_statement read_rate_headers(const headers& got, std::chrono::system_clock::time_point now)
{
    using namespace detail::rate_texts;
    rate_statement said;
    if (got.contains("RateLimit")) {
        read_combined(got.joined("RateLimit"), said);
    }
    if (const auto field = find(got, "Remaining"); field && !said.remaining) {
        if (const auto remaining = number(*field)) {
            said.remaining = count_of(*remaining);
        }
    }
    if (const auto field = find(got, "Reset"); field && !said.reset) {
        said.reset = parse_reset(*field, now);
    }
    if (const auto field = find(got, "Limit"); field && !said.limit) {
        if (const auto limit = number(std::string_view(*field).substr(0, field->find_first_of(",;")))) {
            said.limit = count_of(*limit);
        }
        read_policies(*field, said);
    }
    if (got.contains("RateLimit-Policy")) {
        said.policies.clear(); // it says the same again
        read_policies(got.joined("RateLimit-Policy"), said);
    }
    return said;
}

} // namespace corest

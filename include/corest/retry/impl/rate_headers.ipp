#pragma once

#include <corest/retry/rate_headers.hpp>

#include <corest/detail/text.hpp>
#include <corest/retry/retry_after.hpp>

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

/// The value of a parameter such as `r=0`, by its names. \param text `limit=10, remaining=0` or `"default";r=0;t=5`
inline std::optional<double> parameter(std::string_view text, std::string_view name, std::string_view short_name)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(",;"), text.size());
        const std::string_view part = trimmed(text.substr(0, end));
        const std::size_t equals = part.find('=');
        if (equals != std::string_view::npos
            && (iequals(part.substr(0, equals), name) || part.substr(0, equals) == short_name))
        {
            return number(part.substr(equals + 1));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::nullopt;
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
        return parse_retry_after(value, now);
    }
    constexpr double least_moment = 1e9; // seconds since 1970: 2001; as a wait, 31 years
    constexpr double least_in_millis = 1e11;
    constexpr double most_seconds = 1e8;
    double seconds = *number;
    if (*number >= least_moment) {
        const double moment = *number >= least_in_millis ? *number / 1000 : *number;
        const double today = std::chrono::duration_cast<std::chrono::duration<double>>(now.time_since_epoch()).count();
        seconds = std::max(moment - today, 0.0);
    }
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(std::min(seconds, most_seconds)));
}

COREST_DECL rate_statement read_rate_headers(const headers& got, std::chrono::system_clock::time_point now)
{
    using namespace detail::rate_texts;
    rate_statement said;
    std::optional<double> remaining;
    if (const auto combined = got.find("RateLimit")) {
        remaining = parameter(*combined, "remaining", "r");
        if (const auto reset = parameter(*combined, "reset", "t")) {
            said.reset =
                std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(std::min(*reset, 1e8)));
        }
    }
    if (const auto field = find(got, "Remaining"); field && !remaining) {
        remaining = number(*field);
    }
    if (const auto field = find(got, "Reset"); field && !said.reset) {
        said.reset = parse_reset(*field, now);
    }
    if (remaining) {
        said.remaining = static_cast<std::uint64_t>(std::min(*remaining, 1e15));
    }
    return said;
}

} // namespace corest

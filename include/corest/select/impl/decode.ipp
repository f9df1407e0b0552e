#pragma once

#include <corest/select/decode.hpp>

#include <corest/detail/text.hpp>

namespace corest::detail {

COREST_DECL std::size_t find_member(
    std::span<const std::string_view> names, std::string_view key, std::size_t expected) noexcept
{
    for (std::size_t i = expected; i < names.size(); ++i) {
        if (same_name(names[i], key)) {
            return i;
        }
    }
    for (std::size_t i = 0; i < expected && i < names.size(); ++i) {
        if (same_name(names[i], key)) {
            return i;
        }
    }
    return names.size();
}

COREST_DECL void throw_missing_member(const json_reader& input, std::size_t object, std::string_view name)
{
    const std::string_view text = input.text();
    const std::string path = path_at(text, object);
    json_reader value(text.substr(object));
    throw error(errc::field_missing,
        "field '" + (path.empty() ? "" : path + ".") + std::string(name) + "' is missing: "
            + (path.empty() ? "the record" : "'" + path + "'") + " " + describe_content(value.skip()),
        "Make the member std::optional where it may be missing");
}

COREST_DECL std::size_t decode_name(json_reader& input, std::span<const std::string_view> names)
{
    const std::size_t start = input.offset();
    std::string scratch;
    const std::size_t index = find_member(names, input.string(scratch), 0);
    if (index == names.size()) {
        input.fail_type(
            start, join_words(names, "or", 12, [](std::string_view name) { return "\"" + std::string(name) + "\""; }));
    }
    return index;
}

COREST_DECL std::size_t decode_any_name(json_reader& input, std::span<const std::string_view> names)
{
    std::string scratch;
    return find_member(names, input.string(scratch), 0);
}

COREST_DECL std::chrono::year_month_day decode_date(json_reader& input)
{
    const std::size_t start = input.offset();
    std::string scratch;
    const auto date = parse_date(input.string(scratch));
    if (!date) {
        input.fail_type(start, "a date as \"2026-11-26\" (RFC 3339)");
    }
    return *date;
}

COREST_DECL date_time decode_date_time(
    json_reader& input, std::chrono::sys_seconds least, std::chrono::sys_seconds most)
{
    const std::size_t start = input.offset();
    std::string scratch;
    const auto moment = parse_date_time(input.string(scratch));
    if (!moment) {
        input.fail_type(start, "a date and time with its offset from UTC, as \"2026-11-26T09:30:00Z\" (RFC 3339)");
    }
    if (moment->seconds < least || moment->seconds > most) {
        const auto day = [](std::chrono::sys_seconds limit) {
            return format_date(std::chrono::floor<std::chrono::days>(limit));
        };
        input.fail_type(start, "a time between " + day(least) + " and " + day(most));
    }
    return *moment;
}

COREST_DECL void throw_no_alternative(json_reader& input, std::span<const std::string_view> expected)
{
    input.fail_type(input.offset(), join_words(expected, "or"));
}

} // namespace corest::detail

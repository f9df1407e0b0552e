#pragma once

#include <corest/schema/typed_value.hpp>

#include <corest/select/json_reader.hpp>
#include <corest/select/rfc3339.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace corest::schema {

namespace value_text {

[[nodiscard]] COREST_DECL std::string fraction(std::int64_t microseconds)
{
    if (microseconds == 0) {
        return {};
    }
    std::string digits = std::to_string(1'000'000 + microseconds);
    digits[0] = '.';
    digits.resize(digits.find_last_not_of('0') + 1);
    return digits;
}

[[nodiscard]] COREST_DECL std::string two(std::int64_t number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

[[nodiscard]] COREST_DECL std::string time_of_day(std::int64_t microseconds)
{
    const std::int64_t seconds = microseconds / 1'000'000;
    return two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60)
        + fraction(microseconds % 1'000'000);
}

[[nodiscard]] COREST_DECL std::string day(std::int64_t days)
{
    return format_date(std::chrono::sys_days(std::chrono::days(days)));
}

[[nodiscard]] COREST_DECL std::string moment(const typed_value& value)
{
    constexpr std::int64_t a_day = 86'400'000'000;
    std::int64_t days = value.integer() / a_day;
    std::int64_t rest = value.integer() % a_day;
    if (rest < 0) {
        rest += a_day;
        --days;
    }
    return day(days) + "T" + time_of_day(rest) + (value.has_zone() ? "Z" : "");
}

COREST_DECL void append_base64(std::string& out, std::string_view bytes)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0U;
    };
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned three = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        out += digits[three >> 18U];
        out += digits[three >> 12U & 63U];
        out += i + 1 < bytes.size() ? digits[three >> 6U & 63U] : '=';
        out += i + 2 < bytes.size() ? digits[three & 63U] : '=';
    }
}

COREST_DECL void append_real(std::string& out, double value)
{
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

} // namespace value_text

COREST_DECL void append_text(std::string& out, const typed_value& value)
{
    switch (value.kind()) {
    case value_kind::null:
        out += "null";
        break;
    case value_kind::boolean:
        out += value.boolean() ? "true" : "false";
        break;
    case value_kind::bigint:
        out += std::to_string(value.integer());
        break;
    case value_kind::real:
        value_text::append_real(out, value.real());
        break;
    case value_kind::decimal:
    case value_kind::text:
    case value_kind::json:
    case value_kind::binary:
        out += value.text();
        break;
    case value_kind::timestamp:
        out += value_text::moment(value);
        break;
    case value_kind::date:
        out += value_text::day(value.integer());
        break;
    case value_kind::time:
        out += value_text::time_of_day(value.integer());
        break;
    }
}

COREST_DECL void append_json(std::string& out, const typed_value& value)
{
    switch (value.kind()) {
    case value_kind::text:
        append_quoted(out, value.text());
        break;
    case value_kind::timestamp:
    case value_kind::date:
    case value_kind::time:
        out += '"';
        append_text(out, value);
        out += '"';
        break;
    case value_kind::binary:
        out += '"';
        value_text::append_base64(out, value.text());
        out += '"';
        break;
    default:
        append_text(out, value);
    }
}

} // namespace corest::schema

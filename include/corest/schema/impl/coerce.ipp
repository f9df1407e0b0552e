#pragma once

#include <corest/schema/coerce.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/field.hpp>
#include <corest/select/rfc3339.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace corest::schema {

namespace coercion {

using corest::detail::hex_value;
using corest::detail::is_digit;

/// Without white space at its ends.
[[nodiscard]] inline std::string_view stripped(std::string_view text) noexcept
{
    constexpr std::string_view space = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(space);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

/// A number in decimal digits, without exponent, leading zeros and a fraction of zeros.
class digits {
public:
    bool negative = false;
    std::string whole = "0";
    std::string fraction;

    [[nodiscard]] bool is_whole() const noexcept { return fraction.empty(); }
    [[nodiscard]] std::string text() const
    {
        return (negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
    }
};

/// Numbers of more digits are no numbers here: `1e999999999` would need a gigabyte.
inline constexpr std::size_t most_digits = 20'000;

/// Hexadecimal digits as decimal ones; empty where they are none.
[[nodiscard]] COREST_DECL std::string decimal_of_hex(std::string_view hex)
{
    if (hex.empty() || hex.size() > 512) {
        return {};
    }
    std::string value = "0"; // the lowest digit first
    for (const char c : hex) {
        int carry = hex_value(c);
        if (carry < 0) {
            return {};
        }
        for (char& digit : value) {
            carry += (digit - '0') * 16;
            digit = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry != 0; carry /= 10) {
            value += static_cast<char>('0' + carry % 10);
        }
    }
    value.resize(std::max<std::size_t>(value.find_last_not_of('0') + 1, 1));
    std::reverse(value.begin(), value.end());
    return value;
}

/// Reads a number as JSON or Python writes it.
[[nodiscard]] COREST_DECL std::optional<digits> read_digits(std::string_view text)
{
    digits out;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const auto end_of_digits = [](std::string_view part) {
        return static_cast<std::size_t>(
            std::find_if_not(part.begin(), part.end(), [](char c) { return is_digit(c); }) - part.begin());
    };
    const std::size_t whole = end_of_digits(text);
    std::string all(text.substr(0, whole));
    text.remove_prefix(whole);
    std::size_t behind = 0;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        behind = end_of_digits(text);
        all += text.substr(0, behind);
        text.remove_prefix(behind);
    }
    if (all.empty()) {
        return std::nullopt;
    }
    std::int64_t exponent = 0;
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        if (!text.empty() && text.front() == '+') {
            text.remove_prefix(1);
        }
        const auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
        if (read.ec != std::errc() || text.empty()) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    }
    if (!text.empty()) {
        return std::nullopt;
    }
    const auto limit = static_cast<std::int64_t>(most_digits);
    if (exponent > limit || exponent < -limit || all.size() > most_digits) {
        return std::nullopt;
    }
    std::int64_t point = static_cast<std::int64_t>(all.size() - behind) + exponent; // digits before it
    if (point < 0) {
        all.insert(0, static_cast<std::size_t>(-point), '0');
        point = 0;
    } else if (point > static_cast<std::int64_t>(all.size())) {
        all.append(static_cast<std::size_t>(point) - all.size(), '0');
    }
    out.whole = all.substr(0, static_cast<std::size_t>(point));
    out.fraction = all.substr(static_cast<std::size_t>(point));
    out.whole.erase(0, std::min(out.whole.find_first_not_of('0'), out.whole.size()));
    out.whole = out.whole.empty() ? "0" : out.whole;
    out.fraction.resize(out.fraction.find_last_not_of('0') + 1);
    out.negative = out.negative && (out.whole != "0" || !out.fraction.empty());
    return out;
}

/// Reads a number of a text: "200", " 1.5e3 ", "0xC8".
[[nodiscard]] COREST_DECL std::optional<digits> read_text_digits(std::string_view text)
{
    text = stripped(text);
    if (text.starts_with("0x") || text.starts_with("0X")) {
        digits out;
        out.whole = decimal_of_hex(text.substr(2));
        return out.whole.empty() ? std::nullopt : std::optional(out);
    }
    return read_digits(text);
}

/// The digits of a number, or of a text that is one.
[[nodiscard]] COREST_DECL std::optional<digits> digits_of(const json_value& found)
{
    switch (found.value.kind()) {
    case value_kind::bigint:
    case value_kind::real:
    case value_kind::decimal:
        return read_digits(found.json);
    case value_kind::text:
        return read_text_digits(found.value.text());
    default:
        return std::nullopt;
    }
}

[[nodiscard]] COREST_DECL std::size_t count_characters(std::string_view text) noexcept
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_text(const column& target, const json_value& found)
{
    const bool is_text = found.value.kind() == value_kind::text;
    const std::string_view text = is_text ? found.value.text() : found.json;
    if (target.precision && text.size() > *target.precision && count_characters(text) > *target.precision) {
        return std::nullopt;
    }
    return typed_value(value_kind::text, text);
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_bigint(const column& target, const json_value& found)
{
    std::int64_t integer = 0;
    if (found.value.kind() == value_kind::bigint) {
        integer = found.value.integer();
    } else {
        const std::optional<digits> number = digits_of(found);
        if (!number || !number->is_whole()) {
            return std::nullopt;
        }
        const std::string text = number->text();
        const auto read = std::from_chars(text.data(), text.data() + text.size(), integer);
        if (read.ec != std::errc()) {
            return std::nullopt;
        }
    }
    if (target.precision && *target.precision != 0 && *target.precision < 64) {
        const std::int64_t limit = std::int64_t{1} << (*target.precision - 1);
        if (integer < -limit || integer >= limit) {
            return std::nullopt;
        }
    }
    return typed_value(integer);
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_double(const json_value& found)
{
    double value = 0;
    std::string text;
    switch (found.value.kind()) {
    case value_kind::real:
        return found.value;
    case value_kind::bigint:
        return typed_value(static_cast<double>(found.value.integer()));
    case value_kind::decimal:
        text = found.json;
        break;
    case value_kind::text:
        if (const auto number = read_text_digits(found.value.text())) {
            text = number->text();
            break;
        }
        return std::nullopt;
    default:
        return std::nullopt;
    }
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() && std::isfinite(value) ? std::optional(typed_value(value)) : std::nullopt;
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_bool(const json_value& found)
{
    switch (found.value.kind()) {
    case value_kind::boolean:
        return found.value;
    case value_kind::bigint:
        return typed_value(found.value.integer() != 0);
    case value_kind::real:
        return typed_value(found.value.real() != 0);
    case value_kind::decimal:
        return typed_value(found.json.find_first_of("123456789") < found.json.find_first_of("eE"));
    case value_kind::text: {
        const std::string word = corest::detail::lower(stripped(found.value.text()));
        for (const char* const yes : {"true", "yes", "t", "y", "1"}) {
            if (word == yes) {
                return typed_value(true);
            }
        }
        for (const char* const no : {"false", "no", "f", "n", "0"}) {
            if (word == no) {
                return typed_value(false);
            }
        }
        return std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_decimal(
    const column& target, const json_value& found, text_store& texts)
{
    const std::optional<digits> number = digits_of(found);
    if (!number) {
        return std::nullopt;
    }
    const bool is_wei = target.type == data_type::wei;
    if (is_wei && !number->is_whole()) {
        return std::nullopt;
    }
    if (target.precision && !is_wei) {
        const std::uint32_t scale = target.scale.value_or(std::min<std::uint32_t>(9, *target.precision));
        const std::size_t whole = number->whole == "0" ? 0 : number->whole.size();
        if (number->fraction.size() > scale || whole + scale > *target.precision) {
            return std::nullopt;
        }
    } else if (target.scale && number->fraction.size() > *target.scale) {
        return std::nullopt;
    }
    std::string text = number->text();
    // Most numbers are written so already: no text of their own is kept.
    return typed_value(value_kind::decimal,
        text == found.json               ? found.json
            : text == found.value.text() ? found.value.text()
                                         : texts.keep(std::move(text)));
}

[[nodiscard]] COREST_DECL std::int64_t micros_of(const date_time& moment)
{
    return moment.seconds.time_since_epoch().count() * 1'000'000 + moment.fraction.count() / 1000;
}

/// Cuts to the digits of a second's fraction.
[[nodiscard]] COREST_DECL std::int64_t cut(std::int64_t micros, const column& target)
{
    std::int64_t unit = 1;
    for (std::uint32_t n = target.precision.value_or(6); n < 6; ++n) {
        unit *= 10;
    }
    const std::int64_t rest = micros % unit;
    return micros - (rest < 0 ? rest + unit : rest);
}

/// A date-time without offset is one of UTC, a date is its midnight.
[[nodiscard]] COREST_DECL std::optional<date_time> read_moment(std::string_view text)
{
    text = stripped(text);
    if (const auto moment = parse_date_time(text)) {
        return moment;
    }
    if (text.size() == 10) {
        if (const auto date = parse_date(text)) {
            date_time moment;
            moment.seconds = std::chrono::sys_days(*date);
            return moment;
        }
    }
    if (text.size() >= 16 && text.size() < 64 && is_digit(text.back())) {
        std::string whole(text);
        if (text.size() == 16) {
            whole += ":00";
        }
        return parse_date_time(whole + "Z");
    }
    return std::nullopt;
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_timestamp(const column& target, const json_value& found)
{
    // The years 0 to 9999, in seconds.
    constexpr std::int64_t least = -62'167'219'200;
    constexpr std::int64_t most = 253'402'300'799;
    std::int64_t micros = 0;
    switch (found.value.kind()) {
    case value_kind::text: {
        const auto moment = read_moment(found.value.text());
        if (!moment) {
            return std::nullopt;
        }
        micros = micros_of(*moment);
        if (micros < least * 1'000'000 || micros / 1'000'000 > most) { // its offset leads out of them
            return std::nullopt;
        }
        break;
    }
    case value_kind::bigint:
        if (found.value.integer() < least || found.value.integer() > most) {
            return std::nullopt;
        }
        micros = found.value.integer() * 1'000'000;
        break;
    case value_kind::real:
        if (!(found.value.real() >= static_cast<double>(least) && found.value.real() <= static_cast<double>(most))) {
            return std::nullopt;
        }
        micros = static_cast<std::int64_t>(std::llround(found.value.real() * 1e6));
        break;
    default:
        return std::nullopt;
    }
    return typed_value::moment(cut(micros, target), target.timezone);
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_date(const json_value& found)
{
    if (found.value.kind() != value_kind::text) {
        return std::nullopt;
    }
    const std::string_view text = stripped(found.value.text());
    const auto date = parse_date(text.substr(0, 10));
    if (!date || (text.size() > 10 && text.find_first_of("123456789", 10) < text.find_first_of("+-Zz", 11))
        || (text.size() > 10 && !read_moment(text)))
    {
        return std::nullopt;
    }
    return typed_value(value_kind::date, std::int64_t{std::chrono::sys_days(*date).time_since_epoch().count()});
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_time(const column& target, const json_value& found)
{
    if (found.value.kind() != value_kind::text) {
        return std::nullopt;
    }
    std::string text(stripped(found.value.text()));
    if (text.empty() || text.size() > 40) {
        return std::nullopt;
    }
    if (text.size() == 5) {
        text += ":00";
    }
    if (text.back() != 'Z' && text.back() != 'z') {
        text += 'Z';
    }
    if (text.find_first_of("+-tT") != std::string::npos) {
        return std::nullopt; // one in another zone is no time of a day that is known
    }
    const auto moment = parse_date_time("1970-01-01T" + text);
    if (!moment) {
        return std::nullopt;
    }
    return typed_value(value_kind::time, cut(micros_of(*moment), target));
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_json(const json_value& found, text_store& texts)
{
    if (found.value.kind() == value_kind::json) {
        return found.value;
    }
    if (found.value.kind() != value_kind::text) {
        return std::nullopt;
    }
    try {
        std::string compact;
        append_minified(compact, stripped(found.value.text()));
        return typed_value(value_kind::json, texts.keep(std::move(compact)));
    } catch (const error&) {
        return std::nullopt;
    }
}

[[nodiscard]] COREST_DECL std::optional<std::string> bytes_of_hex(std::string_view hex)
{
    if (hex.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = hex_value(hex[i]);
        const int low = hex_value(hex[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

[[nodiscard]] inline int base64_value(char c) noexcept
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (is_digit(c)) {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

[[nodiscard]] COREST_DECL std::optional<std::string> bytes_of_base64(std::string_view text)
{
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    std::string out;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const int value = base64_value(c);
        if (value < 0) {
            return std::nullopt;
        }
        bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFFFU;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(static_cast<unsigned char>(bits >> count));
        }
    }
    return out;
}

[[nodiscard]] COREST_DECL std::optional<typed_value> to_binary(
    const column& target, const json_value& found, text_store& texts)
{
    std::optional<std::string> bytes;
    if (found.value.kind() == value_kind::text) {
        const std::string_view text = found.value.text();
        bytes = text.starts_with("0x") ? bytes_of_hex(text.substr(2)) : bytes_of_base64(text);
    } else if (found.value.kind() == value_kind::bigint && found.value.integer() >= 0) {
        bytes.emplace();
        for (auto rest = static_cast<std::uint64_t>(found.value.integer()); rest != 0; rest >>= 8U) {
            *bytes += static_cast<char>(static_cast<unsigned char>(rest));
        }
    }
    if (!bytes || (target.precision && bytes->size() > *target.precision)) {
        return std::nullopt;
    }
    return typed_value(value_kind::binary, texts.keep(std::move(*bytes)));
}

} // namespace coercion

COREST_DECL json_value read_json_value(json_reader& reader, std::string& scratch)
{
    json_value out;
    const std::size_t used = scratch.size();
    switch (reader.kind()) {
    case json_kind::null:
        static_cast<void>(reader.null());
        out.json = "null";
        break;
    case json_kind::boolean:
        out.value = typed_value(reader.boolean());
        out.json = out.value.boolean() ? "true" : "false";
        break;
    case json_kind::number: {
        out.json = reader.number_text();
        std::int64_t integer = 0;
        double real = 0;
        switch (corest::detail::read_number(out.json, integer, real)) {
        case field_kind::integer:
            out.value = typed_value(integer);
            break;
        case field_kind::real:
            out.value = typed_value(real);
            break;
        default:
            out.value = typed_value(value_kind::decimal, out.json);
        }
        break;
    }
    case json_kind::string: {
        const std::size_t begin = reader.offset();
        bool escaped = false;
        std::string_view text = reader.string_text(escaped);
        if (escaped) {
            corest::detail::append_unescaped(scratch, text);
            text = std::string_view(scratch).substr(used);
        }
        out.value = typed_value(value_kind::text, text);
        out.json = reader.text().substr(begin, reader.position() - begin);
        break;
    }
    default: {
        bool spaced = false;
        out.json = reader.skip(spaced);
        if (spaced) {
            append_minified(scratch, out.json);
            out.json = std::string_view(scratch).substr(used);
        }
        out.value = typed_value(value_kind::json, out.json);
    }
    }
    return out;
}

COREST_DECL std::optional<typed_value> coerce(const column& target, const json_value& found, text_store& texts)
{
    if (!target.type || found.value.is_null()) {
        return found.value;
    }
    switch (*target.type) {
    case data_type::text:
        return coercion::to_text(target, found);
    case data_type::floating:
        return coercion::to_double(found);
    case data_type::boolean:
        return coercion::to_bool(found);
    case data_type::timestamp:
        return coercion::to_timestamp(target, found);
    case data_type::bigint:
        return coercion::to_bigint(target, found);
    case data_type::binary:
        return coercion::to_binary(target, found, texts);
    case data_type::json:
        return coercion::to_json(found, texts);
    case data_type::decimal:
    case data_type::wei:
        return coercion::to_decimal(target, found, texts);
    case data_type::date:
        return coercion::to_date(found);
    case data_type::time:
        return coercion::to_time(target, found);
    }
    return std::nullopt;
}

COREST_DECL std::optional<data_type> type_of(const json_value& found)
{
    switch (found.value.kind()) {
    case value_kind::boolean:
        return data_type::boolean;
    case value_kind::bigint:
        return data_type::bigint;
    case value_kind::real:
        return data_type::floating;
    case value_kind::decimal:
        return data_type::decimal;
    case value_kind::text: {
        // The shortest is 2026-11-26T09:30:00Z.
        const std::string_view text = found.value.text();
        const bool may_be = text.size() >= 20 && text.size() < 64 && corest::detail::is_digit(text.front());
        return may_be && parse_date_time(text) ? data_type::timestamp : data_type::text;
    }
    case value_kind::json:
        return data_type::json;
    default:
        return std::nullopt;
    }
}

COREST_DECL data_type common_type(data_type first, data_type second) noexcept
{
    if (first == second) {
        return first;
    }
    const auto is_number = [](data_type t) {
        return t == data_type::bigint || t == data_type::floating || t == data_type::decimal;
    };
    if (!is_number(first) || !is_number(second)) {
        return data_type::text;
    }
    const bool is_exact = first == data_type::decimal || second == data_type::decimal;
    return is_exact ? data_type::decimal : data_type::floating;
}

} // namespace corest::schema

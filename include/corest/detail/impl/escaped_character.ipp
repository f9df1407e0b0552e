#pragma once

#include <corest/detail/escaped_character.hpp>

#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace corest::detail {

namespace escapes {

/// The number that so many digits are, as they stand at a place; none where one of them is no digit.
[[nodiscard]] inline std::optional<std::uint32_t> number(
    std::string_view text, std::size_t at, std::size_t digits, std::uint32_t base = 16)
{
    std::uint32_t value = 0;
    if (digits == 0 || digits > 8 || at + digits > text.size()) {
        return std::nullopt;
    }
    for (const char c : text.substr(at, digits)) {
        const int digit = hex_value(c);
        if (digit < 0 || static_cast<std::uint32_t>(digit) >= base) {
            return std::nullopt;
        }
        value = value * base + static_cast<std::uint32_t>(digit);
    }
    return value;
}

[[nodiscard]] inline escaped_character byte(std::uint32_t value, std::size_t end)
{
    escaped_character found;
    found.bytes[0] = static_cast<char>(value);
    found.count = 1;
    found.end = end;
    return found;
}

/// None where it is no code point.
[[nodiscard]] inline escaped_character character(std::optional<std::uint32_t> point, std::size_t end)
{
    escaped_character found;
    if (point && *point <= 0x10FFFF && (*point < 0xD800 || *point > 0xDFFF)) {
        found.count = static_cast<std::size_t>(write_utf8(found.bytes.data(), *point) - found.bytes.data());
        found.end = end;
    }
    return found;
}

/// A unit of UTF-16 whose four digits stand at a place; with the unit behind it where the two are a pair.
/// \param mark what stands between the two
[[nodiscard]] inline escaped_character utf16(std::string_view text, std::size_t at, std::string_view mark)
{
    constexpr std::size_t digits = 4;
    const auto first = number(text, at, digits);
    if (first && *first >= 0xD800 && *first < 0xDC00 && text.substr(at + digits, mark.size()) == mark) {
        const auto second = number(text, at + digits + mark.size(), digits);
        if (second && *second >= 0xDC00 && *second < 0xE000) {
            return character(0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00), at + 2 * digits + mark.size());
        }
    }
    return character(first, at + digits);
}

[[nodiscard]] inline escaped_character of_url(std::string_view text, std::size_t at)
{
    if (at + 1 < text.size() && text[at + 1] == 'u') {
        return utf16(text, at + 2, "%u");
    }
    const auto value = number(text, at + 1, 2);
    return value ? byte(*value, at + 3) : escaped_character();
}

/// JSON, and what C, Python and JavaScript add.
[[nodiscard]] inline escaped_character of_string(std::string_view text, std::size_t at)
{
    if (at + 1 >= text.size()) {
        return {};
    }
    const char kind = text[at + 1];
    constexpr std::string_view letters = "abfnrtv";
    constexpr std::string_view meant = "\a\b\f\n\r\t\v";
    if (kind == 'u' && text.substr(at + 2, 1) == "{") {
        const std::size_t close = std::min(text.find('}', at), text.size());
        return character(number(text, at + 3, close - std::min(close, at + 3)), close + 1);
    }
    if (kind == 'u') {
        return utf16(text, at + 2, "\\u");
    }
    if (kind == 'U') {
        return character(number(text, at + 2, 8), at + 10);
    }
    if (kind == 'x') {
        const auto value = number(text, at + 2, 2);
        return value ? byte(*value, at + 4) : escaped_character();
    }
    if (const auto octal = number(text, at + 1, 3, 8); octal && *octal <= 0xFF) {
        return byte(*octal, at + 4);
    }
    if (const auto which = letters.find(kind); which != letters.npos) {
        return byte(static_cast<unsigned char>(meant[which]), at + 2);
    }
    const bool is_itself = !is_letter(kind) && !is_digit(kind);
    return is_itself ? byte(static_cast<unsigned char>(kind), at + 2) : escaped_character();
}

/// The names that HTML has for ASCII, and for Latin-1 from U+00A0 on, in order.
inline constexpr std::array<std::pair<std::string_view, char>, 37> ascii_names = {{{"amp", '&'}, {"AMP", '&'},
    {"lt", '<'}, {"LT", '<'}, {"gt", '>'}, {"GT", '>'}, {"quot", '"'}, {"QUOT", '"'}, {"apos", '\''}, {"sol", '/'},
    {"plus", '+'}, {"equals", '='}, {"colon", ':'}, {"semi", ';'}, {"comma", ','}, {"period", '.'}, {"excl", '!'},
    {"num", '#'}, {"dollar", '$'}, {"percnt", '%'}, {"lpar", '('}, {"rpar", ')'}, {"ast", '*'}, {"quest", '?'},
    {"commat", '@'}, {"lsqb", '['}, {"lbrack", '['}, {"bsol", '\\'}, {"rsqb", ']'}, {"rbrack", ']'}, {"Hat", '^'},
    {"lowbar", '_'}, {"grave", '`'}, {"lcub", '{'}, {"lbrace", '{'}, {"rcub", '}'}, {"rbrace", '}'}}};
inline constexpr std::array<std::string_view, 96> latin_names = {"nbsp", "iexcl", "cent", "pound", "curren", "yen",
    "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3",
    "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml",
    "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times",
    "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth",
    "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml",
    "yacute", "thorn", "yuml"};

/// \param at behind `&#`. Browsers read it without its semicolon, too.
[[nodiscard]] inline escaped_character of_html_number(std::string_view text, std::size_t at)
{
    const bool is_hexadecimal = text.substr(at, 1) == "x" || text.substr(at, 1) == "X";
    const std::size_t begin = at + (is_hexadecimal ? 1 : 0);
    std::size_t end = begin;
    while (end < text.size() && (is_hexadecimal ? hex_value(text[end]) >= 0 : is_digit(text[end]))) {
        ++end;
    }
    const bool is_ended = text.substr(end, 1) == ";";
    return character(number(text, begin, end - begin, is_hexadecimal ? 16 : 10), end + (is_ended ? 1 : 0));
}

[[nodiscard]] inline escaped_character of_html(std::string_view text, std::size_t at)
{
    if (text.substr(at + 1, 1) == "#") {
        return of_html_number(text, at + 2);
    }
    constexpr std::size_t longest = 10;
    const std::size_t size = text.substr(at + 1, longest).find(';');
    if (size == std::string_view::npos) {
        return {};
    }
    const std::string_view name = text.substr(at + 1, size);
    const std::size_t end = at + 1 + size + 1;
    for (const auto& [known, meant] : ascii_names) {
        if (known == name) {
            return byte(static_cast<unsigned char>(meant), end);
        }
    }
    const auto latin = std::find(latin_names.begin(), latin_names.end(), name);
    constexpr std::uint32_t first_of_latin = 0xA0;
    return latin == latin_names.end()
        ? escaped_character()
        : character(first_of_latin + static_cast<std::uint32_t>(latin - latin_names.begin()), end);
}

} // namespace escapes

COREST_DECL escaped_character read_escape(std::string_view text, std::size_t at)
{
    switch (text[at]) {
    case '%':
        return escapes::of_url(text, at);
    case '\\':
        return escapes::of_string(text, at);
    case '&':
        return escapes::of_html(text, at);
    default:
        return {};
    }
}

} // namespace corest::detail

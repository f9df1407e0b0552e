#pragma once

/// \file
/// Texts for people and protocols: letters and digits of ASCII, hexadecimal, lists in a sentence, and text from outside
/// made safe to show.

#include <corest/config.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace corest::detail {

// Letters and digits. ASCII only, whatever the locale says.

[[nodiscard]] constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_letter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A letter, a digit or `_`: what names are made of in most languages.
[[nodiscard]] constexpr bool is_name_character(char c) noexcept
{
    return is_letter(c) || is_digit(c) || c == '_';
}

/// A control character: below the space, or DEL.
[[nodiscard]] constexpr bool is_control(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

[[nodiscard]] constexpr char ascii_lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr char ascii_upper(char c) noexcept
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The text behind its byte order mark (UTF-8), if it has one: that counts as white space.
[[nodiscard]] constexpr std::string_view without_byte_order_mark(std::string_view text) noexcept
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

/// In lower case; ASCII letters only.
[[nodiscard]] COREST_DECL std::string lower(std::string_view text);
/// In upper case; ASCII letters only.
[[nodiscard]] COREST_DECL std::string upper(std::string_view text);

/// Without spaces and tabs at its ends: what HTTP calls optional white space (RFC 9110, section 5.6.3).
[[nodiscard]] inline std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// 3 of "3", and of "3.0", as some servers write a whole number; none where it is another text.
[[nodiscard]] inline std::optional<std::uint64_t> whole_number(std::string_view text) noexcept
{
    const std::size_t dot = text.find('.');
    if (dot != text.npos && dot + 1 < text.size() && text.find_first_not_of('0', dot + 1) == text.npos) {
        text = text.substr(0, dot);
    }
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

// Hexadecimal.

inline constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";
inline constexpr std::string_view lower_hex_digits = "0123456789abcdef";

/// True of an integer, as JSON writes it, that fits into neither a signed nor an unsigned number of 64 bits.
[[nodiscard]] inline bool is_long_integer(std::string_view text) noexcept
{
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || digits[0] == '0' || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return false;
    }
    std::uint64_t size = 0;
    const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), size).ec == std::errc();
    constexpr std::uint64_t most_below_zero = std::uint64_t{1} << 63U;
    return !fits || (text.size() != digits.size() && size > most_below_zero);
}

/// 1234567 as "1,234,567".
[[nodiscard]] inline std::string grouped(std::uint64_t n)
{
    std::string text = std::to_string(n);
    for (std::size_t end = text.size(); end > 3; end -= 3) {
        text.insert(end - 3, ",");
    }
    return text;
}

/// "3 rows", "1 row", "1,234 rows". \param noun in the singular
[[nodiscard]] inline std::string counted(std::uint64_t n, std::string_view noun)
{
    return grouped(n) + ' ' + std::string(noun) + (n == 1 ? "" : "s");
}

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) noexcept
{
    if (is_digit(c)) {
        return c - '0';
    }
    const char lowered = ascii_lower(c);
    return lowered >= 'a' && lowered <= 'f' ? lowered - 'a' + 10 : -1;
}

/// Appends a byte as two digits.
inline void append_hex(std::string& out, char byte, std::string_view digits = upper_hex_digits)
{
    out += digits[static_cast<unsigned char>(byte) >> 4U];
    out += digits[static_cast<unsigned char>(byte) & 0xFU];
}

/// Bytes as lower-case hexadecimal digits, two each.
[[nodiscard]] inline std::string hexadecimal(std::string_view bytes)
{
    std::string out;
    for (const char byte : bytes) {
        append_hex(out, byte, lower_hex_digits);
    }
    return out;
}

// Lists.

/// Texts one after another with a separator in between.
/// \param text gives the text of a part; the part itself by default
template <class Range, class Projection = std::identity>
[[nodiscard]] std::string join(const Range& parts, std::string_view separator = ", ", Projection text = {})
{
    std::string out;
    bool first = true;
    for (const auto& part : parts) {
        if (!first) {
            out += separator;
        }
        out += std::invoke(text, part);
        first = false;
    }
    return out;
}

/// A list as it stands in a sentence: "a", "a and b", "a, b and c"; with more than `most` parts "a, b and 7 more".
/// \param last_word "and" or "or"
template <class Range, class Projection = std::identity>
[[nodiscard]] std::string join_words(const Range& parts, std::string_view last_word = "and",
    std::size_t most = std::numeric_limits<std::size_t>::max(), Projection text = {})
{
    const auto count = static_cast<std::size_t>(std::distance(std::begin(parts), std::end(parts)));
    std::string out;
    std::size_t written = 0;
    for (const auto& part : parts) {
        if (written == most) {
            out += " " + std::string(last_word) + " " + std::to_string(count - written) + " more";
            break;
        }
        if (written != 0) {
            out += written + 1 == count ? " " + std::string(last_word) + " " : std::string(", ");
        }
        out += std::invoke(text, part);
        ++written;
    }
    return out;
}

// Text from outside, for messages.

/// The first `most` bytes of a text, and the rest of their last character, safe to show: controls, marks that turn the
/// direction of writing and what is no UTF-8 are replaced by `?`, white space collapses.
[[nodiscard]] COREST_DECL std::string printable(std::string_view text, std::size_t most = 40);

/// A name in quotes, as it is but for control characters (`\x1B`), and at most 60 bytes of it: cut where a character
/// begins.
[[nodiscard]] COREST_DECL std::string in_quotes(std::string_view text);

/// The first words of a text of several lines, fit for one line: white space and control characters become single
/// spaces.
/// \param most bytes; cut where a character begins (UTF-8)
[[nodiscard]] COREST_DECL std::string excerpt(std::string_view text, std::size_t most = 200);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/detail/impl/text.ipp>
#endif

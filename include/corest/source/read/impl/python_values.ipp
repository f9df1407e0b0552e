#pragma once

#include <corest/source/read/python_values.hpp>

#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>

namespace corest::source::detail {

namespace python_value {

// Decodes the escapes of a text. Its messages show nothing of it: a badly quoted credential must not be printed.
class text_decoder {
public:
    text_decoder(const python_script& script, std::size_t begin, std::size_t end)
        : script_(script),
          text_(script.text().substr(0, end)),
          begin_(begin),
          position_(begin)
    {
    }

    std::string decode(bool raw)
    {
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (c == '\0') {
                script_.fail(position_, "a NUL byte in a text", "Save the file as UTF-8 text");
            }
            if (c == '\r' && peek(1) == '\n') {
                ++position_; // Python reads either line end as \n
            } else if (c == '\\' && raw) {
                raw_escape();
            } else if (c == '\\') {
                escape();
            } else {
                out_ += c;
                ++position_;
            }
        }
        if (!corest::detail::is_utf8(out_)) {
            script_.fail(begin_, "the text that begins here is not UTF-8", "Save the file as UTF-8");
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept
    {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }

    void raw_escape()
    {
        out_ += '\\';
        if (++position_ < text_.size()) {
            out_ += text_[position_++];
        }
    }

    // \pre a backslash stands here
    void escape()
    {
        constexpr std::string_view letters = "\\'\"abfnrtv";
        constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
        const char c = peek(1);
        position_ += 2;
        if (const auto known = letters.find(c); known != std::string_view::npos && c != '\0') {
            out_ += meanings[known];
        } else if (c == '\r' && peek() == '\n') {
            ++position_;
        } else if (c == '\n' || c == '\r') {
            return;
        } else if (c == 'x') {
            corest::detail::append_utf8(out_, hexadecimal(2));
        } else if (c == 'u' || c == 'U') {
            code_point(c == 'u' ? 4 : 8);
        } else if (c == 'N') {
            script_.fail(position_ - 2, "named characters (\\N{...}) are not supported", "Write the character itself");
        } else if (c >= '0' && c <= '7') {
            octal(c);
        } else {
            out_ += '\\'; // Python keeps the backslash of an escape that it does not know
            --position_;
        }
    }

    void octal(char first)
    {
        auto value = static_cast<std::uint32_t>(first - '0');
        for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i) {
            value = value * 8 + static_cast<std::uint32_t>(text_[position_++] - '0');
        }
        corest::detail::append_utf8(out_, value);
    }

    std::uint32_t hexadecimal(std::size_t digits)
    {
        std::uint32_t value = 0;
        const auto part = text_.substr(std::min(position_, text_.size()), digits);
        const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
        if (part.size() != digits || ec != std::errc() || end != part.data() + part.size()) {
            script_.fail(position_ - 2, "the escape needs " + std::to_string(digits) + " hexadecimal digits");
        }
        position_ += digits;
        return value;
    }

    void code_point(std::size_t digits)
    {
        const std::size_t begin = position_ - 2;
        const std::uint32_t value = hexadecimal(digits);
        if (value >= 0xD800 && value < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
            position_ += 2;
            const std::uint32_t low = hexadecimal(4);
            if (low >= 0xDC00 && low < 0xE000) {
                corest::detail::append_utf8(out_, 0x10000 + ((value - 0xD800) << 10U) + (low - 0xDC00));
                return;
            }
        }
        if ((value >= 0xD800 && value < 0xE000) || value > 0x10FFFF) {
            script_.fail(begin, "the escape is no character of Unicode");
        }
        corest::detail::append_utf8(out_, value);
    }

    const python_script& script_;
    std::string_view text_;
    std::size_t begin_;
    std::size_t position_;
    std::string out_;
};

[[nodiscard]] inline int base_of(std::string_view text)
{
    const char letter = text.size() > 1 && text[0] == '0' ? corest::detail::ascii_lower(text[1]) : '\0';
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
}

[[noreturn]] inline void bad_number(const python_script& script, const token& t)
{
    script.fail(t.offset, "this is not a number that is understood",
        "Write an integer, a decimal number or 0x...; text needs quotes");
}

[[noreturn]] inline void too_large(const python_script& script, const token& t)
{
    script.fail(t.offset, "the number does not fit into 64 bits", "Write it as text, in quotes");
}

// The digits without underscores, which stand between digits only (and behind 0x).
COREST_DECL std::string digits_of(const python_script& script, const token& t, std::string_view text, std::size_t start)
{
    std::string digits;
    for (std::size_t i = start; i < text.size(); ++i) {
        if (text[i] != '_') {
            digits += text[i];
            continue;
        }
        const bool between = i != 0 && corest::detail::is_name_character(text[i - 1]) && text[i - 1] != '_'
            && i + 1 < text.size() && corest::detail::is_name_character(text[i + 1]) && text[i + 1] != '_';
        if (!between) {
            bad_number(script, t);
        }
    }
    return digits;
}

COREST_DECL boost::json::value floating(
    const python_script& script, const token& t, const std::string& digits, bool negative)
{
    double value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (ec == std::errc::result_out_of_range || std::isinf(value)) {
        too_large(script, t);
    }
    if (ec != std::errc() || end != digits.data() + digits.size()
        || !(corest::detail::is_digit(digits[0]) || digits[0] == '.'))
    {
        bad_number(script, t);
    }
    return negative ? -value : value;
}

} // namespace python_value

COREST_DECL quoted_text take_quotes(const python_script& script, const token& t)
{
    const std::string_view text = script.text();
    quoted_text out;
    std::size_t p = t.offset;
    for (; text[p] != '"' && text[p] != '\''; ++p) {
        const char letter = corest::detail::ascii_lower(text[p]);
        out.raw = out.raw || letter == 'r';
        out.formatted = out.formatted || letter == 'f';
        if (letter == 'b') {
            script.fail(p, "bytes are not text", "Remove the prefix b");
        }
    }
    const bool triple = text.substr(p, 3) == std::string(3, text[p]);
    if (t.kind == token_kind::bad) {
        const bool same_line = !triple && text.find('\n', p) != std::string_view::npos;
        script.fail(t.offset,
            same_line ? "the text that begins here does not end on its line"
                      : "the text that begins here is never ended",
            same_line ? "Use triple quotes for several lines" : "");
    }
    out.begin = p + (triple ? 3 : 1);
    out.end = t.offset + t.length - (triple ? 3 : 1);
    return out;
}

COREST_DECL std::string decode_text(const python_script& script, std::size_t begin, std::size_t end, bool raw)
{
    return python_value::text_decoder(script, begin, end).decode(raw);
}

COREST_DECL boost::json::value decode_number(const python_script& script, const token& t, bool negative)
{
    const std::string_view text = script.text().substr(t.offset, t.length);
    const int base = python_value::base_of(text);
    const std::string digits = python_value::digits_of(script, t, text, base == 10 ? 0 : 2);
    if (base == 10 && digits.find_first_of(".eE") != std::string::npos) {
        return python_value::floating(script, t, digits, negative);
    }
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (ec == std::errc::result_out_of_range) {
        python_value::too_large(script, t);
    }
    const bool zeros = base == 10 && digits.size() > 1 && digits[0] == '0' && value != 0; // 012 is no number of Python
    if (ec != std::errc() || end != digits.data() + digits.size() || zeros) {
        python_value::bad_number(script, t);
    }
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!negative) {
        return value <= most ? boost::json::value(static_cast<std::int64_t>(value)) : boost::json::value(value);
    }
    if (value > most + 1) {
        python_value::too_large(script, t);
    }
    return static_cast<std::int64_t>(~value + 1); // two's complement, for the least number too
}

COREST_DECL std::string python_number_text(const boost::json::value& number)
{
    if (const auto* i = number.if_int64()) {
        return std::to_string(*i);
    }
    if (const auto* u = number.if_uint64()) {
        return std::to_string(*u);
    }
    std::array<char, 64> buffer{};
    const double d = number.get_double();
    const double size = std::abs(d);
    // Python's repr: the shortest digits that read back, as a decimal from 1e-4 to below 1e16.
    const auto format =
        d == 0 || (size >= 1e-4 && size < 1e16) ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), d, format).ptr;
    std::string out(buffer.data(), end);
    return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

} // namespace corest::source::detail

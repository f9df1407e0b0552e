#pragma once

#include <corest/select/encode.hpp>

#include <corest/error.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace corest::detail {

COREST_DECL void append_json_string(std::string& out, std::string_view text)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 0xFU];
        } else {
            out += c;
        }
    }
    out += '"';
}

COREST_DECL void append_json_number(std::string& out, double number)
{
    if (!std::isfinite(number)) {
        throw error(
            errc::invalid_argument, "JSON has no number for infinity and NaN", "Leave the value out, or make it null");
    }
    std::array<char, 32> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), written.ptr);
}

} // namespace corest::detail

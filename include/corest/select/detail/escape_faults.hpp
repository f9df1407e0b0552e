#pragma once

/// \file
/// Escapes of JSON texts that not every program takes: U+0000, and halves of a surrogate pair.

#include <corest/detail/text.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace corest::detail::escape_faults {

/// The unit of UTF-16 that a `\u` escape writes. \param digits behind the `u`
[[nodiscard]] inline unsigned unit_of(std::string_view digits)
{
    unsigned unit = 0;
    for (const char c : digits.substr(0, 4)) {
        unit = unit * 16 + static_cast<unsigned>(std::max(hex_value(c), 0));
    }
    return unit;
}

/// What a program does not know that reads JSON: all of it is JSON by the grammar.
enum class unknown : unsigned char { halves, nul_and_halves };

/// What such a program finds wrong with the escapes of a JSON text; empty where nothing is.
[[nodiscard]] inline std::string_view fault(std::string_view json, unknown to_it)
{
    constexpr std::size_t length = 6; // of \uXXXX
    for (std::size_t i = json.find('\\'); i != std::string_view::npos && i + 1 < json.size(); i = json.find('\\', i)) {
        if (json[i + 1] != 'u') {
            i += 2;
            continue;
        }
        const unsigned unit = unit_of(json.substr(i + 2));
        if (unit == 0 && to_it == unknown::nul_and_halves) {
            return "the character U+0000 (\\u0000)";
        }
        if (unit >= 0xDC00U && unit < 0xE000U) {
            return "half of a surrogate pair";
        }
        i += length;
        if (unit >= 0xD800U && unit < 0xDC00U) {
            const std::string_view next = json.substr(i);
            const bool is_pair = next.starts_with("\\u") && (unit_of(next.substr(2)) & 0xFC00U) == 0xDC00U;
            if (!is_pair) {
                return "half of a surrogate pair";
            }
            i += length;
        }
    }
    return {};
}

} // namespace corest::detail::escape_faults

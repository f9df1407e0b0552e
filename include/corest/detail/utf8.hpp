#pragma once

/// \file
/// Characters as UTF-8, for all who read texts with escapes.

#include <array>
#include <cstdint>
#include <string>

namespace corest::detail {

/// Writes a code point as UTF-8, four bytes at most. \pre it is one, and no surrogate \return behind it
inline char* write_utf8(char* to, std::uint32_t c) noexcept
{
    const auto last = [&](unsigned shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        *to++ = static_cast<char>(c);
    } else if (c < 0x800) {
        *to++ = static_cast<char>(0xC0U | (c >> 6U));
        *to++ = last(0);
    } else if (c < 0x10000) {
        *to++ = static_cast<char>(0xE0U | (c >> 12U));
        *to++ = last(6);
        *to++ = last(0);
    } else {
        *to++ = static_cast<char>(0xF0U | (c >> 18U));
        *to++ = last(12);
        *to++ = last(6);
        *to++ = last(0);
    }
    return to;
}

/// Appends a code point as UTF-8. \pre it is one, and no surrogate
inline void append_utf8(std::string& out, std::uint32_t c)
{
    std::array<char, 4> bytes{};
    out.append(bytes.data(), write_utf8(bytes.data(), c));
}

} // namespace corest::detail

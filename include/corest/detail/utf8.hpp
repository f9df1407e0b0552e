#pragma once

/// \file
/// Characters as UTF-8 (RFC 3629): written, measured, and whole texts checked.

#include <corest/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace corest::detail {

/// Writes a code point as UTF-8, four bytes at most. \pre it is one, and no surrogate \return behind it
inline char* write_utf8(char* out, std::uint32_t c) noexcept
{
    const auto last = [&](unsigned shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        *out++ = static_cast<char>(c);
    } else if (c < 0x800) {
        *out++ = static_cast<char>(0xC0U | (c >> 6U));
        *out++ = last(0);
    } else if (c < 0x10000) {
        *out++ = static_cast<char>(0xE0U | (c >> 12U));
        *out++ = last(6);
        *out++ = last(0);
    } else {
        *out++ = static_cast<char>(0xF0U | (c >> 18U));
        *out++ = last(12);
        *out++ = last(6);
        *out++ = last(0);
    }
    return out;
}

/// Appends a code point as UTF-8. \pre it is one, and no surrogate
inline void append_utf8(std::string& out, std::uint32_t c)
{
    std::array<char, 4> bytes{};
    out.append(bytes.data(), write_utf8(bytes.data(), c));
}

/// How many bytes the character at `p` has, from 1 to 4; 0 where there is none: no overlong form, no surrogate, nothing
/// beyond U+10FFFF, and nothing that breaks off (RFC 3629, section 4). \pre p != end
[[nodiscard]] inline std::size_t utf8_size(const char* p, const char* end) noexcept
{
    const auto byte = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned char first = byte(0);
    const auto left = static_cast<std::size_t>(end - p);
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xE0) {
        return first >= 0xC2 && left >= 2 && continues(1) ? 2 : 0;
    }
    if (first < 0xF0) {
        const bool whole = left >= 3 && continues(1) && continues(2);
        return whole && (first != 0xE0 || byte(1) >= 0xA0) && (first != 0xED || byte(1) < 0xA0) ? 3 : 0;
    }
    const bool whole = left >= 4 && continues(1) && continues(2) && continues(3);
    return whole && first < 0xF5 && (first != 0xF0 || byte(1) >= 0x90) && (first != 0xF4 || byte(1) < 0x90) ? 4 : 0;
}

/// Whether a text is UTF-8 throughout.
[[nodiscard]] COREST_DECL bool is_utf8(std::string_view text) noexcept;

/// One way to check a text, for tests.
struct utf8_validator {
    const char* name;
    bool (*validate)(const char* text, std::size_t size) noexcept;
};

/// The ways that this machine has, the fastest first.
[[nodiscard]] COREST_DECL std::span<const utf8_validator> utf8_validators() noexcept;

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/detail/impl/utf8.ipp>
#endif

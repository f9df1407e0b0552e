#pragma once

/// \file
/// The characters of a JSON text: which they are, and how to get over many of them at once.

#include <corest/detail/text.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#    include <emmintrin.h>
#endif

namespace corest::detail {

inline bool is_json_space(char c) noexcept
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// What the escape sequences of two characters mean, by their second one; 0 for all others.
inline constexpr auto json_escapes = [] {
    std::array<char, 256> table{};
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view means = "\"\\/\b\f\n\r\t";
    for (std::size_t i = 0; i < names.size(); ++i) {
        table[static_cast<unsigned char>(names[i])] = means[i];
    }
    return table;
}();

/// Whether two texts of `size` bytes are the same: names are too short for a call of std::memcmp to pay.
inline bool same_bytes(const char* a, const char* b, std::size_t size) noexcept
{
    const auto differ = [&](auto word, std::size_t position) {
        auto other = word;
        std::memcpy(&word, a + position, sizeof word);
        std::memcpy(&other, b + position, sizeof other);
        return word != other;
    };
    if (size > 16) {
        return std::memcmp(a, b, size) == 0;
    }
    if (size >= 8) {
        return !differ(std::uint64_t{}, 0) && !differ(std::uint64_t{}, size - 8);
    }
    if (size >= 4) {
        return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, size - 4);
    }
    return (size < 2 || !differ(std::uint16_t{}, 0)) && (size == 0 || a[size - 1] == b[size - 1]);
}

inline bool same_name(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
}

/// Reads decimal digits. \return where they end; `value` is theirs where they are 19 at most
inline const char* read_digits(const char* p, const char* end, std::uint64_t& value) noexcept
{
    if constexpr (std::endian::native == std::endian::little) {
        static constexpr std::array<std::uint64_t, 9> powers{
            1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
        while (end - p >= 8) {
            std::uint64_t digits = 0;
            std::memcpy(&digits, p, 8);
            digits ^= 0x3030303030303030;
            // The top bit of the first byte that is no digit is set, and of none before it.
            const std::uint64_t others = (digits | (digits + 0x7676767676767676)) & 0x8080808080808080;
            const auto count = static_cast<unsigned>(std::countr_zero(others)) / 8;
            if (count == 0) {
                return p;
            }
            // The digits become the last of eight, the first in the lowest byte; pairs, fours, then all are summed.
            digits <<= 8 * (8 - count);
            digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FF;
            digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFF;
            digits = (digits * 10000 + (digits >> 32)) & 0x00000000FFFFFFFF;
            value = value * powers[count] + digits;
            p += count;
            if (count < 8) {
                return p;
            }
        }
    }
    while (p != end && is_digit(*p)) {
        value = value * 10 + static_cast<std::uint64_t>(*p - '0');
        ++p;
    }
    return p;
}

#if defined(__SSE2__)
/// Which of the sixteen characters at `p` need a look in a string, a bit for each: `"`, `\`, control characters, all
/// but ASCII.
inline unsigned ends_of_plain_text(const char* p) noexcept
{
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // As signed numbers, control characters and all but ASCII are less than a space.
    const __m128i ends =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')), _mm_cmpeq_epi8(text, _mm_set1_epi8('\\'))),
            _mm_cmplt_epi8(text, _mm_set1_epi8(0x20)));
    return static_cast<unsigned>(_mm_movemask_epi8(ends));
}
#endif

/// Skips ASCII characters of a string that need no look, sixteen at a time.
inline const char* skip_ascii(const char* p, const char* end) noexcept
{
#if defined(__SSE2__)
    while (end - p >= 16) {
        if (const unsigned mask = ends_of_plain_text(p); mask != 0) {
            return p + std::countr_zero(mask);
        }
        p += 16;
    }
#else
    static_cast<void>(end);
#endif
    return p;
}

/// Skips the characters of a string that need no look: not `"`, not `\`, no control character.
/// \param[in,out] others not 0 where there were others than ASCII
inline const char* skip_unescaped(const char* p, const char* end, unsigned& others) noexcept
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i slash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1F);
    for (; end - p >= 16; p += 16) {
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const __m128i ends = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(text, quote), _mm_cmpeq_epi8(text, slash)),
            _mm_cmpeq_epi8(_mm_min_epu8(text, control), text));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(ends));
        const auto high = static_cast<unsigned>(_mm_movemask_epi8(text));
        if (mask != 0) {
            others |= high & (mask ^ (mask - 1));
            return p + std::countr_zero(mask);
        }
        others |= high;
    }
#endif
    while (p != end && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20) {
        others |= static_cast<unsigned char>(*p) & 0x80U;
        ++p;
    }
    return p;
}

/// Copies the characters before the next backslash. \pre there is room for all of them, and as many as that
/// \return where it stands, or the end
inline const char* copy_unescaped(const char* p, const char* end, char*& out) noexcept
{
#if defined(__SSE2__)
    const __m128i slash = _mm_set1_epi8('\\');
    while (end - p >= 16) {
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), text);
        if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, slash))); mask != 0) {
            out += std::countr_zero(mask);
            return p + std::countr_zero(mask);
        }
        p += 16;
        out += 16;
    }
#endif
    while (p != end && *p != '\\') {
        *out++ = *p++;
    }
    return p;
}

/// Skips up to 15 characters of a string that need no look: not `"`, not `\`, no control character, ASCII.
/// \return where something else stands, null where that is not known: further away, or too near to the end
inline const char* skip_plain(const char* p, const char* end) noexcept
{
#if defined(__SSE2__)
    if (end - p >= 16) {
        const unsigned mask = ends_of_plain_text(p);
        return mask == 0 ? nullptr : p + std::countr_zero(mask);
    }
    return nullptr;
#else
    const char* const most = end - p > 15 ? p + 15 : end;
    while (p != most && *p != '"' && *p != '\\' && static_cast<signed char>(*p) >= 0x20) {
        ++p;
    }
    return p == most ? nullptr : p;
#endif
}

} // namespace corest::detail

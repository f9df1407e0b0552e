#pragma once

/// \file
/// A hash of a text that costs little beside reading it: each page's records go through it.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace corest::detail {

/// Both halves of the 128-bit product, joined: every bit of the result depends on every bit of both factors.
inline std::uint64_t multiply_and_fold(std::uint64_t a, std::uint64_t b) noexcept
{
#if defined(__SIZEOF_INT128__)
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
#else
    const std::uint64_t a0 = a & 0xffffffffU;
    const std::uint64_t a1 = a >> 32U;
    const std::uint64_t b0 = b & 0xffffffffU;
    const std::uint64_t b1 = b >> 32U;
    const std::uint64_t low = a0 * b0;
    const std::uint64_t middle = a1 * b0 + (low >> 32U);
    const std::uint64_t other = a0 * b1 + (middle & 0xffffffffU);
    const std::uint64_t high = a1 * b1 + (middle >> 32U) + (other >> 32U);
    return ((other << 32U) | (low & 0xffffffffU)) ^ high;
#endif
}

inline std::uint64_t read_word(const char* bytes) noexcept
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// The hash of a text, after the construction of wyhash. Texts that were made to collide can: it is for telling apart
/// what a server sends, not for tables that an attacker fills. Differs between machines of different byte order.
inline std::uint64_t hash_bytes(std::string_view text, std::uint64_t seed) noexcept
{
    constexpr std::uint64_t k0 = 0xa0761d6478bd642f;
    constexpr std::uint64_t k1 = 0xe7037ed1a0b428db;
    constexpr std::uint64_t k2 = 0x8ebc6af09c88c6e3;
    constexpr std::uint64_t k3 = 0x589965cc75374cc3;
    const char* cursor = text.data();
    std::size_t left = text.size();
    seed ^= k0;
    if (left > 64) {
        // Four lanes, so that the multiplications overlap.
        std::uint64_t lane1 = seed;
        std::uint64_t lane2 = seed;
        std::uint64_t lane3 = seed;
        do {
            seed = multiply_and_fold(read_word(cursor) ^ k0, read_word(cursor + 8) ^ seed);
            lane1 = multiply_and_fold(read_word(cursor + 16) ^ k1, read_word(cursor + 24) ^ lane1);
            lane2 = multiply_and_fold(read_word(cursor + 32) ^ k2, read_word(cursor + 40) ^ lane2);
            lane3 = multiply_and_fold(read_word(cursor + 48) ^ k3, read_word(cursor + 56) ^ lane3);
            cursor += 64;
            left -= 64;
        } while (left > 64);
        seed ^= lane1 ^ lane2 ^ lane3;
    }
    for (; left > 16; left -= 16, cursor += 16) {
        seed = multiply_and_fold(read_word(cursor) ^ k1, read_word(cursor + 8) ^ seed);
    }
    char rest[16] = {};
    if (left != 0) {
        std::memcpy(rest, cursor, left);
    }
    seed = multiply_and_fold(read_word(rest) ^ k2, read_word(rest + 8) ^ seed);
    return multiply_and_fold(seed ^ k3, text.size() ^ k1);
}

} // namespace corest::detail

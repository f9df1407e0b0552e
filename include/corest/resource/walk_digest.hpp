#pragma once

/// \file
/// What tells a walk from others, in 16 bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corest {

/// A digest of a walk's first request and of what its rows take over from the parent: two walks with the same one would
/// give the same rows. (A chance collision among ten million walks is less likely than one in 10^24.)
class walk_digest {
public:
    /// How long `bytes()` is.
    static constexpr std::size_t size = 16;

    walk_digest() = default;
    /// \param first_half of the digest
    /// \param second_half of the digest; they are independent
    walk_digest(std::uint64_t first_half, std::uint64_t second_half) noexcept : a(first_half), b(second_half) {}

    /// The digest as bytes, to be kept: the most significant one first.
    [[nodiscard]] std::string bytes() const
    {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size / 2; ++i) {
            text[i] = static_cast<char>((a >> (56 - 8 * i)) & 0xffU);
            text[size / 2 + i] = static_cast<char>((b >> (56 - 8 * i)) & 0xffU);
        }
        return text;
    }
    /// A digest that was kept. \param bytes as `bytes()` gave them; of a shorter text nothing but what it has
    [[nodiscard]] static walk_digest of_bytes(std::string_view bytes) noexcept
    {
        walk_digest read;
        for (std::size_t i = 0; i < bytes.size() && i < size; ++i) {
            std::uint64_t& half = i < size / 2 ? read.a : read.b;
            half = half << 8U | static_cast<unsigned char>(bytes[i]);
        }
        return read;
    }

    bool operator==(const walk_digest&) const = default; ///< true where both halves are the same

    std::uint64_t a = 0; ///< one half
    std::uint64_t b = 0; ///< the other one
};

} // namespace corest

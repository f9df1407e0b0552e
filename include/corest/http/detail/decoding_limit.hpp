#pragma once

/// \file
/// What decoders of bodies have in common: how large one may become, and what is said of one that is damaged.

#include <corest/error.hpp>
#include <corest/http/decoded_limits.hpp>
#include <corest/http/detail/held_bodies.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace corest::detail {

/// How large one body may become.
class decoding_limit {
public:
    /// \param limits what is allowed
    /// \param sent how many bytes came
    decoding_limit(const decoded_limits& limits, std::size_t sent)
        : limits_(limits),
          sent_(sent),
          bytes_(std::min(limits.bytes, most_of(limits, sent)))
    {
    }

    /// At most, by size and by ratio.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    /// Called before memory is taken. \throws error (limit_exceeded) where all bodies together would take too much
    void check_room(std::size_t bytes) const { check_held(bytes, limits_.memory); }

    /// \throws error (limit_exceeded), always: says which limit was met
    [[noreturn]] void refuse() const
    {
        if (bytes_ < limits_.bytes) {
            throw error(errc::limit_exceeded,
                "the decompressed body is more than " + std::to_string(limits_.ratio) + " times as large as the "
                    + std::to_string(sent_) + " bytes that were sent",
                "If that is no attack, raise", remedy::decoded_ratio);
        }
        throw error(errc::limit_exceeded, "the decompressed body is larger than " + std::to_string(bytes_) + " bytes",
            "Ask for smaller pages, or raise", remedy::decoded_limit);
    }

private:
    /// What the ratio allows.
    [[nodiscard]] static std::size_t most_of(const decoded_limits& limits, std::size_t sent) noexcept
    {
        if (limits.ratio == 0 || sent > SIZE_MAX / limits.ratio) {
            return SIZE_MAX;
        }
        return std::max(decoded_limits::harmless, sent * limits.ratio);
    }

    decoded_limits limits_;
    std::size_t sent_;
    std::size_t bytes_;
};

/// \param coding as Content-Encoding has it \param fault what is wrong
/// \throws error (protocol_error), always
[[noreturn]] inline void refuse_damaged(const std::string& coding, const std::string& fault)
{
    throw error(errc::protocol_error, "the body is said to be compressed with " + coding + ", but " + fault,
        "Ask for bodies that are not compressed:", remedy::compression);
}

} // namespace corest::detail

#pragma once

/// \file
/// Decodes zstd (RFC 8878), by libzstd.

#include <corest/config.hpp>
#include <corest/http/padded_buffer.hpp>

#include <cstdint>
#include <string_view>

namespace corest::detail {

class decoding_limit;

/// The largest window that a body may need (RFC 9659, section 3), in bytes.
inline constexpr std::uint64_t largest_zstd_window = std::uint64_t{8} << 20U;

/// The magic number of a frame (RFC 8878, section 3.1.1).
[[nodiscard]] constexpr bool is_zstd(std::string_view body) noexcept
{
    return body.starts_with("\x28\xb5\x2f\xfd");
}

#if COREST_WITH_ZSTD

/// \param input one frame or more, also skippable ones \return what they hold
/// \throws error (limit_exceeded) beyond `limit`; (protocol_error) for data that is damaged or cut short, and for a
///         window that is too large
[[nodiscard]] COREST_DECL padded_buffer decode_zstd(std::string_view input, const decoding_limit& limit);

#endif

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/zstd.ipp>
#endif

#pragma once

/// \file
/// What a server says of its rate limit in header fields: how many requests are left, and when there are more again.

#include <corest/config.hpp>
#include <corest/http/headers.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace corest {

/// A server's word on its rate limit.
class rate_statement {
public:
    std::optional<std::uint64_t> remaining;         ///< requests
    std::optional<std::chrono::milliseconds> reset; ///< from now until there are more

    /// True where no request is left.
    [[nodiscard]] bool is_spent() const noexcept { return remaining == 0U; }
};

/// Reads `RateLimit` (draft-ietf-httpapi-ratelimit-headers, in both of its forms), `RateLimit-Remaining` and
/// `RateLimit-Reset`, and the same with `X-` before it or a hyphen within `Rate-Limit`. A reset is a number of seconds,
/// a moment as seconds or milliseconds since 1970, or an HTTP date.
/// \param got the header fields of a response
/// \param now by the wall clock
[[nodiscard]] COREST_DECL rate_statement read_rate_headers(
    const headers& got, std::chrono::system_clock::time_point now);

/// How long to wait: seconds, a moment since 1970, or an HTTP date.
/// \param value of a header field
/// \param now by the wall clock
/// \return nothing where it is none of them
[[nodiscard]] COREST_DECL std::optional<std::chrono::milliseconds> parse_reset(
    std::string_view value, std::chrono::system_clock::time_point now);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/rate_headers.ipp>
#endif

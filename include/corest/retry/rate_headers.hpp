#pragma once

/// \file
/// What a server says of its rate limit in header fields: how many requests are left, and when there are more again.

#include <corest/config.hpp>
#include <corest/http/headers.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace corest {

/// At most so many requests in any span of that length.
class rate_window {
public:
    /// \param most requests, 1 or more
    /// \param length of each span, longer than zero
    rate_window(std::uint64_t most, std::chrono::nanoseconds length) : requests(most), per(length) {}
    bool operator==(const rate_window&) const = default; ///< true where both are the same

    std::uint64_t requests;       ///< at most
    std::chrono::nanoseconds per; ///< in any span of this length
};

/// A server's word on its rate limit.
class rate_statement {
public:
    std::optional<std::uint64_t> remaining;         ///< requests
    std::optional<std::chrono::milliseconds> reset; ///< from now until there are more
    std::optional<std::uint64_t> limit;             ///< requests, when none has been made
    std::vector<rate_window> policies;              ///< what its limits are, each of which holds

    /// True where no request is left.
    [[nodiscard]] bool is_spent() const noexcept { return remaining == 0U; }
};

/// Reads `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, in all of its forms; of several
/// limits the one that leaves the fewest requests), `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`, and
/// these with `X-` before them or a hyphen within `Rate-Limit`. A reset is a number of seconds, a moment as seconds or
/// milliseconds since 1970, an HTTP date, or a date-time of RFC 3339. Policies whose unit is not the request are left
/// out.
/// \param got the header fields of a response
/// \param now by the wall clock
[[nodiscard]] COREST_DECL rate_statement read_rate_headers(
    const headers& got, std::chrono::system_clock::time_point now);

/// How long to wait: seconds, a moment since 1970, an HTTP date, or a date-time of RFC 3339.
/// \param value of a header field
/// \param now by the wall clock
/// \return nothing where it is none of them
[[nodiscard]] COREST_DECL std::optional<std::chrono::milliseconds> parse_reset(
    std::string_view value, std::chrono::system_clock::time_point now);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/rate_headers.ipp>
#endif

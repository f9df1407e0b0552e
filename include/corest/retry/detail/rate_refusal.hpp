#pragma once

/// \file
/// Which statuses mean that requests come too fast.

#include <corest/http/response.hpp>
#include <corest/retry/rate_headers.hpp>
#include <corest/retry/retry_after.hpp>

#include <chrono>

namespace corest::detail {

/// True of a 429, and of another 4xx (but 401) that says how long to wait, or that no request is left.
/// \param date by the wall clock
[[nodiscard]] inline bool is_rate_refusal(const response& got, std::chrono::system_clock::time_point date)
{
    if (got.status < 400 || got.status >= 500 || got.status == 401) {
        return false;
    }
    const auto wait = got.headers.find("Retry-After");
    return got.status == 429 || (wait && parse_retry_after(*wait, date))
        || read_rate_headers(got.headers, date).is_spent();
}

} // namespace corest::detail

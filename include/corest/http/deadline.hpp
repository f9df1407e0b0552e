#pragma once

/// \file
/// Points in time until which something must be done, and the error for when it was not.

#include <corest/error.hpp>

#include <chrono>
#include <string>

namespace corest::detail {

using time_point = std::chrono::steady_clock::time_point;

/// `limit` from now, but not after `total`. Zero is no limit.
[[nodiscard]] inline time_point deadline_after(std::chrono::milliseconds limit, time_point total = time_point::max())
{
    if (limit.count() == 0) {
        return total;
    }
    const time_point own = std::chrono::steady_clock::now() + limit;
    return own < total ? own : total;
}

/// \param failure what was not done, a clause: "no connection to example.com:443"
/// \param option the limit's name in `time_limits`
[[nodiscard]] inline error time_limit_passed(const std::string& failure, const char* option)
{
    return error(errc::timeout, failure + " within the time limit",
        std::string("If the server needs longer, raise '") + option + "' in", remedy::time_limits);
}

} // namespace corest::detail

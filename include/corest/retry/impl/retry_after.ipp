#pragma once

#include <corest/retry/retry_after.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/http_date.hpp>

#include <charconv>
#include <cstdint>
#include <system_error>

namespace corest {

COREST_DECL std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::chrono::system_clock::time_point now)
{
    value = detail::trimmed(value);
    std::uint32_t seconds = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (!value.empty() && read.ptr == value.data() + value.size()) {
        // More seconds than the type holds are more than any limit.
        return std::chrono::seconds(read.ec == std::errc::result_out_of_range ? UINT32_MAX : seconds);
    }
    if (const auto date = parse_http_date(value)) {
        return *date <= now ? std::chrono::milliseconds(0) : std::chrono::ceil<std::chrono::milliseconds>(*date - now);
    }
    return std::nullopt;
}

} // namespace corest

#pragma once

#include <corest/retry/retry_after.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/http_date.hpp>

#include <charconv>
#include <cstddef>
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
    const std::string_view fraction(read.ptr, static_cast<std::size_t>(value.data() + value.size() - read.ptr));
    if (read.ec == std::errc() && fraction.size() > 1 && fraction.front() == '.'
        && fraction.find_first_not_of("0123456789", 1) == fraction.npos)
    { // RFC 9110 has whole seconds only, and servers send 2.0
        const bool is_whole = fraction.find_first_not_of('0', 1) == fraction.npos;
        return std::chrono::seconds(seconds) + std::chrono::seconds(is_whole ? 0 : 1);
    }
    if (const auto date = parse_http_date(value)) {
        return *date <= now ? std::chrono::milliseconds(0) : std::chrono::ceil<std::chrono::milliseconds>(*date - now);
    }
    return std::nullopt;
}

} // namespace corest

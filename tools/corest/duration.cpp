#include "duration.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace cli {

std::optional<std::chrono::seconds> parse_duration(std::string_view text)
{
    constexpr std::int64_t longest = 10LL * 366 * 24 * 3600;
    std::int64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc() || read.ptr + 1 != text.data() + text.size() || count <= 0 || count > longest) {
        return std::nullopt;
    }
    const std::int64_t unit = *read.ptr == 's' ? 1
        : *read.ptr == 'm'                     ? 60
        : *read.ptr == 'h'                     ? 3600
        : *read.ptr == 'd'                     ? 24 * 3600
                                               : 0;
    if (unit == 0 || count > longest / unit) {
        return std::nullopt;
    }
    return std::chrono::seconds(count * unit);
}

} // namespace cli

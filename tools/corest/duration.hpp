#pragma once

/// \file
/// Spans of time on the command line.

#include <chrono>
#include <optional>
#include <string_view>

namespace cli {

/// Reads "90s", "30m", "2h" or "1d".
/// \return none where it is no such span, or is not longer than zero, or is longer than ten years
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

} // namespace cli

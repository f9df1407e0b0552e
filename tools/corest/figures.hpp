#pragma once

/// \file
/// Numbers and times as people write them.

#include <cstdint>
#include <string>

namespace cli {

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t n);

/// "3 rows", "1 row", "1,234 rows". \param noun in the singular
[[nodiscard]] std::string counted(std::uint64_t n, const std::string& noun);

/// A duration in words: "0.4 s", "12 s", "3 min 5 s", "2 h 10 min".
[[nodiscard]] std::string in_words(double seconds);

} // namespace cli

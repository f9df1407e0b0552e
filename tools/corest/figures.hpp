#pragma once

/// \file
/// Numbers and times as people write them.

#include <corest/detail/text.hpp>

#include <string>

namespace cli {

using corest::detail::counted;
using corest::detail::grouped;

/// A duration in words: "0.4 s", "12 s", "3 min 5 s", "2 h 10 min".
[[nodiscard]] std::string in_words(double seconds);

} // namespace cli

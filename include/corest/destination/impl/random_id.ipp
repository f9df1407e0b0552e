#pragma once

// Names of runs.

#include <corest/detail/text.hpp>

#include <cstddef>
#include <random>
#include <string>

namespace corest::detail {

/// A text that nobody else has, of lower-case hexadecimal digits.
[[nodiscard]] inline std::string random_id(std::size_t digits)
{
    std::random_device random;
    std::string id;
    while (id.size() < digits) {
        id += lower_hex_digits[random() % lower_hex_digits.size()];
    }
    return id;
}

} // namespace corest::detail

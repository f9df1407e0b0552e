#include "figures.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace cli {

std::string in_words(double seconds)
{
    if (seconds < 10) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.1f s", seconds);
        return text.data();
    }
    const auto whole = static_cast<std::uint64_t>(seconds);
    if (whole < 60) {
        return std::to_string(whole) + " s";
    }
    if (whole < 3600) {
        return std::to_string(whole / 60) + " min" + (whole % 60 == 0 ? "" : " " + std::to_string(whole % 60) + " s");
    }
    return grouped(whole / 3600) + " h" + (whole / 60 % 60 == 0 ? "" : " " + std::to_string(whole / 60 % 60) + " min");
}

} // namespace cli

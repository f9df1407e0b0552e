#include "figures.hpp"

#include <array>
#include <cstdio>

namespace cli {

std::string grouped(std::uint64_t n)
{
    std::string text = std::to_string(n);
    for (std::size_t end = text.size(); end > 3; end -= 3) {
        text.insert(end - 3, ",");
    }
    return text;
}

std::string counted(std::uint64_t n, const std::string& noun)
{
    return grouped(n) + ' ' + noun + (n == 1 ? "" : "s");
}

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

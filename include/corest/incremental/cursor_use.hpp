#pragma once

/// \file
/// The values of a cursor that requests are made with.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace corest {

/// The values that requests are made with.
enum class cursor_use {
    initial, ///< `{incremental.initial_value}`
    start,   ///< `{incremental.start_value}`: the same for the whole walk, or for one of its windows
    last,    ///< `{incremental.last_value}`: as the start value, after `pagination_reset` the last value that was seen
    end      ///< `{incremental.end_value}`, of windows the window's
};

/// All of them, in the order of their placeholders behind a walk's bindings.
inline constexpr std::array<cursor_use, 4> cursor_uses = {
    cursor_use::initial, cursor_use::start, cursor_use::last, cursor_use::end};

/// The value that a placeholder names: `incremental.start_value`. None where it names none.
[[nodiscard]] constexpr std::optional<cursor_use> cursor_use_of(std::string_view placeholder) noexcept
{
    constexpr std::array<std::string_view, 4> names = {
        "incremental.initial_value", "incremental.start_value", "incremental.last_value", "incremental.end_value"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == placeholder) {
            return cursor_uses[i];
        }
    }
    return std::nullopt;
}

} // namespace corest

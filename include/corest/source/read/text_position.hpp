#pragma once

/// \file
/// Line and column in a text, for messages. Not for users.

#include <corest/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace corest::source::detail {

/// "source.py:12:5": line and column from 1; columns count characters (UTF-8), not bytes.
[[nodiscard]] inline std::string position_text(std::string_view name, std::string_view text, std::size_t offset)
{
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++line;
            column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            ++column;
        }
    }
    return std::string(name) + ":" + std::to_string(line) + ":" + std::to_string(column);
}

/// The error for a place in a text: "source.py:12:5: message".
[[nodiscard]] inline error error_at(
    std::string_view name, std::string_view text, std::size_t offset, const std::string& message, std::string hint = {})
{
    return {errc::invalid_source, position_text(name, text, offset) + ": " + message, std::move(hint)};
}

} // namespace corest::source::detail

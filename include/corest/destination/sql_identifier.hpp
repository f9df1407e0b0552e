#pragma once

/// \file
/// Names in SQL, whatever they hold.

#include <string>
#include <string_view>

namespace corest::detail::sql {

/// `name` as an SQL identifier (ISO 9075, delimited identifier), whatever it holds. \pre it has no NUL, which no name
/// can
inline std::string identifier(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"') {
            quoted += '"';
        }
        quoted += c;
    }
    quoted += '"';
    return quoted;
}

} // namespace corest::detail::sql

#pragma once

/// \file
/// The environment of the process.

#include <cstdlib>
#include <optional>
#include <string>

namespace corest::detail {

/// The value of a variable of the process's environment, if it is set.
[[nodiscard]] inline std::optional<std::string> environment_variable(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

} // namespace corest::detail

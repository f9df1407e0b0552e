#pragma once

/// \file
/// The version of corest. The build reads it from here, so there is no second place to change.

#include <string_view>

/// Changes when code that uses corest must be changed (from 1.0 on).
#define COREST_VERSION_MAJOR 0
/// Changes when something was added; before 1.0 also when code that uses corest must be changed.
#define COREST_VERSION_MINOR 1
/// Changes when something was repaired.
#define COREST_VERSION_PATCH 0
/// The three numbers as a string.
#define COREST_VERSION "0.1.0"

namespace corest {

/// The version of the headers that this was compiled with, as in "0.1.0".
inline constexpr std::string_view version = COREST_VERSION;

} // namespace corest

#pragma once

/// \file
/// How deep a dictionary may be nested, whatever it is written in. Not for users.

#include <cstddef>

namespace corest::source::detail {

/// How deep lists and objects of a dictionary may be nested.
inline constexpr std::size_t deepest_nesting = 64;

} // namespace corest::source::detail

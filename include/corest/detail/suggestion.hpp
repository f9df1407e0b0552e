#pragma once

/// \file
/// Misspelt names: the known name that was probably meant.

#include <corest/config.hpp>

#include <span>
#include <string>
#include <string_view>

namespace corest::detail {

/// What to add to a message that a name is not known, of a key, a command, an option:
/// "; the nearest known name is 'limit'", or "; known are a, b and c"; empty where nothing is known. A name
/// is near where at most a third of its letters differ (optimal string alignment distance, without regard to case).
/// \param name that is not known
/// \param known names
/// \param noun what the names are of
[[nodiscard]] COREST_DECL std::string suggestion(
    std::string_view name, std::span<const std::string_view> known, std::string_view noun = "key");

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/detail/impl/suggestion.ipp>
#endif

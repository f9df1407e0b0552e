#pragma once

/// \file
/// What is left to read of a tree, as text to keep.

#include <corest/config.hpp>
#include <corest/resource/frontier.hpp>

#include <string>
#include <string_view>

namespace corest {

class tree;

/// All of a frontier, as JSON. Holds no credentials; a URL or cursor that the server gave stands in it as it is.
[[nodiscard]] COREST_DECL std::string frontier_text(const frontier& rest);

/// Reads such a text.
/// \param all a tree with the same nodes
/// \param text as `frontier_text` has made it
/// \throws error (invalid_argument) where the text is none, or is that of another tree
[[nodiscard]] COREST_DECL frontier read_frontier(const tree& all, std::string_view text);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/frontier_text.ipp>
#endif

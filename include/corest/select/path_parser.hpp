#pragma once

/// \file
/// Reads the text of JSONPaths and of their logical expressions. Not for users.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/path_filter.hpp>

#include <string_view>
#include <vector>

namespace corest::detail {

/// The steps of a path. \throws error (invalid_argument) naming the position of what is not understood
[[nodiscard]] COREST_DECL std::vector<json_path::step> parse_path(std::string_view text);

/// A logical expression: what stands in `[?...]`. \throws error (invalid_argument) as `parse_path`
[[nodiscard]] COREST_DECL path_filter parse_condition(std::string_view text);

/// True of a name that may stand in a path without quotes.
[[nodiscard]] COREST_DECL bool is_plain_name(std::string_view name) noexcept;

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/path_parser.ipp>
#endif

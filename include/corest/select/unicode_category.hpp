#pragma once

/// \file
/// General categories of Unicode characters, for regular expressions. Not for users.

#include <corest/config.hpp>

#include <cstdint>
#include <string_view>

namespace corest::detail {

/// The general category of a code point (Unicode 14.0, table 4-4): "Lu" of a capital letter, "Cn" of what is not
/// assigned.
[[nodiscard]] COREST_DECL std::string_view unicode_category(std::uint32_t code_point) noexcept;

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/unicode_category.ipp>
#endif

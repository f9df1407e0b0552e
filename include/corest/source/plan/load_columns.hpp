#pragma once

/// \file
/// The columns that `load_columns` adds to a table: which load has brought a row, the row's own id, and when it came.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail::load_column {

/// As in dlt: of a load, seconds since 1970 with six digits behind the point, as text.
inline constexpr std::string_view load_id = "_dlt_load_id";
/// As in dlt: a text that no other row has.
inline constexpr std::string_view row_id = "_dlt_id";
/// When the row's page came, in UTC.
inline constexpr std::string_view loaded_at = "_corest_loaded_at";

/// All of them.
inline constexpr std::array<std::string_view, 3> names = {load_id, row_id, loaded_at};

/// Has a table have the columns. \param t the values of all but `row_id` are bound to its pages
COREST_DECL void add_to(table& t);

} // namespace corest::source::detail::load_column

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/load_columns.ipp>
#endif

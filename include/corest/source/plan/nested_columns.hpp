#pragma once

/// \file
/// The columns by which rows of nested tables belong together (`max_table_nesting`), and what such a table is.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/source/plan/load_columns.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace corest::source::detail::nested_column {

/// As in dlt: a text that no other row has.
inline constexpr std::string_view row_id = load_column::row_id;
/// As in dlt: the id of the row that a row is in.
inline constexpr std::string_view parent_id = "_dlt_parent_id";
/// As in dlt: the place in the list that a row was an element of, from 0.
inline constexpr std::string_view list_index = "_dlt_list_idx";
/// As in dlt: in a merge, the id of the row at the top.
inline constexpr std::string_view root_id = "_dlt_root_id";

/// All of them.
inline constexpr std::array<std::string_view, 4> names = {row_id, parent_id, list_index, root_id};

/// Whether a column is called so.
[[nodiscard]] inline bool is_one(std::string_view name) noexcept
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Has a table have rows of others in its own.
COREST_DECL void add_to(table& root);

/// A table whose rows are elements of lists.
/// \param root the table at the top
/// \param name its own
/// \param parent the name of the one that has the lists
[[nodiscard]] COREST_DECL table table_of(const table& root, const std::string& name, const std::string& parent);

} // namespace corest::source::detail::nested_column

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/nested_columns.ipp>
#endif

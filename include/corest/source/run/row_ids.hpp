#pragma once

/// \file
/// The ids that tell rows apart (`_dlt_id`), as dlt makes them.

#include <corest/config.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace corest::source::detail {

/// Makes ids of rows, as dlt's: 14 characters of base64, of which nobody has the same. For one thread.
class row_ids {
public:
    COREST_DECL row_ids();
    /// Appends one.
    COREST_DECL void append_to(std::string& out);

private:
    std::mt19937_64 random_;
};

/// The id of a row that is an element of a list, as dlt has it (`get_nested_row_hash`): of the same place always the
/// same.
/// \param parent_id of the row that has the list
/// \param table whose row it becomes
/// \param index in the list, from 0
[[nodiscard]] COREST_DECL std::string nested_row_id(
    std::string_view parent_id, std::string_view table, std::size_t index);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/row_ids.ipp>
#endif

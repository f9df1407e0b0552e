#pragma once

/// \file
/// Columns that hold another field of the parent than the one they are named after. Not for users.

#include <corest/config.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/select/record.hpp>

#include <span>
#include <string>
#include <vector>

namespace corest::detail {

/// A sentence for each inferred value that is the field of the placeholder's own name, where the record has the field
/// that the column is named after too, and another value there: `{full_name}` of a record with `full_name` and `name`.
/// The column's name is known before the first record, so it stays.
/// \param parent a record \param rules by which a child takes its values over
[[nodiscard]] COREST_DECL std::vector<std::string> misnamed_columns(
    const record& parent, std::span<const binding_rule> rules);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/misnamed_columns.ipp>
#endif

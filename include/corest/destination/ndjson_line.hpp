#pragma once

/// \file
/// A record as one line of newline-delimited JSON, and the primary key in it.

#include <corest/config.hpp>
#include <corest/destination/bound_columns.hpp>
#include <corest/destination/destination.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail::ndjson_line {

/// Appends a record and a line feed to `out`: the record's text, if that has no line breaks, else the same without the
/// white space between tokens; with further members at its end. A member of the record's own that has the name of one
/// of those is renamed: `_2` is appended, or the first of `_3`, `_4`, ... that is free.
/// \throws error (not_json); error (wrong_type): no object, and there are members to append. `out` is then as it was
COREST_DECL void append(std::string& out, std::string_view record, const std::vector<bound_column>& members);

/// The values of a record's primary key as one text, equal for equal keys: JSON values, numbers as they are written.
/// \param fields of the key, their names
/// \param members as in `append`: come before the record's own
/// \returns empty where a field is missing or null; `lacking` is then its name
/// \throws error (not_json, wrong_type)
[[nodiscard]] COREST_DECL std::optional<std::string> key(std::string_view record,
    const std::vector<std::string>& fields, const std::vector<bound_column>& members, std::string& lacking);

/// Appends a record as a row of a table, and a line feed.
/// \param members as in `append`
/// \return its key; empty where rows of the table take nobody's place
/// \throws error (field_missing, not_json, wrong_type)
[[nodiscard]] COREST_DECL std::string append_row(
    std::string& out, const table& t, std::string_view record, const std::vector<bound_column>& members);

} // namespace corest::detail::ndjson_line

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/ndjson_line.ipp>
#endif

#pragma once

/// \file
/// The records of a page as rows of JSON, for destinations that store them as text; one of your own too.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/select/page.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// A row of a table as one line of JSON.
class json_row {
public:
    /// \param its_text the row
    /// \param its_key the values of its primary key
    json_row(std::string its_text, std::string its_key) : text(std::move(its_text)), key(std::move(its_key)) {}

    /// The record with what the page took over from its parents as further members, in one line without a line feed. A
    /// member of the record's own that has the name of one of those is renamed: `_2` is appended, or the first of `_3`,
    /// `_4`, ... that is free.
    std::string text;
    /// The same text for rows that take each other's place: what `json_key` gives for `text`. Empty where rows of the
    /// table take nobody's place.
    std::string key;
};

/// The records of a page as rows of a table, in their order. Each is checked in full.
/// \throws error naming table, page and record: field_missing, one without its primary key; not_json, one that is none;
///         wrong_type, one that is no object where it has to be; destination_failed, two different values from the
///         parents for one column
[[nodiscard]] COREST_DECL std::vector<json_row> json_rows(const table& t, const page& rows);

/// The values of a row's primary key as one text, equal for equal keys: JSON values, numbers as they are written (1 is
/// not 1.0). For rows that were stored before.
/// \param row its text
/// \param primary_key the names of the key's fields
/// \return nothing where one of them is missing or null
/// \throws error (not_json, wrong_type)
[[nodiscard]] COREST_DECL std::optional<std::string> json_key(
    std::string_view row, const std::vector<std::string>& primary_key);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/json_rows.ipp>
#endif

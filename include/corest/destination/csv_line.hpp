#pragma once

/// \file
/// Records of CSV (RFC 4180), and rows that were collected as lines of JSON as such records.

#include <corest/config.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/select/json_reader.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace corest::detail::csv_line {

/// The values of a record; nothing where there is none (NULL).
using cells = std::vector<std::optional<std::string>>;

/// What ends a record.
inline constexpr std::string_view end = "\r\n";

/// Appends a value: in quotes where it has a comma, a quote or a line break in it, or where it is empty - as PostgreSQL
/// has it, so that an empty text is not NULL - or `\.`, which ends the data there. NULL: nothing.
COREST_DECL void append_value(std::string& out, const std::optional<std::string_view>& value);

/// Whether a text has all of its last record: no quote is open at its end.
[[nodiscard]] COREST_DECL bool is_whole(std::string_view text) noexcept;

/// The values of a record, without what ends it.
/// \throws error (destination_failed): quotes that RFC 4180 does not allow
[[nodiscard]] COREST_DECL cells split(std::string_view record);

/// The columns of a file, in their order.
class header {
public:
    /// Takes in a column, if there is none of that name. \return its place
    COREST_DECL std::size_t add(std::string_view name);
    /// Takes in the names of all members of an object. \param line JSON
    COREST_DECL void add_members(std::string_view line);
    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
    /// Their names, in their order.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    /// The place of a column. \pre there is one of that name
    [[nodiscard]] std::size_t place(std::string_view name) const { return places_.find(name)->second; }
    /// The place of a column; nothing where there is none.
    [[nodiscard]] COREST_DECL std::optional<std::size_t> find(std::string_view name) const;
    /// Appends it as the first record of a file.
    COREST_DECL void append_to(std::string& out) const;

private:
    std::vector<std::string> names_;
    std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> places_;
};

/// The value that comes next as text: of a string the text itself, of a number its digits as they are, of an array or
/// object compact JSON. \param text is overwritten \return a view of it; NULL: nothing
[[nodiscard]] COREST_DECL std::optional<std::string_view> read_value(json_reader& in, std::string& text);

/// Appends a line of JSON as a record. \param columns have all of its members
COREST_DECL void append_record(std::string& out, std::string_view line, const header& columns);

/// The text of a key whose values are those, equal for equal values.
/// \return nothing where one of them is NULL
[[nodiscard]] COREST_DECL std::optional<std::string> key(const cells& values);

} // namespace corest::detail::csv_line

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/csv_line.ipp>
#endif

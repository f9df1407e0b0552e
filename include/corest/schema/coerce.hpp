#pragma once

/// \file
/// The values of JSON as values of a column's type: which become which, and which do not.

#include <corest/config.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/schema/typed_value.hpp>
#include <corest/select/json_reader.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace corest::schema {

/// A value as JSON has it.
class json_value {
public:
    /// null, boolean, bigint, real, decimal (a number that neither holds), text (decoded) or json (compact).
    typed_value value;
    std::string_view json; ///< as it stands in the record; of an array or object compact
};

/// Reads the value that comes next.
/// \param reader stands before the value
/// \param scratch takes decoded texts: reserve as much as is read, so that views of it stay valid
/// \throws error (not_json)
[[nodiscard]] COREST_DECL json_value read_json_value(json_reader& reader, std::string& scratch);

/// A value as one of a column's type, as dlt coerces it:
///
/// | to | from |
/// |---|---|
/// | text | everything; what is no text as its JSON |
/// | bigint | decimal and double without a fraction; text: "200", "0xC8" |
/// | double | bigint, decimal; text |
/// | decimal, wei | bigint, double; text |
/// | bool | numbers: not 0; text: true, yes, t, y, 1 and false, no, f, n, 0 |
/// | json | text that is JSON |
/// | timestamp | text: a date-time, without offset one of UTC, or a date; bigint and double: seconds since 1970 |
/// | date | text: a date, or a date-time at midnight |
/// | time | text |
/// | binary | text: base64, or "0x" and hexadecimal digits; bigint: its bytes, the lowest first |
///
/// A value that does not fit the column's precision and scale is none of its type. A number keeps its digits exactly in
/// a decimal. Timestamps and times are cut to the microsecond, or to the column's precision.
///
/// \param target the column; without a type every value is its own
/// \param found the value
/// \param texts keeps what is neither in the record nor in its scratch
/// \return nothing where it is none of the type; null for null
[[nodiscard]] COREST_DECL std::optional<typed_value> coerce(
    const column& target, const json_value& found, text_store& texts);

/// The type that a value has by itself. A text is a timestamp where it is a date-time of RFC 3339 with an offset.
/// \return none for null
[[nodiscard]] COREST_DECL std::optional<data_type> type_of(const json_value& found);

/// The type of a column that holds values of both types.
[[nodiscard]] COREST_DECL data_type common_type(data_type first, data_type second) noexcept;

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/coerce.ipp>
#endif

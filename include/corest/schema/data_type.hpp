#pragma once

/// \file
/// The types that a column may have: dlt's.

#include <corest/config.hpp>

#include <array>
#include <optional>
#include <string_view>

/// \namespace corest::schema
/// What the columns of a table are, and what becomes of values that are something else. Does no I/O.
namespace corest::schema {

/// The type of a column. The names are dlt's.
enum class data_type : unsigned char {
    text,
    floating,  ///< "double"
    boolean,   ///< "bool"
    timestamp, ///< a moment; kept to the microsecond
    bigint,    ///< an integer of 64 bits with sign
    binary,
    json, ///< an object or array
    decimal,
    wei, ///< an integer of any size
    date,
    time ///< of the day; kept to the microsecond
};

/// All of them.
inline constexpr std::array<data_type, 11> data_types = {data_type::text, data_type::floating, data_type::boolean,
    data_type::timestamp, data_type::bigint, data_type::binary, data_type::json, data_type::decimal, data_type::wei,
    data_type::date, data_type::time};

/// "text", "double", "bool", "timestamp", "bigint", "binary", "json", "decimal", "wei", "date" or "time".
[[nodiscard]] COREST_DECL std::string_view to_string(data_type type) noexcept;

/// The type of that name; none where there is no such type.
[[nodiscard]] COREST_DECL std::optional<data_type> find_data_type(std::string_view name) noexcept;

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/data_type.ipp>
#endif

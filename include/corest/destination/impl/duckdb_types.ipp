#pragma once

// Columns as DuckDB has them: the type of a column that is declared, and what a type holds.

#include <corest/detail/text.hpp>
#include <corest/schema/data_type.hpp>
#include <corest/schema/table_schema.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::detail::duckdb_types {

using named_type = std::pair<std::string_view, schema::data_type>;

/// Those that hold what one type of ours is, without further settings.
inline constexpr std::array<named_type, 7> plain = {
    {{"VARCHAR", schema::data_type::text}, {"DOUBLE", schema::data_type::floating},
        {"BOOLEAN", schema::data_type::boolean}, {"BIGINT", schema::data_type::bigint},
        {"BLOB", schema::data_type::binary}, {"DATE", schema::data_type::date}, {"TIME", schema::data_type::time}}};

inline constexpr std::string_view with_zone = "TIMESTAMP WITH TIME ZONE";
inline constexpr std::string_view without_zone = "TIMESTAMP";
inline constexpr std::uint32_t most_digits = 38; ///< of a DECIMAL
inline constexpr std::uint32_t usual_scale = 9;  ///< as in dlt

/// The type of a column in SQL. As in dlt, a decimal has 38 digits, 9 of them behind the point, unless it is declared
/// otherwise; a wei is an integer that Parquet has, too.
[[nodiscard]] inline std::string type_of(const schema::column* declared)
{
    if (declared == nullptr || !declared->type) {
        return "VARCHAR";
    }
    for (const named_type& known : plain) {
        if (known.second == *declared->type) {
            return std::string(known.first);
        }
    }
    switch (*declared->type) {
    case schema::data_type::timestamp:
        return std::string(declared->timezone ? with_zone : without_zone);
    case schema::data_type::decimal: {
        const std::uint32_t digits = std::min(declared->precision.value_or(most_digits), most_digits);
        const std::uint32_t scale = declared->scale.value_or(usual_scale);
        return "DECIMAL(" + std::to_string(digits) + "," + std::to_string(std::min(scale, digits)) + ")";
    }
    case schema::data_type::wei:
        return "DECIMAL(" + std::to_string(most_digits) + ",0)";
    default:
        return "JSON";
    }
}

/// A column that holds what a column of that type in SQL does; without a type where it is one that we do not make.
[[nodiscard]] inline schema::column column_of(std::string name, std::string_view type)
{
    using schema::data_type;
    for (const named_type& known : plain) {
        if (known.first == type) {
            return schema::column(std::move(name), known.second);
        }
    }
    if (type == with_zone) {
        return schema::column(std::move(name), data_type::timestamp);
    }
    if (type == without_zone) {
        return schema::column(std::move(name), data_type::timestamp).without_timezone();
    }
    constexpr std::array<std::pair<std::string_view, std::uint32_t>, 3> integers = {
        {{"INTEGER", 32}, {"SMALLINT", 16}, {"TINYINT", 8}}};
    for (const auto& [integer, bits] : integers) {
        if (type == integer) {
            return schema::column(std::move(name), data_type::bigint).with_precision(bits);
        }
    }
    if (type == "JSON") {
        return schema::column(std::move(name), data_type::json);
    }
    constexpr std::string_view decimal = "DECIMAL(";
    if (type.starts_with(decimal)) {
        std::uint32_t digits = 0;
        std::uint32_t scale = 0;
        const char* const end = type.data() + type.size();
        const auto read = std::from_chars(type.data() + decimal.size(), end, digits);
        if (read.ec == std::errc() && read.ptr != end && std::from_chars(read.ptr + 1, end, scale).ec == std::errc()) {
            return schema::column(std::move(name), data_type::decimal).with_precision(digits, scale);
        }
    }
    return schema::column(std::move(name));
}

/// A column as it is in DuckDB: with the digits that a decimal has there.
[[nodiscard]] inline schema::column stored(const schema::column& declared)
{
    const bool is_decimal = declared.type == schema::data_type::decimal || declared.type == schema::data_type::wei;
    return is_decimal ? column_of(declared.name, type_of(&declared)) : declared;
}

} // namespace corest::detail::duckdb_types

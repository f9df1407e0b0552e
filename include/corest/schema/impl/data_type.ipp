#pragma once

#include <corest/schema/data_type.hpp>

namespace corest::schema {

COREST_DECL std::string_view to_string(data_type type) noexcept
{
    switch (type) {
    case data_type::text:
        return "text";
    case data_type::floating:
        return "double";
    case data_type::boolean:
        return "bool";
    case data_type::timestamp:
        return "timestamp";
    case data_type::bigint:
        return "bigint";
    case data_type::binary:
        return "binary";
    case data_type::json:
        return "json";
    case data_type::decimal:
        return "decimal";
    case data_type::wei:
        return "wei";
    case data_type::date:
        return "date";
    case data_type::time:
        return "time";
    }
    return {};
}

COREST_DECL std::optional<data_type> find_data_type(std::string_view name) noexcept
{
    for (const data_type type : data_types) {
        if (to_string(type) == name) {
            return type;
        }
    }
    return std::nullopt;
}

} // namespace corest::schema

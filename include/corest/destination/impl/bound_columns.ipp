#pragma once

#include <corest/destination/bound_columns.hpp>

#include <corest/error.hpp>

#include <algorithm>

namespace corest::detail {

COREST_DECL std::vector<bound_column> bound_columns(const page& rows)
{
    std::vector<bound_column> columns;
    for (const binding& b : rows.bindings()) {
        const std::string name = b.column();
        const auto same = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
        if (same == columns.end()) {
            columns.emplace_back(name, b.json);
        } else if (same->json != b.json) {
            throw error(errc::destination_failed,
                "two different values from the parents would be stored in the same column '" + name
                    + "', the second being the field '" + b.field + "' of '" + b.resource + "'",
                "Give one of the parent resources another name");
        }
    }
    return columns;
}

} // namespace corest::detail

#pragma once

#include <corest/destination/bound_columns.hpp>

#include <corest/error.hpp>

#include <algorithm>

namespace corest::detail {

/// Two bindings with different values and one column.
namespace column_conflict {

[[nodiscard]] COREST_DECL std::string name(const binding& b)
{
    return b.placeholder.empty() ? "of the field '" + b.field + "'" : "of placeholder '" + b.placeholder + "'";
}

[[nodiscard]] COREST_DECL error failure(const binding& first, const binding& second)
{
    if (first.resource == second.resource && first.field == second.field) {
        return {errc::destination_failed,
            "two different values from the parent '" + first.resource + "' would be stored in the same column '"
                + first.column() + "', that " + name(first) + " and that " + name(second),
            "Name the field of each placeholder: its column is called after that field"};
    }
    return {errc::destination_failed,
        "two different values from the parents would be stored in the same column '" + second.column()
            + "', the second being the field '" + second.field + "' of '" + second.resource + "'",
        "Give one of the parent resources another name"};
}

} // namespace column_conflict

COREST_DECL std::vector<bound_column> bound_columns(const page& rows)
{
    std::vector<bound_column> columns;
    std::vector<const binding*> sources; // of each column, the first binding that has it
    for (const binding& b : rows.bindings()) {
        const std::string name = b.column();
        const auto same = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
        if (same == columns.end()) {
            columns.emplace_back(name, b.json);
            sources.push_back(&b);
        } else if (same->json != b.json) {
            throw column_conflict::failure(*sources[static_cast<std::size_t>(same - columns.begin())], b);
        }
    }
    return columns;
}

} // namespace corest::detail

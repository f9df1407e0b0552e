#pragma once

#include <corest/source/plan/planned_resource.hpp>

#include <corest/select/page.hpp>

namespace corest::source {

COREST_DECL bool planned_binding::infers_field() const noexcept
{
    const bool inferred = reason == binding_reason::same_path || reason == binding_reason::same_segment
        || reason == binding_reason::same_name;
    return inferred && placeholder != field;
}

COREST_DECL std::string planned_binding::column() const
{
    return binding::column_of(resource, field);
}

COREST_DECL table planned_resource::destination_table() const
{
    table out(config.table_name, config.disposition, config.primary_key);
    for (const planned_binding& b : bindings) {
        out.binding_columns.push_back(b.column());
    }
    return out;
}

} // namespace corest::source

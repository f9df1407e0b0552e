#pragma once

#include <corest/source/plan/nested_columns.hpp>

#include <corest/schema/table_schema.hpp>

namespace corest::source::detail::nested_column {

namespace nested_columns {

/// Declares a column, without a type: of a table without declared types the first run may make any columns.
inline void declare(corest::schema::table_schema& schema, std::string_view name)
{
    if (schema.find(name) == nullptr) {
        schema.columns.push_back(corest::schema::column(std::string(name)).not_null());
    }
}

} // namespace nested_columns

COREST_DECL void add_to(table& root)
{
    root.has_nested = true;
    root.schema = root.schema.value_or(corest::schema::table_schema());
    nested_columns::declare(*root.schema, row_id);
}

COREST_DECL table table_of(const table& root, const std::string& name, const std::string& parent)
{
    table made(name, root.disposition);
    made.root_table = root.name;
    made.parent_table = parent;
    made.schema.emplace();
    made.schema->contract = root.schema ? root.schema->contract : corest::schema::schema_contract();
    for (const std::string_view column : names) {
        if (column != root_id || root.disposition == write_disposition::merge) {
            nested_columns::declare(*made.schema, column);
        }
    }
    return made;
}

} // namespace corest::source::detail::nested_column

#pragma once

#include <corest/source/plan/load_columns.hpp>

#include <corest/schema/table_schema.hpp>

#include <optional>
#include <string>

namespace corest::source::detail::load_column {

COREST_DECL void add_to(table& t)
{
    using corest::schema::column;
    using corest::schema::data_type;
    t.schema = t.schema.value_or(corest::schema::table_schema());
    const auto declare = [&](std::string_view name, std::optional<data_type> type) {
        if (t.schema->find(name) == nullptr) {
            t.schema->columns.emplace_back(std::string(name), type);
        }
    };
    declare(load_id, data_type::text);
    declare(row_id, std::nullopt); // of a table without declared types the first run may make any columns
    declare(loaded_at, data_type::timestamp);
    t.binding_columns.emplace_back(load_id);
    t.binding_columns.emplace_back(loaded_at);
}

} // namespace corest::source::detail::load_column

#pragma once

#include <corest/source/plan/planned_resource.hpp>

#include <corest/schema/naming.hpp>
#include <corest/select/page.hpp>
#include <corest/source/plan/load_columns.hpp>
#include <corest/source/plan/nested_columns.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace corest::source {

COREST_DECL bool planned_binding::infers_field() const noexcept
{
    const bool inferred = reason == binding_reason::same_path || reason == binding_reason::same_segment
        || reason == binding_reason::same_name;
    return inferred && placeholder != field;
}

COREST_DECL binding_rule planned_binding::rule() const
{
    binding_rule made = binding_rule::name(placeholder, resource, field);
    if (inherited) {
        made = binding_rule::inherit(placeholder, made, *inherited);
    } else if (reason == binding_reason::included || reason == binding_reason::carried) {
        made = binding_rule::copy(resource, field);
    } else if (infers_field()) {
        made = binding_rule::infer(placeholder, resource);
    }
    made.hint = reason == binding_reason::included
        ? "Remove it from " + std::string(detail::key_name::include_from_parent)
        : "Name another field, as in {resources." + resource + ".id}";
    return made;
}

COREST_DECL std::string planned_binding::column() const
{
    return binding::column_of(resource, field);
}

COREST_DECL std::vector<std::string> planned_resource::bound_fields() const
{
    std::vector<std::string> fields;
    if (config.group_size == 1) { // else its rows belong to none of the records alone
        for (const planned_binding& b : bindings) {
            std::string field = b.column();
            if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
                fields.push_back(std::move(field));
            }
        }
    }
    return fields;
}

COREST_DECL table planned_resource::destination_table(std::size_t longest_name) const
{
    const auto named = [&](const std::string& field) {
        return corest::schema::name_by(config.naming, field, longest_name);
    };
    const auto all_named = [&](const std::vector<std::string>& fields) {
        std::vector<std::string> names;
        std::transform(fields.begin(), fields.end(), std::back_inserter(names), named);
        return names;
    };
    table out(named(config.table_name), config.disposition, all_named(config.primary_key));
    out.resource = config.name;
    out.further_resources = shares_table_with;
    out.merge_key = all_named(config.merge_key);
    out.schema = config.schema;
    if (out.schema) {
        for (corest::schema::column& c : out.schema->columns) {
            c.name = named(c.name);
        }
    }
    out.binding_columns = all_named(bound_fields());
    if (config.max_table_nesting != 0) {
        detail::nested_column::add_to(out);
    }
    if (config.load_columns) {
        detail::load_column::add_to(out);
    }
    return out;
}

} // namespace corest::source

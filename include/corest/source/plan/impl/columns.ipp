#pragma once

#include <corest/source/plan/columns.hpp>

#include <corest/source/plan/bindings.hpp>

#include <map>
#include <string>

namespace corest::source::detail {

COREST_DECL void include_parent_fields(draft_list& drafts, draft& child)
{
    planned_resource& r = child.result;
    if (!r.config.include_from_parent.empty() && !r.parent) {
        child.add_problem(join_key(r.config.key_path, key_name::include_from_parent), "the resource has no parent");
        return;
    }
    for (const std::string& field : r.config.include_from_parent) {
        bind_parent_field(r, {}, drafts[*r.parent].result, field, binding_reason::included);
    }
}

COREST_DECL void check_columns(draft& d)
{
    std::map<std::string, const planned_binding*> columns;
    for (const planned_binding& b : d.result.bindings) {
        const planned_binding& first = *columns.try_emplace(b.column(), &b).first->second;
        if (first.resource != b.resource || first.field != b.field) {
            d.add_problem(d.config().key_path,
                "two fields of its parents would be stored in the column " + in_quotes(b.column())
                    + "; rename one of the parents");
        }
    }
}

} // namespace corest::source::detail

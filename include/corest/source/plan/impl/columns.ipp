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

COREST_DECL void check_group(const draft_list& drafts, draft& d)
{
    const planned_resource& r = d.result;
    if (r.config.group_size != 1) {
        const std::string key = join_key(r.config.key_path, key_name::endpoint, key_name::group_size);
        if (!r.parent) {
            d.add_problem(key, "the resource has no parent whose records one request could be for");
        }
        if (!r.config.include_from_parent.empty()) {
            d.add_problem(key,
                "which record of its parent a row belongs to is not known; remove "
                    + std::string(key_name::include_from_parent) + ", or this");
        }
        if (r.config.incremental) {
            d.add_problem(key,
                "a cursor is kept for each record of the parent; remove " + std::string(key_name::incremental)
                    + ", or this");
        }
    }
    if (r.parent && drafts[*r.parent].config().group_size != 1) {
        for (const planned_binding& b : r.bindings) {
            if (b.inherited) {
                d.add_problem(d.path_key(),
                    in_quotes(b.resource + "." + b.field) + " is not known here: one request of the parent "
                        + in_quotes(drafts[*r.parent].config().name) + " is for several of them ("
                        + std::string(key_name::group_size) + ")");
            }
        }
    }
}

} // namespace corest::source::detail

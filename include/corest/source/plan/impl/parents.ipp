#pragma once

#include <corest/source/plan/parents.hpp>

#include <corest/detail/text.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/source/plan/plan_problems.hpp>

#include <algorithm>

namespace corest::source::detail {

COREST_DECL bool parent_finder::choose_named(std::size_t child, const std::vector<named_field>& fields)
{
    draft& d = drafts_[child];
    const std::vector<std::size_t> named = named_resources(child, fields);
    if (!d.problems.empty()) {
        return false;
    }
    for (const std::size_t other : named) {
        d.result.parent = other; // until it is decided, so that what is wrong with it is reported
        if (!plan_needed_(child, other)) {
            return false;
        }
    }
    const auto parent =
        std::find_if(named.begin(), named.end(), [&](std::size_t other) { return covers(other, fields); });
    if (parent != named.end()) {
        d.result.parent = *parent;
        return true;
    }
    const std::string list = corest::detail::join_words(
        named, "and", named.size(), [&](std::size_t other) { return in_quotes(drafts_[other].config().name); });
    d.add_problem(d.config().key_path,
        "has two different parents, " + list
            + "; a resource has one, and takes fields from it and from "
              "those above it");
    return false;
}

COREST_DECL std::vector<std::size_t> parent_finder::named_resources(
    std::size_t child, const std::vector<named_field>& fields)
{
    draft& d = drafts_[child];
    std::vector<std::size_t> out;
    for (const named_field& f : fields) {
        const auto other = drafts_.find(f.resource);
        if (!other) {
            d.add_problem(f.key,
                explicit_form(f.resource, f.field) + ": there is no resource " + in_quotes(f.resource)
                    + corest::detail::suggestion(f.resource, drafts_.names(), "resource"));
        } else if (*other == child) {
            d.add_problem(f.key, explicit_form(f.resource, f.field) + ": a resource cannot be its own parent");
        } else if (std::find(out.begin(), out.end(), *other) == out.end()) {
            out.push_back(*other);
        }
    }
    return out;
}

COREST_DECL bool parent_finder::covers(std::size_t parent, const std::vector<named_field>& fields) const
{
    std::vector<std::string_view> lineage; // the parent and those above it
    for (std::optional<std::size_t> i = parent; i; i = drafts_[*i].result.parent) {
        lineage.emplace_back(drafts_[*i].config().name);
    }
    return std::all_of(fields.begin(), fields.end(),
        [&](const named_field& f) { return std::find(lineage.begin(), lineage.end(), f.resource) != lineage.end(); });
}

COREST_DECL std::optional<parent_candidate> parent_finder::choose_inferred(
    std::size_t child, const placeholder& gap, const parent_candidates& candidates)
{
    draft& d = drafts_[child];
    if (candidates.found.size() != 1) {
        add_unfilled(d, drafts_, gap, candidates, std::string(inferred_field(gap.name)));
        return std::nullopt;
    }
    const parent_candidate& parent = candidates.found.front();
    d.result.parent = parent.resource;
    return plan_needed_(child, parent.resource) ? std::optional(parent) : std::nullopt;
}

} // namespace corest::source::detail

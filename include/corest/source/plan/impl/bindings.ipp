#pragma once

#include <corest/source/plan/bindings.hpp>

#include <corest/resource/binding_rule.hpp>
#include <corest/source/plan/parents.hpp>
#include <corest/source/plan/plan_problems.hpp>
#include <corest/source/plan/plan_request.hpp>
#include <corest/source/plan/request_texts.hpp>

#include <algorithm>
#include <utility>

namespace corest::source::detail {

namespace shared_binding {

/// The position of a binding; it is added where none takes over the same.
[[nodiscard]] COREST_DECL std::size_t add(planned_resource& r, planned_binding made)
{
    std::vector<binding_rule> rules = make_binding_rules(r);
    const std::size_t index = share_rule(rules, made.rule());
    if (index == r.bindings.size()) {
        r.bindings.push_back(std::move(made));
    }
    return index;
}

} // namespace shared_binding

COREST_DECL std::size_t bind_parent_field(planned_resource& r, const std::string& placeholder_name,
    const planned_resource& parent, const std::string& field, binding_reason reason)
{
    planned_binding b;
    b.placeholder = placeholder_name;
    b.resource = parent.config.name;
    b.field = field;
    b.reason = reason;
    const auto& taken_over = parent.bindings;
    const auto same = std::find_if(
        taken_over.begin(), taken_over.end(), [&](const planned_binding& other) { return other.column() == field; });
    if (same != taken_over.end()) {
        b.inherited = static_cast<std::size_t>(same - taken_over.begin());
    }
    return shared_binding::add(r, std::move(b));
}

/// The value that a binding fills a placeholder with.
namespace bound_value {

[[nodiscard]] COREST_DECL planned_value make(std::size_t index)
{
    planned_value out;
    out.binding = index;
    return out;
}

} // namespace bound_value

COREST_DECL bool binder::fill_path(const std::vector<stated_value>& stated)
{
    planned_resource& r = result();
    const auto gaps = r.config.path.placeholders();
    const std::optional<std::size_t> last = last_open(stated);
    for (std::size_t k = 0; k < gaps.size(); ++k) {
        std::optional<planned_value> value = stated[k].constant;
        if (stated[k].named) {
            value = bound_value::make(bind_named(gaps[k].name, *stated[k].named));
        } else if (!value) {
            value = infer(k, k == last);
        }
        if (!value) {
            return false;
        }
        r.path_values.push_back(std::move(*value));
    }
    return true;
}

/// The position of the binding that takes over the parent's own binding `index`.
COREST_DECL std::size_t binder::inherit(const std::string& placeholder_name, std::size_t index)
{
    planned_binding b = parent().bindings[index];
    b.placeholder = placeholder_name;
    b.inherited = index;
    b.reason = binding_reason::inherited;
    return shared_binding::add(result(), std::move(b));
}

/// The binding for a field that the dictionary names: of the chosen parent, or of one above it.
COREST_DECL std::size_t binder::bind_named(const std::string& placeholder_name, const named_field& field)
{
    if (field.resource == parent().config.name) {
        return bind_parent_field(result(), placeholder_name, parent(), field.field, binding_reason::named);
    }
    return inherit(placeholder_name, carry(*result().parent, field));
}

/// The position of a resource's binding to a field of a resource above it. Where it has none it takes the field over
/// for those below it, and so do those between the two.
COREST_DECL std::size_t binder::carry(std::size_t resource, const named_field& field)
{
    if (const auto known = drafts_[resource].find_binding(field.resource, field.field)) {
        return *known;
    }
    planned_resource& r = drafts_[resource].result;
    const planned_resource& above = drafts_[*r.parent].result;
    if (above.config.name == field.resource) {
        return bind_parent_field(r, {}, above, field.field, binding_reason::carried);
    }
    const std::size_t index = carry(*r.parent, field);
    planned_binding b = above.bindings[index];
    b.placeholder.clear();
    b.inherited = index;
    b.reason = binding_reason::carried;
    return shared_binding::add(r, std::move(b));
}

/// What fills placeholder `k` of the path.
COREST_DECL placeholder_source binder::source_of(std::size_t k, bool is_last, bool names_parent) const
{
    const auto same_beginning = [this](std::string_view own, std::string_view above) {
        return path_key(own, constants_.lookup(draft_.config())) == path_key(above, constants_.lookup(parent().config));
    };
    return find_source(result().config.path.placeholders(), k, is_last, names_parent,
        parent().config.path.placeholders(), same_beginning);
}

/// Fills a placeholder of a path whose parent is decided, by this placeholder or by another one.
/// \param is_last it is the last one that is inferred, so it may name the parent's own field
COREST_DECL std::optional<planned_value> binder::infer(std::size_t k, bool is_last)
{
    const placeholder& gap = result().config.path.placeholders()[k];
    const std::string field(inferred_field(gap.name));
    const parent_candidates candidates = candidates_(gap);
    const bool names_parent = candidates.found.size() == 1 && candidates.found.front().resource == *result().parent;
    const placeholder_source source = source_of(k, is_last, names_parent);
    switch (source.origin) {
    case placeholder_source::kind::parent_field:
        return bound_value::make(
            bind_parent_field(result(), gap.name, parent(), field, candidates.found.front().reason));
    case placeholder_source::kind::inherited: {
        const planned_value& value = parent().path_values[source.position];
        return value.binding ? bound_value::make(inherit(gap.name, *value.binding)) : value;
    }
    case placeholder_source::kind::ambiguous:
        draft_.add_problem(draft_.path_key(),
            gap.text() + " stands " + std::to_string(source.matches) + " times in the path of its parent "
                + in_quotes(parent().config.name) + "; write which field it is, as in "
                + explicit_form("parent", field));
        return std::nullopt;
    case placeholder_source::kind::elsewhere:
        break;
    }
    return infer_elsewhere(gap, candidates);
}

/// Fills a placeholder that leads to another resource than the parent: with what the parent has taken from that one.
COREST_DECL std::optional<planned_value> binder::infer_elsewhere(
    const placeholder& gap, const parent_candidates& candidates)
{
    const std::string field(inferred_field(gap.name));
    if (candidates.found.size() != 1) {
        add_unfilled(draft_, drafts_, gap, candidates, field);
        return std::nullopt;
    }
    const std::string& other = drafts_[candidates.found.front().resource].config().name;
    if (const auto index = drafts_[*result().parent].find_binding(other, field)) {
        return bound_value::make(inherit(gap.name, *index));
    }
    draft_.add_problem(draft_.path_key(),
        "has two different parents, " + in_quotes(parent().config.name) + " and, by " + gap.text() + ", "
            + in_quotes(other)
            + "; a resource has one, and takes from others only what that one "
              "is bound to itself");
    return std::nullopt;
}

COREST_DECL void binder::fill_texts()
{
    planned_resource& r = result();
    for (auto* texts : {&r.params, &r.headers, &r.json_texts, &r.form_texts, &r.poll_paths}) {
        for (planned_text& text : *texts) {
            std::size_t fields = 0; // of responses
            for (const placeholder& gap : text.parsed.placeholders()) {
                if (gap.is_incremental()) {
                    text.values.push_back(fill_cursor(key_of_text(draft_, *texts, text), text, gap));
                } else if (gap.is_response() && texts == &r.poll_paths) {
                    text.values.emplace_back().response = fields++;
                } else if (auto value = fill_text(gap)) {
                    text.values.push_back(std::move(*value));
                } else {
                    draft_.add_problem(key_of_text(draft_, *texts, text),
                        "nothing fills " + gap.text() + "; write "
                            + (texts == &r.poll_paths ? "{response." + gap.name + "}, " : std::string())
                            + "{resources.parent.field}, give --param " + gap.name + "=VALUE, or write {{" + gap.name
                            + "}} for the text itself");
                }
            }
        }
    }
}

/// A value of the cursor. One that need not be there is none of the first run's problems.
COREST_DECL planned_value binder::fill_cursor(const std::string& key, const planned_text& text, const placeholder& gap)
{
    if (!text.is_optional) {
        return cursor_value_of(draft_, key, gap);
    }
    planned_value out;
    out.cursor = cursor_use_of(gap.name);
    return out;
}

/// A named field, a constant, or what fills the path's placeholder of the same name.
COREST_DECL std::optional<planned_value> binder::fill_text(const placeholder& gap)
{
    if (gap.is_explicit()) {
        const named_field field({}, gap.resource, gap.field);
        return bound_value::make(bind_named(gap.name, field));
    }
    if (auto value = constants_.find(result().config, gap.name)) {
        return value;
    }
    const auto gaps = result().config.path.placeholders();
    const auto same = std::find_if(gaps.begin(), gaps.end(), [&](const placeholder& g) { return g.name == gap.name; });
    return same == gaps.end() ? std::nullopt
                              : std::optional(result().path_values[static_cast<std::size_t>(same - gaps.begin())]);
}

} // namespace corest::source::detail

#pragma once

#include <corest/resource/binding_rule.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <memory>

namespace corest {

COREST_DECL std::vector<std::size_t> inherited_placeholders(std::span<const placeholder> child, std::size_t index,
    std::span<const placeholder> parent,
    const std::function<bool(std::string_view child_text, std::string_view parent_text)>& same_beginning)
{
    const placeholder& own = child[index];
    if (index < parent.size() && parent[index].name == own.name && same_beginning(own.prefix, parent[index].prefix)) {
        return {index};
    }
    std::vector<std::size_t> found;
    for (std::size_t n = 0; n < parent.size(); ++n) {
        if (parent[n].name == own.name) {
            found.push_back(n);
        }
    }
    return found;
}

COREST_DECL placeholder_source find_source(std::span<const placeholder> child, std::size_t index, bool is_last,
    bool names_parent, std::span<const placeholder> parent,
    const std::function<bool(std::string_view child_text, std::string_view parent_text)>& same_beginning)
{
    using kind = placeholder_source::kind;
    placeholder_source found;
    found.origin = names_parent ? kind::parent_field : kind::elsewhere;
    if (is_last && names_parent) {
        return found;
    }
    const std::vector<std::size_t> same = inherited_placeholders(child, index, parent, same_beginning);
    found.matches = same.size();
    if (same.size() == 1) {
        found.origin = kind::inherited;
        found.position = same.front();
    } else if (same.size() > 1) {
        found.origin = kind::ambiguous;
    }
    return found;
}

COREST_DECL binding_rule binding_rule::infer(std::string placeholder_name, std::string parent)
{
    binding_rule rule;
    rule.field = std::string(corest::inferred_field(placeholder_name));
    rule.placeholder = std::move(placeholder_name);
    rule.resource = std::move(parent);
    rule.kind = origin::inferred_field;
    return rule;
}

COREST_DECL binding_rule binding_rule::name(std::string placeholder_name, std::string parent, std::string field_path)
{
    binding_rule rule;
    rule.placeholder = std::move(placeholder_name);
    rule.resource = std::move(parent);
    rule.field = std::move(field_path);
    rule.kind = origin::named_field;
    return rule;
}

COREST_DECL binding_rule binding_rule::copy(std::string parent, std::string field_path)
{
    binding_rule rule = name({}, std::move(parent), std::move(field_path));
    rule.kind = origin::copied_field;
    return rule;
}

COREST_DECL binding_rule binding_rule::inherit(
    std::string placeholder_name, const binding_rule& rule, std::size_t index)
{
    binding_rule own = rule;
    own.placeholder = std::move(placeholder_name);
    own.kind = origin::inherited;
    own.inherited = index;
    return own;
}

COREST_DECL bool takes_over_the_same(const binding_rule& rule, const binding_rule& other) noexcept
{
    using origin = binding_rule::origin;
    // Where the placeholder is the field, there is no second one to look for.
    const auto kind_of = [](const binding_rule& r) {
        return r.kind == origin::inferred_field && r.placeholder == r.field ? origin::named_field : r.kind;
    };
    const origin kind = kind_of(rule);
    const origin there = kind_of(other);
    if (rule.resource != other.resource || rule.field != other.field) {
        return false;
    }
    if (kind == origin::copied_field && there == origin::named_field) {
        return true;
    }
    return kind == there && (kind != origin::inherited || rule.inherited == other.inherited)
        && (kind != origin::inferred_field || rule.placeholder == other.placeholder);
}

COREST_DECL std::size_t share_rule(std::vector<binding_rule>& rules, binding_rule rule)
{
    const auto same = std::find_if(
        rules.begin(), rules.end(), [&](const binding_rule& other) { return takes_over_the_same(rule, other); });
    const auto index = static_cast<std::size_t>(same - rules.begin());
    if (same == rules.end()) {
        rules.push_back(std::move(rule));
    }
    return index;
}

namespace detail {

/// Takes values over from one record of a parent.
class record_binder {
public:
    explicit record_binder(const record& parent) : parent_(parent) {}

    [[nodiscard]] binding bind(const binding_rule& rule) const
    {
        switch (rule.kind) {
        case binding_rule::origin::inherited:
            return take_over(rule);
        case binding_rule::origin::copied_field:
            return copy(rule);
        case binding_rule::origin::inferred_field:
        case binding_rule::origin::named_field:
            break;
        }
        return fill(rule, field_of(rule));
    }

    /// True where there is nothing to fill the rule's placeholder with.
    [[nodiscard]] bool lacks(const binding_rule& rule) const
    {
        if (rule.placeholder.empty()) {
            return false; // copied for its own sake
        }
        std::optional<std::string_view> raw;
        if (rule.kind == binding_rule::origin::inherited) {
            const std::vector<binding>& own = parent_.page().bindings();
            if (rule.inherited >= own.size()) {
                return false; // `bind` says that
            }
            raw = own[rule.inherited].json;
        } else {
            raw = parent_.raw(field_of(rule));
        }
        return !raw || *raw == "null" || *raw == "\"\"";
    }

    /// The binding that fills a placeholder.
    [[nodiscard]] binding fill(const binding_rule& rule, const std::string& field) const
    {
        const std::optional<std::string_view> raw = parent_.raw(field);
        if (!raw) {
            throw failure(rule, field, errc::field_missing, "lacks it: " + explain_missing(field));
        }
        if (*raw == "null") {
            throw failure(rule, field, errc::field_missing, "has null there");
        }
        const bool is_nested = raw->front() == '{' || raw->front() == '[';
        if (is_nested && rule.takes_nested) {
            return {rule.placeholder, rule.resource, rule.field, std::string(*raw), std::string()};
        }
        if (is_nested) {
            throw failure(
                rule, field, errc::wrong_type, raw->front() == '{' ? "has an object there" : "has an array there");
        }
        std::string text = text_of(field, *raw);
        if (text.empty()) {
            throw failure(rule, field, errc::field_missing, "has an empty text there");
        }
        return {rule.placeholder, rule.resource, rule.field, std::string(*raw), std::move(text)};
    }

private:
    /// Where the record has the value: of an inferred rule under the placeholder's own name, if that is there.
    [[nodiscard]] const std::string& field_of(const binding_rule& rule) const
    {
        const bool has_own = rule.kind == binding_rule::origin::inferred_field && parent_.raw(rule.placeholder);
        return has_own ? rule.placeholder : rule.field;
    }

    [[nodiscard]] binding take_over(const binding_rule& rule) const
    {
        const std::vector<binding>& own = parent_.page().bindings();
        if (rule.inherited >= own.size()) {
            throw error(errc::field_missing, "the parent record is not bound to " + rule.resource + "." + rule.field);
        }
        const binding& value = own[rule.inherited];
        return {rule.placeholder, rule.resource, rule.field, value.json, value.text};
    }

    [[nodiscard]] binding copy(const binding_rule& rule) const
    {
        const auto json = parent_.raw(rule.field);
        if (!json) {
            throw error(errc::field_missing,
                "the field '" + rule.field + "' of '" + rule.resource + "' was to be copied, and record "
                    + record_number() + " lacks it: " + explain_missing(rule.field),
                rule.hint);
        }
        return {rule.placeholder, rule.resource, rule.field, std::string(*json), text_of(rule.field, *json)};
    }

    /// What a placeholder further down is filled with: empty where the value is null or nested.
    [[nodiscard]] std::string text_of(const std::string& field, std::string_view json) const
    {
        if (json == "null" || json.front() == '{' || json.front() == '[') {
            return {};
        }
        return json.front() == '"' ? parent_.get<std::string>(field) : std::string(json);
    }

    /// Its number in the walk, from 1.
    [[nodiscard]] std::string record_number() const
    {
        return std::to_string(parent_.page().first_record() + parent_.index() + 1);
    }

    /// The names of the fields that are there.
    [[nodiscard]] std::string explain_missing(const std::string& field) const
    {
        try {
            static_cast<void>(parent_.get<std::string>(field));
        } catch (const error& e) {
            return e.message();
        }
        return "it has none";
    }

    [[nodiscard]] error failure(
        const binding_rule& rule, const std::string& field, errc kind, const std::string& found) const
    {
        return {kind,
            "placeholder '" + rule.placeholder + "' needs the field '" + field + "' of its parent"
                + (rule.resource.empty() ? "" : " '" + rule.resource + "'") + ", and record " + record_number() + " "
                + found,
            rule.hint};
    }

    const record& parent_;
};

} // namespace detail

COREST_DECL binding bind_field(const record& parent, const binding_rule& rule)
{
    return detail::record_binder(parent).bind(rule);
}

COREST_DECL const std::string& bound_field(const record& parent, const binding& value)
{
    const bool has_own = !value.placeholder.empty() && parent.raw(value.placeholder) == std::string_view(value.json);
    return has_own ? value.placeholder : value.field;
}

COREST_DECL bool lacks_value(const record& parent, std::span<const binding_rule> rules)
{
    const detail::record_binder binder(parent);
    return std::any_of(rules.begin(), rules.end(), [&](const binding_rule& rule) { return binder.lacks(rule); });
}

COREST_DECL binding_list bind_record(const record& parent, std::span<const binding_rule> rules)
{
    const detail::record_binder binder(parent);
    std::vector<binding> all;
    all.reserve(rules.size());
    for (const binding_rule& rule : rules) {
        all.push_back(binder.bind(rule));
    }
    return std::make_shared<const std::vector<binding>>(std::move(all));
}

COREST_DECL binding_list join_bindings(std::span<const binding_list> records)
{
    std::vector<binding> all;
    for (const binding_list& one : records) {
        for (std::size_t i = 0; i < one->size(); ++i) {
            const binding& value = (*one)[i];
            if (value.text.find(',') != std::string::npos) {
                throw error(errc::wrong_type,
                    "the values of several records of '" + value.resource + "' are joined by commas, and the field '"
                        + value.field
                        + "' of one of them has a comma in it: " + detail::in_quotes(detail::printable(value.text)),
                    "Ask for one record at a time: a group size of 1");
            }
            if (i == all.size()) {
                all.push_back(value);
            } else {
                all[i].text += "," + value.text;
            }
        }
    }
    for (binding& joined : all) {
        joined.json.clear();
        append_quoted(joined.json, joined.text);
    }
    return std::make_shared<const std::vector<binding>>(std::move(all));
}

} // namespace corest

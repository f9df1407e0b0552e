#pragma once

#include <corest/resource/misnamed_columns.hpp>

#include <corest/detail/text.hpp>

#include <optional>
#include <string_view>

namespace corest::detail {

COREST_DECL std::vector<std::string> misnamed_columns(const record& parent, std::span<const binding_rule> rules)
{
    std::vector<std::string> out;
    for (const binding_rule& rule : rules) {
        if (rule.kind != binding_rule::origin::inferred_field || rule.placeholder == rule.field) {
            continue;
        }
        const std::optional<std::string_view> own = parent.raw(rule.placeholder);
        const std::optional<std::string_view> other = own ? parent.raw(rule.field) : std::nullopt;
        if (other && *other != *own) {
            out.push_back("the column " + binding::column_of(rule.resource, rule.field) + " holds the field "
                + in_quotes(rule.placeholder) + " of " + in_quotes(rule.resource) + ", since {" + rule.placeholder
                + "} has its name, and not the field " + in_quotes(rule.field) + "; with {resources." + rule.resource
                + "." + rule.placeholder + "} in its place the column is "
                + binding::column_of(rule.resource, rule.placeholder));
        }
    }
    return out;
}

} // namespace corest::detail

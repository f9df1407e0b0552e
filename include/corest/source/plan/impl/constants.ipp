#pragma once

#include <corest/source/plan/constants.hpp>

#include <corest/error.hpp>
#include <corest/resource/path_template.hpp>

#include <algorithm>
#include <utility>

namespace corest::source::detail {

/// What the constants' lookup asks of a param.
namespace constant_param {

/// True where the literal is a template. One that is not understood is reported where it is sent.
[[nodiscard]] COREST_DECL bool has_placeholders(const named_text& param)
{
    try {
        return path_template(param.value.value().reveal(), path_template::kind::text).has_placeholders();
    } catch (const error&) {
        return true;
    }
}

[[nodiscard]] COREST_DECL std::string origin(const named_text& param)
{
    return join_key(
        param.path.starts_with(key_name::resource_defaults) ? std::string(key_name::resource_defaults) : std::string(),
        key_name::endpoint, key_name::params);
}

} // namespace constant_param

COREST_DECL std::optional<planned_value> constants::find(
    const resource_config& resource, const std::string& placeholder_name) const
{
    planned_value out;
    for (const auto& [param, value] : options_->params) {
        if (param == placeholder_name) {
            out.constant = source_text(value);
            out.origin = "--param";
            return out;
        }
    }
    const named_text* param = find_param(resource, placeholder_name);
    if (param == nullptr || (!param->value.is_secret() && constant_param::has_placeholders(*param))) {
        return std::nullopt;
    }
    out.constant = param->value;
    out.origin = constant_param::origin(*param);
    return out;
}

COREST_DECL constant_lookup constants::lookup(const resource_config& resource) const
{
    return [this, &resource](const std::string& placeholder_name) -> std::optional<source_text> {
        auto value = find(resource, placeholder_name);
        return value ? std::optional(std::move(value->constant)) : std::nullopt;
    };
}

COREST_DECL const named_text* find_param(const resource_config& resource, const std::string& name)
{
    const auto found = std::find_if(
        resource.params.begin(), resource.params.end(), [&](const named_text& param) { return param.name == name; });
    return found == resource.params.end() ? nullptr : &*found;
}

} // namespace corest::source::detail

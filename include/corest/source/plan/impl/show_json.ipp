#pragma once

#include <corest/source/plan/show_json.hpp>

#include <corest/source/plan/load_columns.hpp>
#include <corest/source/schema/client_keys.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/incremental_keys.hpp>
#include <corest/source/schema/secret_formula.hpp>
#include <corest/source/schema/written_secrets.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

/// How a plan's parts are written for programs.
namespace plan_json {

[[nodiscard]] COREST_DECL boost::json::string_view text(std::string_view s)
{
    return boost::json::string_view(s.data(), s.size());
}

[[nodiscard]] COREST_DECL boost::json::array texts(const std::vector<std::string>& texts)
{
    boost::json::array out;
    for (const std::string& s : texts) {
        out.emplace_back(text(s));
    }
    return out;
}

[[nodiscard]] COREST_DECL boost::json::array statuses(const std::vector<unsigned>& statuses)
{
    boost::json::array out;
    for (const unsigned status : statuses) {
        out.emplace_back(status);
    }
    return out;
}

/// `{"$secret": name}`, as in a dictionary, but for defaults; or the literal.
[[nodiscard]] COREST_DECL boost::json::value value(const source_text& given)
{
    if (!given.is_secret()) {
        return text(given.value().reveal());
    }
    return secret_json(without_defaults(given.secret_name()));
}

[[nodiscard]] COREST_DECL boost::json::object auth(const authenticator_config& auth)
{
    boost::json::object out;
    out["type"] = text(auth.type());
    out["secrets"] = texts(auth.secret_names());
    return out;
}

[[nodiscard]] COREST_DECL std::string_view reason(binding_reason reason) noexcept
{
    switch (reason) {
    case binding_reason::named:
        return "named";
    case binding_reason::same_path:
        return "same_path";
    case binding_reason::same_segment:
        return "segment";
    case binding_reason::same_name:
        return "name";
    case binding_reason::inherited:
        return "inherited";
    case binding_reason::included:
        return "included";
    case binding_reason::carried:
        return "carried";
    }
    return {};
}

/// Writes one resource of a plan.
class resource_json {
public:
    resource_json(const plan& p, const planned_resource& r) : plan_(p), resource_(r) {}

    [[nodiscard]] boost::json::object write() const
    {
        const resource_config& config = resource_.config;
        boost::json::object out;
        out[key_name::name] = config.name;
        out["parent"] = resource_.parent
            ? boost::json::value(plan_json::text(plan_.resources[*resource_.parent].config.name))
            : nullptr;
        out["depth"] = resource_.depth;
        out["stored"] = resource_.stored;
        out[key_name::method] = config.method;
        out[key_name::path] = without_query_secrets(config.path.text());
        out["placeholders"] = values(config.path, resource_.path_values, {});
        out[key_name::params] = texts(resource_.params);
        out[key_name::headers] = texts(resource_.headers);
        if (config.json) {
            out[key_name::json] = texts(resource_.json_texts);
        }
        if (config.auth) {
            out[key_name::auth] = plan_json::auth(*config.auth);
        }
        if (config.incremental) {
            out[key_name::incremental] = show_settings(fields_of<incremental_keys>, &*config.incremental);
        }
        if (config.group_size != 1) {
            out[key_name::group_size] = config.group_size;
        }
        if (config.skips_lacking_parents) {
            out[key_name::on_parent_field_missing] = "skip";
        }
        if (config.poll) {
            std::string report = config.poll->text();
            for (const planned_text& path : resource_.poll_paths) {
                report = without_query_secrets(std::move(report), path.parsed.text());
            }
            out[key_name::poll] = std::move(report);
        }
        out["pages"] = config.paginator.text;
        if (const std::string form = config.decoder.text(); !form.empty()) {
            out[key_name::decoder] = form;
        }
        out["records"] = records_text(config);
        out["ignored_statuses"] = plan_json::statuses(ignored_statuses(config));
        if (ignored_statuses(config).size() != config.response_rules.size()) {
            boost::json::array rules;
            for (const response_rule& rule : config.response_rules) {
                rules.emplace_back(rule.text());
            }
            out[key_name::response_actions] = std::move(rules);
        }
        if (!config.steps.empty()) {
            boost::json::array steps;
            for (const record_step& step : config.steps) {
                steps.emplace_back(step.text());
            }
            out["processing_steps"] = std::move(steps);
        }
        if (config.seed) {
            out["data"] = *config.seed;
        }
        const table t = resource_.destination_table();
        out["table"] = t.name;
        if (!t.further_resources.empty()) {
            out["shares_table_with"] = plan_json::texts(t.further_resources);
        }
        out[key_name::write_disposition] = plan_json::text(to_string(t.disposition));
        out[key_name::primary_key] = plan_json::texts(t.primary_key);
        if (!t.merge_key.empty()) {
            out[key_name::merge_key] = plan_json::texts(t.merge_key);
        }
        if (t.schema) {
            boost::json::object schema = boost::json::parse(t.schema->to_json()).as_object();
            for (auto& member : schema) {
                out[member.key()] = std::move(member.value());
            }
        }
        if (config.naming != corest::schema::naming::direct) {
            out[key_name::naming] = plan_json::text(to_string(config.naming));
        }
        if (config.max_table_nesting != 0) {
            out[key_name::max_table_nesting] = config.max_table_nesting;
        }
        std::vector<std::string> parents = t.binding_columns;
        if (config.load_columns) {
            out[key_name::load_columns] = true;
            const auto& own = load_column::names;
            std::erase_if(
                parents, [&](const std::string& name) { return std::find(own.begin(), own.end(), name) != own.end(); });
        }
        out["parent_columns"] = plan_json::texts(parents);
        return out;
    }

private:
    [[nodiscard]] boost::json::object value(
        const placeholder& gap, const planned_value& value, std::string_view name) const
    {
        boost::json::object out;
        out["placeholder"] = gap.name;
        if (value.cursor) {
            out["cursor"] = gap.name;
            return out;
        }
        if (value.response) {
            out["response"] = gap.response_field();
            return out;
        }
        if (!value.binding) {
            const bool hides = !value.constant.is_secret() && fills_credential(name, gap.prefix);
            out["constant"] = hides ? boost::json::value("***") : plan_json::value(value.constant);
            out["origin"] = value.origin;
            return out;
        }
        const planned_binding& b = resource_.bindings[*value.binding];
        out["resource"] = b.resource;
        if (b.infers_field()) {
            out["preferred_field"] = b.placeholder;
        }
        out["field"] = b.field;
        out["reason"] = plan_json::text(plan_json::reason(b.reason));
        return out;
    }

    /// \param name of the parameter, header or field that has the text
    [[nodiscard]] boost::json::array values(
        const path_template& text, const std::vector<planned_value>& values, std::string_view name) const
    {
        boost::json::array out;
        for (std::size_t k = 0; k < values.size(); ++k) {
            out.push_back(value(text.placeholders()[k], values[k], name));
        }
        return out;
    }

    [[nodiscard]] boost::json::array texts(const std::vector<planned_text>& texts) const
    {
        boost::json::array out;
        for (const planned_text& text : texts) {
            boost::json::object one;
            one[key_name::name] = text.name;
            if (text.text.is_secret()) {
                one["value"] = plan_json::value(text.text);
            }
            if (!text.values.empty()) {
                one["placeholders"] = values(text.parsed, text.values, text.name);
            }
            out.push_back(std::move(one));
        }
        return out;
    }

    const plan& plan_;
    const planned_resource& resource_;
};

} // namespace plan_json

} // namespace detail

COREST_DECL boost::json::value to_json(const plan& p)
{
    boost::json::object out;
    out[detail::key_name::base_url] = detail::plan_json::value(p.client.base_url);
    out[detail::key_name::auth] = detail::plan_json::auth(p.client.auth);
    out[detail::key_name::retry] = detail::show_settings(detail::fields_of<detail::retry_keys>, &p.client.retry);
    for (auto& setting : detail::show_changes(detail::fields_of<detail::client_keys>, &p.client)) {
        out[setting.key()] = std::move(setting.value());
    }
    boost::json::array resources;
    for (const planned_resource& r : p.resources) {
        resources.push_back(detail::plan_json::resource_json(p, r).write());
    }
    out[detail::key_name::resources] = std::move(resources);
    out["warnings"] = detail::plan_json::texts(p.warnings);
    return out;
}

} // namespace corest::source

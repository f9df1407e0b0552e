#pragma once

#include <corest/source/plan/plan_hash.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/detail/sha256.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/incremental_keys.hpp>
#include <corest/source/schema/secret_formula.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <array>
#include <chrono>
#include <string_view>
#include <vector>

namespace corest::source {

namespace detail {

/// What counts of a plan's parts.
namespace hashed_plan {

[[nodiscard]] COREST_DECL boost::json::value text(const source_text& given)
{
    boost::json::array out;
    out.emplace_back(given.is_secret() ? "secret" : "literal");
    out.emplace_back(given.is_secret() ? given.secret_name() : std::string(given.value().reveal()));
    return out;
}

[[nodiscard]] COREST_DECL boost::json::array values(const std::vector<planned_value>& values)
{
    boost::json::array out;
    for (const planned_value& v : values) {
        out.push_back(v.binding ? boost::json::value(*v.binding) : text(v.constant));
    }
    return out;
}

[[nodiscard]] COREST_DECL boost::json::array texts(const std::vector<planned_text>& texts, bool are_headers)
{
    boost::json::array out;
    for (const planned_text& t : texts) {
        boost::json::array one;
        one.emplace_back(t.name);
        if (!are_headers || !is_credential_name(t.name)) {
            one.push_back(text(t.text));
            one.push_back(values(t.values));
        }
        out.push_back(std::move(one));
    }
    return out;
}

[[nodiscard]] COREST_DECL boost::json::array bindings(const planned_resource& r)
{
    boost::json::array out;
    for (const planned_binding& b : r.bindings) {
        boost::json::array one;
        one.emplace_back(b.placeholder);
        one.emplace_back(b.resource);
        one.emplace_back(b.field);
        one.push_back(b.inherited ? boost::json::value(*b.inherited) : nullptr);
        one.emplace_back(b.infers_field());
        out.push_back(std::move(one));
    }
    return out;
}

[[nodiscard]] COREST_DECL boost::json::object resource(const plan& p, const planned_resource& r)
{
    const resource_config& config = r.config;
    boost::json::object out;
    out["name"] = config.name;
    out["parent"] = r.parent ? boost::json::value(p.resources[*r.parent].config.name) : nullptr;
    out["stored"] = r.stored;
    out["table"] = config.table_name;
    out["disposition"] = std::string(to_string(config.disposition));
    out["key"] = boost::json::value_from(config.primary_key);
    if (!config.merge_key.empty()) {
        out["merge_key"] = boost::json::value_from(config.merge_key);
    }
    out["method"] = config.method;
    out["path"] = config.path.text();
    out["path_values"] = values(r.path_values);
    out["params"] = texts(r.params, false);
    out["headers"] = texts(r.headers, true);
    out["json"] = config.json ? *config.json : nullptr;
    out["json_texts"] = texts(r.json_texts, false);
    out["bindings"] = bindings(r);
    out["records"] = records_text(config);
    if (const std::string form = config.decoder.text(); !form.empty()) {
        out["decoder"] = form;
    }
    if (config.poll) {
        out["poll"] = config.poll->text();
        out["poll_paths"] = texts(r.poll_paths, false);
    }
    out["schema"] = config.schema ? boost::json::value(config.schema->version_hash()) : nullptr;
    out["pages"] = config.paginator.text;
    if (config.incremental) {
        out["incremental"] = show_settings(fields_of<incremental_keys>, &*config.incremental);
        out["begins_anew"] = config.incremental->rules.begins_anew;
    }
    if (config.naming != corest::schema::naming::direct) {
        out["naming"] = to_string(config.naming);
    }
    if (config.load_columns) {
        out["load_columns"] = true;
    }
    if (config.max_table_nesting != 0) {
        out["max_table_nesting"] = config.max_table_nesting;
    }
    boost::json::array rules;
    for (const response_rule& rule : config.response_rules) {
        rules.emplace_back(rule.text());
    }
    out["rules"] = std::move(rules);
    boost::json::array steps;
    for (const record_step& step : config.steps) {
        steps.emplace_back(step.text());
    }
    out["steps"] = std::move(steps);
    out["seed"] = config.seed ? *config.seed : nullptr;
    out["form"] = texts(r.form_texts, false);
    if (config.paging_reset.after_pages != 0 || config.paging_reset.after_records != 0) { // positions count from there
        boost::json::array reset;
        reset.emplace_back(config.paging_reset.after_pages);
        reset.emplace_back(config.paging_reset.after_records);
        out["paging_reset"] = std::move(reset);
    }
    if (config.group_size != 1) {
        out["group_size"] = config.group_size;
    }
    if (config.skips_lacking_parents) {
        out["skips_lacking_parents"] = true;
    }
    return out;
}

[[nodiscard]] COREST_DECL boost::json::object whole(const plan& p, std::uint64_t limit)
{
    boost::json::object all;
    // What it is where the environment says it is told by the source's name.
    if (p.client.base_url.is_secret()) {
        all["base_url"] = secret_label(p.client.base_url.secret_name());
    } else {
        all["base_url"] = text(p.client.base_url);
    }
    all["limit"] = limit;
    boost::json::array resources;
    for (const planned_resource& r : p.resources) {
        resources.push_back(resource(p, r));
    }
    all["resources"] = std::move(resources);
    return all;
}

/// The source that a URL names, however that is written: the same scheme and host in other letters, and a slash at the
/// end, are the same source.
[[nodiscard]] COREST_DECL std::string source_url(std::string_view base_url)
{
    const corest::detail::url_parts parts = corest::detail::split_url(base_url);
    std::string name = (parts.tls ? "https://" : "http://") + parts.authority() + parts.target;
    while (name.ends_with('/')) {
        name.pop_back();
    }
    return redact_url(name);
}

/// Times for which different ways to make a date of them give different dates: in the one a month is 31 days ago, in
/// the other 30.
constexpr std::array<std::chrono::sys_seconds, 2> times = {
    std::chrono::sys_days(std::chrono::year(2001) / 2 / 3) + std::chrono::seconds(14'829),
    std::chrono::sys_days(std::chrono::year(2023) / 7 / 18) + std::chrono::seconds(49'663)};

} // namespace hashed_plan

} // namespace detail

COREST_DECL std::string plan_hash(const plan& p, std::uint64_t limit)
{
    using namespace detail::hashed_plan;
    std::string text;
    if (p.at) {
        for (const std::chrono::sys_seconds time : times) {
            text += boost::json::serialize(whole(p.at(time), limit));
        }
    } else {
        text = boost::json::serialize(whole(p, limit));
    }
    return corest::detail::hexadecimal(corest::detail::sha256_of(text));
}

COREST_DECL std::string source_name(const plan& p)
{
    const source_text& url = p.client.base_url;
    const std::string& address = url.value().reveal();
    std::string out = url.is_secret() ? "secret " + detail::secret_label(url.secret_name()) : std::string();
    if (!url.is_secret()) {
        out = detail::hashed_plan::source_url(address);
    } else if (!address.empty()) {
        const std::string digest =
            corest::detail::hexadecimal(corest::detail::sha256_of(detail::hashed_plan::source_url(address)));
        out += ", whose SHA-256 begins with " + digest.substr(0, 16);
    }
    for (const auto& [name, value] : p.constants) {
        out += ", " + name + "=" + value;
    }
    return out;
}

} // namespace corest::source

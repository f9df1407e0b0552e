#pragma once

#include <corest/source/plan/plan.hpp>

#include <corest/source/schema/dictionary.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

COREST_DECL std::string joined(const std::vector<std::string>& parts, std::string_view separator = ", ")
{
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out += (i == 0 ? "" : std::string(separator)) + parts[i];
    }
    return out;
}

/// "the secret access_token", or the literal where it is none to hide.
COREST_DECL std::string shown(const source_text& text)
{
    return text.is_secret() ? "the secret " + text.secret_name() : text.value().reveal();
}

/// The names of the secrets that an `auth` takes.
COREST_DECL std::vector<std::string> secret_names(auth_config auth)
{
    std::vector<std::string> out;
    auth.for_each_text([&](const source_text& text) {
        if (text.is_secret()) {
            out.push_back(text.secret_name());
        }
    });
    return out;
}

COREST_DECL std::string auth_text(const auth_config& auth)
{
    std::string out(auth.name_of_kind());
    if (auth.what == auth_config::kind::api_key) {
        using enum api_key::location;
        out += std::string(auth.location == header ? " in the header "
                       : auth.location == query    ? " in the query as "
                                                   : " in the cookie ")
            + auth.name;
    }
    const auto names = secret_names(auth);
    return names.empty() ? out : out + (names.size() == 1 ? ", secret " : ", secrets ") + joined(names);
}

COREST_DECL std::string_view reason_name(planned_binding::reason why) noexcept
{
    switch (why) {
    case planned_binding::reason::named:
        return "named";
    case planned_binding::reason::same_path:
        return "same_path";
    case planned_binding::reason::segment:
        return "segment";
    case planned_binding::reason::inherited:
        return "inherited";
    case planned_binding::reason::included:
        return "included";
    }
    return {};
}

/// The segment of the path before the placeholder that a binding was made for.
COREST_DECL std::string segment_before(const planned_resource& r, const planned_binding& b)
{
    const auto gaps = r.config.path.placeholders();
    for (std::size_t k = 0; k < r.path_values.size(); ++k) {
        if (r.path_values[k].binding && &r.bindings[*r.path_values[k].binding] == &b) {
            std::string before = gaps[k].before;
            before.resize(std::min(before.size(), before.find_last_not_of('/') + 1));
            return before.substr(before.rfind('/') + 1);
        }
    }
    return {};
}

COREST_DECL bool path_ends_in(const path_template& path, const std::string& segment)
{
    std::string text = path.text();
    text.resize(std::min(text.size(), text.find_first_of("?#")));
    text.resize(text.find_last_not_of('/') + 1);
    return text == segment || text.ends_with("/" + segment);
}

/// Why a placeholder is filled as it is, for people.
COREST_DECL std::string reason_text(const plan& p, const planned_resource& r, const planned_binding& b)
{
    switch (b.why) {
    case planned_binding::reason::named:
        return "named in the dictionary";
    case planned_binding::reason::same_path:
        return "inferred: " + b.resource + " is at the path before it";
    case planned_binding::reason::segment: {
        const resource_config& parent = p.resources[*r.parent].config;
        const std::string segment = segment_before(r, b);
        return path_ends_in(parent.path, segment)
            ? "inferred: the path of " + parent.name + " ends in '" + segment + "'"
            : "inferred: it has the name '" + segment + "'";
    }
    case planned_binding::reason::inherited:
        return "taken over from " + p.resources[*r.parent].config.name;
    case planned_binding::reason::included:
        return "include_from_parent";
    }
    return {};
}

COREST_DECL std::string value_text(const plan& p, const planned_resource& r, const planned_value& value)
{
    if (!value.binding) {
        return shown(value.constant) + " (" + value.origin + ")";
    }
    const planned_binding& b = r.bindings[*value.binding];
    return b.resource + "." + b.field + " (" + reason_text(p, r, b) + ")";
}

/// One line per placeholder, parameter and so on.
COREST_DECL std::vector<std::string> resource_lines(const plan& p, const planned_resource& r)
{
    std::vector<std::string> out;
    out.push_back(r.config.method + " " + r.config.path.text());
    const auto gaps = r.config.path.placeholders();
    for (std::size_t k = 0; k < gaps.size(); ++k) {
        out.push_back("  " + gaps[k].text() + " = " + value_text(p, r, r.path_values[k]));
    }
    const auto add_texts = [&](const std::vector<planned_text>& texts, const std::string& what) {
        std::vector<std::string> names;
        for (const planned_text& text : texts) {
            names.push_back(
                text.text.is_secret() ? text.name + " (the secret " + text.text.secret_name() + ")" : text.name);
        }
        if (!names.empty()) {
            out.push_back(what + ": " + joined(names));
        }
        for (const planned_text& text : texts) {
            for (std::size_t k = 0; k < text.values.size(); ++k) {
                out.push_back("  " + text.parsed.placeholders()[k].text() + " = " + value_text(p, r, text.values[k]));
            }
        }
    };
    add_texts(r.params, "query");
    add_texts(r.headers, "headers");
    if (r.config.json) {
        out.push_back("JSON body");
        for (const planned_text& text : r.json_texts) {
            for (std::size_t k = 0; k < text.values.size(); ++k) {
                out.push_back("  " + text.parsed.placeholders()[k].text() + " at " + text.name + " = "
                    + value_text(p, r, text.values[k]));
            }
        }
    }
    if (r.config.auth) {
        out.push_back("auth: " + auth_text(*r.config.auth));
    }
    out.push_back("pages: " + r.config.paginator.text);
    out.push_back("records: " + r.config.records.path.text());
    if (!r.config.ignored_statuses.empty()) {
        std::vector<std::string> statuses;
        for (const unsigned status : r.config.ignored_statuses) {
            statuses.push_back(std::to_string(status));
        }
        out.push_back("ignored: status " + joined(statuses));
    }
    if (!r.stored) {
        out.emplace_back("not stored: read only because of its children");
        return out;
    }
    const table t = r.destination_table();
    std::string line = "table: " + t.name + ", " + std::string(to_string(t.disposition));
    if (!t.primary_key.empty()) {
        line += (t.disposition == write_disposition::merge ? " on " : ", key ") + joined(t.primary_key);
    }
    if (!t.binding_columns.empty()) {
        line += ", with " + joined(t.binding_columns);
    }
    out.push_back(std::move(line));
    return out;
}

COREST_DECL void append_tree(std::string& out, const plan& p, std::size_t n, const std::string& indent, bool last)
{
    const planned_resource& r = p.resources[n];
    const bool root = r.depth == 0;
    out += indent + (root ? "" : last ? "└─ " : "├─ ") + r.config.name + "\n";
    const std::string below = indent + (root ? "" : last ? "   " : "│  ");
    for (const std::string& line : resource_lines(p, r)) {
        out += below + (r.children.empty() ? "   " : "│  ") + line + "\n";
    }
    for (std::size_t k = 0; k < r.children.size(); ++k) {
        append_tree(out, p, r.children[k], below, k + 1 == r.children.size());
    }
}

COREST_DECL boost::json::array texts_json(const std::vector<std::string>& texts)
{
    boost::json::array out;
    for (const std::string& text : texts) {
        out.emplace_back(boost::json::string_view(text));
    }
    return out;
}

COREST_DECL boost::json::value secret_json(const std::string& name)
{
    boost::json::object out;
    out["$secret"] = name;
    return out;
}

COREST_DECL boost::json::object auth_json(const auth_config& auth)
{
    boost::json::object out;
    out["type"] = boost::json::string_view(auth.name_of_kind().data(), auth.name_of_kind().size());
    out["secrets"] = texts_json(secret_names(auth));
    return out;
}

COREST_DECL boost::json::object value_json(
    const planned_resource& r, const std::string& placeholder_name, const planned_value& value)
{
    boost::json::object out;
    out["placeholder"] = placeholder_name;
    if (!value.binding) {
        out["constant"] = value.constant.is_secret()
            ? secret_json(value.constant.secret_name())
            : boost::json::value(boost::json::string_view(value.constant.value().reveal()));
        out["origin"] = value.origin;
        return out;
    }
    const planned_binding& b = r.bindings[*value.binding];
    const std::string_view why = reason_name(b.why);
    out["resource"] = b.resource;
    out["field"] = b.field;
    out["reason"] = boost::json::string_view(why.data(), why.size());
    return out;
}

COREST_DECL boost::json::array planned_texts_json(const planned_resource& r, const std::vector<planned_text>& texts)
{
    boost::json::array out;
    for (const planned_text& text : texts) {
        boost::json::object one;
        one["name"] = text.name;
        if (text.text.is_secret()) {
            one["value"] = secret_json(text.text.secret_name());
        }
        boost::json::array values;
        for (std::size_t k = 0; k < text.values.size(); ++k) {
            values.push_back(value_json(r, text.parsed.placeholders()[k].name, text.values[k]));
        }
        if (!values.empty()) {
            one["placeholders"] = std::move(values);
        }
        out.push_back(std::move(one));
    }
    return out;
}

COREST_DECL boost::json::object resource_json(const plan& p, const planned_resource& r)
{
    const table t = r.destination_table();
    const std::string_view disposition = to_string(t.disposition);
    boost::json::object out;
    out["name"] = r.config.name;
    out["parent"] =
        r.parent ? boost::json::value(boost::json::string_view(p.resources[*r.parent].config.name)) : nullptr;
    out["depth"] = r.depth;
    out["stored"] = r.stored;
    out["method"] = r.config.method;
    out["path"] = r.config.path.text();
    boost::json::array values;
    for (std::size_t k = 0; k < r.path_values.size(); ++k) {
        values.push_back(value_json(r, r.config.path.placeholders()[k].name, r.path_values[k]));
    }
    out["placeholders"] = std::move(values);
    out["params"] = planned_texts_json(r, r.params);
    out["headers"] = planned_texts_json(r, r.headers);
    if (r.config.json) {
        out["json"] = planned_texts_json(r, r.json_texts);
    }
    if (r.config.auth) {
        out["auth"] = auth_json(*r.config.auth);
    }
    out["pages"] = r.config.paginator.text;
    out["records"] = r.config.records.path.text();
    boost::json::array ignored;
    for (const unsigned status : r.config.ignored_statuses) {
        ignored.emplace_back(status);
    }
    out["ignored_statuses"] = std::move(ignored);
    out["table"] = t.name;
    out["write_disposition"] = boost::json::string_view(disposition.data(), disposition.size());
    out["primary_key"] = texts_json(t.primary_key);
    out["parent_columns"] = texts_json(t.binding_columns);
    return out;
}

/// A number without a fraction where it has none.
COREST_DECL boost::json::value plain_number(double d)
{
    return d == std::floor(d) && std::abs(d) < 1e15 ? boost::json::value(static_cast<std::int64_t>(d))
                                                    : boost::json::value(d);
}

} // namespace detail

COREST_DECL std::string to_text(const plan& p)
{
    std::string out = detail::shown(p.client.base_url) + "\n";
    out += "auth: " + detail::auth_text(p.client.auth) + "\n";
    std::vector<std::string> statuses;
    for (const unsigned status : p.client.retry.status_codes) {
        statuses.push_back(std::to_string(status));
    }
    out += "retry: ";
    out += p.client.retry.max_retries == 0 ? "never"
                                           : "up to " + std::to_string(p.client.retry.max_retries) + " times"
            + (statuses.empty() ? "" : " on " + detail::joined(statuses)) + " and lost connections, backoff factor "
            + detail::number_text(p.client.retry.backoff_factor) + " s";
    out += "\n";
    for (const std::size_t root : p.roots) {
        out += "\n";
        detail::append_tree(out, p, root, {}, true);
    }
    for (std::size_t i = 0; i < p.warnings.size(); ++i) {
        out += (i == 0 ? "\n" : "") + ("warning: " + p.warnings[i]) + "\n";
    }
    return out;
}

COREST_DECL boost::json::value to_json(const plan& p)
{
    boost::json::object out;
    const source_text& base = p.client.base_url;
    out["base_url"] = base.is_secret() ? detail::secret_json(base.secret_name())
                                       : boost::json::value(boost::json::string_view(base.value().reveal()));
    out["auth"] = detail::auth_json(p.client.auth);
    boost::json::object retry;
    boost::json::array statuses;
    for (const unsigned status : p.client.retry.status_codes) {
        statuses.emplace_back(status);
    }
    retry["status_codes"] = std::move(statuses);
    retry["max_retries"] = p.client.retry.max_retries;
    retry["backoff_factor"] = detail::plain_number(p.client.retry.backoff_factor);
    out["retry"] = std::move(retry);
    boost::json::array resources;
    for (const planned_resource& r : p.resources) {
        resources.push_back(detail::resource_json(p, r));
    }
    out["resources"] = std::move(resources);
    out["warnings"] = detail::texts_json(p.warnings);
    return out;
}

} // namespace corest::source

#pragma once

#include <corest/source/schema/source_config.hpp>

#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/known_keys.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

namespace corest::source {

namespace detail {

/// The size_t at a key, at least 1.
COREST_DECL std::optional<std::size_t> read_count(const dictionary& from, std::string_view key)
{
    constexpr std::int64_t most = 10'000;
    const auto value = from.integer(key, 1, most);
    return value ? std::optional(static_cast<std::size_t>(*value)) : std::nullopt;
}

COREST_DECL std::chrono::milliseconds seconds(double s)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(s));
}

/// Reads `headers`, layer by layer: the resource's own over the defaults.
COREST_DECL std::vector<named_text> read_headers(const dictionary& from)
{
    std::vector<named_text> out;
    for (std::size_t layer = 0; layer < from.layers(); ++layer) {
        const auto at = from.get_in(layer, "headers");
        if (!at) {
            continue;
        }
        const auto* object = at->value->if_object();
        if (object == nullptr) {
            from.problem(*at, "expected an object, found " + type_name(*at->value));
            continue;
        }
        for (const auto& member : *object) {
            const std::string name(member.key());
            const located where(&member.value(), join_key(at->path, name), at->owner);
            const bool known =
                std::any_of(out.begin(), out.end(), [&](const named_text& h) { return iequals(h.name, name); });
            if (known || member.value().is_null()) {
                continue;
            }
            source_text value = member.value().is_number() ? source_text(number_text(member.value()))
                                                           : read_text(from.problems(), where, true);
            try {
                corest::headers checked;
                checked.set(name, value.value().reveal());
                out.emplace_back(name, std::move(value), where.path);
            } catch (const error&) {
                from.problem(where, "is no header field: its name must be a token, and its value one line (RFC 9110)");
            }
        }
        // A header's explicit null in the resource removes the default, so defaults are not looked at for that name.
        if (layer == 0 && from.layers() > 1) {
            for (const auto& member : *object) {
                if (member.value().is_null()) {
                    out.emplace_back(std::string(member.key()), source_text(), std::string());
                }
            }
        }
    }
    out.erase(std::remove_if(out.begin(), out.end(), [](const named_text& h) { return !h.value.given(); }), out.end());
    return out;
}

COREST_DECL retry_config read_retry(const dictionary& client)
{
    retry_config out;
    const auto at = client.get("retry");
    if (!at) {
        return out;
    }
    const boost::json::object nothing;
    if (!at->value->is_object()) {
        client.problem(*at, "expected an object, found " + type_name(*at->value));
        return out;
    }
    const dictionary from(client.problems(), at->value->get_object(), at->path, at->owner);
    from.check_keys(retry_keys);
    out.max_retries = static_cast<unsigned>(from.integer("max_retries", 0, 100).value_or(out.max_retries));
    out.backoff_factor = from.number("backoff_factor").value_or(out.backoff_factor);
    out.max_wait = from.number("max_wait").value_or(out.max_wait);
    out.retry_after_limit = from.number("retry_after_limit").value_or(out.retry_after_limit);
    out.jitter = from.boolean("jitter").value_or(out.jitter);
    if (const auto codes = from.get("status_codes")) {
        out.status_codes.clear();
        const auto* list = codes->value->if_array();
        if (list == nullptr) {
            from.problem(*codes, "expected a list of statuses, found " + type_name(*codes->value));
            return out;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            const auto* status = (*list)[i].if_int64();
            if (status == nullptr || *status < 100 || *status > 599) {
                from.problems().add(codes->path + "[" + std::to_string(i) + "]", codes->owner,
                    "expected a status from 100 to 599, found " + type_name((*list)[i]));
            } else {
                out.status_codes.push_back(static_cast<unsigned>(*status));
            }
        }
    }
    return out;
}

/// `timeout`: one number of seconds for each step, or an object with one for each.
COREST_DECL void read_timeout(const dictionary& client, time_limits& limits)
{
    const auto at = client.get("timeout");
    if (!at) {
        return;
    }
    if (const auto* object = at->value->if_object()) {
        const dictionary from(client.problems(), *object, at->path, at->owner);
        from.check_keys(timeout_keys);
        const auto read = [&](std::string_view key, std::chrono::milliseconds& into) {
            if (const auto value = from.number(key)) {
                into = seconds(*value);
            }
        };
        read("resolve", limits.resolve);
        read("connect", limits.connect);
        read("tls", limits.tls);
        read("first_byte", limits.first_byte);
        read("idle", limits.idle);
        read("total", limits.total);
    } else if (const auto value = client.number("timeout")) {
        const auto each = seconds(*value);
        limits.resolve = limits.connect = limits.tls = limits.first_byte = limits.idle = each;
    }
}

COREST_DECL std::string base_url_fault(const std::string& url)
{
    const auto scheme = url.find("://");
    const auto end = url.find_first_of("/?#", scheme == std::string::npos ? 0 : scheme + 3);
    if (scheme != std::string::npos && url.substr(0, end).find('@') != std::string::npos) {
        return "holds a user name or password; give them as client.auth of the type http_basic";
    }
    try {
        (void)origin_of(url);
    } catch (const error&) {
        return "is no absolute http or https URL";
    }
    if (url.find_first_of("?#", scheme + 3) != std::string::npos) {
        return "has a query or fragment; give query parameters in resource_defaults.endpoint.params";
    }
    return {};
}

COREST_DECL client_config read_client(const dictionary& from)
{
    client_config out;
    from.check_keys(client_keys, other_client_keys);
    if (!from.get("base_url")) {
        from.missing("base_url", "write the API's address, or give it with --set client.base_url=URL");
    }
    out.base_url = from.text_or_secret("base_url");
    if (out.base_url.given() && !out.base_url.is_secret()) {
        if (const auto fault = base_url_fault(out.base_url.value().reveal()); !fault.empty()) {
            from.problem(*from.get("base_url"), fault);
        }
    }
    out.headers = read_headers(from);
    if (const auto auth = from.get("auth")) {
        out.auth = read_auth(from.problems(), *auth);
    }
    if (const auto paginator = from.get("paginator")) {
        (void)read_paginator(from.problems(), *paginator); // resources read it again; here its problems are found once
    }
    out.retry = read_retry(from);
    read_timeout(from, out.http.limits);
    out.http.verify_peer = from.boolean("verify").value_or(true);
    out.http.ca_file = from.text("ca_file").value_or("");
    out.proxy = from.text_or_secret("proxy");
    if (out.proxy.given() && !out.proxy.is_secret()) {
        out.http.proxy = out.proxy.value().reveal();
    }
    out.concurrency = read_count(from, "concurrency");
    if (const auto origins = from.texts("allowed_origins")) {
        for (const std::string& origin : *origins) {
            try {
                out.http.allowed_origins.push_back(origin_of(origin));
            } catch (const error&) {
                from.problem(*from.get("allowed_origins"),
                    "expected origins such as \"https://files.example.com\", found something else");
            }
        }
    }
    return out;
}

/// Reads `params`: the resource's own, then those defaults that it does not mention.
COREST_DECL void read_params(const dictionary& endpoint, resource_config& into)
{
    std::set<std::string> seen;
    for (std::size_t layer = 0; layer < endpoint.layers(); ++layer) {
        const auto at = endpoint.get_in(layer, "params");
        if (!at) {
            continue;
        }
        const auto* object = at->value->if_object();
        if (object == nullptr) {
            endpoint.problem(*at, "expected an object, found " + type_name(*at->value));
            continue;
        }
        for (const auto& member : *object) {
            const std::string name(member.key());
            if (!seen.insert(name).second) {
                continue;
            }
            const located where(&member.value(), join_key(at->path, name), at->owner);
            const auto add = [&](const boost::json::value& v, const located& place) {
                if (v.is_null()) {
                    return; // removes a default
                }
                if (v.is_number()) {
                    into.params.emplace_back(name, source_text(number_text(v)), place.path);
                } else if (const auto* flag = v.if_bool()) {
                    into.params.emplace_back(name, source_text(std::string(*flag ? "true" : "false")), place.path);
                } else if (v.is_string() || secret_reference(v)) {
                    into.params.emplace_back(name, read_text(endpoint.problems(), place, true), place.path);
                } else {
                    endpoint.problem(place, "expected text, a number, true, false or a secret, found " + type_name(v));
                }
            };
            const auto* inner = member.value().if_object();
            if (const auto* list = member.value().if_array()) {
                for (std::size_t i = 0; i < list->size(); ++i) {
                    add((*list)[i], located(&(*list)[i], where.path + "[" + std::to_string(i) + "]", where.owner));
                }
            } else if (inner != nullptr && !secret_reference(member.value())) {
                const dictionary param(endpoint.problems(), *inner, where.path, where.owner);
                const auto type = param.text("type");
                if (type && *type == "incremental") {
                    endpoint.problem(where,
                        "corest does not support incremental parameters; remove it: every run reads the "
                        "whole collection, and merge keeps one row per primary_key");
                } else if (!type || *type != "resolve") {
                    endpoint.problem(
                        where, "expected a value, or {\"type\": \"resolve\", \"resource\": ..., \"field\": ...}");
                } else {
                    param.check_keys(resolve_keys);
                    const auto resource = param.text("resource");
                    const auto field = param.text("field");
                    if (!param.get("resource")) {
                        param.missing("resource", "write the parent's name");
                    }
                    if (!param.get("field")) {
                        param.missing("field", "write the parent's field");
                    }
                    if (resource && field) {
                        into.resolves.emplace_back(name, *resource, *field, where.path);
                    }
                }
            } else {
                add(member.value(), where);
            }
        }
    }
}

/// Reads `json`: an object is merged with the defaults' object, key by key.
COREST_DECL void read_json_body(const dictionary& endpoint, resource_config& into)
{
    const auto at = endpoint.get("json");
    if (!at) {
        return;
    }
    if (!at->value->is_object() && !at->value->is_array()) {
        endpoint.problem(*at, "expected an object or a list, found " + type_name(*at->value));
        return;
    }
    into.json = *at->value;
    if (!into.json->is_object()) {
        return;
    }
    for (std::size_t layer = 0; layer < endpoint.layers(); ++layer) {
        const auto other = endpoint.get_in(layer, "json");
        if (!other || other->value == at->value || !other->value->is_object()) {
            continue;
        }
        for (const auto& member : other->value->get_object()) {
            into.json->get_object().emplace(member.key(), member.value()); // keeps what is there
        }
    }
}

COREST_DECL void read_response_actions(const dictionary& endpoint, resource_config& into)
{
    const auto at = endpoint.get("response_actions");
    if (!at) {
        return;
    }
    const auto* list = at->value->if_array();
    if (list == nullptr) {
        endpoint.problem(*at,
            "expected a list such as [{\"status_code\": 404, \"action\": \"ignore\"}], found " + type_name(*at->value));
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const located where(&(*list)[i], at->path + "[" + std::to_string(i) + "]", at->owner);
        const auto* object = where.value->if_object();
        if (object == nullptr) {
            endpoint.problem(
                where, "expected {\"status_code\": 404, \"action\": \"ignore\"}, found " + type_name(*where.value));
            continue;
        }
        const dictionary from(endpoint.problems(), *object, where.path, where.owner);
        from.check_keys(response_action_keys, other_response_action_keys);
        const auto action = from.text("action");
        if (!from.get("action")) {
            from.missing("action", "the one that is known is \"ignore\"");
        } else if (action && *action != "ignore") {
            from.problem(
                *from.get("action"), "unknown action " + in_quotes(*action) + "; the one that is known is 'ignore'");
        }
        if (!from.get("status_code")) {
            from.missing("status_code");
        }
        if (const auto status = from.integer("status_code", 100, 599); status && action && *action == "ignore") {
            into.ignored_statuses.push_back(static_cast<unsigned>(*status));
        }
    }
}

COREST_DECL void read_write_disposition(const dictionary& from, resource_config& into)
{
    constexpr std::array<std::string_view, 3> known = {"append", "replace", "merge"};
    auto at = from.get("write_disposition");
    if (!at) {
        return;
    }
    std::optional<std::string> name;
    if (const auto* object = at->value->if_object()) {
        const dictionary inner(from.problems(), *object, at->path, at->owner);
        inner.check_keys(write_disposition_keys);
        name = inner.text("disposition");
        if (!inner.get("disposition")) {
            inner.missing("disposition");
        }
        const auto strategy = inner.text("strategy");
        if (strategy && *strategy != "upsert" && *strategy != "delete-insert") {
            inner.problem(*inner.get("strategy"),
                "unknown strategy " + in_quotes(*strategy)
                    + "; corest merges as 'upsert' and 'delete-insert' do: "
                      "the last row of a primary key wins");
        }
        if (const auto disposition = inner.get("disposition")) {
            at = disposition;
        }
    } else {
        name = from.text("write_disposition");
    }
    if (!name) {
        return;
    }
    if (*name == "append") {
        into.disposition = write_disposition::append;
    } else if (*name == "replace") {
        into.disposition = write_disposition::replace;
    } else if (*name == "merge") {
        into.disposition = write_disposition::merge;
    } else if (*name == "skip") {
        from.problem(*at, "corest does not support 'skip'; write \"selected\": false");
    } else {
        from.problem(*at, "unknown write disposition " + in_quotes(*name) + suggestion(*name, known, "one"));
    }
}

/// The paginator: the endpoint's, else the defaults', else the client's. An explicit null means `auto`.
COREST_DECL paginator_config choose_paginator(const dictionary& endpoint, const dictionary& client)
{
    if (const auto at = endpoint.find("paginator")) {
        return read_paginator(endpoint.problems(), *at);
    }
    if (const auto at = client.find("paginator")) {
        return read_paginator(client.problems(), *at);
    }
    return {};
}

COREST_DECL void read_endpoint(const dictionary& endpoint, const dictionary& client, resource_config& into)
{
    endpoint.check_keys(endpoint_keys, other_endpoint_keys);
    const auto path = endpoint.find("path");
    const std::string path_key = path ? path->path : endpoint.path_of("path");
    std::string text = into.name; // as in dlt
    if (path && !path->value->is_null()) {
        // An empty path is the base URL itself.
        if (const auto* given = path->value->if_string()) {
            text = std::string(*given);
        } else {
            endpoint.problem(*path, "expected text, found " + type_name(*path->value));
            text.clear();
        }
    }
    try {
        into.path = path_template(text);
    } catch (const error& e) {
        endpoint.problems().add(path_key, into.name, said_by(e));
    }
    if (const auto method = endpoint.text("method")) {
        std::string upper = *method;
        std::transform(upper.begin(), upper.end(), upper.begin(),
            [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        if (upper == "GET" || upper == "POST") {
            into.method = upper;
        } else {
            endpoint.problem(*endpoint.get("method"), "expected GET or POST, found " + in_quotes(*method));
        }
    }
    read_params(endpoint, into);
    into.headers = read_headers(endpoint);
    read_json_body(endpoint, into);
    into.paginator = choose_paginator(endpoint, client);
    if (const auto records = read_json_path(endpoint, "data_selector")) {
        into.records = selector(*records);
    }
    read_response_actions(endpoint, into);
    if (const auto auth = endpoint.get("auth")) {
        into.auth = read_auth(endpoint.problems(), *auth);
    }
}

/// One resource over its defaults. \pre `own` has the resource's layer first, then that of the defaults if there are
/// any
COREST_DECL resource_config read_resource(const dictionary& own, const dictionary& client, std::string key_path)
{
    resource_config out;
    out.key_path = std::move(key_path);
    own.check_keys(resource_keys, other_resource_keys);
    out.name = own.owner();
    out.table_name = own.text("table_name").value_or(out.name);
    read_write_disposition(own, out);
    out.primary_key = own.texts("primary_key").value_or(std::vector<std::string>());
    out.include_from_parent = own.texts("include_from_parent").value_or(std::vector<std::string>());
    out.selected = own.boolean("selected").value_or(true);
    out.concurrency = read_count(own, "concurrency");

    // The endpoint's layers: an object each, or just a path, or nothing.
    std::array<boost::json::object, 2> short_forms;
    dictionary endpoint(own.problems());
    for (std::size_t layer = 0; layer < own.layers(); ++layer) {
        const auto at = own.get_in(layer, "endpoint");
        const std::string path = layer == 0 ? join_key(out.key_path, "endpoint") : "resource_defaults.endpoint";
        const std::string owner = layer == 0 ? out.name : std::string();
        if (at && at->value->is_object()) {
            endpoint.add_layer(at->value->get_object(), path, owner);
            continue;
        }
        if (at && at->value->is_string()) {
            short_forms[layer].emplace("path", *at->value);
        } else if (at) {
            own.problem(*at, "expected an object or a path, found " + type_name(*at->value));
        }
        endpoint.add_layer(short_forms[layer], path, owner);
    }
    read_endpoint(endpoint, client, out);
    return out;
}

} // namespace detail

COREST_DECL backoff retry_config::policy() const
{
    backoff out;
    out.max_retries(max_retries)
        .factor(std::chrono::duration<double>(backoff_factor))
        .max_wait(std::chrono::duration<double>(max_wait))
        .statuses(status_codes)
        .jitter(jitter)
        .retry_after_limit(detail::seconds(retry_after_limit));
    return out;
}

COREST_DECL source_config check_source(const boost::json::value& dictionary)
{
    using detail::in_quotes;
    using detail::located;
    detail::problem_list problems;
    source_config out;
    const auto* root = dictionary.if_object();
    if (root == nullptr) {
        throw error(errc::invalid_source,
            "expected an object with client and resources, found " + detail::type_name(dictionary));
    }
    const detail::dictionary top(problems, *root, {});
    top.check_keys(detail::source_keys);

    const boost::json::object nothing;
    const auto client_at = top.get("client");
    if (!client_at) {
        top.missing("client", "write {\"base_url\": ...}, or give it with --set client.base_url=URL");
    } else if (!client_at->value->is_object()) {
        top.problem(*client_at, "expected an object, found " + detail::type_name(*client_at->value));
    }
    const bool has_client = client_at && client_at->value->is_object();
    const detail::dictionary client(problems, has_client ? client_at->value->get_object() : nothing, "client");
    if (has_client) {
        out.client = detail::read_client(client);
    }

    const auto defaults_at = top.get("resource_defaults");
    const boost::json::object* defaults = nullptr;
    if (defaults_at) {
        defaults = defaults_at->value->if_object();
        if (defaults == nullptr) {
            top.problem(*defaults_at, "expected an object, found " + detail::type_name(*defaults_at->value));
        } else if (defaults->contains("name")) {
            problems.add("resource_defaults.name", {}, "every resource needs a name of its own");
        }
    }

    const auto list_at = top.get("resources");
    if (!list_at) {
        top.missing("resources", "write a list of resources");
    } else if (!list_at->value->is_array()) {
        top.problem(*list_at, "expected a list, found " + detail::type_name(*list_at->value));
    } else if (list_at->value->get_array().empty()) {
        top.problem(*list_at, "expected at least one resource");
    } else {
        const auto& list = list_at->value->get_array();
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string path = "resources[" + std::to_string(i) + "]";
            boost::json::object short_form; // just a name, which is the path too
            const boost::json::object* own = list[i].if_object();
            if (const auto* name = list[i].if_string()) {
                short_form.emplace("name", *name);
                own = &short_form;
            }
            if (own == nullptr || detail::secret_reference(list[i])) {
                problems.add(path, {}, "expected an object or a name, found " + detail::type_name(list[i]));
                continue;
            }
            const auto* name = own->if_contains("name");
            if (name == nullptr || !name->is_string() || name->get_string().empty()) {
                problems.add(path + ".name", {},
                    name == nullptr || name->is_null() ? "is missing"
                        : name->is_string()            ? "expected text, found an empty text"
                                                       : "expected text, found " + detail::type_name(*name));
                continue;
            }
            detail::dictionary resource(problems, *own, path, std::string(name->get_string()));
            if (defaults != nullptr) {
                resource.add_layer(*defaults, "resource_defaults", {});
            }
            out.resources.push_back(detail::read_resource(resource, client, path));
        }
    }
    problems.throw_if_any();
    out.warnings = std::move(problems.warnings);
    return out;
}

} // namespace corest::source

#pragma once

#include <corest/source/plan/plan.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/bind.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

/// Calls `f(source_text&)` for everything in a plan that may be a secret, but for the bodies.
template <class F>
void for_each_text(plan& p, F&& f)
{
    f(p.client.base_url);
    f(p.client.proxy);
    p.client.auth.for_each_text(f);
    for (planned_resource& r : p.resources) {
        if (r.config.auth) {
            r.config.auth->for_each_text(f);
        }
        for (planned_value& value : r.path_values) {
            f(value.constant);
        }
        for (auto* texts : {&r.params, &r.headers, &r.json_texts}) {
            for (planned_text& text : *texts) {
                f(text.text);
                for (planned_value& value : text.values) {
                    f(value.constant);
                }
            }
        }
    }
}

/// Puts secrets in the place of `{"$secret": name}`.
/// \param look_up makes a secret of a name and the path that needs it, or none
COREST_DECL void fill_json_secrets(boost::json::value& v, const std::string& path,
    const std::function<std::optional<secret>(const std::string&, const std::string&)>& look_up)
{
    if (const auto name = secret_reference(v)) {
        if (const auto value = look_up(*name, path)) {
            v = boost::json::string_view(value->reveal().data(), value->reveal().size());
        }
    } else if (auto* object = v.if_object()) {
        for (auto& member : *object) {
            fill_json_secrets(
                member.value(), join_key(path, std::string_view(member.key().data(), member.key().size())), look_up);
        }
    } else if (auto* list = v.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            fill_json_secrets((*list)[i], path + "[" + std::to_string(i) + "]", look_up);
        }
    }
}

[[noreturn]] COREST_DECL void throw_missing(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& missing)
{
    const auto needed_by = [](const std::vector<std::string>& paths) {
        constexpr std::size_t most = 3;
        std::string out;
        for (std::size_t i = 0; i < std::min(most, paths.size()); ++i) {
            out += (i == 0 ? "" : i + 1 == paths.size() ? " and " : ", ") + paths[i];
        }
        return paths.size() > most ? out + " and " + std::to_string(paths.size() - most) + " more" : out;
    };
    const auto [first, first_paths] = missing.front();
    if (missing.size() == 1) {
        throw error(errc::missing_secret,
            "the secret " + in_quotes(first) + " is missing; needed by " + needed_by(first_paths),
            "Set the environment variable " + secret_store::variable(first)
                + ", or name a file that has it with --secrets");
    }
    std::string text = std::to_string(missing.size()) + " secrets are missing:";
    for (const auto& [name, paths] : missing) {
        text += "\n  " + in_quotes(name) + ", needed by " + needed_by(paths) + ": environment variable "
            + secret_store::variable(name);
    }
    throw error(errc::missing_secret, text + "\nSet these, or name a file that has them with --secrets");
}

COREST_DECL bool is_credential_name(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const char* part : {"auth", "token", "key", "secret", "password", "cookie", "session"}) {
        if (name.find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// The texts that fill a template's placeholders.
COREST_DECL std::vector<std::optional<std::string>> texts_of(
    const std::vector<planned_value>& values, const std::vector<binding>& bindings)
{
    std::vector<std::optional<std::string>> out;
    out.reserve(values.size());
    for (const planned_value& value : values) {
        if (!value.binding) {
            out.emplace_back(value.constant.value().reveal());
        } else if (*value.binding < bindings.size()) {
            out.emplace_back(bindings[*value.binding].text);
        } else {
            out.emplace_back(std::nullopt);
        }
    }
    return out;
}

COREST_DECL std::string text_of(const planned_text& text, const std::vector<binding>& bindings)
{
    if (text.parsed.source().empty()) { // a secret, or sent as it is
        return text.text.value().reveal();
    }
    return text.parsed.expand(texts_of(text.values, bindings));
}

COREST_DECL std::string body_of(const planned_resource& resource, const std::vector<binding>& bindings)
{
    boost::json::value body = *resource.config.json;
    for (const planned_text& text : resource.json_texts) {
        boost::json::error_code ec;
        boost::json::value* at = body.find_pointer(boost::json::string_view(text.name), ec);
        if (at == nullptr) {
            continue;
        }
        const auto& values = text.values;
        if (text.parsed.is_one_placeholder() && values.front().binding && *values.front().binding < bindings.size()) {
            *at = boost::json::parse(bindings[*values.front().binding].json); // a number stays a number
        } else {
            *at = boost::json::string_view(text_of(text, bindings));
        }
    }
    return boost::json::serialize(body);
}

} // namespace detail

COREST_DECL void resolve_secrets(plan& p, const secret_store& store)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> missing;
    std::map<std::string, secret> found;
    const auto look_up = [&](const std::string& name, const std::string& path) -> std::optional<secret> {
        if (const auto known = found.find(name); known != found.end()) {
            return known->second;
        }
        if (auto value = store.find(name)) {
            return found.emplace(name, std::move(*value)).first->second;
        }
        auto entry = std::find_if(missing.begin(), missing.end(), [&](const auto& m) { return m.first == name; });
        if (entry == missing.end()) {
            entry = missing.emplace(missing.end(), name, std::vector<std::string>());
        }
        if (std::find(entry->second.begin(), entry->second.end(), path) == entry->second.end()) {
            entry->second.push_back(path);
        }
        return std::nullopt;
    };
    detail::for_each_text(p, [&](source_text& text) {
        if (text.is_secret()) {
            if (auto value = look_up(text.secret_name(), text.path())) {
                text.resolve(std::move(*value));
            }
        }
    });
    for (planned_resource& r : p.resources) {
        if (r.config.json) {
            detail::fill_json_secrets(*r.config.json, r.config.key_path + ".endpoint.json", look_up);
        }
    }
    if (!missing.empty()) {
        detail::throw_missing(missing);
    }
    for (const auto& [name, value] : found) {
        p.secrets.push_back(value);
    }
    if (p.client.base_url.is_secret()) {
        if (const auto fault = detail::base_url_fault(p.client.base_url.value().reveal()); !fault.empty()) {
            throw error(errc::invalid_source,
                "client.base_url: the secret " + detail::in_quotes(p.client.base_url.secret_name()) + " " + fault);
        }
        // Host and port may be named in messages; what follows may be a token.
        const std::string& url = p.client.base_url.value().reveal();
        const auto path = url.find('/', url.find("://") + 3);
        if (path != std::string::npos && path + 1 < url.size()) {
            const auto end = url.find_last_not_of('/') + 1;
            p.secrets.emplace_back(url.substr(path + 1, end - path - 1));
        }
    }
    if (p.client.proxy.is_secret()) {
        p.client.http.proxy = p.client.proxy.value().reveal();
    }
}

COREST_DECL std::vector<std::string> secret_values(const plan& p)
{
    std::vector<std::string> out;
    for (const secret& value : p.secrets) {
        out.push_back(value.reveal());
    }
    return out;
}

COREST_DECL std::vector<binding> bind_parent(const planned_resource& child, const record& parent)
{
    std::vector<binding> out;
    out.reserve(child.bindings.size());
    const std::vector<binding>& inherited = parent.page().bindings();
    for (const planned_binding& b : child.bindings) {
        if (b.inherited) {
            if (*b.inherited >= inherited.size()) {
                throw error(errc::field_missing, "the parent record is not bound to " + b.resource + "." + b.field);
            }
            const binding& from = inherited[*b.inherited];
            out.emplace_back(b.placeholder, b.resource, b.field, from.json, from.text);
        } else if (b.why == planned_binding::reason::included) {
            const auto json = parent.raw(b.field);
            if (!json) {
                try {
                    (void)parent.get<std::string>(b.field);
                } catch (const error& e) {
                    throw error(errc::field_missing,
                        "include_from_parent needs the field " + detail::in_quotes(b.field) + " of "
                            + detail::in_quotes(b.resource) + ": " + e.message());
                }
            }
            out.emplace_back(b.placeholder, b.resource, b.field, std::string(json.value_or("null")), std::string());
        } else {
            out.push_back(bind_field(parent, b.placeholder, b.resource, b.field));
        }
    }
    return out;
}

COREST_DECL request make_request(
    const planned_resource& resource, const client_config& client, const std::vector<binding>& bindings)
{
    const std::string path = resource.config.path.expand(detail::texts_of(resource.path_values, bindings));
    request out(resource.config.method, join_url(client.base_url.value().reveal(), path));
    out.idempotent = true; // a source only reads, whatever the method
    for (const planned_text& param : resource.params) {
        // Appended, not set: a list gives the same name several times.
        out.url += out.url.find('?') == std::string::npos ? '?' : '&';
        out.url += percent_encode(param.name) + "=" + percent_encode(detail::text_of(param, bindings));
    }
    for (const planned_text& field : resource.headers) {
        out.headers.set(field.name, detail::text_of(field, bindings),
            field.text.is_secret() || detail::is_credential_name(field.name));
    }
    if (resource.config.json) {
        out.body = detail::body_of(resource, bindings);
        if (!out.headers.contains("Content-Type")) {
            out.headers.set("Content-Type", "application/json");
        }
    }
    return out;
}

} // namespace corest::source

#pragma once

#include <corest/source/schema/client_keys.hpp>

#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/secret_formula.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace corest::source::detail {

COREST_DECL std::string base_url_fault(const std::string& url)
{
    if (url.find_first_of(" \t\r\n") != std::string::npos) {
        return "holds a space or a line break; remove it, or write a space as %20";
    }
    const auto scheme = url.find("://");
    const auto end = url.find_first_of("/?#", scheme == std::string::npos ? 0 : scheme + 3);
    if (scheme != std::string::npos && url.substr(0, end).find('@') != std::string::npos) {
        return "holds a user name or password; give them as " + join_key(std::string(key_name::client), key_name::auth)
            + " of the type http_basic";
    }
    try {
        (void)origin_of(url);
    } catch (const error&) {
        return "is no absolute http or https URL";
    }
    if (url.find_first_of("?#", scheme + 3) != std::string::npos) {
        return "has a query or fragment; give query parameters in "
            + join_key(std::string(key_name::resource_defaults), key_name::endpoint, key_name::params);
    }
    return {};
}

namespace rules {

COREST_DECL std::optional<source_text> base_url::read(const dictionary& input, std::string_view key)
{
    auto url = text_or_secret::read(input, key);
    if (url && url->given() && !url->is_secret()) {
        if (const auto fault = base_url_fault(url->value().reveal()); !fault.empty()) {
            input.problem(*input.get(key), fault);
        }
    }
    return url;
}

COREST_DECL void proxy::read_into(const dictionary& input, std::string_view key, client_config& client)
{
    client.proxy = input.text_or_secret(key);
    if (client.proxy.given() && !client.proxy.is_secret()) {
        client.http.proxy = client.proxy.value().reveal();
    }
}

COREST_DECL std::optional<boost::json::value> proxy::show(const client_config& client)
{
    if (!client.proxy.given()) {
        return std::nullopt;
    }
    return client.proxy.is_secret() ? boost::json::value(secret_json(without_defaults(client.proxy.secret_name())))
                                    : boost::json::value(redact_url(client.proxy.value().reveal()));
}

COREST_DECL void headers::read_into(const dictionary& input, std::string_view key, std::vector<named_text>& fields)
{
    for (std::size_t layer = 0; layer < input.layers(); ++layer) {
        const auto object_place = input.get_in(layer, key);
        if (!object_place) {
            continue;
        }
        const auto* object = object_place->value->if_object();
        if (object == nullptr) {
            input.problem(*object_place, "expected an object, found " + type_name(*object_place->value));
            continue;
        }
        for (const auto& member : *object) {
            const std::string name(member.key());
            const located place(&member.value(), join_key(object_place->path, name), object_place->owner);
            const bool known =
                std::any_of(fields.begin(), fields.end(), [&](const named_text& h) { return iequals(h.name, name); });
            if (known || member.value().is_null()) {
                continue;
            }
            source_text value = member.value().is_number() ? source_text(sent_number(member.value()))
                                                           : read_text(input.problems(), place, true);
            try {
                corest::headers checked;
                checked.set(name, value.value().reveal());
                fields.emplace_back(name, std::move(value), place.path);
            } catch (const error&) {
                input.problem(place, "is no header field: its name must be a token, and its value one line (RFC 9110)");
            }
        }
        // A header's explicit null in the resource removes the default, so defaults are not looked at for that name.
        if (layer == 0 && input.layers() > 1) {
            for (const auto& member : *object) {
                if (member.value().is_null()) {
                    fields.emplace_back(std::string(member.key()), source_text(), std::string());
                }
            }
        }
    }
    fields.erase(std::remove_if(fields.begin(), fields.end(), [](const named_text& h) { return !h.value.given(); }),
        fields.end());
}

COREST_DECL std::optional<boost::json::value> headers::show(const std::vector<named_text>& fields)
{
    std::vector<std::string> names;
    for (const named_text& one : fields) {
        names.push_back(one.name);
    }
    return setting_json(names);
}

COREST_DECL boost::json::object headers::schema(schema_writer& writer)
{
    boost::json::object out = typed("object");
    out["additionalProperties"] = any_of({typed("string"), typed("number"), writer.secret(), typed("null")});
    return out;
}

COREST_DECL std::optional<authenticator_config> auth::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    return place ? std::optional(read_authenticator(input.problems(), *place)) : std::nullopt;
}

COREST_DECL void paginator::read_into(const dictionary& input, std::string_view key, paginator_config& config)
{
    if (const auto place = input.find(key)) {
        config = read_paginator(input.problems(), *place);
    }
}

COREST_DECL std::optional<std::vector<unsigned>> statuses::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    std::vector<unsigned> out;
    const auto* list = place->value->if_array();
    if (list == nullptr) {
        input.problem(*place, "expected a list of statuses, found " + type_name(*place->value));
        return std::nullopt;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* status = (*list)[i].if_int64();
        if (status == nullptr || *status < 100 || *status > 599) {
            input.problems().add(place->path + "[" + std::to_string(i) + "]", place->owner,
                "expected a status from 100 to 599, found " + type_name((*list)[i]));
        } else {
            out.push_back(static_cast<unsigned>(*status));
        }
    }
    return out;
}

COREST_DECL boost::json::object statuses::schema()
{
    boost::json::object out = typed("array");
    out["items"] = integer<100, 599>::schema();
    return out;
}

COREST_DECL void timeout::read_into(const dictionary& input, std::string_view key, time_limits& limits)
{
    const auto place = input.get(key);
    if (place && place->value->is_object()) {
        object<timeout_keys>::read_into(input, key, limits);
    } else if (const auto value = seconds::read(input, key)) {
        for (auto* limit : {&limits.resolve, &limits.connect, &limits.tls, &limits.first_byte, &limits.idle}) {
            assign(*limit, *value);
        }
    }
}

COREST_DECL std::optional<boost::json::value> timeout::show(const time_limits& limits)
{
    boost::json::object changed = show_changes(fields_of<timeout_keys>, &limits);
    return changed.empty() ? std::nullopt : std::optional<boost::json::value>(std::move(changed));
}

COREST_DECL boost::json::object timeout::schema(schema_writer& writer)
{
    return any_of({seconds::schema(), object<timeout_keys>::schema(writer)});
}

COREST_DECL const shape* timeout::nested()
{
    return object<timeout_keys>::nested();
}

COREST_DECL void limits::read_into(const dictionary& input, std::string_view key, http_options& options)
{
    object<limit_keys>::read_into(input, key, options);
}

COREST_DECL std::optional<boost::json::value> limits::show(const http_options& options)
{
    static constexpr auto sizes = limit_keys::sizes();
    boost::json::object changed = show_changes(sizes, &options);
    return changed.empty() ? std::nullopt : std::optional<boost::json::value>(std::move(changed));
}

COREST_DECL boost::json::object limits::schema(schema_writer& writer)
{
    return object<limit_keys>::schema(writer);
}

COREST_DECL const shape* limits::nested()
{
    return object<limit_keys>::nested();
}

COREST_DECL void tls::read_into(const dictionary& input, std::string_view key, http_options& options)
{
    object<tls_keys>::read_into(input, key, options);
    const auto place = input.get(key);
    if (place && options.client_cert_file.empty() && !options.client_key_file.empty()) {
        input.problem(*place,
            "has the key of a client's certificate, and not the certificate: write "
                + std::string(key_name::client_cert_file) + " too");
    }
}

COREST_DECL std::optional<boost::json::value> tls::show(const http_options& options)
{
    if (options.client_cert_file.empty()) {
        return std::nullopt;
    }
    boost::json::object out;
    out[key_name::client_cert_file] = options.client_cert_file;
    if (!options.client_key_file.empty()) {
        out[key_name::client_key_file] = options.client_key_file;
    }
    return out;
}

COREST_DECL boost::json::object tls::schema(schema_writer& writer)
{
    return object<tls_keys>::schema(writer);
}

COREST_DECL const shape* tls::nested()
{
    return object<tls_keys>::nested();
}

COREST_DECL std::optional<std::vector<std::string>> origins::read(const dictionary& input, std::string_view key)
{
    auto out = input.texts(key);
    if (out) {
        for (std::string& origin : *out) {
            try {
                origin = origin_of(origin);
            } catch (const error&) {
                input.problem(
                    *input.get(key), "expected origins such as \"https://files.example.com\", found something else");
            }
        }
    }
    return out;
}

COREST_DECL void expression::read_into(const dictionary& input, std::string_view key, rate_weight& weight)
{
    const auto text = input.text(key);
    if (!text) {
        return;
    }
    if (auto made = corest::detail::i_regexp::parse(*text)) {
        weight.path = std::move(made);
        weight.expression = *text;
    } else {
        input.problem(*input.get(key), in_quotes(*text) + " is no regular expression (RFC 9485)");
    }
}

COREST_DECL void rate_weights::read_into(
    const dictionary& input, std::string_view key, std::vector<rate_weight>& weights)
{
    const auto list_place = input.get(key);
    if (!list_place) {
        return;
    }
    const auto* list = list_place->value->if_array();
    const auto complain = [&](const located& place, const char* wanted) {
        input.problem(place, std::string("expected ") + wanted + ", found " + type_name(*place.value));
    };
    if (list == nullptr) {
        complain(*list_place, "a list such as [{\"path\": \"^/search/\", \"weight\": 5}]");
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const located place(&(*list)[i], list_place->path + "[" + std::to_string(i) + "]", list_place->owner);
        const auto* object = place.value->if_object();
        if (object == nullptr) {
            complain(place, "{\"path\": \"^/search/\", \"weight\": 5}");
            continue;
        }
        rate_weight one;
        if (read_fields<rate_weight_keys>(dictionary(input.problems(), *object, place.path, place.owner), one)) {
            weights.push_back(std::move(one));
        }
    }
}

COREST_DECL std::optional<boost::json::value> rate_weights::show(const std::vector<rate_weight>& weights)
{
    boost::json::array out;
    for (const rate_weight& one : weights) {
        out.push_back(show_settings(fields_of<rate_weight_keys>, &one));
    }
    return out.empty() ? std::nullopt : std::optional<boost::json::value>(std::move(out));
}

COREST_DECL const shape* rate_weights::nested()
{
    static constexpr shape value{.name = "rate_weights",
        .doc = "The first one that a request's path matches counts",
        .fields = {},
        .elements = &shape_of<rate_weight_keys>};
    return &value;
}

COREST_DECL void rate_limit::read_into(
    const dictionary& input, std::string_view key, std::optional<rate_limit_config>& limit)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    rate_limit_config given;
    const std::size_t before = input.problems().problems().size();
    object<rate_limit_keys>::read_into(input, key, given);
    if (input.problems().problems().size() != before) {
        return;
    }
    if (given.per <= std::chrono::duration<double>(0)) {
        input.problem(*place, "expected a 'per' of more than 0 seconds, found 0");
    }
    if (!given.requests && !given.learn) {
        input.problem(
            *place, "limits nothing: write how many 'requests' are allowed, or let it 'learn' from the server");
    }
    for (const rate_weight& one : given.weights) {
        if (given.requests && one.weight > *given.requests) {
            input.problem(*place,
                "a weight of " + std::to_string(one.weight) + " is more than the " + std::to_string(*given.requests)
                    + " 'requests' that are allowed: no such request could ever be sent");
        }
    }
    limit = std::move(given);
}

COREST_DECL std::optional<boost::json::value> rate_limit::show(const std::optional<rate_limit_config>& limit)
{
    return limit ? std::optional<boost::json::value>(show_settings(fields_of<rate_limit_keys>, &*limit)) : std::nullopt;
}

COREST_DECL boost::json::object rate_limit::schema(schema_writer& writer)
{
    return object<rate_limit_keys>::schema(writer);
}

COREST_DECL const shape* rate_limit::nested()
{
    return object<rate_limit_keys>::nested();
}

} // namespace rules

} // namespace corest::source::detail

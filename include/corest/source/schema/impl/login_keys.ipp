#pragma once

#include <corest/source/schema/login_keys.hpp>

#include <corest/detail/suggestion.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/schema_writer.hpp>
#include <corest/source/schema/written_secrets.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <span>

namespace corest::source::detail {

namespace rules {

COREST_DECL std::optional<named_secrets> texts_by_name::read(const dictionary& input, std::string_view key)
{
    const auto object_place = input.get(key);
    if (!object_place) {
        return std::nullopt;
    }
    const auto* object = object_place->value->if_object();
    if (object == nullptr) {
        input.problem(*object_place, "expected an object, found " + type_name(*object_place->value));
        return std::nullopt;
    }
    named_secrets out;
    for (const auto& member : *object) {
        const std::string name(member.key());
        const located place(&member.value(), join_key(object_place->path, name), object_place->owner);
        out.emplace_back(name, read_text(input.problems(), place, true));
    }
    return out;
}

COREST_DECL boost::json::object texts_by_name::schema(schema_writer& writer)
{
    boost::json::object out = typed("object");
    out["additionalProperties"] = writer.text_or_secret(0);
    return out;
}

COREST_DECL std::optional<unresolved_json> json_with_secrets::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    if ((!place->value->is_object() && !place->value->is_array()) || secret_reference(*place->value)) {
        input.problem(*place, "expected an object or a list, found " + type_name(*place->value));
        return std::nullopt;
    }
    if (input.get("data")) {
        input.problem(*place, "a request has one body: give json or data");
    }
    return unresolved_json(*place->value, place->path);
}

COREST_DECL boost::json::object json_with_secrets::schema()
{
    return any_of({typed("object"), typed("array")});
}

COREST_DECL std::optional<std::string> login_method::read(const dictionary& input, std::string_view key)
{
    const auto text = input.text(key);
    if (!text) {
        return std::nullopt;
    }
    std::string method = corest::detail::upper(*text);
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
        input.problem(*input.get(key),
            "unknown method"
                + corest::detail::suggestion(method, std::span<const std::string_view>(methods), "method"));
        return std::nullopt;
    }
    return method;
}

} // namespace rules

COREST_DECL request login_keys::make() const
{
    request made(method, path);
    for (const auto& [name, text] : params) {
        set_query(made.url, name, text.value().reveal());
    }
    if (json) {
        made.body = boost::json::serialize(json->value());
        made.headers.set("Content-Type", corest::detail::json_media_type);
    }
    if (!form.empty()) {
        for (const auto& [name, text] : form) {
            made.body += made.body.empty() ? "" : "&";
            made.body += form_encode(name) + "=" + form_encode(text.value().reveal());
        }
        made.headers.set("Content-Type", "application/x-www-form-urlencoded");
    }
    for (const auto& [name, text] : headers) {
        made.headers.set(name, text.value().reveal(), text.is_secret());
    }
    return made;
}

COREST_DECL std::vector<secret> login_keys::secrets() const
{
    std::vector<secret> out;
    for (const named_secrets* texts : {&form, &params, &headers}) {
        for (const auto& [name, text] : *texts) {
            if (texts == &headers) {
                add_header_secrets(name, text.value(), out);
            }
            if (text.is_secret() || is_secret_key(name)) {
                out.push_back(text.value());
            }
        }
    }
    add_query_secrets(path, out);
    if (json) {
        add_written_secrets(json->written(), {}, out);
        for (const source_text& text : json->texts()) {
            out.push_back(text.value());
        }
    }
    return out;
}

} // namespace corest::source::detail

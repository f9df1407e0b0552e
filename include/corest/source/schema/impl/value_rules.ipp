#pragma once

#include <corest/source/schema/value_rules.hpp>

#include <corest/error.hpp>

namespace corest::source::detail::rules {

COREST_DECL std::optional<std::string> any_text::read(const dictionary& from, std::string_view key)
{
    const auto at = from.get(key);
    if (!at) {
        return std::nullopt;
    }
    const auto* text = at->value->if_string();
    if (text == nullptr) {
        from.problem(*at, "expected text, found " + type_name(*at->value));
        return std::nullopt;
    }
    return std::string(*text);
}

COREST_DECL std::optional<source_text> text_or_secret::read(const dictionary& from, std::string_view key)
{
    return from.text_or_secret(key);
}

COREST_DECL std::optional<source_text> any_text_or_secret::read(const dictionary& from, std::string_view key)
{
    return from.text_or_secret(key, true);
}

COREST_DECL boost::json::object texts::schema()
{
    boost::json::object list = typed("array");
    list["items"] = text::schema();
    return any_of({text::schema(), std::move(list)});
}

COREST_DECL std::optional<json_path> path::read(const dictionary& from, std::string_view key)
{
    const auto at = from.get(key);
    if (!at) {
        return std::nullopt;
    }
    if (at->value->is_array()) {
        const auto keys = from.texts(key);
        return keys ? std::optional<json_path>(json_path::of_keys(*keys)) : std::nullopt;
    }
    const auto text = from.text(key);
    if (!text) {
        return std::nullopt;
    }
    try {
        return json_path(*text);
    } catch (const error& e) {
        from.problem(*at, e.message());
        return std::nullopt;
    }
}

} // namespace corest::source::detail::rules

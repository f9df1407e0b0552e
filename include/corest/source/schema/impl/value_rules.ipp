#pragma once

#include <corest/source/schema/value_rules.hpp>

#include <corest/detail/suggestion.hpp>
#include <corest/error.hpp>

namespace corest::source::detail::rules {

COREST_DECL std::optional<std::string> any_text::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    const auto* text = place->value->if_string();
    if (text == nullptr) {
        input.problem(*place, "expected text, found " + type_name(*place->value));
        return std::nullopt;
    }
    return std::string(*text);
}

COREST_DECL std::optional<source_text> text_or_secret::read(const dictionary& input, std::string_view key)
{
    return input.text_or_secret(key);
}

COREST_DECL std::optional<source_text> any_text_or_secret::read(const dictionary& input, std::string_view key)
{
    return input.text_or_secret(key, true);
}

COREST_DECL boost::json::object texts::schema()
{
    boost::json::object list = typed("array");
    list["items"] = text::schema();
    return any_of({text::schema(), std::move(list)});
}

template <class Choice>
std::optional<typename Choice::type> one_of<Choice>::read(const dictionary& input, std::string_view key)
{
    const auto text = input.text(key);
    if (!text) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < Choice::names.size(); ++i) {
        if (Choice::names[i] == *text) {
            return static_cast<typename Choice::type>(i);
        }
    }
    input.problem(
        *input.get(key), "unknown value " + in_quotes(*text) + corest::detail::suggestion(*text, Choice::names, "one"));
    return std::nullopt;
}

COREST_DECL std::optional<json_path> path::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    if (place->value->is_array()) {
        const auto keys = input.texts(key);
        return keys ? std::optional<json_path>(json_path::of_keys(*keys)) : std::nullopt;
    }
    const auto text = input.text(key);
    if (!text) {
        return std::nullopt;
    }
    try {
        return json_path(*text);
    } catch (const error& e) {
        input.problem(*place, said_by(e));
        return std::nullopt;
    }
}

} // namespace corest::source::detail::rules

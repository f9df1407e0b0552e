#pragma once

#include <corest/source/schema/incremental_keys.hpp>

#include <corest/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace corest::source::detail {

COREST_DECL bool read_incremental(
    const dictionary& input, const located& place, const shape* choice, incremental_config& settings)
{
    if (!read_fields<incremental_keys>(input, settings, choice)) {
        return false;
    }
    try {
        settings.rules.check();
    } catch (const error& e) {
        input.problem(place, said_by(e));
        return false;
    }
    if (settings.rules.partition_limit && !settings.rules.lag) {
        input.problems().warn(place.path, place.owner,
            "partition_limit without lag: one cursor serves many parents, and rows of a parent that was read early may "
            "be passed over where they change while others are read");
    }
    return true;
}

} // namespace corest::source::detail

namespace corest::source::detail::rules {

COREST_DECL void cursor_path::read_into(const dictionary& input, std::string_view key, incremental_config& settings)
{
    const auto text = input.text(key);
    if (!text) {
        return;
    }
    try {
        settings.rules.cursor_path = json_path(*text);
        settings.rules.field = *text;
    } catch (const error& e) {
        input.problem(*input.get(key), said_by(e));
    }
}

COREST_DECL std::optional<cursor_value> cursor::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    const boost::json::value& v = *place->value;
    if (!v.is_string() && !v.is_number()) {
        input.problem(*place, "expected a number or a text, found " + type_name(v));
        return std::nullopt;
    }
    return cursor_value(v.is_number() ? number_text(v) : std::string(boost::json::serialize(v)));
}

COREST_DECL boost::json::object cursor::schema()
{
    return any_of({typed("string"), typed("number")});
}

COREST_DECL std::optional<boost::json::value> cursor::show(const std::optional<cursor_value>& value)
{
    return value ? setting_json(value->text()) : std::nullopt;
}

COREST_DECL std::optional<std::string> lag::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    if (!place->value->is_number()) {
        input.problem(*place, "expected a number, found " + type_name(*place->value));
        return std::nullopt;
    }
    const std::string text = number_text(*place->value);
    return text == "0" ? std::nullopt : std::optional(text);
}

COREST_DECL std::optional<std::vector<json_path>> boundary_key::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    std::vector<json_path> out;
    if (const auto* list = place->value->if_array(); list != nullptr && list->empty()) {
        return out;
    }
    const auto fields = input.texts(key);
    if (!fields) {
        return std::nullopt;
    }
    for (const std::string& field : *fields) {
        out.push_back(json_path::of_keys(std::vector<std::string>{field}));
    }
    return out;
}

COREST_DECL boost::json::object boundary_key::schema()
{
    boost::json::object list = typed("array");
    list["items"] = text::schema();
    return any_of({text::schema(), std::move(list)});
}

COREST_DECL std::optional<boost::json::value> boundary_key::show(const std::optional<std::vector<json_path>>& fields)
{
    if (!fields) {
        return std::nullopt;
    }
    boost::json::array out;
    for (const json_path& field : *fields) {
        out.emplace_back(*setting_json(field));
    }
    return out;
}

COREST_DECL std::optional<window_step> window::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    if (!place->value->is_string() && !place->value->is_number()) {
        input.problem(*place, "expected a duration or a number, found " + type_name(*place->value));
        return std::nullopt;
    }
    try {
        return window_step(
            place->value->is_number() ? number_text(*place->value) : std::string(place->value->get_string()));
    } catch (const error& e) {
        input.problem(*place, said_by(e));
        return std::nullopt;
    }
}

COREST_DECL boost::json::object window::schema()
{
    return any_of({typed("string", {{"minLength", 1}}), typed("number")});
}

COREST_DECL std::optional<cursor_format> conversion::read(const dictionary& input, std::string_view key)
{
    const auto text = input.text(key);
    if (!text) {
        return std::nullopt;
    }
    try {
        return cursor_format(*text);
    } catch (const error& e) {
        input.problem(*input.get(key), said_by(e));
        return std::nullopt;
    }
}

COREST_DECL const shape* incremental::nested()
{
    static constexpr shape value{
        .name = "endpoint_incremental",
        .doc = incremental_keys::doc,
        .fields = {},
        .kinds = [] { return std::vector<kind>{{incremental_keys::names, &shape_of<incremental_keys>}}; },
        .usual_kind = incremental_keys::names.front(),
    };
    return &value;
}

COREST_DECL void incremental::read_into(
    const dictionary& input, std::string_view key, std::optional<incremental_config>& settings)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    const auto* object = place->value->if_object();
    if (object == nullptr) {
        input.problem(
            *place, "expected an object such as {\"cursor_path\": \"updated_at\"}, found " + type_name(*place->value));
        return;
    }
    if (settings) {
        input.problem(*place, "a parameter is of type incremental already; an endpoint has one cursor");
        return;
    }
    incremental_config read;
    read.path = place->path;
    if (read_incremental(dictionary(input.problems(), *object, place->path, place->owner), *place, nested(), read)) {
        settings = std::move(read);
    }
}

} // namespace corest::source::detail::rules

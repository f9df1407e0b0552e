#pragma once

#include <corest/source/schema/response_actions.hpp>

#include <corest/error.hpp>

#include <boost/json/array.hpp>

#include <cstddef>

namespace corest::source::detail {

namespace rules {

namespace action_names {

/// Of those that dictionaries know.
[[nodiscard]] inline std::vector<std::string_view> all()
{
    std::vector<std::string_view> names;
    for (const corest::response_action& each : known_response_actions) {
        names.push_back(each.name());
    }
    return names;
}

} // namespace action_names

COREST_DECL std::optional<corest::response_action> response_action::read(const dictionary& input, std::string_view key)
{
    const auto action = input.text(key);
    if (!action) {
        return std::nullopt;
    }
    for (const corest::response_action& each : known_response_actions) {
        if (each.name() == *action) {
            return each;
        }
    }
    input.problem(*input.get(key),
        "unknown action " + in_quotes(*action) + corest::detail::suggestion(*action, action_names::all(), "action"));
    return std::nullopt;
}

COREST_DECL boost::json::object response_action::schema()
{
    return one_of_texts(action_names::all());
}

COREST_DECL std::optional<json_condition> condition::read(const dictionary& input, std::string_view key)
{
    const auto text = input.text(key);
    if (!text) {
        return std::nullopt;
    }
    try {
        return json_condition(*text);
    } catch (const error& e) {
        input.problem(*input.get(key), said_by(e));
        return std::nullopt;
    }
}

COREST_DECL void header_expressions::read_into(const dictionary& input, std::string_view key, expressions& headers)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    const auto* object = place->value->if_object();
    if (object == nullptr) {
        input.problem(*place, "expected an object such as {\"X-Left\": \"^0$\"}, found " + type_name(*place->value));
        return;
    }
    for (const auto& member : *object) {
        if (const auto* text = member.value().if_string()) {
            headers.emplace_back(std::string(member.key()), std::string(*text));
        } else {
            const located at(&member.value(), join_key(place->path, std::string(member.key())), place->owner);
            input.problem(at, "expected a regular expression as text, found " + type_name(member.value()));
        }
    }
}

COREST_DECL boost::json::object header_expressions::schema()
{
    boost::json::object out = typed("object");
    out["additionalProperties"] = typed("string");
    return out;
}

/// The rule of an action's keys.
[[nodiscard]] COREST_DECL response_rule make_rule(const response_action_keys& keys)
{
    response_rule rule(*keys.action);
    if (keys.status) {
        rule.status(*keys.status);
    }
    if (keys.content) {
        rule.content(*keys.content);
    }
    for (const auto& [field, expression] : keys.headers) {
        rule.header(field, expression);
    }
    if (keys.body) {
        rule.body(*keys.body);
    }
    if (keys.message_path) {
        rule.message_path(*keys.message_path);
    }
    if (keys.wait_header) {
        rule.wait_header(*keys.wait_header);
    }
    return rule;
}

COREST_DECL void response_actions::read_into(
    const dictionary& input, std::string_view key, std::vector<response_rule>& given)
{
    const auto list_place = input.get(key);
    if (!list_place) {
        return;
    }
    const auto* list = list_place->value->if_array();
    if (list == nullptr) {
        input.problem(*list_place,
            "expected a list such as [{\"status_code\": 404, \"action\": \"ignore\"}], found "
                + type_name(*list_place->value));
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const located place(&(*list)[i], list_place->path + "[" + std::to_string(i) + "]", list_place->owner);
        const auto* object = place.value->if_object();
        if (object == nullptr) {
            input.problem(
                place, "expected {\"status_code\": 404, \"action\": \"ignore\"}, found " + type_name(*place.value));
            continue;
        }
        response_action_keys keys;
        const dictionary one(input.problems(), *object, place.path, place.owner);
        const std::size_t before = input.problems().problems().size();
        read_fields<response_action_keys>(one, keys);
        if (input.problems().problems().size() != before || !keys.action) { // unknown keys among them
            continue;
        }
        try {
            response_rule rule = make_rule(keys);
            if (rule.is_empty()) {
                input.problem(place, "expected status_code, content, header or body: what the action is for");
            } else {
                given.push_back(std::move(rule));
            }
        } catch (const error& e) {
            input.problem(place, said_by(e));
        }
    }
}

COREST_DECL const shape* response_actions::nested()
{
    static constexpr shape value{.name = key_name::response_actions,
        .doc = "What is done with responses; the first one that is for it counts",
        .fields = {},
        .elements = &shape_of<response_action_keys>};
    return &value;
}

} // namespace rules

} // namespace corest::source::detail

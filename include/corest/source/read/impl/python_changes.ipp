#pragma once

#include <corest/source/read/python_changes.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace corest::source::detail::python_changes {

namespace taking {

// A dictionary of Python's: not what stands for a secret, or for something unknown.
[[nodiscard]] inline boost::json::object* dictionary_in(boost::json::value& v)
{
    return is_unknown(v) || secret_reference(v) ? nullptr : v.if_object();
}

// The position in a list that an index of Python's means, which counts from the end where it is negative.
[[nodiscard]] inline std::optional<std::size_t> position_in(
    const boost::json::array& list, const boost::json::value& index)
{
    const auto* number = index.if_int64();
    if (number == nullptr) {
        return std::nullopt;
    }
    const auto size = static_cast<std::int64_t>(list.size());
    const std::int64_t position = *number < 0 ? *number + size : *number;
    return position < 0 || position >= size ? std::nullopt : std::optional(static_cast<std::size_t>(position));
}

// The member of that key; null: there is none.
[[nodiscard]] inline boost::json::value* member_of(boost::json::value& v, const boost::json::value& key)
{
    if (auto* list = v.if_array()) {
        const auto position = position_in(*list, key);
        return position ? &(*list)[*position] : nullptr;
    }
    auto* object = dictionary_in(v);
    return object != nullptr && key.is_string() ? object->if_contains(key.get_string()) : nullptr;
}

} // namespace taking

COREST_DECL std::string reason(const std::string& name, const python_script& script, const python_change& change)
{
    const bool is_possible = change.type == python_change::kind::possible;
    return "the variable " + corest::detail::in_quotes(name) + ", which " + (is_possible ? "may be" : "is")
        + " changed at " + script.position(change.offset);
}

COREST_DECL void lose(boost::json::value& whole, const python_change& change, const boost::json::value& unknown)
{
    std::vector<boost::json::value> path = change.path;
    if (!change.member.is_null()) {
        path.push_back(change.member);
    }
    boost::json::value* reached = &whole;
    for (const boost::json::value& key : path) {
        if (is_unknown(*reached)) {
            return;
        }
        if (boost::json::value* const next = taking::member_of(*reached, key)) {
            reached = next;
        } else if (auto* object = taking::dictionary_in(*reached); object != nullptr && key.is_string()) {
            reached = &(*object)[key.get_string()];
            break;
        } else {
            break;
        }
    }
    if (!is_unknown(*reached)) {
        *reached = unknown;
    }
}

COREST_DECL bool taker::take(const python_statement& statement)
{
    using statement_kind = python_statement::kind;
    using node_kind = python_node::kind;
    const python_node& first = statement.expressions.front();
    const bool is_call = statement.type == statement_kind::expression;
    const bool is_whole = statement.type == statement_kind::augmented;
    if (!walk(is_call ? first.parts.front().parts.front() : is_whole ? first : first.parts.front())) {
        return false;
    }
    if (is_unknown(*reached_)) {
        return true;
    }
    switch (statement.type) {
    case statement_kind::assignment:
        return first.type == node_kind::subscript && set(first.parts[1], statement.expressions.back());
    case statement_kind::deletion:
        return remove(first.parts[1]);
    case statement_kind::augmented:
        return statement.name == "+=" ? add(statement.expressions.back())
            : statement.name == "|="  ? merge(statement.expressions.back())
                                      : false;
    case statement_kind::expression:
        return call(first);
    default:
        return false;
    }
}

// Goes from the variable to what is changed.
COREST_DECL bool taker::walk(const python_node& object)
{
    using node_kind = python_node::kind;
    if (object.type == node_kind::name) {
        return true;
    }
    const bool is_call = object.type == node_kind::call;
    const python_node& holder = is_call ? object.parts.front() : object;
    if (!walk(holder.parts.front())) {
        return false;
    }
    if (is_unknown(*reached_)) {
        return true;
    }
    if (object.type == node_kind::subscript && object.parts.size() == 2) {
        return enter(value_of_(object.parts[1], {}));
    }
    const std::size_t given = object.parts.size() - 1;
    if (!is_call || given == 0 || object.parts[1].type == node_kind::keyword) {
        return false;
    }
    const boost::json::value key = value_of_(object.parts[1], {});
    if (holder.name == "setdefault" && given == 2 && key.is_string()) {
        if (auto* dictionary = taking::dictionary_in(*reached_);
            dictionary != nullptr && !dictionary->contains(key.get_string()))
        {
            dictionary->emplace(key.get_string(), value_of_(object.parts[2], std::string(key.get_string())));
        }
        return enter(key);
    }
    return holder.name == "get" && taking::dictionary_in(*reached_) != nullptr && enter(key);
}

COREST_DECL bool taker::enter(const boost::json::value& key)
{
    boost::json::value* const next = taking::member_of(*reached_, key);
    reached_ = next == nullptr ? reached_ : next;
    return next != nullptr;
}

COREST_DECL bool taker::set(const python_node& key, const python_node& value)
{
    const boost::json::value name = value_of_(key, {});
    boost::json::value made = value_of_(value, name.is_string() ? std::string(name.get_string()) : std::string());
    if (reached_->is_array()) {
        boost::json::value* const element = taking::member_of(*reached_, name);
        if (element != nullptr) {
            *element = std::move(made);
        }
        return element != nullptr;
    }
    auto* object = taking::dictionary_in(*reached_);
    if (object == nullptr || !name.is_string()) {
        return false;
    }
    (*object)[name.get_string()] = std::move(made);
    return true;
}

COREST_DECL bool taker::remove(const python_node& key)
{
    const boost::json::value name = value_of_(key, {});
    if (auto* list = reached_->if_array()) {
        const auto position = taking::position_in(*list, name);
        if (position) {
            list->erase(list->begin() + *position);
        }
        return position.has_value();
    }
    auto* object = taking::dictionary_in(*reached_);
    if (object == nullptr || !name.is_string()) {
        return false;
    }
    const auto found = object->find(name.get_string());
    const bool is_there = found != object->end();
    if (is_there) {
        object->stable_erase(found);
    }
    return is_there;
}

// x += operand
COREST_DECL bool taker::add(const python_node& operand)
{
    const boost::json::value more = value_of_(operand, {});
    if (reached_->is_string() && more.is_string()) {
        reached_->get_string() += more.get_string();
        return true;
    }
    return extend(more);
}

// x |= operand
COREST_DECL bool taker::merge(const python_node& operand)
{
    return update(value_of_(operand, {}));
}

COREST_DECL bool taker::call(const python_node& call)
{
    const std::string& method = call.parts.front().name;
    const std::size_t given = call.parts.size() - 1;
    const bool is_plain = std::all_of(call.parts.begin() + 1, call.parts.end(), [](const python_node& part) {
        return part.type != python_node::kind::keyword && part.type != python_node::kind::spread
            && part.type != python_node::kind::double_spread;
    });
    if (method == "append" && is_plain && given == 1 && reached_->is_array()) {
        boost::json::value made = value_of_(call.parts[1], {});
        reached_->get_array().push_back(std::move(made));
        return true;
    }
    if (method == "extend" && is_plain && given == 1) {
        return extend(value_of_(call.parts[1], {}));
    }
    if (method == "insert" && is_plain && given == 2) {
        return insert(value_of_(call.parts[1], {}), value_of_(call.parts[2], {}));
    }
    if (method == "setdefault" && is_plain && given == 2) {
        const boost::json::value key = value_of_(call.parts[1], {});
        return taking::member_of(*reached_, key) != nullptr || set(call.parts[1], call.parts[2]);
    }
    if (method != "update") {
        return false;
    }
    for (std::size_t i = 1; i <= given; ++i) {
        const python_node& argument = call.parts[i];
        if (argument.type == python_node::kind::keyword) {
            boost::json::object one;
            one.emplace(argument.name, value_of_(argument.parts.front(), argument.name));
            if (!update(std::move(one))) {
                return false;
            }
        } else if (argument.type == python_node::kind::spread
            || (i != 1 && argument.type != python_node::kind::double_spread)
            || !update(
                value_of_(argument.type == python_node::kind::double_spread ? argument.parts.front() : argument, {})))
        {
            return false;
        }
    }
    return true;
}

COREST_DECL bool taker::extend(const boost::json::value& more)
{
    if (!reached_->is_array() || !more.is_array()) {
        return false;
    }
    for (const boost::json::value& one : more.get_array()) {
        reached_->get_array().push_back(one);
    }
    return true;
}

COREST_DECL bool taker::update(const boost::json::value& more)
{
    auto* object = taking::dictionary_in(*reached_);
    if (object == nullptr || !more.is_object() || is_unknown(more) || secret_reference(more)) {
        return false;
    }
    for (const auto& member : more.get_object()) {
        (*object)[member.key()] = member.value();
    }
    return true;
}

COREST_DECL bool taker::insert(const boost::json::value& where, boost::json::value what)
{
    auto* list = reached_->if_array();
    if (list == nullptr || !where.is_int64()) {
        return false;
    }
    const auto size = static_cast<std::int64_t>(list->size());
    const std::int64_t number = where.get_int64();
    const std::int64_t position = std::clamp<std::int64_t>(number < 0 ? number + size : number, 0, size);
    list->insert(list->begin() + position, std::move(what));
    return true;
}

} // namespace corest::source::detail::python_changes

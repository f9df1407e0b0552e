#pragma once

#include <corest/source/schema/schema_writer.hpp>

#include <algorithm>

namespace corest::source::detail {

COREST_DECL boost::json::object typed(
    std::string_view name, std::initializer_list<std::pair<std::string_view, boost::json::value>> more)
{
    boost::json::object out;
    out["type"] = boost::json::string_view(name.data(), name.size());
    for (const auto& [keyword, value] : more) {
        out[boost::json::string_view(keyword.data(), keyword.size())] = value;
    }
    return out;
}

COREST_DECL boost::json::object any_of(std::initializer_list<boost::json::object> choices)
{
    boost::json::array list;
    for (const boost::json::object& choice : choices) {
        list.emplace_back(choice);
    }
    boost::json::object out;
    out["anyOf"] = std::move(list);
    return out;
}

/// What the dictionary takes for "not given", besides leaving the key out.
namespace nullable {

/// Allows null besides what a schema allows.
COREST_DECL boost::json::object allow(boost::json::object schema)
{
    if (auto* choices = schema.if_contains("anyOf")) {
        choices->as_array().emplace_back(typed("null"));
        return schema;
    }
    if (auto* type = schema.if_contains("type"); type != nullptr && type->is_string()) {
        boost::json::array both;
        both.emplace_back(*type);
        both.emplace_back("null");
        *type = std::move(both);
        return schema;
    }
    return any_of({std::move(schema), typed("null")});
}

} // namespace nullable

COREST_DECL boost::json::object schema_writer::reference(const shape& of_value)
{
    const std::string name(of_value.name);
    if (!definitions_.contains(name)) {
        definitions_[name] = nullptr; // holds the place: a definition may refer to itself
        definitions_[name] = define(of_value);
    }
    return reference_to(name);
}

COREST_DECL boost::json::object schema_writer::text_or_secret(std::size_t least_length)
{
    boost::json::object text = typed("string");
    if (least_length != 0) {
        text["minLength"] = least_length;
    }
    return any_of({std::move(text), secret()});
}

COREST_DECL boost::json::object schema_writer::secret()
{
    if (!definitions_.contains("secret")) {
        boost::json::object properties;
        properties[key_name::secret] = typed("string", {{"minLength", 1}});
        boost::json::object out = typed("object");
        out["description"] = "The name of a secret that is looked up before the run";
        out["properties"] = std::move(properties);
        out["required"] = boost::json::array{boost::json::string_view(key_name::secret)};
        out["additionalProperties"] = false;
        definitions_["secret"] = std::move(out);
    }
    return reference_to("secret");
}

COREST_DECL boost::json::object schema_writer::define(const shape& of_value)
{
    boost::json::object out;
    if (of_value.elements != nullptr) {
        out = typed("array");
        out["items"] = reference(*of_value.elements);
        if (of_value.least_elements != 0) {
            out["minItems"] = of_value.least_elements;
        }
    } else if (of_value.kinds != nullptr) {
        out = choice_schema(of_value);
    } else {
        out = object_schema(of_value, {}, nullptr, false);
        const auto stands_for_all = std::find_if(of_value.fields.begin(), of_value.fields.end(),
            [&](const field& one) { return one.name == of_value.short_form; });
        if (stands_for_all != of_value.fields.end()) {
            out = any_of({stands_for_all->value_schema(*this), std::move(out)});
        }
    }
    out["description"] = boost::json::string_view(of_value.doc.data(), of_value.doc.size());
    return out;
}

COREST_DECL void schema_writer::add_fields(std::span<const field> fields, boost::json::object& properties,
    boost::json::array& required, boost::json::array& alternatives)
{
    const auto view = [](std::string_view text) { return boost::json::string_view(text.data(), text.size()); };
    for (const field& one : fields) {
        boost::json::object schema = one.value_schema(*this);
        if (!one.required) {
            schema = nullable::allow(std::move(schema));
        }
        schema["description"] = view(one.doc);
        if (const auto usual = one.usual()) {
            schema["default"] = *usual;
        }
        if (!one.alias.empty()) {
            boost::json::object again = schema;
            again["description"] = "The same as " + std::string(one.name);
            properties[view(one.alias)] = std::move(again);
            if (one.required) {
                boost::json::object this_one;
                this_one["required"] = boost::json::array{view(one.name)};
                boost::json::object other_one;
                other_one["required"] = boost::json::array{view(one.alias)};
                alternatives.emplace_back(any_of({std::move(this_one), std::move(other_one)}));
            }
        } else if (one.required) {
            required.emplace_back(view(one.name));
        }
        properties[view(one.name)] = std::move(schema);
    }
}

COREST_DECL void schema_writer::add_others(std::span<const other_key> others, boost::json::object& properties)
{
    const auto view = [](std::string_view text) { return boost::json::string_view(text.data(), text.size()); };
    for (const other_key& other : others) {
        boost::json::object schema = other.accepted ? boost::json::object() : typed("null");
        schema["description"] = view(other.advice);
        properties[view(other.name)] = std::move(schema);
    }
}

COREST_DECL boost::json::object schema_writer::object_schema(
    const shape& of_value, std::span<const other_key> others, const boost::json::object* type, bool type_needed)
{
    boost::json::object properties;
    boost::json::array required;
    boost::json::array alternatives;
    if (type != nullptr) {
        const boost::json::string_view key(type_key.data(), type_key.size());
        boost::json::object schema = type_needed ? *type : nullable::allow(*type);
        schema["description"] = "Which kind it is";
        properties[key] = std::move(schema);
        if (type_needed) {
            required.emplace_back(key);
        }
    }
    add_fields(of_value.fields, properties, required, alternatives);
    add_others(of_value.others, properties);
    add_others(others, properties);
    boost::json::object out = typed("object");
    out["description"] = boost::json::string_view(of_value.doc.data(), of_value.doc.size());
    out["properties"] = std::move(properties);
    if (!required.empty()) {
        out["required"] = std::move(required);
    }
    if (!alternatives.empty()) {
        out["allOf"] = std::move(alternatives);
    }
    out["additionalProperties"] = false;
    return out;
}

COREST_DECL boost::json::object schema_writer::choice_schema(const shape& of_value)
{
    boost::json::array choices;
    boost::json::array bare; // names of kinds that need no keys: they may stand alone
    for (const kind& one : of_value.kinds()) {
        const boost::json::object type = one_of_texts(one.names);
        if (std::none_of(one.keys->fields.begin(), one.keys->fields.end(), [](const field& f) { return f.required; })) {
            const auto& names = type.at("enum").as_array();
            bare.insert(bare.end(), names.begin(), names.end());
        }
        const std::string name = std::string(of_value.name) + "." + std::string(one.names.front());
        definitions_[name] = object_schema(*one.keys, of_value.others, &type, one.names.front() != of_value.usual_kind);
        choices.emplace_back(reference_to(name));
    }
    if (!of_value.short_form.empty()) {
        boost::json::object names;
        names["enum"] = std::move(bare);
        choices.insert(choices.begin(), std::move(names));
    }
    boost::json::object out;
    out["anyOf"] = std::move(choices);
    return out;
}

} // namespace corest::source::detail

#pragma once

#include <corest/source/schema/field.hpp>

#include <algorithm>

namespace corest::source::detail {

COREST_DECL std::vector<std::string_view> key_names(const shape& of_value)
{
    std::vector<std::string_view> out;
    const auto add = [&](std::string_view name) {
        if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) {
            out.push_back(name);
        }
    };
    const auto add_fields = [&](std::span<const field> fields) {
        for (const field& one : fields) {
            add(one.name);
            add(one.alias);
        }
    };
    add_fields(of_value.fields);
    if (of_value.kinds != nullptr) {
        for (const kind& one : of_value.kinds()) {
            add_fields(one.keys->fields);
        }
        add(type_key);
    }
    return out;
}

COREST_DECL void check_keys(const dictionary& input, const shape& known, const shape* choice)
{
    std::vector<std::string_view> names = key_names(known);
    std::vector<other_key> others(known.others.begin(), known.others.end());
    if (choice != nullptr) {
        names.push_back(type_key);
        others.insert(others.end(), choice->others.begin(), choice->others.end());
    }
    input.check_keys(names, others);
}

COREST_DECL boost::json::object show_settings(std::span<const field> fields, const void* settings)
{
    boost::json::object out;
    for (const field& one : fields) {
        if (auto shown = one.show(settings)) {
            out.emplace(boost::json::string_view(one.name.data(), one.name.size()), *std::move(shown));
        }
    }
    return out;
}

COREST_DECL boost::json::object show_changes(std::span<const field> fields, const void* settings)
{
    boost::json::object out;
    for (const field& one : fields) {
        if (auto shown = one.show(settings); shown && shown != one.usual()) {
            out.emplace(boost::json::string_view(one.name.data(), one.name.size()), *std::move(shown));
        }
    }
    return out;
}

COREST_DECL void read_field(const field& read, const dictionary& input, void* settings)
{
    std::string_view key = read.name;
    if (!read.alias.empty() && input.get(read.alias)) {
        if (input.get(read.name)) {
            input.problem(
                *input.get(read.alias), "says the same as " + std::string(read.name) + "; remove one of them");
        }
        key = read.alias;
    }
    if (read.required && !input.get(key)) {
        input.missing(key, read.missing_hint);
    }
    read.read(input, key, settings);
}

COREST_DECL kind_choice::kind_choice(
    problem_list& problems, const located& place, const shape& choice, const kind_words& words)
    : place_(place),
      words_(words),
      input_(object_at(problems, place, nothing_))
{
    const boost::json::value& given = *place.value;
    if (const auto* name = given.if_string()) {
        type_ = std::string(*name);
        return;
    }
    if (!given.is_object() || secret_reference(given)) {
        const bool hidden = words.is_confidential && given.is_number();
        problems.add(place.path, place.owner,
            "expected an object with the " + std::string(words.singular) + " in 'type', found "
                + (hidden ? std::string("a number") : type_name(given)));
        return;
    }
    if (input_.get(type_key)) {
        type_ = input_.text(type_key);
    } else if (!choice.usual_kind.empty()) {
        type_ = std::string(choice.usual_kind);
    } else {
        input_.missing(type_key, words.missing_hint);
    }
}

COREST_DECL dictionary kind_choice::object_at(
    problem_list& problems, const located& place, const boost::json::object& nothing)
{
    const auto* object = place.value->if_object();
    return {problems, object != nullptr ? *object : nothing, place.path, place.owner};
}

COREST_DECL void kind_choice::add_unknown(std::span<const std::string_view> known) const
{
    const std::string shown = words_.is_confidential ? std::string() : " " + in_quotes(*type_);
    input_.problems().add(place_.value->is_string() ? place_.path : input_.path_of(type_key), place_.owner,
        "unknown " + std::string(words_.is_confidential ? words_.singular : words_.noun) + shown
            + corest::detail::suggestion(*type_, known, words_.is_confidential ? "kind" : words_.noun));
}

} // namespace corest::source::detail

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

} // namespace corest::source::detail

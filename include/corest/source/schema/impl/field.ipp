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

COREST_DECL void check_keys(const dictionary& from, const shape& known, const shape* choice)
{
    std::vector<std::string_view> names = key_names(known);
    std::vector<other_key> others(known.others.begin(), known.others.end());
    if (choice != nullptr) {
        names.push_back(type_key);
        others.insert(others.end(), choice->others.begin(), choice->others.end());
    }
    from.check_keys(names, others);
}

COREST_DECL void read_field(const field& read, const dictionary& from, void* settings)
{
    std::string_view key = read.name;
    if (!read.alias.empty() && from.get(read.alias)) {
        if (from.get(read.name)) {
            from.problem(*from.get(read.alias), "says the same as " + std::string(read.name) + "; remove one of them");
        }
        key = read.alias;
    }
    if (read.required && !from.get(key)) {
        from.missing(key, read.missing_hint);
    }
    read.read(from, key, settings);
}

} // namespace corest::source::detail

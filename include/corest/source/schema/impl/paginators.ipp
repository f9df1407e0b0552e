#pragma once

#include <corest/source/schema/paginators.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/paginator_kinds.hpp>
#include <corest/source/schema/registry.hpp>
#include <corest/source/schema/setting_json.hpp>

#include <array>
#include <optional>
#include <vector>

namespace corest::source::detail {

namespace paginator_table {

/// What a plan says of one: its name and its keys. A switch that is as usual is left out.
template <class Keys>
std::string text_of(const Keys& keys)
{
    boost::json::object shown = show_settings(fields_of<Keys>, &keys);
    for (const field& one : fields_of<Keys>) {
        const boost::json::string_view name(one.name.data(), one.name.size());
        if (const auto* value = shown.if_contains(name); value && value->is_bool() && *value == one.usual()) {
            shown.erase(name);
        }
    }
    return std::string(Keys::names.front()) + (shown.empty() ? "" : ": " + settings_text(shown));
}

/// What a plan says of the keys of one that the program has registered.
[[nodiscard]] COREST_DECL std::string registered_text(const boost::json::object& keys)
{
    return keys.empty() ? std::string() : ": " + settings_text(keys);
}

/// Reads the keys of one kind, and lets the paginator judge them as a whole.
template <class Keys>
paginator_config read_keys(const dictionary& input)
{
    Keys keys;
    const bool sound = read_fields<Keys>(input, keys, &paginator_shape());
    paginator_config made(keys.make(), text_of(keys));
    if constexpr (requires { keys.max_pages; }) {
        made.max_pages = static_cast<std::uint64_t>(keys.max_pages.value_or(0));
    }
    if (sound) {
        try {
            made.paging.check();
        } catch (const error& e) {
            input.problem(said_by(e));
        }
    }
    return made;
}

/// The table that a list makes.
template <class... Keys>
constexpr std::array<readable_kind<paginator_config>, sizeof...(Keys)> entries(kind_list<Keys...>) noexcept
{
    return {{{{Keys::names, &shape_of<Keys>}, read_keys<Keys>}...}};
}

} // namespace paginator_table

COREST_DECL std::span<const readable_kind<paginator_config>> paginator_kinds() noexcept
{
    static constexpr auto table = paginator_table::entries(paginator_key_list());
    return table;
}

COREST_DECL const shape& paginator_shape() noexcept
{
    static constexpr shape value{
        .name = "paginator",
        .doc = "How pages are asked for: an object with a type, or the name of a type that needs no more",
        .fields = {},
        .short_form = type_key,
        .kinds = [] { return kinds_in(paginator_kinds()); },
    };
    return value;
}

COREST_DECL paginator_config read_paginator(problem_list& problems, const located& place)
{
    if (place.value->is_null()) {
        return {};
    }
    if (const auto own = find_registered(registered_paginators(), place)) {
        try {
            paginator_config made(own->maker(own->keys), own->name + paginator_table::registered_text(own->keys));
            made.paging.check();
            return made;
        } catch (const error& e) {
            problems.add(place.path, place.owner, said_by(e));
            return {};
        }
    }
    static constexpr kind_words words{
        "paginator", "kind of paginator", "write the kind of paginator, as in \"type\": \"offset\""};
    return read_kind(problems, place, paginator_kinds(), paginator_shape(), words);
}

} // namespace corest::source::detail

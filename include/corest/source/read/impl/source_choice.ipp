#pragma once

#include <corest/source/read/source_choice.hpp>

#include <corest/detail/suggestion.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/schema/key_name.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace corest::source::detail {

namespace source_choice {

// `.with_resources("a", "b")`: the others are not selected.
COREST_DECL void select_resources(boost::json::value& dictionary, const std::vector<std::string>& wanted)
{
    auto* object = dictionary.if_object();
    auto* list = object == nullptr ? nullptr : object->if_contains(key_name::resources);
    if (list == nullptr || !list->is_array()) {
        return;
    }
    for (boost::json::value& resource : list->get_array()) {
        if (resource.is_string()) {
            boost::json::object written;
            written.emplace(key_name::name, resource);
            resource = std::move(written);
        }
        auto* keys = resource.if_object();
        const auto* name = keys == nullptr ? nullptr : keys->if_contains(key_name::name);
        if (name != nullptr && name->is_string()) {
            const std::string text(name->get_string());
            (*keys)["selected"] = std::find(wanted.begin(), wanted.end(), text) != wanted.end();
        }
    }
}

} // namespace source_choice

COREST_DECL std::size_t choose_source(
    std::string_view file, const std::vector<source_label>& all, const std::string& wanted)
{
    const auto fail = [](std::string message, std::string hint = {}) {
        return error(errc::invalid_source, std::move(message), std::move(hint));
    };
    std::string list;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string name = all[i].name.empty() ? "" : " " + corest::detail::in_quotes(all[i].name);
        list += "\n  " + std::to_string(i + 1) + name + " at " + all[i].place;
        if (!all[i].name.empty()) {
            names.emplace_back(all[i].name);
        }
    }
    const std::string has =
        std::string(file) + " has " + std::to_string(all.size()) + (all.size() == 1 ? " source:" : " sources:") + list;
    if (wanted.empty()) {
        if (all.size() == 1) {
            return 0;
        }
        throw fail(has + "\nChoose one by its number or name, as in --source 1");
    }
    std::size_t number = 0;
    const auto [end, ec] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    if (ec == std::errc() && end == wanted.data() + wanted.size()) {
        if (number == 0 || number > all.size()) {
            throw fail("--source " + wanted + ": there is no such source; " + has);
        }
        return number - 1;
    }
    const auto is_wanted = [&](const source_label& one) { return one.name == wanted; };
    const auto found = std::find_if(all.begin(), all.end(), is_wanted);
    if (found == all.end()) {
        throw fail("--source " + wanted + ": there is no source of that name"
            + corest::detail::suggestion(wanted, names, "source"));
    }
    if (std::any_of(found + 1, all.end(), is_wanted)) {
        throw fail("--source " + wanted + ": several have that name; " + has + "\nChoose one by its number");
    }
    return static_cast<std::size_t>(found - all.begin());
}

COREST_DECL void apply_source_steps(boost::json::value& dictionary, const std::vector<source_step>& steps)
{
    bool selected = false;
    for (const source_step& s : steps) {
        const auto fail = [&](const std::string& message, std::string hint) {
            return error(errc::invalid_source, s.place + ": ." + s.method + "(...) " + message, std::move(hint));
        };
        if (s.method != "with_resources") {
            throw fail("changes what the source loads, which no dictionary says",
                s.method == "add_limit" ? "Remove it from the file, and give --limit" : "Remove it from the file");
        }
        if (selected) {
            throw fail("selects resources a second time", "Remove one of them, or both and give --only");
        }
        if (!s.is_plain) {
            throw fail("cannot be read: its arguments are no texts", "Remove it from the file, and give --only");
        }
        selected = true;
        source_choice::select_resources(dictionary, s.arguments);
    }
}

} // namespace corest::source::detail

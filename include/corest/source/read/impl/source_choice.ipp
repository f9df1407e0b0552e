#pragma once

#include <corest/source/read/source_choice.hpp>

#include <corest/detail/suggestion.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace corest::source::detail {

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

} // namespace corest::source::detail

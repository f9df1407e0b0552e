#include "destination_options.hpp"

#include <corest/detail/suggestion.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <charconv>

namespace cli {

destination_address::destination_address(
    std::string_view text, std::string_view prefix, std::span<const destination_option> known)
    : prefix_(prefix)
{
    const std::size_t mark = text.find('?');
    location_ = text.substr(0, mark);
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        const std::size_t equals = one.find('=');
        const std::string_view name = one.substr(0, equals);
        const auto has_name = [&](const destination_option& o) { return o.name == name; };
        if (std::none_of(known.begin(), known.end(), has_name)) {
            std::vector<std::string_view> names;
            for (const destination_option& o : known) {
                names.push_back(o.name);
            }
            throw corest::error(corest::errc::invalid_argument,
                prefix_ + " has no option '" + std::string(name) + "'"
                    + (names.empty() ? std::string("; it has none")
                                     : corest::detail::suggestion(name, names, "option")),
                "The options of each destination are in `corest run --help`");
        }
        if (equals == std::string_view::npos || equals + 1 == one.size()) {
            throw corest::error(corest::errc::invalid_argument,
                "the option '" + std::string(name) + "' of " + prefix_ + " has no value: expected " + std::string(name)
                    + "=" + std::string(std::find_if(known.begin(), known.end(), has_name)->value));
        }
        if (find(name)) {
            throw corest::error(corest::errc::invalid_argument,
                "the option '" + std::string(name) + "' of " + prefix_ + " is given twice", "Give it one value");
        }
        given_.emplace_back(name, one.substr(equals + 1));
    }
}

std::optional<std::string> destination_address::find(std::string_view name) const
{
    const auto found = std::find_if(given_.begin(), given_.end(), [&](const auto& o) { return o.first == name; });
    return found == given_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<unsigned> destination_address::find_number(std::string_view name, unsigned least, unsigned most) const
{
    const std::optional<std::string> text = find(name);
    if (!text) {
        return std::nullopt;
    }
    unsigned number = 0;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failure != std::errc() || end != text->data() + text->size() || number < least || number > most) {
        throw corest::error(corest::errc::invalid_argument,
            "the option '" + std::string(name) + "' of " + prefix_ + " is a whole number from " + std::to_string(least)
                + " to " + std::to_string(most) + ", found '" + *text + "'");
    }
    return number;
}

} // namespace cli

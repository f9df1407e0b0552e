#pragma once

#include <corest/select/decode.hpp>

namespace corest::detail {

COREST_DECL std::size_t find_member(
    std::span<const std::string_view> names, std::string_view key, std::size_t expected) noexcept
{
    for (std::size_t i = expected; i < names.size(); ++i) {
        if (same_name(names[i], key)) {
            return i;
        }
    }
    for (std::size_t i = 0; i < expected && i < names.size(); ++i) {
        if (same_name(names[i], key)) {
            return i;
        }
    }
    return names.size();
}

COREST_DECL void throw_missing_member(const json_reader& in, std::size_t object, std::string_view name)
{
    const std::string_view text = in.text();
    const std::string path = path_at(text, object);
    json_reader value(text.substr(object));
    throw error(errc::field_missing,
        "field '" + (path.empty() ? "" : path + ".") + std::string(name) + "' is missing: "
            + (path.empty() ? "the record" : "'" + path + "'") + " " + describe_content(value.skip()),
        "Make the member std::optional where it may be missing");
}

} // namespace corest::detail

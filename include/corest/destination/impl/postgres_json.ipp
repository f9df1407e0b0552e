#pragma once

// Which JSON texts PostgreSQL's jsonb does not keep as they are.

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/detail/escape_faults.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail::postgres_json {

/// A key that one of the objects has twice. jsonb keeps the last one only.
[[nodiscard]] inline std::optional<std::string> repeated_key(json_reader& reader)
{
    std::optional<std::string> found;
    switch (reader.kind()) {
    case json_kind::object: {
        std::vector<std::string> keys;
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            keys.emplace_back(key);
            std::optional<std::string> inside = repeated_key(reader);
            found = found ? found : std::move(inside);
        }
        std::sort(keys.begin(), keys.end());
        const auto twice = std::adjacent_find(keys.begin(), keys.end());
        return twice == keys.end() ? found : std::optional(*twice);
    }
    case json_kind::array:
        reader.begin_array();
        while (reader.next_element()) {
            std::optional<std::string> inside = repeated_key(reader);
            found = found ? found : std::move(inside);
        }
        return found;
    default:
        reader.skip();
        return found;
    }
}

/// \param hint what to do about it
/// \throws error (destination_failed) where jsonb would refuse the value, or change it
inline void check(std::string_view json, const std::string& field, const std::string& hint)
{
    const std::string_view fault = escape_faults::fault(json, escape_faults::unknown::nul_and_halves);
    const auto refuse = [&](const std::string& what) {
        throw error(errc::destination_failed, "the value of the field '" + field + "' " + what, hint);
    };
    if (!fault.empty()) {
        refuse("holds " + std::string(fault) + ", which PostgreSQL's jsonb does not take");
    }
    if (json.find('{') == std::string_view::npos) {
        return;
    }
    json_reader reader(json, "the value");
    if (const std::optional<std::string> key = repeated_key(reader)) {
        refuse("has an object with the key '" + printable(*key) + "' twice, of which PostgreSQL's jsonb keeps one");
    }
}

} // namespace corest::detail::postgres_json

#pragma once

// Which JSON texts PostgreSQL's jsonb does not keep as they are.

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail::postgres_json {

/// The unit of UTF-16 that a `\u` escape writes. \param digits behind the `u`
[[nodiscard]] inline unsigned unit_of(std::string_view digits)
{
    unsigned unit = 0;
    for (const char c : digits.substr(0, 4)) {
        unit = unit * 16 + static_cast<unsigned>(std::max(hex_value(c), 0));
    }
    return unit;
}

/// What is wrong with the escapes of a JSON text; empty where nothing is. jsonb knows neither U+0000 nor halves of a
/// pair.
[[nodiscard]] inline std::string_view fault_of_escapes(std::string_view json)
{
    constexpr std::size_t length = 6; // of \uXXXX
    for (std::size_t i = json.find('\\'); i != std::string_view::npos && i + 1 < json.size(); i = json.find('\\', i)) {
        if (json[i + 1] != 'u') {
            i += 2;
            continue;
        }
        const unsigned unit = unit_of(json.substr(i + 2));
        if (unit == 0) {
            return "the character U+0000 (\\u0000)";
        }
        if (unit >= 0xDC00U && unit < 0xE000U) {
            return "half of a surrogate pair";
        }
        i += length;
        if (unit >= 0xD800U && unit < 0xDC00U) {
            const std::string_view next = json.substr(i);
            const bool is_pair = next.starts_with("\\u") && (unit_of(next.substr(2)) & 0xFC00U) == 0xDC00U;
            if (!is_pair) {
                return "half of a surrogate pair";
            }
            i += length;
        }
    }
    return {};
}

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

/// \throws error (destination_failed) where jsonb would refuse the value, or change it
inline void check(std::string_view json, const std::string& field)
{
    const std::string_view fault = fault_of_escapes(json);
    const auto refuse = [&](const std::string& what) {
        throw error(errc::destination_failed, "the value of the field '" + field + "' " + what,
            "Load with ?json=json, which keeps the text as it is");
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

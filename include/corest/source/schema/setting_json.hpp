#pragma once

/// \file
/// A setting as the dictionary would have it. Not for users.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// A number without a fraction where it has none.
[[nodiscard]] inline boost::json::value number_json(double d)
{
    return d == std::floor(d) && std::abs(d) < 1e15 ? boost::json::value(static_cast<std::int64_t>(d))
                                                    : boost::json::value(d);
}

/// \name Settings as JSON; none for what has no text, or may not be shown
/// @{
template <class T>
[[nodiscard]] std::optional<boost::json::value> setting_json(const T& setting)
{
    if constexpr (std::is_same_v<T, bool>) {
        return boost::json::value(setting);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return number_json(static_cast<double>(setting));
    } else {
        return std::nullopt;
    }
}
template <class Rep, class Period>
[[nodiscard]] std::optional<boost::json::value> setting_json(const std::chrono::duration<Rep, Period>& setting)
{
    return number_json(std::chrono::duration<double>(setting).count());
}
[[nodiscard]] inline std::optional<boost::json::value> setting_json(const std::string& setting)
{
    return setting.empty() ? std::nullopt : std::optional<boost::json::value>(boost::json::string_view(setting));
}
[[nodiscard]] inline std::optional<boost::json::value> setting_json(const json_path& setting)
{
    return boost::json::value(boost::json::string_view(setting.text()));
}
[[nodiscard]] inline std::optional<boost::json::value> setting_json(const std::vector<unsigned>& setting)
{
    boost::json::array out;
    for (const unsigned number : setting) {
        out.emplace_back(number);
    }
    return boost::json::value(std::move(out));
}
[[nodiscard]] inline std::optional<boost::json::value> setting_json(const std::vector<std::string>& setting)
{
    boost::json::array out;
    for (const std::string& text : setting) {
        out.emplace_back(boost::json::string_view(text));
    }
    return out.empty() ? std::nullopt : std::optional<boost::json::value>(std::move(out));
}
template <class T>
[[nodiscard]] std::optional<boost::json::value> setting_json(const std::optional<T>& setting)
{
    return setting ? setting_json(*setting) : std::nullopt;
}
/// @}

/// A setting's value for people: a text as it is, keys and values of an object, other values as JSON.
[[nodiscard]] COREST_DECL std::string setting_text(const boost::json::value& setting);
/// "max_retries 5, jitter true".
[[nodiscard]] COREST_DECL std::string settings_text(const boost::json::object& settings);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/setting_json.ipp>
#endif

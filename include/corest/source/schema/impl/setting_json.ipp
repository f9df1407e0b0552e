#pragma once

#include <corest/source/schema/setting_json.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/serialize.hpp>

namespace corest::source::detail {

COREST_DECL std::string setting_text(const boost::json::value& setting)
{
    if (const auto* text = setting.if_string()) {
        return std::string(*text);
    }
    if (setting.is_double()) {
        return number_text(setting);
    }
    const auto* object = setting.if_object();
    return object == nullptr ? boost::json::serialize(setting) : settings_text(*object);
}

COREST_DECL std::string settings_text(const boost::json::object& settings)
{
    return corest::detail::join(settings, ", ",
        [](const auto& setting) { return std::string(setting.key()) + " " + setting_text(setting.value()); });
}

} // namespace corest::source::detail

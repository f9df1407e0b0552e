#pragma once

#include <corest/source/schema/written_secrets.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>

namespace corest::source::detail {

COREST_DECL bool is_secret_key(std::string_view name)
{
    return corest::detail::names_credential(name) || corest::detail::lower(name).ends_with("key");
}

COREST_DECL void add_written_secrets(const boost::json::value& v, std::string_view name, std::vector<secret>& out)
{
    if (const auto* object = v.if_object()) {
        for (const auto& member : *object) {
            add_written_secrets(member.value(), std::string_view(member.key().data(), member.key().size()), out);
        }
    } else if (const auto* list = v.if_array()) {
        for (const boost::json::value& element : *list) {
            add_written_secrets(element, name, out);
        }
    } else if (const auto* text = v.if_string(); text != nullptr && is_secret_key(name)) {
        out.emplace_back(std::string(*text));
    }
}

} // namespace corest::source::detail

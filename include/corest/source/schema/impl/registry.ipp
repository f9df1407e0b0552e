#pragma once

#include <corest/source/schema/registry.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/paginators.hpp>

#include <utility>

namespace corest::source {

namespace detail {

COREST_DECL registry<paginator_maker>& registered_paginators()
{
    static registry<paginator_maker> all;
    return all;
}

COREST_DECL registry<authenticator_maker>& registered_authenticators()
{
    static registry<authenticator_maker> all;
    return all;
}

COREST_DECL std::optional<std::pair<std::string, boost::json::object>> type_at(const located& place)
{
    if (const auto* name = place.value->if_string()) {
        return std::pair(std::string(*name), boost::json::object());
    }
    const auto* object = place.value->if_object();
    const auto* type =
        object == nullptr ? nullptr : object->if_contains(boost::json::string_view(type_key.data(), type_key.size()));
    if (type == nullptr || !type->is_string()) {
        return std::nullopt;
    }
    boost::json::object keys = *object;
    keys.erase(boost::json::string_view(type_key.data(), type_key.size()));
    return std::pair(std::string(type->get_string()), std::move(keys));
}

/// Whether a name can be given to a part of the program's own.
template <class Value>
void check_free(const std::string& name, std::span<const readable_kind<Value>> own, const char* noun)
{
    if (name.empty() || find_kind(own, name) != nullptr) {
        throw error(errc::invalid_argument,
            name.empty() ? std::string("the name of the ") + noun + " is empty"
                         : "'" + name + "' is a " + noun + " of corest's own",
            "Give it another name");
    }
}

} // namespace detail

COREST_DECL void register_paginator(std::string name, paginator_maker make)
{
    detail::check_free(name, detail::paginator_kinds(), "paginator");
    detail::registered_paginators().add(std::move(name), std::move(make));
}

COREST_DECL void register_authenticator(std::string name, authenticator_maker make)
{
    detail::check_free(name, detail::authenticator_kinds(), "authenticator");
    detail::registered_authenticators().add(std::move(name), std::move(make));
}

} // namespace corest::source

#pragma once

#include <corest/source/schema/registry.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/paginators.hpp>

#include <algorithm>
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

COREST_DECL registry<destination_maker>& registered_destinations()
{
    static registry<destination_maker> all;
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

COREST_DECL void register_destination(std::string scheme, destination_maker make)
{
    const auto may_follow = [](char c) {
        return (c >= 'a' && c <= 'z') || corest::detail::is_digit(c) || c == '+' || c == '-' || c == '.';
    };
    if (scheme.empty() || scheme[0] < 'a' || scheme[0] > 'z' || !std::all_of(scheme.begin(), scheme.end(), may_follow))
    {
        throw error(errc::invalid_argument,
            "the scheme of a destination is " + corest::detail::in_quotes(scheme)
                + "; expected lower-case letters, digits, +, - and ., the first one a letter",
            "Give it without the colon, as in \"kafka\"");
    }
    if (std::find(detail::own_schemes.begin(), detail::own_schemes.end(), scheme) != detail::own_schemes.end()) {
        throw error(errc::invalid_argument, "'" + scheme + "' is the scheme of a destination of corest's own",
            "Give it another name");
    }
    detail::registered_destinations().add(std::move(scheme), std::move(make));
}

COREST_DECL std::optional<any_destination> find_destination(std::string_view address)
{
    const std::size_t colon = address.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto make = detail::registered_destinations().find(std::string(address.substr(0, colon)));
    return make ? std::optional((*make)(std::string(address.substr(colon + 1)))) : std::nullopt;
}

COREST_DECL std::vector<std::string> destination_schemes()
{
    return detail::registered_destinations().names();
}

} // namespace corest::source

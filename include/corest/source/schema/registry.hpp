#pragma once

/// \file
/// Paginators and authenticators of a program's own, by the names that dictionaries give them.

#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace corest::source {

/// Makes a paginator of the keys that stand beside `type`.
/// \throws error (invalid_argument) where they are wrong: what it says becomes a problem of the dictionary
using paginator_maker = std::function<any_paginator(const boost::json::object& keys)>;

/// Makes an authenticator of the keys that stand beside `type`, where secrets are their values.
/// \throws error (invalid_argument) where they are wrong; the message must show no secret
using authenticator_maker = std::function<any_authenticator(const boost::json::object& keys)>;

/// Makes a paginator known to dictionaries that are read from now on, in the whole program:
///
/// \code
/// corest::source::register_paginator("keyset", [](const boost::json::object& keys) {
///     return keyset(std::string(keys.at("last").as_string()));
/// });
/// \endcode
/// with `"paginator": {"type": "keyset", "last": "data[-1].id"}`. What the maker does not look at is not checked.
/// \param name what `type` is then \param make called each time that one is read
/// \throws error (invalid_argument) where the name is empty, or one of corest's own
COREST_DECL void register_paginator(std::string name, paginator_maker make);

/// Makes an authenticator known to dictionaries that are read from now on, in the whole program. A member of its
/// object that is a secret (`{"$secret": "name"}`), at whatever depth, is looked up as others are.
/// \param name what `type` is then \param make called when a run begins
/// \throws error (invalid_argument) where the name is empty, or one of corest's own
COREST_DECL void register_authenticator(std::string name, authenticator_maker make);

namespace detail {

/// Makers by name. Several threads may add and look.
template <class Maker>
class registry {
public:
    void add(std::string name, Maker make)
    {
        const std::lock_guard lock(access_);
        makers_.insert_or_assign(std::move(name), std::move(make));
    }
    [[nodiscard]] std::optional<Maker> find(const std::string& name) const
    {
        const std::lock_guard lock(access_);
        const auto found = makers_.find(name);
        return found == makers_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    mutable std::mutex access_;
    std::map<std::string, Maker> makers_;
};

[[nodiscard]] COREST_DECL registry<paginator_maker>& registered_paginators();
[[nodiscard]] COREST_DECL registry<authenticator_maker>& registered_authenticators();

/// A part of the program's own that a place of a dictionary names.
template <class Maker>
class registered_part {
public:
    registered_part(std::string type_name, boost::json::object its_keys, Maker make)
        : name(std::move(type_name)),
          keys(std::move(its_keys)),
          maker(std::move(make))
    {
    }
    std::string name;
    boost::json::object keys; ///< besides `type`
    Maker maker;
};

/// The type that stands at a place, and the object's other keys.
[[nodiscard]] COREST_DECL std::optional<std::pair<std::string, boost::json::object>> type_at(const located& place);

/// The part that a place names, if the program has registered it.
template <class Maker>
[[nodiscard]] std::optional<registered_part<Maker>> find_registered(const registry<Maker>& known, const located& place)
{
    auto named = type_at(place);
    auto maker = named ? known.find(named->first) : std::nullopt;
    return maker ? std::optional(registered_part<Maker>(named->first, std::move(named->second), *std::move(maker)))
                 : std::nullopt;
}

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/registry.ipp>
#endif

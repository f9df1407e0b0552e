#pragma once

/// \file
/// Paginators and authenticators of a program's own, by the names that dictionaries give them, and destinations, by the
/// schemes of their addresses.

#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Makes a destination of what follows the scheme in its address: "topic?acks=all" of "kafka:topic?acks=all".
/// \throws error (invalid_argument) where it is wrong; the message must show no password
using destination_maker = std::function<any_destination(const std::string& location)>;

/// Makes a destination known by its scheme, in the whole program: to `planned_source::run` with an address, and to
/// `--to` of a command that is built with the file that calls this (`COREST_COMMAND_PARTS` of CMake).
/// \param scheme letters, digits, `+`, `-` and `.`, in lower case, the first one a letter; without the colon
/// \param make called when a run begins
/// \throws error (invalid_argument) where the scheme is none, or one of corest's own
COREST_DECL void register_destination(std::string scheme, destination_maker make);

/// The destination of an address whose scheme is registered; none where it is not.
/// \throws error what its maker throws
[[nodiscard]] COREST_DECL std::optional<any_destination> find_destination(std::string_view address);

/// The schemes that are registered, in the order of the alphabet.
[[nodiscard]] COREST_DECL std::vector<std::string> destination_schemes();

namespace detail {

/// The schemes of corest's own destinations.
inline constexpr std::array<std::string_view, 7> own_schemes = {
    "sqlite", "duckdb", "ndjson", "csv", "parquet", "postgresql", "postgres"};

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

    [[nodiscard]] std::vector<std::string> names() const
    {
        const std::lock_guard lock(access_);
        std::vector<std::string> all;
        for (const auto& [name, make] : makers_) {
            all.push_back(name);
        }
        return all;
    }

private:
    mutable std::mutex access_;
    std::map<std::string, Maker> makers_;
};

[[nodiscard]] COREST_DECL registry<paginator_maker>& registered_paginators();
[[nodiscard]] COREST_DECL registry<authenticator_maker>& registered_authenticators();
[[nodiscard]] COREST_DECL registry<destination_maker>& registered_destinations();

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

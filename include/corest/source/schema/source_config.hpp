#pragma once

/// \file
/// The dictionary, checked and typed.

#include <corest/config.hpp>
#include <corest/source/schema/client_config.hpp>
#include <corest/source/schema/resource_config.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace corest::source {

/// The whole dictionary.
class source_config {
public:
    client_config client;                   ///< how the API is reached
    std::vector<resource_config> resources; ///< in the dictionary's order
    std::vector<std::string> warnings;      ///< keys that are accepted and have no effect
};

/// Checks a dictionary (`read_source`, overrides applied). Looks up no secret.
/// \throws error (invalid_source) with up to ten problems, each with the key's path, the resource's name and, for an
///         unknown key or name, the nearest known one. Never the value of a credential
[[nodiscard]] COREST_DECL source_config check_source(const boost::json::value& dictionary);

namespace detail {

/// The paths of what `check_source` would complain of, in its order. Not for users.
[[nodiscard]] COREST_DECL std::vector<std::string> places_of_problems(const boost::json::value& dictionary);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/source_config.ipp>
#endif

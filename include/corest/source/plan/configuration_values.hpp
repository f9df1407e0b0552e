#pragma once

/// \file
/// Configuration values that stand where the value itself must be known.

#include <corest/config.hpp>
#include <corest/source/read/source_reading.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace corest::source {

/// Finds a configuration value by its name, if it is there.
using configuration_lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// A configuration value that a plan needs.
class configuration_value {
public:
    std::string name;         ///< as the file has it
    std::string path;         ///< the key that needs it: `resources[0].endpoint.path`
    bool is_there = false;    ///< it was found
    bool has_default = false; ///< something else is used where it is missing
};

namespace detail {

/// Puts configuration values (of `dlt.config`, or of an environment variable whose name is not a credential's) in the
/// place of references where no reference can stand. What is not there, and secrets, become places that cannot be
/// read, which say why. Not for users.
/// \param dictionary not checked yet
/// \param fetched what its references are
/// \param find looks the values up
/// \return what was looked up, in the order of the dictionary
COREST_DECL std::vector<configuration_value> fill_configuration(
    boost::json::value& dictionary, const std::vector<fetched_value>& fetched, const configuration_lookup& find);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/configuration_values.ipp>
#endif

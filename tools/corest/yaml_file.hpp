#pragma once

/// \file
/// Dictionaries in YAML.

#include <boost/json/value.hpp>

#include <string_view>

namespace cli {

/// Reads YAML into the JSON value that says the same: YAML 1.2's core schema, with anchors and `<<`.
/// \param text of the whole file
/// \param name of the file, for messages
/// \throws corest::error (invalid_source) with line and column; where this build of the command reads no YAML
[[nodiscard]] boost::json::value read_yaml(std::string_view text, std::string_view name);

} // namespace cli

#pragma once

/// \file
/// Dictionaries in YAML.

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace cli {

/// Reads YAML into the JSON value that says the same: YAML 1.2's core schema, with anchors and `<<`.
/// \param text of the whole file
/// \param name of the file, for messages
/// \param which of several documents, from 1 (`--source`); empty: the only one
/// \throws corest::error (invalid_source) with line and column; where there are several documents, and none of them is
///         chosen; where this build of the command reads no YAML
[[nodiscard]] boost::json::value read_yaml(std::string_view text, std::string_view name, const std::string& which = {});

} // namespace cli

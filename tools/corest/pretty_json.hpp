#pragma once

/// \file
/// JSON as people write it.

#include <boost/json/value.hpp>

#include <string>

namespace cli {

/// Over several lines, two spaces deeper for each level; lists and objects that fit a line stand on one.
[[nodiscard]] std::string pretty_json(const boost::json::value& v);

} // namespace cli

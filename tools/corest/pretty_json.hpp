#pragma once

/// \file
/// JSON as people write it.

#include <boost/json/value.hpp>

#include <string>

namespace cli {

/// On one line without blanks, for programs; numbers as people write them: 0.013, not 1.3E-2.
[[nodiscard]] std::string json_line(const boost::json::value& v);

/// Over several lines, two spaces deeper for each level; lists and objects that fit a line stand on one.
[[nodiscard]] std::string pretty_json(const boost::json::value& v);

} // namespace cli

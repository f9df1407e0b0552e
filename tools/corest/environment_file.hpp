#pragma once

/// \file
/// Files of environment variables: `.env`.

#include <map>
#include <string>
#include <string_view>

namespace cli {

/// Reads lines NAME=VALUE, with `export`, quotes and comments. A value in quotes is what stands between them; another
/// one ends before ` #`.
/// \param text of the whole file
/// \param name of the file, for messages
/// \throws corest::error (invalid_source) with the line; never what stands there
[[nodiscard]] std::map<std::string, std::string> read_environment(std::string_view text, const std::string& name);

} // namespace cli

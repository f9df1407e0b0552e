#pragma once

/// \file
/// Files of secrets: JSON, which the library reads, or TOML.

#include <corest/source/plan/secrets.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Reads TOML 1.0 into the JSON value that says the same; dates and times become texts.
/// \param text of the whole file
/// \param name of the file, for messages
/// \throws corest::error (invalid_source) with line and column; never what stands there
[[nodiscard]] boost::json::value read_toml(std::string_view text, std::string_view name);

/// Adds the secrets of a file: JSON where it begins with a brace, else TOML.
/// \return warnings: the file may be read by others than its owner
/// \throws corest::error (invalid_source) where it cannot be read, and as `read_toml`
std::vector<std::string> add_secrets_file(corest::source::secret_store& store, const std::string& path);

} // namespace cli

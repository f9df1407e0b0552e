#pragma once

/// \file
/// The places where dlt's users keep their secrets.

#include "commands.hpp"

#include <corest/source/plan/secrets.hpp>

#include <string>
#include <vector>

namespace cli {

/// A store of secrets, and what is to be said of the files that it was filled from.
struct opened_secrets {
    corest::source::secret_store store;
    std::vector<std::string> warnings;
};

/// The environment, the files of `--env-file`, then those of `--secrets`, then `.dlt/secrets.toml` and
/// `.dlt/config.toml` of the working folder, then of the home folder. Plain names are looked up in the sections
/// `sources.<section>.<source>`, `sources.<section>`, `sources.<source>`, `sources`, then alone.
/// \param given the command line
/// \param source_name that the file gives the source; may be empty
/// \param section that the file gives it; empty: the file's name without its extension
/// \throws corest::error (invalid_source) where a file cannot be read
[[nodiscard]] opened_secrets open_secrets(
    const arguments& given, const std::string& source_name, const std::string& section);

} // namespace cli

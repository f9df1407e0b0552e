#pragma once

/// \file
/// Where a source comes from: a file, standard input, YAML, or a run of Python.

#include "commands.hpp"

#include <corest/source/source.hpp>

namespace cli {

/// Reads the source that the command line names.
/// \throws corest::error (invalid_source) where it cannot be read
[[nodiscard]] corest::source::definition load_source(const arguments& given);

} // namespace cli

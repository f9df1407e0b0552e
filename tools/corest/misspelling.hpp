#pragma once

/// \file
/// Finds what a command line that was refused probably meant, or lacks.

#include <CLI/App.hpp>

#include <string>

namespace cli {

/// The message for a word of the command line that is no command, or no option of its command, with the nearest known
/// one; empty where neither is wrong.
[[nodiscard]] std::string describe_misspelling(const CLI::App& app, int argc, const char* const* argv);

/// The message for what a command line lacks: the command itself, an argument or an option, with what it is for; empty
/// where nothing is missing.
[[nodiscard]] std::string describe_missing(const CLI::App& app);

/// The message for an option that is given more than once and takes one value; empty where there is none.
[[nodiscard]] std::string describe_repetition(const CLI::App& app);

} // namespace cli

#pragma once

/// \file
/// Finds what a command line that was refused probably meant, or lacks.

#include <CLI/App.hpp>

#include <string>

namespace cli {

/// The message for a word of the command line that is no command, or no option, with the nearest known one, or for an
/// option without its value at the end; empty where neither is wrong.
[[nodiscard]] std::string describe_misspelling(const CLI::App& app, int argc, const char* const* argv);

/// The message for words that the command does not take; empty where there are none.
[[nodiscard]] std::string describe_extra(const CLI::App& app);

/// The message for a command that was given without an argument or an option that it needs.
[[nodiscard]] std::string describe_need(const CLI::App& command, const CLI::Option& lacking);

/// The message for what a command line lacks: the command itself, an argument or an option, with what it is for; empty
/// where nothing is missing.
[[nodiscard]] std::string describe_missing(const CLI::App& app);

/// The message for an option that is given more than once and takes one value; empty where there is none.
[[nodiscard]] std::string describe_repetition(const CLI::App& app);

} // namespace cli

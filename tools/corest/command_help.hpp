#pragma once

/// \file
/// Shell completion and the man page, made of the same commands and options as `--help`.

#include <CLI/CLI.hpp>

#include <string>

namespace cli {

/// A script that completes the command's words.
/// \param app with all subcommands
/// \param shell bash, zsh or fish
[[nodiscard]] std::string completion_script(const CLI::App& app, const std::string& shell);

/// The command's manual page, section 1, in the macros of man(7).
[[nodiscard]] std::string manual_page(const CLI::App& app);

} // namespace cli

#pragma once

/// \file
/// Has the user's Python run a file, with a stand-in in the place of dlt (`--python`).

#include "commands.hpp"

#include <corest/source/read/read_options.hpp>
#include <corest/source/read/source_reading.hpp>

#include <string_view>

namespace cli {

/// The program that stands in for dlt: python/dlt_stand_in.py.
[[nodiscard]] std::string_view dlt_stand_in() noexcept;
/// The module that it imports: python/pendulum_stand_in.py.
[[nodiscard]] std::string_view pendulum_stand_in() noexcept;

/// Runs the file of the command line with `python3`, and takes the dictionary of the source that it makes.
/// \param given the command line: the file, and its time limit
/// \param options which of several sources, values of parameters
/// \throws corest::error (invalid_source) where Python is missing, fails, takes too long, or makes no source
[[nodiscard]] corest::source::source_reading run_python(
    const arguments& given, const corest::source::read_options& options);

} // namespace cli

#pragma once

/// \file
/// Reads the dictionary of a call `rest_api_source({...})` in a Python file or a page. No Python is run.

#include <corest/config.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/read_options.hpp>
#include <corest/source/read/source_reading.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace corest::source {

/// True where the text has a call of `rest_api_source` (or `rest_api_resources`), or a `RESTAPIConfig` variable.
[[nodiscard]] COREST_DECL bool has_python_source(std::string_view text);

/// Reads the dictionary of such a call, or of such a variable where no call has it.
///
/// Names are looked up as Python does; what would have to be run is marked (`source_reading`). Of a page, the blocks
/// between fences are Python. Texts and comments are not code.
/// \param text of the whole file, UTF-8
/// \param name of the file, for messages
/// \param options which source, and what the file leaves open
/// \throws error (invalid_source) where there is no such call; where there are several, with a list of them, unless the
///         options choose one; and with line and column where something is not understood
[[nodiscard]] COREST_DECL source_reading read_python(
    std::string_view text, std::string_view name, const read_options& options);

/// Reads the only such dictionary. \throws as `read_python`
[[nodiscard]] COREST_DECL boost::json::value read_python_source(
    std::string_view text, std::string_view name = "source");

namespace detail {

/// Reads a script as `read_python` does.
[[nodiscard]] COREST_DECL source_reading read_python_script(const python_script& script, const read_options& options);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_sources.ipp>
#endif

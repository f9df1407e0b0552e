#pragma once

/// \file
/// Finds the call `rest_api_source({...})` in a Python file or a page, and reads its dictionary. No Python is run.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace corest::source {

/// True where the text has a call of `rest_api_source` (or `rest_api_resources`), or a `RESTAPIConfig` variable.
[[nodiscard]] COREST_DECL bool has_python_source(std::string_view text);

/// Reads the first such dictionary: the call's argument, or the variable that the argument names.
/// \param text of the whole file, UTF-8
/// \param name of the file, for messages
/// \throws error (invalid_source) where there is no such call, where its argument is no dictionary literal, and as
///         `read_python_literal`
[[nodiscard]] COREST_DECL boost::json::value read_python_source(
    std::string_view text, std::string_view name = "source");

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/find_python_call.ipp>
#endif

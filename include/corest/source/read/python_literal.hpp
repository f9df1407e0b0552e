#pragma once

/// \file
/// Reads the dictionary of a `rest_api_source({...})` call out of Python or Markdown. No Python is run.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace corest::source {

/// True where the text has a call of `rest_api_source` (or `rest_api_resources`), or a `RESTAPIConfig` variable.
[[nodiscard]] COREST_DECL bool has_python_source(std::string_view text);

/// Reads the first such dictionary: the call's argument, or the variable that the argument names.
///
/// Understood are texts with single, double and triple quotes, the prefixes r and u, adjacent texts, numbers, True,
/// False, None, lists, tuples (as lists), dictionaries with text keys, trailing commas, and the comments `#` and `//`.
/// `dlt.secrets["name"]`, `dlt.config["name"]` and `os.environ["NAME"]` become `{"$secret": "name"}`;
/// `dlt.secrets.value` is the secret named as its key.
///
/// \param text of the whole file, UTF-8
/// \param name of the file, for messages
/// \throws error (invalid_source) with line and column, where something else stands in it (a name, a call, an f-string,
///         ...), a key stands twice, or the nesting is deeper than 64. No text of the dictionary is in the message
[[nodiscard]] COREST_DECL boost::json::value read_python_source(
    std::string_view text, std::string_view name = "source");

/// Reads one literal that is the whole text. \throws as `read_python_source`
[[nodiscard]] COREST_DECL boost::json::value read_python_literal(
    std::string_view text, std::string_view name = "literal");

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_literal.ipp>
#endif

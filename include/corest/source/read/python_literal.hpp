#pragma once

/// \file
/// Reads a literal of Python: the dictionary, and what it holds. No Python is run.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace corest::source {

/// Reads one literal that is the whole text.
///
/// Understood are texts with single, double and triple quotes, the prefixes r and u, adjacent texts, numbers, True,
/// False, None, lists, tuples (as lists), dictionaries with text keys, trailing commas, and the comments `#` and `//`.
/// `dlt.secrets["name"]`, `dlt.config["name"]` and `os.environ["NAME"]` become `{"$secret": "name"}`;
/// `dlt.secrets.value` is the secret named as its key.
///
/// \param text UTF-8
/// \param name of the file, for messages
/// \throws error (invalid_source) with line and column, where something else stands in it (a name, a call, an f-string,
///         ...), a key stands twice, or the nesting is deeper than 64. No text of the dictionary is in the message
[[nodiscard]] COREST_DECL boost::json::value read_python_literal(
    std::string_view text, std::string_view name = "literal");

namespace detail {

/// Reads the literal that begins at an offset of a text; what follows it is not looked at.
/// \throws as `read_python_literal`
[[nodiscard]] COREST_DECL boost::json::value read_python_literal_at(
    std::string_view text, std::string_view name, std::size_t offset);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_literal.ipp>
#endif

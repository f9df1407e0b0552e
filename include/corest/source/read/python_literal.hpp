#pragma once

/// \file
/// Reads a literal of Python: the dictionary, and what it holds. No Python is run.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace corest::source {

/// Reads one expression that is the whole text.
///
/// Understood are texts with their prefixes (f too, where its fields are understood), numbers, True, False, None,
/// lists, tuples (as lists), dictionaries with text keys, `+` of texts and lists, `|` and `**` of dictionaries, and
/// the comments `#` and `//`. `dlt.secrets["name"]`, `dlt.config["name"]` and `os.environ["NAME"]` become
/// `{"$secret": "name"}`; `dlt.secrets.value` is the secret named as its key. Objects of dlt
/// (`OffsetPaginator(limit=10)`) become dictionaries.
///
/// \param text UTF-8
/// \param name of the file, for messages
/// \throws error (invalid_source) with line and column, where something else stands in it (a name, a call, ...), a key
///         stands twice, or the nesting is deeper than 64. No text of the dictionary is in the message
[[nodiscard]] COREST_DECL boost::json::value read_python_literal(
    std::string_view text, std::string_view name = "literal");

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_literal.ipp>
#endif

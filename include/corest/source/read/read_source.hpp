#pragma once

/// \file
/// Reads a dictionary from a file: JSON, or Python in a .py file, a notebook or a page.

#include <corest/config.hpp>
#include <corest/source/read/read_options.hpp>
#include <corest/source/read/source_reading.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace corest::source {

/// Reads a text: JSON where it begins with a brace (a notebook, where that has cells), else the call
/// `rest_api_source({...})` in it. What it is, is seen by its content, not by the file's name. The result is not
/// checked yet (`check_source`).
/// \param text of the whole file, UTF-8
/// \param name of the file, for messages
/// \param options which of several sources, and what the file leaves open
/// \throws error (invalid_source) with line and column; a key that stands twice is one too
[[nodiscard]] COREST_DECL source_reading read_source(
    std::string_view text, std::string_view name, const read_options& options);

/// Reads the only source of a text, without options.
/// \param text of the whole file, UTF-8
/// \param name of the file, for messages
/// \throws error (invalid_source) with line and column; a key that stands twice is one too
[[nodiscard]] COREST_DECL boost::json::value read_source(std::string_view text, std::string_view name = "source");

/// Reads a file of at most 16 MiB.
/// \throws error (invalid_source) where it cannot be read, and as `read_source`
[[nodiscard]] COREST_DECL boost::json::value read_source_file(const std::string& path);

namespace detail {

/// The content of a file of at most 16 MiB. \param kind what it is, for messages: "source"
[[nodiscard]] COREST_DECL std::string read_text_file(const std::string& path, std::string_view kind);

/// Strict JSON, with at most 64 levels.
/// \throws error (invalid_source) with line and column, that shows nothing of the text but a key that stands twice
[[nodiscard]] COREST_DECL boost::json::value read_strict_json(std::string_view text, std::string_view name);

/// Of a dictionary that is not written in Python, where a text with a call of Python in it is no more than that text.
/// \param path of the value, empty at the root
/// \throws error (invalid_source) where one is `dlt.secrets.value` or its like, which would be sent as it stands
COREST_DECL void refuse_python_calls(const boost::json::value& dictionary, const std::string& path = {});

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/read_source.ipp>
#endif

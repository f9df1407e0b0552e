#pragma once

/// \file
/// What Python's texts and numbers mean (its language reference, sections 2.4.1 and 2.4.4). Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_tokens.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace corest::source::detail {

/// A text in quotes, taken apart but not decoded.
struct quoted_text {
    bool raw = false;       ///< r: a backslash is a backslash
    bool formatted = false; ///< f: holds fields
    std::size_t begin = 0;  ///< of what stands between the quotes
    std::size_t end = 0;    ///< behind it
};

/// Takes a `text` token, or a `bad` one that begins like one, apart.
/// \throws error (invalid_source) where it is not ended, or is bytes
[[nodiscard]] COREST_DECL quoted_text take_quotes(const python_script& script, const token& t);

/// Decodes a part of a text in quotes.
/// \param begin of the part
/// \param end behind it
/// \param raw whether a backslash is a backslash
/// \throws error (invalid_source) that shows nothing of it
[[nodiscard]] COREST_DECL std::string decode_text(
    const python_script& script, std::size_t begin, std::size_t end, bool raw);

/// The value of a `number` token. \param negative whether an odd number of minus signs stands before it
/// \throws error (invalid_source) where it is no number, or does not fit into 64 bits
[[nodiscard]] COREST_DECL boost::json::value decode_number(
    const python_script& script, const token& t, bool negative = false);

/// A number as Python's `str` writes it.
[[nodiscard]] COREST_DECL std::string python_number_text(const boost::json::value& number);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_values.ipp>
#endif

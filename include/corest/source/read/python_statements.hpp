#pragma once

/// \file
/// Reads Python's statements (its language reference, chapters 7 and 8) into trees. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <cstddef>
#include <vector>

namespace corest::source::detail {

/// Reads the statements of a part of a text. Never fails: a statement that cannot be read is a `broken` one.
/// \param script the text
/// \param begin of the part
/// \param end behind it
[[nodiscard]] COREST_DECL std::vector<python_statement> python_statements(
    const python_script& script, std::size_t begin, std::size_t end);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_statements.ipp>
#endif

#pragma once

/// \file
/// One of several sources of a file. Not for users.

#include <corest/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// A source of a file, for messages.
struct source_label {
    std::string name;  ///< may be empty
    std::string place; ///< "f.py:3:5"
};

/// Which source is meant.
/// \param file its name
/// \param all sources of the file, one at least
/// \param wanted number, from 1, or name (`--source`); empty: the only one
/// \return its index
/// \throws error (invalid_source) that lists them where none or several are meant
[[nodiscard]] COREST_DECL std::size_t choose_source(
    std::string_view file, const std::vector<source_label>& all, const std::string& wanted);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/source_choice.ipp>
#endif

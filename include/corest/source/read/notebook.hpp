#pragma once

/// \file
/// The Python of a Jupyter notebook (nbformat 4). Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_script.hpp>

#include <optional>
#include <string_view>

namespace corest::source::detail {

/// The code cells of a notebook, one after another; none where the text is none. Lines that are commands of Jupyter
/// (`%pip`, `!ls`) are left out.
[[nodiscard]] COREST_DECL std::optional<python_script> notebook_script(std::string_view text, std::string_view name);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/notebook.ipp>
#endif

#pragma once

/// \file
/// The columns that a page's bindings fill.

#include <corest/config.hpp>
#include <corest/select/page.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// A column, and the JSON text of the value that all rows of the page have in it.
class bound_column {
public:
    bound_column(std::string column, std::string_view value) : name(std::move(column)), json(value) {}
    std::string name;
    std::string_view json; ///< a view of the page's binding
};

/// The columns of a page's bindings; each once, however many placeholders the same value filled.
/// \throws error (destination_failed) where two different values have the same column
[[nodiscard]] COREST_DECL std::vector<bound_column> bound_columns(const page& rows);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/bound_columns.ipp>
#endif

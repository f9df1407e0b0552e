#pragma once

/// \file
/// The paginators that a dictionary knows: one table of names.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/select/json_path.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source {

/// How pages are asked for: a paginator, and what a plan says about it.
class paginator_config {
public:
    /// Follows standard next links.
    COREST_DECL paginator_config();
    /// \param its_paging at its beginning
    /// \param its_text for the plan
    paginator_config(any_paginator its_paging, std::string its_text)
        : paging(std::move(its_paging)),
          text(std::move(its_text))
    {
    }

    any_paginator paging; ///< at its beginning
    std::string text;     ///< "offset: 1024 records a page, parameters Offset and limit"
};

namespace detail {

class dictionary;
class located;
class problem_list;

/// One kind of paginator: its names in a dictionary, its keys, and how it is made.
class paginator_kind {
public:
    std::span<const std::string_view> names; ///< dlt's first
    std::span<const std::string_view> keys;  ///< besides `type`
    paginator_config (*make)(const dictionary& from);
};

/// The table. A new paginator is one more line in it.
[[nodiscard]] COREST_DECL std::span<const paginator_kind> paginator_kinds() noexcept;

/// Reads a `paginator`: an object, the name of a kind, or null for `auto`.
[[nodiscard]] COREST_DECL paginator_config read_paginator(problem_list& problems, const located& at);

/// A JSONPath as text, or a list of keys.
[[nodiscard]] COREST_DECL std::optional<json_path> read_json_path(const dictionary& from, std::string_view key);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/paginators.ipp>
#endif

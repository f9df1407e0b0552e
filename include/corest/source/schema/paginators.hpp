#pragma once

/// \file
/// The paginators that a dictionary knows.

#include <corest/config.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/paginator_config.hpp>

#include <span>

namespace corest::source {

namespace detail {

/// The table of paginators: the classes of keys that `paginator_kinds.hpp` lists.
[[nodiscard]] COREST_DECL std::span<const readable_kind<paginator_config>> paginator_kinds() noexcept;

/// What `paginator` may be.
[[nodiscard]] COREST_DECL const shape& paginator_shape() noexcept;

/// Reads a `paginator`: an object, the name of a kind, or null for `auto`.
[[nodiscard]] COREST_DECL paginator_config read_paginator(problem_list& problems, const located& place);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/paginators.ipp>
#endif

#pragma once

/// \file
/// A walk over the pages of one collection, as a generator: request, check, cut, advance.

#include <corest/async_generator.hpp>
#include <corest/config.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/select/page.hpp>

#include <optional>
#include <utility>

namespace corest {

/// A page of a walk, and where the walk stands after it.
class walk_step {
public:
    /// The members, in their order.
    walk_step(corest::page taken, walk_position reached, bool is_last,
        std::optional<walk_cursor> cursor_reached = std::nullopt)
        : page(std::move(taken)),
          position(std::move(reached)),
          last(is_last),
          cursor(std::move(cursor_reached))
    {
    }

    corest::page page;      ///< without data where the response was to be ignored
    walk_position position; ///< where the walk stands after it
    bool last;              ///< true where no other page comes
    /// Of an incremental walk: how far it has come.
    std::optional<walk_cursor> cursor;
    bool says_more = false; ///< see `page_walk::says_more`
};

/// Walks over the pages, in order; every response is a step, also one that is to be ignored.
///
/// \throws error with resource, page, URL and attempts: unauthorized, unexpected_status, not_json, selector_missing,
///         pagination_failed, no_progress, origin_refused, and what the transport throws
[[nodiscard]] COREST_DECL async_generator<walk_step> walk_steps(page_walk walk);

/// As `walk_steps`, the pages alone. \throws as `walk_steps`
[[nodiscard]] COREST_DECL async_generator<page> walk(page_walk walk);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/walk.ipp>
#endif

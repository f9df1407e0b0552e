#pragma once

/// \file
/// How far a walk has come in its cursor field, as a value to keep.

#include <string>
#include <utility>

namespace corest {

/// What an incremental walk has seen of its cursor field, after one of its pages. It is kept with the page's rows.
class walk_cursor {
public:
    walk_cursor() = default;
    /// The members, in their order.
    walk_cursor(std::string cursor_path, std::string bound_to, std::string reached, bool may_be_kept)
        : field(std::move(cursor_path)),
          partition(std::move(bound_to)),
          state(std::move(reached)),
          is_final(may_be_kept)
    {
    }

    std::string field;     ///< the `cursor_path`, as it was written
    std::string partition; ///< JSON text of what the walk is bound to: whose cursor it is; empty at a root
    std::string state;     ///< JSON text: the walk goes on from it, and the next run begins at it where it is final
    /// The walk, or one of its windows, has ended with all its rows: the state may be kept for the next run, in place
    /// of the one that is kept for this resource, field and partition. Until then it only serves to go on with the
    /// walk.
    bool is_final = false;

    bool operator==(const walk_cursor&) const = default; ///< true where all of it is the same
};

} // namespace corest

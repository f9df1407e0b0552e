#pragma once

/// \file
/// How far a walk has come in its cursor field, as JSON text and back.

#include <corest/config.hpp>
#include <corest/incremental/cursor_value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// What is kept of an incremental walk. The next run needs the first two members, a walk that goes on all of them.
class cursor_state {
public:
    cursor_state() = default;
    /// \throws error (invalid_argument) where the text is no state
    COREST_DECL explicit cursor_state(std::string_view json);

    std::optional<cursor_value> last_value; ///< that was seen; none: nothing was
    /// Of the rows that have it, so that they are known again: 32 hexadecimal digits each.
    std::vector<std::string> unique_hashes;

    std::optional<cursor_value> start_value; ///< of the walk, or of its window
    std::vector<std::string> start_hashes;   ///< of the rows that an earlier run has stored there
    std::optional<cursor_value> until;       ///< of windows: the end of the last one
    std::optional<cursor_value> reset_value; ///< where paging has begun anew
    std::vector<std::string> reset_hashes;   ///< of the rows that were stored there
    bool is_common = false;                  ///< the walk counts towards the value that is kept for all others

    /// As JSON.
    [[nodiscard]] COREST_DECL std::string text() const;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/cursor_state.ipp>
#endif

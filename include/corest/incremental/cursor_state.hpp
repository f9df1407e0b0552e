#pragma once

/// \file
/// How far a walk has come in its cursor field, as JSON text and back.

#include <corest/config.hpp>
#include <corest/incremental/cursor_value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// What is kept of an incremental walk. The next run needs `begin_value` and `begin_hashes`, a walk that goes on all of
/// it.
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
    /// The walk has gone on after a pause, in which rows that it had read may have changed. The next run begins at the
    /// value that was the last one then, and not behind what changed.
    bool was_paused = false;
    std::optional<cursor_value> paused_value; ///< the last value before the first pause; none: nothing was seen
    std::vector<std::string> paused_hashes;   ///< of the rows that have it
    bool is_common = false;                   ///< the walk counts towards the value that is kept for all others
    std::uint64_t paged_pages = 0;            ///< of the walk since its paging began, where there is a bound on them
    std::uint64_t paged_records = 0;          ///< of the server's on them
    bool is_part = false;                     ///< there is more than the walk has read, up to where it stands

    /// Where the next run begins; none: at the initial value.
    [[nodiscard]] const std::optional<cursor_value>& begin_value() const noexcept
    {
        return was_paused ? paused_value : last_value;
    }
    /// Of the rows that have that value.
    [[nodiscard]] const std::vector<std::string>& begin_hashes() const noexcept
    {
        return was_paused ? paused_hashes : unique_hashes;
    }

    /// As JSON.
    [[nodiscard]] COREST_DECL std::string text() const;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/cursor_state.ipp>
#endif

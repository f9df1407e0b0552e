#pragma once

/// \file
/// What one walk knows of its cursor field: which rows are new, and where the next run begins. Without I/O.

#include <corest/config.hpp>
#include <corest/incremental/cursor_rules.hpp>
#include <corest/incremental/cursor_state.hpp>
#include <corest/incremental/cursor_use.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// What became of a page's rows.
class tracked_page {
public:
    std::size_t dropped = 0;    ///< rows that were out of range, known already, or without a cursor and not wanted
    bool is_cut = false;        ///< there was no room for some, which were not looked at
    bool is_crowded = false;    ///< so many rows have the last value that not all of them will be known again
    bool is_past_range = false; ///< a row was out of range in the direction in which the rows go: no later one is in it
};

/// Follows the cursor of one walk.
///
///     cursor_tracker tracked(rules);
///     tracked.begin(kept);                          // of the last run
///     auto seen = tracked.take(body, records);      // each page: the rows that are new are left
///     tracked.text();                               // kept with them
class cursor_tracker {
public:
    /// Rows with the last value that are known again: what is kept is written after each page.
    static constexpr std::size_t most_hashes = 10'000;

    /// \param followed the rules; not null, checked
    COREST_DECL explicit cursor_tracker(std::shared_ptr<const cursor_rules> followed);

    /// Begins where the last run has stopped.
    /// \param kept what it has kept of this walk
    /// \param common what it has kept of all walks together: no value is taken from it but the start
    /// \param counts_as_common this walk is one of those that share a value
    /// \throws error (wrong_type) where what is kept cannot be compared with the rules' values
    COREST_DECL void begin(const std::optional<cursor_state>& kept, const std::optional<cursor_state>& common = {},
        bool counts_as_common = false);
    /// Goes on where an earlier walk stood. \param reached its `text()`
    COREST_DECL void resume(std::string_view reached);
    /// True where there is nothing to ask for: the windows have been read.
    [[nodiscard]] bool is_done() const noexcept { return is_done_; }

    /// A value for requests, as JSON, in the form that they want; none where there is none.
    [[nodiscard]] COREST_DECL std::optional<std::string> value(cursor_use use) const;

    /// Takes in a page's rows, and leaves those that are new.
    /// \param body the page's
    /// \param records where the rows stand in it
    /// \param room rows that may be left at the most: those behind them are not looked at, and say nothing
    /// \throws error (field_missing) of a row without a cursor, or without a field of the primary key;
    ///         error (wrong_type) where cursors cannot be compared
    COREST_DECL tracked_page take(std::string_view body, std::vector<detail::slice>& records, std::uint64_t room);

    /// Goes on to the next window. What is kept is then where that begins. \return false where there is none
    COREST_DECL bool next_window();
    /// Paging begins anew behind the last value that was seen: which passes over nothing only where rows come in that
    /// order.
    /// \throws error (pagination_failed) where a row came behind one that has a later value, since paging has begun;
    ///         error (no_progress) where the value has not moved since
    COREST_DECL void reset_paging();
    /// Keeps how far paging has come, for a walk that goes on. \param pages since it began
    /// \param records of the server's on them
    void note_paging(std::uint64_t pages, std::uint64_t records) noexcept
    {
        state_.paged_pages = pages;
        state_.paged_records = records;
    }
    /// There is more than was read, of the walk or one of its windows.
    void note_part() noexcept { state_.is_part = true; }
    /// True where the rows before a limit that was met may be kept as read: they came in order.
    [[nodiscard]] bool may_stop_early() const noexcept
    {
        return rules_->row_order == corest::row_order::ascending && rules_->range_start == range_bound::closed;
    }

    /// What is kept.
    [[nodiscard]] const cursor_state& state() const noexcept { return state_; }
    /// The same as JSON.
    [[nodiscard]] std::string text() const { return state_.text(); }

private:
    enum class verdict { kept, missing, before_range, known, behind_range };

    /// An initial value that is no date, as "yesterday" or "2024-1-1", would leave out records by the order of letters.
    /// \throws error (wrong_type) where the records have dates
    COREST_DECL void check_initial_value(const cursor_value& value) const;
    [[nodiscard]] COREST_DECL verdict judge(std::string_view row);
    [[nodiscard]] COREST_DECL std::optional<cursor_value> cursor_of(std::string_view row) const;
    [[nodiscard]] COREST_DECL bool is_known(std::string_view row, const cursor_value& value,
        const std::optional<cursor_value>& boundary, const std::vector<std::string>& hashes) const;
    [[nodiscard]] COREST_DECL cursor_value lagged(const cursor_value& value) const;
    /// True where the last window ends with the range, false where it ends with the present.
    [[nodiscard]] COREST_DECL bool ends_with_range() const;
    COREST_DECL void open_window();
    /// Sees in which order values come. \param order of the value to the last one
    COREST_DECL void note_order(const cursor_value& value, int order);
    COREST_DECL void begin_order();
    COREST_DECL void forget_pause();

    std::shared_ptr<const cursor_rules> rules_;
    cursor_state state_;
    std::optional<cursor_value> window_end_;  ///< the last value of it
    std::optional<cursor_value> next_window_; ///< where that begins
    std::vector<std::string_view> last_rows_; ///< of the page at hand: those with the last value
    bool is_done_ = false;
    bool has_paged_last_ = false;         ///< the last value is of a row that came since paging has begun
    std::optional<cursor_value> highest_; ///< of those rows, where it is before the last value
    std::string disorder_;                ///< what came behind what, of those rows; empty: they are in order
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/cursor_tracker.ipp>
#endif

#pragma once

/// \file
/// What an incremental walk is told: which field it follows, from where, and what becomes of each row.

#include <corest/config.hpp>
#include <corest/incremental/cursor_format.hpp>
#include <corest/incremental/cursor_value.hpp>
#include <corest/incremental/window_step.hpp>
#include <corest/select/json_path.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <chrono>

namespace corest {

/// Which value of a cursor field is the last one.
enum class last_value_func {
    max, ///< the largest: what is new has a larger one
    min  ///< the smallest
};

/// What is done with a record that has no cursor, or null in its place.
enum class missing_cursor {
    raise,   ///< it is an error
    include, ///< it is kept, and says nothing of the cursor
    exclude  ///< it is dropped
};

/// In which order the server gives the rows, as `last_value_func` has it: towards the last value, or away from it.
enum class row_order {
    ascending, ///< `asc`
    descending ///< `desc`
};

/// Whether a bound belongs to the range.
enum class range_bound {
    open,  ///< it does not
    closed ///< it does
};

/// The rules of an incremental walk. Their names and meanings are those of `dlt.sources.incremental`; `step`,
/// `cursor_granularity` and `partition_limit` are Airbyte's.
class cursor_rules {
public:
    cursor_rules() = default;
    /// \param path of the cursor field in a record \throws error (invalid_argument) where it is none
    explicit cursor_rules(std::string path) : cursor_path(path), field(std::move(path)) {}

    json_path cursor_path; ///< of the cursor in a record
    std::string field;     ///< the same as it was written: the name that states are kept under
    /// Where the first run begins; none: it takes everything.
    std::optional<cursor_value> initial_value;
    /// Where it ends. Then it is a backfill: what is kept is neither used nor changed, unless there are windows.
    std::optional<cursor_value> end_value;
    corest::last_value_func last_value = corest::last_value_func::max; ///< which one is kept
    missing_cursor on_missing = missing_cursor::raise;                 ///< of records without cursor
    std::optional<corest::row_order> row_order;    ///< known: paging stops at the first row out of range
    range_bound range_start = range_bound::closed; ///< open: rows with the start value itself are dropped
    range_bound range_end = range_bound::open;     ///< closed: rows with the end value itself are kept
    /// How far before what is kept a run begins, a JSON number: seconds of moments, days of dates. Never before the
    /// initial value.
    std::optional<std::string> lag;
    /// The fields by which rows at the start value are known again; empty: they are not; none: the whole row.
    std::optional<std::vector<json_path>> primary_key;
    std::optional<window_step> step;               ///< the range is asked for in windows of this length
    std::optional<window_step> cursor_granularity; ///< the smallest distance of two values, where there are windows
    /// With more parents than this, what is kept is one value for all others.
    std::optional<std::size_t> partition_limit;
    cursor_format convert; ///< the form in requests
    /// Rows may change while they are read, and take one another's place where they are stored. After a pause of a walk
    /// the next run then asks again for what came behind the values that were seen before it. Else rows are taken to
    /// stay as they are.
    bool rows_change = false;
    /// What is kept is not used, but replaced: a full refresh.
    bool begins_anew = false;
    /// The present, for windows without an end value; none: the machine's.
    std::function<std::chrono::system_clock::time_point()> now;

    /// Which of two values is further: greater than 0 where `a` is. \throws error (wrong_type) as `compare`
    [[nodiscard]] int order(const cursor_value& a, const cursor_value& b) const
    {
        return last_value == corest::last_value_func::max ? a.compare(b) : b.compare(a);
    }
    /// True where rows at the start value are known again: not with a lag, an end value, an open start or an empty key.
    [[nodiscard]] bool knows_boundary() const noexcept
    {
        return !lag && (!end_value || step) && range_start == range_bound::closed && makes_hashes();
    }
    /// True where rows can be told apart.
    [[nodiscard]] bool makes_hashes() const noexcept { return !primary_key || !primary_key->empty(); }
    /// True where what is kept is neither used nor changed.
    [[nodiscard]] bool is_backfill() const noexcept { return end_value && !step; }

    /// \throws error (invalid_argument, wrong_type) where they contradict one another
    COREST_DECL void check() const;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/cursor_rules.ipp>
#endif

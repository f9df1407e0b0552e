#pragma once

#include <corest/incremental/cursor_tracker.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/incremental/row_hash.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <utility>

namespace corest {

namespace detail {

namespace cursor_tracking {

[[nodiscard]] inline date_time present(const cursor_rules& rules)
{
    const auto now = rules.now ? rules.now() : std::chrono::system_clock::now();
    date_time out;
    out.seconds = std::chrono::floor<std::chrono::seconds>(now); // a part of one would be finer than most APIs count
    return out;
}

inline void add_once(std::vector<std::string>& hashes, std::string hash)
{
    if (std::find(hashes.begin(), hashes.end(), hash) == hashes.end()) {
        hashes.push_back(std::move(hash));
    }
}

} // namespace cursor_tracking

} // namespace detail

COREST_DECL cursor_tracker::cursor_tracker(std::shared_ptr<const cursor_rules> followed) : rules_(std::move(followed))
{
}

COREST_DECL cursor_value cursor_tracker::lagged(const cursor_value& value) const
{
    const bool is_max = rules_->last_value == last_value_func::max;
    std::string amount = *rules_->lag;
    if (is_max) {
        amount = amount.starts_with('-') ? amount.substr(1) : "-" + amount;
    }
    const bool in_days = rules_->initial_value && rules_->initial_value->type() == cursor_value::kind::date;
    cursor_value moved = value.moved(amount, in_days, !is_max);
    return rules_->initial_value && rules_->order(*rules_->initial_value, moved) >= 0 ? *rules_->initial_value : moved;
}

COREST_DECL void cursor_tracker::begin(
    const std::optional<cursor_state>& kept, const std::optional<cursor_state>& common, bool counts_as_common)
{
    state_ = cursor_state();
    begin_order();
    state_.is_common = counts_as_common;
    if (kept && kept->begin_value() && !rules_->is_backfill()) {
        const cursor_value& value = *kept->begin_value();
        state_.last_value = value;
        state_.unique_hashes = kept->begin_hashes();
        state_.start_value = rules_->lag && !rules_->end_value ? lagged(value) : value;
        if (rules_->knows_boundary()) {
            state_.start_hashes = kept->begin_hashes();
        }
    } else {
        state_.last_value = rules_->initial_value;
        state_.start_value = rules_->initial_value;
    }
    const bool has_own = kept && kept->begin_value();
    if (common && common->begin_value() && !has_own && !rules_->is_backfill()) {
        const cursor_value begun = rules_->lag ? lagged(*common->begin_value()) : *common->begin_value();
        if (!state_.start_value || rules_->order(begun, *state_.start_value) > 0) {
            state_.start_value = begun;
            state_.start_hashes.clear();
        }
        if (!state_.last_value || rules_->order(begun, *state_.last_value) > 0) {
            state_.last_value = begun;
            state_.unique_hashes.clear();
        }
    }
    if (rules_->step) {
        date_time now = detail::cursor_tracking::present(*rules_);
        if (rules_->cursor_granularity->is_in_days()) {
            now.seconds = std::chrono::floor<std::chrono::days>(now.seconds);
        }
        if (rules_->end_value) {
            state_.until = *rules_->end_value;
        }
        const auto type = state_.start_value->type();
        if (type != cursor_value::kind::number && type != cursor_value::kind::text)
        { // what is to come is asked for when it is there
            const cursor_value present = state_.start_value->at(now);
            if (!state_.until || state_.until->compare(present) > 0) {
                state_.until = present;
            }
        }
        open_window();
    }
}

COREST_DECL void cursor_tracker::resume(std::string_view reached)
{
    state_ = cursor_state(reached);
    begin_order();
    const std::optional<cursor_value>& begun = state_.reset_value ? state_.reset_value : state_.start_value;
    has_paged_last_ = state_.paged_pages != 0 && state_.last_value && !rules_->lag
        && (!begun || rules_->order(*state_.last_value, *begun) > 0);
    if (rules_->rows_change && !state_.was_paused) {
        state_.was_paused = true;
        state_.paused_value = state_.last_value;
        state_.paused_hashes = state_.unique_hashes;
    }
    if (rules_->step && state_.until && state_.start_value) {
        open_window();
    }
}

COREST_DECL bool cursor_tracker::ends_with_range() const
{
    return rules_->end_value && state_.until && state_.until->compare(*rules_->end_value) >= 0;
}

COREST_DECL void cursor_tracker::open_window()
{
    const cursor_value& start = *state_.start_value;
    const window_step& smallest = *rules_->cursor_granularity;
    const bool is_closed = !ends_with_range() || rules_->range_end == range_bound::closed;
    const cursor_value bound = is_closed ? smallest.from(*state_.until) : *state_.until; // is not asked for any more
    next_window_.reset();
    window_end_.reset();
    if (start.compare(bound) >= 0) {
        is_done_ = true;
        return;
    }
    const cursor_value next = rules_->step->from(start);
    if (next.compare(start) <= 0) {
        throw error(errc::invalid_argument,
            "a window of " + rules_->step->text() + " does not move " + start.description(), "Give a longer step");
    }
    const bool is_last = next.compare(bound) >= 0;
    const cursor_value end = smallest.from(is_last ? bound : next, true);
    window_end_ = end.compare(start) < 0 ? start : end;
    if (!is_last) {
        next_window_ = next;
    }
}

COREST_DECL std::optional<std::string> cursor_tracker::value(cursor_use use) const
{
    const std::optional<cursor_value>* chosen = &rules_->initial_value;
    switch (use) {
    case cursor_use::initial:
        break;
    case cursor_use::start:
        chosen = &state_.start_value;
        break;
    case cursor_use::last:
        chosen = state_.reset_value ? &state_.reset_value : &state_.start_value;
        break;
    case cursor_use::end:
        chosen = window_end_ ? &window_end_ : &rules_->end_value;
        break;
    }
    return *chosen ? std::optional(rules_->convert.json(**chosen)) : std::nullopt;
}

COREST_DECL std::optional<cursor_value> cursor_tracker::cursor_of(std::string_view row) const
{
    std::string_view found;
    if (rules_->cursor_path.has_wildcard()) {
        const std::vector<std::string_view> all = find_all(row, rules_->cursor_path);
        found = all.empty() ? std::string_view() : all.front(); // as dlt has it
    } else {
        json_reader reader(row, "the record");
        if (detail::seek(reader, rules_->cursor_path.steps())) {
            found = reader.skip();
        }
    }
    if (!found.empty() && found != "null") {
        return cursor_value(found);
    }
    if (rules_->on_missing == missing_cursor::raise) {
        throw error(errc::field_missing,
            "a record has " + std::string(found.empty() ? "no " : "null in ") + rules_->field
                + ", the cursor's field; it " + detail::describe_content(row),
            "Take a field that every record has, or set on_cursor_value_missing to include or exclude");
    }
    return std::nullopt;
}

COREST_DECL bool cursor_tracker::is_known(std::string_view row, const cursor_value& value,
    const std::optional<cursor_value>& boundary, const std::vector<std::string>& hashes) const
{
    return boundary && !hashes.empty() && value.compare(*boundary) == 0
        && std::find(hashes.begin(), hashes.end(), detail::row_hash(row, rules_->primary_key)) != hashes.end();
}

COREST_DECL void cursor_tracker::check_initial_value(const cursor_value& value) const
{
    using kind = cursor_value::kind;
    const bool is_text = rules_->initial_value && rules_->initial_value->type() == kind::text && state_.start_value
        && state_.start_value->type() == kind::text;
    if (is_text && (value.type() == kind::moment || value.type() == kind::date)) {
        throw error(errc::wrong_type,
            "the records have dates in " + rules_->field + ", as " + value.description() + ", and initial_value is "
                + rules_->initial_value->description() + ", which is none",
            "Write initial_value as the records have it, or as a date: 2024-01-31");
    }
}

COREST_DECL cursor_tracker::verdict cursor_tracker::judge(std::string_view row)
{
    const std::optional<cursor_value> found = cursor_of(row);
    if (!found) {
        return rules_->on_missing == missing_cursor::exclude ? verdict::missing : verdict::kept;
    }
    const cursor_value& value = *found;
    check_initial_value(value);
    if (rules_->end_value) {
        const int order = rules_->order(value, *rules_->end_value);
        if (order > 0 || (order == 0 && rules_->range_end == range_bound::open)) {
            return verdict::behind_range;
        }
    }
    if (next_window_ && value.compare(*next_window_) >= 0) {
        return verdict::behind_range; // it comes with a later window
    }
    if (state_.start_value) {
        const int order = rules_->order(value, *state_.start_value);
        if (order < 0 || (order == 0 && rules_->range_start == range_bound::open)) {
            return verdict::before_range;
        }
    }
    if (is_known(row, value, state_.start_value, state_.start_hashes)
        || is_known(row, value, state_.reset_value, state_.reset_hashes))
    {
        return verdict::known;
    }
    const int order = state_.last_value ? rules_->order(value, *state_.last_value) : 1;
    note_order(value, order);
    if (order > 0) {
        state_.last_value = value;
        state_.unique_hashes.clear();
        last_rows_.clear();
    }
    if (order >= 0) {
        last_rows_.push_back(row);
    }
    return verdict::kept;
}

COREST_DECL void cursor_tracker::begin_order()
{
    has_paged_last_ = false;
    highest_.reset();
    disorder_.clear();
}

COREST_DECL void cursor_tracker::note_order(const cursor_value& value, int order)
{
    if (order >= 0) {
        has_paged_last_ = true;
        return;
    }
    const std::optional<cursor_value>& before = has_paged_last_ ? state_.last_value : highest_;
    if (!before || rules_->order(value, *before) > 0) {
        highest_ = value; // what an earlier run has kept is later, since this one looks back
    } else if (disorder_.empty() && rules_->order(value, *before) < 0) {
        disorder_ = value.description() + " came behind " + before->description();
    }
}

COREST_DECL tracked_page cursor_tracker::take(
    std::string_view body, std::vector<detail::slice>& records, std::uint64_t room)
{
    const cursor_state before = state_;
    tracked_page out;
    std::size_t kept = 0;
    last_rows_.clear();
    try {
        for (std::size_t i = 0; i < records.size() && kept < room; ++i) {
            const verdict found = judge(body.substr(records[i].offset, records[i].size));
            if (found == verdict::kept) {
                records[kept++] = records[i];
                continue;
            }
            ++out.dropped;
            out.is_past_range = out.is_past_range
                || (found == verdict::before_range && rules_->row_order == corest::row_order::descending)
                || (found == verdict::behind_range && rules_->row_order == corest::row_order::ascending);
        }
        if (rules_->makes_hashes()) {
            for (const std::string_view row : last_rows_) {
                out.is_crowded = out.is_crowded || state_.unique_hashes.size() >= most_hashes;
                if (!out.is_crowded) {
                    detail::cursor_tracking::add_once(state_.unique_hashes, detail::row_hash(row, rules_->primary_key));
                }
            }
        }
    } catch (...) {
        state_ = before;
        last_rows_.clear();
        throw;
    }
    last_rows_.clear();
    out.is_cut = kept + out.dropped < records.size();
    records.resize(kept);
    return out;
}

COREST_DECL void cursor_tracker::forget_pause()
{
    state_.was_paused = false;
    state_.paused_value.reset();
    state_.paused_hashes.clear();
}

COREST_DECL bool cursor_tracker::next_window()
{
    state_.reset_value.reset();
    state_.reset_hashes.clear();
    begin_order();
    if (!next_window_) {
        if (rules_->step && ends_with_range() && !is_done_) { // all of it has been read
            const bool is_closed = rules_->range_end == range_bound::closed;
            state_.last_value = is_closed ? rules_->cursor_granularity->from(*state_.until) : *state_.until;
            state_.unique_hashes.clear();
            forget_pause();
        }
        return false;
    }
    state_.start_value = next_window_;
    state_.start_hashes.clear();
    state_.last_value = next_window_;
    state_.unique_hashes.clear();
    forget_pause(); // what has changed since belongs to a later window
    open_window();
    return !is_done_;
}

COREST_DECL void cursor_tracker::reset_paging()
{
    if (!disorder_.empty()) {
        throw error(errc::pagination_failed,
            "paging would begin anew behind the last " + rules_->field
                + ", and pass over records that have not come yet: they are not in its order, " + disorder_,
            "Have the server sort by " + rules_->field
                + ", the ones first that are read first (parameters such as sort and order), or read without "
                  "pagination_reset");
    }
    const std::optional<cursor_value> begun = state_.reset_value ? state_.reset_value : state_.start_value;
    const std::optional<cursor_value> seen = has_paged_last_ ? state_.last_value : highest_;
    if (!seen || (begun && rules_->order(*seen, *begun) <= 0)) {
        throw error(errc::no_progress,
            "paging would begin anew at the same cursor"
                + (begun ? ", " + begun->description() : std::string(": no record had one")),
            "Let paging begin anew after more pages than have one cursor");
    }
    state_.reset_value = seen;
    state_.reset_hashes = has_paged_last_ ? state_.unique_hashes : std::vector<std::string>();
    begin_order();
}

} // namespace corest

#pragma once

/// \file
/// Adapter: a resource of which only what is new is read.
///
///     auto issues = get(api, "/issues")
///         | incremental("updated_at").initial_value("2024-01-01").param("since").from(states);

#include <corest/config.hpp>
#include <corest/incremental/cursor_rules.hpp>
#include <corest/resource/cursor_states.hpp>
#include <corest/resource/resource.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/json_writer.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

template <class T>
concept cursor_argument = (std::is_arithmetic_v<T> && !std::same_as<T, bool> && !std::same_as<T, char>)
    || std::convertible_to<const T&, std::string_view> || std::same_as<T, std::chrono::year_month_day>
    || std::convertible_to<const T&, std::chrono::sys_time<std::chrono::nanoseconds>>;

/// A number, a text, a date or a moment as the value of a cursor.
template <class T>
[[nodiscard]] cursor_value cursor_of(const T& value)
{
    static_assert(cursor_argument<T>,
        "a cursor is a number, a text, a date (std::chrono::year_month_day) or a moment "
        "(std::chrono::sys_time), as the records have it");
    std::string json;
    if constexpr (std::integral<T>) {
        json = std::to_string(value);
    } else if constexpr (std::floating_point<T>) {
        append_json_number(json, value);
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        append_quoted(json, value);
    } else if constexpr (std::same_as<T, std::chrono::year_month_day>) {
        append_json_date(json, value);
    } else if constexpr (cursor_argument<T>) {
        date_time moment;
        moment.seconds = std::chrono::floor<std::chrono::seconds>(value);
        moment.fraction = value - moment.seconds;
        append_json_date_time(json, moment);
    }
    return cursor_value(json);
}

} // namespace detail

/// Reads only what is new since the last run: a record is new where its cursor field is not less than the largest value
/// that was seen, and was not seen at that value already. The names are those of `dlt.sources.incremental`, and mean
/// the same; a child resource has a cursor for each parent.
///
///     projects | expand("/projects/{id}/issues")
///              | incremental("updated_at").initial_value("2024-01-01T00:00:00Z").param("since").from(states)
///
/// Paths, queries and bodies may also hold `{incremental.start_value}`, `{incremental.initial_value}`,
/// `{incremental.last_value}` and `{incremental.end_value}`.
class incremental {
public:
    /// \param cursor_path of the field, in a record \throws error (invalid_argument) where it is none
    explicit incremental(std::string cursor_path) : rules_(std::move(cursor_path)) {}

    /// Where the first run begins: a number, a text, a date or a moment.
    template <class T>
    incremental& initial_value(const T& value)
    {
        return rules_.initial_value = detail::cursor_of(value), *this;
    }
    /// Where the range ends, itself not in it: states are then neither used nor changed.
    template <class T>
    incremental& end_value(const T& value)
    {
        return rules_.end_value = detail::cursor_of(value), *this;
    }
    /// Begins so far before the last value: seconds of moments, days of dates, or a number.
    template <class Number>
        requires std::is_arithmetic_v<Number>
    incremental& lag(Number amount)
    {
        std::string json;
        detail::append_json_number(json, static_cast<double>(amount));
        return rules_.lag = std::move(json), *this;
    }
    /// What is new has smaller values (`min`) rather than larger ones.
    incremental& last_value_func(corest::last_value_func which) { return rules_.last_value = which, *this; }
    /// The fields by which records at the last value are known again; none: they are not. Without it, the whole record.
    incremental& primary_key(const std::vector<std::string>& fields)
    {
        return rules_.primary_key.emplace(fields.begin(), fields.end()), *this;
    }
    /// The order of the records: paging then stops at the first one out of range.
    incremental& row_order(corest::row_order order) { return rules_.row_order = order, *this; }
    /// What is done with a record without cursor; an error by default.
    incremental& on_cursor_value_missing(missing_cursor what) { return rules_.on_missing = what, *this; }
    /// Open: records at the last value are dropped, all of them.
    incremental& range_start(range_bound bound) { return rules_.range_start = bound, *this; }
    /// Closed: records at the end value are kept.
    incremental& range_end(range_bound bound) { return rules_.range_end = bound, *this; }
    /// Records may change while they are read, and the program stores them in place of one another: where a walk has
    /// gone on after a pause (`resumable_pages`), the next run asks again for what came behind the values that were
    /// seen before it. Without it what changed meanwhile on pages that had been read is passed over.
    incremental& rows_change() { return rules_.rows_change = true, *this; }
    /// The form in requests (`cursor_format`): "epoch_seconds", "%Y-%m-%d". \throws error (invalid_argument)
    incremental& convert(std::string name) { return rules_.convert = cursor_format(std::move(name)), *this; }
    /// Asks for the range in windows, each of which moves the state.
    /// \param step their length: "P1D", "1000" \param granularity the smallest distance of two values: "PT1S", "1"
    /// \throws error (invalid_argument) where they are none
    incremental& windows(std::string step, std::string granularity)
    {
        rules_.step.emplace(std::move(step));
        rules_.cursor_granularity.emplace(std::move(granularity));
        return *this;
    }
    /// Paging begins anew behind the last cursor after so many pages, where the server goes no deeper;
    /// `{incremental.last_value}` is then that cursor.
    incremental& reset_paging(std::uint64_t after_pages) { return reset_ = after_pages, *this; }

    /// The query parameter that the start value is sent in; none by default.
    incremental& param(std::string name) { return start_param_ = std::move(name), *this; }
    /// The query parameter that the end value is sent in; none by default.
    incremental& end_param(std::string name) { return end_param_ = std::move(name), *this; }

    /// Begins where the last run has stopped. \param states a copy of them is asked, so that they may move meanwhile
    incremental& from(const cursor_states& states) { return from(states.reader()); }
    /// Begins where the last run has stopped. \param states asked when a walk begins; not null
    incremental& from(std::shared_ptr<cursor_reader> states) { return states_ = std::move(states), *this; }
    /// Does not compile, and says what to write.
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    incremental& from(const Text&)
    {
        static_assert(!std::convertible_to<const Text&, std::string_view>,
            "a text is no state yet, wrap it: from(corest::cursor_states(text))");
        return *this;
    }

    /// For `|`. \throws error (invalid_argument) where the rules contradict one another
    [[nodiscard]] resource apply(const resource& r) const
    {
        rules_.check();
        return r.with_incremental(
            std::make_shared<const cursor_rules>(rules_), states_, start_param_, end_param_, reset_);
    }

private:
    cursor_rules rules_;
    std::shared_ptr<cursor_reader> states_;
    std::string start_param_;
    std::string end_param_;
    std::uint64_t reset_ = 0;
};

} // namespace corest

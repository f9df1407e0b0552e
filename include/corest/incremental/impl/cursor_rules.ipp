#pragma once

#include <corest/incremental/cursor_rules.hpp>

#include <corest/error.hpp>

namespace corest {

COREST_DECL void cursor_rules::check() const
{
    const auto refuse = [](const std::string& fault, const std::string& hint) {
        throw error(errc::invalid_argument, fault, hint);
    };
    if (field.empty()) {
        refuse("the cursor's path is empty", "Name the field of the records that tells new ones from old ones");
    }
    if (end_value && !initial_value) {
        refuse("end_value stands without initial_value", "Give initial_value too: the range is from it to end_value");
    }
    if (end_value && order(*initial_value, *end_value) > 0) {
        const bool is_max = last_value == corest::last_value_func::max;
        refuse("initial_value, " + initial_value->description() + ", is " + (is_max ? "higher" : "lower")
                + " than end_value, " + end_value->description(),
            "Exchange them");
    }
    if (lag && lag->starts_with('-')) {
        refuse("the lag is negative, " + *lag + ": rows would be passed over",
            "Give how far before the last value a run begins, as a number above 0");
    }
    if (lag && initial_value && initial_value->type() == cursor_value::kind::text) {
        refuse("a lag cannot be taken from " + initial_value->description(),
            "Remove the lag, or give a number or a date as RFC 3339 has it");
    }
    if (!step) {
        if (cursor_granularity) {
            refuse("cursor_granularity stands without step", "Give step too, the length of a window");
        }
        return;
    }
    if (!cursor_granularity) {
        refuse("step stands without cursor_granularity",
            "Give the smallest distance of two values too, PT1S where the API counts in seconds: one window ends so "
            "far "
            "before the next one begins");
    }
    if (!initial_value) {
        refuse("step stands without initial_value", "Give initial_value: the first window begins there");
    }
    if (range_start == range_bound::open) {
        refuse("windows adjoin, and range_start is open", "Remove step, or range_start");
    }
    if (last_value == corest::last_value_func::min) {
        refuse("windows go up, and last_value_func is min", "Remove step, or take max");
    }
    const cursor_value first = step->from(*initial_value);
    const cursor_value smallest = cursor_granularity->from(*initial_value);
    if (first.compare(*initial_value) <= 0 || smallest.compare(first) > 0 || smallest.compare(*initial_value) <= 0) {
        refuse("a window of " + step->text() + " is shorter than cursor_granularity, " + cursor_granularity->text()
                + ", or than what " + initial_value->description() + " can tell",
            "Give a longer step, or a smaller granularity");
    }
    if (!end_value && initial_value->type() == cursor_value::kind::number) {
        refuse("windows of numbers have no end", "Give end_value");
    }
}

} // namespace corest

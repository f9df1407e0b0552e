/// \file
/// A fuzzer for dates and times of RFC 3339, and for the values of cursor fields that are made of them.

#include "fuzz_target.hpp"

#include <corest/incremental/cursor_value.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/rfc3339.hpp>

#include <string>

namespace {
namespace date_time_fuzz {

using corest::cursor_value;
using corest::errc;

void check_moments(std::string_view text)
{
    if (const auto date = corest::parse_date(text)) {
        fuzz::expect(corest::format_date(*date) == text, "a date is written as another one");
    }
    const auto moment = corest::parse_date_time(text);
    if (!moment) {
        return;
    }
    const bool in_range = corest::format_date_time(*moment).size() >= 20;
    const auto again = corest::parse_date_time(corest::format_date_time(*moment));
    fuzz::expect(in_range && again && again->seconds == moment->seconds && again->fraction == moment->fraction,
        "a moment is written as another one: " + corest::format_date_time(*moment));
}

std::optional<cursor_value> value_of(std::string_view json)
{
    return fuzz::accepted({errc::not_json, errc::wrong_type}, [&] { return cursor_value(json); });
}

int sign(int order)
{
    return (order > 0) - (order < 0);
}

/// The order is one: equal to itself, and the other way round from the other side.
void check_order(const cursor_value& a, const cursor_value& b)
{
    fuzz::expect(a.compare(a) == 0, a.json() + " is not equal to itself");
    fuzz::expect(cursor_value(a.json()).compare(a) == 0, a.json() + " is another value when it is read again");
    const auto order = fuzz::accepted({errc::wrong_type}, [&] { return a.compare(b); });
    const auto reverse = fuzz::accepted({errc::wrong_type}, [&] { return b.compare(a); });
    fuzz::expect(order.has_value() == reverse.has_value() && (!order || sign(*order) == -sign(*reverse)),
        a.json() + " and " + b.json() + " are ordered differently from either side");
}

void check_moves(const cursor_value& value, std::string_view amount, bool in_days)
{
    const auto moved = fuzz::accepted(
        {errc::wrong_type, errc::invalid_argument, errc::not_json}, [&] { return value.moved(amount, in_days); });
    if (moved) {
        fuzz::expect(cursor_value(moved->json()).compare(*moved) == 0, "no value: " + moved->json());
        corest::validate(moved->json());
    }
}

void run(fuzz::input given)
{
    const bool in_days = given.choice(2) == 1;
    const std::string_view first = given.part();
    const std::string_view second = given.part();
    check_moments(first);
    std::string quoted;
    corest::append_quoted(quoted, first);
    for (const std::string_view json : {first, std::string_view(quoted)}) {
        const auto a = value_of(json);
        const auto b = value_of(second);
        if (a && b) {
            check_order(*a, *b);
        }
        const auto amount = value_of(given.rest());
        if (a && amount && amount->type() == cursor_value::kind::number && amount->json() == given.rest()) {
            check_moves(*a, given.rest(), in_days);
        }
    }
}

} // namespace date_time_fuzz
} // namespace

COREST_FUZZ_TARGET(date_time)

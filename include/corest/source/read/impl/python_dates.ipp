#pragma once

#include <corest/source/read/python_dates.hpp>

#include <boost/json/string.hpp>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace corest::source::detail {

namespace python_time {

using node_kind = python_node::kind;

[[nodiscard]] inline std::string digits(long long value, int width)
{
    std::string out = std::to_string(value);
    return out.size() < static_cast<std::size_t>(width)
        ? std::string(static_cast<std::size_t>(width) - out.size(), '0') + out
        : out;
}

struct clock_parts {
    long long hour;
    long long minute;
    long long second;
    long long microsecond;
};

[[nodiscard]] inline clock_parts parts_of(const python_date& d)
{
    const long long all = d.time.count();
    return {all / 3'600'000'000, all / 60'000'000 % 60, all / 1'000'000 % 60, all % 1'000'000};
}

[[nodiscard]] inline std::string day_text(const python_date& d)
{
    const std::chrono::year_month_day ymd{d.day};
    return digits(static_cast<int>(ymd.year()), 4) + "-" + digits(static_cast<unsigned>(ymd.month()), 2) + "-"
        + digits(static_cast<unsigned>(ymd.day()), 2);
}

[[nodiscard]] inline std::string time_text(const python_date& d)
{
    const auto p = parts_of(d);
    return digits(p.hour, 2) + ":" + digits(p.minute, 2) + ":" + digits(p.second, 2);
}

[[nodiscard]] inline std::string offset_text(const python_date& d, std::string_view separator)
{
    if (!d.offset) {
        return {};
    }
    const long long minutes = std::abs(d.offset->count()) / 60;
    return (d.offset->count() < 0 ? "-" : "+") + digits(minutes / 60, 2) + std::string(separator)
        + digits(minutes % 60, 2);
}

[[nodiscard]] inline std::string iso_text(const python_date& d)
{
    if (!d.has_time) {
        return day_text(d);
    }
    const auto micro = parts_of(d).microsecond;
    return day_text(d) + "T" + time_text(d) + (micro != 0 ? "." + digits(micro, 6) : "") + offset_text(d, ":");
}

// As strftime of Python has it; none where a directive is not known here.
COREST_DECL std::optional<std::string> formatted(const python_date& d, std::string_view format)
{
    const std::chrono::year_month_day ymd{d.day};
    const auto p = parts_of(d);
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out += format[i];
            continue;
        }
        switch (++i < format.size() ? format[i] : '\0') {
        case 'Y':
            out += digits(static_cast<int>(ymd.year()), 4);
            break;
        case 'y':
            out += digits(static_cast<int>(ymd.year()) % 100, 2);
            break;
        case 'm':
            out += digits(static_cast<unsigned>(ymd.month()), 2);
            break;
        case 'd':
            out += digits(static_cast<unsigned>(ymd.day()), 2);
            break;
        case 'H':
            out += digits(p.hour, 2);
            break;
        case 'M':
            out += digits(p.minute, 2);
            break;
        case 'S':
            out += digits(p.second, 2);
            break;
        case 'f':
            out += digits(p.microsecond, 6);
            break;
        case 'F':
            out += day_text(d);
            break;
        case 'T':
            out += time_text(d);
            break;
        case 'z':
            out += offset_text(d, "");
            break;
        case '%':
            out += '%';
            break;
        default:
            return std::nullopt;
        }
    }
    return out;
}

[[nodiscard]] inline python_date from_clock(
    std::chrono::system_clock::time_point now, std::optional<std::chrono::seconds> offset)
{
    const auto local = std::chrono::floor<std::chrono::microseconds>(now) + offset.value_or(std::chrono::seconds(0));
    python_date out;
    out.day = std::chrono::floor<std::chrono::days>(local);
    out.time = local - out.day;
    out.offset = offset;
    return out;
}

// The distance of the machine's zone from UTC.
[[nodiscard]] inline std::chrono::seconds local_offset(std::chrono::system_clock::time_point now)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    localtime_r(&seconds, &local);
    return std::chrono::seconds(local.tm_gmtoff);
}

[[nodiscard]] inline const std::int64_t* literal(const python_node& node)
{
    return node.type == node_kind::constant ? node.value.if_int64() : nullptr;
}

[[nodiscard]] inline bool is_utc(const std::string& name)
{
    return name.ends_with("timezone.utc") || name.ends_with("datetime.UTC") || name == "UTC" || name == "pytz.utc"
        || name.ends_with("pendulum.UTC");
}

// The last two words of a name: `datetime.now` of `datetime.datetime.now`.
[[nodiscard]] inline std::string tail(const std::string& name)
{
    const auto last = name.rfind('.');
    if (last == std::string::npos || last == 0) {
        return name;
    }
    const auto before = name.rfind('.', last - 1);
    return before == std::string::npos ? name : name.substr(before + 1);
}

} // namespace python_time

COREST_DECL std::chrono::system_clock::time_point python_dates::now() const noexcept
{
    asks_clock_ = true;
    return now_;
}

COREST_DECL std::optional<python_date> python_dates::now_in(
    const python_node& call, python_place place, bool pendulum) const
{
    using namespace python_time;
    const python_node* zone = nullptr;
    for (std::size_t i = 1; i < call.parts.size(); ++i) {
        const python_node& argument = call.parts[i];
        zone = argument.type == node_kind::keyword ? &argument.parts.front() : &argument;
    }
    if (call.parts.size() > 2) {
        return std::nullopt;
    }
    const auto* name = zone != nullptr ? zone->value.if_string() : nullptr;
    const bool utc = zone != nullptr
        && ((name != nullptr && (*name == "UTC" || *name == "utc")) || is_utc(names_.full_name(*zone, place)));
    if (zone != nullptr && !utc) {
        return std::nullopt;
    }
    const auto offset = utc ? std::chrono::seconds(0) : local_offset(now());
    python_date out = from_clock(now(), offset);
    if (!pendulum && !utc) {
        out.offset.reset();
    }
    out.is_utc = utc || offset.count() == 0;
    out.of_pendulum = pendulum;
    return out;
}

COREST_DECL std::optional<python_date> python_dates::made_by(
    const python_node& call, const std::string& function, python_place place) const
{
    using namespace python_time;
    const std::string last = tail(function);
    const bool pendulum = last.starts_with("pendulum.");
    if (last == "datetime.now" || last == "pendulum.now") {
        return now_in(call, place, pendulum);
    }
    if (last == "datetime.utcnow" || last == "datetime.today" || last == "date.today") {
        const bool utc = last == "datetime.utcnow";
        python_date out = from_clock(now(), utc ? std::chrono::seconds(0) : local_offset(now()));
        out.offset.reset();
        out.has_time = last != "date.today";
        out.time = out.has_time ? out.time : std::chrono::microseconds(0);
        return call.parts.size() == 1 ? std::optional(out) : std::nullopt;
    }
    if (last == "pendulum.today" || last == "pendulum.yesterday" || last == "pendulum.tomorrow") {
        auto out = now_in(call, place, true);
        if (out) {
            out->time = std::chrono::microseconds(0);
            out->day += std::chrono::days(last == "pendulum.today" ? 0 : last == "pendulum.tomorrow" ? 1 : -1);
        }
        return out;
    }
    if (last == "pendulum.datetime" || last == "datetime.datetime" || last == "datetime.date" || function == "datetime"
        || function == "date")
    {
        long long numbers[6] = {0, 0, 0, 0, 0, 0};
        if (call.parts.size() < 4 || call.parts.size() > 7) {
            return std::nullopt;
        }
        for (std::size_t i = 1; i < call.parts.size(); ++i) {
            const auto* number = literal(call.parts[i]);
            if (number == nullptr || *number < 0 || *number > 9999) {
                return std::nullopt;
            }
            numbers[i - 1] = *number;
        }
        const std::chrono::year_month_day ymd{std::chrono::year(static_cast<int>(numbers[0])),
            std::chrono::month(static_cast<unsigned>(numbers[1])), std::chrono::day(static_cast<unsigned>(numbers[2]))};
        if (!ymd.ok()) {
            return std::nullopt;
        }
        python_date out;
        out.day = ymd;
        out.time = std::chrono::hours(numbers[3]) + std::chrono::minutes(numbers[4]) + std::chrono::seconds(numbers[5]);
        out.has_time = !(last == "datetime.date" || function == "date");
        out.of_pendulum = out.is_utc = last == "pendulum.datetime";
        out.offset = out.of_pendulum ? std::optional(std::chrono::seconds(0)) : std::nullopt;
        return out;
    }
    return std::nullopt;
}

// A number that is written there, or in a variable.
COREST_DECL const std::int64_t* python_dates::number_in(const python_node& node, python_place place) const
{
    if (node.type != python_node::kind::name) {
        return python_time::literal(node);
    }
    const python_look_up found = names_.look_up(node.name, place);
    const bool is_value = found.binding != nullptr && found.binding->type == python_binding::kind::value;
    return is_value ? python_time::literal(*found.binding->node) : nullptr;
}

COREST_DECL std::optional<python_date> python_dates::shifted(
    python_date d, const python_node& units, python_place place, int sign, bool days_first) const
{
    using namespace python_time;
    long long months = 0;
    std::chrono::microseconds shift{0};
    for (std::size_t i = 1; i < units.parts.size(); ++i) {
        const python_node& unit = units.parts[i];
        const bool named = unit.type == node_kind::keyword;
        const auto* number = number_in(named ? unit.parts.front() : unit, place);
        constexpr std::int64_t most = 1'000'000'000;
        if (number == nullptr || *number > most || *number < -most) {
            return std::nullopt;
        }
        const std::string name = named ? unit.name : days_first && i == 1 ? "days" : "?";
        const long long count = *number * sign;
        if (name == "years" || name == "months") {
            months += count * (name == "years" ? 12 : 1);
        } else if (name == "weeks" || name == "days") {
            shift += std::chrono::days(count * (name == "weeks" ? 7 : 1));
        } else if (name == "hours") {
            shift += std::chrono::hours(count);
        } else if (name == "minutes") {
            shift += std::chrono::minutes(count);
        } else if (name == "seconds") {
            shift += std::chrono::seconds(count);
        } else {
            return std::nullopt;
        }
    }
    constexpr long long most_months = 120'000;
    if (months > most_months || months < -most_months || std::chrono::abs(shift) > std::chrono::days(4'000'000)) {
        return std::nullopt;
    }
    if (months != 0) {
        const std::chrono::year_month_day before{d.day};
        const auto month = before.year() / before.month() + std::chrono::months(months);
        const auto last = (month / std::chrono::last).day();
        d.day = month / std::min(before.day(), last);
    }
    const auto whole = d.time + shift;
    const auto days = std::chrono::floor<std::chrono::days>(whole);
    d.day += days;
    d.time = whole - days;
    const int year = static_cast<int>(std::chrono::year_month_day{d.day}.year());
    return year >= 1 && year <= 9999 ? std::optional(d) : std::nullopt;
}

COREST_DECL std::optional<python_date> python_dates::method(
    const python_node& call, python_place place, int depth) const
{
    using namespace python_time;
    const python_node& function = call.parts.front();
    auto d = date(function.parts.front(), place, depth + 1);
    if (!d) {
        return std::nullopt;
    }
    const std::string& name = function.name;
    if (d->of_pendulum && (name == "subtract" || name == "add")) {
        return shifted(*d, call, place, name == "add" ? 1 : -1, false);
    }
    if (name == "date" && call.parts.size() == 1) {
        d->has_time = false;
        d->offset.reset();
        d->time = std::chrono::microseconds(0);
        return d;
    }
    if (d->of_pendulum && name == "start_of" && call.parts.size() == 2) {
        const auto* unit = call.parts[1].value.if_string();
        const std::chrono::year_month_day ymd{d->day};
        if (unit != nullptr && *unit == "day") {
            d->time = std::chrono::microseconds(0);
        } else if (unit != nullptr && *unit == "month") {
            d->time = std::chrono::microseconds(0);
            d->day = ymd.year() / ymd.month() / 1;
        } else if (unit != nullptr && *unit == "year") {
            d->time = std::chrono::microseconds(0);
            d->day = ymd.year() / 1 / 1;
        } else {
            return std::nullopt;
        }
        return d;
    }
    return std::nullopt;
}

COREST_DECL std::optional<python_date> python_dates::date(const python_node& node, python_place place, int depth) const
{
    using namespace python_time;
    constexpr int deepest = 50;
    if (depth > deepest) {
        return std::nullopt;
    }
    if (node.type == node_kind::name) {
        const python_look_up found = names_.look_up(node.name, place);
        const bool is_value = found.binding != nullptr && found.binding->type == python_binding::kind::value;
        return is_value ? date(*found.binding->node, found.binding->place, depth + 1) : std::nullopt;
    }
    if (node.type == node_kind::sum || node.type == node_kind::difference) {
        const python_node& units = node.parts[1];
        if (units.type != node_kind::call) {
            return std::nullopt;
        }
        const std::string name = tail(names_.full_name(units.parts.front(), place));
        const bool is_delta = name == "timedelta" || name.ends_with(".timedelta") || name == "pendulum.duration";
        const auto d = is_delta ? date(node.parts[0], place, depth + 1) : std::nullopt;
        return d ? shifted(*d, units, place, node.type == node_kind::sum ? 1 : -1, name != "pendulum.duration")
                 : std::nullopt;
    }
    if (node.type != node_kind::call) {
        return std::nullopt;
    }
    if (const std::string name = names_.full_name(node.parts.front(), place); !name.empty()) {
        if (auto made = made_by(node, name, place)) {
            return made;
        }
    }
    return node.parts.front().type == node_kind::attribute ? method(node, place, depth) : std::nullopt;
}

COREST_DECL std::optional<boost::json::value> python_dates::evaluate(const python_node& node, python_place place) const
{
    using namespace python_time;
    const auto text = [](const std::string& t) { return boost::json::value(boost::json::string(t)); };
    if (node.type == node_kind::attribute && node.name == "int_timestamp") {
        const auto d = date(node.parts.front(), place, 0);
        if (d && d->of_pendulum && d->offset) {
            const auto since = d->day.time_since_epoch() + d->time - *d->offset;
            return boost::json::value(std::chrono::floor<std::chrono::seconds>(since).count());
        }
        return std::nullopt;
    }
    if (node.type != node_kind::call || node.parts.front().type != node_kind::attribute) {
        return std::nullopt;
    }
    const std::string& name = node.parts.front().name;
    const bool understood =
        name == "isoformat" || name == "strftime" || (name.starts_with("to_") && name.ends_with("_string"));
    const auto d = understood ? date(node.parts.front().parts.front(), place, 0) : std::nullopt;
    if (!d) {
        return std::nullopt;
    }
    if (name == "strftime") {
        const auto* format = node.parts.size() == 2 ? node.parts[1].value.if_string() : nullptr;
        const auto made =
            format != nullptr ? formatted(*d, std::string_view(format->data(), format->size())) : std::nullopt;
        return made ? std::optional(text(*made)) : std::nullopt;
    }
    if (node.parts.size() != 1) {
        return std::nullopt;
    }
    if (name == "isoformat") {
        return text(iso_text(*d));
    }
    if (!d->of_pendulum) {
        return std::nullopt;
    }
    if (name == "to_date_string") {
        return text(day_text(*d));
    }
    if (name == "to_datetime_string") {
        return text(day_text(*d) + " " + time_text(*d));
    }
    if (name == "to_time_string") {
        return text(time_text(*d));
    }
    if (name == "to_rfc3339_string") {
        return text(iso_text(*d));
    }
    if (name == "to_iso8601_string") {
        std::string made = iso_text(*d);
        if (d->is_utc && made.ends_with("+00:00")) {
            made.replace(made.size() - 6, 6, "Z");
        }
        return text(made);
    }
    return std::nullopt;
}

} // namespace corest::source::detail

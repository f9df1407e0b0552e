#pragma once

/// \file
/// Values as JSON text: the other way round than `select/decode.hpp`, for the same types.
///
///     std::string body;
///     corest::append_json(body, sample);             // {"id":1,"createdAt":"2026-11-26T09:30:00Z", ...}
///     corest::decode<decltype(sample)>(body);        // gives an equal one

#include <corest/config.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/json_writer.hpp>
#include <corest/select/rename.hpp>
#include <corest/select/rfc3339.hpp>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace corest {

namespace detail {

template <class T>
concept text_like = std::convertible_to<const T&, std::string_view>;

/// \throws error (invalid_argument): an enum's value is none of its enumerators
[[noreturn]] COREST_DECL void throw_no_enumerator();
/// \throws error (invalid_argument): an exception has left a variant without a value
[[noreturn]] COREST_DECL void throw_valueless_variant();

/// A type with a decoder that says how it is written, too.
template <class T>
concept has_encoder = requires(std::string& out, const T& value) { decoder<T>::encode(out, value); };

template <moment T>
void append_json_moment(std::string& out, const T& value)
{
    using namespace std::chrono_literals;
    using std::chrono::nanoseconds;
    using std::chrono::sys_seconds;
    date_time written;
    if constexpr (std::ratio_greater_v<typename T::period, std::ratio<1>>) {
        // Kept to what seconds hold; what that cuts off is beyond the year 9999 all the same.
        constexpr auto limit = std::chrono::floor<typename T::duration>(sys_seconds::max().time_since_epoch());
        written.seconds = sys_seconds(std::clamp<std::common_type_t<typename T::duration, decltype(limit)>>(
            value.time_since_epoch(), -limit, limit));
    } else {
        written.seconds = std::chrono::time_point_cast<std::chrono::seconds>(value);
        auto rest = value - written.seconds;
        if (rest < rest.zero()) {
            rest += 1s;
            written.seconds -= 1s;
        }
        // Rounded up, as it is rounded down when it is read.
        written.fraction = std::min<nanoseconds>(std::chrono::ceil<nanoseconds>(rest), 999'999'999ns);
    }
    append_json_date_time(out, written);
}

template <class T>
void append_json_enum(std::string& out, T value)
{
    using list = boost::mp11::mp_rename<boost::describe::describe_enumerators<T>, boost::mp11::mp_list>;
    static constexpr auto names = enumerator_names<T>(list());
    static constexpr auto values = enumerator_values<T>(list());
    const auto found = std::find(values.begin(), values.end(), value);
    if (found == values.end()) {
        throw_no_enumerator();
    }
    append_json_string(out, names[static_cast<std::size_t>(found - values.begin())]);
}

template <class T>
void append_json_struct(std::string& out, const T& value);

} // namespace detail

/// Appends a value as JSON, which `decode` reads as an equal one: bool, integers, double, float, texts, json_text (as
/// it is), std::optional (null where empty), std::vector, structs described with BOOST_DESCRIBE_STRUCT and enums
/// described with BOOST_DESCRIBE_ENUM (by the names that `corest_names` gives them, see select/rename.hpp),
/// std::chrono::sys_time of hours or less (a date-time of RFC 3339 in UTC), sys_days and year_month_day, std::variant
/// (the value it holds) and std::monostate (null). A type with a `corest::decoder` of its own is written by that one's
/// `static void encode(std::string& out, const T&)`, where it has one.
///
/// A variant of which two alternatives take the same kind of JSON is read as the first of them.
/// \throws error (invalid_argument) for what JSON does not have: infinity, NaN, an enum's value without an enumerator,
///         a time outside the years 0 to 9999, a date the calendar does not have, a variant without a value; what
///         stands in `out` then is no JSON
template <class T>
void append_json(std::string& out, const T& value)
{
    if constexpr (detail::has_encoder<T>) {
        decoder<T>::encode(out, value);
    } else if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (detail::number_integer<T>) {
        out += std::to_string(value);
    } else if constexpr (std::same_as<T, double> || std::same_as<T, float>) {
        detail::append_json_number(out, value);
    } else if constexpr (detail::text_like<T>) {
        detail::append_json_string(out, value);
    } else if constexpr (std::same_as<T, json_text>) {
        out += value.json;
    } else if constexpr (std::same_as<T, std::monostate>) {
        out += "null";
    } else if constexpr (detail::optional_value<T>::is_optional) {
        if (value) {
            append_json(out, *value);
        } else {
            out += "null";
        }
    } else if constexpr (detail::is_vector<T>) {
        const char* separator = "[";
        for (const auto& each : value) {
            out += separator;
            append_json(out, each);
            separator = ",";
        }
        out += value.empty() ? "[]" : "]";
    } else if constexpr (detail::is_variant<T>) {
        if (value.valueless_by_exception()) {
            detail::throw_valueless_variant();
        }
        std::visit([&out](const auto& held) { append_json(out, held); }, value);
    } else if constexpr (detail::is_date<T>) {
        detail::append_json_date(out, value);
    } else if constexpr (detail::moment<T>) {
        detail::append_json_moment(out, value);
    } else if constexpr (detail::described_struct<T>) {
        detail::append_json_struct(out, value);
    } else if constexpr (detail::described_enum<T>) {
        detail::append_json_enum(out, value);
    } else if constexpr (std::is_enum_v<T>) {
        static_assert(detail::not_decodable<T>,
            "corest::append_json(value): describe the enum with BOOST_DESCRIBE_ENUM(T, enumerators...) in its "
            "namespace");
    } else {
        static_assert(detail::not_decodable<T>,
            "corest::append_json(value): the value is bool, a number, a text, a time or date of std::chrono, "
            "std::optional, std::vector or std::variant of them, or a struct described with "
            "BOOST_DESCRIBE_STRUCT(T, (), (members...)) in its namespace");
    }
}

template <class T>
void detail::append_json_struct(std::string& out, const T& value)
{
    const char* separator = "{";
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
        using descriptor = decltype(member);
        static constexpr std::string_view name = json_name<T, descriptor>(descriptor::pointer);
        out += separator;
        append_json_string(out, name);
        out += ':';
        append_json(out, value.*descriptor::pointer);
        separator = ",";
    });
    out += *separator == '{' ? "{}" : "}";
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/encode.ipp>
#endif

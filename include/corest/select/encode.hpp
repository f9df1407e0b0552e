#pragma once

/// \file
/// Values as JSON text: the other way round than `select/decode.hpp`, for the same types.

#include <corest/config.hpp>
#include <corest/select/decode.hpp>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace corest {

namespace detail {

template <class T>
concept text_like = std::convertible_to<const T&, std::string_view>;

/// Appends a text in quotes, with the escapes that RFC 8259, section 7, asks for.
COREST_DECL void append_json_string(std::string& out, std::string_view text);
/// Appends a number in the shortest form that gives it back. \throws error (invalid_argument) where JSON has none for it
COREST_DECL void append_json_number(std::string& out, double number);

} // namespace detail

/// Appends a value as JSON: bool, integers, double, float, texts, json_text (as it is), std::optional (null where
/// empty), std::vector, and structs described with BOOST_DESCRIBE_STRUCT.
/// \throws error (invalid_argument) for a number that JSON does not have: infinity, NaN
template <class T>
void append_json(std::string& out, const T& value)
{
    if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (detail::number_integer<T>) {
        out += std::to_string(value);
    } else if constexpr (std::same_as<T, double> || std::same_as<T, float>) {
        detail::append_json_number(out, value);
    } else if constexpr (detail::text_like<T>) {
        detail::append_json_string(out, value);
    } else if constexpr (std::same_as<T, json_text>) {
        out += value.json;
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
    } else if constexpr (detail::described_struct<T>) {
        const char* separator = "{";
        boost::mp11::mp_for_each<detail::members_of<T>>([&](auto member) {
            out += separator;
            detail::append_json_string(out, member.name);
            out += ':';
            append_json(out, value.*member.pointer);
            separator = ",";
        });
        out += *separator == '{' ? "{}" : "}";
    } else {
        static_assert(detail::not_decodable<T>,
            "append_json(value): the value is bool, a number, a text, std::optional or std::vector of one of them, or "
            "a struct "
            "described with BOOST_DESCRIBE_STRUCT(T, (), (members...)) in its namespace");
    }
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/encode.ipp>
#endif

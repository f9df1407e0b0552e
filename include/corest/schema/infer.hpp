#pragma once

/// \file
/// A schema that is found: in the records of a page, or in the members of a struct.

#include <corest/config.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/page.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace corest::schema {

/// The columns that the records of a page have, in the order in which they first appear. All of the page decides on a
/// type: values of several types make it the one that holds all of them (bigint and double: double, with integers
/// beyond 64 bits: decimal; others: text). Integers beyond 64 bits are decimal; a timestamp is a date-time of RFC 3339
/// with an offset. A column with nothing but null has no type. All are nullable.
/// \throws error (not_json, wrong_type: no object), saying which record
[[nodiscard]] COREST_DECL table_schema infer(const page& rows);

/// The same, of several pages: adds what a page has to what is known.
/// \param[in,out] known from the pages before
/// \param rows the page
COREST_DECL void infer(table_schema& known, const page& rows);

/// \cond detail
namespace described {

template <class T>
inline constexpr bool is_json = std::is_same_v<T, json_text> || corest::detail::is_vector<T>
    || corest::detail::is_variant<T> || corest::detail::described_struct<T>;

/// The type of a member; none where nobody can know, as with a decoder of the program's own.
template <class T>
constexpr std::optional<data_type> type_of_member()
{
    if constexpr (corest::detail::has_decoder<T>) {
        return std::nullopt;
    } else if constexpr (std::is_same_v<T, bool>) {
        return data_type::boolean;
    } else if constexpr (corest::detail::number_integer<T>) {
        return std::is_signed_v<T> || sizeof(T) < 8 ? data_type::bigint : data_type::decimal;
    } else if constexpr (std::is_floating_point_v<T>) {
        return data_type::floating;
    } else if constexpr (corest::detail::is_date<T>) {
        return data_type::date;
    } else if constexpr (corest::detail::is_sys_time<T>) {
        return data_type::timestamp;
    } else if constexpr (is_json<T>) {
        return data_type::json;
    } else if constexpr (std::is_same_v<T, std::string> || std::is_enum_v<T>) {
        return data_type::text;
    } else {
        return std::nullopt;
    }
}

template <class T, class Member>
void add_member(table_schema& to)
{
    using type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;
    using optional = corest::detail::optional_value<type>;
    const std::string_view name = corest::detail::json_name<T, Member>(Member::pointer);
    column c(std::string(name), type_of_member<typename optional::type>());
    c.nullable = optional::is_optional;
    if (c.type == data_type::decimal) { // of 64 bits without sign
        c.precision = 20;
        c.scale = 0;
    }
    to.columns.push_back(std::move(c));
}

template <class T, class... Members>
table_schema of_members(boost::mp11::mp_list<Members...>)
{
    table_schema out;
    (add_member<T, Members>(out), ...);
    return out;
}

} // namespace described
/// \endcond

/// The schema of a struct that is described with BOOST_DESCRIBE_STRUCT, as `record::as` decodes it: a column for each
/// member, nullable where that is a std::optional. Vectors, structs, variants and `json_text` are json, enums text; a
/// member with a `decoder` of the program's own has no type.
///
///     corest::table samples("samples");
///     samples.schema = corest::schema::schema_of<sample>();
template <corest::detail::described_struct T>
[[nodiscard]] table_schema schema_of()
{
    return described::of_members<T>(boost::mp11::mp_rename<corest::detail::members_of<T>, boost::mp11::mp_list>());
}

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/infer.ipp>
#endif

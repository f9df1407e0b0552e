#pragma once

/// \file
/// Records straight into structs: `record.as<sample>()`, for structs described with BOOST_DESCRIBE_STRUCT.
///
///     struct owner { std::string login; };
///     struct sample { std::int64_t id; std::string name; std::optional<double> score; owner by; corest::json_text
///     extra; }; BOOST_DESCRIBE_STRUCT(owner, (), (login))
///     BOOST_DESCRIBE_STRUCT(sample, (), (id, name, score, by, extra))
///
///     sample s = record.as<sample>();

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <bitset>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

/// The JSON text of a value of any kind, kept as it is.
class json_text {
public:
    json_text() = default;
    explicit json_text(std::string text) : json(std::move(text)) {}
    bool operator==(const json_text&) const = default;

    std::string json = "null";
};

/// How a type is read: specialise it for types of your own.
///
///     template <> struct corest::decoder<money> {
///         static money decode(corest::json_reader& in) { std::string s; return money::parse(in.string(s)); }
///     };
///
/// `decode` takes exactly one value from the reader. Without a specialisation: bool, integers, double, float,
/// std::string, json_text, std::optional (null or a missing member is empty), std::vector, and described structs, in
/// which every member that is not optional must be there, and unknown members are checked and passed over.
template <class T>
struct decoder;

/// Takes one value from a reader.
/// \throws error (field_missing, wrong_type, not_json) naming the field's path
template <class T>
[[nodiscard]] T decode(json_reader& in);

/// Decodes a whole text.
/// \throws error (field_missing, wrong_type, not_json) naming the field's path
template <class T>
[[nodiscard]] T decode(std::string_view json)
{
    json_reader in(json);
    T value = decode<T>(in);
    in.finish();
    return value;
}

namespace detail {

template <class T>
concept has_decoder = requires(json_reader& in)
{
    {
        decoder<T>::decode(in)
        } -> std::convertible_to<T>;
};

template <class T>
inline constexpr bool is_vector = false;
template <class T, class A>
inline constexpr bool is_vector<std::vector<T, A>> = true;

template <class T>
concept described_struct = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

/// Public members, those of described bases included.
template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

/// Finds a key among the names of a struct's members, trying the expected one first: records mostly keep their order.
/// \return its index, or the number of names
[[nodiscard]] COREST_DECL std::size_t find_member(
    std::span<const std::string_view> names, std::string_view key, std::size_t expected) noexcept;

/// \param object where the object began
[[noreturn]] COREST_DECL void throw_missing_member(const json_reader& in, std::size_t object, std::string_view name);

template <class T, class... Members>
void decode_members(json_reader& in, T& to, boost::mp11::mp_list<Members...>)
{
    constexpr std::size_t count = sizeof...(Members);
    static constexpr std::array<std::string_view, count> names{std::string_view(Members::name)...};
    using reader = void (*)(json_reader&, T&);
    static constexpr std::array<reader, count> readers{[](json_reader& r, T& t) {
        auto& member = t.*Members::pointer;
        member = decode<std::remove_cvref_t<decltype(member)>>(r);
    }...};
    static constexpr std::array<bool, count> needed{[] {
        using type = std::remove_cvref_t<decltype(std::declval<T&>().*Members::pointer)>;
        return !optional_value<type>::is_optional;
    }()...};

    const std::size_t object = in.offset();
    std::bitset<count> found;
    std::string_view key;
    std::string scratch;
    std::size_t expected = 0;
    in.begin_object();
    while (in.next_key(key, scratch)) {
        const std::size_t index = find_member(names, key, expected);
        if (index == count) {
            in.skip();
            continue;
        }
        readers[index](in, to);
        found.set(index);
        expected = index + 1;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (needed[i] && !found.test(i)) {
            throw_missing_member(in, object, names[i]);
        }
    }
}

} // namespace detail

template <class T>
T decode(json_reader& in)
{
    if constexpr (detail::has_decoder<T>) {
        return decoder<T>::decode(in);
    } else if constexpr (std::is_same_v<T, bool>) {
        return in.boolean();
    } else if constexpr (detail::number_integer<T> && std::is_signed_v<T>) {
        return static_cast<T>(in.int64(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    } else if constexpr (detail::number_integer<T>) {
        return static_cast<T>(in.uint64(std::numeric_limits<T>::max()));
    } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>) {
        return static_cast<T>(in.number());
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::string scratch;
        const std::string_view text = in.string(scratch);
        return text.data() == scratch.data() ? std::move(scratch) : std::string(text);
    } else if constexpr (std::is_same_v<T, json_text>) {
        return json_text(std::string(in.skip()));
    } else if constexpr (detail::optional_value<T>::is_optional) {
        if (in.null()) {
            return std::nullopt;
        }
        return decode<typename detail::optional_value<T>::type>(in);
    } else if constexpr (detail::is_vector<T>) {
        T all;
        in.begin_array();
        while (in.next_element()) {
            all.push_back(decode<typename T::value_type>(in));
        }
        return all;
    } else if constexpr (detail::described_struct<T>) {
        T value{};
        detail::decode_members(in, value, boost::mp11::mp_rename<detail::members_of<T>, boost::mp11::mp_list>());
        return value;
    } else {
        static_assert(detail::not_decodable<T>,
            "corest::decode<T>: describe the struct with BOOST_DESCRIBE_STRUCT(T, (), (members...)) in its namespace, "
            "or specialise corest::decoder<T>");
    }
}

template <class T>
T record::as() const
{
    json_reader in(json(), "the record");
    try {
        T value = decode<T>(in);
        in.finish();
        return value;
    } catch (const error& e) {
        throw detail::locate(e, page_, index_);
    }
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/decode.ipp>
#endif

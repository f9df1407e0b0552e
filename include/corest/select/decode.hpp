#pragma once

/// \file
/// Records straight into structs: `record.as<sample>()`, for structs described with BOOST_DESCRIBE_STRUCT.
///
///     struct owner {
///         std::string login;
///     };
///     BOOST_DESCRIBE_STRUCT(owner, (), (login))
///
///     struct sample {
///         std::int64_t id;
///         std::string name;
///         std::optional<double> score;
///         owner by;
///         corest::json_text extra;
///     };
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
#include <cstdint>
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
    /// \param text is taken as it is, unchecked
    explicit json_text(std::string text) : json(std::move(text)) {}
    bool operator==(const json_text&) const = default; ///< compares the texts byte by byte

    std::string json = "null"; ///< the text
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
concept has_decoder = requires(json_reader& in) {
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

/// A bit that few other names share: what a set of names has no bit of, is not in it.
constexpr std::uint64_t name_bit(std::string_view name) noexcept
{
    const auto first = name.empty() ? 0U : static_cast<unsigned>(static_cast<unsigned char>(name.front()));
    return std::uint64_t{1} << ((first * 5 + name.size()) % 64);
}

/// \param object where the object began
[[noreturn]] COREST_DECL void throw_missing_member(const json_reader& in, std::size_t object, std::string_view name);

template <class T>
void decode_to(json_reader& in, T& to)
{
    if constexpr (std::is_same_v<T, std::string> && !has_decoder<std::string>) {
        const std::string_view text = in.string(to); // decodes into it, where that is needed
        if (text.size() > to.capacity()) {
            to = std::string(text); // cheaper than to have it grow
        } else if (text.data() != to.data()) {
            to.assign(text);
        }
    } else {
        to = decode<T>(in);
    }
}

template <class T, class... Members>
void decode_members(json_reader& in, T& to, boost::mp11::mp_list<Members...>)
{
    constexpr std::size_t count = sizeof...(Members);
    static constexpr std::array<std::string_view, count> names{std::string_view(Members::name)...};
    using reader = void (*)(json_reader&, T&);
    static constexpr std::array<reader, count> readers{
        [](json_reader& r, T& t) { decode_to(r, t.*Members::pointer); }...};
    static constexpr std::array<bool, count> needed{[] {
        using type = std::remove_cvref_t<decltype(std::declval<T&>().*Members::pointer)>;
        return !optional_value<type>::is_optional;
    }()...};
    constexpr std::uint64_t bits = (std::uint64_t{0} | ... | name_bit(Members::name));

    const std::size_t object = in.offset();
    std::bitset<count> found;
    std::string_view key;
    std::string scratch;
    std::size_t expected = 0;
    in.begin_object();
    for (;;) {
        std::size_t index = expected;
        if (expected == count || !in.take_key(names[expected])) {
            if (!in.next_key(key, scratch)) {
                break;
            }
            index = (bits & name_bit(key)) == 0 ? count : find_member(names, key, expected);
            if (index == count) {
                in.skip();
                continue;
            }
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

// g++ 12 returns a variable without moving it only where it stands in the function's outermost block.

template <class T>
T decode_struct(json_reader& in)
{
    T value{};
    decode_members(in, value, boost::mp11::mp_rename<members_of<T>, boost::mp11::mp_list>());
    return value;
}

template <class T>
T decode_whole(json_reader& in)
{
    T value = decode<T>(in);
    in.finish();
    return value;
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
        return detail::decode_struct<T>(in);
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
        return detail::decode_whole<T>(in);
    } catch (const error& e) {
        throw detail::locate(e, page_, index_);
    }
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/decode.ipp>
#endif

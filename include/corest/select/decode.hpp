#pragma once

/// \file
/// Records straight into structs: `record.as<sample>()`, for structs described with BOOST_DESCRIBE_STRUCT.
///
///     struct owner {
///         std::string login;
///     };
///     BOOST_DESCRIBE_STRUCT(owner, (), (login))
///
///     BOOST_DEFINE_ENUM_CLASS(state, open, closed)
///
///     struct sample {
///         std::int64_t id;
///         std::string name;
///         std::optional<double> score;
///         state is;                             // "open" or "closed"
///         std::chrono::sys_seconds created_at;  // RFC 3339
///         std::variant<int, std::string> label; // whichever of them it is
///         owner by;
///         corest::json_text extra;
///     };
///     BOOST_DESCRIBE_STRUCT(sample, (), (id, name, score, is, created_at, label, by, extra))
///     // see select/rename.hpp
///     constexpr auto corest_names(const sample*) { return corest::rename(&sample::is, "state"); }
///
///     sample s = record.as<sample>();

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>
#include <corest/select/rename.hpp>
#include <corest/select/rfc3339.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <bitset>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ratio>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
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
/// `decode` takes exactly one value from the reader. In a std::variant a type of your own is taken for values of any
/// kind; a member `static bool fits(corest::json_kind)` says for which.
///
/// Without a specialisation:
///   - bool, integers, double, float, std::string, json_text;
///   - std::optional: null or a missing member is empty; std::vector;
///   - structs described with BOOST_DESCRIBE_STRUCT: every member that is not optional must be there, unknown members
///     are checked and passed over; other names in JSON are said by `corest_names` (select/rename.hpp);
///   - enums described with BOOST_DESCRIBE_ENUM, from a string that is an enumerator's name, or the one `corest_names`
///     gives it;
///   - std::chrono::sys_time of hours or less, from a date-time of RFC 3339 in any offset from UTC, rounded down to its
///     duration; std::chrono::sys_days and year_month_day, from a date of RFC 3339;
///   - std::variant: the first alternative that takes values of the kind found. An integer's takes a number without
///     fraction and exponent in its range, std::monostate takes null, and strings, enums, dates and times take any
///     string: which of two that take strings, or of two structs, is not looked at.
template <class T>
struct decoder;

/// Takes one value from a reader.
/// \throws error (field_missing, wrong_type, not_json) naming the field's path
template <class T>
[[nodiscard]] T decode(json_reader& input);

/// Decodes a whole text.
/// \throws error (field_missing, wrong_type, not_json) naming the field's path
template <class T>
[[nodiscard]] T decode(std::string_view json)
{
    json_reader input(json);
    T value = decode<T>(input);
    input.finish();
    return value;
}

namespace detail {

template <class T>
concept has_decoder = requires(json_reader& input) {
    {
        decoder<T>::decode(input)
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

template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
inline constexpr bool is_sys_time = false;
template <class Duration>
inline constexpr bool is_sys_time<std::chrono::sys_time<Duration>> = true;

template <class T>
inline constexpr bool is_date = is_one_of<T, std::chrono::sys_days, std::chrono::year_month_day>;

/// A moment that is more than a date.
template <class T>
concept moment = is_sys_time<T> && !is_date<T> && std::integral<typename T::rep>
    && std::ratio_less_equal_v<typename T::period, std::chrono::hours::period>;

template <class T>
inline constexpr bool is_variant = false;
template <class... Alternatives>
inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

/// A bit that few other names share: what a set of names has no bit of, is not in it.
constexpr std::uint64_t name_bit(std::string_view name) noexcept
{
    const auto first = name.empty() ? 0U : static_cast<unsigned>(static_cast<unsigned char>(name.front()));
    return std::uint64_t{1} << ((first * 5 + name.size()) % 64);
}

/// \param object where the object began
[[noreturn]] COREST_DECL void throw_missing_member(const json_reader& input, std::size_t object, std::string_view name);

template <class T>
void decode_to(json_reader& input, T& output)
{
    if constexpr (std::is_same_v<T, std::string> && !has_decoder<std::string>) {
        const std::string_view text = input.string(output); // decodes into it, where that is needed
        if (text.size() > output.capacity()) {
            output = std::string(text); // cheaper than to have it grow
        } else if (text.data() != output.data()) {
            output.assign(text);
        }
    } else {
        output = decode<T>(input);
    }
}

template <class T, class... Members>
void decode_members(json_reader& input, T& output, boost::mp11::mp_list<Members...>)
{
    constexpr std::size_t count = sizeof...(Members);
    static constexpr std::array<std::string_view, count> names{json_name<T, Members>(Members::pointer)...};
    static_assert(names_of<T>().names_only(Members::pointer...),
        "corest_names(const T*) renames a member that BOOST_DESCRIBE_STRUCT does not list");
    constexpr bool plain = (true && ... && needs_no_escapes(json_name<T, Members>(Members::pointer)));
    using reader = void (*)(json_reader&, T&);
    static constexpr std::array<reader, count> readers{
        [](json_reader& r, T& t) { decode_to(r, t.*Members::pointer); }...};
    static constexpr std::array<bool, count> needed{[] {
        using type = std::remove_cvref_t<decltype(std::declval<T&>().*Members::pointer)>;
        return !optional_value<type>::is_optional;
    }()...};
    constexpr std::uint64_t bits = (std::uint64_t{0} | ... | name_bit(json_name<T, Members>(Members::pointer)));

    const std::size_t object = input.offset();
    std::bitset<count> found;
    std::string_view key;
    std::string scratch;
    std::size_t expected = 0;
    input.begin_object();
    for (;;) {
        std::size_t index = expected;
        if (!plain || expected == count || !input.take_key(names[expected])) {
            if (!input.next_key(key, scratch)) {
                break;
            }
            index = (bits & name_bit(key)) == 0 ? count : find_member(names, key, expected);
            if (index == count) {
                input.skip();
                continue;
            }
        }
        readers[index](input, output);
        found.set(index);
        expected = index + 1;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (needed[i] && !found.test(i)) {
            throw_missing_member(input, object, names[i]);
        }
    }
}

// g++ 12 returns a variable without moving it only where it stands in the function's outermost block.

template <class T>
T decode_struct(json_reader& input)
{
    T value{};
    decode_members(input, value, boost::mp11::mp_rename<members_of<T>, boost::mp11::mp_list>());
    return value;
}

/// The names in JSON of an enum's enumerators, in the order of its description.
template <class T, class... Enumerators>
constexpr auto enumerator_names(boost::mp11::mp_list<Enumerators...>)
{
    static_assert(names_of<T>().names_only(Enumerators::value...),
        "corest_names(const T*) renames an enumerator that BOOST_DESCRIBE_ENUM does not list");
    return std::array<std::string_view, sizeof...(Enumerators)>{json_name<T, Enumerators>(Enumerators::value)...};
}

template <class T, class... Enumerators>
constexpr auto enumerator_values(boost::mp11::mp_list<Enumerators...>)
{
    return std::array<T, sizeof...(Enumerators)>{Enumerators::value...};
}

/// Takes a string that is one of some names. \return which
/// \throws error (wrong_type) naming them
[[nodiscard]] COREST_DECL std::size_t decode_name(json_reader& input, std::span<const std::string_view> names);
/// Takes a string. \return which of the names it is; their number where it is another one
[[nodiscard]] COREST_DECL std::size_t decode_any_name(json_reader& input, std::span<const std::string_view> names);

template <class T>
T decode_enum(json_reader& input)
{
    using list = boost::mp11::mp_rename<boost::describe::describe_enumerators<T>, boost::mp11::mp_list>;
    static constexpr auto names = enumerator_names<T>(list());
    static constexpr auto values = enumerator_values<T>(list());
    if constexpr (constexpr auto renamed = names_of<T>(); renamed.has_fallback) {
        const std::size_t index = decode_any_name(input, names);
        return index == names.size() ? renamed.fallback() : values[index];
    } else {
        return values[decode_name(input, names)];
    }
}

/// Takes a date.
[[nodiscard]] COREST_DECL std::chrono::year_month_day decode_date(json_reader& input);
/// Takes a date-time.
/// \throws error (wrong_type) also where it is earlier than `least` or later than `most`
[[nodiscard]] COREST_DECL date_time decode_date_time(
    json_reader& input, std::chrono::sys_seconds least, std::chrono::sys_seconds most);

template <moment T>
T decode_moment(json_reader& input)
{
    using std::chrono::sys_seconds;
    using namespace std::chrono_literals;
    using duration = typename T::duration;
    // What a date-time can hold needs 38 bits for its seconds, 58 with milliseconds; only finer ones are at their
    // limits.
    sys_seconds least = sys_seconds::min();
    sys_seconds most = sys_seconds::max();
    if constexpr (std::ratio_less_v<typename T::period, std::micro>) {
        least = std::chrono::ceil<std::chrono::seconds>(T::min());
        most = std::chrono::floor<std::chrono::seconds>(T::max()) - 1s;
    }
    const date_time found = decode_date_time(input, least, most);
    const T whole = std::chrono::floor<duration>(found.seconds);
    return whole + std::chrono::floor<duration>(found.seconds - whole + found.fraction);
}

/// What a type is decoded from, as messages say it: "an integer".
template <class T>
[[nodiscard]] constexpr std::string_view expected_text()
{
    if constexpr (has_decoder<T>) {
        return "a value of a type of its own";
    } else if constexpr (std::is_same_v<T, bool>) {
        return "a bool";
    } else if constexpr (number_integer<T>) {
        return "an integer";
    } else if constexpr (std::is_floating_point_v<T>) {
        return "a number";
    } else if constexpr (std::is_same_v<T, std::monostate>) {
        return "null";
    } else if constexpr (is_date<T>) {
        return "a date";
    } else if constexpr (is_sys_time<T>) {
        return "a date and time";
    } else if constexpr (is_vector<T>) {
        return "an array";
    } else if constexpr (described_struct<T>) {
        return "an object";
    } else {
        return "a string";
    }
}

/// Whether an alternative of a variant takes the value that comes next.
template <class T>
[[nodiscard]] bool fits(const json_reader& input, json_kind kind)
{
    if constexpr (has_decoder<T>) {
        if constexpr (requires { decoder<T>::fits(kind); }) {
            return decoder<T>::fits(kind);
        } else {
            return true;
        }
    } else if constexpr (std::is_same_v<T, json_text>) {
        return true;
    } else if constexpr (std::is_same_v<T, std::monostate>) {
        return kind == json_kind::null;
    } else if constexpr (std::is_same_v<T, bool>) {
        return kind == json_kind::boolean;
    } else if constexpr (number_integer<T>) {
        if (kind != json_kind::number) {
            return false;
        }
        json_reader ahead = input;
        const std::string_view digits = ahead.number_text();
        T value{};
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    } else if constexpr (std::is_floating_point_v<T>) {
        return kind == json_kind::number;
    } else if constexpr (optional_value<T>::is_optional) {
        return kind == json_kind::null || fits<typename optional_value<T>::type>(input, kind);
    } else if constexpr (is_vector<T>) {
        return kind == json_kind::array;
    } else if constexpr (described_struct<T>) {
        return kind == json_kind::object;
    } else {
        return kind == json_kind::string;
    }
}

/// \throws error (wrong_type): the value that comes next is none of those
[[noreturn]] COREST_DECL void throw_no_alternative(json_reader& input, std::span<const std::string_view> expected);

template <class T, std::size_t Index = 0>
T decode_variant(json_reader& input, json_kind kind)
{
    if constexpr (Index == std::variant_size_v<T>) {
        static constexpr auto expected = []<class... Alternatives>(std::type_identity<std::variant<Alternatives...>>) {
            return std::array<std::string_view, sizeof...(Alternatives)>{
                expected_text<typename optional_value<Alternatives>::type>()...};
        }(std::type_identity<T>());
        throw_no_alternative(input, expected);
    } else {
        using alternative = std::variant_alternative_t<Index, T>;
        static_assert(
            !is_variant<alternative>, "corest::decode: a variant in a variant is one variant of all alternatives");
        if (fits<alternative>(input, kind)) {
            if constexpr (std::is_same_v<alternative, std::monostate>) {
                input.skip();
                return T(std::in_place_index<Index>);
            } else {
                return T(std::in_place_index<Index>, decode<alternative>(input));
            }
        }
        return decode_variant<T, Index + 1>(input, kind);
    }
}

template <class T>
T decode_whole(json_reader& input)
{
    T value = decode<T>(input);
    input.finish();
    return value;
}

} // namespace detail

template <class T>
T decode(json_reader& input)
{
    if constexpr (detail::has_decoder<T>) {
        return decoder<T>::decode(input);
    } else if constexpr (std::is_same_v<T, bool>) {
        return input.boolean();
    } else if constexpr (detail::number_integer<T> && std::is_signed_v<T>) {
        return static_cast<T>(input.int64(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    } else if constexpr (detail::number_integer<T>) {
        return static_cast<T>(input.uint64(std::numeric_limits<T>::max()));
    } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>) {
        return static_cast<T>(input.number());
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::string scratch;
        const std::string_view text = input.string(scratch);
        return text.data() == scratch.data() ? std::move(scratch) : std::string(text);
    } else if constexpr (std::is_same_v<T, json_text>) {
        return json_text(std::string(input.skip()));
    } else if constexpr (detail::optional_value<T>::is_optional) {
        if (input.null()) {
            return std::nullopt;
        }
        return decode<typename detail::optional_value<T>::type>(input);
    } else if constexpr (detail::is_vector<T>) {
        T all;
        input.begin_array();
        while (input.next_element()) {
            all.push_back(decode<typename T::value_type>(input));
        }
        return all;
    } else if constexpr (detail::is_variant<T>) {
        return detail::decode_variant<T>(input, input.kind());
    } else if constexpr (detail::is_date<T>) {
        return detail::decode_date(input);
    } else if constexpr (detail::moment<T>) {
        return detail::decode_moment<T>(input);
    } else if constexpr (detail::described_struct<T>) {
        return detail::decode_struct<T>(input);
    } else if constexpr (detail::described_enum<T>) {
        return detail::decode_enum<T>(input);
    } else if constexpr (std::is_enum_v<T>) {
        static_assert(detail::not_decodable<T>,
            "corest::decode<T>: describe the enum with BOOST_DESCRIBE_ENUM(T, enumerators...) in its namespace, "
            "or specialise corest::decoder<T>");
    } else {
        static_assert(detail::not_decodable<T>,
            "corest::decode<T>: describe the struct with BOOST_DESCRIBE_STRUCT(T, (), (members...)) in its namespace, "
            "or specialise corest::decoder<T>");
    }
}

template <class T>
T record::as() const
{
    json_reader input(json(), "the record");
    try {
        return detail::decode_whole<T>(input);
    } catch (const error& e) {
        throw detail::locate(e, page_, index_);
    }
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/decode.ipp>
#endif

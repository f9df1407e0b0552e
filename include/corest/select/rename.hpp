#pragma once

/// \file
/// Other names in JSON than in C++, for structs and enums that are described: said beside the description, in its
/// namespace.
///
///     struct issue {
///         std::int64_t id;
///         std::string class_;
///         std::string created_at;
///     };
///     BOOST_DESCRIBE_STRUCT(issue, (), (id, class_, created_at))
///     constexpr auto corest_names(const issue*)
///     {
///         return corest::rename(&issue::class_, "class").rename(&issue::created_at, "createdAt");
///     }
///
///     BOOST_DEFINE_ENUM_CLASS(state, open, in_progress)
///     constexpr auto corest_names(const state*) { return corest::rename(state::in_progress, "in-progress"); }
///
/// A name that no enumerator has is an error, unless one of them stands for all that are not known yet:
///
///     return corest::rename(state::in_progress, "in-progress").otherwise(state::unknown);
///
/// Where all members of a struct follow JavaScript's custom, `return corest::camel_case();` is enough, and
/// `corest::camel_case().rename(...)` names the exceptions.

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace corest {

namespace detail {

/// One renaming: a member (or an enumerator), and its name in JSON.
template <class Member>
class renaming {
public:
    Member member;
    std::string_view name;
};

/// The enumerator that names stand for which none has.
template <class Enumerator>
class fallback {
public:
    Enumerator value;
};

template <class T>
inline constexpr bool is_fallback = false;
template <class Enumerator>
inline constexpr bool is_fallback<fallback<Enumerator>> = true;

} // namespace detail

/// How members or enumerators are called in JSON: what `corest_names` returns. Made by `rename` and `camel_case`.
/// \tparam Camel       true where what is not renamed is written `likeThis` in JSON and `like_this` in C++
/// \tparam Renamings   detail
template <bool Camel = false, class... Renamings>
class name_map {
public:
    static constexpr bool is_camel_case = Camel; ///< detail

    constexpr name_map() = default;
    /// Detail: users call `rename`.
    constexpr explicit name_map(std::tuple<Renamings...> all) : all_(std::move(all)) {}

    /// The same with one name more.
    /// \param member a pointer to a member of the struct, or an enumerator
    /// \param name what it is called in JSON; a literal, as it is not copied
    template <class Member>
    [[nodiscard]] constexpr auto rename(Member member, std::string_view name) const
    {
        using one = detail::renaming<Member>;
        return name_map<Camel, Renamings..., one>(std::tuple_cat(all_, std::tuple<one>(one{member, name})));
    }

    /// The same with an enumerator for names in JSON that no enumerator has: what an API adds later is no error then.
    /// Written, it has its own name.
    template <class Enumerator>
        requires std::is_enum_v<Enumerator>
    [[nodiscard]] constexpr auto otherwise(Enumerator value) const
    {
        static_assert(
            !(detail::is_fallback<Renamings> || ...), "one enumerator stands for names that none has, not two");
        using one = detail::fallback<Enumerator>;
        return name_map<Camel, Renamings..., one>(std::tuple_cat(all_, std::tuple<one>(one{value})));
    }

    /// True where `otherwise` was called; detail.
    static constexpr bool has_fallback = (detail::is_fallback<Renamings> || ...);
    /// What `otherwise` was called with; detail.
    [[nodiscard]] constexpr auto fallback() const
        requires has_fallback
    {
        return std::get<sizeof...(Renamings) - 1 - trailing()>(all_).value;
    }

    /// The name that a member was given, empty (its data a null pointer) where it was given none; detail.
    template <class Member>
    [[nodiscard]] constexpr std::string_view find(Member member) const
    {
        std::string_view found;
        std::apply([&](const auto&... one) { (look(one, member, found), ...); }, all_);
        return found;
    }
    /// Whether each renamed member is one of those given; detail.
    template <class... Members>
    [[nodiscard]] constexpr bool names_only(Members... members) const
    {
        return std::apply([&](const auto&... one) { return (is_any(one, members...) && ...); }, all_);
    }

private:
    /// How many renamings follow the fallback.
    static constexpr std::size_t trailing()
    {
        std::size_t count = 0;
        ((count = detail::is_fallback<Renamings> ? 0 : count + 1), ...);
        return count;
    }
    template <class One, class Member>
    static constexpr bool is_same(const One& one, Member member)
    {
        if constexpr (requires { one.member == member; }) {
            return one.member == member;
        } else {
            return false;
        }
    }
    template <class One, class... Members>
    static constexpr bool is_any(const One& one, Members... members)
    {
        if constexpr (detail::is_fallback<One>) {
            return ((one.value == members) || ...);
        } else {
            return (is_same(one, members) || ...);
        }
    }
    template <class One, class Member>
    static constexpr void look(const One& one, Member member, std::string_view& found)
    {
        if constexpr (!detail::is_fallback<One>) {
            if (is_same(one, member)) {
                found = one.name;
            }
        }
    }

    std::tuple<Renamings...> all_;
};

/// A member or an enumerator has another name in JSON than in C++; more follow by `.rename(...)`.
/// \param member a pointer to a member of the struct, or an enumerator
/// \param name what it is called in JSON; a literal, as it is not copied
template <class Member>
[[nodiscard]] constexpr auto rename(Member member, std::string_view name)
{
    return name_map<>().rename(member, name);
}

/// What is `created_at` in C++ is `createdAt` in JSON; exceptions follow by `.rename(...)`.
[[nodiscard]] constexpr name_map<true> camel_case()
{
    return {};
}

/// Names in JSON that no enumerator has stand for this one; renamings follow by `.rename(...)`.
template <class Enumerator>
    requires std::is_enum_v<Enumerator>
[[nodiscard]] constexpr auto otherwise(Enumerator value)
{
    return name_map<>().otherwise(value);
}

namespace detail {

template <class T>
concept renamed_type = requires(const T* type) { corest_names(type); };

/// The names of a type's members or enumerators in JSON.
template <class T>
constexpr auto names_of()
{
    if constexpr (renamed_type<T>) {
        return corest_names(static_cast<const T*>(nullptr));
    } else {
        return name_map<>();
    }
}

template <std::size_t Size>
class camel_text {
public:
    constexpr explicit camel_text(std::string_view name)
    {
        bool raise = false;
        for (const char c : name) {
            if (c == '_' && size_ != 0) {
                raise = true;
                continue;
            }
            text_[size_++] = raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            raise = false;
        }
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text_.data(), size_}; }

private:
    std::array<char, Size + 1> text_{};
    std::size_t size_ = 0;
};

/// \tparam Descriptor Boost.Describe's, of a member or an enumerator
template <class Descriptor>
inline constexpr camel_text<std::string_view(Descriptor::name).size()> camel_name{std::string_view(Descriptor::name)};

/// The name in JSON of what a descriptor describes.
/// \param member the pointer or the enumerator
template <class Type, class Descriptor, class Member>
constexpr std::string_view json_name(Member member)
{
    constexpr auto names = names_of<Type>();
    const std::string_view given = names.find(member);
    if (given.data() != nullptr) {
        return given;
    }
    if constexpr (names.is_camel_case) {
        return camel_name<Descriptor>.view();
    } else {
        return Descriptor::name;
    }
}

/// Whether a name can stand in a JSON text without escapes: no quote, backslash or control character.
constexpr bool needs_no_escapes(std::string_view name)
{
    for (const char c : name) {
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
            return false;
        }
    }
    return true;
}

} // namespace detail

} // namespace corest

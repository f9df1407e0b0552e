#pragma once

/// \file
/// The record: a view of one element of a page, decoded on demand.

#include <corest/error.hpp>
#include <corest/select/page.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace corest {

/// One record. Keeps its page alive; cheap to copy. Nothing is decoded until asked for.
///
/// A path is a field's name, or names and array indices as in JSONPath: "owner.login", "tags[0]".
class record {
public:
    record() = default;
    /// \pre index < of.size()
    record(corest::page page, std::size_t index) noexcept : page_(std::move(page)), index_(index) {}

    /// The exact text, as the server sent it (numbers are not rounded), without surrounding white space.
    /// The view lives as long as the record or its page.
    [[nodiscard]] std::string_view json() const noexcept { return page_.json(index_); }

    /// The value at a path, decoded: bool, any integer type, double, float, std::string, std::string_view (valid as
    /// long as the record or its page), or std::optional of one of them (empty where the field is missing or null).
    /// Reads no further than that value. Where a record has a key twice, the first one counts.
    /// \throws error (field_missing) naming the fields that are there; error (wrong_type) naming the type found;
    ///         error (not_json) where the record's text is broken; error (invalid_argument) where the path is
    template <class T>
    [[nodiscard]] T get(std::string_view path) const;

    /// The JSON text of the value at a path; empty where it is missing.
    [[nodiscard]] COREST_DECL std::optional<std::string_view> raw(std::string_view path) const;

    /// Checks the whole text. Cutting a page into records only looks at its structure: a destination that writes the
    /// text as it is checks it first.
    /// \throws error (not_json)
    COREST_DECL void validate() const;

    /// The record decoded into a struct that is described with BOOST_DESCRIBE_STRUCT, or that has a `corest::decoder`
    /// (select/decode.hpp, which must be included to use it).
    /// \throws error (field_missing, wrong_type, not_json)
    template <class T>
    [[nodiscard]] T as() const;

    /// True where it was expanded from another record.
    [[nodiscard]] bool has_parent() const noexcept { return page_.has_parent(); }
    /// The record that this one was expanded from. \pre has_parent()
    [[nodiscard]] record parent() const noexcept { return page_.parent(); }

    /// The page it is part of, and where in it.
    [[nodiscard]] const corest::page& page() const noexcept { return page_; }
    /// Its position in the page, from 0.
    [[nodiscard]] std::size_t index() const noexcept { return index_; }

    /// A copy that keeps only its own text alive, not the whole page. Has no parent, and its page no headers.
    [[nodiscard]] COREST_DECL record detach() const;

private:
    friend class corest::page::iterator;

    [[nodiscard]] COREST_DECL std::optional<bool> find_bool(std::string_view path, bool required) const;
    [[nodiscard]] COREST_DECL std::optional<std::int64_t> find_int64(
        std::string_view path, bool required, std::int64_t least, std::int64_t most) const;
    [[nodiscard]] COREST_DECL std::optional<std::uint64_t> find_uint64(
        std::string_view path, bool required, std::uint64_t most) const;
    [[nodiscard]] COREST_DECL std::optional<double> find_double(std::string_view path, bool required) const;
    [[nodiscard]] COREST_DECL std::optional<std::string_view> find_view(std::string_view path, bool required) const;
    [[nodiscard]] COREST_DECL std::optional<std::string> find_string(std::string_view path, bool required) const;

    template <class T>
    [[nodiscard]] std::optional<T> find(std::string_view path, bool required) const;

    corest::page page_;
    std::size_t index_ = 0;
};

/// Goes through the records of a page. Holds the record that it hands out a reference to, which the next step changes:
/// `for (const record& r : page)` costs no reference count, and who keeps a record copies it.
class page::iterator {
public:
    using iterator_category = std::input_iterator_tag; ///< its records live as long as it stands there
    using value_type = record;                         ///< a view of the page
    using difference_type = std::ptrdiff_t;            ///< of positions
    using pointer = const record*;                     ///< valid until the iterator moves on
    using reference = const record&;                   ///< valid until the iterator moves on

    iterator() = default;
    /// \param containing_page kept alive by the iterator
    /// \param index of the record, or `containing_page.size()` for the end
    iterator(page containing_page, std::size_t index) noexcept : record_(std::move(containing_page), index) {}

    /// The record where it stands. \pre it is not at the end
    [[nodiscard]] const record& operator*() const noexcept { return record_; }
    /// The record where it stands. \pre it is not at the end
    [[nodiscard]] const record* operator->() const noexcept { return &record_; }
    /// To the next record.
    iterator& operator++() noexcept
    {
        ++record_.index_;
        return *this;
    }
    /// To the next record; where it stood before is returned.
    iterator operator++(int) noexcept
    {
        iterator previous = *this;
        ++record_.index_;
        return previous;
    }
    /// \pre both are of the same page
    [[nodiscard]] bool operator==(const iterator& other) const noexcept
    {
        return record_.index_ == other.record_.index_;
    }

private:
    record record_;
};

inline record page::operator[](std::size_t index) const noexcept
{
    return {*this, index};
}

inline record page::parent() const noexcept
{
    return {page(data_->parent_page), data_->parent_index};
}

inline page::iterator page::begin() const noexcept
{
    return {*this, 0};
}

inline page::iterator page::end() const noexcept
{
    return {page(), size()};
}

namespace detail {

template <class T>
struct optional_value {
    using type = T;
    static constexpr bool is_optional = false;
};

template <class T>
struct optional_value<std::optional<T>> {
    using type = T;
    static constexpr bool is_optional = true;
};

template <class T, class... Others>
inline constexpr bool is_one_of = (std::same_as<T, Others> || ...);

/// An integer that is a number, neither a character nor a bool.
template <class T>
concept number_integer = std::integral<T> && !is_one_of<T, bool, char, wchar_t, char8_t, char16_t, char32_t>;

template <class T>
inline constexpr bool not_decodable = false;

/// Adds to an error where a record is: its resource, page and number in the page.
[[nodiscard]] COREST_DECL error locate(const error& e, const page& containing_page, std::size_t index);

} // namespace detail

template <class T>
std::optional<T> record::find(std::string_view path, bool required) const
{
    if constexpr (std::same_as<T, bool>) {
        return find_bool(path, required);
    } else if constexpr (detail::number_integer<T> && std::is_signed_v<T>) {
        const auto value = find_int64(path, required, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
        return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
    } else if constexpr (detail::number_integer<T>) {
        const auto value = find_uint64(path, required, std::numeric_limits<T>::max());
        return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
    } else if constexpr (std::same_as<T, double> || std::same_as<T, float>) {
        const auto value = find_double(path, required);
        return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
    } else if constexpr (std::same_as<T, std::string_view>) {
        return find_view(path, required);
    } else if constexpr (std::same_as<T, std::string>) {
        return find_string(path, required);
    } else {
        static_assert(detail::not_decodable<T>,
            "record::get<T>: T is bool, an integer, double, std::string, std::string_view or std::optional of one "
            "of them; for a struct use record.as<T>() (corest/select/decode.hpp)");
    }
}

template <class T>
T record::get(std::string_view path) const
{
    if constexpr (detail::optional_value<T>::is_optional) {
        return find<typename detail::optional_value<T>::type>(path, false);
    } else {
        return *find<T>(path, true);
    }
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/record.ipp>
#endif

#pragma once

/// \file
/// How tables and columns are named after resources and fields.

#include <corest/config.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corest::schema {

/// A naming convention.
enum class naming : unsigned char {
    direct,    ///< as resources and fields are named
    snake_case ///< as dlt names tables and columns by default: see `snake_case_name`
};

/// All of them.
inline constexpr std::array<naming, 2> naming_conventions = {naming::direct, naming::snake_case};

/// "direct" or "snake_case".
[[nodiscard]] COREST_DECL std::string_view to_string(naming convention) noexcept;
/// The convention of that name; none where there is none.
[[nodiscard]] COREST_DECL std::optional<naming> find_naming(std::string_view name) noexcept;

/// The name that dlt's convention `snake_case` gives a table or column (dlt 1.26, `normalize_path`): `createdAt` and
/// `Created At` are `created_at`, `123abc` is `_123abc`, `price+` is `pricex`, `a__B` stays the path `a__b`.
///
/// Each part between `__` by itself: white space around it goes; `+` and `*` become x, `-` becomes _, `@` a and `|` l;
/// what else is no ASCII letter, digit or underscore becomes one _; a _ goes before capital letters that begin a word,
/// and all letters become small; a _ goes before a digit at the beginning; underscores at the end become as many x;
/// several underscores become one. A name of nothing is `_empty`.
/// \param name the resource's or field's, in UTF-8
/// \param longest bytes that a name may have: of a longer one the middle is replaced by a text that tells it from
///        others, as in dlt. 0: any number
[[nodiscard]] COREST_DECL std::string snake_case_name(std::string_view name, std::size_t longest = 0);

/// A name by a convention: as it is, or `snake_case_name`.
/// \param convention which of them
/// \param name the resource's or field's
/// \param longest bytes that a name of the convention may have; 0: any number
[[nodiscard]] inline std::string name_by(naming convention, std::string_view name, std::size_t longest = 0)
{
    return convention == naming::snake_case ? snake_case_name(name, longest) : std::string(name);
}

/// The name of a column or table whose path is made of names by a convention, with `__` between them, as dlt names what
/// is in objects and lists: the path, shortened where it is too long.
/// \param convention which of them; `direct` shortens nothing
/// \param path `issues__labels`
/// \param longest bytes that a name of the convention may have; 0: any number
[[nodiscard]] COREST_DECL std::string path_name(naming convention, std::string path, std::size_t longest = 0);

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/naming.ipp>
#endif

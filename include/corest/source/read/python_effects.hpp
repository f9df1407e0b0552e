#pragma once

/// \file
/// What calls do to the lists and dictionaries that they are given. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace corest::source::detail {

namespace python_call_effects {

/// Whether a list of words has this one.
template <std::size_t N>
[[nodiscard]] bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace python_call_effects

/// What a call does to what it is given.
enum class python_effect {
    none,   ///< nothing, and its result has no part of it
    shares, ///< nothing, but its result may have parts of it: what changes them changes it
    unknown ///< it may change it, now or later
};

/// What a function does that is Python's own, or of a package that is known.
/// \param full_name through imports: `json.dumps`; empty: a function of this file
[[nodiscard]] COREST_DECL python_effect effect_of(const std::string& full_name);

/// What a method does to its arguments whose class is not known, by the name that those of texts, lists, dictionaries
/// and loggers have.
[[nodiscard]] COREST_DECL python_effect effect_of_method(std::string_view method);

/// Whether a method of lists and dictionaries changes what it is called on: `append`.
[[nodiscard]] COREST_DECL bool changes_its_object(std::string_view method);

/// Whether a function of Python's library changes its first argument: `random.shuffle`.
[[nodiscard]] COREST_DECL bool changes_its_argument(std::string_view full_name);

/// Whether a lambda may change what it is given.
[[nodiscard]] COREST_DECL bool lambda_may_change(const python_node& lambda);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_effects.ipp>
#endif

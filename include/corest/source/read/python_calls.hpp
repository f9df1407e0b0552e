#pragma once

/// \file
/// The classes and functions of dlt that stand for a dictionary. Not for users.

#include <corest/config.hpp>

#include <span>
#include <string>
#include <string_view>

namespace corest::source::detail {

/// A class of dlt whose object says the same as a dictionary: the values of its parameters, and `type`.
struct python_call_form {
    std::string_view name;                        ///< of the class
    std::string_view type;                        ///< of the dictionary
    std::span<const std::string_view> parameters; ///< in the order of the class
};

/// The form of a call, or null. \param full_name through imports: `dlt.sources.incremental`
[[nodiscard]] COREST_DECL const python_call_form* find_call_form(const std::string& full_name);

/// True for what gives back the dictionary that it is given: dlt's `RESTAPIConfig({...})`, `dict(a=1)`.
[[nodiscard]] COREST_DECL bool is_transparent(const std::string& full_name);

/// True for `rest_api_source` and `rest_api_resources`.
[[nodiscard]] COREST_DECL bool makes_source(const std::string& full_name);

/// The last word of a name: `getenv` of `os.getenv`.
[[nodiscard]] COREST_DECL std::string_view last_word(std::string_view full_name);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_calls.ipp>
#endif

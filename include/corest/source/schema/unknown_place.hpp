#pragma once

/// \file
/// Places of a dictionary that cannot be read without running Python. Not for users.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace corest::source::detail {

/// The stand-in for a value that cannot be read. It is an error only where it is still there when the plan is made.
/// \param place in the file: "f.py:3:8"
/// \param reason what stands there: "a call of 'load'"
/// \param option of the command that gives the value; empty: `--set` with the place's path
[[nodiscard]] COREST_DECL boost::json::value unknown_value(
    std::string_view place, std::string_view reason, std::string_view option = {});

/// The same for a value that running Python would not give either.
[[nodiscard]] COREST_DECL boost::json::value unknown_to_python(
    std::string_view place, std::string_view reason, std::string_view option);

/// The option that gives a value, as a shell takes it: `--set 'client.base_url=VALUE'`, quoted only where it has to be.
/// \param path of the place
[[nodiscard]] COREST_DECL std::string set_option(const std::string& path);

/// True for such a stand-in.
[[nodiscard]] COREST_DECL bool is_unknown(const boost::json::value& v);

/// "f.py:3:8: a call of 'load'", of a stand-in.
[[nodiscard]] COREST_DECL std::string unknown_text(const boost::json::value& v);

/// \throws error (invalid_source) where places are left that cannot be read: each with its file and line, what stands
///         there, and the option that gives the value
COREST_DECL void refuse_unknown(const boost::json::value& dictionary);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/unknown_place.ipp>
#endif

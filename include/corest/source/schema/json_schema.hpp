#pragma once

/// \file
/// The dictionary's JSON Schema, for editors and other tools.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

namespace corest::source {

/// The JSON Schema (draft 2020-12) of the dictionary that `check_source` reads: all keys, what their values may be,
/// their defaults, and a line about each. A dictionary that it refuses is refused by `check_source` too; what only the
/// whole can tell (a paginator that nothing would end, a path with broken placeholders) is found by `check_source`
/// alone.
[[nodiscard]] COREST_DECL boost::json::value json_schema();

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/json_schema.ipp>
#endif

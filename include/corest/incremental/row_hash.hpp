#pragma once

/// \file
/// By which rows are known again. Not for users.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// A JSON text in the one form that all texts with the same content share: keys in order, each once (the last one
/// counts), no white space, texts with the same escapes. Numbers stay as they are written.
/// \throws error (not_json)
[[nodiscard]] COREST_DECL std::string canonical_json(std::string_view json);

/// The first 128 bits of the SHA-256 of a row's key in canonical form, in 32 hexadecimal digits.
/// \param row the record's JSON text
/// \param primary_key the key's fields; none: the whole row
/// \throws error (field_missing) where a field of the key is not there
[[nodiscard]] COREST_DECL std::string row_hash(
    std::string_view row, const std::optional<std::vector<json_path>>& primary_key);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/row_hash.ipp>
#endif

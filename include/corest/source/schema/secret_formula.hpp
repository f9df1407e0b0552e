#pragma once

/// \file
/// Texts that have secrets in them: `f"Bearer {token}"`, `os.getenv("KEY", "a default")`. Not for users.
///
/// A dictionary has `{"$secret": ["Bearer ", {"$secret": "token"}]}` for the one, and
/// `{"$secret": "KEY", "default": "a default"}` for the other. Where a secret's name is expected, such a text goes by
/// its formula: the JSON text of its parts.

#include <corest/config.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// A part of a text with secrets: a literal text, or a secret.
struct secret_part {
    std::string text; ///< the literal, or the secret's name
    bool is_secret = false;
    std::optional<std::string> default_value = std::nullopt; ///< in place of a secret that is missing
};

/// What a name is made of: one secret, unless it is a formula.
[[nodiscard]] COREST_DECL std::vector<secret_part> secret_parts(std::string_view name);

/// The name of what is made of parts: of a secret alone that has no default its own, else a formula.
[[nodiscard]] COREST_DECL std::string secret_name(const std::vector<secret_part>& parts);

/// The name with `***` in place of each default, which may be a credential that somebody has written down.
[[nodiscard]] COREST_DECL std::string without_defaults(std::string_view name);

/// A name for people: "access_token", or "Bearer {access_token}".
[[nodiscard]] COREST_DECL std::string secret_label(std::string_view name);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/secret_formula.ipp>
#endif

#pragma once

/// \file
/// The names of secrets, for showing a plan. Not for users.

#include <corest/config.hpp>
#include <corest/source/schema/authenticators.hpp>

#include <string>
#include <vector>

namespace corest::source::detail {

/// The names of the secrets that an `auth` takes, in its own order.
[[nodiscard]] COREST_DECL std::vector<std::string> secret_names(const auth_config& auth);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/secret_names.ipp>
#endif

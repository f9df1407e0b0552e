#pragma once

/// \file
/// Looks up the secrets that a plan needs.

#include <corest/config.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/secrets.hpp>

#include <string>
#include <vector>

namespace corest::source {

/// Looks up every secret that the plan's resources need.
/// \throws error (missing_secret) naming each that is missing, the keys that need it and the environment variable to
///         set
COREST_DECL void resolve_secrets(plan& p, const secret_store& store);

/// The values of all secrets that were looked up, for masking in whatever a server echoes.
[[nodiscard]] COREST_DECL std::vector<std::string> secret_values(const plan& p);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/resolve_secrets.ipp>
#endif

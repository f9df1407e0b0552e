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

/// Looks up the API's address, where that is a secret and is found: nothing else, and it may be missing.
COREST_DECL void resolve_address(plan& p, const secret_store& store);

/// A secret that a plan needs.
class needed_secret {
public:
    std::string name;               ///< as the dictionary has it
    std::vector<std::string> paths; ///< the keys that need it
    bool has_default = false;       ///< something else is used where it is missing
};

/// What `resolve_secrets` would look up, in the order of the plan. Nothing is looked up.
[[nodiscard]] COREST_DECL std::vector<needed_secret> needed_secrets(const plan& p);

/// The values of all secrets that were looked up, for masking in whatever a server echoes.
[[nodiscard]] COREST_DECL std::vector<std::string> secret_values(const plan& p);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/resolve_secrets.ipp>
#endif

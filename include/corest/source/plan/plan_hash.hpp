#pragma once

/// \file
/// Which plans a stopped run may be gone on with by.

#include <corest/config.hpp>
#include <corest/source/plan/plan.hpp>

#include <cstdint>
#include <string>

namespace corest::source {

/// The SHA-256, in hexadecimal digits, of all of a plan that decides which requests are sent and which rows come of
/// them: addresses, constants, bindings, paginators, selectors, tables, which resources are stored, and the limit. Not
/// of what merely decides how: credentials, retries, time limits, concurrency. Of a secret only the name counts, so
/// that a new token changes nothing, and of a date from the clock how it comes of it, so that a new day does not.
/// \param p with or without secrets looked up
/// \param limit rows of each resource
[[nodiscard]] COREST_DECL std::string plan_hash(const plan& p, std::uint64_t limit);

/// What the runs of a plan have in common when the plan changes: the API's address, without credentials, or the name of
/// the secret that it is, with a digest of the address once that is looked up (`resolve_address`), and the constants
/// that fill placeholders: `https://api.example.com, workspace=acme`.
[[nodiscard]] COREST_DECL std::string source_name(const plan& p);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan_hash.ipp>
#endif

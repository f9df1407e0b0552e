#pragma once

/// \file
/// What differs between two plans.

#include <corest/config.hpp>
#include <corest/source/plan/plan.hpp>

#include <string>
#include <vector>

namespace corest::source {

/// The differences between two plans, a line each, for people:
///
///     + resource files
///     - resource runs
///     ~ client.retry.max_retries: 3 -> 5
///     ~ samples.path: "/projects/{id}/samples" -> "/v2/projects/{id}/samples"
///     ~ samples.params.status: another value
///
/// Resources are told apart by their names. Of literal values of parameters, header fields and bodies it is only said
/// that they differ, as they may be secrets.
/// \param before, after with or without secrets looked up
/// \return empty: both send the same requests, and store the same rows in the same tables
[[nodiscard]] COREST_DECL std::vector<std::string> plan_changes(const plan& before, const plan& after);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan_changes.ipp>
#endif

#pragma once

/// \file
/// The requests of a plan: what a child takes over from a record of its parent, and a walk's first request.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>
#include <corest/source/plan/plan.hpp>

#include <vector>

namespace corest::source {

/// The values that a child takes over from a record of its parent, in the order of `child.bindings`.
/// \throws error (field_missing) naming the fields that are there, where one is missing, null or empty;
///         error (wrong_type) where it is an object or array
[[nodiscard]] COREST_DECL std::vector<binding> bind_parent(const planned_resource& child, const record& parent);

/// The request for a resource's first page, before its paginator prepares it. Needs the secrets looked up.
/// \param resource of the plan
/// \param client of the plan
/// \param bindings of this walk, from `bind_parent`; empty for a root
[[nodiscard]] COREST_DECL request make_request(
    const planned_resource& resource, const client_config& client, const std::vector<binding>& bindings);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan_request.ipp>
#endif

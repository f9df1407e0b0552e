#pragma once

/// \file
/// The plan, made of drafts that are done. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/plan/selection.hpp>

namespace corest::source::detail {

/// Makes the plan of the drafts that are part of it, which are moved into it; parents, children, roots and depths then
/// count the plan's resources.
[[nodiscard]] COREST_DECL plan assemble(
    const source_config& config, draft_list& drafts, const plan_members& members, const plan_options& options);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/assemble.ipp>
#endif

#pragma once

/// \file
/// What can be wrong with a dictionary's resources taken together, and how it is said. Not for users.

#include <corest/config.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/path_key.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/plan/selection.hpp>

#include <string>

namespace corest::source::detail {

/// Names that stand twice, and tables whose names become the same.
/// \throws error (invalid_source): names are what everything else refers to
COREST_DECL void check_names(const draft_list& drafts);

/// Adds to the draft that nothing, or too much, fills a placeholder.
/// \param field that the placeholder asks for
COREST_DECL void add_unfilled(draft& d, const draft_list& drafts, const placeholder& gap,
    const parent_candidates& candidates, const std::string& field);

/// Adds the problems of what is part of the plan, a merge without primary key and resources that cannot share a table
/// among them; placeholders that nothing fills once for all resources.
COREST_DECL void gather_problems(
    problem_list& problems, const draft_list& drafts, const plan_members& members, const plan_options& options);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan_problems.ipp>
#endif

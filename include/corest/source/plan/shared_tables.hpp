#pragma once

/// \file
/// Resources that load into one table, because the dictionary gives them the same `table_name`. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/plan/selection.hpp>

namespace corest::source::detail {

/// Adds that resources which are to share a table declare it differently (write disposition, keys, columns, names), or
/// that a replace would drop the rows of one that `only` leaves out.
/// \pre the drafts are planned
COREST_DECL void check_shared_tables(
    problem_list& problems, const draft_list& drafts, const plan_members& members, const plan_options& options);

/// Says of each stored resource which others load into its table.
COREST_DECL void link_shared_tables(plan& p);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/shared_tables.ipp>
#endif

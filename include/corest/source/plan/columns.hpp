#pragma once

/// \file
/// The columns that a resource's table takes from its parents. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/draft.hpp>

namespace corest::source::detail {

/// Adds the bindings that `include_from_parent` asks for.
COREST_DECL void include_parent_fields(draft_list& drafts, draft& child);

/// Two fields must not share a column (`a_b` + `c`, `a` + `b_c`): a problem of the draft. Two bindings to one field
/// may: where their values differ, the destination says so.
COREST_DECL void check_columns(draft& d);

/// Complains of a resource that is read for several records of its parent at once where it needs to know for which.
/// \param drafts of all resources \param d the one, whose bindings are made
COREST_DECL void check_group(const draft_list& drafts, draft& d);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/columns.ipp>
#endif

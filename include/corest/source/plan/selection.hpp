#pragma once

/// \file
/// What the plan's options ask for: which resources are part of it, and whether the names are known. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/plan_options.hpp>

#include <string>
#include <vector>

namespace corest::source::detail {

/// Constants for placeholders that no resource has, and empty ones. \pre the drafts are planned
/// \return those that no resource has
COREST_DECL std::vector<std::string> check_params(
    problem_list& problems, const draft_list& drafts, const plan_options& options);

/// Which of the dictionary's resources are part of the plan, by position.
class plan_members {
public:
    std::vector<bool> stored; ///< their rows go into tables
    std::vector<bool> needed; ///< stored, or above one that is
    std::vector<std::vector<std::string>>
        left_out; ///< names of the resources below each that the dictionary selects and `only` does not
};

/// The resources that `only` names, else those that the dictionary selects, and what is above them.
/// \pre the drafts are planned
[[nodiscard]] COREST_DECL plan_members select_members(
    problem_list& problems, const draft_list& drafts, const plan_options& options);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/selection.ipp>
#endif

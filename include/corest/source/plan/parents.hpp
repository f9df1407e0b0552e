#pragma once

/// \file
/// Chooses a resource's parent: the one that the dictionary names, or the one that a placeholder leads to. Not for
/// users.

#include <corest/config.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/path_key.hpp>
#include <corest/source/plan/stated_values.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace corest::source::detail {

/// Chooses parents.
class parent_finder {
public:
    /// Plans a resource that another one needs. \return false where that failed
    using need = std::function<bool(std::size_t child, std::size_t needed)>;

    /// \param drafts referred to
    /// \param plan_needed called before a parent is chosen, as the choice may depend on what that one is bound to
    parent_finder(draft_list& drafts, need plan_needed) : drafts_(drafts), plan_needed_(std::move(plan_needed)) {}

    /// Makes the parent the resource that the dictionary names; of several the one that all others are above.
    /// \return false where there is none; the reason is then a problem of the draft
    [[nodiscard]] COREST_DECL bool choose_named(std::size_t child, const std::vector<named_field>& fields);

    /// Makes the parent the only candidate.
    /// \return the candidate; none where there are none or several (a problem of the draft), or where it failed
    [[nodiscard]] COREST_DECL std::optional<parent_candidate> choose_inferred(
        std::size_t child, const placeholder& gap, const parent_candidates& candidates);

private:
    [[nodiscard]] COREST_DECL std::vector<std::size_t> named_resources(
        std::size_t child, const std::vector<named_field>& fields);
    [[nodiscard]] COREST_DECL bool covers(std::size_t parent, const std::vector<named_field>& fields) const;

    draft_list& drafts_;
    need plan_needed_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/parents.ipp>
#endif

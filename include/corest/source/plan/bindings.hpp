#pragma once

/// \file
/// Fills a resource's placeholders once its parent is chosen: with constants, fields of the parent's record, and what
/// the parent is bound to itself. Not for users.

#include <corest/config.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/source/plan/constants.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/path_key.hpp>
#include <corest/source/plan/stated_values.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace corest::source::detail {

/// The position of a resource's binding to a field of its parent's record; it is added where none takes over the same
/// (`share_rule`). A column that the parent has taken over itself (`_groups_id`) is a field of its record, as in dlt.
/// \param placeholder_name empty where no placeholder asks for it
COREST_DECL std::size_t bind_parent_field(planned_resource& r, const std::string& placeholder_name,
    const planned_resource& parent, const std::string& field, binding_reason reason);

/// Makes the bindings of one resource.
class binder {
public:
    /// The candidates for the parent of a placeholder of the path.
    using candidate_lookup = std::function<parent_candidates(const placeholder& gap)>;

    /// \param drafts referred to; the parent of `child` is planned
    /// \param child the resource whose placeholders are filled
    /// \param known constants
    /// \param candidates asked for placeholders that the dictionary has not filled
    binder(draft_list& drafts, std::size_t child, const constants& known, candidate_lookup candidates)
        : drafts_(drafts),
          draft_(drafts[child]),
          constants_(known),
          candidates_(std::move(candidates))
    {
    }

    /// Fills the placeholders of the path.
    /// \param stated what the dictionary says of each
    /// \return false where nothing fills one of them; the reason is then a problem of the draft
    [[nodiscard]] COREST_DECL bool fill_path(const std::vector<stated_value>& stated);

    /// Fills the placeholders of parameters, headers and the body. \pre those of the path are filled
    COREST_DECL void fill_texts();

private:
    [[nodiscard]] planned_resource& result() const noexcept { return draft_.result; }
    [[nodiscard]] const planned_resource& parent() const noexcept { return drafts_[*draft_.result.parent].result; }
    [[nodiscard]] COREST_DECL std::size_t inherit(const std::string& placeholder_name, std::size_t index);
    [[nodiscard]] COREST_DECL std::size_t bind_named(const std::string& placeholder_name, const named_field& field);
    [[nodiscard]] COREST_DECL std::size_t carry(std::size_t resource, const named_field& field);
    [[nodiscard]] COREST_DECL placeholder_source source_of(std::size_t k, bool is_last, bool names_parent) const;
    [[nodiscard]] COREST_DECL std::optional<planned_value> infer(std::size_t k, bool is_last);
    [[nodiscard]] COREST_DECL std::optional<planned_value> infer_elsewhere(
        const placeholder& gap, const parent_candidates& candidates);
    [[nodiscard]] COREST_DECL planned_value fill_cursor(
        const std::string& key, const planned_text& text, const placeholder& gap);
    [[nodiscard]] COREST_DECL std::optional<planned_value> fill_text(const placeholder& gap);

    draft_list& drafts_;
    draft& draft_;
    const constants& constants_;
    candidate_lookup candidates_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/bindings.ipp>
#endif

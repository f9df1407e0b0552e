#pragma once

#include <corest/source/plan/draft.hpp>

#include <algorithm>

namespace corest::source::detail {

COREST_DECL std::string draft::path_key() const
{
    return join_key(config().key_path, key_name::endpoint, key_name::path);
}

COREST_DECL void draft::add_problem(const std::string& key, const std::string& text)
{
    problems.add(key, config().name, text);
}

COREST_DECL std::optional<std::size_t> draft::find_binding(const std::string& resource, const std::string& field) const
{
    std::optional<std::size_t> found;
    for (std::size_t n = 0; n < result.bindings.size(); ++n) {
        const planned_binding& b = result.bindings[n];
        const bool is_it = b.resource == resource && b.field == field;
        if (is_it && !b.infers_field()) {
            return n;
        }
        found = is_it && !found ? n : found;
    }
    return found;
}

COREST_DECL draft_list::draft_list(const source_config& config)
{
    drafts_.resize(config.resources.size());
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        drafts_[i].result.config = config.resources[i];
        names_.emplace_back(drafts_[i].config().name);
    }
}

COREST_DECL std::optional<std::size_t> draft_list::find(std::string_view name) const
{
    const auto found = std::find(names_.begin(), names_.end(), name);
    return found == names_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names_.begin()));
}

} // namespace corest::source::detail

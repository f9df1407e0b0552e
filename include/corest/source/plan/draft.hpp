#pragma once

/// \file
/// A dictionary's resources while their places in the plan are looked for. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/planned_resource.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/source_config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// A placeholder that nothing fills. It is reported once for all resources with the same one.
class unfilled_placeholder {
public:
    unfilled_placeholder(std::string its_text, std::string its_explanation)
        : text(std::move(its_text)),
          explanation(std::move(its_explanation))
    {
    }
    auto operator<=>(const unfilled_placeholder&) const = default;

    std::string text; ///< `{space_token}`
    std::string explanation;
};

/// One resource while its place in the plan is looked for.
class draft {
public:
    /// How far it is.
    enum class state { untouched, under_way, done, failed };

    /// What the dictionary says of it.
    [[nodiscard]] const resource_config& config() const noexcept { return result.config; }
    /// The dictionary's key of its path: `resources[2].endpoint.path`.
    [[nodiscard]] COREST_DECL std::string path_key() const;
    /// Adds a problem of this resource. \param key where in the dictionary it is
    COREST_DECL void add_problem(const std::string& key, const std::string& text);
    /// The position of the binding to a field of another resource, if there is one: the one that is sure to be that
    /// field before one that another field of the record may have filled.
    [[nodiscard]] COREST_DECL std::optional<std::size_t> find_binding(
        const std::string& resource, const std::string& field) const;

    state progress = state::untouched;
    planned_resource result; ///< `parent` counts the dictionary's resources
    problem_list problems;
    std::vector<unfilled_placeholder> unfilled;
};

/// All resources of a dictionary, in its order.
class draft_list {
public:
    COREST_DECL explicit draft_list(const source_config& config);
    draft_list(const draft_list&) = delete; // the names are views
    draft_list& operator=(const draft_list&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return drafts_.size(); }
    [[nodiscard]] draft& operator[](std::size_t i) noexcept { return drafts_[i]; }
    [[nodiscard]] const draft& operator[](std::size_t i) const noexcept { return drafts_[i]; }
    [[nodiscard]] auto begin() noexcept { return drafts_.begin(); }
    [[nodiscard]] auto end() noexcept { return drafts_.end(); }
    [[nodiscard]] auto begin() const noexcept { return drafts_.begin(); }
    [[nodiscard]] auto end() const noexcept { return drafts_.end(); }

    /// The names of all resources.
    [[nodiscard]] const std::vector<std::string_view>& names() const noexcept { return names_; }
    /// The position of the resource of that name, if there is one.
    [[nodiscard]] COREST_DECL std::optional<std::size_t> find(std::string_view name) const;

private:
    std::vector<draft> drafts_;
    std::vector<std::string_view> names_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/draft.ipp>
#endif

#pragma once

/// \file
/// Constants that fill placeholders: `--param`, then the resource's params. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/path_key.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/plan/planned_resource.hpp>
#include <corest/source/schema/source_config.hpp>

#include <optional>
#include <string>

namespace corest::source::detail {

/// Looks up constants for placeholders.
class constants {
public:
    /// \param options whose `params` beat the dictionary's; referred to
    explicit constants(const plan_options& options) : options_(&options) {}

    /// The constant for a placeholder and its origin, if there is one. A param that is a template itself is none.
    [[nodiscard]] COREST_DECL std::optional<planned_value> find(
        const resource_config& resource, const std::string& placeholder_name) const;

    /// The same as a function of the placeholder's name, for comparing paths. Refers to both.
    [[nodiscard]] COREST_DECL constant_lookup lookup(const resource_config& resource) const;

private:
    const plan_options* options_;
};

/// The resource's param of that name, or null.
[[nodiscard]] COREST_DECL const named_text* find_param(const resource_config& resource, const std::string& name);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/constants.ipp>
#endif

#pragma once

/// \file
/// The plan: which resource is the child of which, and where every placeholder's value comes from.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>
#include <corest/source/plan/planned_resource.hpp>
#include <corest/source/schema/source_config.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

/// What a run will do.
class plan {
public:
    std::string source_name;    ///< that the file gives it; empty: none
    std::string source_section; ///< that the file gives it; empty: its own name
    client_config client;       ///< of all resources
    /// The constants that fill placeholders (`--param`), by name. A credential is none.
    std::vector<std::pair<std::string, std::string>> constants;
    std::vector<planned_resource>
        resources; ///< in the dictionary's order; those that are neither stored nor parents are left out
    std::vector<std::size_t> roots;    ///< positions of the resources without parent
    std::vector<std::string> warnings; ///< of the dictionary, and of the plan
    std::vector<std::string>
        unused_params;           ///< those of `plan_options::params` that nothing has used, if that is allowed
    std::vector<secret> secrets; ///< all that were looked up (`resolve_secrets`)
    /// The same plan with the dates that come of the clock as they are at another time, no secret looked up. None:
    /// there are no such dates.
    std::function<plan(std::chrono::system_clock::time_point now)> at;

    /// The position of the resource of that name, if it is part of the plan.
    [[nodiscard]] COREST_DECL std::optional<std::size_t> find(std::string_view name) const noexcept;
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan.ipp>
#endif

#pragma once

/// \file
/// Makes the plan of a dictionary: finds parents and bindings. Sends nothing.

#include <corest/config.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/schema/source_config.hpp>

namespace corest::source {

/// Finds parents and bindings.
/// \throws error (invalid_source) with up to ten problems: a placeholder with no or several candidates (they are
///         listed, with the explicit form), unknown parents, cycles, two parents, a merge without primary key, names
///         that stand twice or that `only` and `params` get wrong
[[nodiscard]] COREST_DECL plan make_plan(const source_config& config, const plan_options& options = plan_options{});

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/make_plan.ipp>
#endif

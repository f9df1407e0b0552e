#pragma once

/// \file
/// From a resource of the plan to what the engine makes requests of.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/resource/report_rules.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/request_template.hpp>
#include <corest/source/plan/plan.hpp>

#include <memory>
#include <vector>

namespace corest::source {

/// What a resource's walks take over from its parent's records, in the order of `planned.bindings`.
[[nodiscard]] COREST_DECL std::vector<binding_rule> make_binding_rules(const planned_resource& planned);

/// How a resource's report is waited for; null where it is none.
/// \param planned of the plan \param clock what waits pass by
[[nodiscard]] COREST_DECL std::shared_ptr<const report_rules> make_report_rules(
    const planned_resource& planned, std::shared_ptr<clock_source> clock);

/// The requests of a resource's pages, before its paginator prepares them.
/// \param planned of the plan, with its secrets looked up
/// \param settings of the plan's client
[[nodiscard]] COREST_DECL request_template make_requests(
    const planned_resource& planned, const client_config& settings);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan_request.ipp>
#endif

#pragma once

/// \file
/// Runs a plan: every resource into its table, children as their parents come. Not for users: `planned_source::run`.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/net.hpp>
#include <corest/resource/collection.hpp>
#include <corest/source/run/connect.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/run_report.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace corest::source::detail {

/// What `run_plan` needs besides the plan.
class run_options : public connect_options {
public:
    run_options() = default;

    any_destination destination; ///< takes the rows; must be set
    /// Rows of each resource; no page beyond is requested.
    std::uint64_t limit = collection::unlimited;
    /// What the destination holds is counted at the end.
    bool verify = false;
    /// Which run it is, for a destination that keeps progress; its roots and its date are filled in.
    run_identity identity = run_identity(std::string(), std::string());
    /// The plan with the dates that come of the clock as they are at a time, its secrets looked up. None: it has none.
    std::function<plan(std::chrono::system_clock::time_point now)> plan_at;
};

/// Runs a plan on the awaiting coroutine's executor, or on a strand over it where that is not known to be one thread's.
///
/// See `planned_source::run` for what happens when a resource fails.
/// \param p the plan, with its secrets looked up (`resolve_secrets`)
/// \param options where the rows go, and how the API is reached
/// \param report from `make_report(p)`; may be read at any time by what runs on the same thread, or on the same strand
/// \return the report as it is at the end; failures of resources are in it
/// \throws system_error (operation_aborted) when cancelled; what was committed stays
[[nodiscard]] COREST_DECL net::awaitable<run_report> run_plan(
    plan p, run_options options, std::shared_ptr<run_report> report);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/run.ipp>
#endif

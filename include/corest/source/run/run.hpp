#pragma once

/// \file
/// Runs a plan: every resource into its table, children as their parents come.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/net.hpp>
#include <corest/resource/collection.hpp>
#include <corest/source/run/connect.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/run_report.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace corest::source {

/// What `run` needs besides the plan.
class run_options : public connect_options {
public:
    run_options() = default;

    any_destination to; ///< takes the rows; must be set
    /// Rows of each resource; no page beyond is requested.
    std::uint64_t limit = collection::unlimited;
};

/// Runs a plan on the awaiting coroutine's executor, which must be one thread or a strand.
///
/// Each collection is read once, however many children a resource has; parents' pages are written before their children
/// are read. Memory depends on the concurrency, not on the number of rows. A resource that fails ends together with what
/// is below it, whose tables keep the merged rows that are in and get none of the staged ones; the others go on, unless
/// the failure concerns the whole API (host, TLS, credentials).
///
/// \param p the plan, with its secrets looked up (`resolve_secrets`)
/// \param options where the rows go, and how the API is reached
/// \param report from `make_report(p)`; may be read on this thread at any time
/// \throws system_error (operation_aborted) when cancelled; what was committed stays. Failures of resources are in the report
[[nodiscard]] COREST_DECL net::awaitable<void> run(plan p, run_options options, std::shared_ptr<run_report> report);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/run.ipp>
#endif

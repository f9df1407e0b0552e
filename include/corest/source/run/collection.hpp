#pragma once

/// \file
/// From a plan's resource to the collection that the engine walks.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/resource/collection.hpp>
#include <corest/source/plan/plan.hpp>

#include <memory>

namespace corest::source {

/// A resource of the plan as a collection, with statistics of its own.
/// \param planned of the plan, with its secrets looked up
/// \param settings of the plan's client
/// \param api sends the requests
/// \param clock what waits for reports pass by
[[nodiscard]] COREST_DECL collection make_collection(const planned_resource& planned, const client_config& settings,
    client api, const std::shared_ptr<clock_source>& clock = system_clock_source());

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/collection.ipp>
#endif

#pragma once

/// \file
/// From the dictionary's `client` to clients that can be walked with.

#include <corest/auth/conceal.hpp>
#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/trace.hpp>
#include <corest/net.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/run_report.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

/// How the API is reached.
class connect_options {
public:
    connect_options() = default;

    /// Requests at once, of all resources together; empty: `client.concurrency` of the dictionary, or 8.
    std::optional<std::size_t> concurrency;
    /// Takes the HTTP client's place: any model of `transport`.
    any_transport transport;
    /// What waits between attempts go by.
    std::shared_ptr<clock_source> clock = system_clock_source();
    /// Makes an observer of a resource's requests, given its name: for a log that says whose they are. Secrets are
    /// masked. Empty: nobody watches.
    std::function<any_observer(const std::string& resource)> observer;
    /// Takes each attempt as it is sent, and what came back: see `corest::trace`. Empty: nobody looks.
    std::function<void(const traced_exchange&)> trace;
};

/// What a plan's resources are read with.
class connected_plan {
public:
    /// \param secrets of the plan; who may read them is told nothing that holds one
    explicit connected_plan(conceal secrets) : hidden(std::move(secrets)) {}

    std::vector<client> clients; ///< one for each of the plan's resources
    conceal hidden;              ///< keeps the plan's secrets out of what is told of failures; the clients have it too
};

/// How many requests at once that makes.
[[nodiscard]] COREST_DECL std::size_t concurrency_of(const plan& p, const connect_options& options);

/// Makes a client for each of the plan's resources. They share connections, tokens and rate limits; each one counts its
/// requests in its own part of the report.
/// \param executor where everything runs
/// \param p with its secrets looked up
/// \param options what the command line adds
/// \param report has a `resource_report` for each of the plan's resources
/// \throws error (invalid_argument) where an address or a credential cannot be used
[[nodiscard]] COREST_DECL connected_plan connect(net::any_io_executor executor, const plan& p,
    const connect_options& options, const std::shared_ptr<run_report>& report);

/// A report with an entry for each resource of the plan, all waiting.
[[nodiscard]] COREST_DECL std::shared_ptr<run_report> make_report(const plan& p);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/connect.ipp>
#endif

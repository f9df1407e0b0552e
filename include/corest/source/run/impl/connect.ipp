#pragma once

#include <corest/source/run/connect.hpp>

#include <corest/auth/authorize.hpp>
#include <corest/auth/conceal.hpp>
#include <corest/auth/cookies.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/http/observe.hpp>
#include <corest/http/trace.hpp>
#include <corest/resource/response_rule.hpp>
#include <corest/retry/adaptive_concurrency.hpp>
#include <corest/retry/retry.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/schema/authenticators.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace corest::source {

namespace detail {

namespace metering {

/// Keeps the report of one resource while its requests are under way.
class resource_meter {
public:
    /// \param pause that all resources wait for
    resource_meter(std::shared_ptr<run_report> report, std::size_t index, std::shared_ptr<const rate_pause> pause,
        std::shared_ptr<clock_source> clock)
        : report_(std::move(report)),
          index_(index),
          pause_(std::move(pause)),
          clock_(std::move(clock))
    {
    }

    void on_request_begin(const request_begin&)
    {
        resource_report& one = report_->resources[index_];
        ++one.in_flight;
        if (one.state == resource_state::waiting) {
            one.state = resource_state::running;
            one.started = std::chrono::steady_clock::now();
        }
        if (const auto left = pause_->end() - clock_->now(); left > std::chrono::nanoseconds(0)) {
            wait(left, pause_->asked_by(), false);
        }
    }
    void on_request_end(const request_end&) { --report_->resources[index_].in_flight; }
    void on_retry(const retry_event& e)
    {
        resource_report& one = report_->resources[index_];
        ++one.retries;
        one.waited += e.wait;
        wait(e.wait, e.asked_by.empty() ? e.reason : e.asked_by, false);
    }
    void on_wait(const wait_event& e)
    {
        if (e.reason == wait_event::cause::report) {
            wait(e.duration, "the server makes a report", true);
        } else if (e.reason == wait_event::cause::rate_budget) {
            wait(e.duration, "the rate limit (client.rate_limit)", false);
        }
    }

private:
    void wait(std::chrono::nanoseconds time, const std::string& why, bool is_of_report)
    {
        resource_report& one = report_->resources[index_];
        if (const auto until = std::chrono::steady_clock::now() + time; until > one.waits_until) {
            one.waits_until = until;
            one.waits_for = why;
            one.awaits_report = is_of_report;
        }
    }

    std::shared_ptr<run_report> report_;
    std::size_t index_;
    std::shared_ptr<const rate_pause> pause_;
    std::shared_ptr<clock_source> clock_;
};

} // namespace metering

/// What the clients of all resources are layers around.
namespace unsigned_requests {

/// The client of all resources, which signs nothing.
/// \throws error as who wrote the dictionary is told it, where an option cannot be used
[[nodiscard]] inline client make_client(
    const net::any_io_executor& executor, const plan& p, const connect_options& options, const conceal& hidden)
{
    http_options http = p.client.http;
    http.connections_per_origin = concurrency_of(p, options);
    const std::string base_url = p.client.base_url.value().reveal();
    if (options.transport) {
        return client(executor, options.transport, base_url, http.allowed_origins);
    }
    try {
        return http_client(executor, base_url, http);
    } catch (...) {
        std::rethrow_exception(presentable_failure(std::current_exception(), hidden));
    }
}

/// Answers each request with records that are written down.
class seed_transport {
public:
    explicit seed_transport(std::string list) : list_(std::move(list)) {}

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        response made;
        made.status = 200;
        made.url = std::move(r.url);
        made.body = padded_buffer(list_);
        co_return made;
    }

private:
    std::string list_;
};

/// The client, whose requests are shown where somebody looks.
[[nodiscard]] inline client traced(const client& api, const connect_options& options, const conceal& hidden)
{
    return !options.trace
        ? api
        : api | trace(options.trace).mask([hidden](std::string text) { return hidden.mask(std::move(text)); });
}

} // namespace unsigned_requests

/// What must show in no message: the plan's secrets, those of headers and parameters among them, and the cookies and
/// tokens that were got meanwhile.
[[nodiscard]] COREST_DECL std::vector<std::string> known_texts(
    std::vector<std::string> of_plan, const cookies& kept, const std::vector<any_authenticator>& signers)
{
    for (std::string& text : kept.secrets()) {
        of_plan.push_back(std::move(text));
    }
    for (const any_authenticator& one : signers) {
        for (std::string& text : one.secrets()) {
            of_plan.push_back(std::move(text));
        }
    }
    return of_plan;
}

} // namespace detail

COREST_DECL std::size_t concurrency_of(const plan& p, const connect_options& options)
{
    constexpr std::size_t usual = 8;
    return std::max<std::size_t>(options.concurrency.value_or(p.client.concurrency.value_or(usual)), 1);
}

COREST_DECL std::shared_ptr<run_report> make_report(const plan& p)
{
    auto report = std::make_shared<run_report>();
    for (const planned_resource& r : p.resources) {
        resource_report one;
        one.name = r.config.name;
        one.depth = r.depth;
        one.stored = r.stored;
        report->resources.push_back(std::move(one));
    }
    return report;
}

COREST_DECL connected_plan connect(net::any_io_executor executor, const plan& p, const connect_options& options,
    const std::shared_ptr<run_report>& report)
{
    const auto signers = std::make_shared<std::vector<any_authenticator>>();
    const std::vector<std::string> of_plan = secret_values(p);
    const cookies kept = cookies().clock(options.clock);
    const auto known = [of_plan, kept, signers] { return detail::known_texts(of_plan, kept, *signers); };
    // The layers that an authenticator reaches its token endpoint through must not keep it alive.
    const auto known_below = [of_plan, kept, weak = std::weak_ptr(signers)] {
        const auto all = weak.lock();
        return detail::known_texts(of_plan, kept, all ? *all : std::vector<any_authenticator>());
    };
    connected_plan made((conceal(known)));
    const conceal below_signers(known_below);
    client plain = detail::unsigned_requests::traced(
        detail::unsigned_requests::make_client(executor, p, options, made.hidden), options, below_signers);
    if (p.client.cookies) {
        plain = plain | kept;
    }
    if (p.client.rate_limit) {
        plain = plain | p.client.rate_limit->layer().clock(options.clock);
    }
    const auto signer_of = [&](const authenticator_config& auth) {
        return auth
            ? std::optional(authorize(signers->emplace_back(auth.make())).max_renewals(p.client.retry.max_retries))
            : std::nullopt;
    };
    const auto with_auth = [](const client& api, const std::optional<authorize>& signer) {
        return signer ? api | *signer : api;
    };
    const std::optional<authorize> shared = signer_of(p.client.auth); // all that it signs share its token
    adaptive_concurrency at_once(concurrency_of(p, options));
    if (p.client.rate_limit) {
        at_once.wait_before_layers_within();
    }
    report->concurrency = at_once.statistics();
    const auto pause = std::make_shared<rate_pause>();
    // Each resource has so many walks, and what waits for its next attempt holds no connection.
    const auto budget = p.client.retry.tokens(concurrency_of(p, options) * p.resources.size());

    for (std::size_t i = 0; i < p.resources.size(); ++i) {
        const resource_config& config = p.resources[i].config;
        const detail::metering::resource_meter meter(report, i, pause, options.clock);
        if (config.seed) {
            made.clients.push_back(
                plain.with_transport(detail::unsigned_requests::seed_transport(boost::json::serialize(*config.seed)))
                | observe(meter));
            continue;
        }
        // Rules stand below the layer that signs, which gets new credentials where one asks for it. How long responses
        // take is watched for each resource, how many requests there are for all.
        const client judged = config.response_rules.empty() ? plain : plain | response_rules(config.response_rules);
        client one = with_auth(judged | at_once, config.auth ? signer_of(*config.auth) : shared)
            | retry(p.client.retry.policy()).share(pause).budget(budget).clock(options.clock) | made.hidden
            | observe(meter);
        if (options.observer) {
            one = one | observe(options.observer(p.resources[i].config.name));
        }
        made.clients.push_back(std::move(one));
    }
    return made;
}

} // namespace corest::source

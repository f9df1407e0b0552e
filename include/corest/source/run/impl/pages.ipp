#pragma once

#include <corest/source/run/pages.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/concurrency/detail/hosted.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/run/planned_tree.hpp>

#include <exception>

namespace corest::source {

namespace detail {

/// Hands out the pages of a tree that was made of a plan.
namespace page_source {

[[nodiscard]] COREST_DECL async_generator<source_page> start(
    std::shared_ptr<const planned_tree> planned, std::vector<std::string> names, conceal hidden)
{
    auto events = planned->nodes.events(concerns_whole_api);
    std::exception_ptr failure;
    while (auto event = co_await events.pull()) {
        if (event->is_end()) {
            // What was cancelled because another resource failed is not the failure.
            if (event->failure() && (!failure || is_cancellation(failure))) {
                failure = event->failure();
            }
        } else if (event->page()) {
            source_page found(names[planned->resource[event->node()]], std::move(*event));
            co_yield std::move(found);
        }
    }
    if (failure) {
        std::rethrow_exception(presentable_failure(failure, hidden));
    }
}

} // namespace page_source

} // namespace detail

COREST_DECL async_generator<source_page> pages(
    net::any_io_executor executor, plan p, connect_options options, std::uint64_t limit)
{
    const auto report = make_report(p);
    const net::any_io_executor home = corest::detail::serial_executor(executor);
    connected_plan connected = connect(home, p, options, report);
    const auto planned = std::make_shared<const detail::planned_tree>(
        p, concurrency_of(p, options), limit, std::move(connected.clients), *report, options.clock);
    std::vector<std::string> names;
    for (const planned_resource& r : p.resources) {
        names.push_back(r.config.name);
    }
    auto found = detail::page_source::start(planned, std::move(names), std::move(connected.hidden));
    return corest::detail::hosted(std::move(found), home);
}

} // namespace corest::source

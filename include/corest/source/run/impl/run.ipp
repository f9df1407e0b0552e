#pragma once

#include <corest/source/run/run.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/error.hpp>
#include <corest/resource/tree.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/run/planned_tree.hpp>

#include COREST_ASIO(cancellation_state.hpp)

#include <algorithm>
#include <exception>
#include <utility>

namespace corest::source {

namespace detail {

/// A resource while the run goes on: what the plan says of it, what the report says of it, and its table.
class resource_run {
public:
    resource_run(const planned_resource& of_plan, resource_report& of_report)
        : planned(of_plan),
          report(of_report),
          table(of_plan.destination_table())
    {
    }

    const planned_resource& planned;
    resource_report& report;
    corest::table table;
    bool is_opening = false;          ///< the table, or it is open
    bool is_open = false;             ///< the table
    bool has_ended = false;           ///< the table was closed or abandoned, and the report says how it came out
    std::size_t writes = 0;           ///< under way
    std::exception_ptr refusal;       ///< the first failure of opening the table or of a write
    corest::detail::wait_list idle;   ///< no write is under way
    corest::detail::wait_list opened; ///< the table is open, or was refused
};

/// A run: what its coroutines share.
class run_state {
public:
    run_state(plan planned, run_options with, std::shared_ptr<run_report> into)
        : p(std::move(planned)),
          options(std::move(with)),
          report(std::move(into))
    {
        for (std::size_t i = 0; i < p.resources.size(); ++i) {
            resources.push_back(std::make_unique<resource_run>(p.resources[i], report->resources[i]));
        }
    }

    plan p;
    run_options options;
    std::shared_ptr<run_report> report;
    std::vector<std::unique_ptr<resource_run>> resources; ///< in the order of the plan
    bool given_up = false;                                ///< because of a failure that concerns the whole API
};

/// Opens a resource's table, unless it is open. What it fails with is the resource's failure.
COREST_DECL net::awaitable<void> open_table(std::shared_ptr<run_state> run, std::size_t index)
{
    resource_run& r = *run->resources[index];
    if (!r.planned.stored) {
        co_return;
    }
    if (std::exchange(r.is_opening, true)) {
        while (!r.is_open && !r.refusal) {
            static_cast<void>(co_await r.opened.wait());
        }
        co_return;
    }
    try {
        corest::table described = r.table;
        co_await run->options.to.open(std::move(described));
        r.is_open = true;
    } catch (...) {
        r.refusal = std::current_exception();
    }
    r.opened.notify_all();
}

/// Opens the tables of the children whose walks a page opens. Their columns are named after the fields that the walks
/// are really bound to: which they are is known from the first record.
COREST_DECL net::awaitable<void> open_tables_of_walks(
    std::shared_ptr<run_state> run, const planned_tree& planned, const tree_event& event)
{
    for (const opened_walk& walk : event.opened()) {
        const std::size_t index = planned.resource[walk.node];
        resource_run& child = *run->resources[index];
        if (!child.is_opening) {
            child.table.binding_columns.clear();
            for (const binding& b : *walk.bindings) {
                child.table.binding_columns.push_back(b.column());
            }
        }
        co_await open_table(run, index);
    }
}

/// Opens the tables of the children that no record has opened a walk of: they exist, if only empty.
COREST_DECL net::awaitable<void> open_tables_below(std::shared_ptr<run_state> run, std::size_t index)
{
    for (const std::size_t child : run->resources[index]->planned.children) {
        co_await open_table(run, child);
    }
}

/// Stores a page, and answers the event. The tables of its children are open before their walks begin.
COREST_DECL net::awaitable<void> store_page(
    std::shared_ptr<run_state> run, std::shared_ptr<const planned_tree> planned, std::size_t index, tree_event event)
{
    resource_run& r = *run->resources[index];
    const page rows = event.page();
    try {
        if (r.refusal) {
            std::rethrow_exception(r.refusal);
        }
        if (r.planned.stored && rows) {
            co_await run->options.to.write(r.table.name, rows);
        }
        r.report.rows += rows.size();
        co_await open_tables_of_walks(run, *planned, event);
        event.accept();
    } catch (...) {
        r.refusal = r.refusal ? r.refusal : std::current_exception();
        event.reject(r.refusal);
    }
    if (--r.writes == 0) {
        r.idle.notify_all();
    }
}

/// Closes or abandons the table of a resource that has ended, and says in the report how it came out.
COREST_DECL net::awaitable<void> end_resource(
    std::shared_ptr<run_state> run, std::size_t index, std::exception_ptr failure, bool complete)
{
    // The table's end is not cut short by a cancellation, neither one that has reached us nor one to come.
    co_await net::this_coro::throw_if_cancelled(false);
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    resource_run& r = *run->resources[index];
    while (r.writes != 0) {
        static_cast<void>(co_await r.idle.wait());
    }
    if (!failure || (is_cancellation(failure) && r.refusal)) {
        failure = r.refusal;
    }
    // A failure that concerns the whole API is told once; the others' ends follow from it.
    bool is_told = failure && !is_cancellation(failure);
    if (is_told && concerns_whole_api(failure)) {
        is_told = !std::exchange(run->given_up, true);
    }
    const bool whole = complete && !failure;
    if (whole) {
        co_await open_tables_below(run, index); // before this one ends: an append shows when the last open table ends
    }
    if (r.is_open) {
        try {
            if (whole) {
                co_await run->options.to.close(r.table.name);
            } else {
                co_await run->options.to.abandon(r.table.name);
            }
        } catch (...) {
            if (!failure) {
                failure = std::current_exception();
                is_told = true;
            }
        }
    }
    if (!(whole && !failure) && r.planned.stored && r.table.is_staged()) {
        r.report.rows = 0; // they were staged, and are gone with their table's end
    }
    r.report.duplicate_parents = r.report.statistics->repeated;
    r.report.finished = std::chrono::steady_clock::now();
    if (!failure) {
        r.report.state = whole ? resource_state::done : resource_state::incomplete;
    } else if (is_told) {
        r.report.state = resource_state::failed;
        r.report.failure = conceal(secret_values(run->p)).mask(with_base_url_hint(failure));
    } else {
        r.report.state = resource_state::interrupted;
    }
    r.has_ended = true;
}

/// Reads the tree and has each page stored. Tables end one after another, as their resources do.
COREST_DECL net::awaitable<void> store_events(std::shared_ptr<run_state> run, async_generator<tree_event>& events,
    std::shared_ptr<const planned_tree> planned, nursery& stores)
{
    while (auto event = co_await events.next()) {
        const std::size_t index = planned->resource[event->node()];
        if (event->is_end()) {
            stores.spawn(end_resource(run, index, event->failure(), event->is_complete()));
        } else {
            ++run->resources[index]->writes;
            stores.spawn(store_page(run, planned, index, std::move(*event)));
        }
    }
    co_await stores.join();
}

} // namespace detail

COREST_DECL net::awaitable<void> run(plan p, run_options options, std::shared_ptr<run_report> report)
{
    const auto executor = co_await net::this_coro::executor;
    auto state = std::make_shared<detail::run_state>(std::move(p), std::move(options), report);
    report->date = std::chrono::system_clock::now();
    report->started = std::chrono::steady_clock::now();
    std::vector<client> clients = connect(executor, state->p, state->options, report);

    std::exception_ptr failure;
    nursery stores(executor);
    async_generator<tree_event> events;
    try {
        for (const std::size_t root : state->p.roots) {
            co_await detail::open_table(state, root);
        }
        auto made = std::make_shared<detail::planned_tree>(
            state->p, concurrency_of(state->p, state->options), state->options.limit, std::move(clients), *report);
        for (std::size_t i = 0; i < made->resource.size(); ++i) {
            made->nodes.node(i).failure = state->resources[made->resource[i]]->refusal;
        }
        const std::shared_ptr<const detail::planned_tree> planned = std::move(made);
        events = planned->nodes.events(detail::concerns_whole_api);
        co_await detail::store_events(state, events, planned, stores);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        // No write is under way when a table ends; a table's end is not cut short.
        co_await net::this_coro::throw_if_cancelled(false);
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
        stores.cancel();
        co_await events.close();
        try {
            co_await stores.join();
        } catch (...) {
            failure = failure ? failure : std::current_exception();
        }
        for (std::size_t i = 0; i < state->resources.size(); ++i) {
            if (!state->resources[i]->has_ended) {
                co_await detail::end_resource(state, i, failure, false);
            }
        }
    }
    report->finished = std::chrono::steady_clock::now();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace corest::source

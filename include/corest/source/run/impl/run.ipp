#pragma once

#include <corest/source/run/run.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/error.hpp>
#include <corest/resource/tree.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/run/planned_tree.hpp>

#include COREST_ASIO(cancellation_state.hpp)

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace corest::source::detail {

namespace run_steps {

/// A resource while the run goes on: what the plan says of it, what the report says of it, and its table.
class resource_run {
public:
    resource_run(const planned_resource& of_plan, resource_report& of_report)
        : planned(of_plan),
          report(of_report),
          table(of_plan.destination_table())
    {
        if (table.schema) {
            table.rules = std::make_shared<corest::schema::row_rules>(*table.schema, table.binding_columns);
        }
    }

    const planned_resource& planned;
    resource_report& report;
    corest::table table;
    bool is_open = false;            ///< the table, or it was tried
    bool has_ended = false;          ///< the table was closed or abandoned, and the report says how it came out
    std::size_t writes = 0;          ///< under way
    std::exception_ptr refusal;      ///< the first failure of opening the table or of a write
    corest::detail::wait_list idle;  ///< no write is under way
    corest::detail::wait_list ended; ///< `has_ended`, or the run is cut short
};

/// A run: what its coroutines share.
class run_state {
public:
    run_state(plan planned, conceal secrets, run_options its_options, std::shared_ptr<run_report> its_report)
        : p(std::move(planned)),
          hidden(std::move(secrets)),
          options(std::move(its_options)),
          report(std::move(its_report))
    {
        for (std::size_t i = 0; i < p.resources.size(); ++i) {
            resources.push_back(std::make_unique<resource_run>(p.resources[i], report->resources[i]));
        }
    }

    plan p;
    conceal hidden; ///< the plan's secrets
    run_options options;
    std::shared_ptr<run_report> report;
    std::vector<std::unique_ptr<resource_run>> resources; ///< in the order of the plan
    bool given_up = false;                                ///< because of a failure that concerns the whole API
    bool is_cut_short = false;                            ///< by a cancellation, or a failure of the run itself
};

/// Opens the tables, before anything is asked for. What one of them fails with is its resource's failure.
COREST_DECL net::awaitable<void> open_tables(std::shared_ptr<run_state> run)
{
    for (const auto& r : run->resources) {
        if (r->planned.stored) {
            r->is_open = true; // a call that is cancelled may be done all the same
            try {
                corest::table described = r->table;
                co_await run->options.destination.open(std::move(described));
            } catch (...) {
                r->refusal = std::current_exception();
            }
        }
    }
}

/// Stores a page, and answers the event.
COREST_DECL net::awaitable<void> store_page(std::shared_ptr<run_state> run, std::size_t index, tree_event event)
{
    resource_run& r = *run->resources[index];
    const page rows = event.page();
    try {
        if (r.planned.stored && rows) {
            co_await run->options.destination.write(r.table.name, rows);
        }
        r.report.rows += rows.size();
        event.accept();
    } catch (...) {
        r.refusal = r.refusal ? r.refusal : std::current_exception();
        event.reject(r.refusal);
    }
    if (--r.writes == 0) {
        r.idle.notify_all();
    }
}

/// Waits until it is known how the table of a resource's parent came out. \pre the parent has been read to its end, or
/// will be
/// \return null; a cancellation where the run was cut short before; true in `is_complete` where the parent's rows are
/// in
COREST_DECL net::awaitable<std::exception_ptr> end_of_parent(
    std::shared_ptr<run_state> run, std::size_t parent, bool& is_complete)
{
    resource_run& above = *run->resources[parent];
    while (!above.has_ended && !run->is_cut_short) {
        static_cast<void>(co_await above.ended.wait());
    }
    is_complete = above.has_ended && above.report.state == resource_state::done;
    co_return above.has_ended ? nullptr : std::make_exception_ptr(system_error(net::error::operation_aborted));
}

/// Says in the report what its schema has come to.
COREST_DECL void report_schema(resource_run& r)
{
    if (!r.table.rules) {
        return;
    }
    r.report.schema_changes = r.table.rules->report();
    r.report.discarded_rows = r.table.rules->discarded_rows();
    r.report.discarded_values = r.table.rules->discarded_values();
    r.report.rows -= std::min(r.report.rows, r.report.discarded_rows);
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
    if (complete && !failure && r.planned.parent) {
        failure = co_await end_of_parent(run, *r.planned.parent, complete);
    }
    // A failure that concerns the whole API is told once; the others' ends follow from it.
    bool is_told = failure && !is_cancellation(failure);
    if (is_told && concerns_whole_api(failure)) {
        is_told = !std::exchange(run->given_up, true);
    }
    const bool whole = complete && !failure;
    if (r.is_open) {
        try {
            if (whole) {
                co_await run->options.destination.close(r.table.name);
            } else {
                co_await run->options.destination.abandon(r.table.name);
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
    report_schema(r);
    r.report.duplicate_parents = r.report.statistics->repeated;
    r.report.finished = std::chrono::steady_clock::now();
    if (!failure) {
        r.report.state = whole ? resource_state::done : resource_state::incomplete;
    } else if (is_told) {
        r.report.state = resource_state::failed;
        r.report.failure = presentable_failure(failure, run->hidden);
    } else {
        r.report.state = resource_state::interrupted;
    }
    r.has_ended = true;
    r.ended.notify_all();
}

/// Reads the tree and has each page stored. Tables end one after another, as their resources do.
COREST_DECL net::awaitable<void> store_events(
    std::shared_ptr<run_state> run, async_generator<tree_event>& events, const planned_tree& planned, nursery& stores)
{
    while (auto event = co_await events.next()) {
        const std::size_t index = planned.resource[event->node()];
        if (event->is_end()) {
            stores.spawn(end_resource(run, index, event->failure(), event->is_complete()));
        } else {
            ++run->resources[index]->writes;
            stores.spawn(store_page(run, index, std::move(*event)));
        }
    }
    co_await stores.join();
}

/// Ends a run that was cut short: no write is under way when a table ends, and a table's end is not cut short itself.
/// \param events, stores of the run, which waits for this
COREST_DECL net::awaitable<void> end_run(
    std::shared_ptr<run_state> run, async_generator<tree_event>& events, nursery& stores, std::exception_ptr failure)
{
    co_await net::this_coro::throw_if_cancelled(false);
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    run->is_cut_short = true;
    for (const auto& r : run->resources) {
        r->ended.notify_all();
    }
    stores.cancel();
    co_await events.close();
    try {
        co_await stores.join();
    } catch (...) {
        failure = failure ? failure : std::current_exception();
    }
    for (std::size_t i = 0; i < run->resources.size(); ++i) {
        if (!run->resources[i]->has_ended) {
            co_await end_resource(run, i, failure, false);
        }
    }
}

/// The whole run, on an executor that runs one handler at a time.
COREST_DECL net::awaitable<run_report> run_all(plan p, run_options options, std::shared_ptr<run_report> report)
{
    const auto executor = co_await net::this_coro::executor;
    report->date = std::chrono::system_clock::now();
    report->started = std::chrono::steady_clock::now();
    connected_plan connected = connect(executor, p, options, report);
    auto state = std::make_shared<run_state>(std::move(p), std::move(connected.hidden), std::move(options), report);

    std::exception_ptr failure;
    nursery stores(executor);
    async_generator<tree_event> events;
    try {
        co_await open_tables(state);
        planned_tree planned(state->p, concurrency_of(state->p, state->options), state->options.limit,
            std::move(connected.clients), *report);
        for (std::size_t i = 0; i < planned.resource.size(); ++i) {
            planned.nodes.node(i).failure = state->resources[planned.resource[i]]->refusal;
        }
        events = planned.nodes.events(concerns_whole_api);
        co_await store_events(state, events, planned, stores);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        // In a thread of its own: the caller's is left as it was, to be cancelled and to notice it.
        const bool throws = co_await net::this_coro::throw_if_cancelled();
        co_await net::this_coro::throw_if_cancelled(false);
        nursery ends(executor);
        ends.spawn(end_run(state, events, stores, failure));
        try {
            co_await ends.join();
        } catch (const system_error& e) {
            if (e.code() != net::error::operation_aborted) {
                throw;
            } // cancelled once more: the tables have ended all the same
        }
        co_await net::this_coro::throw_if_cancelled(throws);
    }
    report->finished = std::chrono::steady_clock::now();
    if (failure) {
        std::rethrow_exception(presentable_failure(failure, state->hidden));
    }
    co_return *report;
}

} // namespace run_steps

COREST_DECL net::awaitable<run_report> run_plan(plan p, run_options options, std::shared_ptr<run_report> report)
{
    return corest::detail::run_serially(run_steps::run_all(std::move(p), std::move(options), std::move(report)));
}

} // namespace corest::source::detail

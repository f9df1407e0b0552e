#pragma once

#include <corest/source/run/run.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/detail/wait_list.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/incremental/cursor_state.hpp>
#include <corest/incremental/cursor_value.hpp>
#include <corest/resource/detail/seen_requests.hpp>
#include <corest/resource/frontier.hpp>
#include <corest/resource/tree.hpp>
#include <corest/schema/change_log.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/plan/nested_columns.hpp>
#include <corest/source/run/load_stamp.hpp>
#include <corest/source/run/planned_tree.hpp>
#include <corest/source/run/row_naming.hpp>
#include <corest/source/run/row_nesting.hpp>

#include COREST_ASIO(cancellation_state.hpp)
#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(use_awaitable.hpp)

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source::detail {

namespace run_steps {

/// A table whose rows are nested in those of a resource's table.
class nested_run {
public:
    corest::table table;
    std::uint64_t resumed = 0; ///< rows that earlier processes of the run have stored
    std::uint64_t written = 0; ///< rows that the destination has taken since, those that it has left out included
    bool is_open = false;
};

class resource_run;

/// A table while the run goes on, and the resources whose rows go into it: one as a rule, several that have the same
/// `table_name`. It is opened once, and ends when all of them have been read.
class table_run {
public:
    std::vector<resource_run*> resources; ///< in the order of the plan
};

/// What a resource has come to when it has been read, before its table ends.
class resource_outcome {
public:
    std::exception_ptr failure; ///< null: there is none
    bool is_told = false;       ///< the report says the failure
    bool is_whole = false;      ///< all of its rows are there
};

/// A resource while the run goes on: what the plan says of it, what the report says of it, and its table.
class resource_run {
public:
    /// \param longest_name bytes that a name may have in the destination; 0: any number
    resource_run(const planned_resource& of_plan, resource_report& of_report, std::size_t longest_name)
        : planned(of_plan),
          report(of_report),
          table(of_plan.destination_table(longest_name)),
          names(of_plan.config.naming, longest_name)
    {
        table.changes = std::make_shared<corest::schema::change_log>();
        if (table.schema) {
            table.rules = std::make_shared<corest::schema::row_rules>(*table.schema, table.binding_columns);
        }
        if (const std::size_t levels = of_plan.config.max_table_nesting; levels != 0 && of_plan.stored) {
            nesting.emplace(table, of_plan.config.naming, longest_name, levels);
        }
    }

    const planned_resource& planned;
    resource_report& report;
    corest::table table;
    std::shared_ptr<table_run> loaded; ///< `table` while the run goes on
    row_naming names;
    std::optional<row_nesting> nesting;       ///< where rows of other tables are nested in its rows
    std::map<std::string, nested_run> nested; ///< by table
    std::uint64_t turns_taken = 0;            ///< by pages with nested rows
    std::uint64_t turn = 0;                   ///< whose it is
    corest::detail::wait_list next_turn;
    bool is_open = false; ///< the table, or it was tried
    std::optional<resource_outcome> outcome;
    bool has_ended = false; ///< the table was closed or abandoned, and the report says how it came out
    /// An earlier process of the run has had its table closed.
    bool is_complete_already = false;
    /// How many rows the table had before the run; none: it does not matter, or is not known.
    std::optional<std::uint64_t> rows_before;
    std::optional<cursor_value> least_start;
    std::optional<cursor_value> furthest;
    std::uint64_t written = 0;       ///< rows that the destination has taken, those that it has left out included
    std::size_t writes = 0;          ///< under way
    std::exception_ptr refusal;      ///< the first failure of opening the table or of a write
    corest::detail::wait_list idle;  ///< no write is under way
    corest::detail::wait_list ended; ///< `outcome`, `has_ended`, or the run is cut short

    /// Whether other resources load into its table, too.
    [[nodiscard]] bool shares_table() const noexcept { return loaded->resources.size() > 1; }
    /// Whether it is known how it came out, as far as its children have to know.
    [[nodiscard]] bool lets_children_end() const noexcept { return shares_table() ? outcome.has_value() : has_ended; }
    /// Whether it is the one of those that stands for all where something is told once of a table.
    [[nodiscard]] bool is_first_of_table() const noexcept { return loaded->resources.front() == this; }
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
            resources.push_back(std::make_unique<resource_run>(
                p.resources[i], report->resources[i], options.destination.longest_name()));
        }
        share_tables();
    }

    plan p;
    conceal hidden; ///< the plan's secrets
    run_options options;
    std::shared_ptr<run_report> report;
    std::vector<std::unique_ptr<resource_run>> resources; ///< in the order of the plan
    std::vector<std::size_t> resource_of_node;            ///< in the tree
    /// What the run has come to, where the destination keeps that; none: it does not, or the run has not begun.
    std::optional<stored_run> stored;
    bool given_up = false;     ///< because of a failure that concerns the whole API
    bool is_cut_short = false; ///< by a cancellation, or a failure of the run itself

private:
    /// Has resources of the same table load into one, which has the columns that the bindings of all of them fill.
    void share_tables()
    {
        std::map<std::string_view, std::shared_ptr<table_run>> by_name;
        for (const auto& r : resources) {
            std::shared_ptr<table_run> own = std::make_shared<table_run>();
            r->loaded = r->planned.stored ? by_name.try_emplace(r->table.name, own).first->second : own;
            r->loaded->resources.push_back(r.get());
        }
        for (const auto& r : resources) {
            if (r->is_first_of_table() && r->shares_table()) {
                define(r->loaded->resources);
            }
        }
    }

    static void define(const std::vector<resource_run*>& sharing)
    {
        corest::table& t = sharing.front()->table;
        for (const resource_run* other : sharing) {
            for (const std::string& column : other->table.binding_columns) {
                if (std::find(t.binding_columns.begin(), t.binding_columns.end(), column) == t.binding_columns.end()) {
                    t.binding_columns.push_back(column);
                }
            }
        }
        t.changes = std::make_shared<corest::schema::change_log>();
        if (t.schema) {
            t.rules = std::make_shared<corest::schema::row_rules>(*t.schema, t.binding_columns);
        }
        for (resource_run* other : sharing) {
            if (other != sharing.front()) {
                other->table = t;
            }
        }
    }
};

/// Finds what earlier runs have kept of cursors.
class kept_cursors final : public cursor_reader {
public:
    explicit kept_cursors(any_destination keeper) : keeper_(std::move(keeper)) {}

    [[nodiscard]] net::awaitable<std::optional<std::string>> read(
        std::string resource, std::string field, std::string partition) override
    {
        return keeper_.cursor(std::move(resource), std::move(field), std::move(partition));
    }

private:
    any_destination keeper_;
};

/// Whether the rows of a resource would be there twice if one of its walks were read twice.
COREST_DECL bool keeps_seen(const planned_resource& r)
{
    const table t = r.destination_table();
    return r.parent && r.stored && t.is_staged() && !t.is_keyed();
}

/// Says in the report how far the run has come that is gone on with.
COREST_DECL void report_resumed(run_state& run)
{
    std::map<std::string_view, resource_run*> by_name;
    for (const auto& r : run.resources) {
        by_name[r->planned.config.name] = r.get();
    }
    for (const stored_resource& known : run.stored->resources) {
        if (!known.nested_in.empty()) {
            for (const auto& r : run.resources) {
                if (r->nesting && r->table.name == known.nested_in) {
                    r->nested[known.name].resumed = known.rows;
                }
            }
        } else if (const auto found = by_name.find(known.name); found != by_name.end()) {
            resource_run& r = *found->second;
            r.is_complete_already = known.state != stored_resource_state::loading;
            r.written = r.report.rows = r.report.resumed_rows = known.rows;
            r.report.pages = r.report.resumed_pages = known.pages;
            if (known.incomplete != 0) {
                r.report.statistics->incomplete.add("the server says that there is more than was read: so it was told "
                                                    "when this run was begun, of "
                        + corest::detail::counted(known.incomplete, "collection"),
                    known.incomplete);
            }
        }
    }
    for (const stored_walk& walk : run.stored->walks) {
        if (const auto found = by_name.find(walk.resource); found != by_name.end()) {
            ++found->second->report.resumed_walks;
        }
    }
    const bool has_pages = std::any_of(run.stored->resources.begin(), run.stored->resources.end(),
        [](const stored_resource& known) { return known.pages != 0; });
    if (has_pages) { // else there is nothing that is not read anew
        run.report->resumed = run.stored->began;
    }
}

/// Takes the destination for the run, and learns what is left of an earlier one. Not cut short by a cancellation: a run
/// that has begun must be finished.
COREST_DECL net::awaitable<void> begin_run(std::shared_ptr<run_state> run)
{
    co_await net::this_coro::throw_if_cancelled(false);
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    run_identity identity = run->options.identity;
    identity.date = run->report->date;
    std::uint64_t walk = 0;
    for (const std::size_t root : run->p.roots) { // numbered as the tree does
        identity.roots.emplace_back(++walk, run->p.resources[root].config.name);
    }
    run->stored.emplace(co_await run->options.destination.begin(std::move(identity)));
    run->report->is_resumable = true;
    if (run->stored->is_resumed) {
        report_resumed(*run);
    }
}

/// What is left to read of the tree.
COREST_DECL frontier rest_of(const run_state& run, const tree& nodes)
{
    std::map<std::string_view, std::size_t> node_of;
    std::vector<node_progress> reached(run.resource_of_node.size());
    for (std::size_t i = 0; i < run.resource_of_node.size(); ++i) {
        node_of[run.resources[run.resource_of_node[i]]->planned.config.name] = i;
    }
    for (const stored_resource& known : run.stored->resources) {
        if (const auto found = node_of.find(known.name); found != node_of.end()) {
            node_progress& node = reached[found->second];
            node.pages = known.pages;
            node.records = known.rows;
            node.largest_page = known.largest_page;
        }
    }
    std::map<std::uint64_t, open_walk> open;
    for (const stored_walk& known : run.stored->walks) {
        const auto found = node_of.find(known.resource);
        if (found == node_of.end()) {
            throw error(errc::destination_failed,
                "the run that was not finished has a walk of '" + known.resource + "', which the plan has not",
                "Begin anew, with --restart");
        }
        open_walk walk(found->second);
        walk.position = known.position;
        walk.cursor = known.cursor;
        walk.parents = known.parents;
        (known.parents.empty() ? walk.bindings : walk.parent_bindings) = known.bindings;
        open.emplace(known.walk, std::move(walk));
    }
    return frontier(nodes, std::move(open), std::move(reached), 0);
}

/// Has the nodes know which walks the run has opened before.
COREST_DECL net::awaitable<void> recall_seen(std::shared_ptr<run_state> run, tree& nodes)
{
    for (std::size_t i = 0; i < run->resource_of_node.size(); ++i) {
        const planned_resource& r = run->resources[run->resource_of_node[i]]->planned;
        nodes.node(i).restarts_walks = true;
        nodes.node(i).seen = std::make_shared<corest::detail::seen_requests>();
        std::optional<walk_digest> last;
        bool more = run->stored->is_resumed && keeps_seen(r);
        while (more) {
            std::string name = r.config.name;
            const std::vector<walk_digest> found = co_await run->options.destination.seen(std::move(name), last);
            for (const walk_digest& digest : found) {
                nodes.node(i).seen->insert(digest);
            }
            more = !found.empty();
            if (more) {
                last = found.back();
            }
        }
    }
}

/// Says how far an incremental walk has come, and when later runs may begin there.
COREST_DECL void set_cursor(
    const run_state& run, std::size_t index, const std::optional<walk_cursor>& reached, walk_progress& progress)
{
    const planned_resource& r = run.p.resources[index];
    const bool cuts_children = run.options.limit != collection::unlimited && !r.children.empty();
    progress.cursor = reached;
    if (progress.cursor && (!r.stored || !r.left_out.empty() || cuts_children)) {
        progress.cursor->is_final = false; // its rows are nowhere, or those below them
    }
    progress.holds_cursor = run.resources[index]->table.is_staged() || !r.children.empty();
}

/// What a page means for the run.
COREST_DECL walk_progress progress_of(const run_state& run, std::size_t index, const tree_event& event)
{
    walk_position reached = event.position();
    if (reached.paginator && run.hidden.mask(*reached.paginator) != *reached.paginator) {
        reached.paginator.reset(); // a secret is not kept: the walk would begin anew
    }
    const std::uint64_t before = reached.pages - 1;
    walk_progress progress(
        run.p.resources[index].config.name, event.walk(), before, std::move(reached), event.is_last());
    progress.is_restarted = event.is_restarted();
    progress.records = event.page().size();
    progress.says_more = event.says_more();
    set_cursor(run, index, event.cursor(), progress);
    progress.opened.reserve(event.opened().size());
    for (const opened_walk& opened : event.opened()) {
        const planned_resource& child = run.p.resources[run.resource_of_node[opened.node]];
        started_walk walk(opened.walk, child.config.name, opened.bindings);
        if (!opened.bindings) {
            walk.bindings = event.page().data()->bindings;
            walk.parents.emplace_back(event.page().json(opened.record));
        }
        if (keeps_seen(child)) {
            walk.digests = opened.digests;
        }
        progress.opened.push_back(std::move(walk));
    }
    return progress;
}

/// Says in the report what is declared of a table and the destination does not see to.
COREST_DECL void warn_of_unique(const run_state& run, resource_run& r)
{
    if (!r.table.schema || run.options.destination.enforces_unique()) {
        return;
    }
    for (const corest::schema::column& c : r.table.schema->columns) {
        const bool is_key = r.table.is_keyed() && r.table.primary_key == std::vector<std::string>{c.name};
        if (c.unique && !is_key) {
            r.report.statistics->warnings.add({"the destination does not see to it that the column "
                + corest::detail::in_quotes(c.name) + " is unique"});
        }
    }
}

/// Opens the tables, before anything is asked for. What one of them fails with is the failure of its resources.
COREST_DECL net::awaitable<void> open_tables(std::shared_ptr<run_state> run)
{
    for (const auto& r : run->resources) {
        if (!r->planned.stored || r->is_complete_already) {
            continue;
        }
        r->is_open = true; // a call that is cancelled may be done all the same
        if (!r->is_first_of_table()) {
            r->refusal = r->loaded->resources.front()->refusal;
            continue;
        }
        warn_of_unique(*run, *r);
        if (r->nesting && !run->options.destination.nests_tables()) {
            r->is_open = false;
            r->refusal = std::make_exception_ptr(error(errc::invalid_argument,
                "the destination does not nest the rows of tables in those of others, as max_table_nesting asks for",
                "Load into SQLite, PostgreSQL or DuckDB, or set max_table_nesting to 0: nested values are JSON then"));
            continue;
        }
        try {
            corest::table described = r->table;
            co_await run->options.destination.open(std::move(described));
        } catch (...) {
            r->refusal = std::current_exception();
        }
    }
}

/// Says in the report how many rows are stored, and how many the schema's contract has left out.
COREST_DECL void report_rows(resource_run& r)
{
    r.report.discarded_rows = r.table.rules ? r.table.rules->discarded_rows(r.planned.config.name) : 0;
    // Of pages that are written at once those left out may be counted before the others.
    r.report.rows = r.written - std::min(r.written, r.report.discarded_rows);
    r.report.nested.clear();
    if (r.report.restarted != 0) {
        return; // how many rows went with those of a walk that has begun anew is not known
    }
    for (const auto& [name, below] : r.nested) {
        if (!below.is_open && below.resumed == 0) {
            continue;
        }
        nested_report& told = r.report.nested.emplace_back();
        told.table = name;
        told.discarded_rows = below.table.rules ? below.table.rules->discarded_rows() : 0;
        told.rows = below.resumed + below.written - std::min(below.written, told.discarded_rows);
    }
}

/// Takes out of the report what a walk had brought that has begun anew.
COREST_DECL void take_back(const run_state& run, resource_run& r, std::uint64_t number)
{
    const auto& walks = run.stored->walks;
    const auto known =
        std::find_if(walks.begin(), walks.end(), [&](const stored_walk& walk) { return walk.walk == number; });
    if (known != walks.end()) {
        r.written -= std::min(r.written, known->position.records);
        r.report.pages -= std::min(r.report.pages, known->position.pages);
    }
    ++r.report.restarted;
}

/// Says in the report from where to where a walk has read.
COREST_DECL void report_cursor(resource_run& r, const tree_event& event)
{
    const bool is_first = event.position().pages == 1;
    if (!event.cursor() || !r.planned.config.incremental || (!is_first && !event.is_last())) {
        return;
    }
    const cursor_rules& rules = r.planned.config.incremental->rules;
    const cursor_state state(event.cursor()->state);
    const bool is_new = !r.report.cursor;
    cursor_range& range = is_new ? r.report.cursor.emplace() : *r.report.cursor;
    range.field = rules.field;
    range.collections += event.is_last() ? 1 : 0;
    const bool from_beginning = !is_new && !r.least_start;
    if (!state.start_value) {
        r.least_start.reset();
    } else if (is_new || (!from_beginning && rules.order(*state.start_value, *r.least_start) < 0)) {
        r.least_start = state.start_value;
    }
    if (state.last_value && (!r.furthest || rules.order(*state.last_value, *r.furthest) > 0)) {
        r.furthest = state.last_value;
    }
    const auto text = [](const std::optional<cursor_value>& v) {
        return v ? std::optional(v->text()) : std::optional<std::string>();
    };
    range.from = text(r.least_start);
    range.to = text(r.furthest);
}

/// What `load_columns` say of the run: the same for each process that goes on with it.
COREST_DECL load_stamp stamp_of(const run_state& run)
{
    constexpr std::uint64_t million = 1'000'000;
    const std::chrono::system_clock::time_point began = run.stored ? run.stored->began : run.report->date;
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(began.time_since_epoch()).count();
    const std::uint64_t number =
        run.stored ? corest::detail::hash_bytes(run.stored->id, 0) : static_cast<std::uint64_t>(passed);
    return load_stamp(load_stamp::id_of(began, number % million));
}

/// The rows of a page as they are stored, where none are nested in them.
COREST_DECL page stored_rows(const run_state& run, resource_run& r, const page& came)
{
    const page rows = r.planned.stored ? r.names.apply(came) : came;
    if (!r.planned.config.load_columns || rows.empty()) {
        return rows;
    }
    return stamp_of(run).add_to(rows, std::chrono::system_clock::now());
}

/// The rows of a page as they are stored, and those that are nested in them.
COREST_DECL nested_rows nest_rows(const run_state& run, resource_run& r, const page& came)
{
    if (!came) {
        nested_rows none;
        none.rows = came;
        return none;
    }
    binding_list bindings =
        named_bindings(came.bindings(), r.planned.config.naming, run.options.destination.longest_name());
    bindings = bindings ? bindings : came.data()->bindings;
    if (r.planned.config.load_columns) {
        bindings =
            stamp_of(run).added_to(bindings ? *bindings : std::vector<binding>(), std::chrono::system_clock::now());
    }
    return r.nesting->apply(came, std::move(bindings));
}

/// Which table rows are nested in. \throws error (destination_failed) where it is a resource's own
COREST_DECL corest::table nested_table(
    const run_state& run, const resource_run& r, const nested_page& rows, const std::vector<nested_page>& all)
{
    for (const auto& other : run.resources) {
        if (other->planned.stored && (other->table.name == rows.table || other->planned.config.name == rows.table)) {
            throw error(errc::destination_failed,
                "a list in the records of '" + r.planned.config.name + "' would be the table '" + rows.table
                    + "', and there is a resource of that name",
                "Give that resource another name and table_name, or set max_table_nesting to less");
        }
    }
    corest::table made =
        nested_column::table_of(r.table, rows.table, rows.parent == 0 ? r.table.name : all[rows.parent - 1].table);
    made.rules = std::make_shared<corest::schema::row_rules>(*made.schema);
    made.changes = std::make_shared<corest::schema::change_log>();
    return made;
}

/// Opens the tables of nested rows that have not come up before. One page at a time.
COREST_DECL net::awaitable<void> open_nested(
    std::shared_ptr<run_state> run, resource_run& r, const std::vector<nested_page>& nested)
{
    for (const nested_page& rows : nested) {
        nested_run& below = r.nested[rows.table];
        if (!below.is_open) {
            corest::table opened = nested_table(*run, r, rows, nested);
            corest::table described = opened;
            co_await run->options.destination.open(std::move(described));
            below.table = std::move(opened);
            below.is_open = true;
        }
    }
}

/// Stores a page with the rows that are nested in its rows.
COREST_DECL net::awaitable<void> store_nested(
    std::shared_ptr<run_state> run, resource_run& r, nested_rows rows, walk_progress progress)
{
    // Pages are written in the order in which they came, also where one of them has to wait for a table.
    const std::uint64_t turn = r.turns_taken++;
    while (r.turn != turn) {
        const bool notified = co_await r.next_turn.wait();
        corest::detail::throw_unless_notified(notified);
    }
    std::exception_ptr refusal;
    try {
        co_await open_nested(run, r, rows.nested);
    } catch (...) {
        refusal = std::current_exception();
    }
    ++r.turn;
    r.next_turn.notify_all(); // they go on when this one has asked for its write
    if (refusal) {
        std::rethrow_exception(refusal);
    }
    std::vector<std::pair<std::string, std::size_t>> counts;
    for (const nested_page& one : rows.nested) {
        counts.emplace_back(one.table, one.rows.size());
    }
    std::string name = r.table.name;
    co_await run->options.destination.write(
        std::move(name), std::move(rows.rows), std::move(rows.nested), std::move(progress));
    for (const auto& [table, count] : counts) {
        r.nested[table].written += count;
    }
}

/// Stores a page, and answers the event.
COREST_DECL net::awaitable<void> store_page(std::shared_ptr<run_state> run, std::size_t index, tree_event event)
{
    resource_run& r = *run->resources[index];
    try {
        nested_rows rows = r.nesting ? nest_rows(*run, r, event.page()) : nested_rows();
        if (!r.nesting) {
            rows.rows = stored_rows(*run, r, event.page());
        }
        const std::size_t count = rows.rows.size();
        if (r.nesting) {
            walk_progress progress = progress_of(*run, index, event);
            co_await store_nested(run, r, std::move(rows), std::move(progress));
        } else if (run->stored) {
            walk_progress progress = progress_of(*run, index, event);
            std::string name = r.planned.stored ? r.table.name : std::string();
            co_await run->options.destination.write(std::move(name), rows.rows, std::move(progress));
        } else if (r.planned.stored && rows.rows) {
            co_await run->options.destination.write(r.table.name, rows.rows);
        }
        if (event.is_restarted()) {
            take_back(*run, r, event.walk());
        }
        r.written += count;
        report_rows(r);
        report_cursor(r, event);
        ++r.report.pages;
        event.accept();
    } catch (...) {
        r.refusal = r.refusal ? r.refusal : std::current_exception();
        event.reject(r.refusal);
    }
    if (--r.writes == 0) {
        r.idle.notify_all();
    }
}

/// Waits until it is known how the table of a resource's parent came out; of a table that several resources share, how
/// the parent did: the table may wait for this very resource.
/// \pre the parent has been read to its end, or will be
/// \return null; a cancellation where the run was cut short before; true in `is_complete` where the parent's rows are
/// in
COREST_DECL net::awaitable<std::exception_ptr> end_of_parent(
    std::shared_ptr<run_state> run, std::size_t parent, bool& is_complete)
{
    resource_run& above = *run->resources[parent];
    while (!above.lets_children_end() && !run->is_cut_short) {
        static_cast<void>(co_await above.ended.wait());
    }
    if (!above.lets_children_end()) {
        co_return std::make_exception_ptr(system_error(net::error::operation_aborted));
    }
    is_complete = above.shares_table() ? above.outcome->is_whole : above.report.state == resource_state::done;
    co_return nullptr;
}

/// Says in the report what its schema has come to: of a table that several resources share, with the first of them.
COREST_DECL void report_schema(resource_run& r)
{
    if (r.is_first_of_table()) {
        r.report.table_changes = r.table.changes->sentences();
        r.report.schema_changes = r.table.rules ? r.table.rules->report() : std::vector<std::string>();
    }
    if (r.table.rules) {
        r.report.discarded_values = r.table.rules->discarded_values(r.planned.config.name);
    }
    for (const auto& [name, below] : r.nested) {
        if (below.table.rules) { // rows have come, in this process
            for (const std::string& change : below.table.changes->sentences()) {
                r.report.table_changes.push_back(name + ": " + change);
            }
            for (const std::string& change : below.table.rules->report()) {
                r.report.schema_changes.push_back(name + ": " + change);
            }
        }
    }
}

/// Keeps the cursor that the walks of a resource have in common.
COREST_DECL net::awaitable<void> keep_cursor(
    std::shared_ptr<run_state> run, std::size_t index, std::optional<walk_cursor> reached)
{
    walk_progress progress(run->p.resources[index].config.name, 0, 0, walk_position(), false);
    set_cursor(*run, index, reached, progress);
    co_await run->options.destination.write(std::string(), page(), std::move(progress));
}

/// Has later runs read the parents again whose children are not all there: their cursors stay where they were.
/// \pre the resource, and so each above it, has come to its end
COREST_DECL net::awaitable<void> forget_cursors_above(std::shared_ptr<run_state> run, std::size_t index)
{
    for (auto parent = run->p.resources[index].parent; parent; parent = run->p.resources[*parent].parent) {
        const planned_resource& above = run->p.resources[*parent];
        if (above.config.incremental) {
            walk_progress progress(above.config.name, 0, 0, walk_position(), false);
            progress.forgets_cursors = true;
            co_await run->options.destination.write(std::string(), page(), std::move(progress));
            run->resources[*parent]->report.statistics->warnings.add({"its cursor stays where it was, so that the next "
                                                                      "run reads again what '"
                + run->p.resources[index].config.name + "' lacks rows of"});
        }
    }
}

/// Says in the report how a resource came out whose table has ended.
/// \param is_table_whole all rows of the table were there, and it was closed
/// \param is_unmerged its end, where rows are merged that are kept aside, has not come about
COREST_DECL void report_end(const run_state& run, resource_run& r, bool is_table_whole, bool is_unmerged)
{
    const resource_outcome& outcome = *r.outcome;
    const bool was_staged = r.planned.stored && r.table.is_staged();
    if (was_staged && !is_table_whole && !run.stored) {
        r.written = 0; // they were staged, and are gone with their table's end
    }
    r.report.has_unmerged_rows = is_unmerged && r.table.disposition == write_disposition::merge && !is_table_whole
        && r.planned.stored && r.written != 0;
    report_rows(r);
    report_schema(r);
    r.report.duplicate_parents = r.report.statistics->repeated;
    r.report.finished = std::chrono::steady_clock::now();
    if (outcome.failure) {
        r.report.state = outcome.is_told ? resource_state::failed : resource_state::interrupted;
        if (outcome.is_told) {
            r.report.failure = presentable_failure(outcome.failure, run.hidden);
        }
    } else if (!outcome.is_whole) {
        r.report.state = resource_state::incomplete;
    } else if (is_table_whole || !was_staged) {
        r.report.state = resource_state::done;
    } else { // rows of another resource are missing
        r.report.state = run.stored ? resource_state::staged : resource_state::incomplete;
    }
    r.has_ended = true;
    r.ended.notify_all();
}

/// Closes or abandons a table whose resources have all been read, and says in the report how they came out.
COREST_DECL net::awaitable<void> end_table(std::shared_ptr<run_state> run, std::shared_ptr<table_run> t)
{
    const resource_run& first = *t->resources.front();
    bool whole = std::all_of(
        t->resources.begin(), t->resources.end(), [](const resource_run* r) { return r->outcome->is_whole; });
    bool is_unmerged = first.table.is_staged();
    if (first.is_open) {
        try {
            if (whole) {
                co_await run->options.destination.close(first.table.name);
            } else {
                co_await run->options.destination.abandon(first.table.name);
            }
        } catch (...) {
            is_unmerged = true;
            for (resource_run* r : t->resources) {
                if (!r->outcome->failure) {
                    r->outcome->failure = std::current_exception();
                    r->outcome->is_told = true;
                }
            }
            whole = false;
        }
    }
    for (resource_run* r : t->resources) {
        report_end(*run, *r, whole, is_unmerged);
    }
}

/// Takes in what a resource has come to that has been read; ends its table with the last one that loads into it.
COREST_DECL net::awaitable<void> end_resource(std::shared_ptr<run_state> run, std::size_t index,
    std::exception_ptr failure, bool complete, std::optional<walk_cursor> reached)
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
    resource_outcome outcome;
    outcome.is_told = failure && !is_cancellation(failure);
    if (outcome.is_told && concerns_whole_api(failure)) {
        outcome.is_told = !std::exchange(run->given_up, true);
    }
    if (complete && !failure && run->stored) {
        try {
            if (r.report.statistics->incomplete.count() != 0) {
                co_await forget_cursors_above(run, index);
            }
            if (r.is_open && reached) {
                co_await keep_cursor(run, index, std::move(reached));
            }
        } catch (...) {
            failure = std::current_exception();
            outcome.is_told = true;
        }
    }
    outcome.failure = failure;
    outcome.is_whole = complete && !failure;
    r.outcome = std::move(outcome);
    r.ended.notify_all();
    const auto& sharing = r.loaded->resources;
    if (std::all_of(sharing.begin(), sharing.end(), [](const resource_run* one) { return one->outcome.has_value(); })) {
        co_await end_table(run, r.loaded);
    }
}

/// Reads the tree and has each page stored. Tables end one after another, as their resources do.
COREST_DECL net::awaitable<void> store_events(
    std::shared_ptr<run_state> run, async_generator<tree_event>& events, const planned_tree& planned, nursery& stores)
{
    while (auto event = co_await events.next()) {
        const std::size_t index = planned.resource[event->node()];
        if (event->is_end()) {
            stores.spawn(end_resource(run, index, event->failure(), event->is_complete(), event->cursor()));
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
        if (!run->resources[i]->outcome) {
            co_await end_resource(run, i, failure, false, std::nullopt);
        }
    }
}

/// The end of a run cannot make its appends visible: they are staged still, and the one at fault has failed.
COREST_DECL void report_unpublished(run_state& run, const std::exception_ptr& failure)
{
    std::string at_fault;
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        at_fault = e.context().resource;
    } catch (...) { // nobody in particular
    }
    bool is_told = false;
    for (const auto& r : run.resources) {
        if (r->report.state == resource_state::done && r->planned.stored
            && r->table.disposition == write_disposition::append)
        {
            const bool is_at_fault = !is_told && (at_fault.empty() || r->planned.config.name == at_fault);
            r->report.state = is_at_fault ? resource_state::failed : resource_state::staged;
            if (is_at_fault) {
                r->report.failure = presentable_failure(failure, run.hidden);
                is_told = true;
            }
        }
    }
    if (!is_told && !run.resources.empty()) {
        run.resources.front()->report.state = resource_state::failed;
        run.resources.front()->report.failure = presentable_failure(failure, run.hidden);
    }
}

/// Ends the run in the destination, after all tables: its appends become visible, or wait for who goes on with it.
COREST_DECL net::awaitable<void> finish_run(std::shared_ptr<run_state> run, bool is_cut_short)
{
    co_await net::this_coro::throw_if_cancelled(false);
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    if (!run->stored) {
        co_return;
    }
    const bool whole = !is_cut_short && run->report->complete();
    std::exception_ptr failure;
    try {
        co_await run->options.destination.finish(whole);
    } catch (...) {
        failure = std::current_exception();
    }
    if (!whole) {
        for (const auto& r : run->resources) {
            if (r->report.state == resource_state::done && r->planned.stored
                && r->table.disposition == write_disposition::append)
            {
                r->report.state = resource_state::staged;
            }
        }
    } else if (failure) {
        report_unpublished(*run, failure);
    }
}

/// Whether a record may lead to several rows of its resource's table.
COREST_DECL bool makes_several(const resource_run& r)
{
    const std::vector<record_step>& steps = r.planned.config.steps;
    return std::any_of(steps.begin(), steps.end(), [](const record_step& step) { return step.expands(); });
}

/// Why the rows of a table cannot be compared with what the server states; empty: they can.
COREST_DECL std::string why_not_compared(const resource_run& r, const verification& found, bool is_limited)
{
    return r.planned.config.incremental ? "only what is new was asked for"
        : is_limited                    ? "no more rows than the limit were read"
        : r.table.disposition == write_disposition::append && !r.table.is_keyed()
        ? "rows of earlier runs are in the table too"
        : r.shares_table()                  ? "rows of other resources are in the table too"
        : r.report.resumed_pages != 0       ? "an earlier process has read a part"
        : makes_several(r)                  ? "processing_steps make several rows of a record"
        : !found.stated                     ? "the server states no total"
        : found.stated_walks != found.walks ? "the server does not state a total for each collection"
                                            : std::string();
}

/// What does not agree between a table, the run and the server.
COREST_DECL std::vector<std::string> find_differences(const resource_run& r, const verification& found, bool is_limited)
{
    std::vector<std::string> differences;
    using corest::detail::counted;
    const bool is_keyed = r.table.is_keyed() && found.keys;
    const bool keeps_all = r.table.hard_delete() == nullptr; // else a record may leave no row
    if (is_keyed && *found.keys != found.rows) {
        differences.push_back(
            "the table has " + counted(found.rows, "row") + " with " + counted(*found.keys, "different key"));
    }
    if (!is_keyed && keeps_all && found.rows < r.report.rows) {
        differences.push_back("the run has stored " + counted(r.report.rows, "row") + ", and the table has "
            + counted(found.rows, "row"));
    }
    // Only where the server has stated it of all that was read, and all was read by this process.
    const bool is_stated = found.stated && found.stated_walks == found.walks && r.report.resumed_pages == 0;
    if (is_stated && !is_limited && !r.planned.config.incremental) {
        const std::uint64_t kept = r.report.statistics->records;
        const std::uint64_t left_out = r.report.discarded_rows + found.received - std::min(kept, found.received);
        if (*found.stated != found.received) {
            differences.push_back("the server states " + counted(*found.stated, "record") + ", and "
                + counted(found.received, "record") + (found.received == 1 ? " has come" : " have come"));
        }
        const std::uint64_t held = is_keyed ? *found.keys : found.rows;
        if (keeps_all && !r.shares_table() && !makes_several(r) && held + left_out < *found.stated) {
            differences.push_back("the server states " + counted(*found.stated, "record") + ", and the table has "
                + counted(held, is_keyed ? "different key" : "row"));
        }
    }
    return differences;
}

/// Counts the rows of a table, and with `has_keys` its different primary keys.
COREST_DECL net::awaitable<std::optional<table_count>> count_table(
    std::shared_ptr<run_state> run, const resource_run& r, bool has_keys)
{
    corest::table counted = has_keys ? corest::table(r.table.name, r.table.disposition, r.table.primary_key)
                                     : corest::table(r.table.name, write_disposition::append, {});
    counted.binding_columns = r.table.binding_columns;
    co_return co_await run->options.destination.count(std::move(counted));
}

/// Whether the rows before and after the run say how many of its rows are new.
COREST_DECL bool tells_new_rows(const resource_run& r)
{
    return r.planned.stored && r.planned.config.incremental && r.table.is_keyed() && !r.table.is_staged()
        && !r.shares_table(); // else they may be rows of the others
}

/// Counts the rows that are there before the run, where that says afterwards how many are new.
COREST_DECL net::awaitable<void> count_before(std::shared_ptr<run_state> run)
{
    for (const auto& r : run->resources) {
        if (tells_new_rows(*r) && r->report.resumed_pages == 0) {
            const std::optional<table_count> before = co_await count_table(run, *r, false);
            r->rows_before = before ? std::optional(before->rows) : std::nullopt;
        }
    }
}

/// Says in the report how many rows are new.
COREST_DECL net::awaitable<void> report_new_rows(std::shared_ptr<run_state> run)
{
    for (const auto& r : run->resources) {
        if (!r->planned.stored || !r->planned.config.incremental || r->report.resumed_pages != 0) {
            continue;
        }
        if (r->rows_before) {
            const std::optional<table_count> after = co_await count_table(run, *r, false);
            if (after && after->rows >= *r->rows_before) {
                r->report.new_rows = std::min(after->rows - *r->rows_before, r->report.rows);
            }
        } else if (r->table.disposition == write_disposition::append && r->report.state == resource_state::done) {
            r->report.new_rows = r->report.rows;
        }
    }
}

/// Whether a table of one row for each primary key holds rows of this run alone, and none of them is to be missing.
COREST_DECL bool holds_run_alone(const resource_run& r)
{
    const bool is_alone = r.table.disposition == write_disposition::replace || r.table.changes->is_table_new();
    return r.planned.stored && r.table.is_keyed() && is_alone && r.table.hard_delete() == nullptr && !r.shares_table()
        && r.report.state == resource_state::done && r.report.restarted == 0;
}

/// Says in the report how many rows have taken the place of others of the run, which had the same primary key: of a
/// key that is not unique they are missing.
COREST_DECL net::awaitable<void> report_replaced(std::shared_ptr<run_state> run)
{
    using corest::detail::counted;
    for (const auto& r : run->resources) {
        if (!holds_run_alone(*r)) {
            continue;
        }
        const std::optional<table_count> count = co_await count_table(run, *r, false);
        if (count && count->rows < r->report.rows) {
            r->report.statistics->warnings.add({"the run has stored " + counted(r->report.rows, "row")
                + ", and the table has " + corest::detail::grouped(count->rows)
                + ": of those with the same primary key (" + corest::detail::join_words(r->table.primary_key)
                + ") the last one is kept; if they are different records, the key lacks a field"});
        }
    }
}

/// Counts what the destination holds of the rows that are nested in those of a resource, and adds what does not agree.
COREST_DECL net::awaitable<void> verify_nested(std::shared_ptr<run_state> run, resource_run& r, verification& found)
{
    // Each row that the run has stored is in the table, and no other one: so it is with the rows in them. A merge may
    // have replaced as many as it has found there.
    const bool holds_the_run = r.table.disposition != write_disposition::merge && found.rows == r.report.rows;
    for (nested_report& below : r.report.nested) {
        corest::table counted(below.table, write_disposition::append, {});
        const std::optional<table_count> count = co_await run->options.destination.count(std::move(counted));
        if (!count) {
            continue;
        }
        below.held = count->rows;
        if (holds_the_run && count->rows != below.rows) {
            found.differences.push_back("the run has stored " + corest::detail::counted(below.rows, "row") + " in "
                + below.table + ", and the table has " + corest::detail::grouped(count->rows));
        }
    }
}

/// Counts what the destination holds of each resource that was loaded.
COREST_DECL net::awaitable<void> verify_tables(std::shared_ptr<run_state> run)
{
    for (const auto& r : run->resources) {
        if (!r->planned.stored || r->report.state != resource_state::done) {
            continue;
        }
        const std::optional<table_count> count = co_await count_table(run, *r, true);
        if (!count) {
            continue;
        }
        const walk_statistics& statistics = *r->report.statistics;
        verification found;
        found.rows = count->rows;
        found.keys = count->keys;
        found.stated_walks = statistics.stated_walks;
        found.walks = statistics.walks;
        found.received = statistics.received;
        if (found.stated_walks != 0) {
            found.stated = statistics.stated_records.load();
        }
        const bool is_limited = run->options.limit != collection::unlimited;
        found.not_compared = why_not_compared(*r, found, is_limited);
        found.differences = find_differences(*r, found, is_limited);
        co_await verify_nested(run, *r, found);
        r->report.verified = std::move(found);
    }
}

/// Waits for what must be done to its end, though the caller is cancelled meanwhile.
COREST_DECL net::awaitable<void> to_its_end(net::any_io_executor executor, net::awaitable<void> work)
{
    // In a thread of its own: the caller's is left as it was, to be cancelled and to notice it.
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false);
    nursery ends(executor);
    ends.spawn(std::move(work));
    std::exception_ptr failure;
    try {
        co_await ends.join();
    } catch (const system_error& e) {
        if (e.code() != net::error::operation_aborted) {
            failure = std::current_exception();
        } // cancelled once more: the work is done all the same
    } catch (...) {
        failure = std::current_exception();
    }
    co_await net::this_coro::throw_if_cancelled(throws);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

/// The time at which the run is begun: now, or what it was for the run that is gone on with, whose positions are
/// places in what was asked for then.
COREST_DECL net::awaitable<std::chrono::system_clock::time_point> beginning_of(
    const run_options& options, std::chrono::system_clock::time_point now)
{
    if (!options.destination.is_resumable() || options.identity.restart) {
        co_return now;
    }
    const destination_state state = co_await options.destination.read_state();
    const stored_run* unfinished = find_unfinished(state, options.identity);
    co_return unfinished != nullptr ? unfinished->began : now;
}

/// \throws error (destination_failed) where the run is not the one that its dates were computed for
COREST_DECL void check_beginning(const run_state& run, std::chrono::system_clock::time_point computed_for)
{
    const auto began = run.stored->is_resumed ? run.stored->began : run.report->date;
    if (run.options.plan_at && began != computed_for) {
        throw error(errc::destination_failed,
            "another process has begun or ended a run of this source just now, and the dates of this one are not its",
            "Run it again");
    }
}

/// The whole run, on an executor that runs one handler at a time.
COREST_DECL net::awaitable<run_report> run_all(plan p, run_options options, std::shared_ptr<run_report> report)
{
    const auto executor = co_await net::this_coro::executor;
    report->date =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); // as destinations keep it
    report->started = std::chrono::steady_clock::now();
    std::chrono::system_clock::time_point computed_for = report->date;
    if (options.plan_at) {
        options.identity.date = report->date;
        computed_for = co_await beginning_of(options, report->date);
        p = options.plan_at(computed_for);
    }
    connected_plan connected = connect(executor, p, options, report);
    auto state = std::make_shared<run_state>(std::move(p), std::move(connected.hidden), std::move(options), report);

    std::exception_ptr failure;
    nursery stores(executor);
    async_generator<tree_event> events;
    try {
        std::shared_ptr<cursor_reader> cursors;
        if (state->options.destination.is_resumable()) {
            co_await to_its_end(executor, begin_run(state));
            check_beginning(*state, computed_for);
            cursors = std::make_shared<kept_cursors>(state->options.destination);
        }
        co_await count_before(state);
        co_await open_tables(state);
        report->destination_library = state->options.destination.library_version(); // it is there, as tables are open
        planned_tree planned(state->p, concurrency_of(state->p, state->options), state->options.limit,
            std::move(connected.clients), *report, state->options.clock, std::move(cursors));
        for (std::size_t i = 0; i < planned.resource.size(); ++i) {
            planned.nodes.node(i).failure = state->resources[planned.resource[i]]->refusal;
        }
        state->resource_of_node = planned.resource;
        std::optional<frontier> rest;
        if (state->stored) {
            co_await recall_seen(state, planned.nodes);
            if (state->stored->is_resumed) {
                rest.emplace(rest_of(*state, planned.nodes));
            }
        }
        events = planned.nodes.events(concerns_whole_api, {}, rest ? &*rest : nullptr);
        rest.reset();
        co_await store_events(state, events, planned, stores);
    } catch (...) {
        failure = std::current_exception();
    }
    // Where it is cancelled the thread would throw at the first co_await.
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false);
    if (failure) {
        co_await to_its_end(executor, end_run(state, events, stores, failure));
    }
    co_await to_its_end(executor, finish_run(state, failure != nullptr));
    for (const auto& r : state->resources) {
        report_schema(*r); // appends are in their tables only now
    }
    if (!failure) {
        try {
            co_await to_its_end(executor, report_new_rows(state));
            co_await to_its_end(executor, report_replaced(state));
            if (state->options.verify) {
                co_await to_its_end(executor, verify_tables(state));
            }
        } catch (...) {
            failure = std::current_exception();
        }
    }
    co_await net::this_coro::throw_if_cancelled(throws);
    for (const auto& r : state->resources) {
        if (r->report.state == resource_state::done && r->report.statistics->incomplete.count() != 0) {
            r->report.state = resource_state::incomplete;
        }
    }
    report->finished = std::chrono::steady_clock::now();
    if (failure) {
        std::rethrow_exception(presentable_failure(failure, state->hidden));
    }
    co_return *report;
}

/// What a run and the one that watches over its end share.
class run_end {
public:
    explicit run_end(const net::any_io_executor& executor) : news(executor, net::steady_timer::time_point::max()) {}

    net::steady_timer news; ///< cancelled when the run has ended
    bool has_ended = false;
    run_report report;
    std::exception_ptr failure;
};

/// Runs all, and tells who watches over its end.
COREST_DECL net::awaitable<void> run_and_tell(
    std::shared_ptr<run_end> end, plan p, run_options options, std::shared_ptr<run_report> report)
{
    try {
        end->report = co_await run_all(std::move(p), std::move(options), std::move(report));
    } catch (...) {
        end->failure = std::current_exception();
    }
    end->has_ended = true;
    end->news.cancel();
}

/// Where the run is cancelled, what the destination has to do for its end has a short time; then it is interrupted.
COREST_DECL net::awaitable<void> interrupt_late(std::shared_ptr<run_end> end, any_destination destination)
{
    constexpr std::chrono::milliseconds grace(400);
    constexpr std::chrono::milliseconds again(50); // for what a destination has begun since
    co_await net::this_coro::throw_if_cancelled(false);
    error_code ended;
    if (!end->has_ended) {
        co_await end->news.async_wait(net::redirect_error(net::use_awaitable, ended));
    }
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    for (auto time = grace; !end->has_ended; time = again) {
        end->news.expires_after(time);
        co_await end->news.async_wait(net::redirect_error(net::use_awaitable, ended));
        if (!end->has_ended) {
            destination.interrupt();
        }
    }
}

/// The whole run, which ends soon where it is cancelled, however long the destination would have to wait for others.
COREST_DECL net::awaitable<run_report> run_to_an_end(plan p, run_options options, std::shared_ptr<run_report> report)
{
    const auto executor = co_await net::this_coro::executor;
    const any_destination destination = options.destination;
    const auto end = std::make_shared<run_end>(executor);
    nursery both(executor);
    both.spawn(run_and_tell(end, std::move(p), std::move(options), std::move(report)));
    both.spawn(interrupt_late(end, destination));
    try {
        co_await both.join();
    } catch (...) {
        if (!end->has_ended || (end->failure && is_cancellation(end->failure))) {
            end->failure = std::current_exception(); // why it was cancelled, where the one who watches has failed
        }
    }
    destination.end_interrupt();
    if (end->failure) {
        std::rethrow_exception(end->failure);
    }
    co_return std::move(end->report);
}

} // namespace run_steps

COREST_DECL net::awaitable<run_report> run_plan(plan p, run_options options, std::shared_ptr<run_report> report)
{
    return corest::detail::run_serially(run_steps::run_to_an_end(std::move(p), std::move(options), std::move(report)));
}

} // namespace corest::source::detail

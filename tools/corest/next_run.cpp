#include "next_run.hpp"

#include "destinations.hpp"
#include "figures.hpp"
#include "interruptible.hpp"

#include <corest/destination/destination.hpp>
#include <corest/incremental/cursor_state.hpp>
#include <corest/incremental/cursor_tracker.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/source/plan/plan_hash.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace cli {

namespace {

using corest::cursor_rules;
using corest::cursor_value;
using corest::destination_state;
using corest::stored_run;
using corest::source::planned_resource;

std::string relation_of(const cursor_rules& rules)
{
    const std::string side = rules.last_value == corest::last_value_func::max ? ">" : "<";
    return rules.range_start == corest::range_bound::closed ? side + "=" : side;
}

/// Where a walk begins that finds this kept.
std::optional<cursor_value> start_of(const cursor_rules& rules, const std::string& kept)
{
    cursor_rules without_windows = rules;
    if (without_windows.step) { // windows divide the range, and do not move where it begins
        without_windows.step.reset();
        without_windows.cursor_granularity.reset();
        without_windows.end_value.reset();
    }
    corest::cursor_tracker tracker(std::make_shared<const cursor_rules>(std::move(without_windows)));
    tracker.begin(corest::cursor_state(kept));
    return tracker.state().start_value;
}

next_asking asking_of(const planned_resource& planned, const std::string& source, const destination_state& state)
{
    const cursor_rules& rules = planned.config.incremental->rules;
    next_asking out;
    out.resource = planned.config.name;
    out.field = rules.field;
    out.relation = relation_of(rules);
    out.is_child = planned.parent.has_value();
    out.ignores_kept = rules.is_backfill() || rules.begins_anew;
    if (rules.initial_value) {
        out.initial = rules.initial_value->text();
    }
    std::optional<cursor_value> least;
    std::optional<cursor_value> furthest;
    for (const corest::stored_cursor& c : state.cursors) {
        if (c.source != source || c.resource != out.resource || c.field != rules.field || out.ignores_kept) {
            continue;
        }
        const std::optional<cursor_value> start = start_of(rules, c.state);
        if (start && out.is_child && c.partition.empty()) {
            out.common = start->text();
        } else if (start) {
            out.kept.push_back({c.partition, start->text()});
            least = !least || rules.order(*start, *least) < 0 ? start : least;
            furthest = !furthest || rules.order(*start, *furthest) > 0 ? start : furthest;
        }
    }
    if (least) {
        out.least = least->text();
        out.furthest = furthest->text();
    }
    return out;
}

/// "asks only for updated_at >= 2026-01-03T00:00:00Z, per parent: 2 cursors"
std::string text_of(const next_asking& one)
{
    if (one.kept.empty() && one.common) {
        return "asks only for " + one.field + " " + one.relation + " " + *one.common + ", of all parents";
    }
    if (one.kept.empty()) {
        return (one.initial ? "asks for " + one.field + " " + one.relation + " " + *one.initial : "asks for everything")
            + (one.ignores_kept ? ", whatever earlier runs have kept" : ", no run has kept a cursor");
    }
    std::string text = "asks only for " + one.field + " " + one.relation + " " + *one.least;
    if (one.is_child) {
        text += (*one.least == *one.furthest ? "" : " to " + *one.furthest)
            + ", per parent: " + counted(one.kept.size(), "cursor");
        text += one.common ? "; of any other parent " + one.relation + " " + *one.common
            : one.initial  ? "; of a new parent " + one.relation + " " + *one.initial
                           : "; of a new parent everything";
    }
    return text;
}

} // namespace

next_run::next_run(std::string destination, const corest::source::plan& planned, std::uint64_t limit)
    : destination_(std::move(destination))
{
    corest::any_destination keeper = make_destination(destination_, true);
    keeps_progress_ = keeper.is_resumable();
    const std::string source = corest::source::source_name(planned);
    const std::string hash = corest::source::plan_hash(planned, limit);
    const destination_state state =
        keeps_progress_ ? run_to_its_end(read_state(std::move(keeper))) : destination_state();
    if (const stored_run* unfinished = corest::find_unfinished(state, corest::run_identity(source, hash))) {
        gone_on_with_ = *unfinished;
    }
    leaves_another_ = std::any_of(state.runs.begin(), state.runs.end(),
        [&](const stored_run& run) { return !run.is_done && run.source == source; });
    for (const planned_resource& r : planned.resources) {
        if (r.config.incremental) {
            asking_.push_back(asking_of(r, source, state));
        }
    }
}

std::string next_run::to_text() const
{
    if (!keeps_progress_) {
        return "into " + shown_destination(destination_) + ", which keeps no progress: a run that stops begins anew\n";
    }
    std::string text =
        "into " + shown_destination(destination_) + ": a run that stops is gone on with by the next one of this plan";
    if (gone_on_with_) {
        text += ". The next one goes on with the run of " + corest::format_date_time(gone_on_with_->began) + ":\n";
        for (const corest::stored_resource& r : gone_on_with_->resources) {
            text += "  " + r.name + ": " + counted(r.rows, "row") + (r.rows == 1 ? " is stored\n" : " are stored\n");
        }
        text += "  " + counted(gone_on_with_->walks.size(), "collection")
            + (gone_on_with_->walks.size() == 1 ? " is open\n" : " are open\n");
    } else if (leaves_another_) {
        text += ". The next one begins anew: the run that is not finished is of another plan, or older than 24 hours\n";
    } else {
        text += "\n";
    }
    for (const next_asking& one : asking_) {
        text += "  " + one.resource + ": " + text_of(one) + "\n";
    }
    return text;
}

boost::json::value next_run::to_json() const
{
    boost::json::object out;
    out["destination"] = destination_;
    out["keeps_progress"] = keeps_progress_;
    out["goes_on_with"] =
        gone_on_with_ ? boost::json::value(corest::format_date_time(gone_on_with_->began)) : boost::json::value();
    boost::json::array asking;
    for (const next_asking& one : asking_) {
        boost::json::array kept;
        for (const kept_start& each : one.kept) {
            boost::json::object start;
            start["partition"] = each.partition;
            start["start_value"] = each.start;
            kept.push_back(std::move(start));
        }
        boost::json::object asked;
        asked["resource"] = one.resource;
        asked["field"] = one.field;
        asked["relation"] = one.relation;
        asked["initial_value"] = one.initial ? boost::json::value(*one.initial) : boost::json::value();
        asked["kept"] = std::move(kept);
        asking.push_back(std::move(asked));
    }
    out["incremental"] = std::move(asking);
    return out;
}

} // namespace cli

#include "commands.hpp"

#include "destinations.hpp"
#include "figures.hpp"
#include "interruptible.hpp"
#include "pretty_json.hpp"

#include <corest/destination/progress.hpp>
#include <corest/error.hpp>
#include <corest/incremental/cursor_state.hpp>
#include <corest/incremental/cursor_value.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/source/run/run_report.hpp>
#include <corest/detail/suggestion.hpp>
#include <corest/detail/text.hpp>

#include COREST_ASIO(io_context.hpp)

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

namespace {

namespace net = corest::net;
using corest::destination_state;
using corest::stored_run;
using corest::stored_walk;

/// A destination that keeps how far runs have come. \throws corest::error where it does not
corest::any_destination state_keeper(const std::string& text)
{
    corest::any_destination keeper = make_destination(text, true);
    if (!keeper.is_resumable()) {
        throw corest::error(corest::errc::invalid_argument,
            shown_destination(text)
                + " keeps no state: each run into it begins anew, and there is nothing to show or to reset");
    }
    return keeper;
}

/// What `--reset` forgets.
class forgotten {
public:
    std::vector<std::string> known; ///< the resources of which anything is kept
    std::size_t runs = 0;           ///< that are not finished
    std::size_t cursors = 0;
    bool is_of_parents = false; ///< one of the cursors is that of a parent's children
};

forgotten what_is_forgotten(const destination_state& state, const std::string& resource)
{
    forgotten out;
    const auto note = [&](const std::string& name) {
        if (std::find(out.known.begin(), out.known.end(), name) == out.known.end()) {
            out.known.push_back(name);
        }
        return resource.empty() || name == resource;
    };
    for (const stored_run& run : state.runs) {
        bool has_it = resource.empty();
        for (const corest::stored_resource& r : run.resources) {
            has_it = note(r.name) || has_it;
        }
        for (const stored_walk& walk : run.walks) {
            has_it = note(walk.resource) || has_it;
        }
        out.runs += has_it && !run.is_done ? 1U : 0U;
    }
    for (const corest::stored_cursor& c : state.cursors) {
        const bool is_forgotten = note(c.resource);
        out.cursors += is_forgotten ? 1U : 0U;
        out.is_of_parents = out.is_of_parents || (is_forgotten && !c.partition.empty());
    }
    return out;
}

net::awaitable<forgotten> reset_state(corest::any_destination keeper, std::string resource)
{
    const destination_state state = co_await keeper.read_state();
    forgotten found = what_is_forgotten(state, resource);
    const bool is_known = std::find(found.known.begin(), found.known.end(), resource) != found.known.end();
    if (!resource.empty() && !is_known) {
        const std::vector<std::string_view> known(found.known.begin(), found.known.end());
        throw corest::error(corest::errc::invalid_argument,
            "--reset " + resource + ": nothing is kept of a resource of that name"
                + corest::detail::suggestion(resource, known, "resource"));
    }
    std::optional<std::string> one;
    if (!resource.empty()) {
        one = std::move(resource);
    }
    co_await keeper.reset(std::move(one));
    co_return found;
}

boost::json::object json_of(const stored_walk& walk)
{
    boost::json::object bindings;
    for (const corest::binding& b : walk.bindings) {
        bindings[b.column()] = b.text;
    }
    boost::json::object out;
    out["walk"] = walk.walk;
    out["resource"] = walk.resource;
    out["bindings"] = std::move(bindings);
    out["pages"] = walk.position.pages;
    out["rows"] = walk.position.records;
    out["position"] = walk.position.paginator ? boost::json::value(*walk.position.paginator) : nullptr;
    out["cursor"] = walk.cursor ? boost::json::value(*walk.cursor) : nullptr;
    return out;
}

boost::json::object json_of(const stored_run& run)
{
    boost::json::object out;
    out["id"] = run.id;
    out["source"] = run.source;
    out["plan_hash"] = run.plan_hash;
    out["state"] = run.is_done ? "done" : "unfinished";
    out["started_at"] = corest::format_date_time(run.began);
    out["active_at"] = corest::format_date_time(run.active);
    boost::json::array resources;
    for (const corest::stored_resource& r : run.resources) {
        boost::json::object one;
        one["name"] = r.name;
        one["state"] = to_string(r.state);
        one["rows"] = r.rows;
        one["pages"] = r.pages;
        one["collections_done"] = r.walks_done;
        resources.push_back(std::move(one));
    }
    out["resources"] = std::move(resources);
    boost::json::array walks;
    for (const stored_walk& walk : run.walks) {
        walks.push_back(json_of(walk));
    }
    out["open"] = std::move(walks);
    return out;
}

boost::json::object json_of(const destination_state& state)
{
    boost::json::array runs;
    for (const stored_run& run : state.runs) {
        runs.push_back(json_of(run));
    }
    boost::json::array cursors;
    for (const corest::stored_cursor& c : state.cursors) {
        boost::json::object one;
        one["source"] = c.source;
        one["resource"] = c.resource;
        one["field"] = c.field;
        one["partition"] = c.partition;
        one["state"] = c.state;
        cursors.push_back(std::move(one));
    }
    boost::json::object out;
    out["runs"] = std::move(runs);
    out["cursors"] = std::move(cursors);
    return out;
}

/// What a server has sent, fit for a terminal.
std::string shown(std::string_view text)
{
    return corest::detail::printable(text, 200);
}

/// "page 3, projects_id=7"
std::string text_of(const stored_walk& walk)
{
    std::string text = walk.position.pages == 0 ? "not begun" : "after page " + std::to_string(walk.position.pages);
    for (const corest::binding& b : walk.bindings) {
        text += ", " + shown(b.column() + " " + b.text);
    }
    return text;
}

void print_run(std::ostream& out, const stored_run& run)
{
    constexpr std::size_t most = 10;
    out << "run of " << corest::format_date_time(run.began) << ", " << (run.is_done ? "done" : "unfinished")
        << ", active until " << corest::format_date_time(run.active) << ", " << run.source << '\n';
    for (const corest::stored_resource& r : run.resources) {
        out << "  " << r.name << ": " << to_string(r.state) << ", " << counted(r.rows, "row") << ", "
            << counted(r.pages, "page") << '\n';
    }
    std::size_t shown = 0;
    for (const stored_walk& walk : run.walks) {
        if (++shown > most) {
            out << "  and " << run.walks.size() - most << " more that are open (--json shows all)\n";
            break;
        }
        out << "  open: " << walk.resource << ", " << text_of(walk) << '\n';
    }
}

/// Where the next run begins: "2026-11-27"; "the initial value", where nothing has been seen yet.
std::string text_of_state(const std::string& state)
{
    const corest::cursor_state read(state);
    const auto& value = read.begin_value();
    return value ? shown(value->text()) : "the initial value";
}

/// "projects_id 7", of the JSON that says so.
std::string text_of_partition(const std::string& partition)
{
    boost::json::error_code ec;
    const boost::json::value bound = boost::json::parse(partition, ec);
    std::string text;
    for (const auto& [column, value] : ec || !bound.is_object() ? boost::json::object() : bound.get_object()) {
        if (value.is_double()) {
            return shown(partition); // with all its digits
        }
        text += (text.empty() ? "" : ", ") + std::string(column) + " "
            + (value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value));
    }
    return shown(text.empty() ? partition : text);
}

/// A line for each resource, and one for each of the first parents where it has a cursor for each of them.
void print_cursors(std::ostream& out, const std::vector<corest::stored_cursor>& cursors)
{
    constexpr std::size_t most = 10;
    const auto is_of = [](const corest::stored_cursor& one) {
        return [&one](const corest::stored_cursor& c) {
            return c.source == one.source && c.resource == one.resource && c.field == one.field;
        };
    };
    for (auto c = cursors.begin(); c != cursors.end();) {
        const auto end = std::find_if_not(c, cursors.end(), is_of(*c));
        const auto first_parent = std::find_if(c, end, [](const auto& one) { return !one.partition.empty(); });
        out << "cursor of " << c->resource << ", " << c->field;
        if (cursors.back().source != cursors.front().source) { // they are sorted by it
            out << ", of " << c->source;
        }
        if (first_parent != c) {
            out << ": " << text_of_state(c->state); // of the root, or of what all parents have in common
        }
        const auto parents = static_cast<std::size_t>(end - first_parent);
        out << (parents == 0        ? ""
                : first_parent == c ? ": "
                                    : "; ")
            << (parents == 0 ? "" : counted(parents, "collection") + " with one of their own") << '\n';
        const auto listed = static_cast<std::ptrdiff_t>(std::min(most, parents));
        for (auto of = first_parent; of != first_parent + listed; ++of) {
            out << "  " << text_of_partition(of->partition) << ": " << text_of_state(of->state) << '\n';
        }
        if (parents > most) {
            out << "  and " << parents - most << " more (--json shows all)\n";
        }
        c = end;
    }
}

} // namespace

int state_command(const arguments& given)
{
    corest::any_destination keeper = state_keeper(given.destination);
    if (given.reset) {
        const forgotten found = run_to_its_end(reset_state(std::move(keeper), given.reset_resource));
        return print("forgotten" + (given.reset_resource.empty() ? "" : " of " + given.reset_resource) + ": "
            + counted(found.runs, "unfinished run") + ", " + counted(found.cursors, "cursor")
            + "; rows stay as they are\n"
            + (found.is_of_parents && !given.reset_resource.empty()
                    ? "It is read for each record of a parent: where the parent is incremental too, reset that as "
                      "well, "
                      "or only what is new of it is read for\n"
                    : ""));
    }
    const destination_state state = run_to_its_end(read_state(std::move(keeper)));
    if (given.json) {
        std::cout << json_line(json_of(state)) << '\n';
    } else if (state.runs.empty() && state.cursors.empty()) {
        std::cout << "no state: no run has kept anything in " << shown_destination(given.destination) << '\n';
    } else {
        for (const stored_run& run : state.runs) {
            print_run(std::cout, run);
        }
        print_cursors(std::cout, state.cursors);
    }
    std::cout.flush();
    return std::cout ? ok : failed;
}

} // namespace cli

#pragma once

#include <corest/source/run/check.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/misnamed_columns.hpp>
#include <corest/resource/walk.hpp>
#include <corest/schema/infer.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/run/collection.hpp>
#include <corest/source/run/row_naming.hpp>
#include <corest/source/run/row_nesting.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace corest::source {

namespace detail {

/// What is looked at on a resource's first page.
namespace first_page {

/// A record that leads to a child, and what the child is bound to.
class lead {
public:
    std::size_t index = 0;
    binding_list values;
};

/// The first record that a child can be bound to.
/// \throws error as `bind_record` for the first one that the child does not skip, where there is none
[[nodiscard]] inline std::optional<lead> find_lead(const page& parents, const collection& child)
{
    std::exception_ptr first_failure;
    for (std::size_t i = 0; i < parents.size(); ++i) {
        try {
            lead found;
            found.index = i;
            found.values = bind_record(parents[i], child.bindings);
            return found;
        } catch (const error&) {
            if (child.skips_lacking && lacks_value(parents[i], child.bindings)) {
                continue;
            }
            first_failure = first_failure ? first_failure : std::current_exception();
        }
    }
    if (first_failure) {
        std::rethrow_exception(first_failure);
    }
    return std::nullopt;
}

/// "projects with id 3"
[[nodiscard]] inline std::string describe_parent(
    const std::string& name, const record& parent, const binding_list& values)
{
    std::string text = name;
    bool first = true;
    for (const binding& b : *values) {
        text += (first ? " with " : ", ") + bound_field(parent, b) + " " + corest::detail::printable(b.text);
        first = false;
    }
    return text;
}

/// The text of a field's value. \param name as it is: it may have dots in it \return empty: there is none
[[nodiscard]] inline std::string_view field_of(std::string_view json, const std::string& name)
{
    const json_path::step step(name);
    json_reader reader(json);
    return corest::detail::seek(reader, std::span(&step, 1)) ? reader.skip() : std::string_view();
}

/// Whether each record has a key, and none of them twice.
[[nodiscard]] inline std::vector<std::string> key_faults(const page& rows, const std::vector<std::string>& key)
{
    std::vector<std::string> faults;
    std::size_t repeated = 0;
    std::unordered_set<std::string> seen;
    std::vector<std::size_t> missing(key.size(), 0);
    for (const record& row : rows) {
        std::string value;
        bool is_whole = true;
        for (std::size_t k = 0; k < key.size(); ++k) {
            const auto bound = std::find_if(
                rows.bindings().begin(), rows.bindings().end(), [&](const binding& b) { return b.column() == key[k]; });
            if (bound != rows.bindings().end()) {
                continue; // the same for all of the page
            }
            const std::string_view part = field_of(row.json(), key[k]);
            if (part.empty() || part == "null") {
                ++missing[k];
                is_whole = false;
            } else {
                value += std::string(part) + '\n';
            }
        }
        if (is_whole && !value.empty() && !seen.insert(std::move(value)).second) {
            ++repeated;
        }
    }
    const std::string of_all = " of " + corest::detail::counted(rows.size(), "record");
    for (std::size_t k = 0; k < key.size(); ++k) {
        if (missing[k] != 0) {
            faults.push_back("the primary key's " + corest::detail::in_quotes(key[k]) + " is missing or null in "
                + std::to_string(missing[k]) + of_all);
        }
    }
    if (repeated != 0) {
        faults.push_back("the primary key is that of an earlier record in " + std::to_string(repeated) + of_all
            + ": a merge would keep the last one only");
    }
    return faults;
}

/// What a run would say of records whose columns are declared: of values that their columns cannot hold, and of what a
/// contract leaves out.
[[nodiscard]] inline std::vector<std::string> schema_faults(
    const planned_resource& planned, const page& rows, const conceal& hidden)
{
    const resource_config& config = planned.config;
    const table into = planned.destination_table();
    if (!planned.stored || !into.schema || rows.empty()) {
        return {};
    }
    corest::schema::row_rules rules(*into.schema, into.binding_columns);
    try {
        if (config.max_table_nesting != 0) {
            row_nesting nesting(into, config.naming, 0, config.max_table_nesting);
            static_cast<void>(rules.apply(nesting.apply(rows, nullptr).rows));
        } else {
            static_cast<void>(rules.apply(row_naming(config.naming, 0).apply(rows)));
        }
    } catch (...) {
        return {corest::describe(presentable_failure(std::current_exception(), hidden))};
    }
    return rules.report();
}

} // namespace first_page

} // namespace detail

COREST_DECL net::awaitable<std::vector<check_result>> check(plan p, connect_options options)
{
    const auto executor = co_await net::this_coro::executor;
    const auto report = make_report(p);
    const connected_plan connected = connect(executor, p, options, report);
    std::vector<page> first_pages(p.resources.size());
    std::vector<check_result> all;
    std::vector<std::size_t> open(p.roots.rbegin(), p.roots.rend());
    while (!open.empty()) {
        const std::size_t i = open.back();
        open.pop_back();
        const planned_resource& planned = p.resources[i];
        open.insert(open.end(), planned.children.rbegin(), planned.children.rend());
        check_result found;
        found.name = planned.config.name;
        found.depth = planned.depth;
        found.key = corest::detail::join_words(planned.config.primary_key);
        try {
            collection content = make_collection(planned, p.client, connected.clients[i], options.clock);
            content.ahead = false;
            const auto statistics = content.statistics;
            page parents;
            detail::first_page::lead from;
            if (planned.parent) {
                parents = first_pages[*planned.parent];
                const auto lead = detail::first_page::find_lead(parents, content);
                found.reached = lead.has_value();
                if (lead) {
                    from = *lead;
                    found.found = corest::detail::misnamed_columns(parents[from.index], content.bindings);
                    found.parent = detail::first_page::describe_parent(
                        p.resources[*planned.parent].config.name, parents[from.index], from.values);
                }
            }
            if (found.reached) {
                page_walk reading(
                    std::make_shared<const collection>(std::move(content)), from.values, parents, from.index);
                auto steps = walk_steps(std::move(reading));
                const std::optional<walk_step> first = co_await steps.next();
                if (first && first->page.data()) {
                    const page& rows = first->page;
                    found.records = rows.size();
                    found.more = !first->last;
                    found.fields = schema::infer(rows).columns;
                    found.faults = detail::first_page::key_faults(rows, planned.config.primary_key);
                    const auto unfit = detail::first_page::schema_faults(planned, rows, connected.hidden);
                    found.faults.insert(found.faults.end(), unfit.begin(), unfit.end());
                    first_pages[i] = rows;
                }
                const std::vector<std::string> missing = statistics->incomplete.texts();
                found.faults.insert(found.faults.end(), missing.begin(), missing.end());
                if (statistics->expected_walks != 0) {
                    found.total = statistics->expected_records.load();
                }
                for (std::string& text : statistics->detected.all()) {
                    found.found.push_back(std::move(text));
                }
                for (std::string& warning : statistics->warnings.all()) {
                    found.found.push_back(std::move(warning));
                }
                for (std::string& text : statistics->steps.texts()) {
                    found.found.push_back(std::move(text));
                }
            }
        } catch (...) {
            found.failure = detail::presentable_failure(std::current_exception(), connected.hidden);
        }
        if (is_cancellation(found.failure)) {
            std::rethrow_exception(found.failure);
        }
        all.push_back(std::move(found));
    }
    co_return all;
}

} // namespace corest::source

#pragma once

#include <corest/source/run/run_report.hpp>

#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <utility>

namespace corest::source {

namespace detail {

namespace report_text {

COREST_DECL double seconds_of(std::chrono::nanoseconds t)
{
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(t).count()) / 1000.0;
}

} // namespace report_text

} // namespace detail

COREST_DECL std::string_view to_string(resource_state s) noexcept
{
    switch (s) {
    case resource_state::waiting:
        return "waiting";
    case resource_state::running:
        return "running";
    case resource_state::done:
        return "done";
    case resource_state::staged:
        return "staged";
    case resource_state::failed:
        return "failed";
    case resource_state::incomplete:
        return "incomplete";
    case resource_state::interrupted:
        return "interrupted";
    }
    return "unknown";
}

COREST_DECL std::chrono::nanoseconds resource_report::duration() const noexcept
{
    constexpr std::chrono::steady_clock::time_point none{};
    if (started == none) {
        return {};
    }
    return (finished == none ? std::chrono::steady_clock::now() : finished) - started;
}

COREST_DECL std::vector<std::string> resource_report::warnings() const
{
    std::vector<std::string> all = statistics->warnings.all();
    all.insert(all.end(), schema_changes.begin(), schema_changes.end());
    const std::vector<std::string> incomplete = statistics->incomplete.texts();
    all.insert(all.end(), incomplete.begin(), incomplete.end());
    if (const std::uint64_t count = statistics->incomplete.count(); count > incomplete.size()) {
        all.push_back("the server says the like of " + std::to_string(count - incomplete.size()) + " more collections");
    }
    if (duplicate_parents != 0) {
        all.push_back(std::to_string(duplicate_parents) + (duplicate_parents == 1 ? " parent" : " parents")
            + " led to a collection that was read already; it was not read again");
    }
    if (statistics->ignored != 0) {
        all.push_back(std::to_string(statistics->ignored)
            + (statistics->ignored == 1 ? " response was" : " responses were") + " ignored, as response_actions say");
    }
    if (restarted != 0) {
        all.push_back(std::to_string(restarted) + (restarted == 1 ? " collection" : " collections")
            + " could not be read on where an earlier run stopped, and began anew");
    }
    return all;
}

COREST_DECL bool run_report::complete() const noexcept
{
    return std::all_of(
        resources.begin(), resources.end(), [](const resource_report& r) { return r.state == resource_state::done; });
}

COREST_DECL bool run_report::stored_all() const
{
    return std::all_of(resources.begin(), resources.end(), [](const resource_report& r) {
        return r.state == resource_state::done
            || (r.state == resource_state::incomplete && !r.failure && r.statistics->incomplete.count() != 0);
    });
}

COREST_DECL bool run_report::agrees() const noexcept
{
    return std::all_of(resources.begin(), resources.end(),
        [](const resource_report& r) { return !r.verified || r.verified->differences.empty(); });
}

COREST_DECL std::uint64_t run_report::resumed_rows() const noexcept
{
    std::uint64_t rows = 0;
    for (const resource_report& r : resources) {
        rows += r.resumed_rows;
    }
    return rows;
}

COREST_DECL std::vector<std::string> run_report::failures() const
{
    std::vector<std::string> all;
    for (const resource_report& r : resources) {
        if (r.failure) {
            std::string text = describe(r.failure);
            if (std::find(all.begin(), all.end(), text) == all.end()) {
                all.push_back(std::move(text));
            }
        }
    }
    return all;
}

COREST_DECL boost::json::value to_json(const run_report& report)
{
    boost::json::array resources;
    for (const resource_report& r : report.resources) {
        const walk_statistics& s = *r.statistics;
        boost::json::object one;
        one["name"] = r.name;
        one["state"] = to_string(r.state);
        one["stored"] = r.stored;
        one["rows"] = r.rows;
        one["discarded_rows"] = r.discarded_rows;
        one["discarded_values"] = r.discarded_values;
        one["schema_changes"] = boost::json::value_from(r.schema_changes);
        one["resumed_at_rows"] = r.resumed_rows;
        one["resumed_at_pages"] = r.resumed_pages;
        one["pages"] = s.pages.load();
        one["records_received"] = s.records.load();
        one["collections"] = s.walks.load();
        one["requests"] = s.requests.load();
        one["asked_ahead"] = s.asked_ahead.load();
        one["discarded"] = s.discarded.load();
        one["retries"] = std::max(s.retries.load(), r.retries);
        one["seconds_waited"] = detail::report_text::seconds_of(std::max(s.waited.load(), r.waited));
        one["ignored_responses"] = s.ignored.load();
        if (s.dropped != 0) {
            one["dropped"] = s.dropped.load();
        }
        if (r.verified) {
            const auto number = [](const std::optional<std::uint64_t>& n) {
                return n ? boost::json::value(*n) : boost::json::value(nullptr);
            };
            boost::json::object verified;
            verified["rows"] = r.verified->rows;
            verified["distinct_keys"] = number(r.verified->keys);
            verified["stated_by_server"] = number(r.verified->stated);
            verified["stated_collections"] = r.verified->stated_walks;
            verified["differences"] = boost::json::value_from(r.verified->differences);
            one["verified"] = std::move(verified);
        }
        one["detected"] = boost::json::value_from(s.detected.all());
        one["incomplete_collections"] = s.incomplete.count();
        one["stated"] = boost::json::value_from(s.incomplete.texts());
        one["seconds"] = detail::report_text::seconds_of(r.duration());
        one["warnings"] = boost::json::value_from(r.warnings());
        one["error"] = r.failure ? boost::json::value(describe(r.failure)) : boost::json::value(nullptr);
        resources.emplace_back(std::move(one));
    }
    boost::json::object all;
    all["complete"] = report.complete();
    all["started_at"] = format_date_time(report.date);
    all["resumed_from"] = report.resumed ? boost::json::value(format_date_time(*report.resumed)) : nullptr;
    all["seconds"] = detail::report_text::seconds_of(report.finished - report.started);
    all["resources"] = std::move(resources);
    return all;
}

} // namespace corest::source

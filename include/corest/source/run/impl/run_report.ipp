#pragma once

#include <corest/source/run/run_report.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/version.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>
#include <boost/version.hpp>

#include <openssl/opensslv.h>

#include <algorithm>
#include <utility>

namespace corest::source {

namespace detail {

namespace report_text {

COREST_DECL double seconds_of(std::chrono::nanoseconds t)
{
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(t).count()) / 1000.0;
}

/// Null where there is no text.
COREST_DECL boost::json::value text_or_null(const std::string& text)
{
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(boost::json::string(text));
}

/// What the server has stated of how much there is, a sentence each.
COREST_DECL std::vector<std::string> statements(const walk_statistics& s)
{
    using corest::detail::counted;
    using corest::detail::grouped;
    std::vector<std::string> all;
    if (const std::uint64_t walks = s.stated_walks; walks != 0) {
        all.push_back("the server states " + counted(s.stated_records, "record") + ", and " + grouped(s.stated_received)
            + " came" + (walks == s.walks ? "" : ": of " + grouped(walks) + " of " + counted(s.walks, "collection")));
    }
    const std::vector<std::string> incomplete = s.incomplete.texts();
    all.insert(all.end(), incomplete.begin(), incomplete.end());
    return all;
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
    using corest::detail::counted;
    std::vector<std::string> all = statistics->warnings.all();
    const std::vector<std::string> of_steps = statistics->steps.texts();
    all.insert(all.end(), of_steps.begin(), of_steps.end());
    all.insert(all.end(), schema_changes.begin(), schema_changes.end());
    const std::vector<std::string> incomplete = statistics->incomplete.texts();
    all.insert(all.end(), incomplete.begin(), incomplete.end());
    if (const std::uint64_t count = statistics->incomplete.count(); count > incomplete.size()) {
        all.push_back("the server says the like of " + counted(count - incomplete.size(), "further collection"));
    }
    if (duplicate_parents != 0) {
        all.push_back(
            counted(duplicate_parents, "parent") + " led to a collection that was read already; it was not read again");
    }
    if (const std::uint64_t lacking = statistics->lacking; lacking != 0) {
        all.push_back(counted(lacking, "parent") + (lacking == 1 ? " was" : " were")
            + " skipped, as on_parent_field_missing says: the field of a placeholder is missing, null or empty there");
    }
    if (statistics->ignored != 0) {
        all.push_back(counted(statistics->ignored, "response") + (statistics->ignored == 1 ? " was" : " were")
            + " ignored, as response_actions say");
    }
    if (has_unmerged_rows) {
        all.push_back("rows that were read are not in the table yet: they are merged by the run that goes on with this "
                      "one");
    }
    if (restarted != 0) {
        all.push_back(
            counted(restarted, "collection") + " could not be read on where an earlier run stopped, and began anew");
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

COREST_DECL std::string summary(const resource_report& r)
{
    using corest::detail::counted;
    using corest::detail::grouped;
    std::string text = r.name + ": " + std::string(to_string(r.state)) + ", " + counted(r.rows, "row");
    if (r.new_rows) {
        text += ", " + grouped(*r.new_rows) + " new";
        text += r.rows > *r.new_rows ? ", " + grouped(r.rows - *r.new_rows) + " updated" : "";
    }
    for (const nested_report& below : r.nested) {
        text += ", " + counted(below.rows, "row") + " in " + below.table;
    }
    if (const auto& c = r.cursor) {
        text += c->from ? ", " + c->field + " from " + *c->from : ", " + c->field + " from the beginning";
        text += c->to ? " to " + *c->to : ", nothing came";
        text += c->collections > 1 ? ", of " + counted(c->collections, "collection") : "";
    }
    if (const std::uint64_t dropped = r.statistics->dropped; dropped != 0) {
        text += ", " + counted(dropped, "row") + " dropped as old or known";
    }
    return text;
}

COREST_DECL std::string concurrency_text(const run_report& report)
{
    if (!report.concurrency || report.concurrency->allowed == report.concurrency->most) {
        return {};
    }
    const concurrency_statistics& s = *report.concurrency;
    const std::string_view why = s.refusals == 0 ? "answers later the more there are"
        : s.late_answers == 0                    ? "refuses some"
                                                 : "refuses some, and answers later the more there are";
    return std::to_string(s.allowed) + " of " + corest::detail::counted(s.most, "request") + " at once, as the server "
        + std::string(why);
}

COREST_DECL boost::json::value to_json(const run_report& report)
{
    boost::json::array resources;
    boost::json::array sentences;
    for (const resource_report& r : report.resources) {
        if (r.stored) {
            sentences.emplace_back(summary(r));
        }
        const walk_statistics& s = *r.statistics;
        boost::json::object one;
        one["name"] = r.name;
        one["state"] = to_string(r.state);
        one["stored"] = r.stored;
        one["rows"] = r.rows;
        if (r.new_rows) {
            one["new_rows"] = *r.new_rows;
            one["updated_rows"] = r.rows - *r.new_rows;
        }
        if (r.cursor) {
            const auto text = [](const std::optional<std::string>& t) {
                return t ? boost::json::value(boost::json::string(*t)) : boost::json::value(nullptr);
            };
            boost::json::object cursor;
            cursor["field"] = r.cursor->field;
            cursor["from"] = text(r.cursor->from);
            cursor["to"] = text(r.cursor->to);
            cursor["collections"] = r.cursor->collections;
            one["cursor"] = std::move(cursor);
        }
        one["discarded_rows"] = r.discarded_rows;
        one["discarded_values"] = r.discarded_values;
        if (!r.nested.empty()) {
            boost::json::array tables;
            for (const nested_report& below : r.nested) {
                boost::json::object told;
                told["table"] = below.table;
                told["rows"] = below.rows;
                told["discarded_rows"] = below.discarded_rows;
                if (below.held) {
                    told["rows_in_table"] = *below.held;
                }
                tables.emplace_back(std::move(told));
            }
            one["nested_tables"] = std::move(tables);
        }
        one["table_changes"] = boost::json::value_from(r.table_changes);
        one["schema_changes"] = boost::json::value_from(r.schema_changes);
        one["resumed_at_rows"] = r.resumed_rows;
        one["resumed_at_pages"] = r.resumed_pages;
        one["pages"] = s.pages.load();
        one["records_received"] = s.received.load();
        one["collections"] = s.walks.load();
        one["requests"] = s.requests.load();
        one["asked_ahead"] = s.asked_ahead.load();
        one["discarded"] = s.discarded.load();
        one["retries"] = std::max(s.retries.load(), r.retries);
        one["seconds_waited"] = detail::report_text::seconds_of(std::max(s.waited.load(), r.waited));
        one["ignored_responses"] = s.ignored.load();
        if (s.lacking != 0) {
            one["skipped_parents"] = s.lacking.load();
        }
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
            verified["compared"] = r.verified->not_compared.empty();
            verified["not_compared"] = r.verified->not_compared;
            verified["differences"] = boost::json::value_from(r.verified->differences);
            one["verified"] = std::move(verified);
        }
        one["detected"] = boost::json::value_from(s.detected.all());
        one["incomplete_collections"] = s.incomplete.count();
        one["stated_records"] =
            s.stated_walks != 0 ? boost::json::value(s.stated_records.load()) : boost::json::value(nullptr);
        one["stated"] = boost::json::value_from(detail::report_text::statements(s));
        one["seconds"] = detail::report_text::seconds_of(r.duration());
        one["warnings"] = boost::json::value_from(r.warnings());
        one["error"] = r.failure ? boost::json::value(describe(r.failure)) : boost::json::value(nullptr);
        resources.emplace_back(std::move(one));
    }
    boost::json::object all;
    all["complete"] = report.complete();
    boost::json::object source;
    source["address"] = report.source;
    source["name"] = detail::report_text::text_or_null(report.source_name);
    source["file"] = detail::report_text::text_or_null(report.source_file);
    source["plan_hash"] = report.plan_hash;
    all["source"] = std::move(source);
    all["destination"] = report.destination;
    boost::json::object versions;
    versions["corest"] = COREST_VERSION;
    versions["boost"] = BOOST_LIB_VERSION;
    versions["openssl"] = OPENSSL_VERSION_TEXT;
    if (!report.destination_library.empty()) {
        versions["destination"] = report.destination_library;
    }
    all["versions"] = std::move(versions);
    all["summary"] = std::move(sentences);
    if (report.concurrency) {
        boost::json::object concurrency;
        concurrency["most"] = report.concurrency->most.load();
        concurrency["least"] = report.concurrency->least.load();
        concurrency["at_end"] = report.concurrency->allowed.load();
        concurrency["halved_by_refusals"] = report.concurrency->refusals.load();
        concurrency["halved_by_late_answers"] = report.concurrency->late_answers.load();
        all["concurrency"] = std::move(concurrency);
    }
    all["started_at"] = format_date_time(report.date);
    all["resumed_from"] = report.resumed ? boost::json::value(format_date_time(*report.resumed)) : nullptr;
    const auto lasted = report.finished - report.started;
    all["ended_at"] =
        format_date_time(report.date + std::chrono::duration_cast<std::chrono::system_clock::duration>(lasted));
    all["seconds"] = detail::report_text::seconds_of(lasted);
    all["resources"] = std::move(resources);
    return all;
}

} // namespace corest::source

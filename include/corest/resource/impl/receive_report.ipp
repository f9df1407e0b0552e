#pragma once

#include <corest/resource/receive_report.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/content_coding.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/read_ahead.hpp>
#include <corest/resource/response_status.hpp>
#include <corest/retry/retry_after.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

namespace report_waiting {

/// The value at a path of a body; none where it is not there, or null, or the body is no JSON.
COREST_DECL std::optional<std::string_view> value_at(const response& got, const json_path& path)
{
    try {
        validate(got.body.view(), "the body");
        const auto found = find_all(got.body.view(), path);
        return found.empty() || found.front() == "null" ? std::nullopt : std::optional(found.front());
    } catch (const error&) {
        return std::nullopt;
    }
}

/// Sends a request, and undoes what its response is compressed with, also where no header says so.
COREST_DECL net::awaitable<response> fetch(std::shared_ptr<const collection> walked, request r)
{
    response got = co_await fetch_page(std::move(walked), std::move(r));
    decode_unstated_content(got, got.limits);
    co_return got;
}

/// Tells who watches that a report is waited for.
COREST_DECL void tell_wait(const collection& walked, std::chrono::nanoseconds duration)
{
    wait_event event;
    event.reason = wait_event::cause::report;
    event.duration = duration;
    walked.api.watchers().tell(event);
}

/// The walk's bindings, with fields of responses behind them.
/// \param last of the responses; \param first where that has not got a field
COREST_DECL std::vector<binding> with_fields(
    std::vector<binding> bindings, const std::vector<json_path>& fields, const response& last, const response& first)
{
    for (const json_path& field : fields) {
        auto value = value_at(last, field);
        if (!value) {
            value = value_at(first, field);
        }
        if (!value) {
            throw error(errc::field_missing,
                "no response has a value at " + field.text()
                    + ", which a path of poll needs; the last one says: " + excerpt(last.body.view()),
                "Name a field that stands in the response that begins the report, or in the one that says that it is "
                "done");
        }
        bindings.emplace_back(std::string(), std::string(), field.text(), std::string(*value), to_text(*value));
    }
    return bindings;
}

/// The URL that a response names in its body.
COREST_DECL std::string named_url(const response& got, const json_path& at, const std::string& asked)
{
    const auto value = value_at(got, at);
    if (!value) {
        throw error(errc::field_missing,
            "no URL stands at " + at.text() + " in the response, which says: " + excerpt(got.body.view()),
            "Say where the URL stands");
    }
    return resolve_url(got.url.empty() ? asked : got.url, to_text(*value));
}

/// True of a response that can be worked with; false where it is one to ignore. A 202 is no failure here.
/// \throws error as `is_page`
COREST_DECL bool is_answer(const response& got, const collection& walked)
{
    return (got.status == 202 && got.verdict == response_verdict::none) || is_page(got, walked.ignored_statuses);
}

/// \throws error (not_json) where there is a condition, and a body that is no JSON
COREST_DECL bool holds(const std::optional<json_condition>& condition, const response& got)
{
    if (!condition || got.body.empty()) {
        return false;
    }
    validate(got.body.view(), "the body");
    return condition->holds(got.body.view());
}

/// \throws error (unexpected_status) where it has failed; (not_json) as `holds`
COREST_DECL bool is_done(const response& got, const poll& settings)
{
    if (holds(settings.failed(), got)) {
        const auto message = settings.message_path() ? value_at(got, *settings.message_path()) : std::nullopt;
        error_context context;
        context.status = got.status;
        throw error(errc::unexpected_status,
            "the report has failed, and the server says: "
                + (message ? printable(to_text(*message), 500) : excerpt(got.body.view())),
            {}, std::move(context));
    }
    return settings.until() ? holds(settings.until(), got) : got.status != 202;
}

/// The request that asks how far a report is.
COREST_DECL request status_request(const page_walk& walk, const request& begun, const response& first)
{
    const report_rules& rules = *walk.walked()->report;
    if (rules.settings.path()) {
        const auto bindings = with_fields(walk.report_bindings(), rules.status.fields, first, first);
        return walk.report_request(join_url(walk.walked()->api.base_url(), rules.status.path.fill(bindings)));
    }
    if (rules.settings.url_path()) {
        return walk.report_request(named_url(first, *rules.settings.url_path(), begun.url));
    }
    if (const auto location = first.headers.find("Location")) {
        return walk.report_request(resolve_url(first.url.empty() ? begun.url : first.url, *location));
    }
    if (begun.method != "GET") {
        throw error(errc::field_missing, "nothing says where to ask how far the report is: there is no Location header",
            "Give poll a path, or url_path");
    }
    return begun;
}

/// The request that reads a report that is done; none where the response that says so is it.
COREST_DECL std::optional<request> download_request(
    const page_walk& walk, const request& asked, const response& last, const response& first)
{
    const report_rules& rules = *walk.walked()->report;
    if (rules.settings.download()) {
        const auto bindings = with_fields(walk.report_bindings(), rules.download.fields, last, first);
        return walk.report_request(join_url(walk.walked()->api.base_url(), rules.download.path.fill(bindings)));
    }
    if (rules.settings.download_url_path()) {
        return walk.report_request(named_url(last, *rules.settings.download_url_path(), asked.url));
    }
    return std::nullopt;
}

COREST_DECL error too_late(const poll& settings, unsigned asked, const response& last)
{
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(settings.timeout()).count();
    return {errc::timeout,
        "the report was not done after " + std::to_string(limit) + " s; it was asked for " + counted(asked, "time")
            + ", and the last response, of status " + std::to_string(last.status)
            + ", says: " + excerpt(last.body.view()),
        "Check the condition, or raise", remedy::report_timeout};
}

/// How long to wait before the next question.
COREST_DECL std::chrono::milliseconds wait_after(const response& got, const poll& settings)
{
    const auto header = got.headers.find("Retry-After");
    const auto asked = header ? parse_retry_after(*header, settings.clock().date()) : std::nullopt;
    return std::max(settings.interval(), asked.value_or(std::chrono::milliseconds(0)));
}

/// A copy of what later responses may need of the first one.
COREST_DECL response copy_of(const response& got)
{
    response copy;
    copy.status = got.status;
    copy.url = got.url;
    copy.headers = got.headers;
    copy.body = padded_buffer(got.body.view());
    return copy;
}

/// What a request was, for an error that passes by.
COREST_DECL error_context place_of(const request& asked)
{
    error_context context;
    context.method = asked.method;
    context.url = redact_url(asked.url);
    return context;
}

} // namespace report_waiting

COREST_DECL net::awaitable<response> receive_report(page_walk& walk, request& next)
{
    using namespace report_waiting;
    const std::shared_ptr<const collection> walked = walk.walked();
    const poll& settings = walked->report->settings;
    clock_source& clock = settings.clock();
    const request begun = walk.beginning_request();
    request asking = begun;
    try {
        response last = co_await fetch(walked, begun);
        bool is_ignored = !is_answer(last, *walked);
        std::optional<request> download;
        if (!is_ignored) {
            const auto deadline = clock.now() + settings.timeout();
            std::optional<response> first; // where it is not the last one
            // A first response that need not be the report is only done where the condition says so.
            const bool names_status = settings.path() || settings.url_path();
            bool done = is_done(last, settings) && (settings.until() || !names_status);
            if (!done) {
                first = copy_of(last);
                asking = status_request(walk, begun, *first);
                asking.takes_accepted = true;
            }
            for (unsigned asked = 0; !done; ++asked) {
                const auto now = clock.now();
                if (asked != 0 && now >= deadline) {
                    throw too_late(settings, asked, last);
                }
                const auto wake = std::min(now + wait_after(last, settings), std::max(now, deadline));
                tell_wait(*walked, wake - now);
                co_await clock.sleep_until(wake);
                last = co_await fetch(walked, asking);
                is_ignored = !is_answer(last, *walked);
                done = is_ignored || is_done(last, settings);
            }
            if (!is_ignored) {
                download = download_request(walk, asking, last, first ? *first : last);
            }
        }
        if (download) {
            asking = *download;
        }
        asking.takes_accepted = false;
        walk.begin_report(asking);
        next = walk.next_request();
        if (download) {
            last = co_await fetch_page(walked, next);
        }
        co_return last;
    } catch (error& e) {
        e.add(place_of(asking));
        throw;
    }
}

} // namespace corest::detail

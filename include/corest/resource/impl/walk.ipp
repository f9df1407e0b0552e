#pragma once

#include <corest/resource/walk.hpp>

#include <corest/concurrency/background.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/progress_guard.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <deque>
#include <exception>
#include <optional>
#include <string_view>

namespace corest {

namespace detail {

/// The first words of an error body, fit for one line: what the server says helps more than its status.
COREST_DECL std::string error_excerpt(std::string_view body)
{
    constexpr std::size_t most = 200;
    std::string text;
    for (const char c : body.substr(0, most)) {
        const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
        if (!blank) {
            text += c;
        } else if (!text.empty() && text.back() != ' ') {
            text += ' ';
        }
    }
    if (body.size() > most) {
        // Not in the middle of a UTF-8 sequence.
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
            text.pop_back();
        }
        if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) {
            text.pop_back();
        }
        text += "...";
    }
    return text;
}

/// \throws error where the status is neither a success nor ignored. \return false where it is ignored
COREST_DECL bool check_status(const response& got, const walk_plan& plan)
{
    if (got.ok()) {
        return true;
    }
    const auto& ignored = plan.ignored_statuses;
    if (std::find(ignored.begin(), ignored.end(), got.status) != ignored.end()) {
        return false;
    }
    error_context where;
    where.status = got.status;
    where.attempts = got.attempts;
    std::string message =
        "the server answered " + std::to_string(got.status) + (got.reason.empty() ? "" : " " + got.reason);
    if (!got.body.empty()) {
        message += " and says: " + error_excerpt(got.body.view());
    }
    if (got.status == 401) {
        throw error(errc::unauthorized, std::move(message),
            "The credentials were refused: check the secrets and client.auth", std::move(where));
    }
    if (got.status == 403) {
        throw error(errc::unauthorized, std::move(message),
            "These credentials do not give access to it: check their permissions", std::move(where));
    }
    std::string hint;
    if (got.status == 404) {
        hint = "Check client.base_url and the resource's endpoint.path; a child that may be missing can be allowed by "
               "endpoint.response_actions: [{\"status_code\": 404, \"action\": \"ignore\"}]";
    } else if (got.status >= 300 && got.status < 400) {
        hint = "Use the address that it redirects to";
    } else if (got.status == 429) {
        hint = "Lower the concurrency, or raise client.retry.max_retries";
    } else if (got.status >= 500) {
        hint = "The server failed; run again later, or raise client.retry.max_retries";
    } else {
        hint = "Check the resource's path and parameters against the API's documentation";
    }
    throw error(errc::unexpected_status, std::move(message), std::move(hint), std::move(where));
}

/// Sends one page's request and counts it.
COREST_DECL net::awaitable<response> fetch_page(
    any_transport through, request r, std::shared_ptr<walk_statistics> statistics)
{
    try {
        response got = co_await through.send(std::move(r));
        statistics->requests += got.attempts;
        statistics->retries += got.attempts - 1;
        statistics->waited += got.waited;
        co_return got;
    } catch (const error& e) {
        const unsigned attempts = std::max(e.context().attempts, 1U);
        statistics->requests += attempts;
        statistics->retries += attempts - 1;
        throw;
    }
}

/// \throws error (origin_refused) where a next link leads to an origin that is not allowed
COREST_DECL void check_origin(const request& r, const client& api)
{
    if (!api.allows(r.url)) {
        throw error(errc::origin_refused,
            "the next page is at another origin, " + origin_of(r.url) + ", and credentials belong to "
                + origin_of(api.base_url()),
            "If that is right, list it in client.allowed_origins");
    }
}

/// The first member of an object that is a list of objects: what a selector was probably meant to lead to.
COREST_DECL std::string list_within(std::string_view json)
{
    json_reader reader(json);
    if (reader.kind() != json_kind::object) {
        return {};
    }
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        const std::string name(key);
        json_reader value(reader.skip());
        if (value.kind() == json_kind::array) {
            value.begin_array();
            if (value.next_element() && value.kind() == json_kind::object) {
                return name;
            }
        }
    }
    return {};
}

/// Adds warnings that are not there yet.
COREST_DECL void note(std::vector<std::string>& all, std::vector<std::string>& more)
{
    for (std::string& w : more) {
        if (std::find(all.begin(), all.end(), w) == all.end()) {
            all.push_back(std::move(w));
        }
    }
    more.clear();
}

/// What one walk carries from page to page. No I/O: `take` turns a response into a page and decides what comes next.
class walk_state {
public:
    explicit walk_state(walk_plan plan) : plan_(std::move(plan)), probes_(plan_.paging.paths()) {}

    /// The request of the page that comes next.
    [[nodiscard]] request next_request()
    {
        current_ = request_for(plan_.paging);
        return current_;
    }

    /// Has a copy of the paginator go on over a page like the last one.
    /// \param paging stands at the page that was asked for last
    /// \param unread how many pages were asked for and not taken in
    /// \return the request of the page after it, empty where there is none or it cannot be known
    [[nodiscard]] std::optional<request> predict(any_paginator& paging, std::size_t unread) const
    {
        if (number_ == 0 || plan_.limit - records_ <= std::uint64_t{last_.records} * unread) {
            return std::nullopt;
        }
        static const headers none;
        std::vector<std::optional<std::string_view>> values(last_values_.begin(), last_values_.end());
        page_info like_last;
        like_last.url = current_.url;
        like_last.headers = &none;
        like_last.records = last_.records;
        like_last.page_number = number_ + unread;
        like_last.status = last_.status;
        like_last.largest_page_before = last_.largest_page_before;
        like_last.values = values;
        if (!paging.advance(like_last) || paging.window() == 0) {
            return std::nullopt; // it ends there, or it is no longer known whether it does
        }
        return request_for(paging);
    }

    /// Takes a response in. \return the page; empty where the response is ignored
    [[nodiscard]] page take(response got)
    {
        ++number_;
        walk_statistics& counted = *plan_.statistics;
        if (!check_status(got, plan_)) {
            ++counted.ignored;
            more_ = false;
            return {};
        }
        auto data = std::make_shared<page_data>();
        data->body = std::move(got.body);
        std::vector<std::string> warnings;
        if (got.status != 204) { // "no content" is a page without records
            cut_page(data->body, plan_.where, probes_, data->records, values_, &warnings);
        } else {
            values_.assign(probes_.size(), std::nullopt);
        }
        guard_.check(current_, data->body.view(), data->records);

        page_info info;
        info.records = data->records.size();
        info.page_number = number_;
        info.url = got.url.empty() ? current_.url : got.url;
        info.status = got.status;
        info.headers = &got.headers;
        info.largest_page_before = counted.largest_page;
        info.values = values_;
        info.warnings = &warnings;
        more_ = plan_.paging.advance(info);
        if (number_ == 1 && more_ && plan_.where.path.is_root() && data->records.size() == 1) {
            const slice only = data->records.front();
            const std::string list = list_within(data->body.view().substr(only.offset, only.size));
            if (!list.empty()) {
                warnings.push_back(
                    "each body is taken as one record, because no selector says where the records are; it has '" + list
                    + "', a list of objects: if those are the records, select " + list
                    + " (data_selector in a dictionary)");
            }
        }
        note(counted.warnings, warnings);
        if (more_ && plan_.paging.window() != 0) {
            last_ = info;
            last_values_.assign(values_.begin(), values_.end());
        }

        counted.largest_page = std::max(counted.largest_page, data->records.size());
        ++counted.pages;
        const std::uint64_t room = plan_.limit - records_;
        if (data->records.size() >= room) {
            data->records.resize(static_cast<std::size_t>(room));
            more_ = false;
        }
        data->number = number_;
        data->first_record = records_;
        data->resource = plan_.resource;
        data->url = redact_url(current_.url);
        data->parent_page = plan_.parent_page.data();
        data->parent_index = plan_.parent_index;
        data->bindings = plan_.bindings;
        records_ += data->records.size();
        counted.records += data->records.size();
        return page(std::move(data));
    }

    [[nodiscard]] bool more() const noexcept { return more_; }
    [[nodiscard]] const walk_plan& plan() const noexcept { return plan_; }
    void finished() { ++plan_.statistics->walks; }

    /// Where an exception that passes through came from.
    [[nodiscard]] error_context where(bool taken) const
    {
        error_context w;
        w.resource = plan_.resource;
        w.page = taken ? number_ : number_ + 1;
        w.method = current_.method;
        w.url = redact_url(current_.url);
        return w;
    }

private:
    [[nodiscard]] request request_for(any_paginator& paging) const
    {
        request r = plan_.first;
        paging.prepare(r);
        if (!plan_.api.is_plainly_own(r.url)) {
            check_origin(r, plan_.api);
            if (origin_of(r.url) != origin_of(plan_.api.base_url())) {
                r.headers.erase_credentials(); // they belong to the API's own origin, however they came to be there
            }
        }
        return r;
    }

    walk_plan plan_;
    std::vector<json_path> probes_;
    std::vector<std::optional<std::string_view>> values_;
    progress_guard guard_;
    request current_;
    page_info last_; // of the last page; its views are not to be used
    std::vector<std::optional<std::string>> last_values_;
    std::uint64_t number_ = 0;
    std::uint64_t records_ = 0;
    bool more_ = true;
};

/// The requests that were sent before their pages' turn has come, in the order of the pages.
class requests_ahead {
public:
    explicit requests_ahead(const walk_plan& plan) : plan_(plan) {}

    [[nodiscard]] bool empty() const noexcept { return sent_.empty(); }
    /// The response to the first of them. \pre !empty()
    [[nodiscard]] net::awaitable<response> get() { return sent_.front().answer.get(); }
    void pop() { sent_.pop_front(); }

    /// Sends the requests that can be predicted, so that the server works while the page at hand is worked on.
    /// \param at_hand how many responses have come and were not taken in
    void predict(const walk_state& state, std::size_t at_hand)
    {
        const std::size_t window = plan_.ahead ? plan_.paging.window() : 0;
        if (sent_.size() >= window) {
            return;
        }
        if (sent_.empty() && at_hand != 0) {
            predicted_.emplace(plan_.paging); // stands at that page
        }
        while (predicted_ && sent_.size() < window) {
            std::optional<request> later;
            try {
                later = state.predict(*predicted_, sent_.size() + at_hand);
            } catch (const error&) {
                later.reset(); // a page that is not there yet makes no sense: the real one may
            }
            if (!later) {
                predicted_.reset();
                return;
            }
            send(std::move(*later));
        }
    }

    /// Makes the next page's request the first of them.
    void confirm(const request& next)
    {
        if (!sent_.empty() && !same(sent_.front().asks, next)) {
            sent_.clear(); // a page had fewer records than predicted, so all positions after it are wrong
        }
        if (sent_.empty()) {
            send(next);
            predicted_ = plan_.paging.window() > 1 ? std::optional(plan_.paging) : std::nullopt; // stands at that page
        }
    }

private:
    class exchange {
    public:
        exchange(request r, net::any_io_executor executor, net::awaitable<response> operation)
            : asks(std::move(r)),
              answer(std::move(executor), std::move(operation))
        {
        }
        request asks;
        background<response> answer;
    };

    static bool same(const request& a, const request& b)
    {
        const auto same_field = [](const header& x, const header& y) { return x.name == y.name && x.value == y.value; };
        return a.url == b.url && a.method == b.method && a.body == b.body
            && std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(), same_field);
    }

    void send(request r)
    {
        auto operation = fetch_page(plan_.api.transport(), r, plan_.statistics);
        sent_.emplace_back(std::move(r), plan_.api.executor(), std::move(operation));
    }

    const walk_plan& plan_;
    std::optional<any_paginator> predicted_;
    std::deque<exchange> sent_;
};

} // namespace detail

COREST_DECL async_generator<page> walk(walk_plan plan)
{
    detail::walk_state state(std::move(plan));
    const any_transport through = state.plan().api.transport();
    const auto statistics = state.plan().statistics;
    detail::requests_ahead ahead(state.plan());
    bool taken = false;
    try {
        request r = state.next_request();
        while (state.more()) {
            taken = false;
            response got;
            if (ahead.empty()) {
                got = co_await detail::fetch_page(through, r, statistics);
            } else {
                got = co_await ahead.get();
                ahead.pop();
            }
            taken = true;
            ahead.predict(state, 1);
            page current = state.take(std::move(got));
            if (state.more()) {
                r = state.next_request();
                if (state.plan().ahead) {
                    ahead.confirm(r);
                    ahead.predict(state, 0);
                }
            }
            if (current) {
                co_yield std::move(current);
            }
        }
        state.finished();
    } catch (error& e) {
        e.add(state.where(taken));
        throw;
    }
}

} // namespace corest

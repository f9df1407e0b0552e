#pragma once

#include <corest/resource/read_ahead.hpp>

#include <corest/error.hpp>

#include COREST_ASIO(cancellation_type.hpp)
#include COREST_ASIO(this_coro.hpp)

#include <algorithm>
#include <chrono>
#include <exception>

namespace corest::detail {

namespace request_comparison {

/// True where two requests ask for the same.
COREST_DECL bool is_same(const request& a, const request& b)
{
    const auto same_field = [](const header& x, const header& y) { return x.name == y.name && x.value == y.value; };
    return a.url == b.url && a.method == b.method && a.body == b.body
        && std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(), same_field);
}

} // namespace request_comparison

namespace page_fetching {

COREST_DECL net::awaitable<response> fetch(std::shared_ptr<const collection> walked, request r)
{
    walk_statistics& statistics = *walked->statistics;
    try {
        response got = co_await walked->api.exchange(std::move(r));
        statistics.requests += got.attempts;
        statistics.retries += got.attempts - 1;
        statistics.waited += got.waited;
        co_return got;
    } catch (const error& e) {
        const unsigned attempts = std::max(e.context().attempts, 1U);
        statistics.requests += attempts;
        statistics.retries += attempts - 1;
        throw;
    }
}

/// The same of a speculative request, which is sent once, and counted also where it is cancelled.
COREST_DECL net::awaitable<response> fetch_ahead(
    std::shared_ptr<const collection> walked, request r, std::shared_ptr<ahead_outcome> told)
{
    walk_statistics& statistics = *walked->statistics;
    ++statistics.requests;
    ++statistics.asked_ahead;
    try {
        response got = co_await walked->api.exchange(std::move(r));
        if (got.attempts == 0) {
            statistics.requests -= 1;
            statistics.asked_ahead -= 1;
            told->state = ahead_state::unsent;
        } else if (got.status == 429) {
            told->state = ahead_state::limited;
        } else {
            told->bytes = got.body.size();
            told->state = got.ok() ? ahead_state::page : ahead_state::failed;
        }
        co_return got;
    } catch (...) {
        told->state = ahead_state::failed;
        throw;
    }
}

} // namespace page_fetching

COREST_DECL net::awaitable<response> fetch_page(
    std::shared_ptr<const collection> walked, request r, std::shared_ptr<ahead_outcome> told)
{
    return told ? page_fetching::fetch_ahead(std::move(walked), std::move(r), std::move(told))
                : page_fetching::fetch(std::move(walked), std::move(r));
}

COREST_DECL page_request::page_request(net::any_io_executor executor, net::awaitable<response> operation)
    : run_(std::make_shared<remote_run<response>>(std::move(executor)))
{
    if (run_->executor()) {
        run_->start(run_->work(std::move(operation)));
    } else {
        unsent_ = std::move(operation);
    }
}

COREST_DECL page_request::~page_request()
{
    if (run_ && run_->executor() && !run_->is_ready()) {
        run_->cancel(net::cancellation_type::terminal);
    }
}

COREST_DECL net::awaitable<response> page_request::get()
{
    return run_->executor() ? result_of(run_) : std::move(unsent_);
}

COREST_DECL read_ahead::read_ahead(const page_walk& walk) : walk_(walk)
{
    occupy(1);
}

COREST_DECL read_ahead::~read_ahead()
{
    drop();
    occupy(0);
}

COREST_DECL net::awaitable<response> read_ahead::receive(const request& next)
{
    is_speculative_ = false;
    std::optional<response> got;
    std::exception_ptr failure;
    if (!sent_.empty()) {
        exchange& first = sent_.front();
        try {
            got = co_await first.answer.get();
        } catch (...) {
            failure = std::current_exception();
        }
        const bool speculative = first.told != nullptr;
        is_speculative_ = speculative && got && got->ok();
        if (speculative && !is_speculative_) {
            notice_failures();
            count_discarded(first);
        }
        sent_.pop_front();
        occupy_sent();
        const auto cancelled = (co_await net::this_coro::cancellation_state).cancelled();
        if (failure && (!speculative || cancelled != net::cancellation_type::none)) {
            std::rethrow_exception(failure);
        }
        if (speculative && !is_speculative_) {
            allowed_ = 1;
            got = co_await fetch_page(walk_.walked(), next);
        }
    } else {
        got = co_await fetch_page(walk_.walked(), next);
    }
    if (got->attempts > 1 && got->waited > std::chrono::nanoseconds(0)) {
        slow_down();
    }
    co_return std::move(*got);
}

COREST_DECL net::awaitable<response> read_ahead::receive_again(const request& next)
{
    ++walk_.walked()->statistics->discarded;
    drop(); // those after it are hardly better
    allowed_ = 1;
    return receive(next);
}

COREST_DECL void read_ahead::peek(const response& got)
{
    constexpr std::size_t long_body = std::size_t{256} << 10U;  // cutting a shorter one takes less than a request does
    if (got.body.size() < long_body || got.body.is_spilled()) { // nor is there room for two that are spilled
        return;
    }
    const bool is_predictable = walk_.paginator().window() != 0;
    if (!walk_.walked()->ahead || is_predictable || !sent_.empty()) {
        return;
    }
    std::optional<request> next;
    try {
        next = walk_.peek(got);
    } catch (const error&) { // says so where the page is taken
    }
    if (next && next->repeatable()) {
        next->early = true;
        sent_.push_back(send(std::move(*next)));
    }
}

COREST_DECL void read_ahead::predict(std::size_t in_hand)
{
    const any_paginator& paginator = walk_.paginator();
    const bool known = paginator.end_is_known();
    const std::size_t allowed = window();
    if (sent_.size() >= allowed || (!known && (in_hand != 0 || notice_failures()))) {
        return;
    }
    if (sent_.empty() && in_hand != 0) {
        predicted_.emplace(paginator); // stands at that page
    }
    while (predicted_ && sent_.size() < allowed && has_room()) {
        std::optional<request> later;
        try {
            later = walk_.predict(*predicted_, sent_.size() + in_hand);
        } catch (const error&) {
            later.reset(); // a page that is not there yet makes no sense: the real one may
        }
        if (!later || (!known && !later->repeatable())) {
            end_prediction();
            return;
        }
        later->early = later->repeatable();
        later->speculative = !known;
        sent_.push_back(send(std::move(*later)));
        occupy_sent();
    }
}

COREST_DECL void read_ahead::learn(std::size_t bytes)
{
    const std::size_t next_page = walk_.paginator().end_is_known() ? 1 : 0; // was asked for with this one in hand
    if (slow_pages_ != 0) {
        slow_pages_ -= sent_.size() <= next_page ? 1 : 0; // those that were sent before do not count
    } else if (walk_.received() == 0) {
        allowed_ = std::max<std::size_t>(allowed_ / 2, 1);
    } else if (std::exchange(has_learned_, true)) {
        allowed_ = std::min(2 * allowed_, std::max<std::size_t>(most(), 1));
    }
    large_bytes_ = std::max<std::size_t>({bytes, large_bytes_ - large_bytes_ / 8, 1});
}

COREST_DECL void read_ahead::confirm(const request& next)
{
    if (!sent_.empty() && !request_comparison::is_same(sent_.front().asked, next)) {
        drop(); // a page had fewer records than predicted, so all positions after it are wrong
        allowed_ = 1;
    }
    notice_failures();
    if (sent_.empty()) {
        sent_.push_back(send(next));
        predicted_ = most() > 1 ? std::optional(walk_.paginator()) : std::nullopt;
    } else if (sent_.front().has_failed()) {
        count_discarded(sent_.front());
        sent_.pop_front();
        sent_.push_front(send(next));
    }
}

COREST_DECL void read_ahead::drop()
{
    for (const exchange& each : sent_) {
        count_discarded(each);
    }
    sent_.clear();
    occupy_sent();
    end_prediction();
}

COREST_DECL void read_ahead::end_prediction()
{
    predicted_.reset();
    if (share_) {
        share_->rest();
    }
}

COREST_DECL void read_ahead::count_discarded(const exchange& useless) const
{
    if (useless.state() != ahead_state::unsent) {
        ++walk_.walked()->statistics->discarded;
    }
}

COREST_DECL read_ahead::exchange read_ahead::send(request r) const
{
    auto told = r.early ? std::make_shared<ahead_outcome>() : nullptr;
    auto operation = fetch_page(walk_.walked(), r, told);
    return {std::move(r), std::move(told), walk_.walked()->api.executor(), std::move(operation)};
}

COREST_DECL bool read_ahead::has_room()
{
    const collection& walked = *walk_.walked();
    const std::uint64_t others = walked.statistics->in_flight - occupied_;
    if (sent_.empty() || others + sent_.size() >= most()) {
        return sent_.empty();
    }
    if (!share_) {
        share_.emplace(walked.api.load());
    }
    return share_->may_send(sent_.size(), window());
}

COREST_DECL void read_ahead::occupy(std::uint64_t places)
{
    walk_statistics& statistics = *walk_.walked()->statistics;
    statistics.in_flight += places;
    statistics.in_flight -= std::exchange(occupied_, places);
}

COREST_DECL void read_ahead::occupy_sent()
{
    occupy(std::max<std::size_t>(sent_.size(), 1));
}

COREST_DECL std::size_t read_ahead::most() const
{
    return walk_.walked()->ahead ? walk_.paginator().window(walk_.walked()->window) : 0;
}

COREST_DECL std::size_t read_ahead::most_by_bytes() const
{
    constexpr std::size_t most_bytes = std::size_t{8} << 20;
    std::size_t bytes = 0; // that have come
    std::size_t came = 0;
    for (const exchange& each : sent_) {
        if (each.state() == ahead_state::page) {
            bytes += each.told->bytes;
            ++came;
        }
    }
    return std::max<std::size_t>(came + (most_bytes - std::min(bytes, most_bytes)) / large_bytes_, 1);
}

COREST_DECL std::size_t read_ahead::window() const
{
    if (slow_pages_ != 0) {
        return std::min<std::size_t>(most(), 1);
    }
    return std::min({most(), most_by_bytes(), walk_.paginator().end_is_known() ? most() : allowed_});
}

COREST_DECL bool read_ahead::notice_failures()
{
    bool failed = false;
    for (const exchange& each : sent_) {
        const ahead_state state = each.state();
        if (state == ahead_state::limited) {
            slow_down();
        } else if (state == ahead_state::unsent) {
            allowed_ = 1;
        }
        failed = failed || each.has_failed();
    }
    return failed;
}

COREST_DECL void read_ahead::slow_down()
{
    constexpr std::size_t most = 1024;
    allowed_ = 1;
    if (slow_pages_ == 0) {
        slow_pages_ = next_slow_pages_;
        next_slow_pages_ = std::min(2 * next_slow_pages_, most);
    }
    if (share_) {
        share_->rest();
    }
}

} // namespace corest::detail

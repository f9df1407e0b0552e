#pragma once

#include <corest/resource/read_ahead.hpp>

#include <corest/concurrency/background.hpp>
#include <corest/concurrency/run_on.hpp>
#include <corest/error.hpp>

#include COREST_ASIO(dispatch.hpp)

#include <algorithm>

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

COREST_DECL net::awaitable<response> fetch_page(std::shared_ptr<const collection> walked, request r)
{
    walk_statistics& counted = *walked->statistics;
    try {
        response got = co_await walked->api.exchange(std::move(r));
        counted.requests += got.attempts;
        counted.retries += got.attempts - 1;
        counted.waited += got.waited;
        co_return got;
    } catch (const error& e) {
        const unsigned attempts = std::max(e.context().attempts, 1U);
        counted.requests += attempts;
        counted.retries += attempts - 1;
        throw;
    }
}

/// What a request has in common with its owner. Touched on the client's executor only, but for `has_ended`,
/// which is the owner's: the response has come.
class page_request::state {
public:
    explicit state(net::any_io_executor of_client) : executor(std::move(of_client)) {}

    const net::any_io_executor executor;
    std::optional<background<response>> work;
    bool has_ended = false;
};

COREST_DECL page_request::page_request(net::any_io_executor executor, net::awaitable<response> operation)
    : state_(std::make_shared<state>(std::move(executor)))
{
    if (state_->executor) { // else the client is at its end, as the first request said
        net::dispatch(state_->executor, [shared = state_, work = std::move(operation)]() mutable {
            shared->work.emplace(shared->executor, std::move(work));
        });
    }
}

COREST_DECL page_request::~page_request()
{
    if (state_ && !state_->has_ended && state_->executor) {
        const net::any_io_executor executor = state_->executor;
        net::dispatch(executor, [last = std::move(state_)]() mutable { last->work.reset(); });
    }
}

COREST_DECL net::awaitable<response> page_request::get()
{
    return get(state_);
}

COREST_DECL net::awaitable<response> page_request::get(std::shared_ptr<state> shared)
{
    const net::any_io_executor here = co_await net::this_coro::executor;
    const net::any_io_executor& there = shared->executor;
    net::awaitable<response> answer = here == there ? shared->work->get() : run_on(there, answer_of(shared));
    response got = co_await std::move(answer);
    shared->has_ended = true;
    co_return got;
}

COREST_DECL net::awaitable<response> page_request::answer_of(std::shared_ptr<state> shared)
{
    co_return co_await shared->work->get();
}

COREST_DECL void read_ahead::predict(std::size_t in_hand)
{
    const std::size_t window = walk_.walked()->ahead ? walk_.paginator().window() : 0;
    if (sent_.size() >= window) {
        return;
    }
    if (sent_.empty() && in_hand != 0) {
        predicted_.emplace(walk_.paginator()); // stands at that page
    }
    while (predicted_ && sent_.size() < window) {
        std::optional<request> later;
        try {
            later = walk_.predict(*predicted_, sent_.size() + in_hand);
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

COREST_DECL void read_ahead::confirm(const request& next)
{
    if (!sent_.empty() && !request_comparison::is_same(sent_.front().asked, next)) {
        sent_.clear(); // a page had fewer records than predicted, so all positions after it are wrong
    }
    if (sent_.empty()) {
        send(next);
        predicted_ = walk_.paginator().window() > 1 ? std::optional(walk_.paginator()) : std::nullopt;
    }
}

COREST_DECL void read_ahead::send(request r)
{
    auto operation = fetch_page(walk_.walked(), r);
    sent_.emplace_back(std::move(r), walk_.walked()->api.executor(), std::move(operation));
}

} // namespace corest::detail

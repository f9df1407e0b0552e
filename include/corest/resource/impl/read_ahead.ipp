#pragma once

#include <corest/resource/read_ahead.hpp>

#include <corest/error.hpp>

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

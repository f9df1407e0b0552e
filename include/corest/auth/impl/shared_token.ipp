#pragma once

#include <corest/auth/detail/shared_token.hpp>

#include <corest/concurrency/mutex.hpp>
#include <corest/concurrency/run_on.hpp>
#include <corest/error.hpp>

#include <string>
#include <utility>

namespace corest::detail {

/// How the server is reached. The one who fetches runs on that client's executor, whoever the token is for.
class shared_token::route {
public:
    explicit route(client reached_by) : api(std::move(reached_by)) {}

    const client api;
    mutex fetching; ///< of those on the client's executor
};

COREST_DECL shared_token::shared_token(const char* owner, std::shared_ptr<clock_source> clock)
    : owner_(owner),
      clock_(std::move(clock))
{
}

COREST_DECL void shared_token::bind(const client& api)
{
    auto bound = std::make_shared<route>(api);
    const std::lock_guard lock(access_);
    bound_ = std::move(bound);
}

COREST_DECL void shared_token::clock(std::shared_ptr<clock_source> c)
{
    const std::lock_guard lock(access_);
    clock_ = std::move(c);
}

COREST_DECL secret shared_token::usable() const
{
    const std::lock_guard lock(access_);
    return clock_->now() < good_until_ ? token_ : secret();
}

COREST_DECL secret shared_token::last() const
{
    const std::lock_guard lock(access_);
    return token_;
}

COREST_DECL void shared_token::discard(const secret& refused)
{
    const std::lock_guard lock(access_);
    if (token_.reveal() == refused.reveal()) {
        token_ = secret();
    }
}

COREST_DECL net::awaitable<secret> shared_token::fetch(
    std::shared_ptr<shared_token> self, std::shared_ptr<route> bound, fetcher ask)
{
    // The first one fetches; whoever waited finds the token there.
    const auto guard = co_await bound->fetching.lock();
    secret usable = self->usable();
    if (!usable.empty()) {
        co_return usable;
    }
    const access_token token = co_await ask(bound->api);
    const std::lock_guard lock(self->access_);
    self->token_ = token.value;
    self->good_until_ = self->clock_->now() + token.useful_life();
    co_return token.value;
}

COREST_DECL net::awaitable<secret> shared_token::get(std::shared_ptr<shared_token> self, fetcher ask)
{
    std::shared_ptr<route> bound;
    {
        const std::lock_guard lock(self->access_);
        bound = self->bound_;
    }
    if (!bound) {
        throw error(errc::invalid_argument, std::string(self->owner_) + " was used outside of authorize(...)");
    }
    const net::any_io_executor here = co_await net::this_coro::executor;
    const net::any_io_executor& there = bound->api.executor();
    if (!there) {
        throw error(errc::invalid_argument,
            std::string(self->owner_)
                + " cannot renew its token: the client that it belongs to has lost its io_context",
            "Give each client an authenticator of its own, where one of them may outlive the other's io_context");
    }
    net::awaitable<secret> fetched =
        here == there ? fetch(self, bound, std::move(ask)) : run_on(there, fetch(self, bound, std::move(ask)));
    co_return co_await std::move(fetched);
}

} // namespace corest::detail

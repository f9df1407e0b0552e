#pragma once

#include <corest/auth/cookies.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/http/cookie_jar.hpp>
#include <corest/http/redirect.hpp>

#include <mutex>
#include <utility>

namespace corest {

namespace detail {

/// The cookies of all clients that share them, on whatever threads.
class shared_cookies {
public:
    void clock(std::shared_ptr<clock_source> c)
    {
        const std::lock_guard lock(access_);
        clock_ = std::move(c);
    }
    void add_to(request& r)
    {
        const std::lock_guard lock(access_);
        add_cookies(r.headers, jar_.find(r.url, clock_->date()));
    }
    void store(const std::string& url, const response& got)
    {
        if (got.headers.contains("Set-Cookie")) {
            const std::lock_guard lock(access_);
            jar_.store(url, got.headers, clock_->date());
        }
    }
    [[nodiscard]] std::vector<std::string> secrets()
    {
        const std::lock_guard lock(access_);
        return jar_.secrets();
    }

private:
    std::mutex access_;
    cookie_jar jar_;
    std::shared_ptr<clock_source> clock_ = system_clock_source();
};

/// The transport that `cookies` adds.
class cookie_transport {
public:
    cookie_transport(const client& api, std::shared_ptr<shared_cookies> shared)
        : next_(api.transport()),
          shared_(std::move(shared)),
          redirects_(api.redirects())
    {
    }

    /// Follows redirects here, since each hop may set cookies and has its own.
    [[nodiscard]] net::awaitable<response> send(request r)
    {
        redirect_chain hops(std::move(r), redirects_);
        response got;
        do {
            request hop = hops.current();
            const std::string url = hop.url;
            shared_->add_to(hop);
            got = co_await next_.send(std::move(hop));
            shared_->store(url, got);
        } while (hops.advance(got));
        co_return got;
    }

private:
    any_transport next_;
    std::shared_ptr<shared_cookies> shared_;
    redirect_policy redirects_;
};

} // namespace detail

COREST_DECL cookies::cookies() : shared_(std::make_shared<detail::shared_cookies>()) {}

COREST_DECL cookies& cookies::clock(std::shared_ptr<clock_source> c)
{
    shared_->clock(std::move(c));
    return *this;
}

COREST_DECL client cookies::apply(const client& api) const
{
    return api.with_transport(detail::cookie_transport(api, shared_))
        | conceal([shared = shared_] { return shared->secrets(); });
}

COREST_DECL std::vector<std::string> cookies::secrets() const
{
    return shared_->secrets();
}

} // namespace corest

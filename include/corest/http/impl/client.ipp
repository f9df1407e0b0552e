#pragma once

#include <corest/http/client.hpp>

#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/run_on.hpp>
#include <corest/error.hpp>
#include <corest/http/http_transport.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>

namespace corest {

namespace detail {

namespace client_calls {

/// Tells the observers of a request when it begins and when it ends, however that is.
class request_watch {
public:
    request_watch(std::shared_ptr<const watchers> all, request& r)
        : watchers_(std::move(all)),
          start_(std::chrono::steady_clock::now())
    {
        static std::atomic<std::uint64_t> last = 0;
        end_.request = ++last;
        end_.method = r.method;
        end_.url = watchers_->mask(redact_url(r.url));
        end_.speculative = r.speculative;
        end_.cancelled = true;
        observation_ = std::make_shared<const observation>(watchers_, end_.request);
        r.observation = observation_;
        request_begin begin;
        begin.request = end_.request;
        begin.method = end_.method;
        begin.url = end_.url;
        begin.speculative = end_.speculative;
        watchers_->tell(begin);
    }
    request_watch(const request_watch&) = delete;
    request_watch& operator=(const request_watch&) = delete;
    ~request_watch()
    {
        end_.duration = std::chrono::steady_clock::now() - start_;
        if (end_.cancelled) {
            end_.attempts = observation_->attempts();
        }
        watchers_->tell(end_);
    }

    void come(const response& got)
    {
        end_.cancelled = false;
        end_.status = got.status;
        end_.attempts = got.attempts;
        end_.bytes = got.body.size();
        end_.not_modified = got.not_modified;
    }

    void fail(const std::exception_ptr& failure)
    {
        end_.cancelled = is_cancellation(failure);
        end_.reason = watchers_->mask(failure_text(failure));
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) {
            end_.failure = e.kind();
            end_.status = e.context().status;
            end_.attempts = e.context().attempts;
        } catch (...) { // of another kind
        }
    }

private:
    std::shared_ptr<const watchers> watchers_;
    std::shared_ptr<const observation> observation_;
    std::chrono::steady_clock::time_point start_;
    request_end end_;
};

/// Sends a request that is watched.
inline net::awaitable<response> watched(any_transport transport, std::shared_ptr<const watchers> all, request r)
{
    request_watch watch(std::move(all), r);
    try {
        response got = co_await transport.send(std::move(r));
        watch.come(got);
        co_return got;
    } catch (...) {
        watch.fail(std::current_exception());
        throw;
    }
}

/// Sends a request from where the client runs. The transport's `send` may be no coroutine, so it is called there too.
inline net::awaitable<response> send_at_home(any_transport transport, std::shared_ptr<const watchers> all, request r)
{
    net::awaitable<response> sending =
        all->observed() ? watched(std::move(transport), all, std::move(r)) : transport.send(std::move(r));
    co_return co_await std::move(sending);
}

/// How a request enters a client, wherever it comes from.
inline net::awaitable<response> enter(std::shared_ptr<const context_member> home,
    std::shared_ptr<client_thread> only_thread, any_transport transport, std::shared_ptr<const watchers> all, request r,
    [[maybe_unused]] client_load::entry counted)
{
    // Strands of one context are as good as its executor, but only where one thread runs it.
    if (only_thread && !only_thread->is_this()) {
        throw error(errc::invalid_argument,
            "the request is awaited on another thread than the client's first one, and the client is not thread-safe",
            "Set http_options.thread_safe, or make a client for each thread");
    }
    const net::any_io_executor here = co_await net::this_coro::executor;
    net::awaitable<response> sending = send_at_home(std::move(transport), std::move(all), std::move(r));
    const net::any_io_executor& there = home->executor();
    if (here == there) {
        co_return co_await std::move(sending);
    }
    if (!there) {
        throw error(errc::invalid_argument, "the client's io_context is gone, so it sends nothing any more",
            "Make a client on the io_context that runs this coroutine");
    }
    if (!only_thread) {
        co_return co_await run_on(there, std::move(sending));
    }
    // What is for one thread may be awaited on another executor of that thread's, a strand that a flow has made, say.
    if (&net::query(here, net::execution::context) != &net::query(there, net::execution::context)) {
        throw error(errc::invalid_argument,
            "the request is awaited on another io_context than the client's, which is not thread-safe",
            "Set http_options.thread_safe, or start the coroutine with co_spawn(api.executor(), ...)");
    }
    co_return co_await std::move(sending);
}

/// Awaits a response, and takes no other than a successful one.
inline net::awaitable<response> successful(
    net::awaitable<response> exchange, std::shared_ptr<const watchers> all, std::string method, std::string url)
{
    response got = co_await std::move(exchange);
    if (!got.ok()) {
        error e = status_error(got);
        error_context context;
        context.method = std::move(method);
        context.url = redact_url(url);
        e.add(context);
        e.rewrite([&](std::string text) { return all->mask(std::move(text)); });
        throw e;
    }
    co_return got;
}

} // namespace client_calls

} // namespace detail

COREST_DECL void client::complete(request& r) const
{
    if (!is_plainly_own(r.url)) {
        r.url = join_url(base_url_, r.url);
    }
}

COREST_DECL net::awaitable<response> client::transmit(request r) const
{
    return detail::client_calls::enter(
        home_, only_thread_, transport_, watchers_, std::move(r), detail::client_load::entry(load_));
}

COREST_DECL net::awaitable<response> client::exchange(request r) const
{
    complete(r);
    return transmit(std::move(r));
}

COREST_DECL net::awaitable<response> client::send(request r) const
{
    complete(r);
    std::string method = r.method;
    std::string url = r.url;
    return detail::client_calls::successful(transmit(std::move(r)), watchers_, std::move(method), std::move(url));
}

COREST_DECL client client::with_observer(any_observer one) const
{
    client other = *this;
    auto all = std::make_shared<detail::watchers>(*watchers_);
    all->observers.push_back(std::move(one));
    other.watchers_ = std::move(all);
    return other;
}

COREST_DECL client client::with_mask(std::function<std::string(std::string)> mask) const
{
    client other = *this;
    auto all = std::make_shared<detail::watchers>(*watchers_);
    all->masks.push_back(std::move(mask));
    other.watchers_ = std::move(all);
    return other;
}

COREST_DECL bool client::allows(std::string_view url) const
{
    if (is_plainly_own(url)) {
        return true;
    }
    try {
        const std::string origin = origin_of(url);
        return origin == origin_of(base_url_)
            || std::any_of(allowed_origins_.begin(), allowed_origins_.end(),
                [&](const std::string& allowed) { return origin == origin_of(allowed); });
    } catch (const error&) {
        return false;
    }
}

COREST_DECL redirect_policy client::redirects() const
{
    std::string own = origin_of(base_url_);
    redirect_policy policy(max_redirects_, detail::origins_of(allowed_origins_));
    policy.allowed_origins.push_back(std::move(own)); // a redirect from an allowed origin may lead back
    return policy;
}

COREST_DECL client http_client(net::any_io_executor executor, std::string base_url, http_options options)
{
    std::string own = origin_of(base_url);
    std::vector<std::string> allowed = detail::origins_of(options.allowed_origins);
    const unsigned max_redirects = options.max_redirects;
    // A redirect from an allowed origin may lead back.
    options.allowed_origins.push_back(std::move(own));
    const bool thread_safe = options.thread_safe;
    const std::size_t at_once = std::max<std::size_t>(options.connections_per_origin, 1);
    if (thread_safe) {
        executor = detail::serial_executor(executor);
    }
    http_transport transport(executor, std::move(options));
    client made(std::move(executor), any_transport(std::move(transport)), std::move(base_url), std::move(allowed),
        max_redirects);
    if (!thread_safe) {
        made.only_thread_ = std::make_shared<detail::client_thread>();
    }
    made.load_ = std::make_shared<detail::client_load>(at_once);
    return made;
}

} // namespace corest

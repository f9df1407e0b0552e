#pragma once

#include <corest/http/http_transport.hpp>

#include <corest/error.hpp>
#include <corest/http/connection_pool.hpp>
#include <corest/http/content_coding.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/redirect.hpp>
#include <corest/http/request_writer.hpp>
#include <corest/version.hpp>

#include COREST_ASIO(dispatch.hpp)

#include <atomic>
#include <optional>
#include <string>
#include <utility>

namespace corest {

namespace detail {

/// What the copies of an `http_transport`, and the requests in flight, share.
class http_core {
public:
    http_core(net::any_io_executor executor, http_options given)
        : options(std::make_shared<const http_options>(std::move(given))),
          proxies(*options),
          redirects(options->max_redirects, origins_of(options->allowed_origins)),
          user_agent(options->user_agent.empty() ? "corest/" + std::string(version) : options->user_agent),
          pool(std::make_shared<connection_pool>(std::move(executor), options))
    {
        if (options->ssl_context || !options->ca_file.empty() || !options->ca_pem.empty()
            || !options->client_cert_file.empty() || !options->pinned_keys.empty())
        {
            tls(); // What cannot be used is best reported now.
        }
    }

    tls_context& tls()
    {
        if (!tls_) {
            tls_.emplace(*options);
        }
        return *tls_;
    }

    const std::shared_ptr<const http_options> options;
    const proxy_choice proxies;
    const redirect_policy redirects;
    const std::string user_agent;
    const std::shared_ptr<connection_pool> pool;
    std::atomic<std::size_t> in_flight = 0;
    std::atomic<std::uint64_t> sent = 0;

private:
    std::optional<tls_context> tls_;
};

namespace http_exchange {

/// Counts a request as long as it lives.
class in_flight {
public:
    explicit in_flight(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
    in_flight(const in_flight&) = delete;
    in_flight& operator=(const in_flight&) = delete;
    ~in_flight() { --count_; }

private:
    std::atomic<std::size_t>& count_;
};

/// Over one connection, once, or twice where the first had been idle and was dead.
inline net::awaitable<response> over_connection(http_core& core, const request& r, time_point total)
{
    const url_parts url = split_url(r.url);
    const std::optional<proxy_server> proxy = core.proxies.for_url(url);
    request_additions more;
    more.user_agent = core.user_agent;
    more.accept_encoding = core.options->accept_gzip ? decodable_codings() : std::string_view();
    more.to_proxy = proxy && !url.tls;
    more.proxy_authorization = more.to_proxy ? proxy->authorization : std::string_view();
    const bool bodiless = r.method == "HEAD";

    // Written before a connection is taken, so that a request that must not be sent costs none.
    std::string text;
    write_request(text, r, url, more);
    if (r.sent_headers && r.sent_headers->empty()) {
        *r.sent_headers = sent_headers(r, url, more);
    }
    tls_context* const tls = url.tls ? &core.tls() : nullptr;

    route peer(url, proxy);
    const observation* const watch = r.observation.get();
    const time_point start = watch != nullptr ? std::chrono::steady_clock::now() : time_point();
    connection_pool::lease lease = co_await core.pool->acquire(std::move(peer), total);
    if (watch != nullptr && lease.waited()) {
        wait_event event;
        event.reason = wait_event::cause::connection;
        event.duration = std::chrono::steady_clock::now() - start;
        watch->tell(event);
    }
    while (true) {
        if (watch != nullptr) {
            connection_event event;
            event.authority = lease->peer().authority;
            event.reused = lease.reused();
            watch->tell(std::move(event));
        }
        if (!lease.reused()) {
            co_await lease.open(tls, total, watch);
        }
        lease->outgoing() = text;
        ++core.sent;
        try {
            response got = co_await lease->exchange(bodiless, total, r.upload.get());
            if (tls != nullptr) {
                lease->keep_session(*tls);
            }
            lease.commit();
            co_return got;
        } catch (error& e) {
            if (!lease.reused() || !lease->lost_unanswered()) {
                throw;
            }
            if (!r.repeatable()) {
                e.set_hint("The server had closed the connection, which was idle before; whether it saw the " + r.method
                    + " is not known. If it may be sent twice, set request.idempotent");
                throw;
            }
        } catch (const system_error&) { // cancelled
            lease.give_up(r.early || r.speculative);
            throw;
        }
        lease.renew();
    }
}

/// The whole way, redirects included.
inline net::awaitable<response> with_redirects(std::shared_ptr<http_core> core, request r)
{
    const in_flight counted(core->in_flight);
    const time_point total = deadline_after(core->options->limits.total);
    redirect_chain hops(std::move(r), core->redirects);
    try {
        response got;
        do {
            got = co_await over_connection(*core, hops.current(), total);
        } while (hops.advance(got));
        const http_options& given = *core->options;
        got.limits = decoded_limits(given.decoded_limit, given.decoded_ratio, given.memory_limit);
        decode_content(got, got.limits);
        got.url = hops.current().url;
        co_return got;
    } catch (error& e) {
        error_context context;
        context.method = hops.current().method;
        context.url = redact_url(hops.current().url);
        e.add(context);
        throw;
    }
}

} // namespace http_exchange

} // namespace detail

COREST_DECL http_transport::http_transport(net::any_io_executor executor, http_options options)
    : core_(std::make_shared<detail::http_core>(std::move(executor), std::move(options)))
{
}

COREST_DECL net::awaitable<response> http_transport::send(request r)
{
    return detail::http_exchange::with_redirects(core_, std::move(r));
}

COREST_DECL http_statistics http_transport::stats() const
{
    http_statistics now;
    now.open = core_->pool->open_count();
    now.idle = core_->pool->idle_count();
    now.in_flight = core_->in_flight;
    now.opened = core_->pool->opened();
    now.sent = core_->sent;
    return now;
}

COREST_DECL void http_transport::close_idle()
{
    if (const net::any_io_executor executor = core_->pool->executor()) {
        net::dispatch(executor, [pool = core_->pool] { pool->close_idle(); });
    }
}

} // namespace corest

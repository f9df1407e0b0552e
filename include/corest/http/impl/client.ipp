#pragma once

#include <corest/http/client.hpp>

#include <corest/error.hpp>
#include <corest/http/http_transport.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace corest {

namespace detail {

namespace client_calls {

/// Awaits a response, and takes no other than a successful one.
inline net::awaitable<response> successful(net::awaitable<response> exchange, std::string method, std::string url)
{
    response got = co_await std::move(exchange);
    if (!got.ok()) {
        error e = status_error(got);
        error_context context;
        context.method = std::move(method);
        context.url = redact_url(url);
        e.add(context);
        throw e;
    }
    co_return got;
}

} // namespace client_calls

} // namespace detail

COREST_DECL net::awaitable<response> client::exchange(request r) const
{
    if (!is_plainly_own(r.url)) {
        r.url = join_url(base_url_, r.url);
    }
    return transport_.send(std::move(r));
}

COREST_DECL net::awaitable<response> client::send(request r) const
{
    std::string method = r.method;
    std::string url = join_url(base_url_, r.url);
    return detail::client_calls::successful(exchange(std::move(r)), std::move(method), std::move(url));
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
    redirect_policy policy(max_redirects_);
    policy.allowed_origins.push_back(origin_of(base_url_)); // a redirect from an allowed origin may lead back
    for (const std::string& origin : allowed_origins_) {
        policy.allowed_origins.push_back(origin_of(origin));
    }
    return policy;
}

COREST_DECL client http_client(net::any_io_executor executor, std::string base_url, http_options options)
{
    std::string own = origin_of(base_url);
    std::vector<std::string> allowed;
    for (const std::string& origin : options.allowed_origins) {
        allowed.push_back(origin_of(origin));
    }
    const unsigned max_redirects = options.max_redirects;
    // A redirect from an allowed origin may lead back.
    options.allowed_origins.push_back(std::move(own));
    http_transport transport(executor, std::move(options));
    return client(std::move(executor), any_transport(std::move(transport)), std::move(base_url), std::move(allowed),
        max_redirects);
}

} // namespace corest

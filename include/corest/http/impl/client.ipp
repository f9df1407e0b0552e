#pragma once

#include <corest/http/client.hpp>

#include <corest/error.hpp>
#include <corest/http/http_transport.hpp>
#include <corest/http/url.hpp>

#include <algorithm>

namespace corest {

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

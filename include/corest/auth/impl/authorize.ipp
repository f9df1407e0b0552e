#pragma once

#include <corest/auth/authorize.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/http/redirect.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace corest {

namespace detail {

/// The transport that `authorize` adds.
class authorize_transport {
public:
    authorize_transport(const client& api, any_authenticator how)
        : next_(api.transport()),
          how_(std::move(how)),
          origin_(origin_of(api.base_url()))
    {
        redirects_.allowed_origins = api.allowed_origins();
        how_.bind(api);
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        const bool follow = r.follow_redirects;
        r.follow_redirects = false;
        for (unsigned hops = 0;; ++hops) {
            response got = co_await send_signed(r);
            std::optional<request> next;
            if (follow) {
                next = next_request(r, got, redirects_, hops);
            }
            if (!next) {
                conceal(got, how_.secrets());
                co_return got;
            }
            r = std::move(*next);
            r.follow_redirects = false;
        }
    }

private:
    net::awaitable<response> send_signed(const request& plain)
    {
        if (origin_of(plain.url) != origin_) {
            request unsigned_request = plain;
            unsigned_request.headers.erase_credentials();
            co_return co_await next_.send(std::move(unsigned_request));
        }
        request signed_request = plain;
        co_await how_.sign(signed_request);
        response got = co_await next_.send(signed_request);
        if (got.status == 401) {
            const bool renewed = co_await how_.renew(signed_request);
            if (renewed) {
                request again = plain;
                co_await how_.sign(again);
                got = co_await next_.send(again);
            }
        }
        got.url = plain.url; // without a key that was put into the query
        co_return got;
    }

    any_transport next_;
    any_authenticator how_;
    std::string origin_;
    redirect_policy redirects_;
};

} // namespace detail

COREST_DECL client authorize::apply(const client& api) const
{
    return api.with_transport(detail::authorize_transport(api, how_));
}

} // namespace corest

#pragma once

#include <corest/auth/authorize.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/auth/detail/credential_trials.hpp>
#include <corest/http/redirect.hpp>
#include <corest/http/url.hpp>

#include <memory>
#include <string>
#include <utility>

namespace corest {

namespace detail {

/// The transport that `authorize` adds.
class authorize_transport {
public:
    authorize_transport(const client& api, any_authenticator credentials, std::shared_ptr<credential_trials> trials,
        unsigned max_renewals)
        : next_(api.transport()),
          credentials_(std::move(credentials)),
          trials_(std::move(trials)),
          origin_(origin_of(api.base_url())),
          redirects_(api.redirects()),
          max_renewals_(max_renewals)
    {
        credentials_.bind(api);
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        redirect_chain hops(std::move(r), redirects_);
        response got;
        do {
            got = co_await send_signed(hops.current());
        } while (hops.advance(got));
        co_return got;
    }

private:
    net::awaitable<response> send_signed(const request& plain)
    {
        if (origin_of(plain.url) != origin_) {
            request unsigned_request = plain;
            unsigned_request.headers.erase_credentials();
            co_return co_await next_.send(std::move(unsigned_request));
        }
        response got;
        for (unsigned renewals = 0;; ++renewals) {
            request signed_request = plain;
            co_await credentials_.sign(signed_request);
            tried_request tried(*trials_);
            got = co_await next_.send(signed_request);
            tried.answered(got.status < 400);
            // Refused twice in a row, new ones would be as well, unless it is that others use them up.
            const bool is_worth_it = renewals == 0 || tried.others_may_be_accepted();
            if (got.status != 401 || renewals == max_renewals_ || !is_worth_it) {
                break;
            }
            trials_->end(tried.trial());
            const bool renewed = co_await credentials_.renew(signed_request);
            if (!renewed) {
                break;
            }
        }
        got.url = plain.url; // without a key that was put into the query
        co_return got;
    }

    any_transport next_;
    any_authenticator credentials_;
    std::shared_ptr<credential_trials> trials_;
    std::string origin_;
    redirect_policy redirects_;
    unsigned max_renewals_;
};

} // namespace detail

COREST_DECL authorize::authorize(any_authenticator credentials)
    : credentials_(std::move(credentials)),
      trials_(std::make_shared<detail::credential_trials>())
{
}

COREST_DECL client authorize::apply(const client& api) const
{
    return api.with_transport(detail::authorize_transport(api, credentials_, trials_, max_renewals_))
        | conceal([credentials = credentials_] { return credentials.secrets(); });
}

} // namespace corest

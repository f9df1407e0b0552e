#pragma once

/// \file
/// Where a 3xx leads (RFC 9110, section 15.4): a function of what was sent and what came back.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// How far redirects are followed.
class redirect_policy {
public:
    redirect_policy() = default;
    /// \param max how many in a row
    /// \param allowed further origins
    explicit redirect_policy(unsigned max, std::vector<std::string> allowed = {})
        : max_redirects(max),
          allowed_origins(std::move(allowed))
    {
    }

    /// How many in a row. Zero: every redirect is refused.
    unsigned max_redirects = 10;
    /// Origins (`origin_of`) that a redirect may lead to besides the one that was asked.
    std::vector<std::string> allowed_origins;
};

/// The request that a response asks for: nothing unless its status is 301, 302, 303, 307 or 308 and it has a Location.
///
/// 303, and a POST after 301 or 302, become a GET without body; everything else is sent again as it was. On another
/// origin the credentials are left behind (`headers::erase_credentials`); sign the request anew if you have some for
/// it.
/// \param sent the request that was answered
/// \param got its response
/// \param policy what is allowed
/// \param followed how many redirects led to `sent`
/// \throws error (redirect_refused) for one more than `max_redirects`, another origin that is not listed, https to
///         http, or Location headers that differ
[[nodiscard]] COREST_DECL std::optional<request> next_request(
    const request& sent, const response& got, const redirect_policy& policy, unsigned followed = 0);

/// A request and the redirects that follow it: which one is to be sent, hop by hop. No I/O:
///
///     redirect_chain hops(std::move(r), policy);
///     do {
///         got = co_await send(hops.current());
///     } while (hops.advance(got));
class redirect_chain {
public:
    /// \param first what is asked for; no redirect is followed where it says so (`follow_redirects`)
    /// \param policy must live as long as the chain
    redirect_chain(request first, const redirect_policy& policy)
        : current_(std::move(first)),
          policy_(policy),
          follows_(current_.follow_redirects)
    {
        current_.follow_redirects = false; // they are followed here, not by the transport below
    }

    /// What is to be sent.
    [[nodiscard]] const request& current() const noexcept { return current_; }
    /// Goes on to the request that a response asks for. \return false where the response is the one to hand out
    /// \throws error (redirect_refused) as `next_request` does
    [[nodiscard]] COREST_DECL bool advance(const response& got);

private:
    request current_;
    const redirect_policy& policy_;
    bool follows_;
    unsigned followed_ = 0;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/redirect.ipp>
#endif

#pragma once

/// \file
/// The layer that sends cookies back.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>

#include <memory>
#include <string>
#include <vector>

namespace corest {

namespace detail {

class shared_cookies;

} // namespace detail

/// A layer for `client | cookies()`: what the API sets with Set-Cookie goes back to it, as `cookie_jar` says.
///
///     const corest::client api = corest::http_client(executor, url) | corest::cookies() | corest::authorize(login);
///
/// It stands below `authorize`, which signs each redirect's hop: so cookies of redirects, of logins and of token
/// endpoints are kept as well. A cookie that is in the request already, as an `api_key`'s, stays as it is. Values of
/// cookies are secrets, and are kept out of messages (`conceal`).
///
/// Copies share the cookies, and so do the clients that one is applied to, on whatever threads they run. Nothing is
/// kept longer than that.
class cookies {
public:
    COREST_DECL cookies();

    /// What cookies' ends are compared with, in place of the machine's clock.
    COREST_DECL cookies& clock(std::shared_ptr<clock_source> c);

    /// The client with this layer.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;
    /// What must show in no message: the values of the cookies.
    [[nodiscard]] COREST_DECL std::vector<std::string> secrets() const;

private:
    std::shared_ptr<detail::shared_cookies> shared_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/cookies.ipp>
#endif

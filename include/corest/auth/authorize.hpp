#pragma once

/// \file
/// The layer that signs requests.

#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>

#include <utility>

namespace corest {

/// A layer for `client | authorize(...)`.
class authorize {
public:
    /// \param how shared by all requests of the clients it is applied to
    explicit authorize(any_authenticator how) : how_(std::move(how)) {}

    /// Signs every request to the API's own origin (scheme, host and port of its base URL), and none to another.
    /// Redirects are followed here, so that each hop within the origin is signed and none outside is.
    /// A 401 is answered by renewing the credentials once, where the authenticator can.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

private:
    any_authenticator how_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/authorize.ipp>
#endif

#pragma once

/// \file
/// The layer that signs requests.

#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>

#include <concepts>
#include <memory>
#include <type_traits>

namespace corest {

namespace detail {
class credential_trials;
} // namespace detail

/// A layer for `client | authorize(...)`.
class authorize {
public:
    /// \param credentials shared by all requests of the clients it is applied to
    COREST_DECL explicit authorize(any_authenticator credentials);
    /// Does not compile, and says what is missing.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, authorize>) && (!std::convertible_to<T, any_authenticator>)
    explicit authorize(T&&) : authorize(detail::unmade<any_authenticator>())
    {
        detail::explain_authenticator<std::remove_cvref_t<T>>();
    }

    /// Signs every request to the API's own origin (scheme, host and port of its base URL), and none to another.
    /// Redirects are followed here, so that each hop within the origin is signed and none outside is.
    /// A 401 is answered by renewing the credentials, where the authenticator can, and sending the request once more.
    /// Where that is refused, too, the 401 is handed back: new credentials are of no use. But where others that share
    /// them have been served with the new ones, or still may be, they are renewed again. The authenticator's secrets
    /// are kept out of messages (`conceal`).
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

    /// How often the credentials are renewed for one request at most; 3 by default: while many use a token up, it may
    /// die again before its turn.
    authorize& max_renewals(unsigned n)
    {
        max_renewals_ = n;
        return *this;
    }

private:
    any_authenticator credentials_;
    std::shared_ptr<detail::credential_trials> trials_; ///< of all clients that it is applied to
    unsigned max_renewals_ = 3;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/authorize.ipp>
#endif

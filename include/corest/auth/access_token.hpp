#pragma once

/// \file
/// What a server gives out for credentials, and how long it is good for.

#include <corest/auth/secret.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace corest {

/// An access token and when it stops being used.
class access_token {
public:
    access_token() = default;
    /// \param token the access token
    /// \param expires_in its lifetime; 0 or less: good for one request
    /// \param rotated a new refresh token, or empty
    access_token(secret token, std::chrono::seconds expires_in, secret rotated)
        : value(std::move(token)),
          lifetime(expires_in),
          refresh_token(std::move(rotated))
    {
    }

    secret value;                     ///< the access token
    std::chrono::seconds lifetime{0}; ///< from the moment it was given out
    secret refresh_token;             ///< a new one, where the server rotates them; else empty

    /// How long it is used: 60 s or a tenth of its lifetime less, whichever is less, so that it is renewed before a
    /// server with another clock refuses it. Zero for a token that is good for one request.
    [[nodiscard]] std::chrono::seconds useful_life() const
    {
        const auto slack = std::min(std::chrono::seconds(60), lifetime / 10);
        return std::max(lifetime - slack, std::chrono::seconds(0));
    }
};

} // namespace corest

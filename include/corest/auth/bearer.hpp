#pragma once

/// \file
/// Bearer tokens (RFC 6750, section 2.1).

#include <corest/auth/secret.hpp>
#include <corest/error.hpp>
#include <corest/http/request.hpp>

#include <string>
#include <utility>
#include <vector>

namespace corest {

/// Signs with `Authorization: Bearer <token>`.
class bearer {
public:
    /// \param token as it goes into the header, without "Bearer"
    /// \throws error (invalid_argument) where it is empty, as that of a variable which is not set
    explicit bearer(secret token) : token_(std::move(token))
    {
        if (token_.empty()) {
            throw error(errc::invalid_argument, "the bearer token is empty",
                "Look where it comes from: a variable may not be set");
        }
    }

    /// Sets the Authorization header.
    /// \throws error (invalid_argument) where the token holds a line break
    void sign(request& r) const { r.headers.set("Authorization", "Bearer " + token_.reveal(), true); }
    /// What must show in no message: the token.
    [[nodiscard]] std::vector<std::string> secrets() const { return {token_.reveal()}; }

private:
    secret token_;
};

} // namespace corest

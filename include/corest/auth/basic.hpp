#pragma once

/// \file
/// User name and password (RFC 7617).

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>
#include <corest/http/request.hpp>

#include <string>
#include <vector>

namespace corest {

/// The value of an Authorization header for a user and password: `Basic <base64 of user:password>`, in UTF-8.
/// \throws error (invalid_argument) where the user name holds a colon or either a control character (RFC 7617, section
/// 2)
[[nodiscard]] COREST_DECL std::string basic_credentials(const std::string& user, const std::string& password);

/// Signs with `Authorization: Basic ...`. Both parts are secrets: many APIs put a token into the user name.
class basic {
public:
    /// \throws error (invalid_argument) where the user name holds a colon
    basic(secret user, secret password)
        : user_(user),
          password_(password),
          value_(basic_credentials(user.reveal(), password.reveal()))
    {
    }

    /// Sets the Authorization header.
    void sign(request& r) const { r.headers.set("Authorization", value_.reveal(), true); }
    /// What must show in no message: both parts, and the header's value made of them.
    [[nodiscard]] std::vector<std::string> secrets() const
    {
        return {user_.reveal(), password_.reveal(), value_.reveal()};
    }

private:
    secret user_;
    secret password_;
    secret value_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/basic.ipp>
#endif

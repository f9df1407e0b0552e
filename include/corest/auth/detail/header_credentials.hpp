#pragma once

/// \file
/// The credentials in the value of a header that was written as a whole: `Authorization: Bearer abc`. Not for users.

#include <corest/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// What must show in no message of such a value, besides the whole of it. A server may give back the credential alone.
///
/// Of `Authorization` and whatever else begins with a scheme (RFC 9110, 11.4) the token behind the scheme; of `Basic`
/// also user and password (RFC 7617); of parameters those whose names say that they are credentials (`Token
/// token="abc"`); of `Cookie` the value of each cookie.
[[nodiscard]] COREST_DECL std::vector<std::string> header_credentials(std::string_view name, std::string_view value);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/header_credentials.ipp>
#endif

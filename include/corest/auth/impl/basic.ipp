#pragma once

#include <corest/auth/basic.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/base64.hpp>

#include <algorithm>
#include <string_view>

namespace corest {

COREST_DECL std::string basic_credentials(const std::string& user, const std::string& password)
{
    if (user.find(':') != std::string::npos) {
        throw error(errc::invalid_argument, "the user name for basic authentication holds a colon",
            "A colon separates user name and password (RFC 7617); check that the two are not given as one text");
    }
    if (std::any_of(user.begin(), user.end(), detail::is_control)
        || std::any_of(password.begin(), password.end(), detail::is_control))
    {
        throw error(errc::invalid_argument, "the user name or password holds a control character",
            "Check where the secret comes from: a secret file often ends with a line break");
    }
    return "Basic " + detail::base64_of(user + ":" + password);
}

} // namespace corest

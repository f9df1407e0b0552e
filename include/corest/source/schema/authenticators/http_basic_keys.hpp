#pragma once

/// \file
/// `{"type": "http_basic"}` of a dictionary. Not for users.

#include <corest/auth/basic.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `http_basic`.
class http_basic_keys {
public:
    static constexpr std::array<std::string_view, 2> names = {"http_basic", "basic"};
    static constexpr std::string_view doc = "User name and password (RFC 7617)";

    source_text username;
    source_text password;

    static constexpr auto fields()
    {
        using key = keys_of<http_basic_keys>;
        return key::table(
            key::entry<rules::text_or_secret, &http_basic_keys::username>("username", "The user").needed(),
            key::entry<rules::any_text_or_secret, &http_basic_keys::password>("password", "May be empty").needed());
    }

    [[nodiscard]] any_authenticator make() const { return basic(username.value(), password.value()); }
};

} // namespace corest::source::detail

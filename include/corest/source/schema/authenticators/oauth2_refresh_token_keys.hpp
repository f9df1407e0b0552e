#pragma once

/// \file
/// `{"type": "oauth2_refresh_token"}` of a dictionary. Not for users.

#include <corest/source/schema/authenticators/oauth2_keys.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `oauth2_refresh_token`.
class oauth2_refresh_token_keys : public oauth2_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"oauth2_refresh_token"};
    static constexpr std::string_view doc = "A token got for a refresh token (RFC 6749, section 6)";

    source_text refresh_token;

    static constexpr auto fields()
    {
        using self = oauth2_refresh_token_keys;
        using key = keys_of<self>;
        return concat(
            concat(url_field<self>(),
                key::table(
                    key::entry<rules::text_or_secret, &self::refresh_token>("refresh_token", "To begin with").needed(),
                    key::entry<rules::text_or_secret, &self::client_id>(
                        "client_id", "The client, where the server asks"),
                    key::entry<rules::text_or_secret, &self::client_secret>("client_secret", "The client's secret"))),
            other_fields<self>());
    }

    [[nodiscard]] any_authenticator make() const
    {
        return oauth2_refresh_token(token_url.value().reveal(), refresh_token.value(), client_id.value().reveal(),
            client_secret.value(), options());
    }
};

} // namespace corest::source::detail

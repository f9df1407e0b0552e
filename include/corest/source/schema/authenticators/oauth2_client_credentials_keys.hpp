#pragma once

/// \file
/// `{"type": "oauth2_client_credentials"}` of a dictionary. Not for users.

#include <corest/source/schema/authenticators/oauth2_keys.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `oauth2_client_credentials`.
class oauth2_client_credentials_keys : public oauth2_keys {
public:
    static constexpr std::array<std::string_view, 2> names = {"oauth2_client_credentials", "oauth2"};
    static constexpr std::string_view doc = "A token got for a client id and secret (RFC 6749, section 4.4)";

    static constexpr auto fields()
    {
        using self = oauth2_client_credentials_keys;
        using key = keys_of<self>;
        return concat(
            concat(url_field<self>(),
                key::table(key::entry<rules::text_or_secret, &self::client_id>("client_id", "The client").needed(),
                    key::entry<rules::text_or_secret, &self::client_secret>("client_secret", "The client's secret")
                        .needed())),
            other_fields<self>());
    }

    [[nodiscard]] any_authenticator make() const
    {
        return oauth2_client_credentials(
            token_url.value().reveal(), client_id.value().reveal(), client_secret.value(), options());
    }
};

} // namespace corest::source::detail

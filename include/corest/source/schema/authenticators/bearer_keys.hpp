#pragma once

/// \file
/// `{"type": "bearer"}` of a dictionary. Not for users.

#include <corest/auth/bearer.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `bearer`.
class bearer_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"bearer"};
    static constexpr std::string_view doc = "A token in the Authorization header (RFC 6750)";

    source_text token;

    static constexpr auto fields()
    {
        using key = keys_of<bearer_keys>;
        return key::table(
            key::entry<rules::text_or_secret, &bearer_keys::token>("token", "Without \"Bearer\"").needed());
    }

    [[nodiscard]] any_authenticator make() const { return bearer(token.value()); }
};

} // namespace corest::source::detail

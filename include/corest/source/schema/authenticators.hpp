#pragma once

/// \file
/// The kinds of authentication that a dictionary knows: one table of names.

#include <corest/auth/api_key.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/source/schema/source_text.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

/// `auth` of a dictionary, checked. Which fields are in use depends on `what`.
class auth_config {
public:
    /// The kinds of authentication.
    enum class kind { none, bearer, basic, api_key, oauth2_client_credentials, oauth2_refresh_token };

    kind what = kind::none; ///< which members are in use

    source_text token;    ///< bearer
    source_text username; ///< basic
    source_text password; ///< basic

    std::string name = "Authorization"; ///< api_key: of the header, query parameter or cookie
    source_text key;                    ///< api_key
    corest::api_key::location location = corest::api_key::location::header; ///< api_key

    source_text token_url;                                  ///< oauth2
    source_text client_id;                                  ///< oauth2
    source_text client_secret;                              ///< oauth2
    source_text refresh_token;                              ///< oauth2_refresh_token
    std::string scope;                                      ///< oauth2: names separated by spaces
    std::vector<std::pair<std::string, source_text>> extra; ///< oauth2: further parameters of the token request
    bool secret_in_header = false;               ///< oauth2: id and secret in a Basic header, not in the body
    std::chrono::seconds default_lifetime{3600}; ///< oauth2: of a token whose answer does not say

    /// dlt's name of the kind: "bearer", "http_basic", ...
    [[nodiscard]] COREST_DECL std::string_view name_of_kind() const noexcept;
    /// Calls `f(source_text&)` for everything that may be a secret.
    template <class F>
    void for_each_text(F&& f)
    {
        for (source_text* text :
            {&token, &username, &password, &key, &token_url, &client_id, &client_secret, &refresh_token})
        {
            f(*text);
        }
        for (auto& [parameter, text] : extra) {
            f(text);
        }
    }
};

/// The authenticator that a checked `auth` describes; empty for `none`. Secrets must be looked up (`resolve_secrets`).
/// Share one between all who use the same `auth`: it keeps their common token.
[[nodiscard]] COREST_DECL any_authenticator make_authenticator(const auth_config& config);

namespace detail {

class dictionary;
class located;
class problem_list;

/// One kind of authentication: its names in a dictionary, its keys, and how it is read and made.
class auth_kind {
public:
    auth_config::kind what;
    std::span<const std::string_view> names; ///< dlt's first
    std::span<const std::string_view> keys;  ///< besides `type`
    void (*read)(const dictionary& from, auth_config& into);
    any_authenticator (*make)(const auth_config& config);
};

/// The table. A new kind is one more line in it.
[[nodiscard]] COREST_DECL std::span<const auth_kind> auth_kinds() noexcept;

/// Reads an `auth`: an object, or just the name of a kind. Without a type it is a bearer token, as in dlt.
[[nodiscard]] COREST_DECL auth_config read_auth(problem_list& problems, const located& at);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/authenticators.ipp>
#endif

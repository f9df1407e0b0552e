#pragma once

/// \file
/// The kinds of `auth` that a dictionary knows: for each a class that has its names, its keys and the authenticator
/// that it makes of them, and a place in the list at the end. Not for users.

#include <corest/auth/api_key.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/auth/basic.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/auth/oauth2_jwt.hpp>
#include <corest/auth/session_login.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/login_keys.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// For the plan: where a name's value goes.
[[nodiscard]] inline std::string place_text(api_key::location place)
{
    using enum api_key::location;
    return place == header ? " in the header " : place == query ? " in the query as " : " in the cookie ";
}

/// The keys of `api_key`.
class api_key_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"api_key"};
    static constexpr std::string_view doc = "A key in a header, the query or a cookie";

    /// One of the places, or dlt's other word for the query.
    class location_rule {
    public:
        using location = corest::api_key::location;
        static constexpr std::array<std::string_view, 4> places = {"header", "query", "cookie", "param"};

        static std::optional<location> read(const dictionary& input, std::string_view key)
        {
            constexpr std::array<location, 4> meant = {
                location::header, location::query, location::cookie, location::query};
            const auto place = input.text(key);
            for (std::size_t i = 0; place && i < places.size(); ++i) {
                if (places[i] == *place) {
                    return meant[i];
                }
            }
            if (place) {
                const std::span<const std::string_view> suggested(places.begin(), 3);
                input.problem(*input.get(key),
                    "unknown place for a key" + corest::detail::suggestion(*place, suggested, "place"));
            }
            return std::nullopt;
        }
        static boost::json::object schema() { return one_of_texts(places); }
        static std::optional<boost::json::value> show(location value)
        {
            const std::string_view place = places[static_cast<std::size_t>(value)];
            return boost::json::value(boost::json::string_view(place.data(), place.size()));
        }
    };

    source_text api_key;
    std::string name = "Authorization";
    corest::api_key::location location = corest::api_key::location::header;

    static constexpr auto fields()
    {
        using key = keys_of<api_key_keys>;
        using self = api_key_keys;
        return key::table(key::entry<rules::text_or_secret, &self::api_key>("api_key", "The key").needed(),
            key::entry<rules::text, &self::name>("name", "Of the header, query parameter or cookie"),
            key::entry<location_rule, &self::location>("location", "Where the key goes"));
    }

    [[nodiscard]] any_authenticator make() const { return corest::api_key(name, api_key.value(), location); }

    [[nodiscard]] std::string remark() const { return place_text(location) + name; }
};

/// What is asked of a token endpoint, and how.
class oauth2_keys {
public:
    /// An absolute URL, or a secret.
    class url_rule {
    public:
        static std::optional<source_text> read(const dictionary& input, std::string_view key)
        {
            auto url = rules::text_or_secret::read(input, key);
            if (url && url->given() && !url->is_secret()) {
                try {
                    (void)origin_of(url->value().reveal());
                } catch (const error&) {
                    input.problem(*input.get(key), "expected an absolute http or https URL");
                }
            }
            return url;
        }
        static boost::json::object schema(schema_writer& writer) { return rules::text_or_secret::schema(writer); }
    };

    /// A scope, or a list of scopes: one text with spaces between them (RFC 6749, section 3.3).
    class scope_rule {
    public:
        static std::optional<std::string> read(const dictionary& input, std::string_view key)
        {
            std::string out;
            for (const std::string& name : input.texts(key).value_or(std::vector<std::string>())) {
                out += (out.empty() ? "" : " ") + name;
            }
            return out;
        }
        static boost::json::object schema() { return rules::texts::schema(); }
    };

    source_text token_url;
    source_text client_id;
    source_text client_secret;
    std::string scope;
    named_secrets extra;
    std::chrono::seconds default_lifetime{3600};
    bool secret_in_header = false;

    /// \name Tables for a class of keys that is derived from this one
    /// @{
    template <class Keys>
    static constexpr auto url_field()
    {
        using key = keys_of<Keys>;
        return key::table(key::template entry<url_rule, &Keys::token_url>(key_name::token_url, "The token endpoint")
                .also("access_token_url")
                .needed());
    }
    template <class Keys>
    static constexpr auto other_fields()
    {
        using key = keys_of<Keys>;
        constexpr std::int64_t year = 31'536'000;
        return key::table(
            key::template entry<scope_rule, &Keys::scope>("scope", "What the token is asked for").also("scopes"),
            key::template entry<rules::texts_by_name, &Keys::extra>(
                "access_token_request_data", "Further parameters of the token request"),
            key::template entry<rules::integer<1, year>, &Keys::default_lifetime>(
                "default_token_expiration", "Seconds that a token is good for where the answer does not say"),
            key::template entry<rules::boolean, &Keys::secret_in_header>("secret_in_basic_header",
                "Id and secret go into a Basic header, not into the body (RFC 6749, section 2.3.1)"));
    }
    /// @}

    /// How a token is asked for.
    [[nodiscard]] oauth2_options options() const
    {
        oauth2_options out;
        if (!scope.empty()) {
            out.scope(scope);
        }
        for (const auto& [name, text] : extra) {
            out.extra(name, text.value().reveal());
        }
        return out.secret_in_header(secret_in_header).default_lifetime(default_lifetime);
    }
};

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

/// The keys of `oauth2_refresh_token`.
class oauth2_refresh_token_keys : public oauth2_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"oauth2_refresh_token"};
    static constexpr std::string_view doc = "A token got for a refresh token (RFC 6749, section 6)";

    source_text refresh_token;
    std::string file;

    static constexpr auto fields()
    {
        using self = oauth2_refresh_token_keys;
        using key = keys_of<self>;
        return concat(
            concat(url_field<self>(),
                key::table(key::entry<rules::text_or_secret, &self::refresh_token>(
                               "refresh_token", "To begin with; may be missing where the file has one"),
                    key::entry<rules::text, &self::file>("refresh_token_file",
                        "Keeps a refresh token that the server has replaced, for the next run; comes before "
                        "refresh_token"),
                    key::entry<rules::text_or_secret, &self::client_id>(
                        "client_id", "The client, where the server asks"),
                    key::entry<rules::text_or_secret, &self::client_secret>("client_secret", "The client's secret"))),
            other_fields<self>());
    }

    void check(const dictionary& input) const
    {
        if (!refresh_token.given() && file.empty() && !input.get("refresh_token")) {
            input.missing("refresh_token", "or name a file that keeps one: refresh_token_file");
        }
    }

    [[nodiscard]] any_authenticator make() const
    {
        return oauth2_refresh_token(token_url.value().reveal(), refresh_token.value(), client_id.value().reveal(),
            client_secret.value(), options().refresh_token_file(file));
    }

    [[nodiscard]] std::string remark() const { return file.empty() ? "" : " kept in " + file; }
};

/// The keys of `oauth2_jwt`: the names of dlt's `OAuthJWTAuth`.
class oauth2_jwt_keys : public oauth2_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"oauth2_jwt"};
    static constexpr std::string_view doc = "A token got for an assertion that a private key signs (RFC 7523)";

    /// The name of an algorithm.
    class algorithm_rule {
    public:
        static constexpr std::array<std::string_view, 2> algorithms = {"RS256", "ES256"};

        static std::optional<jwt_algorithm> read(const dictionary& input, std::string_view key)
        {
            const auto name = input.text(key);
            if (!name) {
                return std::nullopt;
            }
            if (*name == algorithms[0] || *name == algorithms[1]) {
                return *name == algorithms[0] ? jwt_algorithm::rs256 : jwt_algorithm::es256;
            }
            input.problem(*input.get(key),
                "unknown algorithm" + corest::detail::suggestion(*name, std::span(algorithms), "algorithm"));
            return std::nullopt;
        }
        static boost::json::object schema() { return one_of_texts(algorithms); }
        static std::optional<boost::json::value> show(jwt_algorithm value)
        {
            const std::string_view name = algorithms[value == jwt_algorithm::rs256 ? 0 : 1];
            return boost::json::value(boost::json::string_view(name.data(), name.size()));
        }
    };

    source_text private_key;
    source_text passphrase;
    jwt_algorithm algorithm = jwt_algorithm::rs256;

    static constexpr auto fields()
    {
        using self = oauth2_jwt_keys;
        using key = keys_of<self>;
        constexpr std::int64_t year = 31'536'000;
        return key::table(key::entry<url_rule, &self::token_url>("auth_endpoint", "The token endpoint")
                              .also(key_name::token_url)
                              .needed(),
            key::entry<rules::text_or_secret, &self::client_id>("client_id", "Issuer and subject of the assertion")
                .needed(),
            key::entry<rules::text_or_secret, &self::private_key>("private_key", "PEM; line breaks may be written \\n")
                .needed(),
            key::entry<rules::text_or_secret, &self::passphrase>("private_key_passphrase", "Of an encrypted key"),
            key::entry<scope_rule, &self::scope>("scopes", "What the token is asked for").also("scope"),
            key::entry<algorithm_rule, &self::algorithm>("algorithm", "How the assertion is signed"),
            key::entry<rules::integer<1, year>, &self::default_lifetime>(
                "default_token_expiration", "Seconds that a token is good for where the answer does not say"));
    }

    [[nodiscard]] any_authenticator make() const
    {
        return oauth2_jwt(token_url.value().reveal(), client_id.value().reveal(), private_key.value(), options(),
            algorithm, passphrase.value());
    }
};

/// The keys of `session_login`.
class session_login_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"session_login"};
    static constexpr std::string_view doc = "The session that a login opens: a token of its answer, or its cookies";

    /// A text with `{token}` in it.
    class pattern_rule {
    public:
        static std::optional<std::string> read(const dictionary& input, std::string_view key)
        {
            auto text = input.text(key);
            if (text && text->find("{token}") == std::string::npos) {
                input.problem(*input.get(key), "expected a text with {token} in it, such as \"Bearer {token}\"");
            }
            return text;
        }
        static boost::json::object schema() { return rules::text::schema(); }
    };

    login_keys login;
    std::optional<json_path> token_path;
    std::string name = "Authorization";
    corest::api_key::location location = corest::api_key::location::header;
    std::string pattern = "{token}";
    std::optional<std::chrono::seconds> lifetime;

    static constexpr auto fields()
    {
        using key = keys_of<session_login_keys>;
        using self = session_login_keys;
        constexpr std::int64_t year = 31'536'000;
        return key::table(
            key::entry<rules::object<login_keys>, &self::login>("login", login_keys::doc)
                .needed("write the request that logs in, as in \"login\": {\"path\": \"login\", \"json\": {...}}"),
            key::entry<rules::path, &self::token_path>("token_path",
                "Where the token stands in the answer; without it the session is the cookies that it sets"),
            key::entry<rules::text, &self::name>("name", "Of the header, query parameter or cookie"),
            key::entry<api_key_keys::location_rule, &self::location>("location", "Where the token goes"),
            key::entry<pattern_rule, &self::pattern>("template", "What goes there: \"Bearer {token}\""),
            key::entry<rules::integer<1, year>, &self::lifetime>(
                "expires_in", "Seconds that a session lasts; without it until a request is refused"));
    }

    void check(const dictionary& input) const
    {
        for (const std::string_view key : {"name", "location", "template"}) {
            const auto place = input.get(key);
            if (place && !input.get("token_path")) {
                input.problem(*place, "is for a token: write where it stands in the login's answer, with token_path");
            }
        }
    }

    [[nodiscard]] any_authenticator make() const
    {
        session_login out(login.make(), login.secrets());
        if (token_path) {
            out.token_path(*token_path).name(name).location(location).text(pattern);
        }
        if (lifetime) {
            out.lifetime(*lifetime);
        }
        return out;
    }

    [[nodiscard]] std::string remark() const
    {
        return " by " + login.method + " " + redact_url(login.path)
            + (token_path ? place_text(location) + name : ", cookies");
    }
};

/// The keys of `none`, which signs nothing: there are none.
class none_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"none"};
    static constexpr std::string_view doc = "Signs nothing, also where the client signs";

    static constexpr auto fields() { return keys_of<none_keys>::table(); }
};

/// All of them, in the order in which messages and the JSON Schema name them.
using authenticator_key_list = kind_list<bearer_keys, http_basic_keys, api_key_keys, oauth2_client_credentials_keys,
    oauth2_refresh_token_keys, oauth2_jwt_keys, session_login_keys, none_keys>;

} // namespace corest::source::detail

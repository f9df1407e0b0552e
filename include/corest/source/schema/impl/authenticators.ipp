#pragma once

#include <corest/source/schema/authenticators.hpp>

#include <corest/auth/basic.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace corest::source {

namespace detail {

/// Reads a text or secret that must be there.
COREST_DECL source_text needed_text(const dictionary& from, std::string_view key, bool may_be_empty = false)
{
    if (!from.get(key)) {
        from.missing(key);
    }
    return from.text_or_secret(key, may_be_empty);
}

/// The first of two spellings of a key that is there.
COREST_DECL std::string_view either_key(const dictionary& from, std::string_view key, std::string_view other)
{
    const bool other_given = from.get(other).has_value();
    if (other_given && from.get(key)) {
        from.problem(*from.get(other), "says the same as " + std::string(key) + "; remove one of them");
    }
    return other_given ? other : key;
}

COREST_DECL void read_bearer(const dictionary& from, auth_config& into)
{
    into.token = needed_text(from, "token");
}

COREST_DECL void read_basic(const dictionary& from, auth_config& into)
{
    into.username = needed_text(from, "username");
    into.password = needed_text(from, "password", true);
}

COREST_DECL void read_api_key(const dictionary& from, auth_config& into)
{
    into.key = needed_text(from, "api_key");
    into.name = from.text("name").value_or(into.name);
    constexpr std::array<std::string_view, 3> places = {"header", "query", "cookie"};
    const auto place = from.text("location");
    if (!place || *place == "header") {
        into.location = api_key::location::header;
    } else if (*place == "query" || *place == "param") {
        into.location = api_key::location::query;
    } else if (*place == "cookie") {
        into.location = api_key::location::cookie;
    } else {
        from.problem(*from.get("location"), "unknown place for a key" + suggestion(*place, places, "place"));
    }
}

COREST_DECL void read_oauth2(const dictionary& from, auth_config& into)
{
    const auto url_key = either_key(from, "token_url", "access_token_url");
    into.token_url = needed_text(from, url_key);
    if (into.token_url.given() && !into.token_url.is_secret()) {
        try {
            (void)origin_of(into.token_url.value().reveal());
        } catch (const error&) {
            from.problem(*from.get(url_key), "expected an absolute http or https URL");
        }
    }
    const auto scope_key = either_key(from, "scope", "scopes");
    for (const std::string& name : from.texts(scope_key).value_or(std::vector<std::string>())) {
        into.scope += (into.scope.empty() ? "" : " ") + name;
    }
    into.secret_in_header = from.boolean("secret_in_basic_header").value_or(false);
    constexpr std::int64_t year = 31'536'000;
    into.default_lifetime = std::chrono::seconds(from.integer("default_token_expiration", 1, year).value_or(3600));
    if (const auto extra = from.get("access_token_request_data")) {
        if (const auto* object = extra->value->if_object()) {
            for (const auto& member : *object) {
                const std::string key(member.key());
                const located at(&member.value(), join_key(extra->path, key), extra->owner);
                into.extra.emplace_back(key, read_text(from.problems(), at, true));
            }
        } else {
            from.problem(*extra, "expected an object, found " + type_name(*extra->value));
        }
    }
}

COREST_DECL void read_client_credentials(const dictionary& from, auth_config& into)
{
    into.client_id = needed_text(from, "client_id");
    into.client_secret = needed_text(from, "client_secret");
    read_oauth2(from, into);
}

COREST_DECL void read_refresh_token(const dictionary& from, auth_config& into)
{
    into.refresh_token = needed_text(from, "refresh_token");
    into.client_id = from.text_or_secret("client_id");
    into.client_secret = from.text_or_secret("client_secret");
    read_oauth2(from, into);
}

COREST_DECL oauth2_options oauth2_options_of(const auth_config& config)
{
    oauth2_options options;
    if (!config.scope.empty()) {
        options.scope(config.scope);
    }
    for (const auto& [name, text] : config.extra) {
        options.extra(name, text.value().reveal());
    }
    options.secret_in_header(config.secret_in_header);
    options.default_lifetime(config.default_lifetime);
    return options;
}

COREST_DECL std::span<const auth_kind> auth_kinds() noexcept
{
    using names = std::string_view;
    static constexpr std::array<names, 1> bearer_names = {"bearer"};
    static constexpr std::array<names, 1> bearer_keys = {"token"};
    static constexpr std::array<names, 2> basic_names = {"http_basic", "basic"};
    static constexpr std::array<names, 2> basic_keys = {"username", "password"};
    static constexpr std::array<names, 1> api_key_names = {"api_key"};
    static constexpr std::array<names, 3> api_key_keys = {"api_key", "name", "location"};
    static constexpr std::array<names, 2> client_credentials_names = {"oauth2_client_credentials", "oauth2"};
    static constexpr std::array<names, 9> client_credentials_keys = {"token_url", "access_token_url", "client_id",
        "client_secret", "scope", "scopes", "access_token_request_data", "default_token_expiration",
        "secret_in_basic_header"};
    static constexpr std::array<names, 1> refresh_token_names = {"oauth2_refresh_token"};
    static constexpr std::array<names, 10> refresh_token_keys = {"token_url", "access_token_url", "refresh_token",
        "client_id", "client_secret", "scope", "scopes", "access_token_request_data", "default_token_expiration",
        "secret_in_basic_header"};
    static constexpr std::array<names, 1> none_names = {"none"};

    using kind = auth_config::kind;
    static const std::array<auth_kind, 6> table = {{
        {kind::bearer, bearer_names, bearer_keys, read_bearer,
            [](const auth_config& c) { return any_authenticator(bearer(c.token.value())); }},
        {kind::basic, basic_names, basic_keys, read_basic,
            [](const auth_config& c) { return any_authenticator(basic(c.username.value(), c.password.value())); }},
        {kind::api_key, api_key_names, api_key_keys, read_api_key,
            [](const auth_config& c) { return any_authenticator(api_key(c.name, c.key.value(), c.location)); }},
        {kind::oauth2_client_credentials, client_credentials_names, client_credentials_keys, read_client_credentials,
            [](const auth_config& c) {
                return any_authenticator(oauth2_client_credentials(c.token_url.value().reveal(),
                    c.client_id.value().reveal(), c.client_secret.value(), oauth2_options_of(c)));
            }},
        {kind::oauth2_refresh_token, refresh_token_names, refresh_token_keys, read_refresh_token,
            [](const auth_config& c) {
                return any_authenticator(oauth2_refresh_token(c.token_url.value().reveal(), c.refresh_token.value(),
                    c.client_id.value().reveal(), c.client_secret.value(), oauth2_options_of(c)));
            }},
        {kind::none, none_names, {}, [](const dictionary&, auth_config&) {},
            [](const auth_config&) { return any_authenticator(); }},
    }};
    return table;
}

COREST_DECL auth_config read_auth(problem_list& problems, const located& at)
{
    // dlt's short form is the name of a kind; its values would come from dlt's own configuration, so they are missing
    // here.
    const boost::json::object nothing;
    const bool is_name = at.value->is_string();
    if (!is_name && (!at.value->is_object() || secret_reference(*at.value))) {
        problems.add(at.path, at.owner,
            "expected an object with the kind of authentication in 'type', found "
                + (at.value->is_number() ? std::string("a number") : type_name(*at.value)));
        return {};
    }
    const dictionary from(problems, is_name ? nothing : at.value->get_object(), at.path, at.owner);
    std::string type = "bearer";
    if (is_name) {
        type = std::string(at.value->get_string());
    } else if (from.get("type")) {
        const auto given = from.text("type");
        if (!given) {
            return {};
        }
        type = *given;
    }

    std::vector<std::string_view> known;
    for (const auth_kind& kind : auth_kinds()) {
        for (const std::string_view name : kind.names) {
            if (name == type) {
                std::vector<std::string_view> keys(kind.keys.begin(), kind.keys.end());
                keys.emplace_back("type");
                constexpr std::array<other_key, 1> others = {
                    {{"session", "a session is an object of Python; remove it"}}};
                from.check_keys(keys, others);
                auth_config out;
                out.what = kind.what;
                kind.read(from, out);
                return out;
            }
            known.push_back(name);
        }
    }
    // The text is not shown: it may be a credential in the wrong place.
    problems.add(is_name ? at.path : join_key(at.path, "type"), at.owner,
        "unknown kind of authentication" + suggestion(type, known, "kind"));
    return {};
}

} // namespace detail

COREST_DECL std::string_view auth_config::name_of_kind() const noexcept
{
    for (const detail::auth_kind& known : detail::auth_kinds()) {
        if (known.what == what) {
            return known.names.front();
        }
    }
    return "none";
}

COREST_DECL any_authenticator make_authenticator(const auth_config& config)
{
    for (const detail::auth_kind& kind : detail::auth_kinds()) {
        if (kind.what == config.what) {
            return kind.make(config);
        }
    }
    return {};
}

} // namespace corest::source

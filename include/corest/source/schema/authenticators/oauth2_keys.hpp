#pragma once

/// \file
/// The keys that both kinds of OAuth 2 share. Not for users.

#include <corest/auth/oauth2.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

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

    /// Names with texts or secrets.
    class parameters_rule {
    public:
        using parameters = std::vector<std::pair<std::string, source_text>>;
        static std::optional<parameters> read(const dictionary& input, std::string_view key)
        {
            const auto object_place = input.get(key);
            if (!object_place) {
                return std::nullopt;
            }
            const auto* object = object_place->value->if_object();
            if (object == nullptr) {
                input.problem(*object_place, "expected an object, found " + type_name(*object_place->value));
                return std::nullopt;
            }
            parameters out;
            for (const auto& member : *object) {
                const std::string name(member.key());
                const located place(&member.value(), join_key(object_place->path, name), object_place->owner);
                out.emplace_back(name, read_text(input.problems(), place, true));
            }
            return out;
        }
        static boost::json::object schema(schema_writer& writer)
        {
            boost::json::object out = typed("object");
            out["additionalProperties"] = writer.text_or_secret(0);
            return out;
        }
    };

    source_text token_url;
    source_text client_id;
    source_text client_secret;
    std::string scope;
    std::vector<std::pair<std::string, source_text>> extra;
    std::chrono::seconds default_lifetime{3600};
    bool secret_in_header = false;

    /// \name Tables for a class of keys that is derived from this one
    /// @{
    template <class Keys>
    static constexpr auto url_field()
    {
        using key = keys_of<Keys>;
        return key::table(key::template entry<url_rule, &Keys::token_url>("token_url", "The token endpoint")
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
            key::template entry<parameters_rule, &Keys::extra>(
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

} // namespace corest::source::detail

#pragma once

/// \file
/// The keys of `auth.login`: the request that opens a session. Not for users.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/key_name.hpp>
#include <corest/source/schema/unresolved_json.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// Names with texts or secrets.
using named_secrets = std::vector<std::pair<std::string, source_text>>;

namespace rules {

/// An object of texts or secrets.
class texts_by_name {
public:
    COREST_DECL static std::optional<named_secrets> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
};

/// An object or a list, in which secrets may stand.
class json_with_secrets {
public:
    COREST_DECL static std::optional<unresolved_json> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
};

/// What a login may be sent with.
class login_method {
public:
    static constexpr std::array<std::string_view, 3> methods = {"POST", "GET", "PUT"};
    COREST_DECL static std::optional<std::string> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return one_of_texts(methods); }
};

} // namespace rules

/// A login, as the dictionary has it.
class login_keys {
public:
    static constexpr std::string_view object_name = "login";
    static constexpr std::string_view doc = "The request that opens the session";

    std::string path;
    std::string method = "POST";
    std::optional<unresolved_json> json;
    named_secrets form;
    named_secrets params;
    named_secrets headers;

    static constexpr auto fields()
    {
        using key = keys_of<login_keys>;
        using self = login_keys;
        return key::table(
            key::entry<rules::text, &self::path>(key_name::path, "Joined to the base URL, or an absolute URL")
                .needed("write where the login is sent to, as in \"path\": \"login\""),
            key::entry<rules::login_method, &self::method>(key_name::method, "POST, GET or PUT"),
            key::entry<rules::json_with_secrets, &self::json>(key_name::json, "The body"),
            key::entry<rules::texts_by_name, &self::form>("data", "The body, as a form"),
            key::entry<rules::texts_by_name, &self::params>(key_name::params, "Query parameters"),
            key::entry<rules::texts_by_name, &self::headers>(key_name::headers, "Header fields"));
    }

    /// The request. Its secrets must have been looked up.
    [[nodiscard]] COREST_DECL request make() const;
    /// What of it must show in no message: secrets, and what is written down under the name of a credential.
    [[nodiscard]] COREST_DECL std::vector<secret> secrets() const;
};

/// So that its secrets are looked up (`keys_of`).
inline void visit_texts_of(login_keys& login, const text_visitor& visitor)
{
    for (const field& one : fields_of<login_keys>) {
        one.visit_texts(&login, visitor);
    }
}
inline void visit_texts_of(std::optional<unresolved_json>& json, const text_visitor& visitor)
{
    if (json) {
        visit_texts_of(*json, visitor);
    }
}

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/login_keys.ipp>
#endif

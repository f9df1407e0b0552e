#pragma once

/// \file
/// The keys of `response_actions`. Not for users.

#include <corest/config.hpp>
#include <corest/resource/response_action.hpp>
#include <corest/resource/response_rule.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/key_name.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// The actions that dictionaries know, in the order in which messages list them.
inline constexpr std::array known_response_actions = {
    corest::response_action::ignore,
    corest::response_action::retry,
    corest::response_action::fail,
    corest::response_action::rate_limited,
    corest::response_action::refresh_token_then_retry,
};

namespace rules {

/// What is done with a response.
class response_action {
public:
    COREST_DECL static std::optional<corest::response_action> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
    /// The action's name.
    static std::optional<boost::json::value> show(const std::optional<corest::response_action>& value)
    {
        return value ? std::optional<boost::json::value>(std::string(value->name())) : std::nullopt;
    }
};

/// A condition (RFC 9535, section 2.3.5).
class condition {
public:
    COREST_DECL static std::optional<json_condition> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return typed("string", {{"minLength", 1}}); }
    static std::optional<boost::json::value> show(const std::optional<json_condition>& value)
    {
        return value ? std::optional<boost::json::value>(value->text()) : std::nullopt;
    }
};

/// Regular expressions by the names of header fields.
class header_expressions {
public:
    using expressions = std::vector<std::pair<std::string, std::string>>;
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, expressions& headers);
    COREST_DECL static boost::json::object schema();
    static std::optional<boost::json::value> show(const expressions&) { return std::nullopt; }
};

/// A list of actions.
class response_actions {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, std::vector<response_rule>& given);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
    static std::optional<boost::json::value> show(const std::vector<response_rule>&) { return std::nullopt; }
};

} // namespace rules

/// One of `response_actions`.
class response_action_keys {
public:
    static constexpr std::string_view object_name = "response_action";
    static constexpr std::string_view doc = "What is done with a response of which all that is given holds";

    std::optional<unsigned> status;
    std::optional<std::string> content;
    rules::header_expressions::expressions headers;
    std::optional<json_condition> body;
    std::optional<corest::response_action> action;
    std::optional<json_path> message_path;
    std::optional<std::string> wait_header;

    static constexpr auto fields()
    {
        using key = keys_of<response_action_keys>;
        using self = response_action_keys;
        return key::table(
            key::entry<rules::integer<100, 599>, &self::status>(key_name::status_code, "The status of the response"),
            key::entry<rules::text, &self::content>("content", "A text that stands in the body"),
            key::entry<rules::header_expressions, &self::headers>(
                "header", "Regular expressions (RFC 9485) that match header fields, by their names"),
            key::entry<rules::condition, &self::body>("body", "A condition on the body, as in $.status == 'failure'"),
            key::entry<rules::response_action, &self::action>(key_name::action,
                "ignore: the walk ends without rows, and is counted; retry: as after a 503; rate_limited: as after a "
                "429; fail: an error; refresh_token_then_retry: as after a 401")
                .needed("write what is to be done, as in \"action\": \"ignore\""),
            key::entry<rules::path, &self::message_path>("message_path", "Of fail: where the API's own message stands"),
            key::entry<rules::text, &self::wait_header>(
                "wait_header", "Of retry and rate_limited: the header field that says how long to wait"));
    }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/response_actions.ipp>
#endif

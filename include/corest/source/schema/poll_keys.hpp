#pragma once

/// \file
/// The keys of `endpoint.poll`. Not for users.

#include <corest/config.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/resource/poll.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/key_name.hpp>
#include <corest/source/schema/response_actions.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace corest::source::detail {

namespace rules {

/// A path with placeholders.
class poll_path {
public:
    COREST_DECL static std::optional<std::string> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return text::schema(); }
};

/// How a report is waited for.
class poll {
public:
    COREST_DECL static std::optional<corest::poll> read(const dictionary& input, std::string_view key);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
};

} // namespace rules

/// `endpoint.poll`.
class poll_keys {
public:
    /// What the keys say.
    class settings {
    public:
        std::optional<std::string> path;
        std::optional<json_path> url_path;
        std::optional<json_condition> until;
        std::optional<json_condition> failed;
        std::optional<json_path> message_path;
        std::optional<double> interval;
        std::optional<double> timeout;
        std::optional<std::string> download_path;
        std::optional<json_path> download_url_path;
    };
    static constexpr std::string_view object_name = "poll";
    static constexpr std::string_view doc = "The request begins a report, which is read when it is done";

    static constexpr auto fields()
    {
        using key = keys_of<settings>;
        using self = settings;
        return key::table(key::entry<rules::poll_path, &self::path>(key_name::path,
                              "Where to ask how far it is, as in reports/{response.id}: a field of the response"),
            key::entry<rules::path, &self::url_path>("url_path",
                "Where the URL to ask stands in the first response; without both the Location header says it"),
            key::entry<rules::condition, &self::until>("until",
                "What holds of the body when it is done, as in $.status == 'done'; without it: the status is not 202"),
            key::entry<rules::condition, &self::failed>("failed", "What holds of the body when it has failed"),
            key::entry<rules::path, &self::message_path>(
                "message_path", "Where the API's own message stands in the body of a failed one"),
            key::entry<rules::seconds, &self::interval>("interval", "Seconds between two questions; 5"),
            key::entry<rules::seconds, &self::timeout>(key_name::timeout, "Seconds that it may take at most; 3600"),
            key::entry<rules::poll_path, &self::download_path>(key_name::download_path,
                "Where the report is read; without both it is the response that says it is done"),
            key::entry<rules::path, &self::download_url_path>(
                "download_url_path", "Where its URL stands in the response that says that it is done"));
    }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/poll_keys.ipp>
#endif

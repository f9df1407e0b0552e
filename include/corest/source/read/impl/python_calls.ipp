#pragma once

#include <corest/source/read/python_calls.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace corest::source::detail {

namespace python_forms {

using names = std::string_view;

inline constexpr std::array<names, 1> json_link = {"next_url_path"};
inline constexpr std::array<names, 1> header_link = {"links_next_key"};
inline constexpr std::array<names, 2> header_cursor = {"cursor_key", "cursor_param"};
inline constexpr std::array<names, 3> cursor = {"cursor_path", "cursor_param", "cursor_body_path"};
inline constexpr std::array<names, 10> offset = {"limit", "offset", "offset_param", "limit_param", "total_path",
    "maximum_offset", "stop_after_empty_page", "has_more_path", "offset_body_path", "limit_body_path"};
inline constexpr std::array<names, 8> page_number = {"base_page", "page", "page_param", "total_path", "maximum_page",
    "stop_after_empty_page", "has_more_path", "page_body_path"};
inline constexpr std::array<names, 1> token = {"token"};
inline constexpr std::array<names, 3> api_key = {"name", "api_key", "location"};
inline constexpr std::array<names, 2> basic = {"username", "password"};
inline constexpr std::array<names, 6> oauth2 = {"access_token_url", "client_id", "client_secret",
    "access_token_request_data", "default_token_expiration", "session"};
inline constexpr std::array<names, 8> oauth_jwt = {"client_id", "private_key", "auth_endpoint", "scopes", "headers",
    "private_key_passphrase", "default_token_expiration", "session"};
inline constexpr std::array<names, 11> incremental = {"cursor_path", "initial_value", "last_value_func", "primary_key",
    "end_value", "row_order", "allow_external_schedulers", "on_cursor_value_missing", "lag", "range_start",
    "range_end"};

inline constexpr std::array<python_call_form, 15> all = {{
    {"JSONLinkPaginator", "json_link", json_link},
    {"JSONResponsePaginator", "json_link", json_link},
    {"HeaderLinkPaginator", "header_link", header_link},
    {"HeaderCursorPaginator", "header_cursor", header_cursor},
    {"JSONResponseCursorPaginator", "cursor", cursor},
    {"OffsetPaginator", "offset", offset},
    {"PageNumberPaginator", "page_number", page_number},
    {"SinglePagePaginator", "single_page", {}},
    {"BearerTokenAuth", "bearer", token},
    {"APIKeyAuth", "api_key", api_key},
    {"HttpBasicAuth", "http_basic", basic},
    {"OAuth2ClientCredentials", "oauth2_client_credentials", oauth2},
    {"OAuthJWTAuth", "oauth2_jwt", oauth_jwt},
    {"incremental", "incremental", incremental},
    {"Incremental", "incremental", incremental},
}};

// A name of dlt's own: not the same word from elsewhere. The older rest_api stands in people's own projects.
[[nodiscard]] inline bool is_of_dlt(std::string_view full_name)
{
    std::size_t begin = 0;
    for (std::size_t dot = full_name.find('.'); dot != std::string_view::npos; dot = full_name.find('.', begin)) {
        const std::string_view part = full_name.substr(begin, dot - begin);
        if (part == "dlt" || part == "rest_api" || part == "rest_client") {
            return true;
        }
        begin = dot + 1;
    }
    return begin == 0; // without an import: on a page
}

} // namespace python_forms

COREST_DECL std::string_view last_word(std::string_view full_name)
{
    const auto dot = full_name.rfind('.');
    return dot == std::string_view::npos ? full_name : full_name.substr(dot + 1);
}

COREST_DECL const python_call_form* find_call_form(const std::string& full_name)
{
    const std::string_view last = last_word(full_name);
    const auto found = std::find_if(python_forms::all.begin(), python_forms::all.end(),
        [&](const python_call_form& form) { return form.name == last; });
    return found != python_forms::all.end() && python_forms::is_of_dlt(full_name) ? &*found : nullptr;
}

COREST_DECL bool is_transparent(const std::string& full_name)
{
    constexpr std::array<std::string_view, 6> types = {
        "RESTAPIConfig", "ClientConfig", "Endpoint", "EndpointResource", "EndpointResourceBase", "ResourceDefaults"};
    constexpr std::array<std::string_view, 5> functions = {"dict", "deepcopy", "copy.deepcopy", "Dict", "typing.Dict"};
    return std::find(functions.begin(), functions.end(), full_name) != functions.end()
        || (std::find(types.begin(), types.end(), last_word(full_name)) != types.end()
            && python_forms::is_of_dlt(full_name));
}

COREST_DECL bool makes_source(const std::string& full_name)
{
    const std::string_view last = last_word(full_name);
    return last == "rest_api_source" || last == "rest_api_resources";
}

} // namespace corest::source::detail

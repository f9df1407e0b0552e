#pragma once

/// \file
/// The keys of a dictionary: what is read, and what of dlt's is known but not supported. Not for users.

#include <corest/source/schema/dictionary.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

inline constexpr std::array<std::string_view, 3> source_keys = {"client", "resource_defaults", "resources"};

inline constexpr std::array<std::string_view, 11> client_keys = {"base_url", "headers", "auth", "paginator", "retry",
    "timeout", "verify", "allowed_origins", "proxy", "ca_file", "concurrency"};
inline constexpr std::array<other_key, 1> other_client_keys = {
    {{"session", "a session is an object of Python; use auth, headers, proxy and verify"}}};

inline constexpr std::array<std::string_view, 6> retry_keys = {
    "status_codes", "max_retries", "backoff_factor", "max_wait", "retry_after_limit", "jitter"};

inline constexpr std::array<std::string_view, 6> timeout_keys = {
    "resolve", "connect", "tls", "first_byte", "idle", "total"};

inline constexpr std::array<std::string_view, 8> resource_keys = {"name", "table_name", "endpoint", "write_disposition",
    "primary_key", "include_from_parent", "selected", "concurrency"};
inline constexpr std::array<other_key, 11> other_resource_keys = {{
    {"columns", "accepted, but has no effect: columns follow the records", true},
    {"max_table_nesting", "accepted, but has no effect: nested values are stored as JSON", true},
    {"parallelized", "accepted, but has no effect: walks always run side by side (concurrency sets how many)", true},
    {"schema_contract", "accepted, but has no effect: new fields add columns", true},
    {"table_format", "accepted, but has no effect", true},
    {"file_format", "accepted, but has no effect", true},
    {"references", "accepted, but has no effect", true},
    {"nested_hints", "accepted, but has no effect: nested values are stored as JSON", true},
    {"incremental", "remove it: every run reads the whole collection, and merge keeps one row per primary_key"},
    {"processing_steps", "functions cannot be read from a file; filter and map where the rows are used"},
    {"merge_key", "name the fields in primary_key"},
}};

inline constexpr std::array<std::string_view, 9> endpoint_keys = {
    "path", "method", "params", "json", "headers", "paginator", "data_selector", "response_actions", "auth"};
inline constexpr std::array<other_key, 2> other_endpoint_keys = {{
    {"incremental", "remove it: every run reads the whole collection, and merge keeps one row per primary_key"},
    {"data", "send a JSON body (json) or query parameters (params)"},
}};

inline constexpr std::array<std::string_view, 2> write_disposition_keys = {"disposition", "strategy"};
inline constexpr std::array<std::string_view, 2> response_action_keys = {"status_code", "action"};
inline constexpr std::array<other_key, 1> other_response_action_keys = {
    {{"content", "name the status_code; the body is not looked at"}}};
inline constexpr std::array<std::string_view, 3> resolve_keys = {"type", "resource", "field"};

} // namespace corest::source::detail

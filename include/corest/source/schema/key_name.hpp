#pragma once

/// \file
/// The dictionary's keys that are spelt outside of the table of their object too: in messages and plans, and by what
/// writes them. Not for users.

#include <string_view>

namespace corest::source::detail::key_name {

inline constexpr std::string_view client = "client";
inline constexpr std::string_view base_url = "base_url";
inline constexpr std::string_view auth = "auth";
inline constexpr std::string_view token_url = "token_url";
inline constexpr std::string_view retry = "retry";
inline constexpr std::string_view max_retries = "max_retries";
inline constexpr std::string_view budget = "budget";
inline constexpr std::string_view retry_after_limit = "retry_after_limit";
inline constexpr std::string_view rate_limit = "rate_limit";
inline constexpr std::string_view max_wait = "max_wait";
inline constexpr std::string_view allowed_origins = "allowed_origins";
inline constexpr std::string_view timeout = "timeout";
inline constexpr std::string_view proxy = "proxy";
inline constexpr std::string_view ca_file = "ca_file";
inline constexpr std::string_view tls = "tls";
inline constexpr std::string_view client_cert_file = "client_cert_file";
inline constexpr std::string_view client_key_file = "client_key_file";
inline constexpr std::string_view limits = "limits";
inline constexpr std::string_view header = "header";
inline constexpr std::string_view body = "body";
inline constexpr std::string_view decoded = "decoded";
inline constexpr std::string_view ratio = "ratio";
inline constexpr std::string_view memory = "memory";
inline constexpr std::string_view redirects = "redirects";
inline constexpr std::string_view concurrency = "concurrency";

inline constexpr std::string_view resources = "resources";
inline constexpr std::string_view resource_defaults = "resource_defaults";
inline constexpr std::string_view name = "name";
inline constexpr std::string_view write_disposition = "write_disposition";
inline constexpr std::string_view primary_key = "primary_key";
inline constexpr std::string_view merge_key = "merge_key";
inline constexpr std::string_view columns = "columns";
inline constexpr std::string_view schema_contract = "schema_contract";
inline constexpr std::string_view include_from_parent = "include_from_parent";
inline constexpr std::string_view on_parent_field_missing = "on_parent_field_missing";
inline constexpr std::string_view load_columns = "load_columns";
inline constexpr std::string_view max_table_nesting = "max_table_nesting";
inline constexpr std::string_view naming = "naming";
inline constexpr std::string_view incremental = "incremental";
inline constexpr std::string_view pagination_reset = "pagination_reset";
inline constexpr std::string_view on_cursor_value_missing = "on_cursor_value_missing";

inline constexpr std::string_view endpoint = "endpoint";
inline constexpr std::string_view path = "path";
inline constexpr std::string_view method = "method";
inline constexpr std::string_view group_size = "group_size";
inline constexpr std::string_view params = "params";
inline constexpr std::string_view json = "json";
inline constexpr std::string_view headers = "headers";
inline constexpr std::string_view data_selector = "data_selector";
inline constexpr std::string_view decoder = "decoder";
inline constexpr std::string_view poll = "poll";
inline constexpr std::string_view download_path = "download_path";
inline constexpr std::string_view response_actions = "response_actions";
inline constexpr std::string_view status_code = "status_code";
inline constexpr std::string_view action = "action";

inline constexpr std::string_view secret = "$secret";        ///< in the place of a value that is a secret
inline constexpr std::string_view default_value = "default"; ///< beside it: in place of one that is missing

} // namespace corest::source::detail::key_name

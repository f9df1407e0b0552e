#pragma once

#include <corest/source/schema/written_secrets.hpp>

#include <corest/auth/detail/header_credentials.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/url.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace corest::source::detail {

COREST_DECL bool is_secret_key(std::string_view name)
{
    return corest::detail::names_credential(name) || corest::detail::lower(name).ends_with("key");
}

COREST_DECL void add_header_secrets(std::string_view name, const secret& value, std::vector<secret>& out)
{
    if (is_secret_key(name)) {
        out.push_back(value);
        for (std::string& part : corest::detail::header_credentials(name, value.reveal())) {
            out.emplace_back(std::move(part));
        }
    }
}

namespace path_query {

/// Calls `visit(before, value)` for each value of the query that is a credential: with what stands before it.
template <class Visitor>
void for_each_secret(std::string_view path, Visitor visit)
{
    std::size_t begin = path.find('?');
    while (begin < path.size()) {
        const std::size_t end = std::min(path.find('&', begin + 1), path.size());
        const std::string_view whole = path.substr(begin + 1, end - begin - 1);
        const std::size_t equals = whole.find('=');
        const std::string_view value = equals == whole.npos ? std::string_view() : whole.substr(equals + 1);
        if (!value.empty() && value.find('{') == value.npos && is_secret_key(percent_decode(whole.substr(0, equals)))) {
            visit(path.substr(0, begin + 1 + equals + 1), value);
        }
        begin = end;
    }
}

} // namespace path_query

COREST_DECL void add_query_secrets(std::string_view path, std::vector<secret>& out)
{
    path_query::for_each_secret(path, [&](std::string_view, std::string_view value) {
        out.emplace_back(std::string(value));
        if (std::string plain = percent_decode(value); plain != value) {
            out.emplace_back(std::move(plain));
        }
    });
}

COREST_DECL std::string without_query_secrets(std::string_view path)
{
    std::string out;
    std::size_t done = 0;
    path_query::for_each_secret(path, [&](std::string_view before, std::string_view value) {
        out += before.substr(done);
        out += "***";
        done = before.size() + value.size();
    });
    out += path.substr(done);
    return out;
}

COREST_DECL std::string without_query_secrets(std::string sentence, std::string_view path)
{
    const std::string shown = without_query_secrets(path);
    const std::size_t at = shown == path ? std::string::npos : sentence.find(path);
    return at == std::string::npos ? sentence : sentence.replace(at, path.size(), shown);
}

COREST_DECL bool fills_credential(std::string_view name, std::string_view prefix)
{
    if (is_secret_key(name)) {
        return true;
    }
    if (prefix.find('?') == prefix.npos) {
        return false;
    }
    prefix.remove_prefix(prefix.find_last_of("?&") + 1);
    return is_secret_key(percent_decode(prefix.substr(0, prefix.find('='))));
}

COREST_DECL void add_written_secrets(const boost::json::value& v, std::string_view name, std::vector<secret>& out)
{
    if (const auto* object = v.if_object()) {
        for (const auto& member : *object) {
            add_written_secrets(member.value(), std::string_view(member.key().data(), member.key().size()), out);
        }
    } else if (const auto* list = v.if_array()) {
        for (const boost::json::value& element : *list) {
            add_written_secrets(element, name, out);
        }
    } else if (const auto* text = v.if_string(); text != nullptr && is_secret_key(name)) {
        out.emplace_back(std::string(*text));
    }
}

} // namespace corest::source::detail

#pragma once

#include <corest/auth/detail/header_credentials.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>

namespace corest::detail {

namespace header_value {

/// Without the quotes around it, and with what is escaped as it is (RFC 9110, 5.6.4).
[[nodiscard]] COREST_DECL std::string unquoted(std::string_view text)
{
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
        return std::string(text);
    }
    std::string out;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        i += text[i] == '\\' && i + 1 < text.size() ? 1U : 0U;
        out += text[i];
    }
    return out;
}

/// Calls `visit(name, value)` for each `name=value` of a list.
template <class Visitor>
void for_each_pair(std::string_view list, char separator, Visitor visit)
{
    while (!list.empty()) {
        const std::string_view one = trimmed(list.substr(0, list.find(separator)));
        list.remove_prefix(std::min(list.find(separator), list.size() - 1) + 1);
        if (const std::size_t equals = one.find('='); equals != one.npos) {
            visit(trimmed(one.substr(0, equals)), unquoted(trimmed(one.substr(equals + 1))));
        }
    }
}

/// User and password of Basic credentials; nothing where they are no Base64.
[[nodiscard]] COREST_DECL std::vector<std::string> parts_of_basic(std::string_view token)
{
    std::string bytes((token.size() + 3) / 4 * 3, '\0');
    const int length = token.empty() || token.size() % 4 != 0
        ? -1
        : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
              reinterpret_cast<const unsigned char*>(token.data()), static_cast<int>(token.size()));
    if (length < 0) {
        return {};
    }
    const auto padding = static_cast<std::size_t>(std::count(token.end() - 2, token.end(), '='));
    bytes.resize(static_cast<std::size_t>(length) - padding);
    const std::size_t colon = bytes.find(':');
    return colon == bytes.npos ? std::vector<std::string>{bytes}
                               : std::vector<std::string>{bytes.substr(0, colon), bytes.substr(colon + 1)};
}

} // namespace header_value

COREST_DECL std::vector<std::string> header_credentials(std::string_view name, std::string_view value)
{
    std::vector<std::string> out;
    if (iequals(name, "Cookie")) {
        header_value::for_each_pair(
            value, ';', [&](std::string_view, std::string text) { out.push_back(std::move(text)); });
        return out;
    }
    value = trimmed(value);
    const std::size_t space = value.find(' ');
    const std::string_view scheme = value.substr(0, space);
    const bool has_scheme = space != value.npos && !scheme.empty()
        && std::all_of(scheme.begin(), scheme.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
    if (!has_scheme) {
        return out;
    }
    const std::string_view rest = trimmed(value.substr(space));
    const bool has_parameters = rest.find(", ") != rest.npos || (rest.find('=') != rest.npos && rest.back() != '=');
    if (!has_parameters) {
        out.emplace_back(rest);
        if (iequals(scheme, "Basic")) {
            const std::vector<std::string> parts = header_value::parts_of_basic(rest);
            out.insert(out.end(), parts.begin(), parts.end());
        }
        return out;
    }
    header_value::for_each_pair(rest, ',', [&](std::string_view parameter, std::string text) {
        if (names_credential(parameter) || lower(parameter).ends_with("key")) {
            out.push_back(std::move(text));
        }
    });
    return out;
}

} // namespace corest::detail

#pragma once

#include <corest/http/headers.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace corest {

namespace detail {

/// Beast writes names and values as they are: what could end the field early must be refused here.
COREST_DECL void check_header(std::string_view name, std::string_view value)
{
    constexpr std::string_view symbols = "!#$%&'*+-.^_`|~";
    const bool token = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_digit(c) || is_letter(c) || symbols.find(c) != std::string_view::npos;
    });
    if (!token) {
        throw error(errc::invalid_argument,
            "a header name may hold letters, digits and " + std::string(symbols) + " only, and must not be empty");
    }
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        throw error(errc::invalid_argument,
            "the value of header '" + std::string(name) + "' holds a line break or NUL character",
            "Check where the value comes from: a secret file often ends with a line break");
    }
}

COREST_DECL bool names_credential(std::string_view name)
{
    constexpr std::array<std::string_view, 12> words = {"token", "secret", "password", "passwd", "pwd", "apikey",
        "privatekey", "assertion", "authorization", "credential", "signature", "cookie"};
    std::string plain;
    for (const char c : lower(name)) {
        if (c != '_' && c != '-') {
            plain += c;
        }
    }
    return plain.find("pagetoken") == std::string::npos
        && std::any_of(
            words.begin(), words.end(), [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

COREST_DECL std::vector<std::string> split_list(std::string_view list)
{
    std::vector<std::string> elements;
    while (!list.empty()) {
        const std::string_view element = list.substr(0, list.find(','));
        list.remove_prefix(std::min(element.size() + 1, list.size()));
        if (const std::string_view text = trimmed(element); !text.empty()) {
            elements.emplace_back(text);
        }
    }
    return elements;
}

} // namespace detail

COREST_DECL bool iequals(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
        return detail::ascii_lower(x) == detail::ascii_lower(y);
    });
}

COREST_DECL bool is_credential_name(std::string_view name)
{
    constexpr std::array<std::string_view, 4> wider = {"auth", "key", "session", "token"};
    const std::string lowered = detail::lower(name);
    return detail::names_credential(name) || std::any_of(wider.begin(), wider.end(), [&](std::string_view part) {
        return lowered.find(part) != std::string::npos;
    });
}

COREST_DECL void headers::set(std::string_view name, std::string value, bool secret)
{
    detail::check_header(name, value);
    erase(name);
    fields_.emplace_back(std::string(name), std::move(value), secret || is_credential_name(name));
}

COREST_DECL void headers::add(std::string_view name, std::string value, bool secret)
{
    detail::check_header(name, value);
    fields_.emplace_back(std::string(name), std::move(value), secret || is_credential_name(name));
}

COREST_DECL std::size_t headers::erase(std::string_view name)
{
    return std::erase_if(fields_, [&](const header& h) { return iequals(h.name, name); });
}

COREST_DECL void headers::erase_credentials()
{
    std::erase_if(fields_, [](const header& h) { return h.secret; });
}

COREST_DECL std::optional<std::string_view> headers::find(std::string_view name) const noexcept
{
    for (const header& h : fields_) {
        if (iequals(h.name, name)) {
            return h.value;
        }
    }
    return std::nullopt;
}

COREST_DECL std::string headers::joined(std::string_view name) const
{
    std::string all;
    for (const header& h : fields_) {
        if (iequals(h.name, name)) {
            all += all.empty() ? "" : ", ";
            all += h.value;
        }
    }
    return all;
}

} // namespace corest

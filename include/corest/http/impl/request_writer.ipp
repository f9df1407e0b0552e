#pragma once

#include <corest/http/request_writer.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <array>

namespace corest::detail {

namespace writing {

/// Calls a function with name, value and whether that is a secret, for each field that goes over the connection.
template <class Function>
void for_each_field(const request& r, const url_parts& url, const request_additions& more, Function&& field)
{
    constexpr std::array<std::string_view, 10> connection_fields = {"Connection", "Content-Length", "Transfer-Encoding",
        "Proxy-Authorization", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Expect"};
    if (!r.headers.contains("Host")) {
        field("Host", url.authority(), false);
    }
    for (const header& h : r.headers) {
        const bool own = std::any_of(connection_fields.begin(), connection_fields.end(),
            [&](std::string_view name) { return iequals(name, h.name); });
        if (!own) {
            check_header(h.name, h.value);
            field(h.name, h.value, h.secret);
        }
    }
    const auto fallback = [&](std::string_view name, std::string_view value) {
        if (!value.empty() && !r.headers.contains(name)) {
            check_header(name, value);
            field(name, value, false);
        }
    };
    fallback("User-Agent", more.user_agent);
    fallback("Accept", json_media_type);
    fallback("Accept-Encoding", more.accept_encoding);
    if (!more.proxy_authorization.empty()) {
        field("Proxy-Authorization", more.proxy_authorization, true);
    }
    if (r.upload) {
        field("Content-Length", std::to_string(r.upload->size()), false);
    } else if (!r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH") {
        field("Content-Length", std::to_string(r.body.size()), false);
    }
}

} // namespace writing

COREST_DECL void write_request(std::string& out, const request& r, const url_parts& url, const request_additions& more)
{
    const bool letters = !r.method.empty()
        && std::all_of(r.method.begin(), r.method.end(), [](char c) { return is_letter(c) || c == '-' || c == '_'; });
    if (!letters) {
        throw error(errc::invalid_argument, "the request's method is not a word such as GET or POST");
    }
    if (r.upload && !r.body.empty()) {
        throw error(errc::invalid_argument, "the request has a body and an upload", "Set one of the two");
    }
    out.clear();
    out.append(r.method).append(" ");
    if (more.to_proxy) {
        out.append(url.tls ? "https://" : "http://").append(url.authority());
    }
    out.append(url.target).append(" HTTP/1.1\r\n");
    writing::for_each_field(r, url, more, [&](std::string_view name, std::string_view value, bool) {
        out.append(name).append(": ").append(value).append("\r\n");
    });
    out.append("\r\n").append(r.body);
}

COREST_DECL headers sent_headers(const request& r, const url_parts& url, const request_additions& more)
{
    headers all;
    writing::for_each_field(r, url, more,
        [&](std::string_view name, std::string_view value, bool secret) { all.add(name, std::string(value), secret); });
    return all;
}

} // namespace corest::detail

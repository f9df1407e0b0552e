#pragma once

#include <corest/http/redirect.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <string_view>

namespace corest {

namespace detail {

namespace redirect_rules {

[[noreturn]] inline void refuse(
    const request& sent, const response& got, std::string message, std::string hint, remedy setting = remedy::none)
{
    error_context context;
    context.method = sent.method;
    context.url = redact_url(sent.url);
    context.status = got.status;
    throw error(errc::redirect_refused, std::move(message), std::move(hint), setting, std::move(context));
}

/// The one value of Location; an empty one leads nowhere. Servers that send two leave open which one a cache or proxy
/// on the way has seen.
inline std::optional<std::string_view> location_of(const request& sent, const response& got)
{
    std::optional<std::string_view> location;
    for (const header& field : got.headers) {
        if (!iequals(field.name, "Location") || field.value.empty()) {
            continue;
        }
        if (location && *location != field.value) {
            refuse(sent, got, "the redirect has two Location headers that differ", "");
        }
        location = field.value;
    }
    return location;
}

} // namespace redirect_rules

} // namespace detail

COREST_DECL std::optional<request> next_request(
    const request& sent, const response& got, const redirect_policy& policy, unsigned followed)
{
    switch (got.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        break;
    default:
        return std::nullopt;
    }
    const auto location = detail::redirect_rules::location_of(sent, got);
    if (!location) {
        return std::nullopt;
    }
    if (followed >= policy.max_redirects) {
        if (followed == 0) {
            detail::redirect_rules::refuse(sent, got, "the server redirects, and no redirect is allowed",
                "Ask for the address it redirects to: " + redact_url(*location));
        }
        detail::redirect_rules::refuse(sent, got, "more than " + detail::counted(followed, "redirect") + " in a row",
            "If this is no loop, raise", remedy::max_redirects);
    }

    request next = sent;
    next.url = resolve_url(sent.url, *location);

    const detail::url_parts sent_url = detail::split_url(sent.url);
    detail::url_parts target;
    try {
        target = detail::split_url(next.url);
    } catch (const error& e) {
        detail::redirect_rules::refuse(sent, got, "the redirect leads nowhere: " + e.message(), "");
    }
    const std::string origin = target.origin();
    if (origin != sent_url.origin()) {
        if (sent_url.tls && !target.tls) {
            detail::redirect_rules::refuse(sent, got, "the redirect leads from https to http: " + redact_url(next.url),
                "Data and credentials would travel in the clear. If the API is really served so, "
                "give its http address as",
                remedy::base_url);
        }
        const auto& allowed = policy.allowed_origins;
        if (std::find(allowed.begin(), allowed.end(), origin) == allowed.end()) {
            const bool is_same_host = sent_url.host == target.host && !sent_url.tls;
            detail::redirect_rules::refuse(sent, got, "the redirect leads to another origin: " + redact_url(next.url),
                is_same_host ? "Use " + origin + " as" : "If it is to be trusted, list " + origin + " in",
                is_same_host ? remedy::base_url : remedy::allowed_origins);
        }
        next.headers.erase_credentials();
        next.headers.erase("Host");
    }
    const bool to_get = (got.status == 303 && sent.method != "HEAD")
        || ((got.status == 301 || got.status == 302) && sent.method == "POST");
    const bool has_body = !sent.body.empty() || sent.upload != nullptr;
    if (to_get && got.status != 303 && sent.idempotent && has_body) {
        // A POST that reads: without its body it would ask for something else, and nobody would notice.
        detail::redirect_rules::refuse(sent, got,
            "the redirect would make the POST a GET without its body (RFC 9110, section 15.4.3)",
            "Ask for the address it redirects to: " + redact_url(next.url));
    }
    if (to_get) {
        next.method = "GET";
        next.body.clear();
        next.upload.reset();
        for (const char* field : {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language",
                 "Content-Location", "Transfer-Encoding"})
        {
            next.headers.erase(field);
        }
    }
    return next;
}

COREST_DECL bool redirect_chain::advance(const response& got)
{
    std::optional<request> next;
    if (follows_) {
        next = next_request(current_, got, policy_, followed_);
    }
    if (!next) {
        return false;
    }
    current_ = std::move(*next);
    ++followed_;
    return true;
}

} // namespace corest

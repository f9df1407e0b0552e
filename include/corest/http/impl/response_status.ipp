#pragma once

#include <corest/http/response_status.hpp>

#include <corest/detail/text.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace corest {

namespace detail {

/// True where a slash of a value stands encoded in the path.
[[nodiscard]] inline bool has_encoded_slash(std::string_view url)
{
    return lower(url.substr(0, url.find_first_of("?#"))).find("%2f") != std::string::npos;
}

} // namespace detail

COREST_DECL error status_error(const response& got)
{
    error_context context;
    context.status = got.status;
    context.attempts = got.attempts;
    context.elapsed = got.elapsed;
    std::string message =
        "the server answered " + std::to_string(got.status) + (got.reason.empty() ? "" : " " + got.reason);
    if (!got.body.empty()) {
        message += " and says: " + detail::excerpt(got.body.view());
    }
    if (got.status == 401) {
        return error(errc::unauthorized, std::move(message), "The credentials were refused: check the secrets and",
            remedy::credentials, std::move(context));
    }
    if (got.status == 403) {
        return error(errc::unauthorized, std::move(message),
            "These credentials do not give access to it: check their permissions", std::move(context));
    }
    std::string hint;
    remedy setting = remedy::none;
    if (got.is_over_budget) {
        hint = std::string(detail::spent_budget_hint);
        setting = remedy::retry_budget;
    } else if (got.status == 404) {
        hint = detail::has_encoded_slash(got.url)
            ? "A slash in a value of the path was sent as %2F, so as no border between two segments. Where the API "
              "expects a slash there, write the placeholder as {+name}, or in dlt's way as {resources.parent.field}"
            : "Check the base URL and the path";
    } else if (got.status == 405) {
        hint = "The API does not take this method there: check it against the API's documentation";
    } else if (got.status == 409 || got.status == 412) {
        hint = "It has been changed meanwhile, or is there already: read it anew before it is changed";
    } else if (got.status == 304) {
        hint = "The request said that this is known already (If-None-Match or If-Modified-Since): leave that to "
               "conditional()";
    } else if (got.status >= 300 && got.status < 400) {
        hint = "Use the address that it redirects to";
    } else if (got.status == 429) {
        hint = "Lower the concurrency, or raise";
        setting = remedy::max_retries;
    } else if (got.status == 501 || got.status == 505) { // more attempts rarely help: RFC 9110, 15.6.2 and 15.6.6
        hint = "The server cannot do this for any request of this kind: check the method, the base URL and the path";
    } else if (got.status >= 500) {
        hint = "The server failed; run again later, or raise";
        setting = remedy::max_retries;
    } else {
        hint = "Check the resource's path and parameters against the API's documentation";
    }
    return error(errc::unexpected_status, std::move(message), std::move(hint), setting, std::move(context));
}

} // namespace corest

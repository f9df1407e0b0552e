#pragma once

#include <corest/resource/response_status.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace corest::detail {

COREST_DECL bool is_page(const response& got, const std::vector<unsigned>& ignored)
{
    if (got.ok()) {
        return true;
    }
    if (std::find(ignored.begin(), ignored.end(), got.status) != ignored.end()) {
        return false;
    }
    error_context context;
    context.status = got.status;
    context.attempts = got.attempts;
    std::string message =
        "the server answered " + std::to_string(got.status) + (got.reason.empty() ? "" : " " + got.reason);
    if (!got.body.empty()) {
        message += " and says: " + excerpt(got.body.view());
    }
    if (got.status == 401) {
        throw error(errc::unauthorized, std::move(message), "The credentials were refused: check the secrets and",
            remedy::credentials, std::move(context));
    }
    if (got.status == 403) {
        throw error(errc::unauthorized, std::move(message),
            "These credentials do not give access to it: check their permissions", std::move(context));
    }
    std::string hint;
    remedy setting = remedy::none;
    if (got.status == 404) {
        hint = "Check the base URL and the path; a child that may be missing can be allowed by";
        setting = remedy::ignored_statuses;
    } else if (got.status >= 300 && got.status < 400) {
        hint = "Use the address that it redirects to";
    } else if (got.status == 429) {
        hint = "Lower the concurrency, or raise";
        setting = remedy::max_retries;
    } else if (got.status >= 500) {
        hint = "The server failed; run again later, or raise";
        setting = remedy::max_retries;
    } else {
        hint = "Check the resource's path and parameters against the API's documentation";
    }
    throw error(errc::unexpected_status, std::move(message), std::move(hint), setting, std::move(context));
}

} // namespace corest::detail

#pragma once

#include <corest/resource/response_status.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/response_status.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace corest::detail {

/// A response that a rule takes for a failure, or that was tried again in vain.
[[nodiscard]] COREST_DECL error judged_error(const response& got)
{
    error_context context;
    context.status = got.status;
    context.attempts = got.attempts;
    context.elapsed = got.elapsed;
    const bool was_limited = got.verdict == response_verdict::rate_limited;
    return {errc::unexpected_status,
        "the server answered " + std::to_string(got.status) + ", which by a rule is "
            + (was_limited ? "a rate limit" : "a failure")
            + ", and says: " + (got.said.empty() ? excerpt(got.body.view()) : printable(got.said, 500)),
        {}, std::move(context)};
}

COREST_DECL bool is_page(const response& got, const std::vector<unsigned>& ignored)
{
    if (got.verdict == response_verdict::ignore) {
        return false;
    }
    if (got.verdict != response_verdict::none) {
        throw judged_error(got);
    }
    if (got.status == 202) {
        throw error(errc::unexpected_status,
            "the server answered 202: it has accepted the request, and is not done with it",
            "Run again later, or raise", remedy::max_retries, status_error(got).context());
    }
    if (got.ok()) {
        return true;
    }
    if (std::find(ignored.begin(), ignored.end(), got.status) != ignored.end()) {
        return false;
    }
    error e = status_error(got);
    if (got.status == 404) {
        e.set_hint(e.hint() + "; a child that may be missing can be allowed by", remedy::ignored_statuses);
    }
    throw e;
}

} // namespace corest::detail

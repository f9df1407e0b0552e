#pragma once

#include <corest/retry/backoff.hpp>

#include <cmath>

namespace corest {

COREST_DECL retry_decision backoff::decide(unsigned attempts, const attempt_outcome& outcome, double chance) const
{
    const auto transient = [&] {
        if (!outcome.failure) {
            return outcome.is_demanded || retries_status(outcome.status);
        }
        switch (*outcome.failure) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::timeout:
        case errc::connection_lost:
            return true;
        // A token endpoint is a server like any other, except that a lost answer must not be asked for again.
        case errc::token_failed:
            return retries_status(outcome.status);
        default:
            return false;
        }
    };
    constexpr std::chrono::milliseconds none{0};
    if (!outcome.repeatable || attempts > max_retries_ || !transient()) {
        return {retry_decision::action::finish, none};
    }
    if (outcome.retry_after && *outcome.retry_after > retry_after_limit_) {
        return {retry_decision::action::too_long, *outcome.retry_after, retry_after_limit_};
    }
    const auto bound = std::min(factor_ * std::exp2(attempts - 1), max_wait_);
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(jitter_ ? bound * chance : bound);
    return {retry_decision::action::again, std::max(wait, outcome.retry_after.value_or(none))};
}

} // namespace corest

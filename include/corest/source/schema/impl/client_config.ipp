#pragma once

#include <corest/source/schema/client_config.hpp>

#include <chrono>

namespace corest::source {

COREST_DECL backoff retry_config::policy() const
{
    backoff out;
    out.max_retries(max_retries)
        .factor(backoff_factor)
        .max_wait(max_wait)
        .statuses(status_codes)
        .jitter(jitter)
        .retry_after_limit(std::chrono::duration_cast<std::chrono::milliseconds>(retry_after_limit));
    return out;
}

} // namespace corest::source

#pragma once

#include <corest/source/schema/client_config.hpp>

#include <corest/http/url.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace corest::source {

COREST_DECL backoff retry_config::policy() const
{
    backoff out;
    out.max_retries(max_retries)
        .factor(backoff_factor)
        .max_wait(max_wait)
        .jitter(jitter)
        .retry_after_limit(std::chrono::duration_cast<std::chrono::milliseconds>(retry_after_limit));
    if (status_codes) {
        out.statuses(*status_codes);
    }
    return out;
}

COREST_DECL std::shared_ptr<retry_budget> retry_config::tokens(std::size_t concurrency) const
{
    if (budget == 0U) {
        return nullptr;
    }
    const std::uint64_t one_outage = std::uint64_t{max_retries} * concurrency * retry_budget::failure_cost;
    return std::make_shared<retry_budget>(budget.value_or(std::max(retry_budget::usual, one_outage)));
}

COREST_DECL rate_limit rate_limit_config::layer() const
{
    rate_limit out = requests ? corest::rate_limit(*requests, per) : corest::rate_limit();
    out.learn(learn).max_wait(max_wait);
    if (!weights.empty()) {
        out.weigh([list = weights](const request& r) -> std::uint64_t {
            const std::string target = corest::detail::split_url(r.url).target;
            const std::string_view path = std::string_view(target).substr(0, target.find('?'));
            for (const rate_weight& one : list) {
                if (one.path->occurs_in(path)) {
                    return one.weight;
                }
            }
            return 1;
        });
    }
    return out;
}

} // namespace corest::source

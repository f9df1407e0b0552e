#pragma once

#include <corest/retry/aimd_limit.hpp>

namespace corest {

COREST_DECL void aimd_limit::succeed(const ticket& one) noexcept
{
    if (is_full() || !is_current(one)) {
        return;
    }
    if (++successes_ >= allowed_) {
        ++allowed_;
        successes_ = 0;
    }
}

COREST_DECL bool aimd_limit::shrink(const ticket& one) noexcept
{
    if (!is_current(one) || allowed_ == 1) {
        return false;
    }
    // Those that were under way may have been fewer than were allowed: that many were too many.
    const std::size_t too_many = std::min(allowed_, std::max(one.under_way, under_way_));
    allowed_ = std::max<std::size_t>(too_many / 2, 1);
    successes_ = 0;
    shrunk_at_ = sent_;
    ++times_shrunk_;
    return true;
}

COREST_DECL void aimd_limit::restore(std::size_t limit) noexcept
{
    if (limit > allowed_) {
        allowed_ = std::min(limit, most_);
        successes_ = 0;
    }
}

} // namespace corest

#pragma once

#include <corest/retry/latency_watch.hpp>

#include <algorithm>
#include <utility>

namespace corest {

COREST_DECL bool latency_watch::take(aimd_limit& limit, const aimd_limit::ticket& one, duration latency)
{
    constexpr std::size_t smallest_round = 4;
    constexpr std::size_t largest_round = 64;
    if (!limit.is_current(one)) {
        return false;
    }
    round_.push_back(latency);
    if (round_.size() < std::clamp(limit.allowed(), smallest_round, largest_round)) {
        return false;
    }
    const auto middle = round_.begin() + static_cast<std::ptrdiff_t>(round_.size() / 2);
    std::nth_element(round_.begin(), middle, round_.end());
    const duration usual = *middle;
    const duration least = *std::min_element(round_.begin(), middle + 1);
    round_.clear();
    least_ = least_ ? std::min(*least_, least) : least;
    return judge(limit, one, usual);
}

COREST_DECL bool latency_watch::judge(aimd_limit& limit, const aimd_limit::ticket& one, duration usual)
{
    constexpr std::uint64_t most_deaf_rounds = 64;
    if (const auto tried = std::exchange(probe_, std::nullopt); tried && tried->times_shrunk == limit.times_shrunk()) {
        if (usual > tried->latency / 5 * 4) {
            limit.restore(tried->limit);
            least_ = usual;
            deaf_rounds_ = next_deaf_rounds_;
            next_deaf_rounds_ = std::min(2 * next_deaf_rounds_, most_deaf_rounds);
            return false;
        }
        next_deaf_rounds_ = 1;
    }
    if (deaf_rounds_ != 0) {
        --deaf_rounds_;
        return false;
    }
    if (one.under_way < 2 || usual < 2 * *least_ || usual - *least_ < least_growth_) {
        return false;
    }
    probe tried(limit.allowed(), usual);
    if (!limit.shrink(one)) {
        return false;
    }
    tried.times_shrunk = limit.times_shrunk();
    probe_ = tried;
    return true;
}

} // namespace corest

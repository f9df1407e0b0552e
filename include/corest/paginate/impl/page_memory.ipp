#pragma once

#include <corest/paginate/page_memory.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace corest::detail {

COREST_DECL page_memory::sighting page_memory::see(std::uint64_t content, std::uint64_t request, std::uint64_t page)
{
    sighting found;
    if (filter_.empty() && exact_.size() >= most_exact_) {
        filter_.resize((std::size_t{1} << filter_bits) / 64);
        for (const auto& each : exact_) {
            see_in_filter(each.first);
        }
        exact_ = {};
    }
    if (!filter_.empty()) {
        found.is_known = see_in_filter(content);
        return found;
    }
    const place here{
        static_cast<std::uint32_t>(std::min<std::uint64_t>(page, std::numeric_limits<std::uint32_t>::max())),
        static_cast<std::uint32_t>(request >> 32U)};
    const auto [known, is_new] = exact_.try_emplace(content, here);
    if (!is_new) {
        found.is_known = true;
        found.page = known->second.page;
        found.is_same_request = known->second.request == here.request;
        known->second = here;
    }
    return found;
}

COREST_DECL bool page_memory::see_in_filter(std::uint64_t content)
{
    constexpr std::uint64_t mixer = 0x9e3779b97f4a7c15U;
    const std::uint64_t step = multiply_and_fold(content, mixer) | 1U;
    bool is_known = true;
    for (unsigned i = 0; i < probes; ++i) {
        const std::uint64_t bit = (content + i * step) >> (64U - filter_bits);
        std::uint64_t& word = filter_[static_cast<std::size_t>(bit / 64)];
        const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
        if ((word & mask) == 0) {
            word |= mask;
            ++ones_;
            is_known = false;
        }
    }
    return is_known;
}

COREST_DECL double page_memory::error_rate() const noexcept
{
    return std::pow(static_cast<double>(ones_) / static_cast<double>(std::uint64_t{1} << filter_bits), probes);
}

COREST_DECL std::uint64_t page_memory::longest_error() const noexcept
{
    const double rate = error_rate();
    constexpr double digits = 15;
    constexpr double certain = 0.999; // the filter is full, and says nothing any more
    return rate == 0     ? 0
        : rate > certain ? std::numeric_limits<std::uint64_t>::max()
                         : static_cast<std::uint64_t>(std::ceil(digits / -std::log10(rate)));
}

} // namespace corest::detail

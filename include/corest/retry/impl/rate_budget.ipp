#pragma once

#include <corest/retry/rate_budget.hpp>

#include <algorithm>
#include <utility>

namespace corest {

COREST_DECL rate_budget::rate_budget(std::vector<rate_window> windows) : given_(std::move(windows)) {}

COREST_DECL rate_budget::place rate_budget::enter(std::uint64_t weight, time_point now)
{
    forget_old(now);
    const time_point previous = entries_.empty() ? now : entries_.back().time;
    const time_point first = std::max(earliest(total_ + weight, weight, now), previous);
    total_ += weight;
    entries_.emplace_back(total_, first);
    return {next_number() - 1, weight};
}

COREST_DECL bool rate_budget::has_room(std::uint64_t weight, time_point now)
{
    turn_page(now);
    return waiting_ == next_number() && earliest(total_ + weight, weight, now) <= now;
}

COREST_DECL bool rate_budget::has_plenty(std::uint64_t weight, time_point now)
{
    if (!has_room(weight, now)) {
        return false;
    }
    for (const std::vector<rate_window>* windows : {&given_, &stated_}) {
        for (const rate_window& window : *windows) {
            const std::uint64_t half = std::max(weight, window.requests / 2);
            if (earliest_in(window, total_ + half, half, now) > now) {
                return false;
            }
        }
    }
    return !said_ || under_way_ + std::max(weight, said_->limit / 2) <= said_->remaining;
}

COREST_DECL std::optional<rate_budget::time_point> rate_budget::try_send(place& one, time_point now)
{
    turn_page(now);
    const time_point first = earliest(entry_at(one.number).total, one.weight, now);
    put_off(one.number, first);
    if (first > now) {
        return first;
    }
    settle(one.number);
    one.turn = ++turns_;
    under_way_ += one.weight;
    return std::nullopt;
}

COREST_DECL void rate_budget::finish(const place& one, const rate_statement& said, time_point now)
{
    under_way_ -= one.weight;
    if (!said.policies.empty()) {
        stated_ = said.policies;
    }
    if (said.remaining && said.reset) {
        const time_point end = now + *said.reset;
        if (!said_ || now >= said_->end || one.turn > said_->turn) {
            said_ = said_.value_or(statement());
            said_->remaining = *said.remaining;
            said_->end = end;
        } else { // the server may have answered it before the last one
            said_->remaining = std::min(said_->remaining, *said.remaining);
            said_->end = std::max(said_->end, end);
        }
        said_->turn = turns_;
        said_->limit = said.limit.value_or(said_->limit);
        said_->length = std::max<std::chrono::nanoseconds>(said_->length, *said.reset);
    } else if (said_) {
        said_->remaining -= std::min(said_->remaining, one.weight);
    }
}

COREST_DECL void rate_budget::leave(const place& one)
{
    if (one.turn == 0) {
        settle(one.number);
        return;
    }
    under_way_ -= one.weight;
    if (said_) { // it may have been counted
        said_->remaining -= std::min(said_->remaining, one.weight);
    }
}

COREST_DECL rate_budget::time_point rate_budget::earliest(
    std::uint64_t total, std::uint64_t weight, time_point now) const
{
    time_point first = now;
    for (const std::vector<rate_window>* windows : {&given_, &stated_}) {
        for (const rate_window& window : *windows) {
            first = std::max(first, earliest_in(window, total, weight, now));
        }
    }
    if (said_ && now < said_->end) {
        const std::uint64_t counted = said_->limit != 0 ? std::min(weight, said_->limit) : weight;
        if (under_way_ + counted > said_->remaining) {
            first = std::max(first, said_->end);
        }
    }
    return first;
}

COREST_DECL rate_budget::time_point rate_budget::earliest_in(
    const rate_window& window, std::uint64_t total, std::uint64_t weight, time_point now) const
{
    // Entries up to the one whose total is this must have left the window.
    const std::uint64_t gone = std::min(total - std::min(window.requests, total), total - weight);
    if (gone <= forgotten_) {
        return now;
    }
    const auto last =
        std::partition_point(entries_.begin(), entries_.end(), [&](const entry& one) { return one.total < gone; });
    const std::uint64_t number = first_ + static_cast<std::uint64_t>(last - entries_.begin());
    const time_point sent = waiting_ <= number ? std::max(last->time, now) : last->time;
    return std::max(now, sent + held(window));
}

COREST_DECL void rate_budget::turn_page(time_point now)
{
    if (!said_ || now < said_->end) {
        return;
    }
    if (said_->limit == 0) {
        said_.reset();
        return;
    }
    said_->remaining = said_->limit;
    said_->end = now + std::max<std::chrono::nanoseconds>(said_->length, std::chrono::seconds(1));
    said_->turn = turns_;
}

COREST_DECL void rate_budget::forget_old(time_point now)
{
    std::chrono::nanoseconds longest{0};
    for (const std::vector<rate_window>* windows : {&given_, &stated_}) {
        for (const rate_window& window : *windows) {
            longest = std::max(longest, held(window));
        }
    }
    while (!entries_.empty() && !entries_.front().is_waiting && entries_.front().time + longest <= now) {
        forgotten_ = entries_.front().total;
        entries_.pop_front();
        ++first_;
    }
}

COREST_DECL void rate_budget::put_off(std::uint64_t number, time_point until)
{
    for (; number < next_number() && entry_at(number).time < until; ++number) {
        entry_at(number).time = until;
    }
}

COREST_DECL void rate_budget::settle(std::uint64_t number)
{
    entry_at(number).is_waiting = false;
    while (waiting_ < next_number() && !entry_at(waiting_).is_waiting) {
        ++waiting_;
    }
}

COREST_DECL std::chrono::nanoseconds rate_budget::held(const rate_window& window) noexcept
{
    constexpr std::chrono::nanoseconds most = std::chrono::milliseconds(50);
    return window.per + std::min(window.per / 20, most);
}

} // namespace corest

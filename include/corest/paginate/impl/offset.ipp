#pragma once

#include <corest/paginate/offset.hpp>

#include <corest/error.hpp>

namespace corest {

COREST_DECL offset::offset(std::int64_t limit) : counted_paginator(0, "offset"), limit_(limit)
{
    if (limit <= 0) {
        throw error(
            errc::invalid_argument, "paginator offset: the limit is " + std::to_string(limit) + ", expected 1 or more");
    }
}

COREST_DECL void offset::check() const
{
    position_.check("offset", "offset");
    check_concurrency("offset");
    size_.check("offset", "limit");
    if (next_ < 0) {
        throw error(
            errc::invalid_argument, "paginator offset: the start is " + std::to_string(next_) + ", expected 0 or more");
    }
    check_end(
        "offset", false, "total_path, has_more_path, maximum_offset, stop_on_short_page or stop_after_empty_page");
}

COREST_DECL void offset::prepare(request& r)
{
    check();
    position_.write(r, std::to_string(next_));
    size_.write(r, std::to_string(limit_));
}

COREST_DECL bool offset::advance(const page_info& page)
{
    const bool more = step(page);
    if (!more && !is_bounded_) {
        tell_unmet(page, next_, "record");
    }
    return more;
}

COREST_DECL bool offset::step(const page_info& page)
{
    if (ends_at(page)) {
        return false;
    }
    const auto records = static_cast<std::int64_t>(page.records);
    next_ += records == 0 ? limit_ : records;

    const std::optional<std::uint64_t> total = end_.read_total(page);
    end_is_known_ = total && static_cast<std::uint64_t>(next_) < *total;
    const bool has_more = end_.has_has_more() && end_.read_has_more(page);
    is_bounded_ = maximum_ && next_ >= *maximum_;
    if (is_bounded_ || (stop_on_short_page_.value_or(false) && records < limit_)) {
        return false;
    }
    if (end_.has_has_more()) {
        return has_more;
    }
    if (total) {
        const auto reached = static_cast<std::uint64_t>(next_);
        if (reached < *total) {
            return true;
        }
        // More than the total came: a "total" that nobody vouched for may count something else (pages, say).
        if (reached == *total || end_.total_is_certain()) {
            return false;
        }
    }
    return goes_on_after(page, limit_);
}

} // namespace corest

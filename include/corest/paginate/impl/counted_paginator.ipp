#pragma once

#include <corest/paginate/counted_paginator.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <charconv>
#include <system_error>

namespace corest::detail {

COREST_DECL std::string counted_walk::position() const
{
    if (next_ == first_) {
        return {};
    }
    std::string text = std::to_string(next_);
    if (const std::optional<std::uint64_t> total = end_.total()) {
        text += " of " + std::to_string(*total);
    }
    return text;
}

COREST_DECL void counted_walk::resume_at(const char* name, std::string_view position)
{
    std::int64_t next = first_;
    std::optional<std::uint64_t> total;
    if (!position.empty()) {
        const char* const last = position.data() + position.size();
        auto read = std::from_chars(position.data(), last, next);
        bool understood = read.ec == std::errc() && next >= first_;
        if (understood && read.ptr != last) {
            constexpr std::string_view before_total = " of ";
            const std::string_view rest(read.ptr, last);
            std::uint64_t value = 0;
            understood = rest.starts_with(before_total);
            if (understood) {
                read = std::from_chars(rest.data() + before_total.size(), last, value);
                understood = read.ec == std::errc() && read.ptr == last;
                total = value;
            }
        }
        if (!understood) {
            throw error(errc::invalid_argument,
                std::string("paginator ") + name + ": cannot go on at '" + printable(position)
                    + "', expected a number from " + std::to_string(first_) + " on, as in \"200\" or \"200 of 1000\"",
                "The position comes from another paginator, or from other settings: start from the beginning");
        }
    }
    next_ = next;
    end_.begin_with(total);
    end_is_known_ = false;
}

COREST_DECL void counted_walk::check_concurrency(const char* name) const
{
    if (concurrency_ == 0) {
        throw error(
            errc::invalid_argument, std::string("paginator ") + name + ": the concurrency is 0, expected 1 or more");
    }
}

COREST_DECL void counted_walk::check_end(const char* name, bool ends, const char* settings) const
{
    if (!ends && !stop_after_empty_page_ && !stop_on_short_page_.value_or(false) && !maximum_ && !end_.is_set()) {
        throw error(errc::invalid_argument, std::string("paginator ") + name + ": nothing would end the walk",
            std::string("Set ") + settings);
    }
}

COREST_DECL bool counted_walk::ends_at(const page_info& page) const
{
    return page.records == 0 && stop_after_empty_page_;
}

COREST_DECL void counted_walk::tell_unmet(const page_info& page, std::int64_t reached, std::string_view noun) const
{
    end_.tell_unmet(page, reached < 0 ? 0 : static_cast<std::uint64_t>(reached), noun);
}

COREST_DECL bool counted_walk::goes_on_after(const page_info& page, std::optional<std::int64_t> full) const
{
    return page.records == 0 || !full || stop_on_short_page_ == false
        || static_cast<std::int64_t>(page.records) >= *full || page.records >= page.largest_page_before;
}

} // namespace corest::detail

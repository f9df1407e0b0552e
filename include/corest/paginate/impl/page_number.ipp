#pragma once

#include <corest/paginate/page_number.hpp>

#include <corest/error.hpp>

namespace corest {

COREST_DECL void page_number::check() const
{
    position_.check("page_number", "page");
    const auto refuse = [](const std::string& reason, std::string hint = {}) {
        throw error(errc::invalid_argument, "paginator page_number: " + reason, std::move(hint));
    };
    check_concurrency("page_number");
    if (next_ < origin_) {
        refuse("the start is page " + std::to_string(next_) + ", before the first page, " + std::to_string(origin_));
    }
    if (max_pages_ && *max_pages_ <= 0) {
        refuse("max_pages is " + std::to_string(*max_pages_) + ", expected 1 or more");
    }
    if (page_size_ && *page_size_ <= 0) {
        refuse("page_size is " + std::to_string(*page_size_) + ", expected 1 or more");
    }
    if (stop_on_short_page_.value_or(false) && !page_size_) {
        refuse("stop_on_short_page needs page_size", "Set page_size to the number of records of a full page");
    }
    check_end("page_number", max_pages_.has_value(),
        "total_path, has_more_path, maximum_page, max_pages, stop_on_short_page or stop_after_empty_page");
}

COREST_DECL void page_number::prepare(request& r)
{
    check();
    position_.write(r, std::to_string(next_));
}

COREST_DECL bool page_number::advance(const page_info& page)
{
    const bool more = step(page);
    if (!more && !is_bounded_) {
        tell_unmet(page, next_ - origin_, "page");
    }
    return more;
}

COREST_DECL bool page_number::step(const page_info& page)
{
    if (ends_at(page)) {
        return false;
    }
    ++next_;

    const std::optional<std::uint64_t> total = end_.read_total(page);
    // A "total" that nobody vouched for may count records: asking for a page beyond the last one would be in vain.
    end_is_known_ = total && end_.total_is_certain() && static_cast<std::uint64_t>(next_ - origin_) < *total;
    const bool has_more = end_.has_has_more() && end_.read_has_more(page);
    is_bounded_ = (maximum_ && next_ >= *maximum_) || (max_pages_ && next_ - first_ >= *max_pages_);
    if (is_bounded_ || (stop_on_short_page_.value_or(false) && static_cast<std::int64_t>(page.records) < *page_size_)) {
        return false;
    }
    if (end_.has_has_more()) {
        return has_more;
    }
    if (total && (*total != 0 || end_.total_is_certain())) {
        return static_cast<std::uint64_t>(next_ - origin_) < *total;
    }
    return goes_on_after(page, page_size_);
}

} // namespace corest

#pragma once

#include <corest/resource/record_sieve.hpp>

#include <corest/select/path_filter.hpp>
#include <corest/select/path_segment.hpp>

#include <utility>
#include <vector>

namespace corest::detail {

COREST_DECL record_sieve::record_sieve(const selector& given)
{
    const auto steps = given.path.steps();
    if (steps.empty() || steps.back().kind != json_path::step::step_kind::segment) {
        return;
    }
    const path_segment& last = *steps.back().segment;
    if (last.descends || last.selectors.size() != 1 || last.selectors.front().what != path_selector::kind::filter) {
        return;
    }
    filter_ = last.selectors.front().filter;
    std::vector<json_path::step> all(steps.begin(), steps.end());
    all.back() = json_path::step(); // every element
    whole_ = given;
    whole_->path = json_path::of_steps(std::move(all));
}

COREST_DECL void record_sieve::apply(page_data& data) const
{
    if (filter_) {
        const std::string_view body = data.body.view();
        std::erase_if(data.records,
            [&](const slice& record) { return !filter_->holds(body.substr(record.offset, record.size), body); });
    }
}

} // namespace corest::detail

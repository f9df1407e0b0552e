#pragma once

#include <corest/select/json_condition.hpp>

#include <corest/select/path_filter.hpp>

#include <algorithm>

namespace corest {

COREST_DECL json_condition::json_condition(std::string_view text)
    : text_(text),
      filter_(std::make_shared<const detail::path_filter>(detail::parse_condition(text)))
{
}

namespace detail {

namespace condition_paths {

COREST_DECL void add(const filter_operand& operand, std::vector<condition_path>& out)
{
    if (operand.what == filter_operand::kind::query && !operand.steps.empty()) {
        condition_path found(json_path::of_steps(operand.steps), operand.is_absolute);
        if (std::find(out.begin(), out.end(), found) == out.end()) {
            out.push_back(std::move(found));
        }
    }
    for (const filter_operand& argument : operand.arguments) {
        add(argument, out);
    }
}

COREST_DECL void add(const path_filter& filter, std::vector<condition_path>& out)
{
    for (const path_filter& part : filter.parts) {
        add(part, out);
    }
    add(filter.left, out);
    add(filter.right, out);
}

} // namespace condition_paths

} // namespace detail

COREST_DECL std::vector<detail::condition_path> json_condition::paths() const
{
    std::vector<detail::condition_path> out;
    detail::condition_paths::add(*filter_, out);
    return out;
}

COREST_DECL bool json_condition::holds(std::string_view current, std::string_view root) const
{
    return filter_->holds(current, root);
}

} // namespace corest

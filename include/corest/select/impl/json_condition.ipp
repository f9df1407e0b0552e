#pragma once

#include <corest/select/json_condition.hpp>

#include <corest/select/path_filter.hpp>

namespace corest {

COREST_DECL json_condition::json_condition(std::string_view text)
    : text_(text),
      filter_(std::make_shared<const detail::path_filter>(detail::parse_condition(text)))
{
}

COREST_DECL bool json_condition::holds(std::string_view current, std::string_view root) const
{
    return filter_->holds(current, root);
}

} // namespace corest

#pragma once

#include <corest/resource/report_rules.hpp>

#include <corest/incremental/cursor_use.hpp>

namespace corest {

COREST_DECL response_path::response_path(const path_template& text, std::vector<placeholder_value> values)
    : path(text, std::move(values))
{
    for (const placeholder& gap : text.placeholders()) {
        if (gap.is_response()) {
            fields.emplace_back(gap.response_field());
        }
    }
}

COREST_DECL placeholder_value response_path::value_of_field(std::size_t bindings, std::size_t n)
{
    return placeholder_value(bindings + cursor_uses.size() + n);
}

} // namespace corest

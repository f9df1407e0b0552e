#pragma once

#include <corest/source/plan/plan.hpp>

namespace corest::source {

COREST_DECL std::optional<std::size_t> plan::find(std::string_view name) const noexcept
{
    for (std::size_t n = 0; n < resources.size(); ++n) {
        if (resources[n].config.name == name) {
            return n;
        }
    }
    return std::nullopt;
}

} // namespace corest::source

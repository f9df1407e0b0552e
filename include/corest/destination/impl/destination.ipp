#pragma once

#include <corest/destination/destination.hpp>

namespace corest {

COREST_DECL std::string_view to_string(write_disposition d) noexcept
{
    switch (d) {
    case write_disposition::append:
        return "append";
    case write_disposition::replace:
        return "replace";
    case write_disposition::merge:
        return "merge";
    }
    return "unknown";
}

} // namespace corest

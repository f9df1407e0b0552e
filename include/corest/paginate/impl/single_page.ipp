#pragma once

#include <corest/paginate/single_page.hpp>

#include <corest/error.hpp>

namespace corest {

COREST_DECL void single_page::resume(std::string_view position)
{
    if (!position.empty()) {
        throw error(errc::invalid_argument, "paginator single_page: cannot go on, as there is one page only",
            "The position comes from another paginator: start from the beginning");
    }
}

} // namespace corest

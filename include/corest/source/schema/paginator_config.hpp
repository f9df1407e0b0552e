#pragma once

/// \file
/// A dictionary's `paginator`, checked.

#include <corest/paginate/paginator.hpp>
#include <corest/paginate/standard_links.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace corest::source {

/// How pages are asked for: a paginator, and what a plan says about it.
class paginator_config {
public:
    /// Follows standard next links.
    paginator_config() : paging(standard_links()), text("auto") {}
    /// \param its_paging at its beginning
    /// \param its_text for the plan
    paginator_config(any_paginator its_paging, std::string its_text)
        : paging(std::move(its_paging)),
          text(std::move(its_text))
    {
    }

    bool is_inherited = false;   ///< it is the client's, and not the resource's own or the defaults'
    bool is_guessed = false;     ///< one page, for the path ends in a placeholder
    any_paginator paging;        ///< at its beginning
    std::uint64_t max_pages = 0; ///< of each walk; 0: no bound
    std::string text;            ///< "offset: limit 1024, offset_param Offset"
};

} // namespace corest::source

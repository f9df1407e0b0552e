#pragma once

/// \file
/// One walk over the pages of one collection: request, check, cut, advance.

#include <corest/async_generator.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/request.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/select/page.hpp>
#include <corest/select/selector.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// What the walks of one resource share: the paging rules ask for it, reports are made of it.
class walk_statistics {
public:
    std::size_t largest_page = 0;       ///< the most records any page had
    std::uint64_t walks = 0;            ///< walks that came to their end
    std::uint64_t requests = 0;         ///< sent, further attempts included
    std::uint64_t pages = 0;            ///< received and cut
    std::uint64_t records = 0;          ///< on those pages
    std::uint64_t retries = 0;          ///< further attempts
    std::uint64_t ignored = 0;          ///< responses whose status was to be ignored
    std::chrono::nanoseconds waited{0}; ///< between attempts and for rate limits
    std::vector<std::string> warnings;  ///< each once
};

/// Everything a walk needs; a value, so that a walk shares no state with another but the statistics.
class walk_plan {
public:
    /// No limit on the number of records.
    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

    /// \param of the API
    /// \param first_request of every page, before the paginator writes into it
    /// \param pages the paginator at its beginning
    walk_plan(client of, request first_request, any_paginator pages)
        : api(std::move(of)),
          first(std::move(first_request)),
          paging(std::move(pages))
    {
    }

    client api;                      ///< sends the requests
    request first;                   ///< of every page; the paginator writes the position into a copy
    any_paginator paging;            ///< at its beginning
    selector where;                  ///< the records in the body
    std::string resource;            ///< for messages and pages
    binding_list bindings;           ///< what it takes over from its parents; null at a root
    page parent_page;                ///< the page of the record it was expanded from, if any
    std::size_t parent_index = 0;    ///< of that record in `parent_page`
    std::uint64_t limit = unlimited; ///< records; no page beyond is requested
    /// Requests the next page before the current one is handed out.
    bool ahead = true;
    std::vector<unsigned> ignored_statuses; ///< such a response ends the walk quietly, and is counted
    /// What it counts into; shared by the walks of a resource.
    std::shared_ptr<walk_statistics> statistics = std::make_shared<walk_statistics>();
};

/// Walks over the pages, in order.
///
/// \throws error with resource, page, URL and attempts: unauthorized, unexpected_status, not_json, selector_missing,
///         pagination_failed, no_progress, origin_refused, and what the transport throws
[[nodiscard]] COREST_DECL async_generator<page> walk(walk_plan plan);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/walk.ipp>
#endif

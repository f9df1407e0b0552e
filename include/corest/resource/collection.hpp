#pragma once

/// \file
/// A collection: everything that its walks have in common, as a value.

#include <corest/http/client.hpp>
#include <corest/incremental/cursor_rules.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/standard_links.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/record_step.hpp>
#include <corest/resource/report_rules.hpp>
#include <corest/resource/request_template.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/resource/walk_statistics.hpp>
#include <corest/select/body_decoder.hpp>
#include <corest/select/record_detection.hpp>
#include <corest/select/selector.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// What is read at an endpoint, and how: `/projects/{id}/samples`, by pages of 100, the records at `data`. One walk
/// reads it for one set of bindings; all its walks share this value and its statistics, and nothing else.
class collection {
public:
    /// No limit on the number of records.
    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

    /// \param api_client sends the requests
    /// \param page_requests of every page, before the paginator writes into it
    collection(client api_client, request_template page_requests)
        : api(std::move(api_client)),
          requests(std::move(page_requests))
    {
    }

    client api;                ///< sends the requests
    request_template requests; ///< of every page, before the paginator writes the position into it
    /// Not null: `requests` begins a report, and its pages are read when that is done.
    std::shared_ptr<const report_rules> report;
    any_paginator paginator = standard_links();  ///< at its beginning; each walk drives a copy
    body_decoder decoder;                        ///< how bodies are read
    corest::selector selector;                   ///< the records in the body
    std::shared_ptr<record_detection> detection; ///< not null: finds them, in the selector's place
    /// What is done with the records of each page, in this order, once the paginator has counted them.
    std::vector<record_step> steps;
    /// A record that is no object is handed out as one, with the value in the field `value`: rows need fields.
    bool wraps_values = false;
    std::string name;                   ///< of the resource, for messages, pages and columns
    std::vector<binding_rule> bindings; ///< what its walks take over from a parent's record; none at a root
    /// How many of a page's parent records one walk is for: its placeholders hold the values of all of them, joined by
    /// commas (`join_bindings`), and its rows take none over.
    std::size_t group_size = 1;
    /// A parent's record that lacks what a placeholder is filled with (`lacks_value`) has no walk, and is counted; else
    /// it is an error.
    bool skips_lacking = false;
    /// The fields that tell its records apart, of which the last one counts where several have the same values there.
    /// Empty: none are known, or each record counts.
    std::vector<std::string> key;
    std::uint64_t limit = unlimited; ///< records of each walk; no page beyond is requested
    std::uint64_t max_pages = 0;     ///< pages of each walk, of a windowed one of each window; 0: no bound
    /// That it has one page is a guess: where that is a list, the server's statements of how much there is count.
    bool guesses_one_page = false;
    /// Requests the next page before the current one is handed out.
    bool ahead = true;
    /// How many pages a walk may ask for at once where its paginator's settings do not say.
    std::size_t window = any_paginator::usual_window;
    /// A walk of which the server says that there is more than came fails, rather than to be counted as incomplete.
    bool must_be_complete = false;
    std::vector<unsigned> ignored_statuses; ///< such a response ends the walk quietly, and is counted
    /// Its walks take only what is new; null: all there is.
    std::shared_ptr<const cursor_rules> incremental;
    /// Where paging begins anew, behind the last cursor that was seen: after so many pages, or so many records of the
    /// server's; 0: it does not.
    std::uint64_t reset_after_pages = 0;
    std::uint64_t reset_after_records = 0; ///< see `reset_after_pages`
    /// Where an incremental walk finds what the last run has kept; null: each walk begins at the initial value.
    std::shared_ptr<cursor_reader> cursors;
    /// What its walks count into.
    std::shared_ptr<walk_statistics> statistics = std::make_shared<walk_statistics>();
};

} // namespace corest

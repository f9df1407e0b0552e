#pragma once

#include <corest/source/run/collection.hpp>

#include <corest/paginate/single_page.hpp>
#include <corest/source/plan/plan_request.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

COREST_DECL collection make_collection(const planned_resource& planned, const client_config& settings, client api,
    const std::shared_ptr<clock_source>& clock)
{
    collection made(std::move(api), make_requests(planned, settings));
    made.paginator = planned.config.paginator.paging;
    made.report = make_report_rules(planned, clock);
    made.decoder = planned.config.decoder;
    made.selector = planned.config.records;
    if (planned.config.detects_records) {
        made.detection = std::make_shared<record_detection>();
    }
    made.wraps_values = true;
    if (planned.config.seed) { // one page, which is the list
        made.paginator = single_page();
        made.selector = selector();
        made.detection = nullptr;
    }
    made.name = planned.config.name;
    if (planned.destination_table().is_keyed()) {
        made.key = planned.config.primary_key;
    }
    made.bindings = make_binding_rules(planned);
    made.group_size = planned.config.group_size;
    made.skips_lacking = planned.config.skips_lacking_parents;
    made.guesses_one_page = planned.config.paginator.is_guessed;
    made.max_pages = planned.config.paginator.max_pages;
    made.steps = planned.config.steps;
    if (planned.config.incremental) {
        cursor_rules rules = planned.config.incremental->rules;
        if (!rules.primary_key && !planned.config.primary_key.empty()) {
            const std::vector<std::string> taken_over = planned.bound_fields();
            std::vector<json_path> fields;
            for (const std::string& field : planned.config.primary_key) {
                // What all rows of a walk have in common does not tell them apart, and is in none of them.
                if (std::find(taken_over.begin(), taken_over.end(), field) == taken_over.end()) {
                    fields.push_back(json_path::of_keys(std::vector<std::string>{field}));
                }
            }
            if (!fields.empty()) {
                rules.primary_key = std::move(fields);
            }
        }
        rules.rows_change = planned.config.disposition == write_disposition::merge;
        made.incremental = std::make_shared<const cursor_rules>(std::move(rules));
        made.reset_after_pages = planned.config.paging_reset.after_pages;
        made.reset_after_records = planned.config.paging_reset.after_records;
    }
    return made;
}

} // namespace corest::source

#pragma once

#include <corest/source/run/collection.hpp>

#include <corest/source/plan/plan_request.hpp>

#include <memory>
#include <utility>

namespace corest::source {

COREST_DECL collection make_collection(const planned_resource& planned, const client_config& settings, client api)
{
    collection made(std::move(api), make_requests(planned, settings));
    made.paginator = planned.config.paginator.paging;
    made.selector = planned.config.records;
    if (planned.config.detects_records) {
        made.detection = std::make_shared<record_detection>();
    }
    made.name = planned.config.name;
    made.bindings = make_binding_rules(planned);
    made.ignored_statuses = planned.config.ignored_statuses;
    return made;
}

} // namespace corest::source

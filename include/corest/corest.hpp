#pragma once

/// \file
/// Everything but the destinations that need a database's library: those are `corest/destination/sqlite.hpp`, ...

#include <corest/adapt/as.hpp>
#include <corest/adapt/expand.hpp>
#include <corest/concurrency/while_connected.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/json_rows.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/flow.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>
#include <corest/resource/tree.hpp>
#include <corest/resource/walk.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/encode.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/plan/plan_request.hpp>
#include <corest/source/plan/planned_resource.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/plan/secrets.hpp>
#include <corest/source/plan/show_json.hpp>
#include <corest/source/plan/show_text.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/run/connect.hpp>
#include <corest/source/run/pages.hpp>
#include <corest/source/run/run.hpp>
#include <corest/source/run/run_report.hpp>
#include <corest/source/schema/source_config.hpp>
#include <corest/source/source.hpp>

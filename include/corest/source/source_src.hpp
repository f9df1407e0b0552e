#pragma once

/// \file
/// The definitions of `corest::source`: the half of `<corest/src.hpp>` that reads, plans and runs dictionaries.
/// One file of a program that defines `COREST_SEPARATE_COMPILATION` includes it, and that one or another
/// `<corest/flow_src.hpp>`.

#include <corest/config.hpp>

#if !defined(COREST_SEPARATE_COMPILATION)
#    error                                                                                                             \
        "corest/source/source_src.hpp is for programs that define COREST_SEPARATE_COMPILATION everywhere; without it the headers suffice"
#endif

#include <corest/source/schema/impl/authenticators.ipp>
#include <corest/source/run/impl/api_failure.ipp>
#include <corest/source/run/impl/check.ipp>
#include <corest/source/run/impl/collection.ipp>
#include <corest/source/run/impl/connect.ipp>
#include <corest/source/run/impl/load_stamp.ipp>
#include <corest/source/schema/impl/dictionary.ipp>
#include <corest/source/read/impl/overrides.ipp>
#include <corest/source/schema/impl/login_keys.ipp>
#include <corest/source/schema/impl/paginators.ipp>
#include <corest/source/plan/impl/assemble.ipp>
#include <corest/source/plan/impl/bindings.ipp>
#include <corest/source/plan/impl/columns.ipp>
#include <corest/source/plan/impl/configuration_values.ipp>
#include <corest/source/plan/impl/constants.ipp>
#include <corest/source/plan/impl/draft.ipp>
#include <corest/source/plan/impl/load_columns.ipp>
#include <corest/source/plan/impl/make_plan.ipp>
#include <corest/source/plan/impl/nested_columns.ipp>
#include <corest/source/plan/impl/parents.ipp>
#include <corest/source/plan/impl/path_key.ipp>
#include <corest/source/plan/impl/plan.ipp>
#include <corest/source/plan/impl/plan_changes.ipp>
#include <corest/source/plan/impl/plan_hash.ipp>
#include <corest/source/plan/impl/plan_problems.ipp>
#include <corest/source/plan/impl/plan_request.ipp>
#include <corest/source/plan/impl/planned_resource.ipp>
#include <corest/source/plan/impl/request_texts.ipp>
#include <corest/source/plan/impl/resolve_secrets.ipp>
#include <corest/source/plan/impl/selection.ipp>
#include <corest/source/plan/impl/shared_tables.ipp>
#include <corest/source/plan/impl/show_json.ipp>
#include <corest/source/plan/impl/show_text.ipp>
#include <corest/source/plan/impl/stated_values.ipp>
#include <corest/source/read/impl/column_files.ipp>
#include <corest/source/read/impl/notebook.ipp>
#include <corest/source/read/impl/python_calls.ipp>
#include <corest/source/read/impl/python_changes.ipp>
#include <corest/source/read/impl/python_dates.ipp>
#include <corest/source/read/impl/python_effects.ipp>
#include <corest/source/read/impl/python_evaluator.ipp>
#include <corest/source/read/impl/python_expressions.ipp>
#include <corest/source/read/impl/python_names.ipp>
#include <corest/source/read/impl/python_sources.ipp>
#include <corest/source/read/impl/python_statements.ipp>
#include <corest/source/read/impl/python_tokens.ipp>
#include <corest/source/read/impl/python_uses.ipp>
#include <corest/source/read/impl/python_values.ipp>
#include <corest/source/read/impl/python_literal.ipp>
#include <corest/source/read/impl/read_source.ipp>
#include <corest/source/read/impl/source_choice.ipp>
#include <corest/source/read/impl/source_steps.ipp>
#include <corest/source/run/impl/pages.ipp>
#include <corest/source/run/impl/planned_tree.ipp>
#include <corest/source/run/impl/find_schemas.ipp>
#include <corest/source/run/impl/run.ipp>
#include <corest/source/run/impl/row_ids.ipp>
#include <corest/source/run/impl/row_naming.ipp>
#include <corest/source/run/impl/row_nesting.ipp>
#include <corest/source/run/impl/run_report.ipp>
#include <corest/source/plan/impl/secrets.ipp>
#include <corest/source/schema/impl/client_config.ipp>
#include <corest/source/schema/impl/client_keys.ipp>
#include <corest/source/schema/impl/field.ipp>
#include <corest/source/schema/impl/incremental_keys.ipp>
#include <corest/source/schema/impl/json_schema.ipp>
#include <corest/source/schema/impl/poll_keys.ipp>
#include <corest/source/schema/impl/record_steps.ipp>
#include <corest/source/schema/impl/registry.ipp>
#include <corest/source/schema/impl/resource_keys.ipp>
#include <corest/source/schema/impl/response_actions.ipp>
#include <corest/source/schema/impl/schema_writer.ipp>
#include <corest/source/schema/impl/setting_json.ipp>
#include <corest/source/schema/impl/source_config.ipp>
#include <corest/source/schema/impl/source_keys.ipp>
#include <corest/source/schema/impl/secret_formula.ipp>
#include <corest/source/schema/impl/unknown_place.ipp>
#include <corest/source/schema/impl/unresolved_json.ipp>
#include <corest/source/schema/impl/value_rules.ipp>
#include <corest/source/schema/impl/written_secrets.ipp>
#include <corest/source/impl/source.ipp>

#pragma once

/// \file
/// The definitions of everything, for exactly one file of a program that defines `COREST_SEPARATE_COMPILATION`
/// (the CMake target `corest::compiled` is that file).

#include <corest/config.hpp>

#if !defined(COREST_SEPARATE_COMPILATION)
#    error                                                                                                             \
        "corest/src.hpp is for programs that define COREST_SEPARATE_COMPILATION everywhere; without it the headers suffice"
#endif

#include <corest/auth/impl/authorize.ipp>
#include <corest/auth/impl/basic.ipp>
#include <corest/auth/impl/conceal.ipp>
#include <corest/auth/impl/oauth2.ipp>
#include <corest/concurrency/impl/nursery.ipp>
#include <corest/concurrency/impl/semaphore.ipp>
#include <corest/concurrency/impl/wait_list.ipp>
#include <corest/destination/impl/bound_columns.ipp>
#include <corest/destination/impl/column_map.ipp>
#include <corest/destination/impl/destination.ipp>
#include <corest/destination/impl/ndjson.ipp>
#include <corest/destination/impl/ndjson_directory.ipp>
#include <corest/destination/impl/ndjson_line.ipp>
#include <corest/destination/impl/ndjson_pipe.ipp>
#include <corest/destination/impl/row_values.ipp>
#include <corest/destination/impl/store_error.ipp>
#include <corest/destination/impl/table_ledger.ipp>
#include <corest/destination/impl/worker.ipp>
#include <corest/detail/impl/text.ipp>
#include <corest/http/impl/client.ipp>
#include <corest/http/impl/connection.ipp>
#include <corest/http/impl/connection_pool.ipp>
#include <corest/http/impl/content_coding.ipp>
#include <corest/http/impl/dial.ipp>
#include <corest/http/impl/headers.ipp>
#include <corest/http/impl/http_transport.ipp>
#include <corest/http/impl/proxy.ipp>
#include <corest/http/impl/redirect.ipp>
#include <corest/http/impl/request_writer.ipp>
#include <corest/http/impl/response_parser.ipp>
#include <corest/http/impl/tls_context.ipp>
#include <corest/http/impl/url.ipp>
#include <corest/impl/clock.ipp>
#include <corest/impl/error.ipp>
#include <corest/paginate/impl/counted_paginator.ipp>
#include <corest/paginate/impl/cursor.ipp>
#include <corest/paginate/impl/header_cursor.ipp>
#include <corest/paginate/impl/header_link.ipp>
#include <corest/paginate/impl/json_link.ipp>
#include <corest/paginate/impl/link_header.ipp>
#include <corest/paginate/impl/next_url.ipp>
#include <corest/paginate/impl/offset.ipp>
#include <corest/paginate/impl/page_number.ipp>
#include <corest/paginate/impl/progress_guard.ipp>
#include <corest/paginate/impl/single_page.ipp>
#include <corest/paginate/impl/standard_links.ipp>
#include <corest/paginate/impl/statements.ipp>
#include <corest/resource/impl/bind.ipp>
#include <corest/resource/impl/path_template.ipp>
#include <corest/resource/impl/resource.ipp>
#include <corest/resource/impl/walk.ipp>
#include <corest/retry/impl/backoff.ipp>
#include <corest/retry/impl/retry.ipp>
#include <corest/retry/impl/retry_after.ipp>
#include <corest/select/impl/decode.ipp>
#include <corest/select/impl/field.ipp>
#include <corest/select/impl/json_blocks.ipp>
#include <corest/select/impl/json_path.ipp>
#include <corest/select/impl/json_reader.ipp>
#include <corest/select/impl/record.ipp>
#include <corest/select/impl/selector.ipp>
#include <corest/source/schema/impl/authenticators.ipp>
#include <corest/source/run/impl/connect.ipp>
#include <corest/source/schema/impl/dictionary.ipp>
#include <corest/source/read/impl/overrides.ipp>
#include <corest/source/schema/impl/paginators.ipp>
#include <corest/source/plan/impl/plan.ipp>
#include <corest/source/plan/impl/plan_request.ipp>
#include <corest/source/plan/impl/plan_text.ipp>
#include <corest/source/read/impl/find_python_call.ipp>
#include <corest/source/read/impl/python_literal.ipp>
#include <corest/source/read/impl/read_source.ipp>
#include <corest/source/run/impl/run.ipp>
#include <corest/source/run/impl/run_report.ipp>
#include <corest/source/plan/impl/secrets.ipp>
#include <corest/source/schema/impl/source_config.ipp>

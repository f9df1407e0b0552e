#pragma once

#include <corest/destination/duckdb.hpp>

#include <corest/destination/destination.hpp>

#include <corest/destination/impl/duckdb_store.ipp>

#include <memory>
#include <string>
#include <utility>

namespace corest {

COREST_DECL duckdb_destination::duckdb_destination(std::string file, duckdb_options options)
    : nesting_queued_destination(
          std::make_unique<detail::duckdb_store>(std::move(file), std::move(options)), detail::row_form::typed_values)
{
}

COREST_DECL std::string duckdb_destination::library_version()
{
    return std::string("DuckDB ") + duckdb_library_version();
}

static_assert(resumable_destination<duckdb_destination>);

} // namespace corest

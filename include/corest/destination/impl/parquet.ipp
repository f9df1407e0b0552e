#pragma once

#include <corest/destination/parquet.hpp>

#include <corest/destination/destination.hpp>
#include <corest/destination/duckdb.hpp>

#include <corest/destination/impl/file_directory.ipp>
#include <corest/destination/impl/parquet_format.ipp>

#include <memory>
#include <string>
#include <utility>

namespace corest {

COREST_DECL parquet_destination::parquet_destination(std::string directory, parquet_options options)
    : resumable_queued_destination(std::make_unique<detail::file_directory>(directory,
                                       std::make_unique<detail::parquet_format>(directory, std::move(options))),
          detail::row_form::typed_json)
{
}

COREST_DECL std::string parquet_destination::library_version()
{
    return duckdb_destination::library_version();
}

static_assert(resumable_destination<parquet_destination>);

} // namespace corest

#pragma once

#include <corest/destination/csv.hpp>

#include <corest/destination/destination.hpp>

#include <corest/destination/impl/csv_format.ipp>
#include <corest/destination/impl/file_directory.ipp>

#include <memory>
#include <utility>

namespace corest {

COREST_DECL csv_destination::csv_destination(std::string directory)
    : resumable_queued_destination(
          std::make_unique<detail::file_directory>(std::move(directory), std::make_unique<detail::csv_format>()))
{
}

static_assert(resumable_destination<csv_destination>);

} // namespace corest

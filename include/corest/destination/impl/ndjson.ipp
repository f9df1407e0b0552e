#pragma once

#include <corest/destination/ndjson.hpp>

#include <corest/destination/impl/file_directory.ipp>
#include <corest/destination/impl/ndjson_format.ipp>
#include <corest/destination/impl/ndjson_pipe.ipp>

#include <memory>
#include <utility>

namespace corest {

COREST_DECL ndjson_destination::ndjson_destination(std::string directory)
    : resumable_queued_destination(
          std::make_unique<detail::file_directory>(std::move(directory), std::make_unique<detail::ndjson_format>()))
{
}

static_assert(resumable_destination<ndjson_destination>);

COREST_DECL ndjson_stream::ndjson_stream(int descriptor, bool name_resources)
    : queued_destination(std::make_unique<detail::ndjson_pipe>(descriptor, name_resources))
{
}

COREST_DECL ndjson_stream ndjson_stdout(bool name_resources)
{
    return ndjson_stream(1, name_resources);
}

} // namespace corest
